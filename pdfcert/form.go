package pdfcert

// The form is what every certificate has in common: where its columns stand
// and the sentences that no content changes. sheet draws by it, Read finds the
// items by it. A change here is a new form: files of the old one must still be
// read, so it would get a number and stand beside this one.

// Page size and columns in points, from the upper left corner.
const (
	PageWidth, PageHeight = 595.28, 841.89
	// LabelX is where labels begin, ValueX where values of the front do, RowX
	// where values of the back do; RightX is where all of them must end.
	LabelX, ValueX, RowX, RightX = 76.0, 196.0, 214.0, 519.28
	// MarkX is where the text of a note begins, after its mark.
	MarkX = 88.0
	// GridTop is where the title ends and the grid of the items begins, from the top.
	GridTop = 322.0
	// Gap is how wide an ideographic space stands, as a share of the type size:
	// a little less than its own width, because programs that extract text take
	// a wider gap for that between two columns and tear a name apart. The text
	// goes on in a piece of its own.
	Gap = 0.66
	// NoteSize and NoteEnglishSize are the sizes of the sentences on the back.
	NoteSize, NoteEnglishSize = 8.5, 7.0
)

// The fixed texts of the front.
const (
	IssuerLabel, IssuerEnglish = "交付者", "Issued by"
	VerifyLabel, VerifyEnglish = "有効性の確認", "Verify at"
	CodeLabel, CodeEnglish     = "資格者証の番号", "Certificate number"
)

// The fixed texts of the back.
const (
	RowsLabel, RowsEnglish   = "その他の記載事項", "Further particulars"
	HowToLabel, HowToEnglish = "資格者証の確かめ方", "How to verify this certificate"
	NoteMark                 = "※"
)

// HowTo is the three lines that say how a certificate is verified. Each stands
// behind its number.
var HowTo = []Note{
	{"表面の二次元コードを読み取るか、確認先のページを開いて番号を入力します。", "Scan the symbol on the front, or open the address printed beside it and type the number."},
	{"画面に表示された内容と、この資格者証の記載が同じであることを確かめます。", "Check that the page shows the same particulars as this certificate."},
	{"見ただけでは有効性は確認できません。本人かどうかは、身分証などで別に確かめます。", "Looking at it does not tell whether it is valid. Who the holder is must be checked separately."},
}
