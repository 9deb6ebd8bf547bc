package verifier_test

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"qualsys/issue/credential"
	"qualsys/issue/statuslist"
	"qualsys/verifier"
)

func verifyVectors(t *testing.T, w *world) (out []verifyCase) {
	trustList, err := w.list.Publish(w.root)
	if err != nil {
		t.Fatal(err)
	}
	type expectation struct {
		verdict verifier.Verdict
		reason  verifier.Reason
		check   verifier.CheckID // and the code of the check that decides
		code    string
	}
	add := func(name string, c verifyCase, want expectation) {
		t.Helper()
		c.Name = name
		if c.Now == 0 {
			c.Now = at.Unix()
		}
		c.Expect = c.run(t, w)
		if c.Expect.Verdict != want.verdict || c.Expect.Reason != want.reason || c.Expect.Check(want.check).Code != want.code {
			t.Errorf("%s: %s, %q, %s", name, c.Expect.Verdict, c.Expect.Reason, c.Expect.Check(want.check).Code)
		}
		out = append(out, c)
	}
	list := hex.EncodeToString(trustList.COSE)
	signed, p := released(t, w)
	link := w.link(signed)
	ranges := func(signed credential.Signed, status credential.Status, made time.Time) map[string]string {
		before := w.released
		w.released = map[[32]byte]credential.Status{}
		if status != 0 {
			w.released[signed.Digest()] = status
		}
		q := statuslist.PrefixOf(signed.Digest())
		out := map[string]string{q.String(): hex.EncodeToString(w.issuedRange(q, made))}
		w.released = before
		return out
	}
	at30s, at6m, at25h := at.Add(-30*time.Second), at.Add(-6*time.Minute), at.Add(-25*time.Hour)
	const status, log, issuer, says = verifier.CheckStatus, verifier.CheckIssueLog, verifier.CheckIssuer, verifier.CheckStatement
	for _, c := range []struct {
		name string
		in   verifyCase
		want expectation
	}{
		{"valid", verifyCase{Link: link, Trust: list, Ranges: ranges(signed, credential.Valid, at30s)},
			expectation{verifier.InForce, "", status, "verifier.status.valid"}},
		{"changed", verifyCase{Link: link, Trust: list, Ranges: ranges(signed, credential.Changed, at30s)},
			expectation{verifier.Changed, "", status, "verifier.status.changed"}},
		{"suspended", verifyCase{Link: link, Trust: list, Ranges: ranges(signed, credential.Suspended, at30s)},
			expectation{verifier.Suspended, "", status, "verifier.status.suspended"}},
		{"revoked", verifyCase{Link: link, Trust: list, Ranges: ranges(signed, credential.Revoked, at30s)},
			expectation{verifier.Ended, verifier.Unspecified, status, "verifier.status.revoked"}},
		{"valid six minutes ago", verifyCase{Link: link, Trust: list, Ranges: ranges(signed, credential.Valid, at6m)},
			expectation{verifier.CannotConfirm, "", status, "verifier.status.old"}},
		{"changed six minutes ago", verifyCase{Link: link, Trust: list, Ranges: ranges(signed, credential.Changed, at6m)},
			expectation{verifier.Changed, "", status, "verifier.status.changed"}},
		{"suspended in a list that has ended", verifyCase{Link: link, Trust: list, Ranges: ranges(signed, credential.Suspended, at25h)},
			expectation{verifier.CannotConfirm, "", status, "verifier.status.old"}},
		{"revoked in a list that has ended", verifyCase{Link: link, Trust: list, Ranges: ranges(signed, credential.Revoked, at25h)},
			expectation{verifier.Ended, verifier.Unspecified, status, "verifier.status.revoked"}},
		{"a range of the future", verifyCase{Link: link, Trust: list, Ranges: ranges(signed, credential.Valid, at.Add(2*time.Minute))},
			expectation{verifier.CannotConfirm, "", status, "verifier.status.old"}},
		{"well signed and not in the issue log: a stolen key", verifyCase{Link: link, Trust: list, Ranges: ranges(signed, 0, at30s)},
			expectation{verifier.NotGenuine, verifier.NotIssued, log, "verifier.issue_log.not_issued"}},
		{"not in a range six minutes old", verifyCase{Link: link, Trust: list, Ranges: ranges(signed, 0, at6m)},
			expectation{verifier.CannotConfirm, "", log, "verifier.issue_log.unavailable"}},
		{"no network", verifyCase{Link: link, Trust: list, Ranges: nil},
			expectation{verifier.CannotConfirm, "", log, "verifier.issue_log.unavailable"}},
		{"the range is not a range", verifyCase{Link: link, Trust: list, Ranges: map[string]string{p.String(): "00"}},
			expectation{verifier.CannotConfirm, "", log, "verifier.issue_log.unavailable"}},
		{"no trust list", verifyCase{Link: link, Sites: []string{site}, Ranges: ranges(signed, credential.Valid, at30s)},
			expectation{verifier.CannotConfirm, "", issuer, "verifier.issuer.trust_list_missing"}},
		{"a trust list past its next update", verifyCase{Link: link, Trust: list, Sites: []string{site},
			Now: at.AddDate(0, 0, 61).Unix(), Ranges: nil},
			expectation{verifier.CannotConfirm, "", issuer, "verifier.issuer.trust_list_old"}},
		{"a foreign link", verifyCase{Link: "https://example.com/", Trust: list},
			expectation{verifier.NotGenuine, verifier.Foreign, says, "verifier.statement.foreign"}},
		{"a look-alike", verifyCase{Link: strings.Replace(link, "EXAMPLE", "EXAMP1E", 1), Trust: list},
			expectation{verifier.NotGenuine, verifier.LookAlike, says, "verifier.statement.look_alike"}},
		{"the Digital Agency's own", verifyCase{Link: "https://dqcvs.nqs.go.jp/w/?c=0oREoQE4JKEEaVAtMDAwMDAx", Trust: list},
			expectation{verifier.NotGenuine, verifier.Agency, says, "verifier.statement.agency"}},
		{"a look-alike of the Digital Agency's", verifyCase{Link: "https://dqcvs.nqs.go.jp.example.com/w/?c=0oREoQE4JKEEaVAtMDAwMDAx", Trust: list},
			expectation{verifier.NotGenuine, verifier.LookAlike, says, "verifier.statement.look_alike"}},
		{"a character lost", verifyCase{Link: link[:len(link)-1], Trust: list},
			expectation{verifier.NotGenuine, verifier.Damaged, says, "verifier.statement.damaged"}},
	} {
		add(c.name, c.in, c.want)
	}
	for _, c := range forgeries(t, w) {
		add(c.name, verifyCase{Link: w.link(c.signed), Trust: list, Ranges: ranges(c.signed, c.status, at30s)},
			expectation{c.verdict, c.reason, c.check, c.code})
	}
	return out
}

type forgery struct {
	name    string
	signed  credential.Signed
	status  credential.Status
	verdict verifier.Verdict
	reason  verifier.Reason
	check   verifier.CheckID
	code    string
}

func forgeries(t *testing.T, w *world) []forgery {
	expired, early, nurse := sample(), sample(), sample()
	expired.Expiry = 20261124
	lastDay := sample()
	lastDay.Expiry = 20261125
	early.Issued = 20240101
	nurse.Register = 1302
	changed := bytes.Clone(w.sign(sample(), w.statement))
	changed[55] ^= 0x01 // a letter of the name
	if _, _, err := credential.Signed(changed).Open(); err != nil {
		t.Fatal(err)
	}
	const says, issuer, status = verifier.CheckStatement, verifier.CheckIssuer, verifier.CheckStatus
	const valid = credential.Valid
	return []forgery{
		{"a letter of the name changed", changed, 0, verifier.NotGenuine, verifier.Forged, says, "verifier.statement.signature"},
		{"a key that nobody knows", w.sign(sample(), key(t, "nobody")), 0, verifier.NotGenuine, verifier.Forged, issuer, "verifier.issuer.unknown_key"},
		{"a key for another purpose", w.sign(sample(), w.test), 0, verifier.NotGenuine, verifier.Forged, issuer, "verifier.issuer.purpose"},
		{"a key for another register", w.sign(sample(), w.regional), valid, verifier.NotGenuine, verifier.Forged, issuer, "verifier.issuer.register"},
		{"the same key for its own register", w.sign(nurse, w.regional), valid, verifier.InForce, "", issuer, "verifier.issuer.passed"},
		{"a key that had stopped signing", w.sign(sample(), w.old), valid, verifier.NotGenuine, verifier.Forged, issuer, "verifier.issuer.outside_days"},
		{"an old certificate of that key", w.sign(early, w.old), valid, verifier.InForce, "", issuer, "verifier.issuer.passed"},
		{"a stolen key, in the issue log", w.sign(sample(), w.stolen), valid, verifier.InForce, "", issuer, "verifier.issuer.compromised_logged"},
		{"a stolen key, not in the issue log", w.sign(sample(), w.stolen), 0, verifier.NotGenuine, verifier.NotIssued, issuer, "verifier.issuer.compromised"},
		{"expired yesterday", w.sign(expired, w.statement), valid, verifier.Ended, verifier.Expired, status, "verifier.status.valid"},
		{"its last day", w.sign(lastDay, w.statement), valid, verifier.InForce, "", status, "verifier.status.valid"},
	}
}
