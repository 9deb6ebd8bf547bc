package sheet_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"qualsys/pdfcert"
	"qualsys/pdfcert/font"
	"qualsys/pdfcert/sheet"
)

var update = flag.Bool("update", false, "write the golden digest anew; look at the pages first")

const link = "HTTP://LOCALHOST:8080/Q#2KCFUQSHFAIHIKQBEYQB2AWBD4YDAMBQGAYDCMZTGM3DSNZYHE4DKNRWGU3TQOBVG4YDCMBRGIZTINJWG44DSMBR"

// says is an ordinary certificate; it skips without a typeface.
func says(t testing.TB) pdfcert.Says {
	t.Helper()
	if _, err := font.Regular(); err != nil {
		t.Skip("SKIPPED LOUDLY: ", err)
	}
	return pdfcert.Says{
		Title: "介護福祉士資格証", English: "Certified Care Worker",
		Name:   pdfcert.Item{Label: "氏名", English: "Name", Value: "山田　太郎"},
		Birth:  pdfcert.Item{Label: "生年月日", English: "Date of birth", Value: "1985/04/12"},
		Number: pdfcert.Item{Label: "登録番号", English: "Registration number", Value: "第D-0123456号"},
		Date:   pdfcert.Item{Label: "登録年月日", English: "Date of registration", Value: "2010/04/01"},
		Issuer: "公益財団法人社会福祉振興・試験センター", Host: "localhost:8080", Code: "7K3M-0QRA-9XWZ-004H",
		Rows:  []pdfcert.Row{{Label: "本籍地都道府県（国籍）", Value: "東京都"}},
		Notes: []pdfcert.Note{{Text: "この資格者証は、法令の登録証・免許証に代わるものではありません。", English: "This certificate does not replace the certificate or licence prescribed by law."}},
	}
}

// back reads what was drawn.
func back(t interface{ Fatalf(string, ...any) }, s pdfcert.Says) pdfcert.Says {
	pdf, err := sheet.Draw(s, link)
	if err != nil {
		t.Fatalf("draw: %v", err)
	}
	r, err := pdfcert.ReadUnsealed(pdf)
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	return r.Says
}

func TestTheSheetIsTheOneThatWasLookedAt(t *testing.T) {
	pdf, err := sheet.Draw(says(t), link)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(pdf)
	const golden = "testdata/sheet.sha256"
	got := hex.EncodeToString(sum[:]) + "\n"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the sheet has changed: look at its pages, then run with -update")
	}
}

func TestWhatIsPrintedComesBack(t *testing.T) {
	for name, change := range map[string]func(*pdfcert.Says){
		"an ordinary name":                   func(*pdfcert.Says) {},
		"a name of 18 kanji":                 func(s *pdfcert.Says) { s.Name.Value = "寿限無寿限無五劫擦切海砂利水魚 長助" },
		"a name of 59 Latin letters":         func(s *pdfcert.Says) { s.Name.Value = "ADIGWE CHUKWUEMEKA ODUMEGWU OLUWASEUN EBUNOLUWA CHRISTOPHER" },
		"a name of 80 Latin letters":         func(s *pdfcert.Says) { s.Name.Value = strings.Repeat("CHUKWU ", 11) + "END" },
		"a name of 40 letters without space": func(s *pdfcert.Says) { s.Name.Value = strings.Repeat("寿", 40) },
		"spaces before, between and after":   func(s *pdfcert.Says) { s.Name.Value = "　山田　　太郎 " },
		"PDF syntax in a name":               func(s *pdfcert.Says) { s.Name.Value = "(\\) %%EOF /ByteRange [0 1] endobj" },
		"labels with a wide space":           func(s *pdfcert.Says) { s.Name.Label = "氏　名" },
		"no English":                         func(s *pdfcert.Says) { s.English, s.Name.English = "", "" },
		"a title of two lines":               func(s *pdfcert.Says) { s.Title = strings.Repeat("構造計算適合判定資格者", 3) + "資格証" },
		"an issuer of two lines": func(s *pdfcert.Says) {
			s.Issuer = strings.Repeat("公益財団法人社会福祉振興・試験センター", 2)
		},
		"no rows and no notes": func(s *pdfcert.Says) { s.Rows, s.Notes = nil, nil },
		"twenty rows":          func(s *pdfcert.Says) { s.Rows = rows(20, "講習修了証 第0123456号") },
		"rows that wrap":       func(s *pdfcert.Says) { s.Rows = rows(6, strings.Repeat("口腔内の喀痰吸引、", 12)) },
		"rows that look like headings": func(s *pdfcert.Says) {
			s.Rows = []pdfcert.Row{{Label: pdfcert.HowToLabel, Value: pdfcert.RowsLabel}, {Label: "※", Value: "※"}}
		},
		"notes without English": func(s *pdfcert.Says) {
			s.Notes = []pdfcert.Note{{Text: "注意一"}, {Text: "注意二", English: "Two"}}
		},
		"a note that wraps": func(s *pdfcert.Says) {
			s.Notes = []pdfcert.Note{{Text: strings.Repeat("注意。", 40), English: strings.Repeat("Mind. ", 40)}}
		},
		"a code of zeros":              func(s *pdfcert.Says) { s.Code = "0000-0000-0000-0000" },
		"a long host":                  func(s *pdfcert.Says) { s.Host = "verification.qualifications.example.go.jp" },
		"variants that are not folded": func(s *pdfcert.Says) { s.Name.Value = "神田　羽生　髙﨑　德緖" },
	} {
		t.Run(name, func(t *testing.T) {
			s := says(t)
			change(&s)
			if got := back(t, s); !equal(got, s) {
				t.Errorf("came back as %+v", got)
			}
		})
	}
}

func rows(n int, value string) []pdfcert.Row {
	all := make([]pdfcert.Row, n)
	for i := range all {
		all[i] = pdfcert.Row{Label: "技能講習の名称", Value: value}
	}
	return all
}

func equal(a, b pdfcert.Says) bool {
	if len(a.Rows) != len(b.Rows) || len(a.Notes) != len(b.Notes) {
		return false
	}
	for i := range a.Rows {
		if a.Rows[i] != b.Rows[i] {
			return false
		}
	}
	for i := range a.Notes {
		if a.Notes[i] != b.Notes[i] {
			return false
		}
	}
	a.Rows, b.Rows, a.Notes, b.Notes = nil, nil, nil, nil
	return a.Title == b.Title && a.English == b.English && a.Name == b.Name && a.Birth == b.Birth && a.Number == b.Number &&
		a.Date == b.Date && a.Issuer == b.Issuer && a.Host == b.Host && a.Code == b.Code
}

func TestAnyTextComesBackOrIsRefused(t *testing.T) {
	s := says(t)
	rapid.Check(t, func(t *rapid.T) {
		s := s
		s.Name.Value = rapid.OneOf(rapid.StringN(1, 60, -1), rapid.StringOfN(rapid.RuneFrom([]rune("山田太郎髙﨑一ー　 AÁé'-・ヶ々〆０ﾔ⼀\u00a0")), 1, 60, -1)).Draw(t, "name")
		pdf, err := sheet.Draw(s, link)
		var char *sheet.Unprintable
		var long *sheet.TooLong
		if errors.As(err, &char) || errors.As(err, &long) {
			return
		}
		if err != nil {
			t.Fatalf("neither printed nor refused: %v", err)
		}
		r, err := pdfcert.ReadUnsealed(pdf)
		if err != nil {
			t.Fatal(err)
		}
		if !equal(r.Says, s) {
			t.Fatalf("%q came back as %q", s.Name.Value, r.Says.Name.Value)
		}
	})
}

func TestWhatCannotBePrintedIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		char rune
		why  sheet.Why
	}{
		"beyond the basic plane": {"𠮷野", '𠮷', sheet.Beyond},
		"a variation sequence":   {"葛\U000E0100城", 0xE0100, sheet.Selector},
		"an emoji selector":      {"山\uFE0F", 0xFE0F, sheet.Selector},
		"a private character":    {"\uE000田", 0xE000, sheet.PrivateUse},
		"a soft hyphen":          {"高\u00AD橋", 0xAD, sheet.Invisible},
		"a no-break space":       {"山田\u00A0太郎", 0xA0, sheet.Invisible},
		"a zero-width space":     {"山田\u200B太郎", 0x200B, sheet.Invisible},
		"a line break":           {"山田\n太郎", '\n', sheet.Invisible},
		"an order to turn text":  {"山田\u202E", 0x202E, sheet.Invisible},
		"a mark over a letter":   {"か\u3099", 0x3099, sheet.Combining},
		"an accent alone":        {"A\u0302", 0x302, sheet.Combining},
		"a replacement":          {"\uFFFD田", 0xFFFD, sheet.Invisible},
		"a missing character":    {"齾", '齾', sheet.NoGlyph},
		"Hangul":                 {"김민수", '김', sheet.NoGlyph},
	} {
		t.Run(name, func(t *testing.T) {
			s := says(t)
			s.Name.Value = c.text
			for what, err := range map[string]error{"Printable": sheet.Printable(c.text), "Check": sheet.Check(s, "")} {
				var u *sheet.Unprintable
				if !errors.As(err, &u) || u.Rune != c.char || u.Why != c.why {
					t.Errorf("%s: %v", what, err)
				}
			}
		})
	}
}

func TestTwoCharactersOfOneGlyphAreRefusedTogether(t *testing.T) {
	s := says(t)
	s.Name.Value = "一⼀"
	var u *sheet.Unprintable
	if err := sheet.Check(s, ""); !errors.As(err, &u) || u.Why != sheet.SharedGlyph || u.Rune != '⼀' {
		t.Errorf("%v", err)
	}
	s.Name.Value = "⼭田"
	if got := back(t, s); got.Name != s.Name {
		t.Errorf("a radical alone came back as %q", got.Name.Value)
	}
}

func TestNothingIsEverCut(t *testing.T) {
	for name, change := range map[string]func(*pdfcert.Says){
		"a name of 200 kanji":    func(s *pdfcert.Says) { s.Name.Value = strings.Repeat("寿", 200) },
		"a number of 200 digits": func(s *pdfcert.Says) { s.Number.Value = strings.Repeat("1", 200) },
		"a title of 80 kanji":    func(s *pdfcert.Says) { s.Title = strings.Repeat("士", 80) },
		"an endless label":       func(s *pdfcert.Says) { s.Birth.Label = strings.Repeat("日", 30) },
		"21 rows":                func(s *pdfcert.Says) { s.Rows = rows(21, "x") },
		"20 rows of 5 lines":     func(s *pdfcert.Says) { s.Rows = rows(20, strings.Repeat("口腔内の喀痰吸引、", 20)) },
		"an endless note":        func(s *pdfcert.Says) { s.Notes = []pdfcert.Note{{Text: strings.Repeat("注意。", 200)}} },
		"sixty notes": func(s *pdfcert.Says) {
			s.Notes = make([]pdfcert.Note, 60)
			for i := range s.Notes {
				s.Notes[i].Text = "注意"
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := says(t)
			change(&s)
			var long *sheet.TooLong
			if err := sheet.Check(s, ""); !errors.As(err, &long) {
				t.Errorf("%v", err)
			}
		})
	}
	s := says(t)
	if err := sheet.Check(s, "HTTPS://EXAMPLE.GO.JP/Q#"+strings.Repeat("A", 900)); err == nil {
		t.Error("a link of 900 characters was accepted")
	}
}

func TestAnEmptyItemIsAnError(t *testing.T) {
	for _, change := range []func(*pdfcert.Says){
		func(s *pdfcert.Says) { s.Title = "" }, func(s *pdfcert.Says) { s.Name.Value = "" }, func(s *pdfcert.Says) { s.Date.Label = "" },
		func(s *pdfcert.Says) { s.Code = "" }, func(s *pdfcert.Says) { s.Rows = []pdfcert.Row{{Label: "x"}} }, func(s *pdfcert.Says) { s.Notes = []pdfcert.Note{{}} },
	} {
		s := says(t)
		change(&s)
		if err := sheet.Check(s, ""); err == nil {
			t.Errorf("%+v was accepted", s)
		}
	}
}
