package pdfcert

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"time"
)

// layout is where the parts of the base lie. Nothing in it has been looked into.
type layout struct {
	fonts    [2]fontParts
	contents [2][]byte // deflated page contents
	end      int       // length of the base
}

// fontParts are the parts of one embedded font.
type fontParts struct {
	toUnicode []byte
	file      []byte // deflated
	size      int    // inflated
	widths    []byte
}

// signature is what the second revision holds.
type signature struct {
	gapStart, gapEnd int // the bytes that the range leaves out: < hex >
	cms              cms
}

// What every base begins with.
const (
	header  = "%PDF-1.7\n%\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\n\n"
	catalog = "<<\n  /Type /Catalog\n  /Pages 2 0 R\n>>\n"
)

// Limits of one file, far above any of ours.
const (
	maxStream   = 4 << 20 // a deflated stream
	maxGlyphs   = 4000    // of one font
	maxContents = 16384   // bytes of the CMS
)

// released describes the fonts of released certificates: files embed them
// under this name with this box. Everything else in the descriptors is shared.
var released = [2]struct{ name, box string }{
	{"NotoSerifJP-Regular", "-997 -1049 2929 1809"},
	{"NotoSerifJP-SemiBold", "-1005 -1047 2927 1807"},
}

// Open takes a certificate file apart. It follows the bytes of our own
// pipeline from the first to the last (SECURITY §1, items 1 to 4, 6 and 7 of
// profile pkcs7); a *Refusal says where a file differs and why it is not one
// of ours. The signature is not verified yet, and no page has been read.
//
// Open keeps data; it must not be changed afterwards.
func Open(data []byte) (*File, error) {
	if len(data) > MaxSize {
		return nil, refuse(Bounds, "%d bytes, more than %d", len(data), MaxSize)
	}
	if !bytes.HasPrefix(data, []byte("%PDF-")) {
		return nil, refuse(NotPDF, "does not begin with %%PDF-")
	}
	s := &scanner{data: data, offsets: map[int]int{}}
	f := &File{Profile: PKCS7, data: data, Digest: sha256.Sum256(data)}
	start := s.base(&f.base)
	s.seal(f, start)
	if s.err == nil && s.at < len(data) {
		s.fail(TrailingBytes, "%d bytes after the signed revision", len(data)-s.at)
	}
	if s.err != nil {
		return nil, s.explain()
	}
	if err := f.readCMS(); err != nil {
		return nil, err
	}
	return f, nil
}

// base walks over the revision that sheet laid out and returns where its
// cross-reference table begins.
func (s *scanner) base(b *layout) int {
	s.lit(Structure, header)
	s.plain(1, catalog)
	s.plain(2, fmt.Sprintf("<<\n  /Type /Pages\n  /MediaBox [ 0 0 %.2f %.2f ]\n  /Count 2\n  /Kids [  15 0 R  17 0 R  ]\n>>\n", PageWidth, PageHeight))
	s.plain(3, "<<\n\t/Type /Outlines\n\t/Count 0\n>>\n")
	s.plain(4, "<<\n\t/ProcSet [/PDF /Text /ImageB /ImageC /ImageI]\n\t/Font <<\n\t\t/F1 9 0 R\n\t\t/F2 14 0 R\n\t>>\n"+
		"\t/ColorSpace <<\n\t>>\n\t/XObject <<\n\t>>\n\t/ExtGState <<\n\t>>\n>>\n")
	for i := range b.fonts {
		s.font(5+5*i, i, &b.fonts[i])
	}
	for i := range b.contents {
		n := 15 + 2*i
		s.plain(n, fmt.Sprintf("<<\n  /Type /Page\n  /Parent 2 0 R\n  /Resources 4 0 R\n  /Contents  %d 0 R \n>>\n", n+1))
		s.object(n+1, func() {
			s.lit(Structure, "<<\n/Filter/FlateDecode/Length ")
			b.contents[i] = s.stream("\n")
		})
	}
	start := s.at
	s.lit(XRef, "xref\n0 19\n0000000000 65535 f \n")
	for n := 1; n <= 18; n++ {
		s.lit(XRef, s.xrefLine(n, " \n"))
	}
	s.lit(XRef, fmt.Sprintf("trailer\n<<\n/Size 19\n/Root 1 0 R\n>>\nstartxref\n%d\n%%%%EOF\n", start))
	b.end = s.at
	return start
}

// stream walks over the rest of a stream's dictionary, from the number of its
// length on, and its bytes.
func (s *scanner) stream(end string) []byte {
	n := s.number(Structure)
	s.lit(Structure, "\n>>\nstream\n")
	return s.body(n, end)
}

func (s *scanner) body(n int, end string) []byte {
	if n > maxStream {
		s.fail(Bounds, "a stream of %d bytes", n)
	}
	b := s.take(n)
	s.lit(Structure, end+"endstream\n")
	return b
}

// font walks over the five objects of one font, of which the first has number n.
func (s *scanner) font(n, i int, p *fontParts) {
	name := released[i].name
	s.object(n, func() {
		s.lit(Structure, "<<\n/Length ")
		p.toUnicode = s.stream("")
	})
	s.object(n+1, func() {
		s.lit(Structure, "<</Length ")
		length := s.number(Structure)
		s.lit(Structure, "\n/Filter /FlateDecode\n/Length1 ")
		p.size = s.number(Structure)
		s.lit(Structure, "\n>>\nstream\n")
		p.file = s.body(length, "\n")
	})
	s.plain(n+2, fmt.Sprintf("<<\n/Type /FontDescriptor\n/Ascent 1151\n/CapHeight 729\n/Descent -286\n/Flags 32\n/FontBBox [%s]\n/FontFile2 %d 0 R\n"+
		"/FontName /%s\n/ItalicAngle 0\n/StemV 0\n/XHeight 514\n>>\n", released[i].box, n+1, name))
	s.object(n+3, func() {
		s.lit(Structure, fmt.Sprintf("<<\n/BaseFont /%s\n/CIDSystemInfo\n<<\n  /Ordering (Identity)\n  /Registry (Adobe)\n  /Supplement 0\n>>\n"+
			"/FontDescriptor %d 0 R\n/Subtype /CIDFontType2\n/Type /Font\n/W [", name, n+2))
		p.widths = s.span(16*maxGlyphs, func(b byte) bool { return b >= '0' && b <= '9' || b == '[' || b == ']' })
		s.at -= 1 // the last bracket closes the array
		s.lit(Structure, "]\n>>\n")
	})
	if len(p.widths) > 0 {
		p.widths = p.widths[:len(p.widths)-1]
	}
	s.plain(n+4, fmt.Sprintf("<<\n/BaseFont /%s\n/DescendantFonts [%d 0 R]\n/Encoding /Identity-H\n/Subtype /Type0\n/ToUnicode %d 0 R\n/Type /Font\n>>\n", name, n+3, n))
}

// rangePlaceholder is what pdfsign writes before it knows the range; the range
// is padded to its length.
const rangePlaceholder = "/ByteRange[0 ********** ********** **********]"

// seal walks over the revision that pdfsign appended.
func (s *scanner) seal(f *File, prev int) {
	if s.err == nil && s.at == len(s.data) {
		s.fail(Revisions, "the file has no signature")
	}
	s.lit(Revisions, "\n\n")
	s.begin(20)
	s.lit(Structure, "<<\n /Type /Sig\n /Filter /Adobe.PPKLite\n /SubFilter /adbe.pkcs7.detached\n /Prop_Build <<\n   /App << /Name /Digitorus#20PDFSign >>\n >>\n ")
	ranges := s.byteRange()
	s.lit(ByteRange, " /Contents")
	f.sig.gapStart = s.at
	s.lit(ByteRange, "<")
	hex := s.span(2*maxContents, func(b byte) bool { return b >= '0' && b <= '9' || b >= 'a' && b <= 'f' })
	s.lit(ByteRange, ">")
	f.sig.gapEnd = s.at
	f.sig.cms.hex = hex
	if want := [3]int{f.sig.gapStart, f.sig.gapEnd, len(s.data) - f.sig.gapEnd}; s.err == nil && ranges != want {
		s.fail(ByteRange, "the range is %v, the signature leaves %v", ranges, want)
	}
	s.lit(Structure, "\n /Reference [\n << /Type /SigRef\n /TransformMethod /DocMDP\n /TransformParams <<\n   /Type /TransformParams\n"+
		"   /P 1   /V /1.2\n   /DigestMethod /SHA256\n   >>\n >> ] /Name (Qualsys)\n /Reason (Certificate of qualification)\n /M (D:")
	f.ClaimedAt = s.date()
	s.lit(Structure, ")\n>>\nendobj\n\n")
	s.begin(21)
	s.lit(Structure, "<<\n  /Type /Annot\n  /Subtype /Widget\n  /Rect [0 0 0 0]\n  /P 15 0 R\n  /F 132\n  /FT /Sig\n  /T (Signature 1)\n  /V 20 0 R\n>>\nendobj\n\n")
	s.begin(22)
	s.lit(Structure, "<<\n  /Type /Catalog\n  /Pages 2 0 R\n  /AcroForm <<\n    /Fields [21 0 R]\n    /SigFlags 3\n  >>\n>>\nendobj\n\n")
	start := s.at
	s.lit(XRef, "xref\n20 3\n"+s.xrefLine(20, "\r\n")+s.xrefLine(21, "\r\n")+s.xrefLine(22, "\r\n"))
	s.lit(XRef, fmt.Sprintf("trailer\n<<\n/Size 23\n/Root 22 0 R\n    /Prev %d\n>>\nstartxref\n\n%d\n%%%%EOF\n", prev, start))
}

// begin steps over the first line of an object of the second revision.
func (s *scanner) begin(n int) {
	if s.err == nil {
		s.offsets[n] = s.at
	}
	s.lit(Structure, fmt.Sprintf("%d 0 obj\n", n))
}

// byteRange reads the three numbers of the range and its padding.
func (s *scanner) byteRange() (r [3]int) {
	from := s.at
	s.lit(ByteRange, "/ByteRange [0 ")
	for i := range r {
		r[i] = s.number(ByteRange)
		s.lit(ByteRange, []string{" ", " ", "]"}[i])
	}
	for s.err == nil && s.at < from+len(rangePlaceholder) {
		s.lit(ByteRange, " ")
	}
	return r
}

// date reads the stated time of signing, which is always in Japanese time.
func (s *scanner) date() time.Time {
	const form = "20060102150405+09'00'"
	text := string(s.take(len(form)))
	t, err := time.ParseInLocation(form, text, time.FixedZone("JST", 9*60*60))
	if err != nil || t.Format(form) != text {
		s.fail(Structure, "expected a date")
		return time.Time{}
	}
	return t.UTC()
}
