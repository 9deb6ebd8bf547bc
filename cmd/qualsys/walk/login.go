package walk

import (
	"fmt"
	"net/http"
	"strings"
)

// Where people log in.
const (
	HolderDoor  = "/login"
	OfficerDoor = "/officer/login"
)

// LogIn logs v in through the simulated identity provider as the person of that
// subject, whom a search for words finds there, and follows where that leads.
func LogIn(v *Visitor, door, subject, words string) error {
	if err := v.Get(door); err != nil {
		return err
	}
	return Choose(v, subject, words)
}

// Choose picks a person at the simulated identity provider, where v has been led.
func Choose(v *Visitor, subject, words string) error {
	if !strings.HasSuffix(v.Page.URL.Path, "/choose") {
		return fmt.Errorf("walk: the login led to %s (status %d): %.300s", v.Page.URL.Path, v.Page.Status, v.Page.Text())
	}
	ours := v.Page.URL.Host
	if err := v.Send("/choose", "q", words); err != nil {
		return err
	}
	if err := v.Send("/decide", "person", subject); err != nil {
		return err
	}
	if v.Page.URL.Host == ours || v.Page.Status != http.StatusOK {
		return fmt.Errorf("walk: the login of %s ended at %s with status %d: %.300s", subject, v.Page.URL.Path, v.Page.Status, v.Page.Text())
	}
	return nil
}
