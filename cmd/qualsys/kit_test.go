package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"testing"
)

// needs skips a test loudly where a program is missing; with QUALSYS_TEST_ALL
// set it fails.
func needs(t *testing.T, programs ...string) {
	t.Helper()
	for _, name := range programs {
		if _, err := exec.LookPath(name); err != nil {
			if os.Getenv("QUALSYS_TEST_ALL") != "" {
				t.Fatalf("%s is missing", name)
			}
			t.Skipf("SKIPPED FOR LACK OF %s", name)
		}
	}
}

func atoi(digits []byte) int {
	n, _ := strconv.Atoi(string(digits))
	return n
}

// hexToDER is the seal without the zeros that fill its place.
func hexToDER(t *testing.T, text []byte) []byte {
	t.Helper()
	der := make([]byte, hex.DecodedLen(len(text)))
	if _, err := hex.Decode(der, text); err != nil {
		t.Fatal(err)
	}
	if len(der) < 4 || der[0] != 0x30 || der[1] != 0x82 {
		t.Fatalf("the seal begins with % x", der[:min(4, len(der))])
	}
	return der[:4+int(der[2])<<8+int(der[3])]
}

// verify asks the API about one thing: "link", "file" or "code".
func (h *House) verify(kind string, what any, more ...any) map[string]any {
	h.t.Helper()
	q := map[string]any{kind: what}
	for i := 0; i+1 < len(more); i += 2 {
		q[more[i].(string)] = more[i+1]
	}
	status, answer := h.sendJSON("/v1/verifications", q)
	if status != http.StatusOK {
		h.t.Fatalf("the API answers %d: %s", status, answer)
	}
	var v map[string]any
	h.must(json.Unmarshal(answer, &v))
	return v
}

// sendJSON sends JSON and returns what came back.
func (h *House) sendJSON(path string, q any) (int, []byte) {
	h.t.Helper()
	body, err := json.Marshal(q)
	h.must(err)
	r, err := http.NewRequestWithContext(h.ctx(), http.MethodPost, h.Config.BaseURL+path, bytes.NewReader(body))
	h.must(err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Forwarded-For", nextAddress())
	resp, err := http.DefaultClient.Do(r)
	h.must(err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	h.must(err)
	return resp.StatusCode, answer
}
