// Package api is the JSON API, version 1: what a program asks that an employer
// would ask on a page. Errors are RFC 9457 problems with stable codes; nothing
// that was sent is echoed. The description is OpenAPI 3.1 at /v1/openapi.json,
// with a copy in docs/openapi.json that a test compares.
package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/verifier"
	"qualsys/web"
)

// Verifier answers for what is shown to it (met by verifier.Verifier).
type Verifier interface {
	Link(ctx context.Context, text string) verifier.Verification
	Code(ctx context.Context, typed, birth string) (verifier.Verification, error)
	File(ctx context.Context, data []byte) verifier.Verification
}

// maxFile is the largest certificate that is read (SECURITY 1.1), maxBody what
// it takes in Base64 with everything around it.
const (
	maxFile = 10 << 20
	maxBody = maxFile/3*4 + 64<<10
)

// API is the API on an engine.
type API struct {
	engine   *web.Engine
	db       *store.DB
	verifier Verifier
	spec     []byte
}

// Mount declares the API's routes on e. The version names the program in the
// description.
func Mount(e *web.Engine, db *store.DB, v Verifier) (*API, error) {
	a := &API{engine: e, db: db, verifier: v}
	huma.NewErrorWithContext = a.problem
	huma.NewError = func(status int, _ string, _ ...error) huma.StatusError {
		return &web.Problem{Status: status} // for the description only
	}
	cfg := huma.DefaultConfig("Qualsys API", "1.0.0")
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath, cfg.CreateHooks = "", "", "", nil
	cfg.RejectUnknownQueryParameters = true
	cfg.Info.Description = "Checks certificates of national qualifications. 国家資格の資格者証を確かめます。"
	cfg.Info.License = &huma.License{Name: "MIT", Identifier: "MIT"}
	h := humagin.New(e.Gin(), cfg)
	e.Add(
		web.Route{Method: http.MethodPost, Path: verifications, Access: web.Everybody, Pool: web.Verification, Body: maxBody, Time: 30 * time.Second},
		web.GET("/v1/openapi.json", web.Everybody, a.description).In(web.Light),
	)
	huma.Register(h, operation(), a.verify)
	describe(h.OpenAPI())
	var err error
	if a.spec, err = spec(h.OpenAPI()); err != nil {
		return nil, fmt.Errorf("api: describe: %w", err)
	}
	return a, nil
}

func spec(o *huma.OpenAPI) ([]byte, error) {
	raw, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, raw, "", "  "); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// OpenAPI returns the description of the API (OpenAPI 3.1, JSON).
func (a *API) OpenAPI() []byte { return a.spec }

func (a *API) description(c *gin.Context) error {
	c.Header("Cache-Control", "public, max-age=300")
	c.Data(http.StatusOK, "application/json", a.spec)
	return nil
}

// problem is what huma asks for when something is wrong: faults of ours keep
// their code, what huma itself refuses gets one by its status. Neither message
// nor value of huma is passed on.
func (a *API) problem(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
	err := errors.Join(errs...)
	if _, ok := fault.All(err); !ok {
		switch status {
		case http.StatusUnprocessableEntity:
			err = ErrQuery
		case http.StatusRequestEntityTooLarge:
			err = web.ErrTooLarge.With("limit", maxBody)
		case http.StatusUnsupportedMediaType, http.StatusNotAcceptable:
			err = ErrMediaType
		case http.StatusBadRequest:
			err = ErrUnreadable
		}
	}
	if err == nil {
		err = fmt.Errorf("api: huma refuses with %d", status)
	}
	c := humagin.Unwrap(ctx)
	f := a.engine.Explain(c, err)
	if errors.Is(err, ErrMediaType) {
		f.Status = http.StatusUnsupportedMediaType
	}
	c.Header("Content-Language", string(f.Language))
	p := f.Problem()
	return &p
}
