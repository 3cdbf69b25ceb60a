package recon

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// exists looks whether the domain is there, and who answers for it.
func (r *run) exists() bool {
	a, err := r.ask(r.domain, "NS")
	switch {
	case err != nil:
		r.saw(Observation{What: WhatDNS, Code: "unanswered", Value: map[string]string{"silent": "no answer in time", "broken": "server failure", "loop": "aliases in a circle"}[whyNot(err)]})
		return false
	case !a.Exists:
		r.saw(Observation{What: WhatDNS, Code: "missing", Value: "NXDOMAIN"})
		return false
	}
	slices.Sort(a.Names)
	value := "NS " + strings.Join(a.Names, ", ")
	if len(a.Names) == 0 {
		value = "no name servers of its own"
	}
	r.saw(Observation{What: WhatDNS, Code: "ok", Value: value})
	return true
}

// server is a host that takes mail.
type server struct {
	Entrance
	addresses []netip.Addr
	err       error // why they aren't known
}

// mail is who takes the domain's mail.
type mail struct {
	own     bool
	servers []server
}

// entrances looks at the MX records. A domain without any takes mail at its own address
// by the standard, but that is rarely meant, so it counts as none.
func (r *run) entrances() mail {
	a, err := r.ask(r.domain, "MX")
	if err != nil {
		r.unanswered(WhatMX, "", whyNot(err))
		return mail{}
	}
	slices.SortFunc(a.MX, func(x, y Entrance) int {
		if x.Preference != y.Preference {
			return x.Preference - y.Preference
		}
		return strings.Compare(x.Host, y.Host)
	})
	if len(a.MX) == 0 || a.MX[0].Host == "" {
		value := "no MX record"
		if len(a.MX) > 0 {
			value = "MX 0 . (takes no mail)"
		}
		r.saw(Observation{What: WhatMX, Code: "none", Value: value, Count: number(0)})
		return mail{}
	}
	return r.whose(a.MX)
}

// whose tells own servers from those of hosters: by the names of the hosts, by what
// these are aliases of, and by the reverse names of their addresses.
func (r *run) whose(list []Entrance) mail {
	m := mail{}
	var by *hoster
	var parts []string
	elsewhere := ""
	for _, e := range list[:min(len(list), 8)] {
		parts = append(parts, strconv.Itoa(e.Preference)+" "+e.Host)
		s := server{Entrance: e}
		if h := hosterOf(e.Host); h != nil {
			by = first(by, h)
			continue
		}
		var aliases []string
		s.addresses, aliases, s.err = r.addressesOf(e.Host)
		for _, alias := range aliases {
			by = first(by, hosterOf(alias))
		}
		if by == nil && len(s.addresses) > 0 && !r.Private(s.addresses[0]) {
			by = r.hosterBehind(s.addresses[0])
		}
		if registered(e.Host) != registered(r.domain) && elsewhere == "" {
			elsewhere = registered(e.Host)
		}
		m.servers = append(m.servers, s)
	}
	o := Observation{What: WhatMX, Code: "own_server", Count: number(len(list))}
	switch {
	case by != nil && by.gateway:
		o.Code, o.Product = "gateway", by.name
		if behind := r.behindGateway(); behind != "" {
			o.Code, o.Product = "hosted", behind+" ("+by.name+")"
		}
	case by != nil:
		o.Code, o.Product = "hosted", by.name
	case elsewhere != "":
		o.Code, o.Product = "hosted", elsewhere
	default:
		m.own = true
		for i, s := range m.servers {
			if len(s.addresses) > 0 {
				parts[i] += " (" + joined(s.addresses) + ")"
			}
		}
	}
	o.Value = strings.Join(parts, ", ")
	r.saw(o)
	return m
}

func first(a, b *hoster) *hoster {
	if a != nil {
		return a
	}
	return b
}

// hosterBehind finds a hoster by the reverse name of an address.
func (r *run) hosterBehind(ip netip.Addr) *hoster {
	a, err := r.ask(reversed(ip), "PTR")
	if err != nil {
		return nil
	}
	for _, name := range a.Names {
		// A rented machine's name says nothing about who runs the mail on it.
		if h := hosterOf(name); h != nil && !below(name, "amazonaws.com") && !below(name, "ovh.net") && !below(name, "secureserver.net") && !below(name, "google.com") {
			return h
		}
	}
	return nil
}

// behindGateway asks where Outlook would look for the mailboxes.
func (r *run) behindGateway() string {
	a, err := r.ask("autodiscover."+r.domain, "A")
	if err != nil {
		return ""
	}
	for _, alias := range a.Aliases {
		if below(alias, "outlook.com") {
			return "Microsoft 365"
		}
		if h := hosterOf(alias); h != nil && !h.gateway {
			return h.name
		}
	}
	return ""
}

func joined(list []netip.Addr) string {
	var out []string
	for _, ip := range list {
		out = append(out, ip.String())
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// reverse looks whether an address has a name, and whether the name has the address.
func (r *run) reverse(ip netip.Addr) {
	o := Observation{What: WhatPTR, Subject: ip.String(), Code: "missing", Value: "no PTR record"}
	a, err := r.ask(reversed(ip), "PTR")
	if err != nil {
		r.unanswered(WhatPTR, ip.String(), whyNot(err))
		return
	}
	slices.Sort(a.Names)
	if len(a.Names) > 0 {
		o.Value, o.Code = strings.Join(a.Names[:min(len(a.Names), 5)], ", "), "mismatch"
		for _, name := range a.Names[:min(len(a.Names), 3)] {
			forward, _, err := r.addressesOf(name)
			if err != nil {
				r.unanswered(WhatPTR, ip.String(), whyNot(err))
				return
			}
			if slices.Contains(forward, ip) {
				o.Code = "match"
			}
		}
		if slices.ContainsFunc(a.Names, func(n string) bool { return generic(n, ip) }) {
			o.Code = "generic"
		}
	}
	r.saw(o)
}

// generic tells whether a reverse name is one that a line gets by itself: it holds the
// address, or a word for lines.
func generic(name string, ip netip.Addr) bool {
	if ip.Is4() {
		b := ip.As4()
		for _, sep := range []string{".", "-", "x", "_", ""} {
			up := fmt.Sprintf("%d%s%d%s%d%s%d", b[0], sep, b[1], sep, b[2], sep, b[3])
			down := fmt.Sprintf("%d%s%d%s%d%s%d", b[3], sep, b[2], sep, b[1], sep, b[0])
			if (sep != "" || len(up) >= 9) && (strings.Contains(name, up) || strings.Contains(name, down)) {
				return true
			}
		}
		if strings.Contains(name, fmt.Sprintf("%02x%02x%02x%02x", b[0], b[1], b[2], b[3])) {
			return true
		}
	}
	for part := range strings.FieldsFuncSeq(name, func(c rune) bool { return c == '.' || c == '-' || c >= '0' && c <= '9' }) {
		switch part {
		case "dynamic", "dyn", "adsl", "dsl", "pool", "broadband", "dial", "dialup", "dhcp", "ppp", "pppoe", "cable", "localhost", "unknown", "unassigned":
			return true
		}
	}
	return false
}

// blacklists asks every list for an address. Only 127.0.0.x beyond .1 means listed:
// lists answer 127.255.255.x to those that they don't serve, and some resolvers answer
// for names that aren't there.
func (r *run) blacklists(ip netip.Addr) {
	var on []string
	answered := 0
	for _, b := range r.Blacklists {
		name := listed(ip, b.Zone)
		a, err := r.askAs(name, "A", strings.TrimSuffix(name, b.Zone)+b.Name)
		if err != nil {
			continue
		}
		codes := []string{}
		refused := false
		for _, c := range a.Addresses {
			if !c.Is4() || c.As4()[0] != 127 || c.As4()[1] != 0 {
				refused = true
			} else if c != netip.AddrFrom4([4]byte{127, 0, 0, 1}) {
				codes = append(codes, c.String())
			}
		}
		if refused && len(codes) == 0 {
			continue
		}
		answered++
		if len(codes) > 0 {
			slices.Sort(codes)
			on = append(on, b.Name+" ("+strings.Join(codes, ", ")+")")
		}
	}
	if answered == 0 {
		if len(r.Blacklists) > 0 {
			r.unanswered(WhatDNSBL, ip.String(), "silent")
		}
		return
	}
	o := Observation{What: WhatDNSBL, Subject: ip.String(), Code: "clear", Count: number(len(on)), Value: fmt.Sprintf("on none of %d lists", answered)}
	if len(on) > 0 {
		o.Code, o.Value = "listed", strings.Join(on, ", ")
	}
	r.saw(o)
}
