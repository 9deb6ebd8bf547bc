package browser

import (
	"archive/tar"
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func archive(t *testing.T, headers ...tar.Header) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range headers {
		h.Mode = 0o644
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Size > 0 {
			if _, err := w.Write(bytes.Repeat([]byte("x"), int(h.Size))); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

func TestUntar(t *testing.T) {
	dir := t.TempDir()
	good := archive(t, tar.Header{Name: "lib/a.so.1", Typeflag: tar.TypeReg, Size: 3}, tar.Header{Name: "lib/a.so", Typeflag: tar.TypeSymlink, Linkname: "a.so.1"})
	if err := untar(good, dir); err != nil {
		t.Fatal(err)
	}
	if raw, err := os.ReadFile(filepath.Join(dir, "lib", "a.so")); err != nil || string(raw) != "xxx" {
		t.Errorf("read %q, %v", raw, err)
	}
	for _, h := range []tar.Header{
		{Name: "../out", Typeflag: tar.TypeReg, Size: 1},
		{Name: "/etc/out", Typeflag: tar.TypeReg, Size: 1},
		{Name: "link", Typeflag: tar.TypeSymlink, Linkname: "../../etc"},
	} {
		if err := untar(archive(t, h), t.TempDir()); err == nil {
			t.Errorf("%s → %s leads out of the archive and is unpacked", h.Name, h.Linkname)
		}
	}
}

func TestOneTab(t *testing.T) {
	tab := New(t).Tab(t)
	tab.Open("data:text/html,<meta charset=utf-8><title>試験</title><p>山田 花子</p><img src=http://127.0.0.1:9/x.png>")
	if got := tab.Text("p"); got != "山田 花子" {
		t.Errorf("read %q", got)
	}
	if f := tab.Foreign("localhost:1"); len(f) != 1 {
		t.Errorf("requests to other hosts: %v", f)
	}
}
