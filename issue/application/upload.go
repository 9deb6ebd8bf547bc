package application

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"qualsys/internal/fault"
	"qualsys/internal/store"
	"qualsys/registry/person"
)

// The bounds of uploads.
const (
	MaxFile   = 5 << 20    // bytes of one file
	maxPixels = 40_000_000 // of one image, before it is decoded
	maxFiles  = 20         // of one application
)

// upload is a file that has been looked into.
type upload struct {
	mediaType, extension string
	content              []byte
}

// readUpload takes a PDF, JPEG or PNG by its content, never by its name.
// Images are encoded again, which leaves nothing but the picture; a PDF with
// active content or encryption is refused.
func readUpload(r io.Reader) (upload, error) {
	if r == nil {
		return upload{}, ErrFileKind
	}
	b, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	switch {
	case err != nil:
		return upload{}, ErrFileBroken.Because(err)
	case len(b) > MaxFile:
		return upload{}, ErrFileLarge
	case bytes.HasPrefix(b, []byte("%PDF-")):
		return readPDF(b)
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")), bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")):
		return readImage(b)
	}
	return upload{}, ErrFileKind
}

// forbidden are the names in a PDF that make it act or hide its content.
var forbidden = []string{"/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/OpenAction", "/AA", "/XFA", "/Encrypt", "/RichMedia"}

func readPDF(b []byte) (upload, error) {
	if !bytes.Contains(b[max(0, len(b)-1024):], []byte("%%EOF")) {
		return upload{}, ErrFileBroken
	}
	for _, f := range forbidden {
		if containsName(b, f) {
			return upload{}, ErrFileActive
		}
	}
	return upload{"application/pdf", "pdf", b}, nil
}

// containsName reports whether the PDF name stands in b as a whole word.
func containsName(b []byte, name string) bool {
	for {
		at := bytes.Index(b, []byte(name))
		if at < 0 {
			return false
		}
		b = b[at+len(name):]
		if len(b) == 0 || !isRegular(b[0]) {
			return true
		}
	}
}

func isRegular(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.'
}

func readImage(b []byte) (upload, error) {
	c, format, err := image.DecodeConfig(bytes.NewReader(b))
	if err != nil || c.Width <= 0 || c.Height <= 0 {
		return upload{}, ErrFileBroken
	}
	if c.Width > maxPixels/c.Height {
		return upload{}, ErrFileLarge
	}
	img, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		return upload{}, ErrFileBroken
	}
	var out bytes.Buffer
	u := upload{mediaType: "image/png", extension: "png"}
	if format == "jpeg" {
		u.mediaType, u.extension = "image/jpeg", "jpg"
		err = jpeg.Encode(&out, img, &jpeg.Options{Quality: 90})
	} else {
		err = png.Encode(&out, img)
	}
	if err != nil {
		return upload{}, fmt.Errorf("application: encode an image: %w", err)
	}
	u.content = out.Bytes()
	return u, nil
}

// keepFile stores the file under a name of ours and returns that name.
func keepFile(tx *store.Tx, application, line string, u upload) (string, error) {
	var n int64
	if err := tx.Model(&attachmentRow{}).Where("application_id = ?", application).Count(&n).Error; err != nil {
		return "", fmt.Errorf("application: count files: %w", err)
	}
	if n >= maxFiles {
		return "", ErrTooManyFiles.With("max", maxFiles)
	}
	sum := sha256.Sum256(u.content)
	a := attachmentRow{ID: store.NewID(), ApplicationID: application, ReturnID: line, Name: fmt.Sprintf("attachment-%d.%s", n+1, u.extension),
		MediaType: u.mediaType, Size: len(u.content), SHA256: hex.EncodeToString(sum[:]), Content: u.content, At: store.At(tx.Now)}
	if err := tx.Create(&a).Error; err != nil {
		return "", fmt.Errorf("application: keep a file: %w", err)
	}
	return a.Name, nil
}

// ParseIdentifier takes the 16-digit 戸籍電子証明書提供用識別符号 and the day on
// which it was issued: it holds for three months from then.
func ParseIdentifier(number, issuedOn string, today person.Date) (string, person.Date, error) {
	digits := onlyDigits(number)
	if len(digits) != 16 {
		return "", 0, ErrIdentifier.At("number")
	}
	on, err := person.ParseDate(issuedOn)
	if err != nil || !on.Complete() || on.After(today) {
		return "", 0, ErrIdentifierDay.At("issued_on")
	}
	if person.DateAt(on.Time().AddDate(0, 3, 0)).Before(today) {
		return "", 0, ErrIdentifierOld.At("issued_on")
	}
	return digits, on, nil
}

func atField(err error, field string) error {
	var f *fault.Fault
	if errors.As(err, &f) {
		return f.At(field)
	}
	return err
}
