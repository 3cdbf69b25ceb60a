package source

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"

	"headwater/lake"
)

// Guard connects to hosts and keeps away from private addresses. It resolves a name
// once, checks every address that the name has, and dials one that it has checked, so
// a name that changes in between leads nowhere else.
type Guard struct {
	AllowPrivate func() bool // nil: private addresses are refused
	// Lookup resolves a name; nil: the system's resolver.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
}

// dialTimeout is for one address.
const dialTimeout = 10 * time.Second

// Dial connects to address, "host:port" or the path of a socket of the network "unix".
// Its errors are the lake's, with the codes address_private, address_invalid,
// dns_unknown, dns_failed, tcp_refused, tcp_timeout, tcp_unreachable and tcp_failed.
func (g Guard) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}
	if network == "unix" {
		if !g.private() {
			return nil, privateAddress("unix")
		}
		conn, err := dialer.DialContext(ctx, network, address)
		return conn, dialError(ctx, err, "unix")
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, lake.Fail(lake.ErrInvalid, "address_invalid", "The address has no host and port.", "form", "kind://user:password@host:port/name")
	}
	list, err := g.resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	if t := traceOf(ctx); t != nil {
		t.resolved = time.Now()
	}
	var first error
	for _, ip := range list {
		conn, err := dialer.DialContext(ctx, network, net.JoinHostPort(ip.String(), port))
		if err == nil {
			return conn, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, dialError(ctx, first, host)
}

func (g Guard) private() bool { return g.AllowPrivate != nil && g.AllowPrivate() }

// resolve gives the addresses of a host, none of them private unless allowed.
func (g Guard) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	list, err := g.addresses(ctx, host)
	if err != nil {
		return nil, err
	}
	for i, ip := range list {
		list[i] = ip.Unmap()
		if !g.private() && Private(ip) {
			return nil, privateAddress(host)
		}
	}
	return list, nil
}

func (g Guard) addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{ip}, nil
	}
	lookup := g.Lookup
	if lookup == nil {
		lookup = func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		}
	}
	list, err := lookup(ctx, host)
	var dns *net.DNSError
	switch {
	case err == nil && len(list) > 0:
		return list, nil
	case err == nil || errors.As(err, &dns) && dns.IsNotFound:
		return nil, lake.Fail(lake.ErrNotFound, "dns_unknown", "No address is known for the host "+host+".", "host", host)
	case ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, ctx.Err()
	}
	return nil, lake.Fail(lake.ErrBusy, "dns_failed", "The name server doesn't answer for the host "+host+".", "host", host)
}

// reserved are the ranges beside those that netip has a word for.
var reserved = prefixes("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "168.63.129.16/32",
	"::/96", "64:ff9b:1::/48", "100::/64", "2001::/32", "2001:db8::/32", "fec0::/10")

// carriers are IPv6 ranges with an IPv4 address inside, and where it begins.
var carriers = map[netip.Prefix]int{netip.MustParsePrefix("64:ff9b::/96"): 12, netip.MustParsePrefix("2002::/16"): 2}

func prefixes(list ...string) (out []netip.Prefix) {
	for _, p := range list {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}

// Private tells whether an address is not one of the public network: loopback, private,
// link-local, shared (CGNAT), unique local, multicast, reserved, or the metadata
// service of a cloud.
func Private(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if !ip.IsValid() || ip.IsUnspecified() || ip.IsLoopback() || ip.IsPrivate() || ip.IsMulticast() ||
		ip.IsLinkLocalUnicast() || ip.IsInterfaceLocalMulticast() {
		return true
	}
	for _, p := range reserved {
		if p.Contains(ip) {
			return true
		}
	}
	for p, at := range carriers {
		if p.Contains(ip) {
			all := ip.As16()
			return Private(netip.AddrFrom4([4]byte(all[at : at+4])))
		}
	}
	return false
}

func privateAddress(host string) error {
	return lake.Fail(lake.ErrForbidden, "address_private",
		"The host "+host+" has a private address; an administrator can allow that for the source.", "host", host)
}

// dialError says why an address can't be reached.
func dialError(ctx context.Context, err error, host string) error {
	var timeout net.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	case errors.Is(err, syscall.ECONNREFUSED):
		return lake.Fail(lake.ErrBusy, "tcp_refused", "Nothing listens at this port of "+host+".", "host", host)
	case errors.As(err, &timeout) && timeout.Timeout():
		return lake.Fail(lake.ErrBusy, "tcp_timeout", "The host "+host+" doesn't answer.", "host", host)
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return lake.Fail(lake.ErrBusy, "tcp_unreachable", "No way leads to the host "+host+".", "host", host)
	case errors.Is(err, os.ErrNotExist), errors.Is(err, os.ErrPermission):
		return lake.Fail(lake.ErrBusy, "tcp_refused", "The socket can't be opened.", "host", host)
	}
	return lake.Fail(lake.ErrBusy, "tcp_failed", "The host "+host+" can't be connected to.", "host", host)
}
