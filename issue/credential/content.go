package credential

import "log/slog"

// Content is what one certificate says, as it is printed: frozen when the
// certificate is prepared and never changed. Its JSON is what the issue log
// keeps, what the press prints and what the verifier compares with. Items are
// numbered as in the source (SERVICE §5.1).
type Content struct {
	Format          int      `json:"format"`                  // 1
	Template        string   `json:"template"`                // id of the template
	TemplateVersion int      `json:"template_version"`        // its version
	Title           string   `json:"title"`                   // ① 〇〇資格証
	Name            string   `json:"name"`                    // ② as in the register
	Birth           string   `json:"birth"`                   // ③ 1990/01/02
	Number          string   `json:"number"`                  // ④ 第D-0123456号, as printed
	DateLabel       string   `json:"date_label"`              // ⑤ label: 登録年月日, 交付年月日 …
	Date            string   `json:"date"`                    // ⑤ 2026/11/25
	Link            string   `json:"link,omitempty"`          // ⑥ text of the QR code; empty until signed
	Issuer          string   `json:"issuer"`                  // ⑦ one body or person
	Photo           string   `json:"photo_sha256,omitempty"`  // ⑧ digest of the photograph, hexadecimal
	Back            []Row    `json:"back"`                    // ⑨
	Notes           []string `json:"notes"`                   // sentences under the back table
	Code            string   `json:"code"`                    // printed form, four groups
	Host            string   `json:"host"`                    // printed beside the QR code
	Lang            string   `json:"lang"`                    // "ja"
	Qualification   string   `json:"qualification"`           // code in the catalogue
	Register        uint32   `json:"register"`                // as in the statement
	Issued          string   `json:"issued"`                  // 2026/11/25, the day of issue
	Expiry          string   `json:"expiry,omitempty"`        // 2031/03/31, last day of validity
	RegisteredOn    string   `json:"registered_on,omitempty"` // 2001/04/01
	Replaces        bool     `json:"replaces_original"`       // stands in for the certificate of the law
}

// Row is one line of the back: a label and what stands beside it.
type Row struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// LogValue keeps personal data out of logs.
func (c Content) LogValue() slog.Value { return slog.StringValue("[content]") }
