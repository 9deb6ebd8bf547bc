package pdfcert

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"
)

// cms is what a signature container of ours holds. Everything else in it
// follows from these values: it is read loosely, written anew, and must come
// out as the same bytes, so that no second reading of it exists.
type cms struct {
	hex       []byte
	digest    []byte // messageDigest
	signingAt time.Time
	signature []byte
	certs     []*x509.Certificate
}

// maxCertificates is how many certificates a container may hold. Ours hold two.
const maxCertificates = 30

var (
	oidSignedData      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidData            = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSHA256          = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidECDSAWithSHA256 = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
	oidContentType     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningTime     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}
	oidRevocation      = asn1.ObjectIdentifier{1, 2, 840, 113583, 1, 1, 8}
	oidSigningCertV2   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
)

// readCMS takes the container apart and fills in what it says of the signer.
func (f *File) readCMS() error {
	c := &f.sig.cms
	der := make([]byte, len(c.hex)/2)
	if _, err := hex.Decode(der, c.hex); err != nil {
		return refuse(CMS, "an odd number of digits")
	}
	if !c.parse(der) {
		return refuse(CMS, "not the one shape of ours")
	}
	again, err := c.build()
	if err != nil || len(again) > len(der) || !bytes.Equal(der[:len(again)], again) {
		return refuse(CMS, "not strict DER of the one shape of ours")
	}
	if len(bytes.Trim(der[len(again):], "\x00")) > 0 {
		return refuse(CMS, "something follows the container")
	}
	if !lowS(c.signature) {
		return refuse(CMS, "not the lower of the two values of s")
	}
	f.Signer, f.Embedded, f.CMSTime = c.certs[0], c.certs, c.signingAt
	return nil
}

// parse finds the values. It is satisfied with little: build does the checking.
func (c *cms) parse(der []byte) bool {
	var info, wrapped, data, skip, certs, infos cryptobyte.String
	in := cryptobyte.String(der)
	if !in.ReadASN1(&info, tag.SEQUENCE) || !info.SkipASN1(tag.OBJECT_IDENTIFIER) || !info.ReadASN1(&wrapped, tag.Tag(0).ContextSpecific().Constructed()) ||
		!wrapped.ReadASN1(&data, tag.SEQUENCE) || !data.SkipASN1(tag.INTEGER) || !data.SkipASN1(tag.SET) || !data.ReadASN1(&skip, tag.SEQUENCE) ||
		!data.ReadASN1(&certs, tag.Tag(0).ContextSpecific().Constructed()) || !data.ReadASN1(&infos, tag.SET) {
		return false
	}
	return c.parseCertificates(certs) && c.parseSigner(infos)
}

func (c *cms) parseCertificates(in cryptobyte.String) bool {
	for !in.Empty() {
		var raw cryptobyte.String
		if len(c.certs) == maxCertificates || !in.ReadASN1Element(&raw, tag.SEQUENCE) {
			return false
		}
		cert, err := x509.ParseCertificate(raw)
		if err != nil {
			return false
		}
		c.certs = append(c.certs, cert)
	}
	return len(c.certs) > 0
}

func (c *cms) parseSigner(in cryptobyte.String) bool {
	var info, attrs, sig cryptobyte.String
	if !in.ReadASN1(&info, tag.SEQUENCE) || !info.SkipASN1(tag.INTEGER) || !info.SkipASN1(tag.SEQUENCE) || !info.SkipASN1(tag.SEQUENCE) ||
		!info.ReadASN1(&attrs, tag.Tag(0).ContextSpecific().Constructed()) || !info.SkipASN1(tag.SEQUENCE) || !info.ReadASN1(&sig, tag.OCTET_STRING) {
		return false
	}
	c.signature = sig
	for !attrs.Empty() {
		var attr, values, value cryptobyte.String
		var oid asn1.ObjectIdentifier
		if !attrs.ReadASN1(&attr, tag.SEQUENCE) || !attr.ReadASN1ObjectIdentifier(&oid) || !attr.ReadASN1(&values, tag.SET) {
			return false
		}
		switch {
		case oid.Equal(oidMessageDigest):
			if !values.ReadASN1(&value, tag.OCTET_STRING) || len(value) != sha256.Size {
				return false
			}
			c.digest = value
		case oid.Equal(oidSigningTime):
			if !values.ReadASN1UTCTime(&c.signingAt) {
				return false
			}
		}
	}
	return c.digest != nil && !c.signingAt.IsZero()
}

// build writes the container that pdfsign makes of these values.
func (c *cms) build() ([]byte, error) {
	var b cryptobyte.Builder
	signer := c.certs[0]
	b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oidSignedData)
		b.AddASN1(tag.Tag(0).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) {
			b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1Int64(1)
				b.AddASN1(tag.SET, algorithm(oidSHA256))
				algorithm(oidData)(b)
				b.AddASN1(tag.Tag(0).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) {
					for _, cert := range c.certs {
						b.AddBytes(cert.Raw)
					}
				})
				b.AddASN1(tag.SET, func(b *cryptobyte.Builder) {
					b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
						b.AddASN1Int64(1)
						b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
							b.AddBytes(signer.RawIssuer)
							b.AddASN1BigInt(signer.SerialNumber)
						})
						algorithm(oidSHA256)(b)
						b.AddASN1(tag.Tag(0).ContextSpecific().Constructed(), c.attributes)
						algorithm(oidECDSAWithSHA256)(b)
						b.AddASN1OctetString(c.signature)
					})
				})
			})
		})
	})
	return b.Bytes()
}

// algorithm writes a sequence of one identifier.
func algorithm(oid asn1.ObjectIdentifier) cryptobyte.BuilderContinuation {
	return func(b *cryptobyte.Builder) {
		b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oid) })
	}
}

// attributes writes the signed attributes, in the order of DER: the shorter first.
func (c *cms) attributes(b *cryptobyte.Builder) {
	attribute := func(oid asn1.ObjectIdentifier, value cryptobyte.BuilderContinuation) {
		b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(oid)
			b.AddASN1(tag.SET, value)
		})
	}
	attribute(oidRevocation, func(b *cryptobyte.Builder) { b.AddASN1(tag.SEQUENCE, func(*cryptobyte.Builder) {}) })
	attribute(oidContentType, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oidData) })
	attribute(oidSigningTime, func(b *cryptobyte.Builder) { b.AddASN1UTCTime(c.signingAt) })
	attribute(oidMessageDigest, func(b *cryptobyte.Builder) { b.AddASN1OctetString(c.digest) })
	attribute(oidSigningCertV2, func(b *cryptobyte.Builder) {
		sum := sha256.Sum256(c.certs[0].Raw)
		b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1OctetString(sum[:]) })
			})
		})
	})
}

// lowS reports whether a signature is strict DER with s in the lower half.
func lowS(sig []byte) bool {
	in := cryptobyte.String(sig)
	var seq cryptobyte.String
	r, s := new(big.Int), new(big.Int)
	if !in.ReadASN1(&seq, tag.SEQUENCE) || !in.Empty() || !seq.ReadASN1Integer(r) || !seq.ReadASN1Integer(s) || !seq.Empty() {
		return false
	}
	half := new(big.Int).Rsh(elliptic.P256().Params().N, 1)
	return r.Sign() > 0 && s.Sign() > 0 && s.Cmp(half) <= 0
}

// VerifySignature checks that the signed digest is that of every byte outside
// the signature (Coverage) and that the signer's key made it (BadSignature).
// It says nothing of who the signer is: see Chain.
func (f *File) VerifySignature() error {
	h := sha256.New()
	h.Write(f.data[:f.sig.gapStart])
	h.Write(f.data[f.sig.gapEnd:])
	if !bytes.Equal(h.Sum(nil), f.sig.cms.digest) {
		return refuse(Coverage, "the bytes are not the signed ones")
	}
	key, ok := f.Signer.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return refuse(BadSignature, "the signer's key is not P-256")
	}
	var b cryptobyte.Builder
	b.AddASN1(tag.SET, f.sig.cms.attributes)
	signed, err := b.Bytes()
	if err != nil {
		return refuse(BadSignature, "attributes cannot be written")
	}
	if sum := sha256.Sum256(signed); !ecdsa.VerifyASN1(key, sum[:], f.sig.cms.signature) {
		return refuse(BadSignature, "the signature is not of this key")
	}
	return nil
}
