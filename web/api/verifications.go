package api

import (
	"context"
	"crypto/sha256"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"qualsys/internal/fault"
	"qualsys/verifier"
	"qualsys/web"
)

const verifications = "/v1/verifications"

// Request is what POST /v1/verifications takes as JSON: exactly one of link,
// code and file. It is its own type: no other type is filled from outside.
type Request struct {
	Link      string `json:"link,omitempty" maxLength:"4096" doc:"Text of the QR code, whole."`
	Code      string `json:"code,omitempty" maxLength:"100" doc:"The certificate's number as printed; separators do not matter." example:"3AHR-Z6DM-V29G-QY5G"`
	BirthDate string `json:"birth_date,omitempty" maxLength:"40" doc:"With code only: shows what the certificate says when it is right." example:"1985-03-15"`
	File      []byte `json:"file,omitempty" doc:"The PDF in Base64 (RFC 4648, section 4), 10 MiB at most when decoded."`
}

// input is what huma reads; the body is read by the handler, as a stream.
type input struct {
	Key  string `header:"Idempotency-Key" maxLength:"255" doc:"Up to 255 printable characters. The same key with another body is refused for a day."`
	Lang string `header:"Accept-Language" doc:"ja or en, for the sentences of problems."`
	http *http.Request
}

// Resolve implements huma.Resolver: it keeps the request for the handler.
func (i *input) Resolve(ctx huma.Context) []error {
	i.http = humagin.Unwrap(ctx).Request
	return nil
}

type output struct {
	Body verifier.Verification
}

func operation() huma.Operation {
	return huma.Operation{
		OperationID: "verify", Method: http.MethodPost, Path: verifications,
		Summary: "Check a certificate",
		Description: "Answers for the text of a QR code, for a printed code or for a PDF. " +
			"Whatever is sent, genuine or not, the answer is 200 with a verdict; problems are for requests that can't be read. " +
			"Nothing of what is sent is kept. A verdict proves the registration, not who stands before you.",
		Tags:   []string{"verification"},
		Errors: []int{http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusTooManyRequests, http.StatusServiceUnavailable},
	}
}

func (a *API) verify(ctx context.Context, in *input) (*output, error) {
	q, err := parse(in.http)
	if err != nil {
		return nil, err
	}
	if err := a.once(ctx, in.Key, q.digest()); err != nil {
		return nil, err
	}
	switch {
	case q.Link != "":
		return &output{a.verifier.Link(ctx, q.Link)}, nil
	case len(q.File) > 0:
		return &output{a.verifier.File(ctx, q.File)}, nil
	}
	v, err := a.verifier.Code(ctx, q.Code, q.BirthDate)
	if err != nil {
		return nil, inMembers(err)
	}
	return &output{v}, nil
}

// inMembers says at which member of the request the verifier's faults lie.
func inMembers(err error) error {
	faults, ok := fault.All(err)
	if !ok {
		return err
	}
	var named fault.List
	for _, f := range faults {
		switch f.Field() {
		case "birth":
			f = f.At("birth_date")
		case "":
			f = f.At("code")
		}
		named = append(named, f)
	}
	return named
}

// check holds a request to its form: one thing to verify, and of a length that
// ours have.
func (q Request) check() (Request, error) {
	given := 0
	for _, there := range []bool{q.Link != "", q.Code != "", len(q.File) > 0} {
		if there {
			given++
		}
	}
	switch {
	case given != 1:
		return q, ErrOneOf
	case q.BirthDate != "" && q.Code == "":
		return q, ErrBirthAlone.At("birth_date")
	case len(q.Link) > 4096:
		return q, ErrTooLong.With("limit", 4096).At("link")
	case len(q.Code) > 100:
		return q, ErrTooLong.With("limit", 100).At("code")
	case len(q.BirthDate) > 40:
		return q, ErrTooLong.With("limit", 40).At("birth_date")
	case len(q.File) > maxFile:
		return q, web.ErrTooLarge.With("limit", maxFile).At("file")
	}
	return q, nil
}

// digest tells two requests apart, however they were written.
func (q Request) digest() []byte {
	h := sha256.New()
	for _, part := range []string{q.Link, q.Code, q.BirthDate, string(q.File)} {
		d := sha256.Sum256([]byte(part))
		h.Write(d[:])
	}
	return h.Sum(nil)
}

// keyTime is how long an Idempotency-Key is remembered.
const keyTime = 24 * time.Hour
