package page

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
)

//go:embed all:dist
var dist embed.FS

// ErrNotBuilt says that the binary was compiled before styles, scripts and
// fonts were bundled.
var ErrNotBuilt = errors.New("page: styles and scripts are not in this binary: run `go run ./web/page/build` (make does it) and compile again")

// readManifest maps the names that pages use ("app.css") to the names of the
// files, which carry a digest of their content.
var readManifest = sync.OnceValues(func() (map[string]string, error) {
	raw, err := dist.ReadFile("dist/manifest.json")
	if err != nil {
		return nil, ErrNotBuilt
	}
	var names map[string]string
	if err := json.Unmarshal(raw, &names); err != nil {
		return nil, fmt.Errorf("page: manifest of the bundle: %w", err)
	}
	return names, nil
})

// Built returns ErrNotBuilt when the binary holds no bundle. The program asks
// when it starts, so that nobody wonders about a naked page.
func Built() error {
	_, err := readManifest()
	return err
}

// Asset returns the address of the named part of the bundle.
func Asset(name string) string {
	names, err := readManifest()
	if err != nil {
		return "/assets/" + name
	}
	if file, ok := names[name]; ok {
		return "/assets/" + file
	}
	return "/assets/" + name
}

// Assets serves the bundle below /assets/. Names carry a digest of the content,
// so that a browser may keep each file for ever. Styles and scripts are sent
// compressed to those who take it.
func Assets() http.Handler {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the folder is part of the binary
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		name := path.Clean("/" + strings.TrimPrefix(r.URL.Path, "/assets/"))[1:]
		if name == "" || name[0] == '.' || name == "manifest.json" || strings.HasSuffix(name, ".gz") {
			http.NotFound(w, r)
			return
		}
		if _, err := fs.Stat(files, name); err != nil {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Type", mediaType(name))
		if _, err := fs.Stat(files, name+".gz"); err == nil {
			h.Add("Vary", "Accept-Encoding")
			if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
				h.Set("Content-Encoding", "gzip")
				name += ".gz"
			}
		}
		http.ServeFileFS(w, r, files, name)
	})
}

func mediaType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".woff2":
		return "font/woff2"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	}
	return "application/octet-stream"
}
