package catalog

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"qualsys/registry"
	"qualsys/registry/person"
)

var (
	confidences = []string{"high", "medium", "low"}
	keeperKinds = []string{"national", "designated-body", "prefecture", "association", "designated-school"}
	dateLabels  = []string{"登録年月日", "交付年月日", "合格年月日", "修了年月日", "授与年月日"}
	particulars = []string{"name", "birth_date", "domicile_prefecture", "nationality", "address", "sex", "exam_date", "exam_number", "training"}
	states      = []string{"active", "suspended", "revoked", "removed", "voluntarily-removed", "deceased", "lapsed"}
)

var codeForm = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

func (r *reader) code(to *string) field {
	return func(n *yaml.Node) {
		s, ok := r.scalar(n)
		if ok && !codeForm.MatchString(s) {
			r.say(n, "%q is no code: small letters, digits and single hyphens", s)
			return
		}
		*to = s
	}
}

func (r *reader) file(n *yaml.Node) {
	r.mapping(n, "catalogue", []string{"bodies", "qualifications"}, map[string]field{
		"bodies":         func(n *yaml.Node) { r.list(n, "bodies", r.body) },
		"qualifications": func(n *yaml.Node) { r.list(n, "qualifications", r.qualification) },
	})
}

func (r *reader) body(n *yaml.Node) {
	var b registry.Body
	var id string
	r.mapping(n, "body", []string{"id", "name", "english", "kind"}, map[string]field{
		"id": r.code(&id), "name": r.text(&b.Name), "english": r.text(&b.English), "kind": r.oneOf(&b.Kind, keeperKinds...),
	})
	b.ID = registry.BodyID(id)
	if _, twice := r.bodies[b.ID]; twice {
		r.say(n, "body %q stands twice", id)
	}
	r.bodies[b.ID] = b
	r.out.Bodies = append(r.out.Bodies, b)
}

func (r *reader) qualification(n *yaml.Node) {
	var q registry.Qualification
	var registers []registry.RegisterInfo
	var procedures []registry.ProcedureRow
	var lines []*yaml.Node
	required := []string{"code", "name", "english", "law", "ministry", "keeper", "certificate_title", "replaces_original", "registers|register_block", "procedures", "confidence", "valid_from"}
	fields := r.qualificationFields(&q)
	fields["registers"] = func(n *yaml.Node) {
		r.list(n, "registers", func(item *yaml.Node) { registers = append(registers, r.register(item)) })
	}
	fields["register_block"] = func(n *yaml.Node) { registers = append(registers, r.block(n)...) }
	fields["procedures"] = func(n *yaml.Node) {
		r.list(n, "procedures", func(item *yaml.Node) {
			procedures, lines = append(procedures, r.procedure(item)), append(lines, item)
		})
	}
	required[8] = "registers"
	if hasKey(n, "register_block") {
		required[8] = "register_block"
	}
	r.mapping(n, "qualification", required, fields)
	if q.Code == "" {
		return // said already; nothing below has a name
	}
	r.valid(n, "qualification "+q.Code, q.ValidFrom, q.ValidTo)
	for _, reg := range registers {
		r.addRegister(n, q, reg)
	}
	for i, p := range procedures {
		p.Qualification = q.Code
		r.valid(lines[i], "procedure "+q.Code+" "+string(p.Kind), p.ValidFrom, p.ValidTo)
		r.runnable(lines[i], q, p)
		r.out.Procedures = append(r.out.Procedures, p)
	}
	r.ready(n, q, len(registers))
	r.out.Qualifications = append(r.out.Qualifications, q)
}

func hasKey(n *yaml.Node, key string) bool {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return true
		}
	}
	return false
}

func (r *reader) qualificationFields(q *registry.Qualification) map[string]field {
	return map[string]field{
		"code": r.code(&q.Code), "name": r.text(&q.Name), "kana": r.text(&q.Kana), "english": r.text(&q.English),
		"wave": r.text(&q.Wave), "wave_note": r.text(&q.WaveNote),
		"valid_from": r.date(&q.ValidFrom), "valid_to": r.date(&q.ValidTo),
		"live": r.truth(&q.Live), "demo": r.truth(&q.Demo), "registrants": r.count(&q.Registrants, 0, 1_000_000_000),
		"law": r.text(&q.Law), "law_number": r.text(&q.LawNumber), "ministry": r.text(&q.Ministry),
		"keeper": func(n *yaml.Node) {
			r.mapping(n, "keeper", []string{"kind", "name"}, map[string]field{
				"kind": r.oneOf(&q.Keeper.Kind, keeperKinds...), "name": r.text(&q.Keeper.Name), "per_prefecture": r.truth(&q.Keeper.PerPrefecture),
			})
		},
		"issuer_title": r.text(&q.IssuerTitle), "issuer_title_en": r.text(&q.IssuerTitleEN), "issuer_title_note": r.text(&q.IssuerTitleNote),
		"certificate_name": r.text(&q.CertificateName), "certificate_title": r.text(&q.CertificateTitle), "title_conflict": r.text(&q.TitleConflict),
		"replaces_original": r.oneOf(&q.ReplacesOriginal, "yes", "no", "unknown"),
		"number": func(n *yaml.Node) {
			r.mapping(n, "number", []string{"pattern"}, map[string]field{
				"pattern": r.pattern(&q.Number.Pattern), "prefix": r.text(&q.Number.Prefix), "digits": r.count(&q.Number.Digits, 1, 16), "note": r.text(&q.Number.Note),
			})
		},
		"date_label": r.oneOf(&q.DateLabel, dateLabels...),
		"photo": func(n *yaml.Node) {
			q.Photo = new(bool)
			r.truth(q.Photo)(n)
		},
		"registered_particulars": r.someOf(&q.Particulars, particulars...),
		"expiry": func(n *yaml.Node) {
			r.mapping(n, "expiry", []string{"rule"}, map[string]field{"rule": r.text(&q.Expiry), "years": r.count(&q.ExpiryYears, 1, 100)})
		},
		"standings": func(n *yaml.Node) { r.list(n, "standings", func(item *yaml.Node) { r.standing(item, q) }) },
		"kinds":     r.texts(&q.Kinds), "fees_as_of": r.text(&q.FeesAsOf), "note": r.text(&q.Note), "sources": r.texts(&q.Sources),
		"confidence": r.oneOf(&q.Confidence, confidences...),
	}
}

func (r *reader) standing(n *yaml.Node, q *registry.Qualification) {
	var t registry.StandingTerm
	r.mapping(n, "standing", []string{"state", "term"}, map[string]field{"state": r.oneOf(&t.State, states...), "term": r.text(&t.Term)})
	q.Standings = append(q.Standings, t)
}

var patternForm = regexp.MustCompile(`\{(n|prefix|prefecture|prefecture_kanji|letter)\}`)

func (r *reader) pattern(to *string) field {
	return func(n *yaml.Node) {
		s, ok := r.scalar(n)
		if ok && (strings.Count(s, "{n}") != 1 || strings.ContainsAny(patternForm.ReplaceAllString(s, ""), "{}")) {
			r.say(n, "%q: {n} once, and else only {prefix}, {prefecture}, {prefecture_kanji}, {letter}", s)
			return
		}
		*to = s
	}
}

func (r *reader) register(n *yaml.Node) registry.RegisterInfo {
	var no int64
	var body string
	r.mapping(n, "register", []string{"register", "body"}, map[string]field{"register": r.number(&no, 1, 1<<32-1), "body": r.code(&body)})
	if _, known := r.bodies[registry.BodyID(body)]; body != "" && !known {
		r.say(n, "register: there is no body %q", body)
	}
	return registry.RegisterInfo{No: registry.RegisterNo(no), Body: registry.BodyID(body)}
}

// block gives each body of a family (pref-01 … pref-47) the register base + its
// prefecture's code.
func (r *reader) block(n *yaml.Node) []registry.RegisterInfo {
	var base int64
	var family string
	r.mapping(n, "register_block", []string{"base", "bodies"}, map[string]field{"base": r.number(&base, 100, 1<<32-100), "bodies": r.code(&family)})
	var out []registry.RegisterInfo
	for code := range person.Prefectures {
		id := registry.BodyID(fmt.Sprintf("%s-%02d", family, code+1))
		if _, known := r.bodies[id]; known {
			out = append(out, registry.RegisterInfo{No: registry.RegisterNo(base) + registry.RegisterNo(code) + 1, Body: id})
		}
	}
	if len(out) == 0 && family != "" {
		r.say(n, "register_block: there are no bodies %s-01 to %s-47", family, family)
	}
	return out
}

// addRegister fills in what a register's certificates say of their issuer.
func (r *reader) addRegister(n *yaml.Node, q registry.Qualification, reg registry.RegisterInfo) {
	owner := q.Code + " " + string(reg.Body)
	if other, taken := r.registers[reg.No]; taken {
		if other != owner {
			r.say(n, "register number %d belongs to %s already; numbers stand in printed QR codes and are never used twice", reg.No, other)
		}
		return
	}
	r.registers[reg.No] = owner
	reg.Qualification = q.Code
	body := r.bodies[reg.Body]
	_, code, _ := strings.Cut(string(reg.Body), "-")
	prefecture := body.Name
	if c, err := strconv.Atoi(code); err == nil && c >= 1 && c <= len(person.Prefectures) {
		prefecture = person.Prefectures[c-1]
	}
	fill := strings.NewReplacer("{prefecture}", prefecture, "{bureau}", body.Name, "{body}", body.English)
	if reg.Issuer = fill.Replace(q.IssuerTitle); strings.Contains(reg.Issuer, "{") {
		reg.Issuer = "" // depends on what the catalogue doesn't know: the body sets it
	}
	reg.IssuerEnglish = fill.Replace(q.IssuerTitleEN)
	if strings.HasPrefix(string(reg.Body), "city-") { // a city's registers are signed by its mayor
		reg.Issuer, reg.IssuerEnglish = body.Name+"長", "Mayor of the "+body.English
	}
	r.out.Registers = append(r.out.Registers, reg)
}
