package template_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"qualsys/internal/store"
	"qualsys/internal/testdb"
	"qualsys/issue/template"
	"qualsys/registry/actor"
	"qualsys/registry/person"
)

// catalogue reads the 84 qualifications as plain values.
func catalogue(t *testing.T) []template.Plain {
	t.Helper()
	b, err := os.ReadFile("../../seeds/qualifications.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Qualifications []struct {
			Code, Name, English string
			Title               string   `yaml:"certificate_title"`
			Issuer              string   `yaml:"issuer_title"`
			DateLabel           string   `yaml:"date_label"`
			Replaces            string   `yaml:"replaces_original"`
			Particulars         []string `yaml:"registered_particulars"`
		}
	}
	if err := yaml.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	var all []template.Plain
	for _, q := range file.Qualifications {
		all = append(all, template.Plain{Qualification: q.Code, Name: q.Name, English: q.English, Title: q.Title, Issuer: q.Issuer,
			DateLabel: q.DateLabel, Particulars: q.Particulars, ReplacesOriginal: q.Replaces})
	}
	return all
}

func source() template.Source {
	return template.Source{
		Name: "山田　太郎", Number: "第D-0123456号", Birth: 19850412, RegisteredOn: 20100401, IssuedOn: 20261125, Domicile: "東京都", Address: "東京都千代田区1-1",
		Items: []template.SourceItem{{Key: "exam_date", Value: "2010/03"}, {Key: "training", Value: "口腔内の喀痰吸引"}},
		Fill:  map[string]string{"prefecture": "東京都", "bureau": "関東信越厚生局", "municipality": "札幌市", "institution": "東京教習所", "registrar": "東京都知事", "grade": "一級", "kind": "造園"},
	}
}

func TestEveryQualificationOfTheCatalogueGivesACertificate(t *testing.T) {
	all := catalogue(t)
	if len(all) != 84 {
		t.Fatalf("%d qualifications", len(all))
	}
	for _, p := range all {
		tpl := template.Template{ID: "t", Qualification: p.Qualification, Version: 1, Design: template.FromCatalogue(p)}
		c, err := template.Freeze(tpl, source(), "localhost:8080", "7K3M-0QRA-9XWZ-004H")
		if err != nil {
			t.Errorf("%s: %v", p.Qualification, err)
			continue
		}
		b, err := c.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), "千代田区") {
			t.Errorf("%s prints the address", p.Qualification)
		}
		again, err := template.ParseContent(b)
		if err != nil {
			t.Fatal(err)
		}
		if b2, _ := again.JSON(); string(b) != string(b2) || !c.Equal(again) {
			t.Errorf("%s: the JSON is not stable", p.Qualification)
		}
	}
}

func TestWhatCountsAsChanged(t *testing.T) {
	tpl := template.Template{ID: "t", Version: 1, Design: template.FromCatalogue(catalogue(t)[0])}
	was, err := template.Freeze(tpl, source(), "a", "7K3M-0QRA-9XWZ-004H")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		move  func(*template.Source)
		equal bool
	}{
		{"another address changes nothing", func(s *template.Source) { s.Address = "大阪府" }, true},
		{"another name changes it", func(s *template.Source) { s.Name = "佐藤　太郎" }, false},
		{"another kind of space in the name changes it", func(s *template.Source) { s.Name = "山田 太郎" }, false},
		{"another domicile changes it", func(s *template.Source) { s.Domicile = "大阪府" }, false},
		{"further training changes it", func(s *template.Source) {
			s.Items = append(s.Items, template.SourceItem{Key: "training", Value: "経鼻経管栄養"})
		}, false},
		{"an item that is not printed changes nothing", func(s *template.Source) { s.Items = append(s.Items, template.SourceItem{Key: "memo", Value: "x"}) }, true},
		{"another day of issue changes nothing where the day of registration is printed", func(s *template.Source) { s.IssuedOn = 20270101 }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := source()
			c.move(&s)
			now, err := template.Freeze(tpl, s, "b", "0000-0000-0000-0000")
			if err != nil {
				t.Fatal(err)
			}
			if was.Equal(now) != c.equal {
				t.Errorf("equal is %v", !c.equal)
			}
		})
	}
}

func TestWhatCannotBeFilledIsRefused(t *testing.T) {
	design := template.FromCatalogue(template.Plain{Qualification: "x", Name: "保育士", Issuer: "{prefecture}知事", DateLabel: "登録年月日"})
	tpl := template.Template{ID: "t", Version: 1, Design: design}
	s := source()
	s.Fill = nil
	if _, err := template.Freeze(tpl, s, "h", "c"); !errors.Is(err, template.ErrUnfilled) {
		t.Errorf("a blank in the issuer: %v", err)
	}
	s = source()
	s.Number = ""
	if _, err := template.Freeze(tpl, s, "h", "c"); !errors.Is(err, template.ErrIncomplete) {
		t.Errorf("no number: %v", err)
	}
	tpl.Back = make([]template.Field, 21)
	for i := range tpl.Back {
		tpl.Back[i] = template.Field{Key: "fixed", Label: "x", Value: "y"}
	}
	if _, err := template.Freeze(tpl, source(), "h", "c"); !errors.Is(err, template.ErrTooManyRows) {
		t.Errorf("21 rows: %v", err)
	}
}

func TestDatesAsPrinted(t *testing.T) {
	for date, want := range map[uint32]string{19900401: "1990/04/01", 19500000: "1950年(月日不詳)", 19500400: "1950/04(日不詳)", 0: ""} {
		if got := template.PrintedDate(date); got != want {
			t.Errorf("%d is printed %q, not %q", date, got, want)
		}
	}
}

func TestVersionsArePublishedByTwoPersonsAndStay(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		var s template.Store
		plain := catalogue(t)
		a, b := actor.Officer("a", "body", actor.Configurer), actor.Officer("b", "body", actor.Configurer)
		err := db.Write(context.Background(), func(tx *store.Tx) error {
			n, err := s.Seed(tx, plain, 20240806)
			if err != nil || n != 84 {
				t.Fatalf("seeded %d: %v", n, err)
			}
			if n, err = s.Seed(tx, plain, 20240806); err != nil || n != 0 {
				t.Fatalf("seeded again %d: %v", n, err)
			}
			d := template.Draft{Qualification: plain[0].Qualification, Version: 2, ValidFrom: 20270401, Author: a, Design: template.FromCatalogue(plain[0])}
			d.Issuer = "厚生労働大臣"
			if _, err := s.Publish(tx, a, d); !errors.Is(err, template.ErrSamePerson) {
				t.Errorf("the author published: %v", err)
			}
			second, err := s.Publish(tx, b, d)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Publish(tx, b, d); !errors.Is(err, template.ErrVersionTaken) {
				t.Errorf("published twice: %v", err)
			}
			for day, want := range map[person.Date]int{20240806: 1, 20270331: 1, 20270401: 2, 20300101: 2} {
				got, err := s.At(tx, d.Qualification, day)
				if err != nil || got.Version != want {
					t.Errorf("on %v: version %d (%v)", day, got.Version, err)
				}
			}
			if _, err := s.At(tx, d.Qualification, 20240805); !errors.Is(err, template.ErrNotPublished) {
				t.Errorf("before the first: %v", err)
			}
			got, err := s.Version(tx, second.ID)
			if err != nil || got.Issuer != "厚生労働大臣" {
				t.Errorf("by ID: %+v (%v)", got, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
