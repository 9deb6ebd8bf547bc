package sim

// Failure is a way in which a login can go wrong. The zero Failure is none.
type Failure string

// The failures of SERVICE 4.3 and of an untrustworthy provider.
const (
	Cancel      Failure = "cancel"
	Timeout     Failure = "timeout"
	CardRevoked Failure = "card_revoked"
	CardLocked  Failure = "card_locked"
	NoApp       Failure = "no_app"
	WrongState  Failure = "wrong_state"
	WrongIssuer Failure = "wrong_issuer"
	WrongNonce  Failure = "wrong_nonce"
	Expired     Failure = "expired_token"
	UnknownKey  Failure = "unknown_kid"
	BadSeal     Failure = "bad_signature"
	WrongClient Failure = "wrong_audience"
	WeakACR     Failure = "weak_acr"
	OldAuth     Failure = "old_auth"
	OtherSub    Failure = "other_sub"
	NoClaims    Failure = "claims_missing"
	Away        Failure = "away"
	Slow        Failure = "slow"
)

// failures in the order of the page, with their names in Japanese and English.
var failures = []struct {
	Failure Failure
	Ja, En  string
}{
	{Cancel, "本人が取りやめる", "The person cancels"},
	{CardLocked, "暗証番号を5回間違える", "Wrong PIN five times"},
	{CardRevoked, "証明書が失効している", "The certificate is revoked"},
	{Timeout, "アプリの操作が時間切れ", "The app times out"},
	{NoApp, "アプリが入っていない", "The app is not installed"},
	{WrongState, "state が違う", "Wrong state"},
	{WrongIssuer, "iss が違う", "Wrong iss"},
	{WrongNonce, "nonce が違う", "Wrong nonce"},
	{Expired, "IDトークンの期限切れ", "Expired ID token"},
	{UnknownKey, "知らない kid", "Unknown kid"},
	{BadSeal, "署名が合わない", "Bad signature"},
	{WrongClient, "aud が違う", "Wrong audience"},
	{WeakACR, "認証の強さが足りない", "acr too low"},
	{OldAuth, "認証が古い", "Authentication too old"},
	{OtherSub, "userinfo の sub が違う", "userinfo of another sub"},
	{NoClaims, "氏名などが届かない", "Claims missing"},
	{Away, "提供者が止まっている", "The provider is away"},
	{Slow, "提供者の返事が遅い", "The provider is slow"},
}

// Failures lists every failure that the page offers.
func Failures() []Failure {
	all := make([]Failure, len(failures))
	for i, f := range failures {
		all[i] = f.Failure
	}
	return all
}

// told is how the provider tells a failure by redirect, if it does.
func (f Failure) told() (code, description string, ok bool) {
	switch f {
	case Cancel:
		return "access_denied", "The user cancelled", true
	case Timeout:
		return "access_denied", "Authentication timed out", true
	case CardRevoked:
		return "access_denied", "The certificate is revoked", true
	case CardLocked:
		return "access_denied", "PIN locked", true
	case NoApp:
		return "access_denied", "The app is not installed", true
	}
	return "", "", false
}
