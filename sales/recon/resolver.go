package recon

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"

	"headwater/lake"
)

// Resolver answers one question of the DNS. Kind is A, AAAA, MX, TXT, PTR or NS. Names are
// without the last dot and in small letters.
type Resolver interface {
	Ask(ctx context.Context, name, kind string) (Reply, error)
}

// Reply is what a resolver knows. With no records and Exists the name is there, but has
// nothing of this kind.
type Reply struct {
	Exists    bool
	Aliases   []string // the names that the question was led through, the last one has the records
	Addresses []netip.Addr
	MX        []Entrance
	Names     []string // of NS and PTR
	Texts     []string // the strings of a TXT record joined
}

// Entrance is a host that takes mail; the lowest preference is tried first.
type Entrance struct {
	Preference int
	Host       string
}

// Reasons why a question has no answer.
var (
	errSilent = errors.New("no answer in time")
	errBroken = errors.New("the name server can't answer")
	errLoop   = errors.New("aliases lead in a circle or too far")
)

const (
	aliasesMost = 8
	edns        = 1232 // bytes of an answer over UDP that pass every net unbroken
)

// Wire asks name servers over UDP, and over TCP where an answer doesn't fit or UDP stays silent.
type Wire struct {
	servers []string // host:port
	timeout time.Duration
	mute    atomic.Int64 // UDP is known to lead nowhere until then, in Unix seconds
}

// NewWire makes a resolver of servers given as "host" or "host:port"; none means those of
// the system. Timeout is for one attempt; zero: 3 s.
func NewWire(servers []string, timeout time.Duration) (*Wire, error) {
	if timeout <= 0 {
		timeout = 3 * time.Second
	}
	if len(servers) == 0 {
		c, err := dns.ClientConfigFromFile("/etc/resolv.conf")
		if err != nil || len(c.Servers) == 0 {
			return nil, lake.Fail(lake.ErrInvalid, "recon_resolver_missing", "This machine names no resolver; give one.")
		}
		servers = c.Servers
	}
	w := &Wire{timeout: timeout}
	for _, s := range servers {
		host, port, err := net.SplitHostPort(s)
		if err != nil {
			host, port = strings.Trim(s, "[]"), "53"
		}
		if host == "" {
			return nil, lake.Fail(lake.ErrInvalid, "recon_resolver_invalid", "A resolver is a host or host:port.", "resolver", s)
		}
		w.servers = append(w.servers, net.JoinHostPort(host, port))
	}
	return w, nil
}

// Ask implements Resolver. Aliases that the server doesn't follow are followed here.
func (w *Wire) Ask(ctx context.Context, name, kind string) (Reply, error) {
	out := Reply{}
	for range aliasesMost {
		m, err := w.exchange(ctx, name, dns.StringToType[kind])
		if err != nil {
			return out, err
		}
		out.Exists = m.Rcode == dns.RcodeSuccess
		next, err := out.read(m, name, dns.StringToType[kind])
		if err != nil || next == name || !out.Exists {
			return out, err
		}
		if slices.Contains(out.Aliases[:len(out.Aliases)-1], next) {
			return out, errLoop
		}
		name = next
	}
	return out, errLoop
}

// read takes the records of a name from a message, along its aliases. It gives the name
// where they end: one without records, for which the server must be asked again, or the
// name itself when all is said.
func (r *Reply) read(m *dns.Msg, name string, kind uint16) (string, error) {
	asked := name
	for range aliasesMost {
		if r.take(m, name, kind) {
			return asked, nil
		}
		next := ""
		for _, rr := range m.Answer {
			if c, ok := rr.(*dns.CNAME); ok && plainName(c.Hdr.Name) == name {
				next = plainName(c.Target)
			}
		}
		switch {
		case next == "" && name == asked, next == "" && len(m.Ns) > 0: // nothing of this kind
			return asked, nil
		case next == "":
			return name, nil
		case next == asked || slices.Contains(r.Aliases, next):
			return "", errLoop
		}
		r.Aliases = append(r.Aliases, next)
		name = next
	}
	return "", errLoop
}

func (r *Reply) take(m *dns.Msg, name string, kind uint16) (found bool) {
	for _, rr := range m.Answer {
		if rr.Header().Rrtype != kind || plainName(rr.Header().Name) != name {
			continue
		}
		found = true
		switch x := rr.(type) {
		case *dns.A:
			r.address(x.A)
		case *dns.AAAA:
			r.address(x.AAAA)
		case *dns.MX:
			r.MX = append(r.MX, Entrance{int(x.Preference), plainName(x.Mx)})
		case *dns.NS:
			r.Names = append(r.Names, plainName(x.Ns))
		case *dns.PTR:
			r.Names = append(r.Names, plainName(x.Ptr))
		case *dns.TXT:
			r.Texts = append(r.Texts, clean(strings.Join(x.Txt, ""), 2000))
		}
	}
	return found
}

func (r *Reply) address(ip net.IP) {
	if a, ok := netip.AddrFromSlice(ip); ok {
		r.Addresses = append(r.Addresses, a.Unmap())
	}
}

func plainName(s string) string { return strings.ToLower(strings.TrimSuffix(s, ".")) }

// exchange asks every server in turn, twice over UDP and then over TCP.
func (w *Wire) exchange(ctx context.Context, name string, kind uint16) (*dns.Msg, error) {
	failed := errSilent
	ways := []string{"udp", "udp", "tcp"}
	if time.Now().Unix() < w.mute.Load() {
		ways = []string{"tcp", "udp"}
	}
	for i, network := range ways {
		for _, server := range w.servers {
			m, err := w.once(ctx, network, server, name, kind)
			if err == nil && m.Truncated && network == "udp" {
				m, err = w.once(ctx, "tcp", server, name, kind)
			}
			switch {
			case ctx.Err() != nil:
				return nil, ctx.Err()
			case err != nil:
				continue
			case m.Rcode == dns.RcodeSuccess || m.Rcode == dns.RcodeNameError:
				if i == 2 {
					w.mute.Store(time.Now().Add(time.Minute).Unix())
				}
				return m, nil
			}
			failed = errBroken
		}
		if errors.Is(failed, errBroken) {
			return nil, failed // they answered; TCP would get the same
		}
	}
	return nil, failed
}

func (w *Wire) once(ctx context.Context, network, server, name string, kind uint16) (*dns.Msg, error) {
	q := new(dns.Msg)
	q.SetQuestion(dns.Fqdn(name), kind)
	q.SetEdns0(edns, false)
	c := &dns.Client{Net: network, Timeout: w.timeout}
	m, _, err := c.ExchangeContext(ctx, q, server)
	if err == nil && (len(m.Question) != 1 || !strings.EqualFold(m.Question[0].Name, q.Question[0].Name) || m.Question[0].Qtype != kind) {
		return nil, errBroken
	}
	return m, err
}

// reversed is the name under which an address has its reverse record.
func reversed(ip netip.Addr) string {
	name, err := dns.ReverseAddr(ip.WithZone("").String())
	if err != nil { // an address is always one
		return ""
	}
	return plainName(name)
}

// listed is the name under which a blacklist answers for an address.
func listed(ip netip.Addr, zone string) string {
	name := strings.TrimSuffix(strings.TrimSuffix(reversed(ip), ".in-addr.arpa"), ".ip6.arpa")
	return name + "." + zone
}
