package recon

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"headwater/lake"
)

// What is looked at; the options of findings.what.
const (
	WhatDNS         = "dns"
	WhatMX          = "mx"
	WhatPTR         = "ptr"
	WhatSPF         = "spf"
	WhatDKIM        = "dkim"
	WhatDMARC       = "dmarc"
	WhatDNSBL       = "dnsbl"
	WhatSMTP        = "smtp"
	WhatTLS         = "tls"
	WhatWebmail     = "webmail"
	WhatCertificate = "certificate"
)

// Blacklist is a zone that answers for listed addresses. Name is what people see: a
// zone may hold the key of a subscription.
type Blacklist struct {
	Name, Zone string
}

// DefaultBlacklists may be asked without a contract, in moderation. Others, such as
// Spamhaus' for firms, need one.
func DefaultBlacklists() []Blacklist {
	return []Blacklist{{"SpamCop", "bl.spamcop.net"}, {"PSBL", "psbl.surriel.com"}, {"UCEPROTECT-1", "dnsbl-1.uceprotect.net"}}
}

// ParseBlacklists reads "zone" or "name=zone", separated by commas; "none" is no list.
func ParseBlacklists(text string) ([]Blacklist, error) {
	out := []Blacklist{}
	if strings.TrimSpace(text) == "none" {
		return out, nil
	}
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		name, zone, named := strings.Cut(part, "=")
		if !named {
			zone = name
		}
		zone = plainName(strings.TrimSpace(zone))
		if name = strings.TrimSpace(name); name == "" || !strings.Contains(zone, ".") || strings.ContainsAny(zone, " /:@") {
			return nil, lake.Fail(lake.ErrInvalid, "recon_blacklist_invalid", "A blacklist is a zone or name=zone.", "blacklist", name)
		}
		out = append(out, Blacklist{name, zone})
	}
	return out, nil
}

// Ports of the services; only tests have others.
type Ports struct{ SMTP, HTTP, HTTPS int }

// Config is what a Prober needs; Resolver and Dial must be set.
type Config struct {
	Resolver Resolver
	// Dial connects to an address. It must refuse what may not be reached, such as private
	// addresses, with a lake error.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Private tells whether an address must be left alone; nil: none.
	Private    func(netip.Addr) bool
	Blacklists []Blacklist
	Helo       string        // the name we give to mail servers; "": the address that we come from
	Timeout    time.Duration // of a connection with all that is said on it; zero: 20 s
	Whole      time.Duration // of a run; zero: 3 min
	PerSecond  float64       // questions and connections in a second, over all domains; zero: 20
	PerDomain  float64       // the same for one domain; zero: 5
	Ports      Ports
	Now        func() time.Time
}

// Prober looks at domains. It is safe for concurrent use; what it may ask in a second is shared.
type Prober struct {
	Config
	all *rate.Limiter
	// A connection to a mail server came about, so that a silent one is silent by itself:
	// many nets let no such connection out at all.
	reached atomic.Bool
}

// NewProber makes one.
func NewProber(c Config) *Prober {
	if c.Private == nil {
		c.Private = func(netip.Addr) bool { return false }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	orElse(&c.Timeout, 20*time.Second)
	orElse(&c.Whole, 3*time.Minute)
	orElse(&c.PerSecond, 20)
	orElse(&c.PerDomain, 5)
	orElse(&c.Ports, Ports{25, 80, 443})
	return &Prober{Config: c, all: rate.NewLimiter(rate.Limit(c.PerSecond), max(1, int(c.PerSecond)))}
}

func orElse[T comparable](x *T, other T) {
	if zero := *new(T); *x == zero {
		*x = other
	}
}

// Observation is the answer to one question.
type Observation struct {
	What     string    `json:"what"`
	Subject  string    `json:"subject,omitempty" doc:"The host or address it is about; absent: the domain."`
	Code     string    `json:"code"`
	Value    string    `json:"value,omitempty" doc:"What was seen, without what changes from hour to hour."`
	Product  string    `json:"product,omitempty"`
	Count    *int      `json:"count,omitempty"`
	DaysLeft *int      `json:"days_left,omitempty"`
	At       time.Time `json:"at"`
}

// Unanswered is a question that got no answer; it says nothing about the customer.
type Unanswered struct {
	What    string `json:"what"`
	Subject string `json:"subject,omitempty"`
	Why     string `json:"why" doc:"silent, broken, loop, no_way_out, private, opted_out, limit"`
}

// Result is what a run saw.
type Result struct {
	Domain       string        `json:"domain"`
	Began        time.Time     `json:"began"`
	Ended        time.Time     `json:"ended"`
	Observations []Observation `json:"observations"`
	Unanswered   []Unanswered  `json:"unanswered"`
	Asked        []string      `json:"asked" doc:"Every packet's question, in order."`
}

// Watch tells what happens while a run goes on. Both parts may be nil.
type Watch struct {
	Asking func(question string)    // before a question is asked
	Barred func(domain string) bool // domains that must get no packet
}

const (
	askedMost     = 400 // questions of one run
	addressesMost = 6   // that are looked up in lists
	serversMost   = 3   // that are greeted
)

// run is one look at one domain.
type run struct {
	*Prober
	ctx    context.Context
	domain string
	own    *rate.Limiter
	watch  Watch
	out    *Result
}

// Probe looks at a domain, which ParseDomain must have given. What was asked is told
// even when it is broken off; the error is then the context's.
func (p *Prober) Probe(ctx context.Context, domain string, w Watch) (*Result, error) {
	out := &Result{Domain: domain, Began: p.Now().UTC(), Observations: []Observation{}, Unanswered: []Unanswered{}, Asked: []string{}}
	whole, stop := context.WithTimeout(ctx, p.Whole)
	defer stop()
	r := &run{Prober: p, ctx: whole, domain: domain, own: rate.NewLimiter(rate.Limit(p.PerDomain), max(1, int(p.PerDomain))), watch: w, out: out}
	r.look()
	out.Ended = p.Now().UTC()
	if ctx.Err() != nil {
		return out, ctx.Err()
	}
	return out, nil
}

// look asks one question after the other; each leaves its observation.
func (r *run) look() {
	if r.barred(WhatDNS, r.domain) || !r.exists() {
		return
	}
	m := r.entrances()
	senders := r.spf()
	r.dkim()
	r.dmarc()
	var addresses []netip.Addr
	if m.own {
		for _, s := range m.servers {
			addresses = append(addresses, s.addresses...)
		}
	}
	for _, ip := range senders {
		if !slices.Contains(addresses, ip) {
			addresses = append(addresses, ip)
		}
	}
	for _, ip := range addresses[:min(len(addresses), addressesMost)] {
		if r.Private(ip) {
			r.unanswered(WhatPTR, ip.String(), "private")
			continue
		}
		r.reverse(ip)
		r.blacklists(ip)
	}
	if m.own {
		for _, s := range m.servers[:min(len(m.servers), serversMost)] {
			r.greet(s)
		}
	}
	r.webmail()
}

func (r *run) saw(o Observation) {
	o.At = r.Now().UTC()
	o.Value = clean(o.Value, 500)
	r.out.Observations = append(r.out.Observations, o)
}

func (r *run) unanswered(what, subject, why string) {
	r.out.Unanswered = append(r.out.Unanswered, Unanswered{what, subject, why})
}

func (r *run) barred(what, name string) bool {
	if r.watch.Barred != nil && r.watch.Barred(name) {
		r.unanswered(what, name, "opted_out")
		return true
	}
	return false
}

var (
	errLimit  = errors.New("a run asks no more")
	errBarred = errors.New("nobody may look there")
)

// turn waits until a question may be asked and notes it.
func (r *run) turn(question string) error {
	if len(r.out.Asked) >= askedMost || r.own.Wait(r.ctx) != nil || r.all.Wait(r.ctx) != nil {
		return errLimit // too much, or not in the time that is left
	}
	r.out.Asked = append(r.out.Asked, question)
	if r.watch.Asking != nil {
		r.watch.Asking(question)
	}
	return nil
}

// ask puts a question to the DNS.
func (r *run) ask(name, kind string) (Reply, error) {
	if r.watch.Barred != nil && r.watch.Barred(name) {
		return Reply{}, errBarred
	}
	return r.askAs(name, kind, name)
}

// askAs notes the question under another name: zones of lists may hold a key.
func (r *run) askAs(name, kind, shown string) (Reply, error) {
	if err := r.turn("DNS " + kind + " " + shown); err != nil {
		return Reply{}, err
	}
	return r.Resolver.Ask(r.ctx, name, kind)
}

func whyNot(err error) string {
	var known *lake.Error
	switch {
	case errors.Is(err, errBroken):
		return "broken"
	case errors.Is(err, errLoop):
		return "loop"
	case errors.Is(err, errLimit):
		return "limit"
	case errors.Is(err, errBarred):
		return "opted_out"
	case errors.As(err, &known) && known.Code == "address_private":
		return "private"
	}
	return "silent"
}

// refused tells whether the host said that nothing listens.
func refused(err error) bool {
	var known *lake.Error
	return errors.As(err, &known) && known.Code == "tcp_refused"
}

// addressesOf gives the public and the private addresses of a host, IPv4 first.
func (r *run) addressesOf(host string) (list []netip.Addr, aliases []string, err error) {
	for _, kind := range []string{"A", "AAAA"} {
		a, e := r.ask(host, kind)
		if e != nil {
			err = e
			continue
		}
		list, aliases = append(list, a.Addresses...), append(aliases, a.Aliases...)
		if !a.Exists {
			break
		}
	}
	if len(list) > 0 {
		err = nil
	}
	return list, aliases, err
}

// connect dials one address within the limits; subject names it in what was asked.
func (r *run) connect(ctx context.Context, ip netip.Addr, port int, question string) (net.Conn, error) {
	if err := r.turn(question); err != nil {
		return nil, err
	}
	return r.Dial(ctx, "tcp", net.JoinHostPort(ip.String(), strconv.Itoa(port)))
}

func number(n int) *int { return &n }
