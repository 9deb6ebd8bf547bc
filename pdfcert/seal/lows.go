package seal

import (
	"crypto"
	"crypto/elliptic"
	"encoding/asn1"
	"fmt"
	"io"
	"math/big"
)

// LowS makes the signatures of a P-256 key unique: of the two values of s that
// verify, the lower one is taken, and the reader accepts no other. Without it
// anybody could change a file's bytes and keep its signature good.
type LowS struct{ crypto.Signer }

// Sign implements crypto.Signer.
func (l LowS) Sign(rand io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	der, err := l.Signer.Sign(rand, digest, opts)
	if err != nil {
		return nil, err
	}
	var sig struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(der, &sig); err != nil || len(rest) > 0 {
		return nil, fmt.Errorf("seal: the key answered with no ECDSA signature: %v", err)
	}
	n := elliptic.P256().Params().N
	if other := new(big.Int).Sub(n, sig.S); sig.S.Cmp(other) > 0 {
		sig.S = other
	}
	return asn1.Marshal(sig)
}
