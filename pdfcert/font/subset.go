package font

import (
	"encoding/binary"
	"slices"
)

// subsetTables are what an embedded subset holds, in the order of the file.
var subsetTables = []string{"cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "prep"}

// Subset returns the font file that gopdf embeds for the given glyphs, byte for
// byte: the full metrics, and outlines only of these glyphs, of glyph 0 and of
// the parts of composite ones. A reader that finds exactly these bytes knows
// that every glyph looks as in the released font.
func (f *Face) Subset(gids []uint16) []byte {
	use := f.closure(gids)
	size := 0
	for _, g := range use {
		size += f.loca[g+1] - f.loca[g]
	}
	glyf := make([]byte, 0, padded(size))
	loca := make([]byte, 0, padded(4*(f.glyphs+1)))
	next := 0
	for g := range f.glyphs {
		loca = f.appendLoca(loca, len(glyf))
		if next < len(use) && int(use[next]) == g {
			glyf = append(glyf, f.outline(use[next])...)
			next++
		}
	}
	loca = f.appendLoca(loca, len(glyf))
	locaSize := len(loca)
	loca = append(loca, make([]byte, padded(len(loca))-len(loca))...)
	glyf = append(glyf, make([]byte, padded(size)-len(glyf))...)

	out := make([]byte, 12+16*len(subsetTables), 12+16*len(subsetTables)+len(glyf)+len(loca)+len(f.bytes("hmtx"))+4096)
	binary.BigEndian.PutUint32(out, 0x00010000)
	binary.BigEndian.PutUint16(out[4:], uint16(len(subsetTables)))
	binary.BigEndian.PutUint16(out[6:], 8*16) // the largest power of two below nine tables
	binary.BigEndian.PutUint16(out[8:], 3)
	binary.BigEndian.PutUint16(out[10:], uint16(len(subsetTables)-8)*16)
	for i, tag := range subsetTables {
		t := f.tables[tag]
		body := f.Data[t.offset:min(t.offset+padded(t.length), len(f.Data))]
		switch tag {
		case "glyf":
			t.length, t.checksum, body = len(glyf), checksum(glyf), glyf
		case "loca":
			t.length, t.checksum, body = locaSize, checksum(loca), loca
		}
		e := out[12+16*i:]
		copy(e, tag)
		binary.BigEndian.PutUint32(e[4:], t.checksum)
		binary.BigEndian.PutUint32(e[8:], uint32(len(out)))
		binary.BigEndian.PutUint32(e[12:], uint32(t.length))
		out = append(out, body...)
	}
	return out
}

// closure returns the glyphs to embed, sorted, each once.
func (f *Face) closure(gids []uint16) []uint16 {
	use := append([]uint16{0}, gids...)
	for _, g := range gids {
		use = append(use, f.parts(g)...)
	}
	slices.Sort(use)
	use = slices.Compact(use)
	for len(use) > 0 && int(use[len(use)-1]) >= f.glyphs {
		use = use[:len(use)-1]
	}
	return use
}

// outline returns a glyph's entry in glyf.
func (f *Face) outline(gid uint16) []byte {
	return f.bytes("glyf")[f.loca[gid]:f.loca[gid+1]]
}

// parts returns the glyphs that a composite glyph is put together from.
func (f *Face) parts(gid uint16) []uint16 {
	if int(gid) >= f.glyphs {
		return nil
	}
	o := f.outline(gid)
	if len(o) < 10 || int16(binary.BigEndian.Uint16(o)) >= 0 {
		return nil
	}
	var parts []uint16
	for at := 10; at+4 <= len(o); {
		flags := binary.BigEndian.Uint16(o[at:])
		parts = append(parts, binary.BigEndian.Uint16(o[at+2:]))
		if flags&0x20 == 0 { // no more parts
			break
		}
		at += 6
		if flags&0x01 != 0 { // arguments are words
			at += 2
		}
		switch {
		case flags&0x08 != 0:
			at += 2
		case flags&0x40 != 0:
			at += 4
		}
		if flags&0x80 != 0 {
			at += 8
		}
	}
	return parts
}

// appendLoca appends an offset in the font's own width.
func (f *Face) appendLoca(loca []byte, at int) []byte {
	if f.short {
		return binary.BigEndian.AppendUint16(loca, uint16(at/2))
	}
	return binary.BigEndian.AppendUint32(loca, uint32(at))
}

// padded rounds up to a multiple of four.
func padded(n int) int { return (n + 3) &^ 3 }

// checksum is the sum of a table's 32-bit words as gopdf writes it: each byte's
// column on its own, without a carry into the next.
func checksum(b []byte) uint32 {
	var c [4]uint64
	for i := 0; i+4 <= len(b); i += 4 {
		c[0] += uint64(b[i+3])
		c[1] += uint64(b[i+2])
		c[2] += uint64(b[i+1])
		c[3] += uint64(b[i])
	}
	return uint32(c[3]<<24) + uint32(c[2]<<16) + uint32(c[1]<<8) + uint32(c[0])
}
