package person

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Domicile is what registers hold of a family register: the prefecture of the
// permanent domicile (本籍地都道府県), or for foreigners the nationality.
type Domicile struct{ s string }

// Prefectures are the 47 prefectures in the order of JIS X 0401: the prefecture
// with code n is Prefectures[n-1].
var Prefectures = [47]string{
	"北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県", "栃木県", "群馬県",
	"埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県", "石川県", "福井県", "山梨県", "長野県",
	"岐阜県", "静岡県", "愛知県", "三重県", "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県",
	"鳥取県", "島根県", "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県", "福岡県",
	"佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
}

// MaxDomicile is the longest nationality that is taken, in characters.
const MaxDomicile = 40

// ParseDomicile takes the full name of a prefecture or the name of a country.
// A whole address is refused: registers hold the prefecture only.
func ParseDomicile(s string) (Domicile, error) {
	if PrefectureCode(s) != 0 {
		return Domicile{s}, nil
	}
	for _, p := range Prefectures {
		if strings.HasPrefix(s, p) {
			return Domicile{}, ErrDomicileAddress.With("prefecture", p)
		}
	}
	if s == "" || utf8.RuneCountInString(s) > MaxDomicile || strings.TrimSpace(s) != s {
		return Domicile{}, ErrDomicile
	}
	for _, r := range s {
		if r != ' ' && r != '・' && r != 'ー' && r != '-' && r != '\'' &&
			!(unicode.IsLetter(r) && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Latin)) {
			return Domicile{}, ErrDomicile
		}
	}
	return Domicile{s}, nil
}

// PrefectureCode returns the code of JIS X 0401 (1 to 47) of a prefecture's
// full name, or 0.
func PrefectureCode(name string) int {
	for i, p := range Prefectures {
		if p == name {
			return i + 1
		}
	}
	return 0
}

// String returns the domicile byte for byte.
func (d Domicile) String() string { return d.s }

// IsZero reports whether there is no domicile.
func (d Domicile) IsZero() bool { return d.s == "" }

// Foreign reports whether the domicile is a nationality.
func (d Domicile) Foreign() bool { return d.s != "" && PrefectureCode(d.s) == 0 }

// Fold returns the key by which domiciles are compared.
func (d Domicile) Fold() string { return Fold(d.s) }
