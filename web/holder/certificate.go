package holder

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	qrcode "github.com/skip2/go-qrcode"

	"qualsys/internal/store"
	"qualsys/issue"
	"qualsys/registry/person"
	"qualsys/web"
	"qualsys/web/page"
)

// certificatePage is one certificate and the registration that it is of.
type certificatePage struct {
	issue.Certificate
	held held
}

func (c certificatePage) at() string { return certificateAt(c.Certificate) }

// out reports whether its file can be had.
func (c certificatePage) out() bool { return c.State == issue.StateReleased }

// newer returns the certificate that should be used in the place of this one.
func (c certificatePage) newer() (issue.Certificate, bool) {
	n, ok := c.held.usable()
	return n, ok && n.ID != c.ID
}

// certificate shows one certificate, its state and what can be done with it.
func (p *Pages) certificate(v visit) error {
	c, err := v.certificatePage()
	if err != nil {
		return err
	}
	view, err := v.view("")
	if err != nil {
		return err
	}
	if !c.out() {
		v.c.Header("Refresh", "3")
	}
	return v.show(certificateScreen(view, c))
}

func (v visit) certificatePage() (c certificatePage, err error) {
	err = v.read(func(tx *store.Tx) (err error) {
		if c.Certificate, err = v.p.o.Certificates.Get(tx, v.by, issue.ID(v.id())); err != nil {
			return err
		}
		c.held, err = v.held(tx, c.Registration)
		return err
	})
	return c, err
}

// certificateFile sends the file as it was released, byte for byte. Each
// certificate has its own address and nothing is kept by caches, so that nobody
// is served the one before. With ?print=1 the browser shows it, to be printed.
func (p *Pages) certificateFile(v visit) error {
	c, file, err := p.o.Certificates.File(v.ctx, v.by, issue.ID(v.id()))
	if err != nil {
		return err
	}
	kind := "attachment"
	if v.c.Query("print") == "1" {
		kind = "inline"
		// The browser's own reader is a page with styles of its own.
		v.c.Header("Content-Security-Policy", "frame-ancestors 'none'")
	}
	v.c.Header("Cache-Control", "no-store")
	v.c.Header("Content-Disposition", disposition(kind, fileName(c)))
	v.c.Data(200, "application/pdf", file)
	return nil
}

// fileName tells certificates apart in a folder, without the person's name.
func fileName(c issue.Certificate) string {
	return fmt.Sprintf("資格者証_%s_%08d.pdf", strings.TrimSuffix(c.Content.Title, "資格証"), c.IssuedOn.Int())
}

// disposition names a file as RFC 6266 says, for old programs too.
func disposition(kind, name string) string {
	return kind + `; filename="certificate.pdf"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}

// showPage is what stands on the phone's screen.
type showPage struct {
	certificatePage
	Symbol symbol
}

// showCertificate fills the screen with the QR code. The page holds all it
// needs: once open, it works without a network.
func (p *Pages) showCertificate(v visit) error {
	shown, err := p.o.Certificates.Show(v.ctx, v.by, issue.ID(v.id()))
	if err != nil {
		return err
	}
	s, err := symbolOf(shown.Link)
	if err != nil {
		return err
	}
	return v.show(showScreen(web.View(v.c), showPage{certificatePage{Certificate: shown.Certificate}, s}))
}

// symbol is a QR symbol as one path of squares, with its white frame.
type symbol struct {
	Side int
	Path string
}

func (s symbol) box() string { n := strconv.Itoa(s.Side); return "0 0 " + n + " " + n }

// symbolOf makes the QR symbol of a link, with error correction M as on paper.
func symbolOf(link string) (symbol, error) {
	q, err := qrcode.New(link, qrcode.Medium)
	if err != nil {
		return symbol{}, fmt.Errorf("holder: the symbol of a certificate: %w", err)
	}
	modules := q.Bitmap() // with a frame of four
	var b strings.Builder
	for y, row := range modules {
		for x := 0; x < len(row); x++ {
			if !row[x] {
				continue
			}
			from := x
			for x < len(row) && row[x] {
				x++
			}
			fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
		}
	}
	return symbol{len(modules), b.String()}, nil
}

// facts are what is known of the certificate beside what it says.
func (c certificatePage) facts(v page.View) []page.Row {
	rows := []page.Row{
		{Label: v.T("holder.certificate_code"), Shown: page.Copyable(v, c.Code.Format())},
		{Label: v.T("holder.made_on"), Value: page.DateTime(v.Lang, c.PreparedAt)},
	}
	if c.ExpiresOn > 0 {
		rows = append(rows, page.Row{Label: v.T("holder.expires_on"), Value: due(v, person.Date(c.ExpiresOn))})
	}
	if c.out() {
		rows = append(rows, page.Row{Label: v.T("holder.file_size"), Value: page.Size(c.Size)})
	}
	return rows
}
