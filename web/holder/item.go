package holder

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"qualsys/internal/fault"
	"qualsys/issue/application"
	"qualsys/web"
	"qualsys/web/page"
)

// itemPage is one returned item and the ways to answer it.
type itemPage struct {
	casePage
	Item application.ReturnItem
}

func (i itemPage) way(w application.Way) bool { return slices.Contains(i.Item.Ways, w) }

// present is what the application says now of the item to type anew.
func (i itemPage) present() string {
	switch i.Item.Item {
	case "kana":
		return i.Form.Kana
	case "name":
		return i.Form.Name
	case "address":
		return i.Form.Address
	case "domicile":
		return i.Form.Domicile
	}
	return ""
}

// returnedItem asks for the answer to one returned item.
func (p *Pages) returnedItem(v visit) error {
	i, err := v.itemPage()
	if err != nil {
		return err
	}
	if !i.Can.Answer {
		return v.to(i.path())
	}
	view, err := v.view("")
	if err != nil {
		return err
	}
	return v.show(itemScreen(view, i))
}

func (v visit) itemPage() (i itemPage, err error) {
	a, err := v.p.o.Applications.View(v.ctx, v.by, v.id())
	if err != nil {
		return i, err
	}
	if i.casePage, err = v.casePage(a); err != nil {
		return i, err
	}
	at := slices.IndexFunc(i.items(), func(r application.ReturnItem) bool { return r.ID == v.c.Param("item") })
	if at < 0 {
		return i, application.ErrNone
	}
	i.Item = i.items()[at]
	return i, nil
}

// answerItem takes the answer to one returned item, and leads back to the list.
func (p *Pages) answerItem(v visit) error {
	f, file, err := answerForm(v.c.Request)
	if err != nil {
		return v.itemAgain(err, f)
	}
	a := application.Answer{Way: application.Way(f.Get("way")), Value: strings.ReplaceAll(f.Get("value"), "\r\n", "\n"), Number: f.Get("number"), IssuedOn: f.Get("issued_on")}
	if file != nil {
		a.File = bytes.NewReader(file)
	} else if a.Way == application.Upload {
		return v.itemAgain(ErrFile.At("file"), f)
	}
	if _, err := p.o.Applications.Answer(v.ctx, v.by, v.id(), number(f.Get("version")), v.c.Param("item"), a); err != nil {
		return v.itemAgain(atFieldOf(a.Way, err), f)
	}
	web.Notice(v.c, "holder.task_kept")
	return v.to("/my/applications/" + v.id())
}

// ErrFile says that no file was chosen.
var ErrFile = fault.New(fault.Invalid, "holder.file_needed")

// atFieldOf puts faults that name no field at the field of the way.
func atFieldOf(w application.Way, err error) error {
	faults, ok := fault.All(err)
	if !ok {
		return err
	}
	field := map[application.Way]string{application.Upload: "file", application.Identifier: "number",
		application.Amend: "value", application.Explain: "value"}[w]
	for n, f := range faults {
		if f.Field() == "" && f.Kind() != fault.NotFound && f.Kind() != fault.Conflict && field != "" {
			faults[n] = f.At(field)
		}
	}
	return faults.Err()
}

func (v visit) itemAgain(wrong error, f url.Values) error {
	if errors.Is(wrong, fault.NotFound) {
		return wrong
	}
	i, err := v.itemPage()
	if err != nil {
		return err
	}
	if !i.Can.Answer {
		return v.to(i.path())
	}
	return v.again(wrong, f, "", asPage(itemScreen, i))
}

// maxField bounds the text fields of a form that carries a file, in bytes.
const maxField = 16 << 10

// answerForm reads a form with or without a file. The file stays in memory and
// is bounded by what the service takes; nothing is written to disk here.
func answerForm(r *http.Request) (url.Values, []byte, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		if err := r.ParseForm(); err != nil {
			return nil, nil, web.ErrForm.Because(err)
		}
		return r.PostForm, nil, nil
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, nil, web.ErrForm.Because(err)
	}
	f := url.Values{}
	var file []byte
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return f, file, nil
		} else if err != nil {
			return f, nil, unreadable(err)
		}
		limit := int64(maxField)
		if part.FileName() != "" {
			limit = application.MaxFile + 1
		}
		b, err := io.ReadAll(io.LimitReader(part, limit))
		switch {
		case err != nil:
			return f, nil, unreadable(err)
		case part.FormName() != "file":
			f.Add(part.FormName(), string(b))
		case part.FileName() != "" && len(b) > 0:
			file = b
		}
	}
}

// unreadable says why a form could not be read to its end.
func unreadable(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return application.ErrFileLarge.At("file")
	}
	return web.ErrForm.Because(errors.New("the form breaks off"))
}

// hintOf is how to write a value that is typed anew.
func (i itemPage) hintOf(v page.View) string {
	if i.Item.Item == "kana" {
		return v.T("holder.kana_hint")
	}
	if code := "holder.hint_" + i.Item.Item; page.Has(v.Lang, code) {
		return v.T(code)
	}
	return ""
}
