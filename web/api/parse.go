package api

import (
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
		q, err = parseJSON(r.Body)
	case "multipart/form-data":
		q, err = parseParts(multipart.NewReader(r.Body, params["boundary"]))
	case "application/pdf":
		q.File, err = readFile(r.Body)
	default:
		return Request{}, ErrMediaType
	}
	if err != nil {
		return Request{}, err
	}
	return q.check()
}

// parseJSON reads one object and nothing after it; members we don't know are
// refused (SECURITY T10).
func parseJSON(body io.Reader) (Request, error) {
	d := json.NewDecoder(body)
	d.DisallowUnknownFields()
	var q Request
	if err := d.Decode(&q); err != nil {
		return Request{}, jsonFault(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Request{}, jsonFault(err)
	}
	return q, nil
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
	case errors.As(err, &mistyped), err != nil && strings.HasPrefix(err.Error(), "json: unknown field"):
		return ErrMember
	}
	return ErrUnreadable
}

// parseParts reads link, code, birth_date and file, each at most once.
func parseParts(parts *multipart.Reader) (Request, error) {
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
			q.File, err = readFile(part)
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

func readFile(r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
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
