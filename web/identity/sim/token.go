package sim

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// token trades a code for tokens (RFC 6749 4.1.3). A code counts once.
func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	refuse := func(status int, code, why string) {
		answerJSON(w, status, map[string]string{"error": code, "error_description": why})
	}
	if err := i.authenticate(r); err != nil {
		refuse(http.StatusUnauthorized, "invalid_client", err.Error())
		return
	}
	if r.PostFormValue("grant_type") != "authorization_code" {
		refuse(http.StatusBadRequest, "unsupported_grant_type", "only authorization_code")
		return
	}
	code := r.PostFormValue("code")
	if !strings.HasPrefix(code, "code-") { // names of requests and access tokens lie in the same memory
		code = ""
	}
	q, ok := i.memory.get(code, true)
	challenge := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !ok || q.Redirect != r.PostFormValue("redirect_uri") ||
		subtle.ConstantTimeCompare([]byte(base64.RawURLEncoding.EncodeToString(challenge[:])), []byte(q.Challenge)) != 1 {
		refuse(http.StatusBadRequest, "invalid_grant", "the code is unknown, used, too old or of another request")
		return
	}
	if !i.present(w, r, q.Fail) {
		return
	}
	access := i.memory.keep("access", q, 5*time.Minute)
	id, err := i.idToken(q, access)
	if err != nil {
		refuse(http.StatusInternalServerError, "server_error", err.Error())
		return
	}
	answerJSON(w, http.StatusOK, map[string]any{
		"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": id, "scope": strings.Join(q.Scopes, " "),
	})
}

// present plays a provider that is away or slow; false when it has answered.
func (i *issuer) present(w http.ResponseWriter, r *http.Request, f Failure) bool {
	switch f {
	case Away:
		http.Error(w, "away", http.StatusServiceUnavailable)
		return false
	case Slow:
		select {
		case <-time.After(i.slow):
		case <-r.Context().Done():
			return false
		}
	}
	return true
}

// authenticate checks the client assertion (RFC 7523 3): ours, for us, for five
// minutes at most, and new.
func (i *issuer) authenticate(r *http.Request) error {
	if r.PostFormValue("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" ||
		r.PostForm.Has("client_secret") || r.Header.Get("Authorization") != "" {
		return errors.New("private_key_jwt is needed")
	}
	token, err := jwt.ParseSigned(r.PostFormValue("client_assertion"), []jose.SignatureAlgorithm{jose.ES256, jose.RS256})
	if err != nil {
		return errors.New("the client assertion can't be read")
	}
	var c jwt.Claims
	if err := token.Claims(i.client.Key, &c); err != nil {
		return errors.New("the client assertion is not signed by the client")
	}
	now := i.clock.Now()
	switch {
	case c.Issuer != i.client.ID || c.Subject != i.client.ID || r.PostFormValue("client_id") != i.client.ID:
		return errors.New("the client assertion is another client's")
	case !c.Audience.Contains(i.name+"/token") && !c.Audience.Contains(i.name):
		return errors.New("the client assertion is for somebody else")
	case c.Expiry == nil || c.Expiry.Time().Before(now) || c.Expiry.Time().After(now.Add(5*time.Minute)):
		return errors.New("the client assertion must end within five minutes")
	case c.ID == "" || !i.memory.first(c.ID):
		return errors.New("the client assertion was used before")
	}
	return nil
}

// idToken signs who logged in, spoiled as the failure wants it.
func (i *issuer) idToken(q request, access string) (string, error) {
	now := i.clock.Now()
	half := sha256.Sum256([]byte(access))
	claims := map[string]any{
		"iss": i.name, "sub": q.Person.Subject, "aud": i.client.ID, "azp": i.client.ID, "nonce": q.Nonce,
		"iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(), "auth_time": q.AuthTime.Unix(), "acr": "aal3 crl",
		"at_hash": base64.RawURLEncoding.EncodeToString(half[:16]),
	}
	key := i.key
	switch q.Fail {
	case WrongNonce:
		claims["nonce"] = "another"
	case Expired:
		claims["iat"], claims["exp"] = now.Add(-9*time.Minute).Unix(), now.Add(-4*time.Minute).Unix()
	case WrongClient:
		claims["aud"], claims["azp"] = "somebody-else", "somebody-else"
	case WeakACR:
		claims["acr"] = "aal1"
	case UnknownKey:
		key = i.stray
	case BadSeal:
		key = i.stray
		key.KeyID = i.key.KeyID
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", err
	}
	return jwt.Signed(signer).Claims(claims).Serialize()
}

// userinfo tells what the scopes allow (OpenID Connect Core 5.3).
func (i *issuer) userinfo(w http.ResponseWriter, r *http.Request) {
	access, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	q, ok := i.memory.get(access, false)
	if !ok || !strings.HasPrefix(access, "access-") {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		answerJSON(w, http.StatusUnauthorized, map[string]string{"error": "invalid_token"})
		return
	}
	said := map[string]any{"sub": q.Person.Subject}
	if q.Fail == OtherSub {
		said["sub"] = q.Person.Subject + "-another"
	}
	if q.Fail != NoClaims {
		q.Person.tell(said, q.Scopes)
	}
	answerJSON(w, http.StatusOK, said)
}

// tell adds the claims that scopes allow. Birth dates have no hyphens and the
// gender is a digit, as the digital identity app has them.
func (p Person) tell(said map[string]any, scopes []string) {
	has := func(scope string) bool { return slices.Contains(scopes, scope) }
	if has("name") || has("profile") {
		said["name"] = p.Name
	}
	if has("birthdate") && p.Birthdate != "" {
		said["birthdate"] = strings.ReplaceAll(p.Birthdate, "-", "")
	}
	if has("address") && p.Address != "" {
		said["address"] = p.Address
	}
	if has("gender") && p.Gender != "" {
		said["gender"] = p.Gender
	}
	if has("profile") && p.Body != "" {
		said["body"], said["roles"] = p.Body, p.Roles
	}
}
