package credential_test

import (
	"testing"

	"qualsys/issue/credential"
)

func TestAStatusThatIsNoneIsNeverGood(t *testing.T) {
	var none credential.Status
	if none == credential.Valid || none.Wire() == 0 {
		t.Error("the zero value is good")
	}
	if _, err := none.Value(); err == nil {
		t.Error("the zero value can be stored")
	}
	for _, src := range []any{nil, "", "VALID", int64(1), []byte("good")} {
		if err := none.Scan(src); err == nil {
			t.Errorf("%v was read", src)
		}
	}
}

func TestEveryStatusComesBack(t *testing.T) {
	for i, s := range []credential.Status{credential.Valid, credential.Revoked, credential.Suspended, credential.Changed} {
		if s.Wire() != byte(i) || credential.StatusFromWire(byte(i)) != s {
			t.Errorf("%v: wire %d", s, s.Wire())
		}
		v, err := s.Value()
		var back credential.Status
		if err != nil || back.Scan(v) != nil || back != s {
			t.Errorf("%v: stored as %v, read as %v", s, v, back)
		}
	}
}
