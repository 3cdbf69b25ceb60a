package recon

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// tagged gives the TXT records of a name that begin with a version, such as v=spf1.
func (r *run) tagged(name, version string) ([]string, error) {
	a, err := r.ask(name, "TXT")
	if err != nil {
		return nil, err
	}
	var out []string
	for _, t := range a.Texts {
		if head, rest := cutFold(t, version); head && (rest == "" || rest[0] == ' ' || rest[0] == ';') {
			out = append(out, t)
		}
	}
	return out, nil
}

func cutFold(s, prefix string) (bool, string) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return false, s
	}
	return true, s[len(prefix):]
}

// spf looks at who may send in the domain's name, and gives the single addresses that
// it names: those send.
func (r *run) spf() []netip.Addr {
	list, err := r.tagged(r.domain, "v=spf1")
	if err != nil {
		r.unanswered(WhatSPF, "", whyNot(err))
		return nil
	}
	switch len(list) {
	case 0:
		r.saw(Observation{What: WhatSPF, Code: "missing", Value: "no record that begins with v=spf1"})
		return nil
	case 1:
	default:
		r.saw(Observation{What: WhatSPF, Code: "invalid", Value: fmt.Sprintf("%d records: ", len(list)) + strings.Join(list, " | ")})
		return nil
	}
	p := policy{run: r, seen: map[string]bool{r.domain: true}}
	p.read(list[0], true)
	o := Observation{What: WhatSPF, Code: "ok", Value: list[0], Count: number(p.lookups)}
	switch {
	case p.wrong != "":
		o.Code, o.Value = "invalid", p.wrong+": "+list[0]
	case p.unknown:
		r.unanswered(WhatSPF, "", "silent")
		return p.senders
	case p.all == "" || p.all == "+" || p.all == "?":
		o.Code = "permissive"
	}
	r.saw(o)
	return p.senders
}

// policy reads an SPF record with what it includes (RFC 7208).
type policy struct {
	*run
	seen    map[string]bool
	lookups int
	all     string // the qualifier of the mechanism all; "": there is none
	wrong   string
	unknown bool // a record that is needed can't be had
	senders []netip.Addr
}

const spfLookups = 10 // RFC 7208, 4.6.4

func (p *policy) read(record string, top bool) {
	redirect := ""
	for _, term := range strings.Fields(record)[1:] {
		qualifier := "+"
		if strings.ContainsRune("+-~?", rune(term[0])) {
			qualifier, term = term[:1], term[1:]
		}
		at := strings.IndexAny(term, ":=/")
		name, rest := term, ""
		if at >= 0 {
			name, rest = term[:at], term[at+1:]
		}
		switch strings.ToLower(name) {
		case "all":
			if top {
				p.all = qualifier
			}
			return // what follows never counts, redirect neither
		case "include":
			p.include(rest, false)
		case "redirect":
			redirect = rest
		case "ip4", "ip6":
			p.sender(rest, qualifier == "+")
		case "a", "mx", "ptr", "exists":
			p.lookup()
		case "exp":
		case "":
			p.fault("a part without a name")
		default:
			if at < 0 || term[at] != '=' { // unknown modifiers are to be ignored, mechanisms aren't
				p.fault("unknown part " + clean(term, 40))
			}
		}
		if p.wrong != "" {
			return
		}
	}
	if redirect != "" {
		p.include(redirect, top)
	}
}

func (p *policy) fault(text string) {
	if p.wrong == "" {
		p.wrong = text
	}
}

func (p *policy) lookup() bool {
	p.lookups++
	if p.lookups > spfLookups {
		p.fault("more than 10 look-ups")
	}
	return p.wrong == ""
}

// include reads another domain's record. Names made of macros can't be known from here.
func (p *policy) include(name string, top bool) {
	name = plainName(name)
	if !p.lookup() || strings.Contains(name, "%") {
		return
	}
	if name == "" || p.seen[name] {
		p.fault("includes go in a circle or to nowhere")
		return
	}
	p.seen[name] = true
	list, err := p.tagged(name, "v=spf1")
	switch {
	case err != nil:
		p.unknown = true
	case len(list) != 1:
		p.fault(fmt.Sprintf("%s has %d records", clean(name, 80), len(list)))
	default:
		p.read(list[0], top)
	}
	delete(p.seen, name)
}

// sender notes a single address of the domain's own record; nets are too many to look at.
func (p *policy) sender(text string, passes bool) {
	ip, err := netip.ParseAddr(text)
	if err != nil {
		net, err := netip.ParsePrefix(text)
		if err != nil {
			p.fault("no address: " + clean(text, 40))
			return
		}
		if !net.IsSingleIP() {
			return
		}
		ip = net.Addr()
	}
	if passes && len(p.seen) == 1 && !slices.Contains(p.senders, ip) {
		p.senders = append(p.senders, ip)
	}
}

// dkim looks for keys of signatures under the names that are common.
func (r *run) dkim() {
	var found []string
	misses, silent := 0, error(nil)
	for _, s := range selectors {
		a, err := r.ask(s+"._domainkey."+r.domain, "TXT")
		if err != nil {
			silent = err
			if misses++; misses > 3 {
				break
			}
			continue
		}
		if slices.ContainsFunc(a.Texts, isKey) {
			found = append(found, s)
		}
	}
	switch {
	case len(found) > 0:
		r.saw(Observation{What: WhatDKIM, Code: "found", Value: "key under " + strings.Join(found, ", "), Count: number(len(found))})
	case silent != nil:
		r.unanswered(WhatDKIM, "", whyNot(silent))
	default:
		r.saw(Observation{What: WhatDKIM, Code: "missing", Value: fmt.Sprintf("no key under %d common names", len(selectors)), Count: number(0)})
	}
}

// isKey tells a key from other texts; an empty p= revokes a key.
func isKey(text string) bool {
	tags := tagsOf(text)
	v, has := tags["v"]
	return tags["p"] != "" && (!has || strings.EqualFold(v, "DKIM1"))
}

func tagsOf(text string) map[string]string {
	out := map[string]string{}
	for part := range strings.SplitSeq(text, ";") {
		name, value, ok := strings.Cut(part, "=")
		if ok {
			out[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(value)
		}
	}
	return out
}

// dmarc looks at what receivers are to do with mail that isn't the domain's; where a
// subdomain says nothing, the registered domain's word counts.
func (r *run) dmarc() {
	for _, name := range slices.Compact([]string{r.domain, registered(r.domain)}) {
		list, err := r.tagged("_dmarc."+name, "v=DMARC1")
		if err != nil {
			r.unanswered(WhatDMARC, "", whyNot(err))
			return
		}
		if len(list) != 1 { // more than one counts as none (RFC 7489, 6.6.3)
			continue
		}
		tags := tagsOf(list[0])
		wish := tags["p"]
		if sp, ok := tags["sp"]; ok && name != r.domain {
			wish = sp
		}
		o := Observation{What: WhatDMARC, Code: "none", Value: list[0]}
		if w := strings.ToLower(wish); w == "quarantine" || w == "reject" {
			o.Code = "enforced"
		}
		r.saw(o)
		return
	}
	r.saw(Observation{What: WhatDMARC, Code: "missing", Value: "no record under _dmarc"})
}
