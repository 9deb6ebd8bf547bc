package pdfcert_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"qualsys/pdfcert"
)

// reasons are all that a file can be refused for.
var reasons = []pdfcert.Reason{
	pdfcert.NotPDF, pdfcert.Foreign, pdfcert.Bounds, pdfcert.TrailingBytes, pdfcert.Revisions, pdfcert.XRef, pdfcert.Structure,
	pdfcert.ActiveContent, pdfcert.ByteRange, pdfcert.CMS, pdfcert.Coverage, pdfcert.BadSignature, pdfcert.Fonts, pdfcert.PageContent,
	pdfcert.Symbol, pdfcert.FontsMissing, pdfcert.Untrusted, pdfcert.Usage, pdfcert.OutsideValidity, pdfcert.Revoked, pdfcert.RevocationUnknown,
}

func TestEveryReasonIsToldInBothLanguages(t *testing.T) {
	for _, lang := range []string{"ja", "en"} {
		b, err := os.ReadFile("../web/page/messages/pdfcert." + lang + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		var messages map[string]string
		if err := yaml.Unmarshal(b, &messages); err != nil {
			t.Fatal(err)
		}
		for _, r := range reasons {
			if messages["pdfcert."+string(r)] == "" {
				t.Errorf("%s: no message for %s", lang, r)
			}
		}
		if len(messages) != len(reasons) {
			t.Errorf("%s: %d messages for %d reasons", lang, len(messages), len(reasons))
		}
	}
}

func TestARefusalIsFoundInWhatWrapsIt(t *testing.T) {
	err := fmt.Errorf("a: %w", fmt.Errorf("b: %w", &pdfcert.Refusal{Reason: pdfcert.CMS, Offset: 3, Detail: "x"}))
	if pdfcert.ReasonOf(err) != pdfcert.CMS || pdfcert.ReasonOf(errors.New("x")) != "" || !strings.Contains(err.Error(), "byte 3") {
		t.Errorf("%v", err)
	}
}

func TestDatesOnPaper(t *testing.T) {
	for date, want := range map[uint32]string{19900401: "1990/04/01", 19500000: "1950年(月日不詳)", 19500400: "1950/04(日不詳)", 0: ""} {
		if got := pdfcert.PrintedDate(date); got != want {
			t.Errorf("%d: %q", date, got)
		}
	}
}
