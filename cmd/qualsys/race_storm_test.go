package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"qualsys/issue/payment/paysim"
)

// TestStormOfWebhooks: many events of the payment company, some twice, in any
// order, some late, some forged, by eight senders, while the queue stops and
// starts and the company does not answer half of the time (SECURITY G3).
func TestStormOfWebhooks(t *testing.T) {
	bothEngines(t, func(t *testing.T, h *House) {
		events, people := times(60, 300, 1000), times(4, 8, 40)
		seed := uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
		dice := rand.New(rand.NewPCG(seed, 2))
		company := h.Between()
		ws := h.Workers(people)
		views, sessions := h.Approved(ws)
		for _, s := range sessions {
			h.must(h.Sims.Company.Pay(s))
			h.must(h.Sims.Company.Forget())
		}
		before := h.Sum("payment_events", "1 = 1") // what came before it was forgotten
		letters := company.letters(dice, events)
		kinds := map[bool]*atomic.Int64{true: {}, false: {}}
		var sent atomic.Int64
		post := make(chan letter)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for l := range post {
					company.cut.Store(sent.Add(1)%2 == 0)
					status := h.post(l)
					if (status == http.StatusOK) != l.good || status >= 500 {
						t.Errorf("an event that is good: %t is answered %d", l.good, status)
					}
					kinds[l.good].Add(1)
				}
			})
		}
		for n, l := range letters {
			switch n {
			case len(letters) / 3:
				h.Pause()
			case len(letters) * 2 / 3:
				h.Resume()
			}
			post <- l
		}
		close(post)
		wg.Wait()
		company.cut.Store(false)
		h.Clock.Advance(2 * time.Minute)
		h.must(h.System.payments.Reconcile(h.ctx()))
		h.Settle()
		h.Invariants()
		h.Audited()
		distinct := map[string]bool{}
		for _, l := range letters {
			if l.good {
				distinct[l.id] = true
			}
		}
		want := func(what string, got, want int64) {
			if got != want {
				t.Errorf("%s: %d, not %d", what, got, want)
			}
		}
		t.Logf("%d taken (%d different), %d refused", kinds[true].Load(), len(distinct), kinds[false].Load())
		want("events refused that were kept", h.Sum("payment_events", "id LIKE 'evt_forged%'"), 0)
		if got := h.Sum("payment_events", "1 = 1"); got < int64(len(distinct)) || got > int64(len(distinct))+before+4*int64(people) {
			t.Errorf("events: %d, of which %d different were sent", got, len(distinct))
		}
		want("events not applied", h.Sum("payment_events", "applied_at IS NULL"), 0)
		want("captures", h.Sum("payment_captures", "meaning = 'settles'"), int64(people))
		want("other captures", h.Sum("payment_captures", "meaning <> 'settles'"), 0)
		want("receipts", h.Sum("payment_receipts", "1 = 1"), int64(people))
		want("refunds", h.Sum("payment_refunds", "1 = 1"), 0)
		want("registered", h.Sum("applications", "state IN ('registered','certificate_reissued')"), int64(people))
		want("entries", h.Sum("entries", "cause_kind = 'application'"), int64(people))
		for k, w := range ws {
			want("told of the payment", h.Sum("notices", "login = ? AND about = ? AND kind = 'paid'", w.by.ID, "application:"+views[k].ID), 1)
		}
	})
}

// letter is an event on its way to us.
type letter struct {
	id        string
	body      []byte
	signature string
	good      bool
}

// letters makes n events: of what the company has told and of copies under
// other numbers, each tenth twice and each tenth forged, in any order.
func (l *line) letters(dice *rand.Rand, n int) []letter {
	h := l.h
	h.t.Helper()
	told := l.told()
	var out []letter
	add := func(id string, good bool, secret string, at time.Time) letter {
		e := told[dice.IntN(len(told))]
		copied := map[string]any{}
		for k, v := range e {
			copied[k] = v
		}
		copied["id"] = id
		body := encoded(h.t, copied)
		one := letter{id: id, body: body, signature: paysim.Sign(body, secret, at), good: good}
		out = append(out, one)
		return one
	}
	secret, now := h.Config.StripeWebhook, h.Clock.Now
	for k := range n {
		id := fmt.Sprintf("evt_storm%05d", k)
		switch {
		case k%10 == 3: // forged, in three ways
			id = fmt.Sprintf("evt_forged%05d", k)
			switch k / 10 % 3 {
			case 0:
				add(id, false, "whsec_somebody_else", now())
			case 1:
				add(id, false, secret, now().Add(-10*time.Minute)) // an old letter, found and sent again
			default:
				one := add(id, false, secret, now())
				out[len(out)-1].body = bytes.Replace(one.body, []byte("jpy"), []byte("usd"), 1)
				if bytes.Equal(out[len(out)-1].body, one.body) {
					out[len(out)-1].body = append(one.body, ' ')
				}
			}
		case k%10 == 7: // twice
			one := add(id, true, secret, now())
			out = append(out, one)
		default:
			add(id, true, secret, now().Add(-time.Duration(dice.IntN(120))*time.Second))
		}
	}
	dice.Shuffle(len(out), func(a, b int) { out[a], out[b] = out[b], out[a] })
	return out
}

func encoded(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// told returns the events that the company has made.
func (l *line) told() (list []map[string]any) {
	h := l.h
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.ctx(), http.MethodGet, l.company+"/v1/events", nil)
	h.must(err)
	r.Header.Set("Authorization", "Bearer "+h.Config.StripeKey)
	resp, err := http.DefaultClient.Do(r)
	h.must(err)
	defer resp.Body.Close()
	var answer struct{ Data []map[string]any }
	h.must(json.NewDecoder(resp.Body).Decode(&answer))
	if len(answer.Data) == 0 {
		h.t.Fatalf("the company tells of no events: %s", resp.Status)
	}
	return answer.Data
}

// post sends a letter and returns the status of the answer.
func (h *House) post(l letter) int {
	r, err := http.NewRequest(http.MethodPost, h.Config.BaseURL+"/webhooks/stripe", bytes.NewReader(l.body))
	if err != nil {
		return 0
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Stripe-Signature", l.signature)
	n := addresses.Add(1)
	r.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255))
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// line is the line between us and the payment company.
type line struct {
	h       *House
	cut     atomic.Bool
	company string // its own address
}

// Between puts a line between us and the payment company that can be cut, and
// starts the program again so that it speaks over that line.
func (h *House) Between() *line {
	h.t.Helper()
	l := &line{h: h, company: h.Config.StripeURL}
	u, err := url.Parse(h.Config.StripeURL)
	h.must(err)
	proxy := httputil.NewSingleHostReverseProxy(u)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.cut.Load() { // an answer that the client does not ask for again by itself
			http.Error(w, `{"error":{"type":"invalid_request_error","message":"away"}}`, http.StatusTeapot)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	h.t.Cleanup(server.Close)
	h.Shut()
	h.Config.StripeURL = server.URL
	h.Open()
	return l
}
