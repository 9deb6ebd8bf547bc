package paper_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode"

	"gopkg.in/yaml.v3"

	"qualsys/internal/clock"
	"qualsys/internal/fault"
	"qualsys/issue/paper"
	"qualsys/issue/template"
	"qualsys/pdfcert"
	"qualsys/pdfcert/certtest"
	"qualsys/pdfcert/font"
	"qualsys/seeds"
)

var at = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)

const link = "HTTP://LOCALHOST:8080/Q#2KCFUQSHFAIHIKQBEYQB2AWBD4YDAMBQGAYDCMZTGM3DSNZYHE4DKNRWGU3TQOBVG4YDCMBRGIZTINJWG44DSMBR"

// press makes a press with keys of the test's own, or skips without a typeface.
func press(t testing.TB) *paper.Press {
	t.Helper()
	if _, err := font.Regular(); err != nil {
		t.Skip("SKIPPED LOUDLY: ", err)
	}
	s := certtest.New(t, at)
	return &paper.Press{Key: s.SignerKey, Chain: s.Chain(), Clock: clock.At(at)}
}

// content is an ordinary certificate with a name.
func content(name string) template.Content {
	return template.Content{
		Layout: 1, Template: "t", TemplateVersion: 1, Qualification: "certified-care-worker",
		Title: "介護福祉士資格証", English: "Certified Care Worker",
		Name:   template.Item{Label: "氏名", English: "Name", Value: name},
		Birth:  template.Item{Label: "生年月日", English: "Date of birth", Value: "1985/04/12"},
		Number: template.Item{Label: "登録番号", English: "Registration number", Value: "第D-0123456号"},
		Date:   template.Item{Label: "登録年月日", English: "Date of registration", Value: "2010/04/01"},
		Issuer: "公益財団法人社会福祉振興・試験センター", Host: "localhost:8080", Code: "7K3M-0QRA-9XWZ-004H",
		Rows:  []template.Row{{Key: "domicile", Label: "本籍地都道府県（国籍）", Value: "東京都"}, {Key: "exam_date", Label: "試験合格年月", Value: "2010/03"}},
		Notes: []template.Note{{Text: "この資格者証は、法令の登録証・免許証に代わるものではありません。", English: "This certificate does not replace the certificate or licence prescribed by law."}},
	}
}

// names reads the hard names.
func names(t testing.TB) (all []struct {
	Name  string
	Print string
}) {
	t.Helper()
	var file struct {
		Names []struct {
			Name  string
			Print string
		}
	}
	if err := yaml.Unmarshal(seeds.Names, &file); err != nil {
		t.Fatal(err)
	}
	return append(all, file.Names...)
}

// notYet reports whether a name needs the coming press: beyond the basic plane
// or a variation sequence.
func notYet(name string) bool {
	return strings.ContainsFunc(name, func(r rune) bool { return r > 0xFFFF || unicode.Is(unicode.Variation_Selector, r) })
}

func TestEveryHardNameIsPrintedExactlyOrRefusedForAStatedReason(t *testing.T) {
	p := press(t)
	printed := 0
	for _, n := range names(t) {
		t.Run(n.Name, func(t *testing.T) {
			c := content(n.Name)
			refused := p.Printable(c)
			switch {
			case n.Name == "":
				if refused == nil {
					t.Error("an empty name was accepted")
				}
				return
			case n.Print == "true" && notYet(n.Name):
				if !errors.Is(refused, paper.ErrNotYet) {
					t.Errorf("must be refused until the next press: %v", refused)
				}
			case n.Name == "齾齾 龘": // needs a second typeface: refused and named until the next press
				if !errors.Is(refused, paper.ErrNoGlyph) {
					t.Errorf("must be refused for want of a glyph: %v", refused)
				}
			case n.Print == "true" && refused != nil:
				t.Errorf("must be printed: %v", refused)
			}
			pdf, err := p.Print(context.Background(), c, link)
			if (err == nil) != (refused == nil) {
				t.Fatalf("Printable says %v, Print says %v", refused, err)
			}
			if refused != nil {
				if _, ok := fault.All(refused); !ok {
					t.Errorf("not a fault: %v", refused)
				}
				return
			}
			sealed, err := p.Seal(context.Background(), pdf)
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Proofread(context.Background(), sealed, c, link); err != nil {
				t.Error(err)
			}
			printed++
		})
	}
	if printed < 40 {
		t.Errorf("only %d names were printed", printed)
	}
}

func TestProofreadingFindsEveryDifference(t *testing.T) {
	p := press(t)
	c := content("山田　太郎")
	pdf, err := p.Print(context.Background(), c, link)
	if err != nil {
		t.Fatal(err)
	}
	if err := paper.Proofread(pdf, c, link); pdfcert.ReasonOf(err) != pdfcert.Revisions {
		t.Errorf("a file without a seal passed: %v", err)
	}
	sealed, err := p.Seal(context.Background(), pdf)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*template.Content){
		"title":   func(c *template.Content) { c.Title = "社会福祉士資格証" },
		"english": func(c *template.Content) { c.English = "" },
		"name":    func(c *template.Content) { c.Name.Value = "山田 太郎" },
		"birth":   func(c *template.Content) { c.Birth.Label = "誕生日" },
		"number":  func(c *template.Content) { c.Number.Value = "第D-0123457号" },
		"date":    func(c *template.Content) { c.Date.Value = "2010/04/02" },
		"issuer":  func(c *template.Content) { c.Issuer += "長" },
		"host":    func(c *template.Content) { c.Host = "localhost:8081" },
		"code":    func(c *template.Content) { c.Code = "7K3M-0QRA-9XWZ-004J" },
		"rows":    func(c *template.Content) { c.Rows = c.Rows[:1] },
		"notes":   func(c *template.Content) { c.Notes = nil },
	} {
		other := content("山田　太郎")
		change(&other)
		var d paper.Differs
		if err := paper.Proofread(sealed, other, link); !errors.As(err, &d) || len(d) != 1 || d[0] != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	var d paper.Differs
	if err := paper.Proofread(sealed, c, link+"A"); !errors.As(err, &d) || d[0] != "symbol" {
		t.Errorf("another link: %v", err)
	}
}

func TestTheRefusalNamesItemAndCodePoint(t *testing.T) {
	err := press(t).Printable(content("𠮷野　家康"))
	var f *fault.Fault
	if !errors.As(err, &f) || f.Code() != "paper.not_yet" || f.Params()["codepoint"] != "U+20BB7" || f.Params()["item"] != "氏名" || f.Field() != "name" {
		t.Errorf("%v", err)
	}
	long := content(strings.Repeat("寿限無", 60))
	if err := press(t).Printable(long); !errors.Is(err, paper.ErrTooLong) {
		t.Errorf("a name that does not fit: %v", err)
	}
}

func TestTheSameContentGivesTheSameFile(t *testing.T) {
	p := press(t)
	a, err := p.Print(context.Background(), content("髙橋　一"), link)
	if err != nil {
		t.Fatal(err)
	}
	b, err := p.Print(context.Background(), content("髙橋　一"), link)
	if err != nil || string(a) != string(b) {
		t.Errorf("two files differ (%v)", err)
	}
}

func TestEveryQualificationCanBePrinted(t *testing.T) {
	p := press(t)
	var file struct {
		Qualifications []struct {
			Code, Name, English string
			Title               string   `yaml:"certificate_title"`
			Issuer              string   `yaml:"issuer_title"`
			DateLabel           string   `yaml:"date_label"`
			Particulars         []string `yaml:"registered_particulars"`
		}
	}
	if err := yaml.Unmarshal(seeds.Catalogue, &file); err != nil {
		t.Fatal(err)
	}
	for _, q := range file.Qualifications {
		design := template.FromCatalogue(template.Plain{Qualification: q.Code, Name: q.Name, English: q.English, Title: q.Title, Issuer: q.Issuer,
			DateLabel: q.DateLabel, Particulars: q.Particulars, ReplacesOriginal: "unknown"})
		s := template.Source{Name: "山田　太郎", Number: "第0123456号", Birth: 19850412, RegisteredOn: 20100401, IssuedOn: 20261125, Domicile: "東京都"}
		s.Fill = map[string]string{"prefecture": "神奈川県", "bureau": "四国厚生支局", "municipality": "札幌市", "institution": "一般社団法人東京技能講習協会", "registrar": "東京都知事", "grade": "一級", "kind": "造園"}
		for _, f := range design.Back {
			s.Items = append(s.Items, template.SourceItem{Key: f.Key, Value: "長い記載事項の見本。これは折り返して印刷されます。2016/03/10"})
		}
		c, err := template.Freeze(template.Template{ID: "t", Version: 1, Qualification: q.Code, Design: design}, s, "localhost:8080", "7K3M-0QRA-9XWZ-004H")
		if err != nil {
			t.Errorf("%s: %v", q.Code, err)
			continue
		}
		if err := p.Printable(c); err != nil {
			t.Errorf("%s: %v", q.Code, err)
		}
	}
}
