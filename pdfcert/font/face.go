package font

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Face is one TrueType font, parsed as far as certificates need it. It is safe
// for use by several goroutines.
type Face struct {
	// Name is the PostScript-like name under which files embed it.
	Name string
	// Data is the whole font file. It must not be changed.
	Data []byte

	tables map[string]table
	glyphs int
	short  bool // loca holds half offsets in 16 bits
	upem   int
	hmtx   int // number of full horizontal metrics
	cmap   map[rune]uint16
	loca   []int
}

// table is an entry of the font's directory.
type table struct {
	checksum       uint32
	offset, length int
}

// Parse reads a TrueType font with a cmap of format 4 (the basic plane).
func Parse(name string, data []byte) (*Face, error) {
	f := &Face{Name: name, Data: data, tables: map[string]table{}}
	if len(data) < 12 || binary.BigEndian.Uint32(data) != 0x00010000 {
		return nil, errors.New("not a TrueType font")
	}
	n := int(binary.BigEndian.Uint16(data[4:]))
	if len(data) < 12+16*n {
		return nil, errors.New("directory is cut off")
	}
	for i := range n {
		e := data[12+16*i:]
		t := table{binary.BigEndian.Uint32(e[4:]), int(binary.BigEndian.Uint32(e[8:])), int(binary.BigEndian.Uint32(e[12:]))}
		if t.offset > len(data) || t.length > len(data)-t.offset {
			return nil, fmt.Errorf("table %q lies outside the file", e[:4])
		}
		f.tables[string(e[:4])] = t
	}
	for _, step := range []func() error{f.readHead, f.readLoca, f.readCmap} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// bytes returns a table's content, or nil.
func (f *Face) bytes(tag string) []byte {
	t := f.tables[tag]
	return f.Data[t.offset : t.offset+t.length]
}

func (f *Face) readHead() error {
	head, hhea, maxp := f.bytes("head"), f.bytes("hhea"), f.bytes("maxp")
	if len(head) < 54 || len(hhea) < 36 || len(maxp) < 6 {
		return errors.New("head, hhea or maxp is missing")
	}
	f.upem = int(binary.BigEndian.Uint16(head[18:]))
	f.short = binary.BigEndian.Uint16(head[50:]) == 0
	f.hmtx = int(binary.BigEndian.Uint16(hhea[34:]))
	f.glyphs = int(binary.BigEndian.Uint16(maxp[4:]))
	if f.upem == 0 || f.hmtx == 0 || len(f.bytes("hmtx")) < 4*f.hmtx {
		return errors.New("no horizontal metrics")
	}
	return nil
}

func (f *Face) readLoca() error {
	loca, size := f.bytes("loca"), 4
	if f.short {
		size = 2
	}
	if len(loca) < size*(f.glyphs+1) {
		return errors.New("loca is cut off")
	}
	limit := len(f.bytes("glyf"))
	f.loca = make([]int, f.glyphs+1)
	for i := range f.loca {
		if f.short {
			f.loca[i] = 2 * int(binary.BigEndian.Uint16(loca[2*i:]))
		} else {
			f.loca[i] = int(binary.BigEndian.Uint32(loca[4*i:]))
		}
		if f.loca[i] > limit || i > 0 && f.loca[i] < f.loca[i-1] {
			return errors.New("loca points outside glyf")
		}
	}
	return nil
}

// readCmap reads the Unicode table of format 4.
func (f *Face) readCmap() error {
	c := f.bytes("cmap")
	if len(c) < 4 {
		return errors.New("no cmap")
	}
	for i := range int(binary.BigEndian.Uint16(c[2:])) {
		if len(c) < 12+8*i {
			break
		}
		e := c[4+8*i:]
		platform, at := binary.BigEndian.Uint16(e), int(binary.BigEndian.Uint32(e[4:]))
		if (platform != 0 && platform != 3) || at+14 > len(c) || binary.BigEndian.Uint16(c[at:]) != 4 {
			continue
		}
		return f.readFormat4(c[at:])
	}
	return errors.New("no cmap of format 4")
}

func (f *Face) readFormat4(c []byte) error {
	u16 := func(at int) int {
		if at+2 > len(c) {
			return 0
		}
		return int(binary.BigEndian.Uint16(c[at:]))
	}
	n := u16(6) / 2
	ends, starts := 14, 16+2*n
	deltas, offsets := starts+2*n, starts+4*n
	f.cmap = make(map[rune]uint16, 20000)
	for i := range n {
		start, end := u16(starts+2*i), u16(ends+2*i)
		for r := start; r <= end && r < 0xFFFF; r++ {
			gid := 0
			if off := u16(offsets + 2*i); off == 0 {
				gid = (r + u16(deltas+2*i)) & 0xFFFF
			} else if g := u16(offsets + 2*i + off + 2*(r-start)); g != 0 {
				gid = (g + u16(deltas+2*i)) & 0xFFFF
			}
			if gid != 0 && gid < f.glyphs {
				f.cmap[rune(r)] = uint16(gid)
			}
		}
	}
	if len(f.cmap) == 0 {
		return errors.New("cmap is empty")
	}
	return nil
}

// Glyph returns the glyph of a character of the basic plane.
func (f *Face) Glyph(r rune) (uint16, bool) {
	g, ok := f.cmap[r]
	return g, ok
}

// Blank reports whether the glyph has no outline: a space.
func (f *Face) Blank(gid uint16) bool {
	return int(gid) >= f.glyphs || f.loca[gid] == f.loca[gid+1]
}

// Advance returns the glyph's width in thousandths of the type size.
func (f *Face) Advance(gid uint16) int {
	i := min(int(gid), f.hmtx-1)
	return int(binary.BigEndian.Uint16(f.bytes("hmtx")[4*i:])) * 1000 / f.upem
}

// Width returns the advance of text in points at a type size, or false when a
// character has no glyph.
func (f *Face) Width(text string, size float64) (float64, bool) {
	sum := 0
	for _, r := range text {
		g, ok := f.cmap[r]
		if !ok {
			return 0, false
		}
		sum += f.Advance(g)
	}
	return float64(sum) * size / 1000, true
}
