package sim

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

var requestField = regexp.MustCompile(`name="request" value="([^"]*)"`)

// Walk logs in as a program: it opens loginURL with client, which needs a
// cookie jar and must follow redirects, chooses the person with this subject
// (and a failure, or none), and returns where that led. The caller closes the
// answer's body.
func Walk(ctx context.Context, client *http.Client, loginURL, subject string, fail Failure) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, loginURL, nil)
	if err != nil {
		return nil, err
	}
	page, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer page.Body.Close()
	text, err := io.ReadAll(io.LimitReader(page.Body, 4<<20))
	if err != nil {
		return nil, err
	}
	found := requestField.FindSubmatch(text)
	if page.StatusCode != http.StatusOK || found == nil || !strings.HasSuffix(page.Request.URL.Path, "/choose") {
		return nil, fmt.Errorf("sim: %s led to %s with status %d and not to the choice of people",
			loginURL, page.Request.URL.Path, page.StatusCode)
	}
	form := url.Values{"request": {html.UnescapeString(string(found[1]))}, "person": {subject}, "fail": {string(fail)}}
	decide := *page.Request.URL
	decide.Path, decide.RawQuery = strings.TrimSuffix(decide.Path, "/choose")+"/decide", ""
	r, err = http.NewRequestWithContext(ctx, http.MethodPost, decide.String(), strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	if answer.Request.URL.Host == decide.Host && answer.StatusCode/100 != 3 {
		answer.Body.Close()
		return nil, errors.New("sim: the simulator kept us, with status " + answer.Status)
	}
	return answer, nil
}
