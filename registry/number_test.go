package registry_test

import (
	"errors"
	"testing"

	"qualsys/registry"
)

func TestParseNumber(t *testing.T) {
	care := registry.NumberPattern{Pattern: "第{prefix}{n}号", Prefix: "D-", Digits: 7}
	plain := registry.NumberPattern{Pattern: "第{n}号"}
	doctor := registry.NumberPattern{Pattern: "{prefecture_kanji}{letter}第{n}号"}
	nursery := registry.NumberPattern{Pattern: "{prefecture}-{n}", Digits: 6}
	for _, c := range []struct {
		pattern     registry.NumberPattern
		typed, want string
	}{
		{care, "第D-0123456号", "第D-0123456号"}, {care, "第Ｄ－０１２３４５６号", "第D-0123456号"}, {care, "d0123456", "第D-0123456号"},
		{care, " D-0123456 ", "第D-0123456号"}, {care, "第D123456号", ""}, {care, "D-123456", ""}, {care, "D-01234567", ""}, {care, "0123456", ""}, {care, "", ""},
		{plain, "5551", "第5551号"}, {plain, "第５５５１号", "第5551号"}, {plain, "第005551号", "第005551号"}, {plain, "1234567890", ""}, {plain, "第号", ""}, {plain, "55 51x", ""},
		{doctor, "東医第12345号", "東医第12345号"}, {doctor, "東医12345", "東医第12345号"}, {doctor, "神奈医第1号", "神奈医第1号"}, {doctor, "第12345号", ""},
		{nursery, "13-123456", "13-123456"}, {nursery, "１３１２３４５６", "13-123456"},
	} {
		got, err := registry.ParseNumber(c.pattern, c.typed)
		if got != c.want || (c.want == "") != errors.Is(err, registry.ErrNumber) {
			t.Errorf("%q: %q %v, want %q", c.typed, got, err, c.want)
		}
	}
	for _, p := range []registry.NumberPattern{care, plain, doctor, nursery} {
		if got, err := registry.ParseNumber(p, p.Example()); err != nil || got != p.Example() {
			t.Errorf("the example %q is no number: %v", p.Example(), err)
		}
	}
}

func FuzzParseNumber(f *testing.F) {
	f.Add("第D-0123456号")
	f.Add("D-123456")
	f.Fuzz(func(t *testing.T, typed string) {
		p := registry.NumberPattern{Pattern: "第{prefix}{n}号", Prefix: "D-", Digits: 7}
		if n, err := registry.ParseNumber(p, typed); err == nil {
			if again, err := registry.ParseNumber(p, n); err != nil || again != n {
				t.Errorf("%q gives %q, which gives %q %v", typed, n, again, err)
			}
		}
	})
}
