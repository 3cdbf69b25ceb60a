package recon

import (
	"net/netip"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"headwater/lake"
)

// ParseDomain reads what people write for a domain: example.cn, a web address, an e-mail
// address, a name outside ASCII. The result is in small letters and in the form of the DNS.
func ParseDomain(text string) (string, error) {
	s := strings.TrimSpace(text)
	if at := strings.LastIndex(s, "@"); at >= 0 && !strings.Contains(s, "//") {
		s = s[at+1:]
	}
	if strings.Contains(s, "//") {
		u, err := url.Parse(s)
		if err != nil {
			return "", invalidDomain(text)
		}
		s = u.Hostname()
	}
	s, _, _ = strings.Cut(s, "/")
	s, _, _ = strings.Cut(s, ":")
	s, err := idna.Lookup.ToASCII(strings.TrimSuffix(s, "."))
	s = strings.ToLower(s)
	for label := range strings.SplitSeq(s, ".") {
		if len(label) > 63 {
			return "", invalidDomain(text)
		}
	}
	_, notAddress := netip.ParseAddr(s)
	if err != nil || len(s) > 253 || !strings.Contains(s, ".") || strings.Contains(s, "..") || notAddress == nil || strings.HasPrefix(s, ".") {
		return "", invalidDomain(text)
	}
	if suffix, icann := publicsuffix.PublicSuffix(s); icann && suffix == s {
		return "", invalidDomain(text)
	}
	if reserved(s) {
		return "", lake.Fail(lake.ErrInvalid, "recon_domain_reserved", "Names like "+s+" are reserved for examples and private nets; nobody answers for them.", "domain", s)
	}
	return s, nil
}

func invalidDomain(text string) error {
	return lake.Fail(lake.ErrInvalid, "recon_domain_invalid", "This is no domain.", "domain", clean(text, 100))
}

// reserved are names that no public server answers for (RFC 2606, 6761, 6762, 8375, 9476).
func reserved(domain string) bool {
	for _, end := range []string{"example", "invalid", "test", "localhost", "local", "internal", "lan", "onion", "arpa", "alt", "example.com", "example.net", "example.org"} {
		if below(domain, end) {
			return true
		}
	}
	return false
}

// below tells whether a name is the domain or lies under it.
func below(name, domain string) bool {
	return name == domain || strings.HasSuffix(name, "."+domain)
}

// registered is the part of a name that somebody registered: kehu.com.cn of mail.kehu.com.cn.
func registered(name string) string {
	d, err := publicsuffix.EffectiveTLDPlusOne(name)
	if err != nil {
		return name
	}
	return d
}

// DomainOf finds an account's domain: its field domain, or else the host of its website,
// or else what stands behind the @ of its e-mail address. From names the field; the error
// is recon_domain_missing when none of them holds one.
func DomainOf(account lake.Cells) (domain string, from lake.FieldName, err error) {
	first := error(nil)
	for _, f := range []lake.FieldName{"domain", "website", "email"} {
		text := string(account[f])
		if text == "" {
			continue
		}
		d, err := ParseDomain(text)
		if err == nil {
			if f == "website" {
				d = strings.TrimPrefix(d, "www.")
			}
			if f != "email" || !freemail[d] {
				return d, f, nil
			}
			continue
		}
		if first == nil {
			first = err
		}
	}
	if first == nil {
		first = lake.Fail(lake.ErrInvalid, "recon_domain_missing", "The account has no domain, website or e-mail address of its own.")
	}
	return "", "", first
}

// freemail are domains of mailboxes for everybody: they say nothing about a customer.
var freemail = map[string]bool{"qq.com": true, "foxmail.com": true, "163.com": true, "126.com": true, "yeah.net": true, "sina.com": true, "sina.cn": true, "sohu.com": true, "139.com": true,
	"189.cn": true, "wo.cn": true, "aliyun.com": true, "21cn.com": true, "gmail.com": true, "outlook.com": true, "hotmail.com": true, "live.com": true, "yahoo.com": true, "icloud.com": true,
	"me.com": true, "aol.com": true, "gmx.de": true, "gmx.net": true, "web.de": true, "mail.ru": true, "yandex.ru": true, "proton.me": true, "protonmail.com": true}

// clean makes text from strangers fit to be kept and shown: valid UTF-8, one line, no
// control characters, at most so many characters.
func clean(s string, most int) string {
	s = strings.ToValidUTF8(s, "�")
	var b strings.Builder
	n, space := 0, false
	for _, r := range s {
		if unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			space = b.Len() > 0
			continue
		}
		if space {
			b.WriteByte(' ')
			n, space = n+1, false
		}
		if n >= most {
			b.WriteString("…")
			break
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}

// clip cuts to bytes without breaking a character.
func clip(b []byte, most int) []byte {
	if len(b) <= most {
		return b
	}
	for most > 0 && !utf8.RuneStart(b[most]) {
		most--
	}
	return b[:most]
}
