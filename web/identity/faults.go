package identity

import "qualsys/internal/fault"

// What can go wrong at a login and what people can do about it. The first
// group is told by the provider, the second is what we find in its answer.
var (
	// ErrCancelled: the person closed the app or said no.
	ErrCancelled = fault.New(fault.Unauthenticated, "identity.cancelled")
	// ErrTimeout: the app was not answered in time.
	ErrTimeout = fault.New(fault.Unauthenticated, "identity.timeout")
	// ErrCardRevoked: the electronic certificate on the card is not valid any more.
	ErrCardRevoked = fault.New(fault.Unauthenticated, "identity.card_revoked")
	// ErrCardLocked: a wrong PIN too often; the card is locked.
	ErrCardLocked = fault.New(fault.Unauthenticated, "identity.card_locked")
	// ErrNoApp: the app is not installed on the phone.
	ErrNoApp = fault.New(fault.Unauthenticated, "identity.no_app")
	// ErrProviderAway: the provider did not answer.
	ErrProviderAway = fault.New(fault.Unavailable, "identity.provider_away")
	// ErrProviderRefused: the provider refused for a reason of its own.
	ErrProviderRefused = fault.New(fault.Unauthenticated, "identity.provider_refused")

	// ErrAttempt: state is unknown, used, too old or of another browser.
	ErrAttempt = fault.New(fault.Unauthenticated, "identity.attempt_unknown")
	// ErrIssuer: the answer came from another issuer than was asked (RFC 9207).
	ErrIssuer = fault.New(fault.Unauthenticated, "identity.wrong_issuer")
	// ErrToken: the ID token is not to be trusted: signature, key, audience, times or nonce.
	ErrToken = fault.New(fault.Unauthenticated, "identity.token_untrusted")
	// ErrTooWeak: the authentication was weaker than asked for.
	ErrTooWeak = fault.New(fault.Unauthenticated, "identity.too_weak")
	// ErrTooOld: the authentication is older than allowed.
	ErrTooOld = fault.New(fault.Unauthenticated, "identity.too_old")
	// ErrClaims: what the provider says of the person is incomplete or contradicts itself.
	ErrClaims = fault.New(fault.Unauthenticated, "identity.claims_unusable")
	// ErrOtherPerson: a step-up came back with somebody else.
	ErrOtherPerson = fault.New(fault.Forbidden, "identity.other_person")
	// ErrNoRole: the account is known and has no role here.
	ErrNoRole = fault.New(fault.Forbidden, "identity.no_role")
)
