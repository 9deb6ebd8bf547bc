package sample

import (
	"fmt"
	"strings"

	"qualsys/registry"
	"qualsys/registry/person"
)

// lastDay is the latest day on which a generated person was registered.
const lastDay person.Date = 20240331

// job is a register that generated people are in.
type job struct {
	qualification string
	register      registry.RegisterNo
	// bureaus is how many registers follow the first one: one a bureau.
	bureaus int
	// share is how many of a thousand people hold it; the last job takes who holds nothing else.
	share int
	// since is the day of the oldest registration, age the least age in years.
	since person.Date
	age   int
	// domicile and address say what the register holds.
	domicile, address bool
	number            func(g *generator, n int) string
	items             func(g *generator, n registry.New) []registry.Item
}

func plain(first int) func(*generator, int) string {
	return func(_ *generator, n int) string { return fmt.Sprintf("第%d号", first+n) }
}

// jobs, the rarest first. The registers' numbers are those of the catalogue.
var jobs = []*job{
	{qualification: "certified-public-psychologist", register: 4, share: 50, since: 20190201, age: 24, domicile: true, address: true, number: plain(10000), items: psychologist},
	{qualification: "labor-and-social-security-attorney", register: 5, share: 40, since: 19690401, age: 24, address: true, number: attorneyNumber, items: attorney},
	{qualification: "health-insurance-doctor", register: 6, bureaus: 7, share: 40, since: 19750401, age: 24, number: insuranceNumber("医"), items: insuranceDoctor},
	{qualification: "health-insurance-pharmacist", register: 14, bureaus: 7, share: 35, since: 19750401, age: 24, number: insuranceNumber("薬"), items: insurancePharmacist},
	{qualification: "mental-health-social-worker", register: 3, share: 60, since: 19990401, age: 22, domicile: true, address: true, number: plain(20000), items: examination},
	{qualification: "nurse", register: 22, share: 120, since: 19720401, age: 21, domicile: true, number: plain(1000000), items: nurse},
	{qualification: "certified-social-worker", register: 2, share: 140, since: 19890401, age: 22, domicile: true, address: true, number: plain(100000), items: examination},
	{qualification: "certified-care-worker", register: 1, share: 600, since: 19890401, age: 20, domicile: true, address: true, number: careNumber, items: careWorker},
}

func careNumber(_ *generator, n int) string { return fmt.Sprintf("第D-%07d号", 1000000+n) }

func attorneyNumber(g *generator, n int) string {
	return fmt.Sprintf("第%02d%06d号", 1+g.IntN(len(person.Prefectures)), 100000+n)
}

func insuranceNumber(letter string) func(*generator, int) string {
	return func(g *generator, n int) string {
		return fmt.Sprintf("%s%s第%d号", pick(g, []string{"東", "神", "大", "愛", "福", "北", "千", "埼"}), letter, 10000+n)
	}
}

// examMonth is the March before the registration, in which results are told.
func examMonth(n registry.New) string {
	year := n.RegisteredOn.Year()
	if n.RegisteredOn.Month() < 4 {
		year--
	}
	return fmt.Sprintf("%d/03", year)
}

func examination(_ *generator, n registry.New) []registry.Item {
	return []registry.Item{{Key: "exam_date", Value: examMonth(n)}}
}

func psychologist(_ *generator, n registry.New) []registry.Item {
	return []registry.Item{{Key: "exam_date", Value: examMonth(n)}}
}

func careWorker(g *generator, n registry.New) []registry.Item {
	items := examination(g, n)
	if n.RegisteredOn.Year() >= 2012 && g.IntN(4) == 0 {
		acts := []string{"口腔内の喀痰吸引", "鼻腔内の喀痰吸引", "気管カニューレ内部の喀痰吸引", "胃ろう又は腸ろうによる経管栄養", "経鼻経管栄養"}
		done := strings.Join(acts[:1+g.IntN(len(acts))], "、")
		items = append(items, registry.Item{Key: "training", Value: done + "（" + g.date(n.RegisteredOn, lastDay).String() + "）"})
	}
	return items
}

func attorney(g *generator, n registry.New) []registry.Item {
	items := []registry.Item{
		{Key: "practice", Value: pick(g, []string{"開業", "勤務等", "法人の社員"})},
		{Key: "association", Value: pick(g, []string{"東京都社会保険労務士会", "大阪府社会保険労務士会", "愛知県社会保険労務士会", "千葉県社会保険労務士会"})},
		{Key: "office", Value: "見本社会保険労務士事務所"},
	}
	if n.RegisteredOn.Year() >= 2007 && g.IntN(3) == 0 {
		items = append(items, registry.Item{Key: "specified", Value: g.date(n.RegisteredOn, lastDay).String()})
	}
	return items
}

// bureaus are the offices in the order of the registers' numbers.
var bureaus = []string{"北海道厚生局", "東北厚生局", "関東信越厚生局", "東海北陸厚生局", "近畿厚生局", "中国四国厚生局", "四国厚生支局", "九州厚生局"}

func insuranceDoctor(g *generator, n registry.New) []registry.Item {
	department := registry.Item{Key: "department", Value: pick(g, []string{"医科", "医科", "医科", "歯科"})}
	return append([]registry.Item{department}, base(g, n, bureaus[n.Register-6])...)
}

func insurancePharmacist(g *generator, n registry.New) []registry.Item {
	return base(g, n, bureaus[n.Register-14])
}

// base is the entry that an insurance registration stands on.
func base(g *generator, n registry.New, bureau string) []registry.Item {
	return []registry.Item{
		{Key: "bureau", Value: bureau},
		{Key: "base_number", Value: fmt.Sprintf("第%d号", 200000+g.IntN(300000))},
		{Key: "base_registered_on", Value: n.RegisteredOn.AddDays(-30 - g.IntN(300)).String()},
	}
}

func nurse(g *generator, n registry.New) []registry.Item {
	if n.RegisteredOn.Year() >= 2016 && g.IntN(10) == 0 {
		return []registry.Item{{Key: "training", Value: "創傷管理関連、血糖コントロールに係る薬剤投与関連"}}
	}
	return nil
}
