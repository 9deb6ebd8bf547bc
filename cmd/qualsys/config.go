package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"gopkg.in/yaml.v3"
)

// Config is everything that can be set. A flag wins over the environment
// (QUALSYS_DATABASE for --database), that over the file named by --config (flat
// YAML, the flags' names), and that over the default. It is checked before
// anything starts.
type Config struct {
	File string `name:"config" help:"File with settings (flat YAML)." type:"path"`
	Demo bool   `help:"Run with simulators, demo keys and plain http. Never for real people." env:"QUALSYS_DEMO"`

	Database string   `default:"sqlite:data/qualsys.db" help:"sqlite:PATH or postgres://…" env:"QUALSYS_DATABASE"`
	Listen   string   `default:"127.0.0.1:8080" help:"Address to serve on." env:"QUALSYS_LISTEN"`
	BaseURL  string   `default:"http://localhost:8080" help:"Address under which people reach us; its host is printed beside each QR code." env:"QUALSYS_BASE_URL"`
	Data     string   `default:"data" help:"Folder for files: released certificates, attachments." env:"QUALSYS_DATA"`
	Keys     string   `default:"data/keys" help:"Folder of the keys." env:"QUALSYS_KEYS"`
	Proxies  []string `help:"Addresses or networks of the proxies in front whose X-Forwarded-For is believed." env:"QUALSYS_PROXIES"`
	Workers  int      `default:"4" help:"Jobs worked at once." env:"QUALSYS_WORKERS"`

	HolderIssuer    string `help:"OpenID Connect issuer at which holders log in." env:"QUALSYS_HOLDER_ISSUER"`
	HolderClientID  string `default:"RP00000001" help:"Our client id there." env:"QUALSYS_HOLDER_CLIENT_ID"`
	HolderACR       string `default:"aal3 crl" help:"acr_values asked of the holders' issuer." env:"QUALSYS_HOLDER_ACR"`
	OfficerIssuer   string `help:"OpenID Connect issuer at which officers log in." env:"QUALSYS_OFFICER_ISSUER"`
	OfficerClientID string `default:"RP00000002" help:"Our client id there." env:"QUALSYS_OFFICER_CLIENT_ID"`

	StripeURL     string `help:"Base address of the payment company's API." env:"QUALSYS_STRIPE_URL"`
	StripeKey     string `help:"Secret key of the payment company." env:"QUALSYS_STRIPE_KEY"`
	StripeWebhook string `help:"Secret that signs the payment company's events." env:"QUALSYS_STRIPE_WEBHOOK"`
	StripeAccount string `help:"Our account at the payment company; events for another are refused." env:"QUALSYS_STRIPE_ACCOUNT"`

	EvidenceURL   string `help:"Base address of the resident and family register look-up." env:"QUALSYS_EVIDENCE_URL"`
	EvidenceToken string `help:"Bearer token for it." env:"QUALSYS_EVIDENCE_TOKEN"`

	SMTP     string `name:"smtp" help:"Mail server, HOST:PORT." env:"QUALSYS_SMTP"`
	MailFrom string `help:"Sender of our mail." env:"QUALSYS_MAIL_FROM"`
	MailPage string `help:"Where a demonstration's mail can be read." env:"QUALSYS_MAIL_PAGE"`
}

// demo holds what the demo uses for what was not set: the simulators.
var demo = Config{
	HolderIssuer:  "http://localhost:8091/holder",
	OfficerIssuer: "http://localhost:8091/officer",
	StripeURL:     "http://localhost:8092",
	StripeKey:     "sk_test_qualsys_demo",
	StripeWebhook: "whsec_qualsys_demo",
	StripeAccount: "acct_qualsysdemo",
	EvidenceURL:   "http://localhost:8093",
	EvidenceToken: "demo-evidence-token",
	SMTP:          "localhost:8095",
	MailFrom:      "no-reply@localhost",
	MailPage:      "http://localhost:8094",
}

// Complete fills what was not set: in the demo with the simulators, else with
// what is the same for everybody.
func (c Config) Complete() Config {
	from := Config{StripeURL: "https://api.stripe.com"}
	if c.Demo {
		from = demo
	}
	to, src := reflect.ValueOf(&c).Elem(), reflect.ValueOf(from)
	for i := range to.NumField() {
		if to.Field(i).IsZero() {
			to.Field(i).Set(src.Field(i))
		}
	}
	return c
}

// secrets are the settings that are never printed.
var secrets = []string{"StripeKey", "StripeWebhook", "EvidenceToken", "Database"}

// Check says what is wrong with the settings, each with what to do.
func (c Config) Check() error {
	var wrong []string
	say := func(format string, a ...any) { wrong = append(wrong, fmt.Sprintf(format, a...)) }
	base, err := url.Parse(c.BaseURL)
	if err != nil || base.Host == "" || (base.Path != "" && base.Path != "/") {
		say("--base-url %q: give a scheme and a host without a path, like https://q.example.jp", c.BaseURL)
	} else if printed := len(base.Scheme) + len("://") + len(base.Host) + len("/Q#"); printed > maxPrintedBase {
		say("--base-url %q: with /Q# it takes %d characters in the QR code; at most %d fit (docs/formats/qr.md)", c.BaseURL, printed, maxPrintedBase)
	}
	if c.Workers < 1 {
		say("--workers %d: at least 1", c.Workers)
	}
	for name, value := range map[string]string{
		"holder-issuer": c.HolderIssuer, "officer-issuer": c.OfficerIssuer, "stripe-key": c.StripeKey,
		"stripe-webhook": c.StripeWebhook, "stripe-account": c.StripeAccount, "evidence-url": c.EvidenceURL, "evidence-token": c.EvidenceToken,
		"smtp": c.SMTP, "mail-from": c.MailFrom,
	} {
		if value == "" {
			say("--%s is not set", name)
		}
	}
	if !c.Demo {
		for name, address := range map[string]string{
			"base-url": c.BaseURL, "holder-issuer": c.HolderIssuer, "officer-issuer": c.OfficerIssuer,
			"stripe-url": c.StripeURL, "evidence-url": c.EvidenceURL,
		} {
			if u, err := url.Parse(address); err != nil || u.Scheme != "https" {
				say("--%s %q: must be https unless --demo is given", name, address)
			}
		}
		if !strings.HasPrefix(c.StripeKey, "sk_live_") && !strings.HasPrefix(c.StripeKey, "rk_live_") {
			say("--stripe-key: must be a live key unless --demo is given")
		}
		if c.StripeWebhook == demo.StripeWebhook || c.EvidenceToken == demo.EvidenceToken {
			say("--stripe-webhook, --evidence-token: the demo's secrets are known to everybody; set your own")
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.Sort(wrong)
	return fmt.Errorf("the settings can't be used:\n  %s", strings.Join(wrong, "\n  "))
}

// maxPrintedBase is how many characters the address with "/Q#" may take in a QR
// code (docs/formats/qr.md).
const maxPrintedBase = 29

// Print writes the settings as JSON, secrets left out.
func (c Config) Print(w io.Writer) error {
	out := map[string]any{}
	v := reflect.ValueOf(c)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if slices.Contains(secrets, name) {
			out[name] = "[secret]"
			continue
		}
		out[name] = v.Field(i).Interface()
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

// fileResolver reads a flat YAML file of flag names. An unknown or nested key
// is an error: a setting that is silently ignored is a trap.
func fileResolver(path string, known []string) (kong.Resolver, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--config: %w", err)
	}
	values := map[string]yaml.Node{}
	if err := yaml.Unmarshal(b, &values); err != nil {
		return nil, fmt.Errorf("--config %s: %w", path, err)
	}
	for key, v := range values {
		if !slices.Contains(known, key) {
			return nil, fmt.Errorf("--config %s:%d: there is no setting %q", path, v.Line, key)
		}
		if v.Kind == yaml.MappingNode {
			return nil, fmt.Errorf("--config %s:%d: %q holds settings of its own; write them flat", path, v.Line, key)
		}
	}
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		v, ok := values[flag.Name]
		if !ok || slices.ContainsFunc(flag.Envs, func(name string) bool { return os.Getenv(name) != "" }) {
			return nil, nil // the environment wins over the file
		}
		if v.Kind == yaml.SequenceNode {
			var list []string
			err := v.Decode(&list)
			return strings.Join(list, ","), err
		}
		return v.Value, nil
	}), nil
}
