package sample

import (
	"fmt"
	"math/rand/v2"

	"gopkg.in/yaml.v3"

	"qualsys/registry"
	"qualsys/registry/person"
	"qualsys/seeds"
)

// Person is an invented person with the registrations they hold.
type Person struct {
	// Key names the people that others call by name ("hanako"); "" for the rest.
	Key      string
	Name     person.Name
	Kana     person.Kana
	Birth    person.Date
	Female   bool
	Domicile person.Domicile
	Address  person.Address
	// Registrations are made of these values, less what a register does not hold.
	Registrations []registry.New
}

// People returns n people of a seed: the named ones, the names of
// seeds/names.yaml, and generated ones up to n.
func People(seed uint64, n int) ([]Person, error) {
	people := Named()
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0x7175616c737973)), next: map[string]int{}}
	rare, err := rareNames()
	if err != nil {
		return nil, err
	}
	for _, r := range rare {
		people = append(people, g.with(r.name, r.kana))
	}
	for len(people) < n {
		people = append(people, g.person())
	}
	return people, nil
}

type reading struct{ name, kana string }

// rareNames returns the names of seeds/names.yaml that may be registered.
func rareNames() ([]reading, error) {
	var file struct {
		Names []struct{ Name, Kana, Print string }
	}
	if err := yaml.Unmarshal(seeds.Names, &file); err != nil {
		return nil, fmt.Errorf("sample: seeds/names.yaml: %w", err)
	}
	var out []reading
	for _, n := range file.Names {
		if _, err := person.ParseName(n.Name); err == nil && n.Print != "false" {
			out = append(out, reading{n.Name, n.Kana})
		}
	}
	return out, nil
}

// generator draws people. Registration numbers count up in each register, so
// that they never meet.
type generator struct {
	*rand.Rand
	next map[string]int
}

func pick[T any](g *generator, list []T) T { return list[g.IntN(len(list))] }

func (g *generator) person() Person {
	if g.IntN(100) < 3 {
		f := pick(g, foreigners)
		p := g.with(f.name, f.kana)
		p.Domicile = domicile(f.country)
		p.Registrations = g.registrations(p)
		return p
	}
	family := pick(g, families)
	female := g.IntN(100) < 68
	given := pick(g, menGiven)
	if female {
		given = pick(g, womenGiven)
	}
	p := g.with(family.name+" "+given.name, family.kana+" "+given.kana)
	p.Female = female
	return p
}

// with gives a name a life.
func (g *generator) with(name, kana string) Person {
	p := Person{Name: parsedName(name), Birth: g.date(19500101, 20011231)}
	if kana != "" {
		p.Kana = parsedKana(kana)
	}
	p.Female = g.IntN(2) == 0
	place := pick(g, places)
	p.Address = address(fmt.Sprintf("%s%d-%d-%d", place, 1+g.IntN(6), 1+g.IntN(30), 1+g.IntN(20)))
	p.Domicile = domicile(person.Prefectures[g.IntN(len(person.Prefectures))])
	p.Registrations = g.registrations(p)
	return p
}

// date draws a day between two days.
func (g *generator) date(from, to person.Date) person.Date {
	days := int(to.Time().Sub(from.Time()).Hours() / 24)
	return from.AddDays(g.IntN(max(days, 1)))
}

// registrations draws what a person holds: most one, some two or three.
func (g *generator) registrations(p Person) []registry.New {
	var out []registry.New
	for _, job := range jobs {
		if len(out) == 0 && job == jobs[len(jobs)-1] || g.IntN(1000) < job.share {
			if n, ok := g.enrolment(p, job); ok {
				out = append(out, n)
			}
		}
		if len(out) == 3 {
			break
		}
	}
	return out
}

// enrolment makes one registration, unless the person was too young or too old.
func (g *generator) enrolment(p Person, j *job) (registry.New, bool) {
	adult := person.DateOf(p.Birth.Year()+j.age, max(p.Birth.Month(), 1), 28)
	from := max(adult, j.since)
	latest := min(person.DateOf(p.Birth.Year()+60, 12, 28), lastDay)
	if !from.Before(latest) {
		return registry.New{}, false
	}
	g.next[j.qualification]++
	n := j.of(p, j.number(g, g.next[j.qualification]), g.date(from, latest))
	n.Register = j.register + registry.RegisterNo(g.IntN(j.bureaus+1))
	if j.items != nil {
		n.Items = j.items(g, n)
	}
	return n, true
}

// of makes a registration of what this register holds of a person.
func (j *job) of(p Person, number string, on person.Date) registry.New {
	n := registry.New{Register: j.register, Number: number, RegisteredOn: on}
	n.Particulars = registry.Particulars{Name: p.Name, Kana: p.Kana, BirthDate: p.Birth}
	if j.domicile {
		n.Domicile = p.Domicile
	}
	if j.address {
		n.Address = p.Address
	}
	return n
}

// The tables of this package are fixed and tested: a value that doesn't parse is
// a defect of the table.
func must[T any](v T, err error) T {
	if err != nil {
		panic("sample: " + err.Error())
	}
	return v
}

func parsedName(s string) person.Name   { return must(person.ParseName(s)) }
func parsedKana(s string) person.Kana   { return must(person.ParseKana(s)) }
func address(s string) person.Address   { return must(person.ParseAddress(s)) }
func domicile(s string) person.Domicile { return must(person.ParseDomicile(s)) }
