package api

import "net/http"

// Parses reads a request as the handler does.
func Parses(r *http.Request) error {
	_, err := parse(r)
	return err
}
