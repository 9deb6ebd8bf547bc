package sample

import (
	"qualsys/registry"
	"qualsys/registry/person"
)

// The people that demonstrations and acceptance tests call by name. All are
// invented.
const (
	Hanako    = "hanako"     // 山田 花子, care worker; marries in the walk
	Yoshio    = "yoshio"     // 髙橋 𠮷男, care worker; two rare characters, moves
	Hoa       = "hoa"        // NGUYEN THI HOA, care worker
	Ichiro    = "ichiro"     // 鈴木 一郎, labor and social security attorney
	Minoru    = "minoru"     // 田中 実, care worker and social worker; birth day unknown
	KenFirst  = "ken-first"  // 佐藤 健, one of two people with equal name and birth date
	KenSecond = "ken-second" // 佐藤 健, the other one
	Hana      = "hana"       // 看護 花, nurse
	Megumi    = "megumi"     // 渡邊󠄐 恵, psychologist with a variation sequence in the name
	Makoto    = "makoto"     // 山﨑 誠, insurance doctor
	Sumire    = "sumire"     // 德永 美緖, mental health social worker
	Ryo       = "ryo"        // 大塚 亮, insurance pharmacist
)

type namedRow struct {
	key, name, kana   string
	birth             person.Date
	female            bool
	domicile, address string
	held              []heldRow
}

type heldRow struct {
	job    int // index into jobs
	number string
	on     person.Date
	items  []registry.Item
}

const (
	psychologistJob = iota
	attorneyJob
	doctorJob
	pharmacistJob
	mentalJob
	nurseJob
	socialJob
	careJob
)

func exam(value string) []registry.Item { return []registry.Item{{Key: "exam_date", Value: value}} }

var named = []namedRow{
	{Hanako, "山田 花子", "やまだ はなこ", 19900721, true, "神奈川県", "東京都世田谷区三軒茶屋2-14-7", []heldRow{
		{careJob, "第D-0123456号", 20150410, []registry.Item{{Key: "exam_date", Value: "2015/03"}, {Key: "training", Value: "口腔内の喀痰吸引、鼻腔内の喀痰吸引（2016/03/10）"}}}}},
	{Yoshio, "髙橋 𠮷男", "たかはし よしお", 19850315, false, "千葉県", "千葉県松戸市根本387-5", []heldRow{
		{careJob, "第D-0000777号", 20080401, exam("2008/03")}}},
	{Hoa, "NGUYEN THI HOA", "ぐえん てぃ ほあ", 19960229, true, "ベトナム", "愛知県豊田市西町3-60-2", []heldRow{
		{careJob, "第D-0222222号", 20210405, exam("2021/03")}}},
	{Ichiro, "鈴木 一郎", "すずき いちろう", 19780110, false, "愛知県", "東京都新宿区西新宿2-8-1", []heldRow{
		{attorneyJob, "第13200001号", 20200401, []registry.Item{
			{Key: "practice", Value: "開業"}, {Key: "association", Value: "東京都社会保険労務士会"},
			{Key: "office", Value: "鈴木一郎社会保険労務士事務所"}, {Key: "specified", Value: "2021/06/01"}}}}},
	{Minoru, "田中 実", "たなか みのる", 19500000, false, "北海道", "北海道函館市五稜郭町4-1-9", []heldRow{
		{careJob, "第D-0005550号", 19900615, exam("1990/03")}, {socialJob, "第5551号", 19940420, exam("1994/03")}}},
	{KenFirst, "佐藤 健", "さとう けん", 19850505, false, "宮城県", "宮城県仙台市青葉区本町3-8-1", []heldRow{
		{careJob, "第D-0300001号", 20100401, exam("2010/03")}}},
	{KenSecond, "佐藤 健", "さとう たけし", 19850505, false, "福岡県", "福岡県福岡市中央区天神1-8-1", []heldRow{
		{careJob, "第D-0300002号", 20120402, exam("2012/03")}}},
	{Hana, "看護 花", "かんご はな", 19880512, true, "大阪府", "大阪府大阪市北区中之島1-3-20", []heldRow{
		{nurseJob, "第1200345号", 20100420, []registry.Item{{Key: "training", Value: "創傷管理関連"}}}}},
	{Megumi, "渡邊\U000E0110 恵", "わたなべ めぐみ", 19811103, true, "東京都", "東京都千代田区九段南1-2-1", []heldRow{
		{psychologistJob, "第4321号", 20190415, exam("2018/09")}}},
	{Makoto, "山﨑 誠", "やまさき まこと", 19700825, false, "東京都", "埼玉県川越市元町1-3-1", []heldRow{
		{doctorJob, "東医第4567号", 19960601, []registry.Item{
			{Key: "department", Value: "医科"}, {Key: "bureau", Value: "関東信越厚生局"}, {Key: "base_number", Value: "第376543号"}, {Key: "base_registered_on", Value: "1996/05/10"}}}}},
	{Sumire, "德永 美緖", "とくなが みお", 19920208, true, "福岡県", "福岡県北九州市小倉北区城内1-1", []heldRow{
		{mentalJob, "第8765号", 20160410, exam("2016/03")}}},
	{Ryo, "大塚 亮", "おおつか りょう", 19831209, false, "茨城県", "茨城県水戸市中央1-4-1", []heldRow{
		{pharmacistJob, "茨薬第2345号", 20090701, []registry.Item{
			{Key: "bureau", Value: "関東信越厚生局"}, {Key: "base_number", Value: "第412345号"}, {Key: "base_registered_on", Value: "2009/05/20"}}}}},
}

// Named returns the people that are called by name.
func Named() []Person {
	out := make([]Person, len(named))
	for i, row := range named {
		p := Person{
			Key: row.key, Name: parsedName(row.name), Kana: parsedKana(row.kana), Birth: row.birth, Female: row.female,
			Domicile: domicile(row.domicile), Address: address(row.address),
		}
		for _, h := range row.held {
			n := jobs[h.job].of(p, h.number, h.on)
			if jobs[h.job].bureaus > 0 {
				n.Register += 2 // 関東信越厚生局
			}
			n.Items = h.items
			p.Registrations = append(p.Registrations, n)
		}
		out[i] = p
	}
	return out
}

// NamedAs returns the person with that key.
func NamedAs(key string) (Person, bool) {
	for _, p := range Named() {
		if p.Key == key {
			return p, true
		}
	}
	return Person{}, false
}
