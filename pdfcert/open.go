package pdfcert

// layout is where the parts of the base lie.
type layout struct{}

// signature is what the second revision holds.
type signature struct{}

// Open takes a certificate file apart. A *Refusal says why it is not one of ours.
func Open(data []byte) (*File, error) { return nil, refuse(Foreign, "no reader yet") }

// VerifySignature checks that the signed digest is that of every byte outside
// the signature (Coverage) and that the signer's key made it (BadSignature).
// It says nothing of who the signer is: see Chain.
func (f *File) VerifySignature() error { return refuse(BadSignature, "no reader yet") }

// Read returns what the pages show. It reads them only after VerifySignature
// has passed, and refuses what could look different from its text.
func (f *File) Read() (*Reading, error) { return nil, refuse(PageContent, "no reader yet") }
