package api

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"

	"qualsys/web"
)

// parse reads a request from JSON, from a form of several parts or from a PDF
// sent as it is. The engine has bounded the body.
func parse(r *http.Request) (Request, error) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return Request{}, ErrMediaType
	}
	var q Request
	switch kind {
	case "application/json":
		q, err = parseJSON(r.Body, r.ContentLength)
	case "multipart/form-data":
		q, err = parseParts(multipart.NewReader(r.Body, params["boundary"]), min(r.ContentLength, maxFile))
	case "application/pdf":
		q.File, err = readFile(r.Body, r.ContentLength)
	default:
		return Request{}, ErrMediaType
	}
	if err != nil {
		return Request{}, err
	}
	return q.check()
}

// members is a request in JSON. Each member may stand there once: of two, another
// program might read the other.
type members struct {
	Link      text `json:"link"`
	Code      text `json:"code"`
	BirthDate text `json:"birth_date"`
	File      blob `json:"file"`
}

type text struct {
	given bool
	value string
}

// UnmarshalJSON reads a string, once.
func (t *text) UnmarshalJSON(b []byte) error {
	if t.given || b[0] != '"' {
		return ErrMember
	}
	t.given = true
	return json.Unmarshal(b, &t.value)
}

type blob struct {
	given bool
	value []byte
}

// UnmarshalJSON reads Base64 in a string, once.
func (t *blob) UnmarshalJSON(b []byte) error {
	if t.given || b[0] != '"' {
		return ErrMember
	}
	t.given = true
	return json.Unmarshal(b, &t.value)
}

// parseJSON reads one object and nothing after it; members we don't know are
// refused (SECURITY T10).
func parseJSON(body io.Reader, announced int64) (Request, error) {
	data, err := web.ReadUpTo(body, announced, maxBody)
	if err != nil {
		return Request{}, jsonFault(err)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var m members
	if err := d.Decode(&m); err != nil {
		return Request{}, jsonFault(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Request{}, jsonFault(err)
	}
	return Request{Link: m.Link.value, Code: m.Code.value, BirthDate: m.BirthDate.value, File: m.File.value}, nil
}

// jsonFault says what was wrong without the words of the error, which may quote
// what was sent.
func jsonFault(err error) error {
	var tooLarge *http.MaxBytesError
	var mistyped *json.UnmarshalTypeError
	var base64Wrong base64.CorruptInputError
	switch {
	case errors.As(err, &tooLarge):
		return web.ErrTooLarge.With("limit", tooLarge.Limit)
	case errors.As(err, &base64Wrong):
		return ErrBase64.At("file")
	case errors.Is(err, ErrMember), errors.As(err, &mistyped), err != nil && strings.HasPrefix(err.Error(), "json: unknown field"):
		return ErrMember
	}
	return ErrUnreadable
}

// parseParts reads link, code, birth_date and file, each at most once.
func parseParts(parts *multipart.Reader, announced int64) (Request, error) {
	var q Request
	seen := map[string]bool{}
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return q, nil
		}
		if err != nil {
			return q, jsonFault(err)
		}
		name := part.FormName()
		if seen[name] {
			return q, ErrMember
		}
		seen[name] = true
		switch name {
		case "file":
			q.File, err = readFile(part, announced)
		case "link":
			q.Link, err = readText(part)
		case "code":
			q.Code, err = readText(part)
		case "birth_date":
			q.BirthDate, err = readText(part)
		default:
			err = ErrMember
		}
		if err != nil {
			return q, err
		}
	}
}

func readFile(r io.Reader, announced int64) ([]byte, error) {
	b, err := web.ReadUpTo(r, announced, maxFile)
	if err != nil {
		return nil, jsonFault(err)
	}
	if len(b) > maxFile {
		return nil, web.ErrTooLarge.With("limit", maxFile).At("file")
	}
	return b, nil
}

func readText(r io.Reader) (string, error) {
	b, err := io.ReadAll(io.LimitReader(r, 8192))
	if err != nil {
		return "", jsonFault(err)
	}
	return string(b), nil
}
