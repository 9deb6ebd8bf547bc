package verifier_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"strings"
	"testing"

	"qualsys/issue/credential"
	"qualsys/pdfcert"
	"qualsys/pdfcert/certtest"
	"qualsys/pdfcert/font"
	"qualsys/pdfcert/seal"
	"qualsys/pdfcert/sheet"
	"qualsys/verifier"
	"qualsys/verifier/trust"
)

// shop is a world that also issues files.
type shop struct {
	*world
	*certtest.Set
	st     credential.Statement
	signed credential.Signed
	says   pdfcert.Says
	file   []byte

	files      map[[32]byte]verifier.Issued
	rangesOnly bool // the log knows digests and nothing else, as issued ranges do
}

func openShop(t *testing.T) *shop {
	t.Helper()
	if _, err := font.Regular(); err != nil {
		t.Skip("SKIPPED LOUDLY: ", err)
	}
	s := &shop{world: newWorld(t), Set: certtest.New(t, at), st: sample(), files: map[[32]byte]verifier.Issued{}}
	s.list.Authorities = []trust.Authority{{Certificate: s.Root, Intermediates: []*x509.Certificate{s.CA},
		Lists: []*x509.RevocationList{s.RootCRL, s.CACRL}}}
	s.signed = s.sign(s.st, s.statement)
	s.says = pdfcert.Says{
		Title: "介護福祉士資格証", English: "Certified Care Worker",
		Name:   pdfcert.Item{Label: "氏名", English: "Name", Value: s.st.Name},
		Birth:  pdfcert.Item{Label: "生年月日", English: "Date of birth", Value: "1990/04/01"},
		Number: pdfcert.Item{Label: "登録番号", English: "Registration number", Value: "第D-1234567号"},
		Date:   pdfcert.Item{Label: "登録年月日", English: "Date of registration", Value: "2010/04/01"},
		Issuer: "公益財団法人社会福祉振興・試験センター", Host: "q.example.jp", Code: s.st.Code.Format(),
		Rows:  []pdfcert.Row{{Label: "本籍地都道府県（国籍）", Value: "東京都"}},
		Notes: []pdfcert.Note{{Text: "この資格者証は、法令の登録証・免許証に代わるものではありません。"}},
	}
	s.file = s.make(t, s.says, s.link(s.signed))
	s.release(s.file, s.signed)
	return s
}

func (s *shop) make(t *testing.T, says pdfcert.Says, link string) []byte {
	t.Helper()
	base, err := sheet.Draw(says, link)
	if err != nil {
		t.Fatal(err)
	}
	b, err := seal.Seal(pdfcert.PKCS7, base, s.SignerKey, s.Chain(), s.At)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (s *shop) release(file []byte, signed credential.Signed) {
	d := signed.Digest()
	s.released[d] = credential.Valid
	s.files[sha256.Sum256(file)] = verifier.Issued{Statement: d, Printed: &s.says, Kept: &s.st, ReleasedAt: s.At}
}

func (s *shop) File(_ context.Context, sum [32]byte) (verifier.Issued, error) {
	if s.away {
		return verifier.Issued{}, errors.New("no network")
	}
	i, ok := s.files[sum]
	if !ok {
		return verifier.Issued{}, verifier.ErrNotIssued
	}
	if s.rangesOnly {
		i = verifier.Issued{AsOf: s.now, Source: "issued_range"}
	}
	return i, nil
}

func (s *shop) options() verifier.Options {
	o := s.world.options()
	o.Log = s
	return o
}

func (s *shop) verify(data []byte) verifier.Verification {
	return verifier.New(s.options()).File(context.Background(), data)
}

// expect fails unless the answer is that verdict for that reason, and the
// named check has that code.
func expect(t *testing.T, v verifier.Verification, verdict verifier.Verdict, reason verifier.Reason, id verifier.CheckID, code string) {
	t.Helper()
	if v.Verdict != verdict || v.Reason != reason || id != "" && v.Check(id).Code != code {
		t.Errorf("%s, %q, %+v; want %s, %q, %s", v.Verdict, v.Reason, v.Checks, verdict, reason, code)
	}
	if len(v.Checks) != 8 || v.Identity == "" || v.Message == "" {
		t.Errorf("incomplete: %+v", v)
	}
	if verdict == verifier.NotGenuine && v.Says != nil {
		t.Error("a certificate that is not genuine is quoted")
	}
}

func TestAReleasedFileIsInForce(t *testing.T) {
	s := openShop(t)
	v := s.verify(s.file)
	expect(t, v, verifier.InForce, "", verifier.CheckAgreement, "verifier.agreement.passed")
	if v.Says == nil || v.Says.Name != s.st.Name || v.Says.Number != "第D-1234567号" || v.Etsi.Indication != "TOTAL-PASSED" {
		t.Errorf("%+v %+v", v.Says, v.Etsi)
	}
	s.rangesOnly = true
	expect(t, s.verify(s.file), verifier.InForce, "", verifier.CheckIssueLog, "verifier.issue_log.passed")
}

func TestAFileFollowsTheStateOfItsCertificate(t *testing.T) {
	s := openShop(t)
	for status, verdict := range map[credential.Status]verifier.Verdict{credential.Valid: verifier.InForce,
		credential.Changed: verifier.Changed, credential.Suspended: verifier.Suspended, credential.Revoked: verifier.Ended} {
		s.released[s.signed.Digest()] = status
		if v := s.verify(s.file); v.Verdict != verdict {
			t.Errorf("%v: %s", status, v.Verdict)
		}
	}
}

func TestEveryFlippedByteIsSeen(t *testing.T) {
	s := openShop(t)
	for at := 0; at < len(s.file); at += 997 {
		bad := bytes.Clone(s.file)
		bad[at] ^= 0x20
		if v := s.verify(bad); v.Verdict != verifier.NotGenuine {
			t.Fatalf("byte %d: %s %+v", at, v.Verdict, v.Checks)
		}
	}
}

func TestAFileThatIsNotTheReleasedOneIsToldApart(t *testing.T) {
	s := openShop(t)
	second := s.make(t, s.says, s.link(s.signed)) // well signed again: other bytes of a known certificate
	expect(t, s.verify(second), verifier.NotGenuine, verifier.Altered, verifier.CheckIssueLog, "verifier.issue_log.altered")

	unknown := s.st
	unknown.Number = "D-7654321"
	says := s.says
	says.Number.Value = "第D-7654321号"
	stolen := s.make(t, says, s.link(s.sign(unknown, s.statement)))
	expect(t, s.verify(stolen), verifier.NotGenuine, verifier.NotIssued, verifier.CheckIssueLog, "verifier.issue_log.not_issued")

	s.files[sha256.Sum256(stolen)] = verifier.Issued{Statement: s.signed.Digest()}
	expect(t, s.verify(stolen), verifier.NotGenuine, verifier.NotIssued, verifier.CheckIssueLog, "verifier.issue_log.other_statement")
}

func TestTextQRCodeAndIssueLogMustAgree(t *testing.T) {
	s := openShop(t)
	for field, change := range map[string]func(*pdfcert.Says){
		"name":   func(p *pdfcert.Says) { p.Name.Value = "山田　太郎" },
		"birth":  func(p *pdfcert.Says) { p.Birth.Value = "1990/04/02" },
		"number": func(p *pdfcert.Says) { p.Number.Value = "第D-12345678号" },
		"code":   func(p *pdfcert.Says) { p.Code = "7K3M-0QRA-9XWZ-004H" },
		"host":   func(p *pdfcert.Says) { p.Host = "q.examp1e.jp" },
		"title":  func(p *pdfcert.Says) { p.Title = "医師資格証" },
		"date":   func(p *pdfcert.Says) { p.Date.Value = "2000/04/01" },
		"issuer": func(p *pdfcert.Says) { p.Issuer = "厚生労働大臣" },
		"rows": func(p *pdfcert.Says) {
			p.Rows = []pdfcert.Row{{Label: "本籍地都道府県（国籍）", Value: "京都府"}}
		},
		"notes": func(p *pdfcert.Says) { p.Notes = nil },
	} {
		says := s.says
		change(&says)
		file := s.make(t, says, s.link(s.signed))
		s.files[sha256.Sum256(file)] = verifier.Issued{Statement: s.signed.Digest(), Printed: &s.says, ReleasedAt: s.At}
		v := s.verify(file)
		expect(t, v, verifier.NotGenuine, verifier.Disagrees, verifier.CheckAgreement, "verifier.agreement.differs")
		if got := v.Check(verifier.CheckAgreement).Fields; len(got) != 1 || got[0] != field {
			t.Errorf("%s: fields %v", field, got)
		}
		err := verifier.New(s.options()).Proofread(t.Context(), file, s.says, s.link(s.signed))
		if err == nil || !strings.Contains(err.Error(), field) || strings.Contains(err.Error(), "山田") {
			t.Errorf("%s: proofread: %v", field, err)
		}
	}
	if err := verifier.New(s.options()).Proofread(t.Context(), s.file, s.says, s.link(s.signed)); err != nil {
		t.Error(err)
	}
}

func TestAMissingListNeverMakesAFileGoodNorBad(t *testing.T) {
	s := openShop(t)
	s.list.Authorities[0].Lists = nil
	expect(t, s.verify(s.file), verifier.CannotConfirm, "", verifier.CheckIssuer, "verifier.issuer.revocation_unknown")

	s = openShop(t)
	s.now = at.AddDate(0, 0, 8) // the lists have ended, the trust list has not
	expect(t, s.verify(s.file), verifier.CannotConfirm, "", verifier.CheckIssuer, "verifier.issuer.revocation_unknown")
	s.released[s.signed.Digest()] = credential.Revoked
	expect(t, s.verify(s.file), verifier.Ended, verifier.Unspecified, "", "")

	s = openShop(t)
	s.list.Authorities = nil
	expect(t, s.verify(s.file), verifier.NotGenuine, verifier.Forged, verifier.CheckIssuer, "verifier.issuer.untrusted")

	s = openShop(t)
	s.away = true
	expect(t, s.verify(s.file), verifier.CannotConfirm, "", verifier.CheckIssueLog, "verifier.issue_log.unavailable")
}

func TestARevokedSignerIsKnown(t *testing.T) {
	s := openShop(t)
	s.list.Authorities[0].Lists = []*x509.RevocationList{s.RootCRL, certtest.List(t, s.CA, s.CAKey, at, 2, s.Signer)}
	expect(t, s.verify(s.file), verifier.NotGenuine, verifier.Forged, verifier.CheckIssuer, "verifier.issuer.revoked")
}

func TestAnOldCertificateOutlivesItsSignersCertificate(t *testing.T) {
	s := openShop(t)
	s.now = at.AddDate(5, 0, 0)
	s.list.Issued, s.list.NextUpdate = s.now.AddDate(0, 0, -1), s.now.AddDate(0, 0, 60)
	s.list.Authorities[0].Lists = []*x509.RevocationList{certtest.List(t, s.Root, s.RootKey, s.now, 9), certtest.List(t, s.CA, s.CAKey, s.now, 9)}
	expect(t, s.verify(s.file), verifier.InForce, "", verifier.CheckIssuer, "verifier.issuer.passed")
}

// years lets time pass, with lists that are kept up.
func (s *shop) years(t *testing.T, n int, revoked ...*x509.Certificate) {
	t.Helper()
	s.now = at.AddDate(n, 0, 0)
	s.list.Issued, s.list.NextUpdate = s.now.AddDate(0, 0, -1), s.now.AddDate(0, 0, 60)
	s.list.Authorities[0].Lists = []*x509.RevocationList{certtest.List(t, s.Root, s.RootKey, s.now, 9),
		certtest.List(t, s.CA, s.CAKey, s.now, 9, revoked...)}
}

func TestAnOldFileOutlivesItsSignersCertificateWhereTheLogTellsNoTime(t *testing.T) {
	s := openShop(t)
	s.rangesOnly = true
	s.years(t, 4) // the signer's certificate has ended
	expect(t, s.verify(s.file), verifier.InForce, "", verifier.CheckIssuer, "verifier.issuer.passed")
	s.years(t, 2, s.Signer) // it has been revoked, after the file was released
	expect(t, s.verify(s.file), verifier.InForce, "", verifier.CheckIssuer, "verifier.issuer.passed")
	s.now = at
	s.list.Issued, s.list.NextUpdate = at.AddDate(0, 0, -1), at.AddDate(0, 0, 60)
	s.list.Authorities[0].Lists = []*x509.RevocationList{s.RootCRL, certtest.List(t, s.CA, s.CAKey, at, 2, s.Signer)} // before
	expect(t, s.verify(s.file), verifier.NotGenuine, verifier.Forged, verifier.CheckIssuer, "verifier.issuer.revoked")
}

func TestAnOldFileIsNotBadWhileTheLogIsAway(t *testing.T) {
	s := openShop(t)
	s.away = true
	s.years(t, 4)
	expect(t, s.verify(s.file), verifier.CannotConfirm, "", verifier.CheckIssuer, "verifier.issuer.outside_validity")
	s.years(t, 2, s.Signer)
	expect(t, s.verify(s.file), verifier.CannotConfirm, "", verifier.CheckIssuer, "verifier.issuer.revoked")
	s.away = false
	again := s.make(t, s.says, s.link(s.signed)) // by a thief of the signer's key, dated back
	if v := s.verify(again); v.Verdict != verifier.NotGenuine {
		t.Errorf("%s %+v", v.Verdict, v.Checks)
	}
}

// TestWhatAStrangerSealedIsNotRead seals pages with keys of another authority,
// of the same names as ours.
func TestWhatAStrangerSealedIsNotRead(t *testing.T) {
	s := openShop(t)
	thief := certtest.New(t, at)
	newer := credential.Signed(bytes.Clone(s.signed))
	newer[bytes.Index(newer, []byte{0xa8, 0x01, 0x01})+2] = 2 // a version that this program doesn't know
	for name, link := range map[string]string{"our own statement": s.link(s.signed), "a newer statement": s.link(newer), "no link": "X"} {
		base, err := sheet.Draw(s.says, link)
		if err != nil {
			t.Fatal(err)
		}
		file := certtest.PDFSign(t, base, seal.LowS{Signer: thief.SignerKey}, thief.Chain(), at)
		v := s.verify(file)
		expect(t, v, verifier.NotGenuine, verifier.Forged, verifier.CheckIssuer, "verifier.issuer.untrusted")
		if v.Check(verifier.CheckAgreement).Result != verifier.NotAsked || v.Check(verifier.CheckStatement).Result != verifier.NotAsked {
			t.Errorf("%s: the pages were read: %+v", name, v.Checks)
		}
	}
}

// TestAFileWithANewerStatementIsHeldAgainstTheLogAllTheSame: only what was
// released may be more than this program understands.
func TestAFileWithANewerStatementIsHeldAgainstTheLogAllTheSame(t *testing.T) {
	s := openShop(t)
	newer := credential.Signed(bytes.Clone(s.signed))
	newer[bytes.Index(newer, []byte{0xa8, 0x01, 0x01})+2] = 2
	file := s.make(t, s.says, s.link(newer))
	expect(t, s.verify(file), verifier.NotGenuine, verifier.NotIssued, verifier.CheckIssueLog, "verifier.issue_log.not_issued")
	s.files[sha256.Sum256(file)] = verifier.Issued{Statement: newer.Digest(), ReleasedAt: at}
	expect(t, s.verify(file), verifier.CannotConfirm, "", verifier.CheckStatement, "verifier.statement.version")
}

func TestAnythingMayBeDroppedIn(t *testing.T) {
	s := openShop(t)
	for name, c := range map[string]struct {
		data   []byte
		reason verifier.Reason
	}{
		"nothing":           {nil, verifier.Foreign},
		"a text":            {[]byte("hello"), verifier.Foreign},
		"a foreign PDF":     {[]byte("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"), verifier.Foreign},
		"too large":         {make([]byte, pdfcert.MaxSize+1), verifier.Foreign},
		"a byte behind":     {append(bytes.Clone(s.file), ' '), verifier.Altered},
		"cut in the middle": {s.file[:len(s.file)/2], verifier.Altered},
	} {
		if v := s.verify(c.data); v.Verdict != verifier.NotGenuine || v.Reason != c.reason {
			t.Errorf("%s: %s, %q, %+v", name, v.Verdict, v.Reason, v.Checks)
		}
	}
}

func TestAFileWhoseStatementIsOfAnUnknownKeyIsForged(t *testing.T) {
	s := openShop(t)
	signed := s.sign(s.st, key(t, "nobody"))
	file := s.make(t, s.says, s.link(signed))
	s.release(file, signed)
	expect(t, s.verify(file), verifier.NotGenuine, verifier.Forged, verifier.CheckIssuer, "verifier.issuer.unknown_key")
}
