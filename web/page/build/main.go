// Command build bundles the styles, scripts and fonts of the pages into
// web/page/dist, where the program embeds them:
//
//	go run ./web/page/build
//
// Names of files carry a digest of their content; manifest.json maps the names
// that pages use to them.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	root := flag.String("root", ".", "the top folder of the repository")
	flag.Parse()
	if err := build(*root); err != nil {
		fmt.Fprintln(os.Stderr, "page/build:", err)
		os.Exit(1)
	}
}

// entries are the parts that pages name.
var entries = []api.EntryPoint{
	{InputPath: "style/app.css", OutputPath: "app"},
	{InputPath: "style/fonts.css", OutputPath: "fonts"},
	{InputPath: "script/app.js", OutputPath: "app"},
	{InputPath: "script/q.js", OutputPath: "q"},
	{InputPath: "script/verify.js", OutputPath: "verify"},
	{InputPath: "script/officer.js", OutputPath: "officer"},
	{InputPath: "icon/icon.svg", OutputPath: "icon"},
}

func build(root string) error {
	page, err := filepath.Abs(filepath.Join(root, "web", "page"))
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(page, "..", "..", "node_modules", "@digital-go-jp")); err != nil {
		return errors.New("node_modules is not there: run `npm ci --ignore-scripts` first (make does it)")
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:       page,
		EntryPointsAdvanced: entries,
		Outdir:              filepath.Join(page, "dist"),
		PublicPath:          "/assets",
		EntryNames:          "[name]-[hash]",
		AssetNames:          "[name]-[hash]",
		Bundle:              true,
		MinifyWhitespace:    true,
		MinifySyntax:        true,
		Format:              api.FormatESModule,
		Target:              api.ES2022,
		Charset:             api.CharsetUTF8,
		LegalComments:       api.LegalCommentsInline,
		Loader:              map[string]api.Loader{".woff2": api.LoaderFile, ".svg": api.LoaderCopy},
		Plugins:             []api.Plugin{onlyWoff2},
		Metafile:            true,
		LogLevel:            api.LogLevelWarning,
	})
	if len(result.Errors) > 0 {
		return fmt.Errorf("%d errors", len(result.Errors))
	}
	names, err := manifest(result.Metafile)
	if err != nil {
		return err
	}
	return write(filepath.Join(page, "dist"), result.OutputFiles, names)
}

var woff = regexp.MustCompile(`,\s*url\([^)]*\.woff\) format\('woff'\)`)

// onlyWoff2 leaves the second, larger form of each font out of the bundle.
var onlyWoff2 = api.Plugin{Name: "only-woff2", Setup: func(b api.PluginBuild) {
	b.OnLoad(api.OnLoadOptions{Filter: `fontsource[/\\]noto-sans-jp[/\\].*\.css$`}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		raw, err := os.ReadFile(a.Path)
		if err != nil {
			return api.OnLoadResult{}, err
		}
		css := woff.ReplaceAllString(string(raw), "")
		return api.OnLoadResult{Contents: &css, Loader: api.LoaderCSS, ResolveDir: filepath.Dir(a.Path)}, nil
	})
}}

// manifest reads from esbuild's account which output each entry became.
func manifest(meta string) (map[string]string, error) {
	var m struct {
		Outputs map[string]struct {
			EntryPoint string `json:"entryPoint"`
		} `json:"outputs"`
	}
	if err := json.Unmarshal([]byte(meta), &m); err != nil {
		return nil, err
	}
	names := map[string]string{}
	for out, o := range m.Outputs {
		if o.EntryPoint != "" {
			names[filepath.Base(o.EntryPoint)] = filepath.Base(out)
		}
	}
	for _, e := range entries {
		if names[filepath.Base(e.InputPath)] == "" {
			return nil, fmt.Errorf("%s is not in the bundle", e.InputPath)
		}
	}
	return names, nil
}

// write puts the bundle where it belongs and takes away what an earlier one left.
func write(dir string, files []api.OutputFile, names map[string]string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	keep := map[string]bool{".keep": true, "manifest.json": true}
	for _, f := range files {
		name := filepath.Base(f.Path)
		keep[name] = true
		if err := put(filepath.Join(dir, name), f.Contents); err != nil {
			return err
		}
		if strings.HasSuffix(name, ".css") || strings.HasSuffix(name, ".js") {
			packed, err := pack(f.Contents)
			if err != nil {
				return err
			}
			keep[name+".gz"] = true
			if err := put(filepath.Join(dir, name+".gz"), packed); err != nil {
				return err
			}
		}
	}
	raw, err := json.MarshalIndent(names, "", "  ")
	if err != nil {
		return err
	}
	if err := put(filepath.Join(dir, "manifest.json"), raw); err != nil {
		return err
	}
	old, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range old {
		if !keep[e.Name()] {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// put writes a file only when it differs, so that nothing is compiled again for nothing.
func put(path string, content []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, content) {
		return nil
	}
	return os.WriteFile(path, content, 0o644)
}

func pack(content []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
