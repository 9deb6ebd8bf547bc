package trust

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"qualsys/issue/credential"
	"qualsys/issue/credential/cose"
)

// format names the document's version. Members may be added to it; readers
// ignore those they don't know.
const format = "qualsys-trust/1"

// blob is a byte string: as it is in CBOR, base64url without padding in JSON.
type blob []byte

func (b blob) MarshalJSON() ([]byte, error) {
	return json.Marshal(base64.RawURLEncoding.EncodeToString(b))
}

func (b *blob) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(s)
	*b = raw
	return err
}

// document is the list as it is written, with the same members in both forms.
// Instants are whole seconds since 1970 UTC; 0 or absence means none.
type document struct {
	Format      string      `json:"format"`
	Seq         uint64      `json:"seq"`
	Issued      int64       `json:"issued"`
	NextUpdate  int64       `json:"next_update"`
	Sites       []string    `json:"sites"`
	Ranges      string      `json:"ranges"`
	Status      string      `json:"status,omitempty"`
	Keys        []key       `json:"keys"`
	Authorities []authority `json:"authorities"`
	Registers   []register  `json:"registers"`
}

type key struct {
	KID             blob     `json:"kid"`
	Purpose         string   `json:"purpose"`
	Alg             string   `json:"alg"`
	SPKI            blob     `json:"spki"`
	Registers       []uint32 `json:"registers,omitempty"`
	NotBefore       int64    `json:"not_before"`
	NotAfter        int64    `json:"not_after"`
	CompromisedFrom int64    `json:"compromised_from,omitempty"`
}

type authority struct {
	Certificate   blob   `json:"certificate"`
	Intermediates []blob `json:"intermediates"`
	Lists         []blob `json:"crls"`
}

type register struct {
	Number           uint32 `json:"number"`
	Qualification    string `json:"qualification"`
	Name             string `json:"name"`
	English          string `json:"name_en,omitempty"`
	Title            string `json:"title"`
	Keeper           string `json:"keeper"`
	KeeperEnglish    string `json:"keeper_en,omitempty"`
	NumberPattern    string `json:"number_pattern,omitempty"`
	Suspended        string `json:"suspended,omitempty"`
	SuspendedEnglish string `json:"suspended_en,omitempty"`
	UntilPublic      bool   `json:"until_public,omitempty"`
}

// write turns a list into the document.
func write(l *List) (document, error) {
	d := document{Format: format, Seq: l.Seq, Issued: l.Issued.Unix(), NextUpdate: l.NextUpdate.Unix(),
		Sites: l.Sites, Ranges: l.Ranges, Status: l.Status,
		Keys: []key{}, Authorities: []authority{}, Registers: []register{}}
	for _, k := range l.Keys {
		spki, err := k.SPKI()
		if err != nil {
			return document{}, fmt.Errorf("trust: key %s: %w", k.ID, err)
		}
		w := key{KID: k.ID[:], Purpose: string(k.Purpose), Alg: "ES256", SPKI: spki, Registers: k.Registers,
			NotBefore: k.NotBefore.Unix(), NotAfter: k.NotAfter.Unix()}
		if !k.CompromisedFrom.IsZero() {
			w.CompromisedFrom = k.CompromisedFrom.Unix()
		}
		d.Keys = append(d.Keys, w)
	}
	for _, a := range l.Authorities {
		w := authority{Certificate: a.Certificate.Raw, Intermediates: []blob{}, Lists: []blob{}}
		for _, c := range a.Intermediates {
			w.Intermediates = append(w.Intermediates, c.Raw)
		}
		for _, c := range a.Lists {
			w.Lists = append(w.Lists, c.Raw)
		}
		d.Authorities = append(d.Authorities, w)
	}
	for _, r := range l.Registers {
		d.Registers = append(d.Registers, register(r))
	}
	return d, nil
}

// read turns a document into a list.
func read(d document) (*List, error) {
	if d.Format != format {
		return nil, fmt.Errorf("%w: format %q", ErrMalformed, d.Format)
	}
	l := &List{Seq: d.Seq, Issued: instant(d.Issued), NextUpdate: instant(d.NextUpdate),
		Sites: d.Sites, Ranges: d.Ranges, Status: d.Status}
	for _, w := range d.Keys {
		k, err := w.read()
		if err != nil {
			return nil, err
		}
		l.Keys = append(l.Keys, k)
	}
	for _, w := range d.Authorities {
		a, err := w.read()
		if err != nil {
			return nil, fmt.Errorf("%w: authority: %w", ErrMalformed, err)
		}
		l.Authorities = append(l.Authorities, a)
	}
	for _, w := range d.Registers {
		l.Registers = append(l.Registers, Register(w))
	}
	return l, nil
}

func (w key) read() (credential.PublicKey, error) {
	if len(w.KID) != 8 || w.Alg != "ES256" {
		return credential.PublicKey{}, fmt.Errorf("%w: key %x of algorithm %q", ErrMalformed, []byte(w.KID), w.Alg)
	}
	pub, err := x509.ParsePKIXPublicKey(w.SPKI)
	if err != nil {
		return credential.PublicKey{}, fmt.Errorf("%w: key %x: %w", ErrMalformed, []byte(w.KID), err)
	}
	ec, ok := pub.(*ecdsa.PublicKey)
	if !ok {
		return credential.PublicKey{}, fmt.Errorf("%w: key %x is %T", ErrMalformed, []byte(w.KID), pub)
	}
	k := credential.PublicKey{ID: credential.KeyID(w.KID), Purpose: cose.Purpose(w.Purpose), Key: ec,
		Registers: w.Registers, NotBefore: instant(w.NotBefore), NotAfter: instant(w.NotAfter)}
	if w.CompromisedFrom != 0 {
		k.CompromisedFrom = instant(w.CompromisedFrom)
	}
	return k, nil
}

func (w authority) read() (a Authority, err error) {
	if a.Certificate, err = x509.ParseCertificate(w.Certificate); err != nil {
		return a, err
	}
	for _, der := range w.Intermediates {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return a, err
		}
		a.Intermediates = append(a.Intermediates, c)
	}
	for _, der := range w.Lists {
		c, err := x509.ParseRevocationList(der)
		if err != nil {
			return a, err
		}
		a.Lists = append(a.Lists, c)
	}
	return a, nil
}

func instant(sec int64) time.Time { return time.Unix(sec, 0).UTC() }
