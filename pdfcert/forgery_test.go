package pdfcert_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"qualsys/pdfcert"
	"qualsys/pdfcert/certtest"
)

func TestGenuineFilesAreAccepted(t *testing.T) {
	s := open(t)
	r, err := s.accept(s.sealed)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(r.Says) != fmt.Sprint(says()) || len(r.Links) != 1 || r.Links[0] != link {
		t.Errorf("read %+v %v", r.Says, r.Links)
	}
}

// TestForgeriesWithoutAKey changes a genuine file in every way that a forger
// without our key could hope for.
func TestForgeriesWithoutAKey(t *testing.T) {
	s := open(t)
	g := s.sealed
	end := len(s.base)
	sub := func(old, new string, n int) func(*testing.T) []byte {
		return func(t *testing.T) []byte { return swap(t, g, old, new, n) }
	}
	moved := func(old, new string, n int) func(*testing.T) []byte {
		return func(t *testing.T) []byte { return reRange(t, swap(t, g, old, new, n)) }
	}
	update := func(objects string, extra string) func(*testing.T) []byte {
		return func(t *testing.T) []byte { return increment(g, objects, extra) }
	}
	for name, c := range map[string]struct {
		forge   func(*testing.T) []byte
		reasons []pdfcert.Reason
	}{
		// What follows or precedes.
		"a space at the end":                  {func(*testing.T) []byte { return append(bytes.Clone(g), ' ') }, nil},
		"a line at the end":                   {func(*testing.T) []byte { return append(bytes.Clone(g), '\n') }, nil},
		"zero bytes at the end":               {func(*testing.T) []byte { return append(bytes.Clone(g), 0, 0, 0, 0) }, nil},
		"a comment at the end":                {func(*testing.T) []byte { return append(bytes.Clone(g), "% hello\n"...) }, nil},
		"another %%EOF":                       {func(*testing.T) []byte { return append(bytes.Clone(g), "%%EOF\n"...) }, nil},
		"the file twice":                      {func(*testing.T) []byte { return append(bytes.Clone(g), g...) }, nil},
		"the last byte missing":               {func(*testing.T) []byte { return g[:len(g)-1] }, nil},
		"the last kilobyte missing":           {func(*testing.T) []byte { return g[:len(g)-1024] }, nil},
		"half of the file":                    {func(*testing.T) []byte { return g[:len(g)/2] }, nil},
		"only the base":                       {func(*testing.T) []byte { return s.base }, []pdfcert.Reason{pdfcert.Revisions}},
		"nothing":                             {func(*testing.T) []byte { return nil }, []pdfcert.Reason{pdfcert.NotPDF}},
		"bytes before the header":             {func(*testing.T) []byte { return append([]byte("\n"), g...) }, []pdfcert.Reason{pdfcert.NotPDF}},
		"an executable's header":              {func(*testing.T) []byte { return append([]byte("MZ\x90\x00"), g...) }, []pdfcert.Reason{pdfcert.NotPDF}},
		"another version of PDF":              {sub("%PDF-1.7", "%PDF-1.4", 0), nil},
		"another comment in the header":       {sub("\xef\xbf\xbd\n\n", "\xef\xbf\xbe\n\n", 0), nil},
		"line ends of another system":         {func(*testing.T) []byte { return bytes.ReplaceAll(g, []byte("endobj\n"), []byte("endobj\r\n")) }, nil},
		"more than ten megabytes":             {func(*testing.T) []byte { return append(bytes.Clone(g), make([]byte, pdfcert.MaxSize)...) }, []pdfcert.Reason{pdfcert.Bounds}},
		"the second revision twice":           {func(*testing.T) []byte { return append(bytes.Clone(g), g[end:]...) }, nil},
		"the revisions in the other order":    {func(*testing.T) []byte { return append(bytes.Clone(g[end:]), g[:end]...) }, []pdfcert.Reason{pdfcert.NotPDF}},
		"the second revision of another file": {func(t *testing.T) []byte { return append(bytes.Clone(s.base), s.seal(t, s.otherBase(t))[end:]...) }, nil},
		"the first revision of another file":  {func(t *testing.T) []byte { return append(s.otherBase(t), g[end:]...) }, nil},
		"the same, with the range put right":  {func(t *testing.T) []byte { return reRange(t, append(s.otherBase(t), g[end:]...)) }, nil},
		// Incremental updates (shadow attacks, ISA).
		"an update with another page":        {update("16 0 obj\n<<\n/Length 0\n>>\nstream\nendstream\nendobj\n", ""), nil},
		"an update with another catalog":     {update("22 0 obj\n<<\n  /Type /Catalog\n  /Pages 2 0 R\n>>\nendobj\n", ""), nil},
		"an update with an annotation":       {update("15 0 obj\n<<\n  /Type /Page\n  /Parent 2 0 R\n  /Annots [30 0 R]\n>>\nendobj\n30 0 obj\n<< /Type /Annot /Subtype /FreeText /Rect [0 0 500 500] /Contents (forged) >>\nendobj\n", ""), nil},
		"an update with a script":            {update("22 0 obj\n<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>\nendobj\n", ""), nil},
		"an update without a table":          {func(*testing.T) []byte { return append(bytes.Clone(g), "16 0 obj\n<<>>\nendobj\n"...) }, nil},
		"an update with an empty body":       {update("", ""), nil},
		"an update with other fonts":         {update("4 0 obj\n<< /Font << /F1 14 0 R /F2 9 0 R >> >>\nendobj\n", ""), nil},
		"an update with a stream of objects": {update("30 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Length 10 >>\nstream\n16 0 << >> \nendstream\nendobj\n", ""), nil},
		"an update that hides the signature": {update("22 0 obj\n<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [] >> >>\nendobj\n", ""), nil},
		"an update with a DSS":               {update("22 0 obj\n<< /Type /Catalog /Pages 2 0 R /DSS << >> >>\nendobj\n", ""), nil},
		"a second signature by the forger": {func(t *testing.T) []byte {
			return certtest.PDFSign(t, g, s.thief(t).SignerKey, s.thief(t).Chain(), s.At)
		}, nil},
		"a second signature by ourselves": {func(t *testing.T) []byte { return certtest.PDFSign(t, g, s.SignerKey, s.Chain(), s.At) }, nil},
		// The range (USF, SWA).
		"a range of zeros": {func(t *testing.T) []byte { return ranged(t, g, "[0 0 0 0]") }, []pdfcert.Reason{pdfcert.ByteRange}},
		"a range that ends before the end": {func(t *testing.T) []byte {
			return ranged(t, g, fmt.Sprintf("[0 %d %d %d]", gap(g), gapEnd(g), len(g)-gapEnd(g)-10))
		}, []pdfcert.Reason{pdfcert.ByteRange}},
		"a range with a wider gap": {func(t *testing.T) []byte {
			return ranged(t, g, fmt.Sprintf("[0 %d %d %d]", gap(g)-40, gapEnd(g), len(g)-gapEnd(g)))
		}, []pdfcert.Reason{pdfcert.ByteRange}},
		"a range with a gap after": {func(t *testing.T) []byte {
			return ranged(t, g, fmt.Sprintf("[0 %d %d %d]", gap(g), gapEnd(g)+40, len(g)-gapEnd(g)-40))
		}, []pdfcert.Reason{pdfcert.ByteRange}},
		"a range that begins later": {func(t *testing.T) []byte {
			return ranged(t, g, fmt.Sprintf("[9 %d %d %d]", gap(g)-9, gapEnd(g), len(g)-gapEnd(g)))
		}, []pdfcert.Reason{pdfcert.ByteRange}},
		"a negative range": {func(t *testing.T) []byte { return ranged(t, g, "[0 -1 -2 -3]") }, []pdfcert.Reason{pdfcert.ByteRange}},
		"a range with a plus": {func(t *testing.T) []byte {
			return ranged(t, g, fmt.Sprintf("[0 +%d %d %d]", gap(g), gapEnd(g), len(g)-gapEnd(g)))
		}, []pdfcert.Reason{pdfcert.ByteRange}},
		"a range with a leading zero": {func(t *testing.T) []byte {
			return ranged(t, g, fmt.Sprintf("[0 0%d %d %d]", gap(g), gapEnd(g), len(g)-gapEnd(g)))
		}, []pdfcert.Reason{pdfcert.ByteRange}},
		"a range with fractions": {func(t *testing.T) []byte {
			return ranged(t, g, fmt.Sprintf("[0 %d.0 %d %d]", gap(g), gapEnd(g), len(g)-gapEnd(g)))
		}, []pdfcert.Reason{pdfcert.ByteRange}},
		"a range of two numbers":     {func(t *testing.T) []byte { return ranged(t, g, fmt.Sprintf("[0 %d]", len(g))) }, []pdfcert.Reason{pdfcert.ByteRange}},
		"a range of six numbers":     {func(t *testing.T) []byte { return ranged(t, g, fmt.Sprintf("[0 %d %d 9 9 9]", gap(g), gapEnd(g))) }, []pdfcert.Reason{pdfcert.ByteRange}},
		"a huge number in the range": {func(t *testing.T) []byte { return ranged(t, g, fmt.Sprintf("[0 %d 99999999999999999999 1]", gap(g))) }, []pdfcert.Reason{pdfcert.ByteRange}},
		"a range elsewhere":          {func(t *testing.T) []byte { return ranged(t, g, "23 0 R") }, []pdfcert.Reason{pdfcert.ByteRange}},
		"no range":                   {func(t *testing.T) []byte { return ranged(t, g, "null") }, []pdfcert.Reason{pdfcert.ByteRange}},
		"a comment within the range": {sub("/ByteRange [0 ", "/ByteRange [0%\n", 0), nil},
		"two ranges":                 {sub("/ByteRange [", "/ByteRange [0 1 2 3] /ByteRange [", 0), nil},
		// The container's place.
		"an empty container":           {func(*testing.T) []byte { return contents(g, "") }, nil},
		"a container of zeros":         {func(*testing.T) []byte { return contents(g, strings.Repeat("0", gapEnd(g)-gap(g)-2)) }, []pdfcert.Reason{pdfcert.CMS}},
		"no container":                 {sub(" /Contents<", " /Contents null %<", 0), nil},
		"capital digits":               {func(*testing.T) []byte { return contents(g, strings.ToUpper(string(container(g)))) }, nil},
		"spaces between the digits":    {func(*testing.T) []byte { return contents(g, " "+string(container(g))[:gapEnd(g)-gap(g)-3]) }, nil},
		"something in the padding":     {func(*testing.T) []byte { b := bytes.Clone(g); b[gapEnd(g)-2] = '1'; return b }, []pdfcert.Reason{pdfcert.CMS}},
		"something far in the padding": {func(*testing.T) []byte { b := bytes.Clone(g); b[gapEnd(g)-200] = 'a'; return b }, []pdfcert.Reason{pdfcert.CMS}},
		"a shorter padding": {func(t *testing.T) []byte {
			return reRange(t, contents(g, string(container(g))[:gapEnd(g)-gap(g)-2-64]))
		}, nil},
		"a longer padding": {func(t *testing.T) []byte {
			return reRange(t, contents(g, string(container(g))+strings.Repeat("0", 64)))
		}, nil},
		"an odd number of digits":   {func(t *testing.T) []byte { return reRange(t, contents(g, string(container(g))[:gapEnd(g)-gap(g)-3])) }, nil},
		"a parenthesised container": {sub(" /Contents<", " /Contents(", 0), nil},
		"two containers":            {moved(" /Contents<", " /Contents<00> /Contents<", 0), nil},
		// The signature's dictionary.
		"another sub-filter":         {sub("adbe.pkcs7.detached", "adbe.x509.rsa_sha1", 0), nil},
		"another filter":             {sub("/Adobe.PPKLite", "/Adobe.PPKMSxx", 0), nil},
		"another permission":         {sub("/P 1   /V", "/P 3   /V", 0), nil},
		"another transform":          {sub("/DocMDP", "/FieldM", 0), nil},
		"another stated time":        {sub("/M (D:2026", "/M (D:2025", 0), []pdfcert.Reason{pdfcert.Coverage}},
		"no date in the stated time": {sub("/M (D:2026", "/M (D:20X6", 0), nil},
		"another name":               {sub("/Name (Qualsys)", "/Name (Quallys)", 0), nil},
		"two fields":                 {sub("/Fields [21 0 R]", "/Fields [21 0 R 21 0 R]", 0), nil},
		"no field":                   {sub("/Fields [21 0 R]", "/Fields []", 0), nil},
		"a field of another kind":    {sub("/FT /Sig", "/FT /Btn", 0), nil},
		"a direct value":             {sub("/V 20 0 R", "/V << >>", 0), nil},
		"a visible field":            {sub("/Rect [0 0 0 0]", "/Rect [0 0 9 9]", 0), nil},
		"a field with an appearance": {moved("/F 132", "/AP << /N 16 0 R >> /F 132", 0), []pdfcert.Reason{pdfcert.ActiveContent}},
		// The structure of the base.
		"a script in the catalog":         {moved("  /Pages 2 0 R\n>>", "  /Pages 2 0 R\n  /OpenAction << /S /JavaScript /JS (1) >>\n>>", 0), []pdfcert.Reason{pdfcert.ActiveContent}},
		"XFA":                             {moved("/SigFlags 3", "/XFA 30 0 R /SigFlags 3", 0), []pdfcert.Reason{pdfcert.ActiveContent}},
		"optional content":                {moved("  /Pages 2 0 R\n", "  /Pages 2 0 R\n  /OCProperties << >>\n", 0), []pdfcert.Reason{pdfcert.ActiveContent}},
		"an annotation on a page":         {moved("/Resources 4 0 R\n", "/Resources 4 0 R\n  /Annots [21 0 R]\n", 0), []pdfcert.Reason{pdfcert.ActiveContent}},
		"an embedded file":                {moved("  /Pages 2 0 R\n", "  /Pages 2 0 R\n  /Names << /EmbeddedFiles 3 0 R >>\n", 0), []pdfcert.Reason{pdfcert.ActiveContent}},
		"an encrypted file":               {moved("/Root 22 0 R\n", "/Root 22 0 R\n/Encrypt 3 0 R\n", 0), []pdfcert.Reason{pdfcert.ActiveContent}},
		"another page size":               {moved("[ 0 0 595.28", "[ 0 0 595.27", 0), nil},
		"a smaller visible part":          {moved("/Parent 2 0 R\n", "/Parent 2 0 R\n  /CropBox [0 0 10 10]\n", 0), nil},
		"a turned page":                   {moved("/Parent 2 0 R\n", "/Parent 2 0 R\n  /Rotate 180\n", 0), nil},
		"pages in the other order":        {sub("[  15 0 R  17 0 R  ]", "[  17 0 R  15 0 R  ]", 0), nil},
		"a page twice":                    {sub("[  15 0 R  17 0 R  ]", "[  15 0 R  15 0 R  ]", 0), nil},
		"a third page":                    {moved("/Count 2\n  /Kids [  15 0 R  17 0 R  ]", "/Count 3\n  /Kids [  15 0 R  17 0 R  17 0 R  ]", 0), nil},
		"the back's content on the front": {sub("/Contents  16 0 R", "/Contents  18 0 R", 0), nil},
		"two contents on a page":          {moved("/Contents  16 0 R ", "/Contents [16 0 R 18 0 R]", 0), nil},
		"the fonts exchanged":             {sub("/F1 9 0 R\n\t\t/F2 14 0 R", "/F1 14 0 R\n\t\t/F2 9 0 R", 0), nil},
		"another encoding":                {sub("/Identity-H", "/Identity-V", 0), nil},
		"a hidden comment":                {moved("endobj\n\n", "endobj\n%\n", 3), nil},
		"a hidden object":                 {moved("15 0 obj\n", "19 0 obj\n<<>>\nendobj\n\n15 0 obj\n", 0), nil},
		"an object twice":                 {moved("17 0 obj\n", "16 0 obj\n<<>>\nendobj\n\n17 0 obj\n", 0), nil},
		"another generation":              {sub("16 0 obj", "16 1 obj", 0), nil},
		"a wrong stream length":           {sub("/FlateDecode/Length ", "/FlateDecode/Length 1", 0), nil},
		"an indirect stream length":       {moved("/FlateDecode/Length ", "/FlateDecode/Length 3 0 R %", 0), nil},
		"another stream filter":           {sub("/Filter/FlateDecode", "/Filter/ASCIIHexDec", 0), nil},
		// The tables.
		"a table that points elsewhere":  {sub(fmt.Sprintf("%010d 00000 n \n", bytes.Index(g, []byte("\n16 0 obj"))+1), fmt.Sprintf("%010d 00000 n \n", bytes.Index(g, []byte("\n18 0 obj"))+1), 0), []pdfcert.Reason{pdfcert.XRef}},
		"a freed object":                 {sub("00000 n \n", "00000 f \n", 4), []pdfcert.Reason{pdfcert.XRef}},
		"a table of more objects":        {moved("xref\n20 3\n", "xref\n16 1\n0000000024 00000 n\r\n20 3\n", 0), nil},
		"a start elsewhere":              {sub("startxref\n\n", "startxref\n\n1", 0), nil},
		"a table before that is another": {sub("/Prev ", "/Prev 1", 0), nil},
		"no table before":                {sub("/Prev ", "/Xrev ", 0), nil},
		"a stream as table":              {moved("    /Prev ", "    /XRefStm 24 /Prev ", 0), nil},
		"another root":                   {sub("/Root 22 0 R", "/Root 1 0 R ", 0), nil},
		"another size":                   {sub("/Size 23", "/Size 22", 0), nil},
		// What the page says, with nothing else touched.
		"another character in the map": {sub("<5C71>", "<5CB3>", 0), []pdfcert.Reason{pdfcert.Coverage}},
		"another width":                {sub("[1000]", "[1001]", 0), []pdfcert.Reason{pdfcert.Coverage}},
	} {
		t.Run(name, func(t *testing.T) { s.refused(t, c.forge(t), c.reasons...) })
	}
}

// increment appends a revision with these objects and a right table.
func increment(file []byte, objects, extra string) []byte {
	b := append(bytes.Clone(file), '\n')
	type entry struct{ n, at int }
	var entries []entry
	for _, o := range strings.SplitAfter(objects, "endobj\n") {
		if o == "" {
			continue
		}
		var n int
		fmt.Sscanf(o, "%d 0 obj", &n)
		entries = append(entries, entry{n, len(b)})
		b = append(b, o...)
	}
	start := len(b)
	b = append(b, "xref\n"...)
	for _, e := range entries {
		b = fmt.Appendf(b, "%d 1\n%010d 00000 n \n", e.n, e.at)
	}
	prev := file[bytes.LastIndex(file, []byte("startxref\n"))+10:]
	var at int
	fmt.Sscan(string(prev), &at)
	return fmt.Appendf(b, "trailer\n<< /Size 31 /Root 22 0 R /Prev %d %s>>\nstartxref\n%d\n%%%%EOF\n", at, extra, start)
}

// gap and gapEnd are the places of < and after > of the container.
func gap(file []byte) int { return bytes.Index(file, []byte(" /Contents<")) + len(" /Contents") }

func gapEnd(file []byte) int { return gap(file) + bytes.IndexByte(file[gap(file):], '>') + 1 }

func container(file []byte) []byte { return bytes.Clone(file[gap(file)+1 : gapEnd(file)-1]) }

func contents(file []byte, hex string) []byte {
	return append(append(append(bytes.Clone(file[:gap(file)+1]), hex...), '>'), file[gapEnd(file):]...)
}

// ranged writes another range in the place of the genuine one.
func ranged(t *testing.T, file []byte, text string) []byte {
	t.Helper()
	from := bytes.Index(file, []byte("/ByteRange "))
	to := bytes.Index(file, []byte(" /Contents<"))
	text = "/ByteRange " + text
	if len(text) > to-from {
		t.Fatal("no room")
	}
	return append(append(bytes.Clone(file[:from]), text+strings.Repeat(" ", to-from-len(text))...), file[to:]...)
}

func (s *shop) otherBase(t testing.TB) []byte {
	other := says()
	other.Name.Value = "山田　花子"
	return draw(t, other)
}

// thief is an authority of the same names with other keys.
func (s *shop) thief(t testing.TB) *certtest.Set { return certtest.New(t, s.At) }

func flip(b []byte, at int) []byte {
	c := bytes.Clone(b)
	c[at] ^= 1
	return c
}

func otherContainer(t *testing.T, s *shop) []byte {
	raw := make([]byte, len(container(s.sealed))/2)
	hex.Decode(raw, container(s.seal(t, s.otherBase(t))))
	return bytes.TrimRight(raw, "\x00")
}
