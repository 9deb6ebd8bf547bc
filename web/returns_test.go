package web_test

import (
	"net/url"
	"strings"
	"testing"

	"qualsys/web"
)

func TestLocalPath(t *testing.T) {
	for to, want := range map[string]string{
		"":                              "/my",
		"/my/inbox":                     "/my/inbox",
		"/my?a=1&b=2":                   "/my?a=1&b=2",
		"/Q#fragment":                   "/Q",
		"//evil.example":                "/my",
		"/\\evil.example":               "/my",
		"/\t/evil.example":              "/my",
		"https://evil.example/":         "/my",
		"javascript:alert(1)":           "/my",
		"my":                            "/my",
		"/a/../../b":                    "/a/../../b",
		"/%5cevil.example":              "/my",
		"/" + strings.Repeat("a", 3000): "/my",
	} {
		if got := web.LocalPath(to, "/my"); got != want {
			t.Errorf("%q leads to %q, want %q", to, got, want)
		}
	}
}

func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/my", "//x", "/\\x", "/%2f/x", "http://x", "/a#b", "/\x00", "/?//"} {
		f.Add(s)
	}
	base, err := url.Parse("https://ours.example/here")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, to string) {
		got := web.LocalPath(to, "/")
		u, err := base.Parse(got)
		if err != nil || u.Host != "ours.example" || u.Scheme != "https" || strings.HasPrefix(got, "//") || strings.Contains(got, "\\") {
			t.Fatalf("%q leads to %q", to, got)
		}
	})
}
