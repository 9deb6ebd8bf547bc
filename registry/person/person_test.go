package person_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
	"pgregory.net/rapid"

	"qualsys/internal/fault"
	"qualsys/registry/person"
	"qualsys/seeds"
)

type sample struct {
	Name, Kana, Print, Codepoints, Why string
}

func samples(t testing.TB) []sample {
	t.Helper()
	var file struct{ Names []sample }
	if err := yaml.Unmarshal(seeds.Names, &file); err != nil {
		t.Fatal(err)
	}
	return file.Names
}

// choice is what we do with the names that may be kept or refused, and why a
// name that must be refused is. Names that are not here are kept.
var choice = map[string]*fault.Fault{
	"高\u00ad橋 太郎":               person.ErrNameInvisible,
	"山田\u00a0太郎":                person.ErrNameSpace,
	"DA\u0302\u0323NG":          person.ErrNameCombining,
	"김 민수":                      person.ErrNameScript,
	"(株) 太郎":                    person.ErrNameBracket,
	"太\\郎":                      person.ErrNameSymbol,
	"山田 太郎 %%EOF":               person.ErrNameSymbol,
	"/ByteRange [0 1 2 3]":      person.ErrNameSymbol,
	"=HYPERLINK(\"x\")":         person.ErrNameSymbol,
	"@SUM(1+1)":                 person.ErrNameSymbol,
	"<script>alert(1)</script>": person.ErrNameSymbol,
	"山田 太郎\u202e":               person.ErrNameInvisible,
	"山田\u200b太郎":                person.ErrNameInvisible,
	"山田  太郎":                    person.ErrNameSpace,
	" 山田 太郎":                    person.ErrNameSpace,
	"山田\n太郎":                    person.ErrNameControl,
	"佐藤［山田］ 花子":                 person.ErrNameBracket,
	"":                          person.ErrNameEmpty,
	"\ue000田 太郎":                person.ErrNamePrivateUse,
	"\ufffd田 太郎":                person.ErrNameEncoding,
	"が\u3099 太郎":                person.ErrNameCombining,
	"か\u3099行 太郎":               person.ErrNameCombining,
	"True 1":                    person.ErrNameSymbol,
	"０１２":                       person.ErrNameSymbol,
	"☺ 太郎":                      person.ErrNameSymbol,
	"👨\u200d👩\u200d👧 太郎":        person.ErrNameSymbol,
}

func TestEveryNameIsKeptByteForByteOrRefusedForAStatedReason(t *testing.T) {
	for _, s := range samples(t) {
		t.Run(s.Why, func(t *testing.T) {
			var points []string
			for _, r := range s.Name {
				points = append(points, fmt.Sprintf("%04X", r))
			}
			if got := strings.Join(points, " "); got != s.Codepoints {
				t.Fatalf("the file was read wrongly: %s, want %s", got, s.Codepoints)
			}
			n, err := person.ParseName(s.Name)
			if want := choice[s.Name]; want != nil {
				if !errors.Is(err, want) {
					t.Errorf("got %v, want %v", err, want)
				}
				if s.Print == "true" {
					t.Error("a name that must be kept is refused by choice")
				}
				return
			}
			if err != nil || n.String() != s.Name {
				t.Errorf("not kept: %v", err)
			}
			if s.Print == "false" && s.Codepoints[:5] != "30000" { // that one is for the glyph check
				t.Error("a name that must be refused is kept")
			}
			if s.Kana != "" {
				if k, err := person.ParseKana(s.Kana); err != nil || k.String() != s.Kana {
					t.Errorf("its reading: %v", err)
				}
			}
		})
	}
}

func TestWhatIsKeptComesBackFromJSONAndDatabaseAndNeverFromLogs(t *testing.T) {
	type row struct {
		Name     person.Name
		Kana     person.Kana
		Birth    person.Date
		Domicile person.Domicile
		Address  person.Address
	}
	in := row{Birth: 19500000}
	in.Name, _ = person.ParseName("渡邊\U000E0110 恵")
	in.Kana, _ = person.ParseKana("わたなべ めぐみ")
	in.Domicile, _ = person.ParseDomicile("東京都")
	in.Address, _ = person.ParseAddress("東京都千代田区霞が関１－２－３ 神\ufa19ビル")
	b, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var out row
	if err := json.Unmarshal(b, &out); err != nil || out != in {
		t.Errorf("%v: %s", err, b)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "n", in.Name, "k", in.Kana, "b", in.Birth, "d", in.Domicile, "a", in.Address)
	for _, s := range []string{"渡", "わた", "1950", "東京", "霞"} {
		if strings.Contains(log.String(), s) {
			t.Errorf("%s stands in the log: %s", s, log.String())
		}
	}
	if err := json.Unmarshal([]byte(`{"Name":"山田\n太郎"}`), &out); !errors.Is(err, person.ErrNameControl) {
		t.Errorf("a bad name came in through JSON: %v", err)
	}
}

func TestFold(t *testing.T) {
	for _, c := range []struct{ name, a, b string }{
		{"ladder form", "髙橋 一", "高橋一"},
		{"standing form and beyond the BMP", "山﨑 𠮷男", "山崎　吉男"},
		{"three forms of the same family name", "渡邊 恵", "渡邉 恵"},
		{"the plain form too", "渡辺恵", "渡邉 恵"},
		{"a variation sequence", "葛\U000E0100城 蓮", "葛城 蓮"},
		{"two sequences of one kanji", "葛飾 辻\U000E0100", "葛飾 辻\U000E0101"},
		{"four forms of one family name", "齋藤 齊", "斎藤 斉"},
		{"a compatibility form", "\ufa19田 隆", "神田 隆"},
		{"a Kangxi radical", "\u2f00 一", "一 一"},
		{"full width Latin", "ＳＭＩＴＨ　ＪＯＨＮ", "smith john"},
		{"accents", "O'BRIEN-SÁNCHEZ MARÍA", "O’Brien－Sanchez Maria"},
		{"Vietnamese", "ĐẶNG THỊ NGỌC ÁNH", "DANG THI NGOC ANH"},
		{"Polish", "Łukasz Żółć", "LUKASZ ZOLC"},
		{"half width kana", "ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダタロウ"},
		{"middle dots", "李 明·華", "李明・華"},
		{"small ke", "三ヶ尻", "三ケ尻"},
		{"old forms of given names", "德永 美緖", "徳永美緒"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if a, b := person.Fold(c.a), person.Fold(c.b); a != b {
				t.Errorf("%q and %q fold to %q and %q", c.a, c.b, a, b)
			}
		})
	}
	for _, different := range [][2]string{{"山田 太郎", "山田 次郎"}, {"ハヤシ", "バヤシ"}, {"一 一", "ー ー"}, {"エミ", "えみ"}} {
		if person.Fold(different[0]) == person.Fold(different[1]) {
			t.Errorf("%q and %q fold together", different[0], different[1])
		}
	}
}

func TestFoldingTwiceIsFoldingOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		if once := person.Fold(s); person.Fold(once) != once {
			t.Fatalf("%q folds to %q, then to %q", s, once, person.Fold(once))
		}
	})
}

func TestKanaFolds(t *testing.T) {
	a, _ := person.ParseKana("ヤマダ　ハナコ")
	b, _ := person.ParseKana("やまだ はなこ")
	c, _ := person.ParseKana("ﾔﾏﾀﾞ ﾊﾅｺ")
	if a.Fold() != b.Fold() || b.Fold() != c.Fold() {
		t.Error(a.Fold(), b.Fold(), c.Fold())
	}
	for _, bad := range []string{"", " ", "yamada", "山田", "やまだ  はなこ", "やまだ\n"} {
		if _, err := person.ParseKana(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestParseDate(t *testing.T) {
	for in, want := range map[string]person.Date{
		"2026-11-25": 20261125, "2026/11/25": 20261125, "20261125": 20261125, "2026年11月25日": 20261125, "2026年1月5日": 20260105,
		"２０２６／１１／２５": 20261125, "1950/00/00": 19500000, "19500000": 19500000, "1950-03-00": 19500300, "1996/02/29": 19960229,
	} {
		if got, err := person.ParseDate(in); err != nil || got != want {
			t.Errorf("%s: %d, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "0000/00/00", "2026/02/29", "1900/02/29", "2026/13/01", "1950/00/05", "26/11/25", "2026-11", "202611255", "2026-11-25日x",
		"1849/01/01", "2200/01/01", "2026-11-25 ", "平成2年1月1日", "2026--1125", "-2026-11-25", "2026/11/", "2026/11/25/1"} {
		if got, err := person.ParseDate(in); !errors.Is(err, person.ErrDate) {
			t.Errorf("%q is taken as %d", in, got)
		}
	}
}

func TestDatesAreJapansDates(t *testing.T) {
	if d := person.DateAt(time.Date(2026, 11, 24, 15, 0, 0, 0, time.UTC)); d != 20261125 {
		t.Error(d)
	}
	if d := person.Date(20270228).AddDays(1); d != 20270301 {
		t.Error(d)
	}
	if s := person.Date(19500000).String(); s != "1950/00/00" {
		t.Error(s)
	}
	if person.Date(19500000).Complete() || !person.Date(19500101).Complete() {
		t.Error("completeness")
	}
}

func TestEveryDayOfTheCalendarGoesThrough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Date(1850, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 127_000).Draw(t, "days"))
		d := person.DateOf(at.Date())
		for _, s := range []string{d.String(), strings.ReplaceAll(d.String(), "/", "-"), fmt.Sprint(d.Int())} {
			if got, err := person.ParseDate(s); err != nil || got != d {
				t.Fatalf("%s: %d, %v", s, got, err)
			}
		}
		var scanned person.Date
		if v, _ := d.Value(); scanned.Scan(v) != nil || scanned != d {
			t.Fatal("database")
		}
	})
}

func TestAddressAndDomicile(t *testing.T) {
	for _, ok := range []string{"千葉県松戸市根本387-5", "東京都千代田区霞が関１丁目２番３号　第２合同庁舎　＃１０１", "1-2-3 Ueno, Taito-ku (Room 5)"} {
		if a, err := person.ParseAddress(ok); err != nil || a.String() != ok {
			t.Errorf("%q: %v", ok, err)
		}
	}
	for _, bad := range []string{"", "　", "千葉県\n松戸市", " 千葉県", "千葉県\u202e", "千葉県\ue000", "千葉県😀", strings.Repeat("あ", 201)} {
		if _, err := person.ParseAddress(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	a, _ := person.ParseAddress("東京都千代田区霞が関１丁目２番３号")
	b, _ := person.ParseAddress("東京都千代田区霞が関1-2-3")
	if a.Fold() != b.Fold() {
		t.Error(a.Fold(), b.Fold())
	}
	for _, ok := range []string{"東京都", "北海道", "ベトナム", "フィリピン", "中国", "アメリカ合衆国", "トリニダード・トバゴ"} {
		if d, err := person.ParseDomicile(ok); err != nil || d.Foreign() != (person.PrefectureCode(ok) == 0) {
			t.Errorf("%q: %v", ok, err)
		}
	}
	if _, err := person.ParseDomicile("千葉県松戸市"); !errors.Is(err, person.ErrDomicileAddress) {
		t.Error(err)
	}
	for _, bad := range []string{"", "東京都 ", "12", strings.Repeat("国", 41)} {
		if _, err := person.ParseDomicile(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestDiffMarksCharacters(t *testing.T) {
	for _, c := range []struct {
		name, a, b string
		want       string
	}{
		{"equal", "山田", "山田", "=山田"},
		{"a new family name", "山田 花子", "佐藤 花子", "-山田 +佐藤 = 花子"},
		{"a variant", "髙橋", "高橋", "-髙 +高 =橋"},
		{"a selector belongs to its kanji", "渡邊\U000E0110 恵", "渡邊 恵", "=渡 -邊\U000E0110 +邊 = 恵"},
		{"digits of a date", "1990/07/12", "1990/07/21", "=1990/07/ -1 =2 +1"},
		{"nothing before", "", "山", "+山"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, s := range person.Diff(c.a, c.b) {
				got = append(got, map[person.Mark]string{person.Same: "=", person.Removed: "-", person.Added: "+"}[s.Mark]+s.Text)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%q, want %q", strings.Join(got, " "), c.want)
			}
		})
	}
}

func TestBothSidesOfADiffSpellTheirTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.StringOfN(rapid.SampledFrom([]rune("山田辺邊\U000E0110\U000E0101がﾊﾞa\u0301 ")), 0, 12, -1)
		a, b := letters.Draw(t, "a"), letters.Draw(t, "b")
		var left, right string
		for _, s := range person.Diff(a, b) {
			if s.Mark != person.Added {
				left += s.Text
			}
			if s.Mark != person.Removed {
				right += s.Text
			}
		}
		if left != a || right != b {
			t.Fatalf("%q %q from %q %q", left, right, a, b)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range samples(f) {
		f.Add(s.Name)
	}
	f.Add("1950/00/00")
	f.Add("東京都千代田区1-2-3")
	f.Fuzz(func(t *testing.T, s string) {
		if n, err := person.ParseName(s); err == nil {
			if n.String() != s || !utf8.ValidString(s) || n.Fold() == "" {
				t.Errorf("a name was changed, or can't be found: %q", s)
			}
		} else if n != (person.Name{}) {
			t.Errorf("refused and yet there: %q", s)
		} else if _, ok := fault.All(err); !ok {
			t.Errorf("refused without a reason: %v", err)
		}
		if d, err := person.ParseDate(s); err == nil && d.Year() < 1850 {
			t.Errorf("date %q is %d", s, d)
		}
		if a, err := person.ParseAddress(s); err == nil && a.String() != s {
			t.Errorf("an address was changed: %q", s)
		}
		if d, err := person.ParseDomicile(s); err == nil && d.String() != s {
			t.Errorf("a domicile was changed: %q", s)
		}
		_ = person.Diff(s, "山田")
	})
}
