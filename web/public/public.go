// Package public is the room for everybody who has no login: the first page,
// help and privacy, and the verification of a certificate by QR code, typed
// number or file. What a QR code holds never reaches this package; it is
// verified where it was scanned.
package public

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"qualsys/internal/fault"
	"qualsys/verifier"
	"qualsys/web"
	"qualsys/web/page"
)

// MaxFile is the largest certificate that is looked at, in bytes (SECURITY §1.1).
const MaxFile = 10 << 20

// maxForm leaves room around the file for the form that carries it.
const maxForm = MaxFile + 64<<10

// Faults of the forms at /verify.
var (
	// ErrCodeMissing: nothing was typed.
	ErrCodeMissing = fault.New(fault.Invalid, "public.code_missing")
	// ErrFileMissing: no file was chosen.
	ErrFileMissing = fault.New(fault.Invalid, "public.file_missing")
	// ErrFileTooLarge: the file is over MaxFile.
	ErrFileTooLarge = fault.New(fault.TooLarge, "public.file_too_large")
)

// Verifier answers for links, codes and files. Met by verifier.Verifier.
type Verifier interface {
	Link(ctx context.Context, text string) verifier.Verification
	Code(ctx context.Context, typed, birth string) (verifier.Verification, error)
	File(ctx context.Context, data []byte) verifier.Verification
}

// Pages serves the room.
type Pages struct {
	verifier Verifier
	pinned   Pinned
}

// New returns the room. pinned is what the page at /Q trusts.
func New(v Verifier, pinned Pinned) *Pages { return &Pages{v, pinned} }

// Routes are the room's entries in the route table.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		web.GET("/", web.Everybody, static(LandingPage)),
		web.GET("/help", web.Everybody, static(HelpPage)),
		web.GET("/privacy", web.Everybody, static(PrivacyPage)),
		web.GET("/Q", web.Everybody, p.q).In(web.Verification),
		web.GET("/q", web.Everybody, lead("/Q")).In(web.Verification),
		web.GET("/verify", web.Everybody, static(VerifyPage)).In(web.Verification),
		web.GET("/verify/code", web.Everybody, lead("/verify")).In(web.Verification),
		web.GET("/verify/file", web.Everybody, lead("/verify")).In(web.Verification),
		web.POST("/verify/code", web.Everybody, p.code).In(web.Verification),
		web.POST("/verify/file", web.Everybody, p.file).In(web.Verification).Limited(maxForm, 60*time.Second),
		web.GET("/assets/*path", web.Everybody, assets).In(web.Light),
	}
}

// static shows a page that is the same for everybody.
func static(what func(page.View) templ.Component) web.Handler {
	return func(c *gin.Context) error { return web.Page(c, http.StatusOK, what(web.View(c))) }
}

// lead sends to another address of ours; a browser keeps what stands behind "#".
func lead(to string) web.Handler {
	return func(c *gin.Context) error {
		c.Redirect(http.StatusFound, to)
		return nil
	}
}

var bundle = page.Assets()

func assets(c *gin.Context) error {
	bundle.ServeHTTP(c.Writer, c.Request)
	return nil
}

// q shows the page to which QR codes lead. A QR code holds upper case: old
// scanners lower it, and both addresses lead here.
func (p *Pages) q(c *gin.Context) error {
	return web.Page(c, http.StatusOK, QPage(web.View(c), p.pinned))
}

// code verifies by typed number, or by a pasted link.
func (p *Pages) code(c *gin.Context) error {
	if err := web.Form(c); err != nil {
		return err
	}
	typed := strings.TrimSpace(c.Request.PostForm.Get("code"))
	if typed == "" {
		return again(c, ErrCodeMissing.At("code"))
	}
	if strings.Contains(typed, "://") {
		return answer(c, p.verifier.Link(c.Request.Context(), typed))
	}
	v, err := p.verifier.Code(c.Request.Context(), typed, c.Request.PostForm.Get("birth"))
	if err != nil {
		return again(c, err)
	}
	return answer(c, v)
}

// file verifies an uploaded certificate, in memory: nothing is written to disk.
func (p *Pages) file(c *gin.Context) error {
	data, err := upload(c.Request)
	if err != nil {
		return again(c, err)
	}
	return answer(c, p.verifier.File(c.Request.Context(), data))
}

// upload reads the part called "file" of a form.
func upload(r *http.Request) ([]byte, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, web.ErrForm.Because(err)
	}
	for {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return nil, ErrFileMissing.At("file")
		case err != nil:
			return nil, unreadable(err)
		case part.FormName() != "file":
			continue
		}
		data, err := web.ReadUpTo(part, announced(r), MaxFile)
		switch {
		case err != nil:
			return nil, unreadable(err)
		case len(data) > MaxFile:
			return nil, ErrFileTooLarge.With("size", page.Size(MaxFile)).At("file")
		case len(data) == 0:
			return nil, ErrFileMissing.At("file")
		}
		return data, nil
	}
}

// announced is how large the file can be by what was announced of the form.
func announced(r *http.Request) int64 { return min(r.ContentLength, MaxFile) }

// unreadable says why a form could not be read to its end.
func unreadable(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return ErrFileTooLarge.With("size", page.Size(MaxFile)).At("file")
	}
	return web.ErrForm.Because(errors.New("the form breaks off"))
}

// again shows the form with what is wrong, and with all that was typed.
func again(c *gin.Context, err error) error {
	v, ok := web.View(c).With(err, c.Request.PostForm)
	if !ok {
		return err
	}
	for i, f := range v.Faults {
		if f.Field() == "" {
			v.Faults[i] = f.At("code")
		}
	}
	return web.Page(c, web.Status(v.Faults[0].Kind()), VerifyPage(v))
}

// answer shows a verdict. It is about a person: no cache may keep it.
func answer(c *gin.Context, v verifier.Verification) error {
	c.Header("Cache-Control", "no-store")
	view := web.View(c)
	view.Path = "/verify"
	return web.Page(c, http.StatusOK, VerdictPage(view, Answer{Verification: v, Now: view.Now}))
}
