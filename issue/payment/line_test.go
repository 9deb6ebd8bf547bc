package payment_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"qualsys/issue/payment"
)

var states = []payment.LineState{payment.Requested, payment.Processing, payment.Declined, payment.Abandoned,
	payment.Authorised, payment.Captured, payment.InAccount, payment.Reconciled, payment.Expired, payment.Voided,
	payment.RefundDue, payment.Refunded, payment.TaxNoticeDue, payment.TaxNoticed, payment.Disputed, payment.Won, payment.Lost}

var steps = []payment.Step{payment.Open, payment.Authorise, payment.Capture, payment.Decline, payment.Abandon, payment.Lapse,
	payment.Void, payment.Return, payment.Returned, payment.PayOut, payment.Reconcile, payment.Dispute, payment.WinDispute, payment.LoseDispute}

// TestEveryPairOfStateAndStep walks the whole machine of a payment line.
func TestEveryPairOfStateAndStep(t *testing.T) {
	for _, k := range []payment.Kind{payment.Tax, payment.Charge} {
		for _, s := range states {
			for _, step := range steps {
				to, ok := s.Next(k, step)
				name := fmt.Sprintf("%s %s %s", k, s, step)
				switch {
				case ok != (to != ""):
					t.Errorf("%s leads to %q, %t", name, to, ok)
				case ok && !slices.Contains(states, to):
					t.Errorf("%s leads nowhere: %q", name, to)
				case ok && k == payment.Tax && (to == payment.RefundDue || to == payment.Refunded):
					t.Errorf("%s gives a tax back to the card", name)
				case ok && k == payment.Charge && (to == payment.TaxNoticeDue || to == payment.TaxNoticed):
					t.Errorf("%s troubles the tax office with a charge", name)
				case ok && to.Owed() && !s.Owed():
					t.Errorf("%s makes something owed again", name)
				case ok && to == payment.Captured && !s.Owed():
					t.Errorf("%s takes money that is not owed", name)
				case s.Owed() && s.Paid():
					t.Errorf("%s is both owed and paid", s)
				}
			}
		}
	}
}

// TestTheDatabaseKnowsTheSameStates compares the machine with both schemas.
func TestTheDatabaseKnowsTheSameStates(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b, err := os.ReadFile(filepath.Join("../../migrations", engine, "0030_payment.sql"))
		if err != nil {
			t.Fatal(err)
		}
		in := regexp.MustCompile(`(?s)CHECK \(state IN \(('requested'.*?)\)\)`).FindSubmatch(b)
		if in == nil {
			t.Fatalf("%s: no list of states", engine)
		}
		var got, want []string
		for w := range strings.SplitSeq(string(in[1]), ",") {
			got = append(got, strings.Trim(strings.TrimSpace(w), "'"))
		}
		for _, s := range states {
			want = append(want, string(s))
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: states %v, want %v", engine, got, want)
		}
	}
}
