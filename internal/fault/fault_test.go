package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"qualsys/internal/fault"
)

var errGone = fault.New(fault.NotFound, "faulttest.gone")

func TestAFaultIsItsKindAndItsCode(t *testing.T) {
	err := fmt.Errorf("while looking: %w", errGone.At("id").With("n", 3))
	if !errors.Is(err, fault.NotFound) || errors.Is(err, fault.Invalid) {
		t.Fatal("kind")
	}
	if !errors.Is(err, errGone) {
		t.Fatal("code")
	}
	all, ok := fault.All(err)
	if !ok || len(all) != 1 || all[0].Field() != "id" || all[0].Params()["n"] != 3 {
		t.Fatalf("%v %v", all, ok)
	}
	if errGone.Field() != "" || errGone.Params() != nil {
		t.Fatal("the declared fault was changed")
	}
	if _, ok := fault.All(errors.New("other")); ok {
		t.Fatal("a defect is no fault")
	}
}
