package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"qualsys/cmd/qualsys/walk"
	"qualsys/internal/store"
	"qualsys/registry"
	"qualsys/registry/actor"
	"qualsys/registry/sample"
	"qualsys/web/identity"
)

// Scenario 1: first link and first certificate (SERVICE §6).
func TestFirstLinkAndFirstCertificate(t *testing.T) {
	h := Start(t, Plan{})
	hanako := h.Holder(sample.Hanako)
	h.must(hanako.Link())
	if !hanako.Page.Says("山田 花子", "1990年7月21日", "第D-0123456号", "2015年4月10日") {
		t.Errorf("the entry does not show what the register says: %s", hanako.Page.Text())
	}
	press, err := hanako.Page.Form(hanako.Entry + "/certificate")
	h.must(err)
	h.must(hanako.Get("/my/inbox"))
	if !hanako.Page.Says("初期設定が終わりました") {
		t.Errorf("the inbox says %s", hanako.Page.Text())
	}
	p, err := hanako.MakeCertificate()
	h.must(err)
	if !strings.Contains(hanako.Page.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the file comes as %q", hanako.Page.Header.Get("Content-Disposition"))
	}
	h.must(walk.Verify(t.Context(), h.Config.BaseURL, p, "1990/07/21", "in_force"))
	h.must(hanako.Submit(press))
	if hanako.Page.URL.Path != p.At {
		t.Errorf("pressed once more, the button leads to %s", hanako.Page.URL.Path)
	}
	outsiders(t, h, p, "介護福祉士資格", "山田 花子", "1990/07/21", "第D-0123456号", "社会福祉振興・試験センター", "神奈川県")
}

// outsiders has programs by others look at a certificate, whose text must hold
// items ① to ⑦ and ⑨.
func outsiders(t *testing.T, h *House, p walk.Paper, items ...string) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	h.must(os.WriteFile(at("certificate.pdf"), p.PDF, 0o600))
	tool := func(name string, wants string, args ...string) {
		t.Run(name+" "+args[0], func(t *testing.T) {
			needs(t, name)
			c := exec.CommandContext(t.Context(), name, args...)
			c.Dir = dir
			out, err := c.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			for want := range strings.SplitSeq(wants, "|") {
				if !strings.Contains(string(out), want) {
					t.Errorf("says nothing of %q:\n%s", want, out)
				}
			}
		})
	}
	tool("pdfsig", "Signature is Valid.|Total document signed", "-nocert", "certificate.pdf")
	tool("qpdf", "No syntax or stream encoding errors found", "--check", "certificate.pdf")
	tool("mutool", "The document is unchanged since signing.", "sign", "-v", "certificate.pdf")
	tool("pdfinfo", "Pages:           2", "certificate.pdf")
	t.Run("pdftotext", func(t *testing.T) {
		needs(t, "pdftotext")
		out, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", at("certificate.pdf"), "-").Output()
		h.must(err)
		for _, item := range items {
			if !strings.Contains(string(out), item) {
				t.Errorf("the text does not hold %q:\n%s", item, out)
			}
		}
		if strings.Contains(string(out), "世田谷") || strings.Contains(string(out), "三軒茶屋") {
			t.Errorf("the text holds the address:\n%s", out)
		}
	})
	t.Run("zbarimg", func(t *testing.T) {
		needs(t, "pdftoppm", "zbarimg")
		_, err := exec.CommandContext(t.Context(), "pdftoppm", "-r", "300", "-f", "1", "-l", "1", "-png", at("certificate.pdf"), at("page")).Output()
		h.must(err)
		pictures, err := filepath.Glob(at("page*.png"))
		h.must(err)
		out, err := exec.CommandContext(t.Context(), "zbarimg", append([]string{"-q", "--raw"}, pictures...)...).Output()
		h.must(err)
		if got := strings.TrimSpace(string(out)); got != p.Link {
			t.Errorf("the symbol reads %q, not %q", got, p.Link)
		}
	})
	t.Run("openssl cms", func(t *testing.T) { opensslAgrees(t, h, p.PDF, dir) })
}

// byteRange finds what the signature covers.
var byteRange = regexp.MustCompile(`/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)\s*\]`)

// opensslAgrees verifies the seal over the covered bytes, up to the root.
func opensslAgrees(t *testing.T, h *House, pdf []byte, dir string) {
	needs(t, "openssl")
	m := byteRange.FindSubmatch(pdf)
	if m == nil {
		t.Fatal("no ByteRange")
	}
	a, b, c := atoi(m[1]), atoi(m[2]), atoi(m[3])
	signed := append(append([]byte(nil), pdf[:a]...), pdf[b:b+c]...)
	seal := hexToDER(t, pdf[a+1:b-1])
	for name, data := range map[string][]byte{"signed.bin": signed, "seal.der": seal} {
		h.must(os.WriteFile(filepath.Join(dir, name), data, 0o600))
	}
	out, err := exec.CommandContext(t.Context(), "openssl", "cms", "-verify", "-inform", "DER", "-in", filepath.Join(dir, "seal.der"),
		"-content", filepath.Join(dir, "signed.bin"), "-binary", "-CAfile", filepath.Join(h.Config.Keys, "root.crt"),
		"-purpose", "any", "-out", filepath.Join(dir, "out.bin")).CombinedOutput()
	if err != nil || !strings.Contains(strings.ToLower(string(out)), "verification successful") {
		t.Errorf("%v: %s", err, out)
	}
}

// Scenario 15: a print was lost; the certificate after it is good, the lost one
// is not, and reads "reissued" and not "changed".
func TestLostPrint(t *testing.T) {
	h := Start(t, Plan{})
	hanako := h.Holder(sample.Hanako)
	h.must(hanako.Link())
	lost, err := hanako.MakeCertificate()
	h.must(err)
	filed, err := hanako.ReportLoss("what", "leaked", "old", "later", "note", "違う宛先へ送ってしまいました")
	h.must(err)
	h.must(walk.Verify(t.Context(), h.Config.BaseURL, lost, "1990/07/21", "in_force")) // until the new one is there
	h.must(h.Officer("sssc", "reviewer").Approve(filed.Number))
	if costs(h, filed) {
		h.must(hanako.Pay(filed))
	}
	fresh, err := hanako.AwaitCertificate(filed)
	h.must(err)
	if fresh.Code == lost.Code || fresh.Name != lost.Name {
		t.Errorf("the new certificate: code %s after %s, name %s", fresh.Code, lost.Code, fresh.Name)
	}
	h.must(walk.Verify(t.Context(), h.Config.BaseURL, fresh, "1990/07/21", "in_force"))
	h.must(walk.Verify(t.Context(), h.Config.BaseURL, lost, "1990/07/21", "ended"))
	if v := h.verify("link", lost.Link); v["reason"] != "reissued" {
		t.Errorf("the lost one is %v because of %v", v["verdict"], v["reason"])
	}
	if r := h.Registration(sample.Hanako); r.Version != 1 {
		t.Errorf("a reissue made version %d of the entry", r.Version)
	}

	// The other choice ends the certificate at once.
	filed, err = hanako.ReportLoss("what", "lost", "old", "now")
	h.must(err)
	if v := h.verify("link", fresh.Link); v["verdict"] != "ended" {
		t.Errorf("switched off, it is %v", v["verdict"])
	}
}

// costs reports whether an application asks for money once it is approved.
func costs(h *House, f walk.Filed) bool {
	h.Settle()
	var n int64
	h.Read(func(tx *store.Tx) error {
		return tx.Table("payment_claims").Where("application = ?", strings.TrimPrefix(f.At, "/my/applications/")).Count(&n).Error
	})
	return n > 0
}

// The name that the card shows is the login's, and the register's stands in the
// certificate: an officer's or another person's login never reaches it.
func TestACertificateIsItsHoldersAlone(t *testing.T) {
	h := Start(t, Plan{})
	hanako := h.Holder(sample.Hanako)
	h.must(hanako.Link())
	p, err := hanako.MakeCertificate()
	h.must(err)
	for _, path := range []string{p.At, p.At + "/file", p.At + "/show", hanako.Entry} {
		other := h.Holder(sample.Hoa)
		h.must(other.Get(path))
		if other.Page.Status != 404 || other.Page.Says("花子") {
			t.Errorf("somebody else gets %s: %d %.200s", path, other.Page.Status, other.Page.Text())
		}
	}
	officer := h.Officer("jccpp", "reviewer")
	h.must(officer.Get("/officer/registrations/" + strings.TrimPrefix(hanako.Entry, "/my/registrations/")))
	if officer.Page.Status != 404 {
		t.Errorf("another body's officer sees the registration: %d", officer.Page.Status)
	}
	var login identity.Login
	h.Read(func(tx *store.Tx) (err error) {
		var id string
		if err = tx.Table("logins").Select("id").Where("subject = ?", sample.Hanako).Scan(&id).Error; err != nil {
			return err
		}
		login, err = identity.Get(tx, id)
		return err
	})
	if login.Name.String() != "山田 花子" {
		t.Errorf("the login is called %s", login.Name.String())
	}
	if _, err := h.System.issuer.Issue(h.ctx(), actor.Holder("nobody"), registry.ID(strings.TrimPrefix(hanako.Entry, "/my/registrations/")),
		registry.Cause{Kind: "holder"}); err == nil {
		t.Error("a login that is not linked had a certificate made")
	}
}
