package verifier_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"qualsys/internal/fault"
	"qualsys/issue/credential"
	"qualsys/issue/credential/cose"
	"qualsys/issue/statuslist"
	"qualsys/verifier"
	"qualsys/verifier/remote"
	"qualsys/verifier/trust"
)

var update = flag.Bool("update", false, "write testdata/vectors anew")

const vectors = "testdata/vectors"

// The files of the vectors. Bytes are hexadecimal.
type (
	linkCase struct {
		Name   string     `json:"name"`
		Text   string     `json:"text"`
		Sites  []string   `json:"sites"`
		Code   string     `json:"error,omitempty"` // code of the error, or
		Says   *statement `json:"says,omitempty"`  // what it says
		KID    string     `json:"kid,omitempty"`
		Digest string     `json:"digest,omitempty"`
		Signer string     `json:"signed_by,omitempty"` // key in keys.json whose signature it bears
	}
	statement struct {
		Version  int    `json:"version"`
		Code     string `json:"code"`
		Register uint32 `json:"register"`
		Number   string `json:"number"`
		Name     string `json:"name"`
		Birth    uint32 `json:"birth"`
		Issued   uint32 `json:"issued"`
		List     uint32 `json:"list"`
		Index    uint32 `json:"index"`
		Expiry   uint32 `json:"expiry"`
	}
	codeCase struct {
		Name  string `json:"name"`
		Typed string `json:"typed"`
		Code  string `json:"error,omitempty"`
		Reads string `json:"code,omitempty"`
		Bytes string `json:"bytes,omitempty"`
	}
	rangeCase struct {
		Name    string            `json:"name"`
		Prefix  string            `json:"prefix"`
		Range   string            `json:"range"`
		OK      bool              `json:"ok"`
		Entries int               `json:"entries,omitempty"`
		Find    map[string]string `json:"find,omitempty"` // SHA-256 → status or "not_issued"
	}
	trustCase struct {
		Name  string `json:"name"`
		List  string `json:"list"`
		Seen  uint64 `json:"seen"`
		Error string `json:"error,omitempty"` // malformed, root, rules, older
		Seq   uint64 `json:"seq,omitempty"`
	}
	verifyCase struct {
		Name   string                `json:"name"`
		Now    int64                 `json:"now"`
		Link   string                `json:"link"`
		Trust  string                `json:"trust,omitempty"` // none: could not be had
		Sites  []string              `json:"sites,omitempty"`
		Ranges map[string]string     `json:"ranges"` // by prefix; none: could not be had
		Expect verifier.Verification `json:"expect"`
	}
	keyCase struct {
		Name    string `json:"name"`
		Purpose string `json:"purpose"`
		KID     string `json:"kid"`
		SPKI    string `json:"spki"`
		Private string `json:"private"`
	}
)

func (s statement) of(st credential.Statement) *statement {
	return &statement{st.Version, string(st.Code), st.Register, st.Number, st.Name, st.Birth, st.Issued, st.List, st.Index, st.Expiry}
}

func load[T any](t *testing.T, name string) (out []T) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(vectors, name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(name, err)
	}
	return out
}

func save(t *testing.T, name string, v any) {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(vectors, name), b.Bytes())
}

func bytesOf(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func codeOf(err error) string {
	var f *fault.Fault
	if errors.As(err, &f) {
		return f.Code()
	}
	return ""
}

func TestVectors(t *testing.T) {
	if *update {
		makeVectors(t)
	}
	w := newWorld(t)
	n := 0
	t.Run("links", func(t *testing.T) { n += checkLinks(t, w) })
	t.Run("codes", func(t *testing.T) { n += checkCodes(t) })
	t.Run("ranges", func(t *testing.T) { n += checkRanges(t, w) })
	t.Run("trust", func(t *testing.T) { n += checkTrust(t, w) })
	t.Run("judge", func(t *testing.T) { n += checkJudge(t) })
	t.Run("verifications", func(t *testing.T) { n += checkVerifications(t, w) })
	if n < 60 && !t.Failed() {
		t.Errorf("%d cases, want 60 and more", n)
	}
}

func checkLinks(t *testing.T, w *world) int {
	cases := load[linkCase](t, "links.json")
	for _, c := range cases {
		signed, err := credential.ParseLink(c.Text, c.Sites)
		var st credential.Statement
		var id credential.KeyID
		if err == nil {
			st, id, err = signed.Open()
		}
		if codeOf(err) != c.Code || (err == nil) != (c.Says != nil) {
			t.Errorf("%s: %v, want %q", c.Name, err, c.Code)
			continue
		}
		if err != nil {
			continue
		}
		if *(statement{}).of(st) != *c.Says || id.String() != c.KID || fmt.Sprintf("%x", signed.Digest()) != c.Digest {
			t.Errorf("%s: %+v by %s, digest %x", c.Name, st, id, signed.Digest())
		}
		if err := signed.Verify(key(t, c.Signer).Public()); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
	return len(cases)
}

func checkCodes(t *testing.T) int {
	cases := load[codeCase](t, "codes.json")
	for _, c := range cases {
		code, err := credential.ParseCode(c.Typed)
		if codeOf(err) != c.Code || string(code) != c.Reads {
			t.Errorf("%s: %q, %v", c.Name, code, err)
		}
		if err == nil && fmt.Sprintf("%x", code.Bytes()) != c.Bytes {
			t.Errorf("%s: bytes %x", c.Name, code.Bytes())
		}
	}
	return len(cases)
}

func checkRanges(t *testing.T, w *world) int {
	cases := load[rangeCase](t, "ranges.json")
	for _, c := range cases {
		p, err := statuslist.ParsePrefix(c.Prefix)
		if err != nil {
			t.Fatal(err)
		}
		r, err := statuslist.Open(bytesOf(t, c.Range), p, w.statusKey)
		if (err == nil) != c.OK || len(r.Entries) != c.Entries {
			t.Errorf("%s: %v, %d entries", c.Name, err, len(r.Entries))
			continue
		}
		for sum, want := range c.Find {
			status, found := r.Find([32]byte(bytesOf(t, sum)))
			if got := status.String(); found != (want != "not_issued") || found && got != want {
				t.Errorf("%s: %s is %v, want %s", c.Name, sum, status, want)
			}
		}
	}
	return len(cases)
}

func (w *world) statusKey(id credential.KeyID) (crypto.PublicKey, error) {
	if k, ok := w.list.Key(id, cose.Status); ok {
		return k.Key, nil
	}
	return nil, errors.New("no status key")
}

func checkTrust(t *testing.T, w *world) int {
	cases := load[trustCase](t, "trust.json")
	for _, c := range cases {
		l, err := trust.Open(bytesOf(t, c.List), w.root.Public(), c.Seen)
		if trustWord(err) != c.Error {
			t.Errorf("%s: %v, want %q", c.Name, err, c.Error)
		} else if err == nil && l.Seq != c.Seq {
			t.Errorf("%s: seq %d", c.Name, l.Seq)
		}
	}
	return len(cases)
}

func trustWord(err error) string {
	for word, e := range map[string]error{"malformed": trust.ErrMalformed, "root": trust.ErrRoot, "rules": trust.ErrRules, "older": trust.ErrOlder} {
		if errors.Is(err, e) {
			return word
		}
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// judgeFile describes every combination of evidence in the order of
// everyEvidence, and the SHA-256 of one letter for each verdict.
type judgeFile struct {
	Inputs   []verifier.Input   `json:"inputs"`
	Findings []verifier.CheckID `json:"findings"`
	Results  []verifier.Result  `json:"results"`
	States   []string           `json:"states"`
	Ages     []string           `json:"ages"`
	Letters  map[string]string  `json:"letters"`
	Counts   map[string]int     `json:"counts"`
	SHA256   string             `json:"sha256"`
}

var letters = map[string]string{"in_force": "i", "changed": "c", "suspended": "s", "ended": "e", "not_genuine": "n", "cannot_confirm": "u"}

// judgeAll goes through every combination once for all tests; fault is the
// first verdict that contradicts DESIGN §6.
var judgeAll = sync.OnceValues(func() (f judgeFile, fault string) {
	f = judgeFile{Inputs: inputs, Findings: judged, Results: results, States: []string{""},
		Ages: []string{"", "present", "old", "outdated"}, Letters: letters, Counts: map[string]int{}}
	for _, s := range states[1:] {
		f.States = append(f.States, s.String())
	}
	h := sha256.New()
	everyEvidence(func(e verifier.Evidence) {
		v, reason := verifier.Judge(e)
		f.Counts[string(v)]++
		io.WriteString(h, letters[string(v)])
		if msg := wrong(e, v, reason); msg != "" && fault == "" {
			fault = fmt.Sprintf("%s with reason %q for %+v: %s", v, reason, e, msg)
		}
	})
	f.SHA256 = hex.EncodeToString(h.Sum(nil))
	return f, fault
})

func checkJudge(t *testing.T) int {
	b, err := os.ReadFile(filepath.Join(vectors, "judge.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want judgeFile
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	if got, _ := judgeAll(); got.SHA256 != want.SHA256 {
		t.Errorf("the verdicts have changed: %v, were %v", got.Counts, want.Counts)
	}
	return 1
}

func checkVerifications(t *testing.T, w *world) int {
	cases := load[verifyCase](t, "verifications.json")
	for _, c := range cases {
		got := c.run(t, w)
		a, _ := json.MarshalIndent(got, "", " ")
		b, _ := json.MarshalIndent(c.Expect, "", " ")
		if !bytes.Equal(a, b) {
			t.Errorf("%s:\ngot  %s\nwant %s", c.Name, a, b)
		}
	}
	return len(cases)
}

// run verifies the link of a case as `qualsys verify` does: over issued ranges.
func (c verifyCase) run(t *testing.T, w *world) verifier.Verification {
	t.Helper()
	now := func() time.Time { return time.Unix(c.Now, 0).UTC() }
	list := func(context.Context) (*trust.List, error) {
		if c.Trust == "" {
			return nil, verifier.ErrUnavailable
		}
		return trust.Open(bytesOf(t, c.Trust), w.root.Public(), 0)
	}
	client := &remote.Client{Trust: list, Now: now, HTTP: &http.Client{Transport: recorded(func(path string) ([]byte, bool) {
		r, ok := c.Ranges[strings.TrimPrefix(path, "/issued/")]
		return bytesOf(t, r), ok
	})}}
	v := verifier.New(verifier.Options{Trust: list, Log: client, States: client, Now: now, Sites: c.Sites})
	return v.Link(t.Context(), c.Link)
}

// recorded answers requests from memory.
type recorded func(path string) ([]byte, bool)

func (f recorded) RoundTrip(r *http.Request) (*http.Response, error) {
	b, ok := f(r.URL.Path)
	if !ok {
		return nil, errors.New("no network")
	}
	return &http.Response{StatusCode: http.StatusOK, Status: "200 OK", Body: io.NopCloser(bytes.NewReader(b)), Request: r}, nil
}

// TestAnIndependentProgramReadsTheVectors runs check.mjs, which shares no code
// with this one: its CBOR, COSE and Base32 are the browser's.
func TestAnIndependentProgramReadsTheVectors(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("SKIPPED: no node on this machine")
	}
	out, err := exec.CommandContext(t.Context(), node, filepath.Join(vectors, "check.mjs")).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Log(strings.TrimSpace(string(out)))
}

func spki(t *testing.T, k fixedKey) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(k.Public())
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(der)
}
