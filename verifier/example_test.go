package verifier_test

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"log"
	"os"
	"time"

	"qualsys/issue/credential"
	"qualsys/verifier"
	"qualsys/verifier/remote"
	"qualsys/verifier/trust"
)

// Example checks a file against an installation. The root certificate is the
// one thing to be had from elsewhere than the installation's own site.
func Example() {
	site := "https://q.example.jp"
	text, err := os.ReadFile("root.crt")
	if err != nil {
		log.Fatal(err)
	}
	block, _ := pem.Decode(text)
	root, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		log.Fatal(err)
	}
	// Fetch the trust list once in a while, and keep it with the highest number
	// seen: a lower one is refused.
	list, err := remote.FetchTrust(context.Background(), nil, site, root.PublicKey, 0)
	if err != nil {
		log.Fatal(err)
	}
	inForce := func(context.Context) (*trust.List, error) { return list, nil }
	asks := &remote.Client{Trust: inForce}
	v := verifier.New(verifier.Options{Trust: inForce, Log: asks, States: asks, Now: time.Now})

	file, err := os.ReadFile("certificate.pdf")
	if err != nil {
		log.Fatal(err)
	}
	answer := v.File(context.Background(), file)
	if answer.Verdict == verifier.InForce {
		fmt.Println(answer.Says.Title, answer.Says.Number, answer.Says.Name)
	}
	for _, c := range answer.Checks {
		fmt.Println(c.ID, c.Result, c.Code)
	}
}

// ExampleJudge shows that judging asks nobody: what could not be learned makes
// no good answer, and no bad one either.
func ExampleJudge() {
	passed := verifier.Finding{Result: verifier.Passed}
	e := verifier.Evidence{Input: verifier.FromLink, Findings: map[verifier.CheckID]verifier.Finding{
		verifier.CheckStatement: passed, verifier.CheckIssuer: passed, verifier.CheckIssueLog: passed,
	}}
	verdict, _ := verifier.Judge(e)
	fmt.Println(verdict)

	e.State, e.Age = credential.Valid, verifier.Present
	verdict, _ = verifier.Judge(e)
	fmt.Println(verdict)

	e.State, e.Age = credential.Valid, verifier.Old
	verdict, _ = verifier.Judge(e)
	fmt.Println(verdict)
	// Output:
	// cannot_confirm
	// in_force
	// cannot_confirm
}
