package sheet

import (
	"os"
	"testing"

	"qualsys/pdfcert"
)

func TestShow(t *testing.T) {
	names := map[string]string{"ordinary": "山田　太郎", "kanji18": "寿限無寿限無五劫擦切海砂利水魚 長助", "latin59": "ADIGWE CHUKWUEMEKA ODUMEGWU OLUWASEUN EBUNOLUWA CHRISTOPHER"}
	for k, n := range names {
		s := pdfcert.Says{Title: "介護福祉士資格証", English: "Certified Care Worker",
			Name:   pdfcert.Item{Label: "氏名", English: "Name", Value: n},
			Birth:  pdfcert.Item{Label: "生年月日", English: "Date of birth", Value: "1985/04/12"},
			Number: pdfcert.Item{Label: "登録番号", English: "Registration number", Value: "第D-0123456号"},
			Date:   pdfcert.Item{Label: "登録年月日", English: "Date of registration", Value: "2010/04/01"},
			Issuer: "公益財団法人社会福祉振興・試験センター", Host: "verify.example.go.jp", Code: "7K3M-0QRA-9XWZ-004H",
			Rows:  []pdfcert.Row{{Label: "本籍地都道府県（国籍）", Value: "東京都"}, {Label: "喀痰吸引等の実地研修を修了した行為", Value: "口腔内の喀痰吸引、鼻腔内の喀痰吸引、気管カニューレ内部の喀痰吸引、胃ろう又は腸ろうによる経管栄養、経鼻経管栄養（2016/03/10）"}, {Label: "試験合格年月", Value: "2010/03"}},
			Notes: []pdfcert.Note{{Text: "この資格者証は、法令の登録証・免許証に代わるものではありません。", English: "This certificate does not replace the certificate or licence prescribed by law."}},
		}
		b, err := Draw(s, "HTTPS://VERIFY.EXAMPLE.JP/Q#"+"2KCFUQSHFAIHIKQBEYQB2AWBD4YDAMBQGAYDCMZTGM3DSNZYHE4DKNRWGU3TQOBVG4YDCMBRGIZTINJWG44DSMBRGIZTINJWG44DSMBRGIZTINJWG44DSMBRGIZTINJWG44DSMBRGIZTINJWG44DSMBRGIZTINJWG44DSMBRGIZTINJWG44DSMBRGIZTINJWG44DSMBRGIZTINJWG44DSMBRGIZTINJWG44DSMBRGIZTINJWG44DSMBRGIZTINJW")
		if err != nil {
			t.Fatal(err)
		}
		os.WriteFile("/tmp/probe/show/"+k+".pdf", b, 0o644)
	}
}
