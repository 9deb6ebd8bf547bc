package web

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits bound what one address may ask and how much is worked at once. A zero
// field means its default, a negative rate or pool none at all.
type Limits struct {
	// General, VerificationRate and LoginRate are requests a second from one
	// address (an IPv6 network of 64 bits counts as one); twenty seconds' worth may come at once.
	// Defaults: 20, 10 and 1.
	General, VerificationRate, LoginRate float64
	// Everything, Verifications and Staff are how many requests are worked at
	// once in each pool. Defaults: 128, 32 and 64.
	Everything, Verifications, Staff int
	// Wait is how long a request may wait for its pool before it is told to
	// come again; 0 means 25 ms (SECURITY G9: the answer within 50 ms).
	Wait time.Duration
}

func (l Limits) complete() Limits {
	rates := []*float64{&l.General, &l.VerificationRate, &l.LoginRate}
	for i, d := range []float64{20, 10, 1} {
		if *rates[i] == 0 {
			*rates[i] = d
		}
	}
	pools := []*int{&l.Everything, &l.Verifications, &l.Staff}
	for i, d := range []int{128, 32, 64} {
		if *pools[i] == 0 {
			*pools[i] = d
		}
	}
	if l.Wait == 0 {
		l.Wait = 25 * time.Millisecond
	}
	return l
}

// class is what a request counts as for the limits of its address.
type class int

const (
	general class = iota + 1
	verification
	login
)

// limiter holds the pools and a bounded table of addresses in two generations:
// when the young one is full it becomes the old one, and whoever has not been
// seen since is forgotten.
type limiter struct {
	rates map[class]float64
	pools map[Pool]chan struct{}
	wait  time.Duration

	mu         sync.Mutex
	young, old map[visit]*rate.Limiter
	held       map[netip.Prefix]int // places for verification, by who holds them
}

type visit struct {
	class class
	from  netip.Prefix
}

// generation is how many addresses the table holds before it forgets; two
// generations of this size take about 4 MB.
const generation = 8192

func newLimiter(l Limits) *limiter {
	l = l.complete()
	m := &limiter{
		rates: map[class]float64{general: l.General, verification: l.VerificationRate, login: l.LoginRate},
		pools: map[Pool]chan struct{}{},
		wait:  l.Wait,
		young: map[visit]*rate.Limiter{}, old: map[visit]*rate.Limiter{},
		held: map[netip.Prefix]int{},
	}
	for pool, n := range map[Pool]int{General: l.Everything, Verification: l.Verifications, Staff: l.Staff} {
		if n > 0 {
			m.pools[pool] = make(chan struct{}, n)
		}
	}
	return m
}

// allow reports whether address may ask once more now.
func (m *limiter) allow(c class, address string, now time.Time) bool {
	perSecond := m.rates[c]
	if perSecond < 0 {
		return true
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	v := visit{c, network(address)}
	l, ok := m.young[v]
	if !ok {
		if l, ok = m.old[v]; !ok {
			l = rate.NewLimiter(rate.Limit(perSecond), max(1, int(20*perSecond)))
		}
		if len(m.young) >= generation {
			m.young, m.old = make(map[visit]*rate.Limiter, generation), m.young
		}
		m.young[v] = l
	}
	return l.AllowN(now, 1)
}

// network is the part of an address that one subscriber has: a /64 of IPv6.
func network(address string) netip.Prefix {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Prefix{}
	}
	bits := 32
	if a = a.Unmap(); a.Is6() {
		bits = 64
	}
	p, err := a.WithZone("").Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}

// enter takes a place in pool for address and returns what gives it back, or
// false when none came free in time. Of the places for verification, where
// anybody may send large files slowly, one address has at most three quarters.
func (m *limiter) enter(pool Pool, address string, done <-chan struct{}) (leave func(), ok bool) {
	places := m.pools[pool]
	if places == nil {
		return func() {}, true
	}
	if pool != Verification {
		return m.take(places, done)
	}
	from, most := network(address), max(1, cap(places)*3/4)
	if !m.hold(from, most) {
		select {
		case <-time.After(m.wait):
		case <-done:
			return nil, false
		}
		if !m.hold(from, most) {
			return nil, false
		}
	}
	give, ok := m.take(places, done)
	if !ok {
		m.let(from)
		return nil, false
	}
	return func() { give(); m.let(from) }, true
}

// hold counts one more place of from, unless it has as many as it may.
func (m *limiter) hold(from netip.Prefix, most int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.held[from] >= most {
		return false
	}
	m.held[from]++
	return true
}

// let counts one less.
func (m *limiter) let(from netip.Prefix) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.held[from]--; m.held[from] == 0 {
		delete(m.held, from)
	}
}

// take waits for a place.
func (m *limiter) take(places chan struct{}, done <-chan struct{}) (leave func(), ok bool) {
	leave = func() { <-places }
	select {
	case places <- struct{}{}:
		return leave, true
	default:
	}
	t := time.NewTimer(m.wait)
	defer t.Stop()
	select {
	case places <- struct{}{}:
		return leave, true
	case <-t.C:
	case <-done:
	}
	return nil, false
}
