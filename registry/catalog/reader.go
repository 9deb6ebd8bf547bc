package catalog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"qualsys/registry"
	"qualsys/registry/person"
)

// reader walks the file's nodes, so that each mistake has its line.
type reader struct {
	out       registry.Catalogue
	problems  []Problem
	bodies    map[registry.BodyID]registry.Body
	registers map[registry.RegisterNo]string // number → "qualification body"
	spans     map[string][]span
}

// span is the validity of one row of a key.
type span struct {
	from, to person.Date
	node     *yaml.Node
}

func newReader() *reader {
	return &reader{
		bodies: map[registry.BodyID]registry.Body{}, registers: map[registry.RegisterNo]string{}, spans: map[string][]span{},
	}
}

func (r *reader) say(n *yaml.Node, format string, args ...any) {
	r.problems = append(r.problems, Problem{n.Line, n.Column, fmt.Sprintf(format, args...)})
}

// field reads the value of one key.
type field func(*yaml.Node)

// mapping reads the keys of a mapping: an unknown or repeated key and a missing
// required one are problems.
func (r *reader) mapping(n *yaml.Node, what string, required []string, fields map[string]field) {
	if n.Kind != yaml.MappingNode {
		r.say(n, "%s: a mapping is expected", what)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		read, known := fields[key.Value]
		switch {
		case !known:
			r.say(key, "%s: unknown key %q; known are %s", what, key.Value, strings.Join(sortedKeys(fields), ", "))
		case seen[key.Value]:
			r.say(key, "%s: key %q stands twice", what, key.Value)
		default:
			seen[key.Value] = true
			read(value)
		}
	}
	for _, k := range required {
		if !seen[k] {
			r.say(n, "%s: %q is missing", what, k)
		}
	}
}

func sortedKeys(m map[string]field) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// list reads each item of a sequence.
func (r *reader) list(n *yaml.Node, what string, read func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		r.say(n, "%s: a list is expected", what)
		return
	}
	for _, item := range n.Content {
		read(item)
	}
}

func (r *reader) scalar(n *yaml.Node) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		r.say(n, "a single value is expected")
		return "", false
	}
	if strings.TrimSpace(n.Value) == "" {
		r.say(n, "the value is empty; leave the key out where it is not known")
		return "", false
	}
	return n.Value, true
}

func (r *reader) text(to *string) field {
	return func(n *yaml.Node) {
		if s, ok := r.scalar(n); ok {
			*to = s
		}
	}
}

func (r *reader) texts(to *[]string) field {
	return func(n *yaml.Node) {
		r.list(n, "texts", func(item *yaml.Node) {
			if s, ok := r.scalar(item); ok {
				*to = append(*to, s)
			}
		})
	}
}

func (r *reader) oneOf(to *string, allowed ...string) field {
	return func(n *yaml.Node) {
		s, ok := r.scalar(n)
		if ok && !slices.Contains(allowed, s) {
			r.say(n, "%q is not one of %s", s, strings.Join(allowed, ", "))
			return
		}
		*to = s
	}
}

func (r *reader) someOf(to *[]string, allowed ...string) field {
	return func(n *yaml.Node) {
		r.list(n, "values", func(item *yaml.Node) {
			var s string
			r.oneOf(&s, allowed...)(item)
			if slices.Contains(*to, s) {
				r.say(item, "%q stands twice", s)
			}
			*to = append(*to, s)
		})
	}
}

func (r *reader) number(to *int64, least, most int64) field {
	return func(n *yaml.Node) {
		s, ok := r.scalar(n)
		if !ok {
			return
		}
		v, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n.Tag != "!!int" || v < least || v > most {
			r.say(n, "%q is not a whole number from %d to %d", s, least, most)
			return
		}
		*to = v
	}
}

func (r *reader) count(to *int, least, most int64) field {
	return func(n *yaml.Node) {
		var v int64
		r.number(&v, least, most)(n)
		*to = int(v)
	}
}

func (r *reader) amount(to *int64, known *bool) field {
	return func(n *yaml.Node) {
		before := len(r.problems)
		r.number(to, 0, 100_000_000)(n)
		*known = len(r.problems) == before
	}
}

func (r *reader) truth(to *bool) field {
	return func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" {
			r.say(n, "true or false is expected")
			return
		}
		*to = n.Value == "true"
	}
}

func (r *reader) date(to *person.Date) field {
	return func(n *yaml.Node) {
		s, ok := r.scalar(n)
		if !ok {
			return
		}
		d, err := person.ParseDate(s)
		if err != nil || !d.Complete() {
			r.say(n, "%q is not a date like 2024-08-06", s)
			return
		}
		*to = d
	}
}

// valid notes the validity of one row of a key and looks for an overlap.
func (r *reader) valid(n *yaml.Node, key string, from, to person.Date) {
	if from.IsZero() {
		return // said already
	}
	if !to.IsZero() && to.Before(from) {
		r.say(n, "%s: valid_to lies before valid_from", key)
		return
	}
	for _, other := range r.spans[key] {
		if (other.to.IsZero() || !other.to.Before(from)) && (to.IsZero() || !to.Before(other.from)) {
			r.say(n, "%s: overlaps the row at line %d; give the earlier row a valid_to before the later one's valid_from", key, other.node.Line)
			return
		}
	}
	r.spans[key] = append(r.spans[key], span{from, to, n})
}
