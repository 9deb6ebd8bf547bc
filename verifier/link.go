package verifier

import (
	"context"

	"qualsys/issue/credential"
)

// Link verifies the text of a scanned QR code. Anything at all may be given:
// what is not ours is an answer, not an error.
func (v *Verifier) Link(ctx context.Context, text string) Verification {
	g := v.begin(ctx, FromLink)
	if signed, st, ok := g.link(text); ok {
		g.follow(ctx, signed.Digest(), st)
	}
	return g.answer()
}

// follow asks for issue log and state of a statement.
func (g *gathering) follow(ctx context.Context, digest [32]byte, st credential.Statement) {
	if _, err := g.logged(ctx, digest); err == nil || g.result(CheckIssueLog) == Unknown {
		g.state(ctx, digest, st)
	}
}

// Code verifies by a certificate's number, as typed. Its particulars are shown
// only with the right birth date (yyyymmdd, any separators), and not after five
// wrong ones in a day; the verdict always. The error says what is wrong with
// the code or the birth date as typed.
func (v *Verifier) Code(ctx context.Context, typed, birth string) (Verification, error) {
	code, err := credential.ParseCode(typed)
	born, unreadable := parseBirth(birth)
	if err := all(err, unreadable); err != nil { // both are told at once
		return Verification{}, err
	}
	g := v.begin(ctx, FromCode)
	g.hidden = true
	if v.o.Log == nil {
		g.set(CheckIssueLog, Unknown, "unavailable", "")
		return g.answer(), nil
	}
	issued, err := v.o.Log.Code(ctx, code)
	g.log(issued, err)
	if err != nil {
		g.Cause = NotIssued
		return g.answer(), nil
	}
	st := credential.Statement{}
	if issued.Kept != nil {
		st = *issued.Kept
		g.Expired = st.Expiry != 0 && st.Expiry < today(g.now)
		g.particulars(ctx, st, born)
	}
	g.state(ctx, issued.Statement, st)
	return g.answer(), nil
}

// particulars fills in what the certificate says: all of it with the right
// birth date, otherwise the qualification alone.
func (g *gathering) particulars(ctx context.Context, st credential.Statement, born uint32) {
	if g.list != nil {
		g.register, _ = g.list.Register(st.Register)
	}
	all := g.saysOf(st)
	g.says = &Says{Qualification: all.Qualification, Title: all.Title, TitleEnglish: all.TitleEnglish,
		Issuer: all.Issuer, IssuerEnglish: all.IssuerEnglish, Register: all.Register}
	guesses := g.v.o.Guesses
	if born == 0 || guesses == nil {
		return
	}
	if g.v.turns[st.Code.Bytes()[0]%turns].guess(ctx, guesses, st.Code, born == st.Birth) {
		g.says, g.hidden = all, false
	}
}
