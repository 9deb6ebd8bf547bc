package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"qualsys/registry/person"
)

// The protocol of our own between a body and its look-up gateway: one POST of
// JSON to /v1/inquiries with a bearer token, one JSON answer. Bodies are
// bounded, the answer must repeat reference and source, and anything that is
// not understood counts as no answer.

// maxBody bounds an answer of the gateway.
const maxBody = 64 << 10

// Timeout is how long one inquiry may take.
const Timeout = 10 * time.Second

// Wire is an inquiry as it goes over the line. Dates are yyyy/mm/dd.
type Wire struct {
	Reference string     `json:"reference"`
	Source    Source     `json:"source"`
	Basis     string     `json:"basis"`
	Person    WirePerson `json:"person"`
}

// WirePerson says who is asked about.
type WirePerson struct {
	Code      string `json:"code,omitempty"`
	Name      string `json:"name"`
	BirthDate string `json:"birth_date"`
}

// WireAnswer is what the gateway answers.
type WireAnswer struct {
	Reference string      `json:"reference"`
	Source    Source      `json:"source"`
	Status    ReplyStatus `json:"status"`
	Record    *WireRecord `json:"record,omitempty"`
}

// WireRecord is what the register says; the fields that it does not keep are absent.
type WireRecord struct {
	Name        string   `json:"name"`
	BirthDate   string   `json:"birth_date"`
	Address     string   `json:"address,omitempty"`
	Domicile    string   `json:"domicile,omitempty"`
	FormerNames []string `json:"former_names,omitempty"`
	Substituted bool     `json:"substituted,omitempty"`
	Dead        bool     `json:"dead,omitempty"`
	ChangedOn   string   `json:"changed_on,omitempty"`
}

// Gateway asks over HTTP. It implements Registers.
type Gateway struct {
	base   string
	token  string
	client *http.Client
}

// NewGateway returns a gateway at base (http or https) with a bearer token.
// A nil client gets one with Timeout that follows no redirect.
func NewGateway(base, token string, client *http.Client) (*Gateway, error) {
	u, err := url.Parse(base)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, errors.New("evidence: the gateway's address must be an http or https URL")
	}
	if token == "" {
		return nil, errors.New("evidence: the gateway needs a token")
	}
	if client == nil {
		client = &http.Client{Timeout: Timeout, CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		}}
	}
	return &Gateway{base: u.JoinPath("/v1/inquiries").String(), token: token, client: client}, nil
}

// Ask implements Registers.
func (g *Gateway) Ask(ctx context.Context, q Question) (Reply, error) {
	body, err := json.Marshal(Wire{Reference: q.Reference, Source: q.Source, Basis: q.Basis, Person: WirePerson{
		Code: q.Person, Name: q.Known.Name.String(), BirthDate: q.Known.BirthDate.String()}})
	if err != nil {
		return Reply{}, fmt.Errorf("evidence: write the inquiry: %w", err)
	}
	reply := Reply{RequestHash: digest(body)}
	raw, err := g.post(ctx, body)
	if err != nil {
		return reply, ErrSourceDown.Because(err)
	}
	reply.ReplyHash = digest(raw)
	if err := read(raw, q, &reply); err != nil {
		return reply, ErrSourceDown.Because(err)
	}
	return reply, nil
}

func (g *Gateway) post(ctx context.Context, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.base, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+g.token)
	req.Header.Set("Content-Type", "application/json")
	res, err := g.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", res.StatusCode)
	}
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxBody+1))
	if err == nil && len(raw) > maxBody {
		err = errors.New("the answer is too long")
	}
	return raw, err
}

// read takes an answer apart. What the register says of a person, but no
// register of ours may hold, is named in Unreadable and never guessed.
func read(raw []byte, q Question, r *Reply) error {
	var a WireAnswer
	if err := json.Unmarshal(raw, &a); err != nil {
		return errors.New("the answer is no JSON of ours") // not the cause: it may quote the answer
	}
	if a.Reference != q.Reference || a.Source != q.Source {
		return errors.New("the answer is to another question")
	}
	switch a.Status {
	case NotFound, HistoryGap, NotIssuable:
		r.Status = a.Status
		return nil
	case Found:
	default:
		return errors.New("the answer has no status that we know")
	}
	if a.Record == nil {
		return errors.New("found, and no record")
	}
	r.Status = Found
	return r.take(*a.Record)
}

func (r *Reply) take(w WireRecord) error {
	var err error
	if r.Says.BirthDate, err = person.ParseDate(w.BirthDate); err != nil {
		return errors.New("the record's birth date is no date")
	}
	if w.ChangedOn != "" {
		if r.ChangedOn, err = person.ParseDate(w.ChangedOn); err != nil {
			return errors.New("the record's date of change is no date")
		}
	}
	if r.Says.Name, err = person.ParseName(w.Name); err != nil {
		r.Unreadable = append(r.Unreadable, Name)
	}
	if w.Address != "" {
		if r.Says.Address, err = person.ParseAddress(w.Address); err != nil {
			r.Unreadable = append(r.Unreadable, Address)
		}
	}
	if w.Domicile != "" {
		if r.Says.Domicile, err = person.ParseDomicile(w.Domicile); err != nil {
			r.Unreadable = append(r.Unreadable, Domicile)
		}
	}
	for _, f := range w.FormerNames {
		if n, err := person.ParseName(f); err == nil {
			r.FormerNames = append(r.FormerNames, n)
		}
	}
	r.Substituted, r.Dead = w.Substituted, w.Dead
	return nil
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
