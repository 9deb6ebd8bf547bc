package walk

import (
	"net/http"
	"strconv"
	"time"
)

// patient is a transport that comes again when a server asks it to come again
// soon (429 and 503 with Retry-After): the walk asks faster than people do.
type patient struct{ http.RoundTripper }

// How often and after how many seconds at most it comes again; longer times are
// answers, and not requests to wait.
const (
	comeAgain  = 5
	soonEnough = 15
)

// RoundTrip implements http.RoundTripper.
func (p patient) RoundTrip(r *http.Request) (*http.Response, error) {
	for n := 0; ; n++ {
		resp, err := p.RoundTripper.RoundTrip(r)
		if err != nil || n == comeAgain || resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode != http.StatusServiceUnavailable {
			return resp, err
		}
		wait, err := strconv.Atoi(resp.Header.Get("Retry-After"))
		if err != nil || wait > soonEnough || r.Body != nil && r.GetBody == nil {
			return resp, nil
		}
		_ = resp.Body.Close()
		select {
		case <-r.Context().Done():
			return nil, r.Context().Err()
		case <-time.After(time.Duration(max(wait, 1)) * time.Second):
		}
		r = r.Clone(r.Context())
		if r.Body != nil {
			if r.Body, err = r.GetBody(); err != nil {
				return nil, err
			}
		}
	}
}

// caller makes requests that are no visitor's.
var caller = &http.Client{Transport: patient{http.DefaultTransport}, Timeout: 2 * time.Minute}
