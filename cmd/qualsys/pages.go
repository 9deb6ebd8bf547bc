package main

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net"
	"net/http"
	"net/url"
	"time"

	"qualsys/web/page"
)

type pagesCommand struct {
	At string `default:"127.0.0.1:8089" help:"Address to serve on."`
}

// Run serves every page in every state we know, with the hardest names.
func (c *pagesCommand) Run(ctx context.Context) error {
	if err := page.Built(); err != nil {
		return err
	}
	l, err := net.Listen("tcp", c.At)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: pagesHandler(), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	fmt.Printf("every page: http://%s/\n", l.Addr())
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func pagesHandler() http.Handler {
	m := http.NewServeMux()
	m.Handle("GET /assets/", page.Assets())
	m.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<!doctype html><meta name=viewport content='width=device-width'><title>pages</title><h1>Every page</h1><ul>")
		for _, s := range page.Stories() {
			fmt.Fprintf(w, "<li>%s", html.EscapeString(s.Name))
			for _, lang := range page.Langs {
				fmt.Fprintf(w, " <a href='/story?name=%s&lang=%s'>%s</a>", url.QueryEscape(s.Name), lang, lang)
			}
		}
	})
	m.HandleFunc("GET /story", func(w http.ResponseWriter, r *http.Request) {
		s, ok := page.StoryNamed(r.FormValue("name"))
		if !ok {
			http.NotFound(w, r)
			return
		}
		v := page.View{Lang: page.ParseLang(r.FormValue("lang")), Now: page.StoryNow(), Path: r.URL.RequestURI()}
		body, err := page.Render(r.Context(), s.Make(v))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(body)
	})
	return m
}
