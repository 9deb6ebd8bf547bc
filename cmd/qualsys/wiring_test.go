package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"qualsys/internal/fault"
	"qualsys/web/page"
)

var update = flag.Bool("update", false, "write golden files anew")

func TestEachFaultHasASentenceInBothLanguages(t *testing.T) {
	codes := fault.Codes()
	if len(codes) < 100 {
		t.Fatalf("only %d codes are declared: are all rooms linked?", len(codes))
	}
	for _, line := range page.Missing(codes) {
		t.Error(line)
	}
}

// The route table is a golden file, so that no way in appears unseen (SECURITY T49).
func TestRoutes(t *testing.T) {
	h := Start(t, Plan{})
	got := strings.Join(h.System.engine.Table(), "\n") + "\n"
	golden := filepath.Join("testdata", "routes.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the routes are others than in %s (look, then -update):\n%s", golden, got)
	}
}

func TestSettingsAreCheckedBeforeAnythingStarts(t *testing.T) {
	fine := Config{Database: "sqlite:x", BaseURL: "https://q.example.jp", Workers: 1, HolderIssuer: "https://id.example.jp",
		OfficerIssuer: "https://staff.example.jp", StripeURL: "https://api.stripe.com", StripeKey: "sk_live_x", StripeWebhook: "whsec_x",
		StripeAccount: "acct_x", EvidenceURL: "https://registers.example.jp", EvidenceToken: "t", SMTP: "mail.example.jp:587", MailFrom: "a@example.jp"}
	if err := fine.Check(); err != nil {
		t.Fatalf("good settings: %v", err)
	}
	for name, c := range map[string]struct {
		change func(*Config)
		says   string
	}{
		"a base address that does not fit the QR code": {func(c *Config) { c.BaseURL = "https://qualifications.ministry.example.jp" }, "base-url"},
		"a base address with a path":                   {func(c *Config) { c.BaseURL = "https://q.example.jp/sub" }, "base-url"},
		"an issuer over http":                          {func(c *Config) { c.HolderIssuer = "http://id.example.jp" }, "holder-issuer"},
		"a test key of the payment company":            {func(c *Config) { c.StripeKey = "sk_test_x" }, "stripe-key"},
		"the demo's webhook secret":                    {func(c *Config) { c.StripeWebhook = demo.StripeWebhook }, "stripe-webhook"},
		"no sender of mail":                            {func(c *Config) { c.MailFrom = "" }, "mail-from"},
		"nobody to work":                               {func(c *Config) { c.Workers = 0 }, "workers"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := fine
			c.change(&bad)
			if err := bad.Check(); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want something about %s", err, c.says)
			}
		})
	}
}
