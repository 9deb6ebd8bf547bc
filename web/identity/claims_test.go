package identity

import (
	"encoding/json"
	"errors"
	"testing"

	"qualsys/internal/fault"
	"qualsys/registry/actor"
)

func TestBirthDates(t *testing.T) {
	for s, want := range map[string]uint32{
		"19850315": 19850315, "1985-03-15": 19850315, "1985/03/15": 0, "1985": 0, "0000-03-15": 0, "1985-03-00": 0,
		"": 0, "1985-3-15": 0, "20260230": 0, "１９８５０３１５": 0,
	} {
		d, err := parseBirth(s)
		if (err == nil) != (want != 0) || err == nil && d.Int() != want {
			t.Errorf("%q reads as %d, %v", s, d, err)
		}
	}
}

func TestAddresses(t *testing.T) {
	for text, want := range map[string]string{
		`"東京都"`: "東京都", `{"formatted":"東京都","region":"x"}`: "東京都", `{}`: "", `7`: "error", `null`: "",
	} {
		var a oneLine
		err := json.Unmarshal([]byte(text), &a)
		if got := string(a); (want == "error") != (err != nil) || err == nil && got != want {
			t.Errorf("%s reads as %q, %v", text, got, err)
		}
	}
}

func TestProviderFaults(t *testing.T) {
	for _, c := range []struct {
		code, description string
		want              *fault.Fault
	}{
		{"access_denied", "", ErrCancelled},
		{"access_denied", "the certificate was REVOKED", ErrCardRevoked},
		{"access_denied", "署名用電子証明書が失効しています", ErrCardRevoked},
		{"access_denied", "PIN locked", ErrCardLocked},
		{"access_denied", "Authentication timed out", ErrTimeout},
		{"temporarily_unavailable", "", ErrProviderAway},
		{"server_error", "", ErrProviderAway},
		{"invalid_request", "<script>", ErrProviderRefused},
		{"", "", ErrProviderRefused},
	} {
		if got := providerFault(c.code, c.description); !errors.Is(got, c.want) {
			t.Errorf("%s %q is %v, want %v", c.code, c.description, got, c.want)
		}
	}
}

func TestOfficerClaims(t *testing.T) {
	l, err := Login{Kind: actor.KindOfficer}.officer(claims{Body: "sssc", Roles: []string{"reviewer", "root", "reviewer"}})
	if err != nil || len(l.Roles) != 1 || l.Roles[0] != actor.Reviewer || l.Body != "sssc" {
		t.Errorf("roles we don't know are left out: %v %v", l.Roles, err)
	}
	for _, c := range []claims{{Roles: []string{"reviewer"}}, {Body: "sssc"}, {Body: "sssc", Roles: []string{"root"}}} {
		if _, err := (Login{}).officer(c); !errors.Is(err, ErrNoRole) {
			t.Errorf("%v: %v", c, err)
		}
	}
}
