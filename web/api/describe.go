package api

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"qualsys/verifier"
)

// describe completes the description with what types do not say: the three
// kinds of body, and the closed sets of words.
func describe(o *huma.OpenAPI) {
	schemas := o.Components.Schemas
	request := schemas.Schema(reflect.TypeFor[Request](), true, "Request")
	text := func() *huma.Schema { return &huma.Schema{Type: huma.TypeString} }
	o.Paths[verifications].Post.RequestBody = &huma.RequestBody{
		Required:    true,
		Description: "Exactly one of link, code and file. birth_date goes with code.",
		Content: map[string]*huma.MediaType{
			"application/json": {Schema: request},
			"multipart/form-data": {Schema: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: false, Properties: map[string]*huma.Schema{
				"link": text(), "code": text(), "birth_date": text(),
				"file": {Type: huma.TypeString, Format: "binary"},
			}}},
			"application/pdf": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
		},
	}
	for name, s := range schemas.Map() { // we refuse members we don't know; others must bear what we add
		if name != "Request" {
			s.AdditionalProperties = nil
		}
	}
	words(schemas, reflect.TypeFor[verifier.Verification](), "verdict",
		verifier.InForce, verifier.Changed, verifier.Suspended, verifier.Ended, verifier.NotGenuine, verifier.CannotConfirm)
	words(schemas, reflect.TypeFor[verifier.Verification](), "input", verifier.FromLink, verifier.FromFile, verifier.FromCode)
	words(schemas, reflect.TypeFor[verifier.Check](), "result", verifier.Passed, verifier.Failed, verifier.Unknown, verifier.NotAsked)
	words(schemas, reflect.TypeFor[verifier.Check](), "id", verifier.CheckIDs...)
}

// words names the closed set that a property's value is from.
func words[T ~string](schemas huma.Registry, of reflect.Type, property string, all ...T) {
	s := schemas.SchemaFromRef(schemas.Schema(of, true, of.Name()).Ref)
	if s == nil || s.Properties[property] == nil {
		panic("api: nothing to describe at " + property)
	}
	for _, w := range all {
		s.Properties[property].Enum = append(s.Properties[property].Enum, string(w))
	}
}
