package recon_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"headwater/sales/recon"
	"headwater/source"
)

// selfHosted is a firm with an Exchange of its own.
func selfHosted(n *internet, until time.Time) *post {
	n.has("kehu.cn NS ns1.hichina.com.", "kehu.cn NS ns2.hichina.com.", "kehu.cn MX 10 mail.kehu.cn.", "mail.kehu.cn A 127.0.0.11",
		"11.0.0.127.in-addr.arpa PTR mail.kehu.cn.", "kehu.cn TXT v=spf1 mx ip4:127.0.0.12 -all", "kehu.cn TXT other=text",
		"_dmarc.kehu.cn TXT v=DMARC1; p=none; rua=mailto:a@kehu.cn", "s1._domainkey.kehu.cn TXT v=DKIM1; k=rsa; p="+strings.Repeat("A", 390),
		"google._domainkey.kehu.cn TXT v=DKIM1; p=", "owa.kehu.cn A 127.0.0.13", "zen.list TXT x", "spam.list TXT x",
		"12.0.0.127.spam.list A 127.0.0.4", "12.0.0.127.spam.list A 127.0.0.2", "11.0.0.127.secretkey.zen.list A 127.255.255.254")
	cert := certificate(n.t, until, "mail.kehu.cn")
	n.web("127.0.0.13", &cert, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://owa.kehu.cn/owa/?x=1", http.StatusFound)
	})
	return n.mail("127.0.0.11", &post{greeting: "220 mail.kehu.cn Microsoft ESMTP MAIL Service ready at Sun, 22 Nov 2026 08:31:00 +0800", extensions: []string{"SIZE 37748736", "X-EXPS GSSAPI NTLM"}, cert: &cert})
}

func TestASelfHostedExchange(t *testing.T) {
	n := newInternet(t)
	server := selfHosted(n, time.Now().AddDate(0, 0, 20))
	r := n.look(n.prober(), "kehu.cn")
	want := "dns ok; mx own_server; spf ok; dkim found; dmarc none; ptr 127.0.0.11 match; dnsbl 127.0.0.11 clear; ptr 127.0.0.12 missing; dnsbl 127.0.0.12 listed; " +
		"smtp mail.kehu.cn greeting; tls mail.kehu.cn ok; certificate mail.kehu.cn:" + strconv.Itoa(n.ports.SMTP) + " ok; certificate owa.kehu.cn:" + strconv.Itoa(n.ports.HTTPS) + " mismatch; webmail found"
	if short(r) != want {
		t.Errorf("seen\n%s, want\n%s", short(r), want)
	}
	for _, c := range []struct{ what, subject, value, product string }{
		{"dns", "", "NS ns1.hichina.com, ns2.hichina.com", ""},
		{"mx", "", "10 mail.kehu.cn (127.0.0.11)", ""},
		{"smtp", "mail.kehu.cn", "220 mail.kehu.cn Microsoft ESMTP MAIL Service", "Microsoft Exchange"},
		{"webmail", "", "https://owa.kehu.cn → https://owa.kehu.cn/owa/", "Microsoft Exchange"},
		{"dkim", "", "key under s1", ""},
		{"dnsbl", "127.0.0.11", "on none of 1 lists", ""}, // the other one refused to answer
		{"dnsbl", "127.0.0.12", "Spam (127.0.0.2, 127.0.0.4)", ""},
	} {
		if o := one(t, r, c.what, c.subject); o.Value != c.value || o.Product != c.product || o.At.IsZero() {
			t.Errorf("%s: %q by %q", c.what, o.Value, o.Product)
		}
	}
	if o := one(t, r, "certificate", "mail.kehu.cn:"+strconv.Itoa(n.ports.SMTP)); *o.DaysLeft != 19 || !strings.Contains(o.Value, "by itself") {
		t.Errorf("%d days, %s", *o.DaysLeft, o.Value)
	}
	if said := server.said(); said != "EHLO seller.example|STARTTLS|QUIT" {
		t.Errorf("said %s", said)
	}
	if len(r.Unanswered) != 0 {
		t.Errorf("unanswered %v", r.Unanswered)
	}
	for _, q := range r.Asked {
		if strings.Contains(q, "secretkey") {
			t.Errorf("the key of a list is told: %s", q)
		}
	}
	if !slices.Contains(r.Asked, "DNS A 12.0.0.127.Zen") || !slices.Contains(r.Asked, "DNS MX kehu.cn") {
		t.Errorf("asked %q", r.Asked)
	}
}

func TestWhoRunsTheMail(t *testing.T) {
	for _, c := range []struct{ records, code, product string }{
		{"MX 5 mxbiz1.qq.com.|MX 10 mxbiz2.qq.com.", "hosted", "Tencent"},
		{"MX 5 mxn.mxhichina.com.", "hosted", "Alibaba"},
		{"MX 5 qiye163mx01.mxmail.netease.com.", "hosted", "NetEase"},
		{"MX 0 x-cn.mail.protection.outlook.com.", "hosted", "Microsoft 365"},
		{"MX 0 x-cn.mail.protection.partner.outlook.cn.", "hosted", "21Vianet"},
		{"MX 1 aspmx.l.google.com.|MX 5 alt1.aspmx.l.google.com.", "hosted", "Google"},
		{"MX 10 mx.some-isp.cn.", "hosted", "some-isp.cn"},
		{"MX 10 mx1.x.iphmx.com.", "gateway", "Cisco"},
		{"MX 10 mail.a.cn.", "own_server", ""},
		{"MX 0 .", "none", ""},
		{"", "none", ""},
	} {
		n := newInternet(t)
		n.has("a.cn NS ns.a.cn.")
		for line := range strings.SplitSeq(c.records, "|") {
			if line != "" {
				n.has("a.cn " + line)
			}
		}
		o := one(t, n.look(n.prober(), "a.cn"), "mx", "")
		if o.Code != c.code || !strings.Contains(o.Product, c.product) || c.product == "" && o.Product != "" {
			t.Errorf("%s: %s by %q (%s)", c.records, o.Code, o.Product, o.Value)
		}
	}
	n := newInternet(t)
	n.has("a.cn MX 10 mx.a.cn.", "mx.a.cn CNAME mxbiz1.qq.com.", "mxbiz1.qq.com A 127.0.0.9", "b.cn MX 10 mx.b.cn.", "mx.b.cn A 127.0.0.8", "8.0.0.127.in-addr.arpa PTR out1.mxhichina.com.",
		"c.cn MX 10 c-cn.pphosted.com.", "autodiscover.c.cn CNAME autodiscover.outlook.com.", "autodiscover.outlook.com A 127.0.0.9")
	for domain, product := range map[string]string{"a.cn": "Tencent", "b.cn": "Alibaba", "c.cn": "Microsoft 365 (Proofpoint)"} {
		if o := one(t, n.look(n.prober(), domain), "mx", ""); o.Code != "hosted" || !strings.Contains(o.Product, product) {
			t.Errorf("%s: %s by %s", domain, o.Code, o.Product)
		}
	}
	if len(n.dials) > 0 {
		t.Errorf("hosters were connected to: %v", n.dials)
	}
}

func TestReverseNames(t *testing.T) {
	for _, c := range []struct{ ptr, forward, code string }{
		{"", "", "missing"}, {"mail.a.cn", "127.0.0.11", "match"}, {"mail.a.cn", "127.0.0.99", "mismatch"}, {"gone.a.cn", "", "mismatch"},
		{"11.0.0.127.static.isp.cn", "127.0.0.11", "generic"}, {"host-127-0-0-11.isp.cn", "", "generic"}, {"x7f00000b.isp.cn", "127.0.0.11", "generic"}, {"adsl-7.isp.cn", "127.0.0.11", "generic"},
	} {
		n := newInternet(t)
		n.has("a.cn MX 1 mx.a.cn.", "mx.a.cn A 127.0.0.11")
		if c.ptr != "" {
			n.has("11.0.0.127.in-addr.arpa PTR " + c.ptr + ".")
		}
		if c.forward != "" {
			n.has(c.ptr + " A " + c.forward)
		}
		if o := one(t, n.look(n.prober(), "a.cn"), "ptr", "127.0.0.11"); o.Code != c.code {
			t.Errorf("%v: %s", c, o.Code)
		}
	}
}

func TestPolicies(t *testing.T) {
	for _, c := range []struct{ records, spf string }{
		{"", "missing"}, {"v=spf1 -all", "ok"}, {"v=spf1 ~all", "ok"}, {"v=spf1 +all", "permissive"}, {"v=spf1 ?all", "permissive"}, {"v=spf1 mx", "permissive"}, {"v=spf1 all", "permissive"},
		{"v=spf1 -all|v=spf1 ~all", "invalid"}, {"v=spf1 include:inc.cn -all", "ok"}, {"v=spf1 include:nothing.cn -all", "invalid"}, {"v=spf1 include:loop.cn -all", "invalid"},
		{"v=spf1 redirect=inc.cn", "ok"}, {"v=spf1 redirect=open.cn", "permissive"}, {"v=spf1 ip4:300.1.1.1 -all", "invalid"}, {"v=spf1 nonsense -all", "invalid"},
		{"v=spf1 x=y -all", "ok"}, {"v=spf10 -all", "missing"}, {"v=spf1 include:%{i}._spf.a.cn -all", "ok"}, {"V=SPF1 -ALL", "ok"},
		{"v=spf1 a mx a:1.a.cn a:2.a.cn a:3.a.cn a:4.a.cn a:5.a.cn a:6.a.cn a:7.a.cn exists:8.a.cn a:9.a.cn -all", "invalid"},
	} {
		n := newInternet(t)
		n.has("a.cn NS ns.a.cn.", "inc.cn TXT v=spf1 ip4:127.0.0.0/24 -all", "loop.cn TXT v=spf1 include:loop2.cn", "loop2.cn TXT v=spf1 include:loop.cn", "open.cn TXT v=spf1 ?all")
		for record := range strings.SplitSeq(c.records, "|") {
			if record != "" {
				n.has("a.cn TXT " + record)
			}
		}
		if o := one(t, n.look(n.prober(), "a.cn"), "spf", ""); o.Code != c.spf {
			t.Errorf("%q: %s %s", c.records, o.Code, o.Value)
		}
	}
	for _, c := range []struct{ domain, records, code string }{
		{"a.cn", "", "missing"}, {"a.cn", "_dmarc.a.cn TXT v=DMARC1; p=none", "none"}, {"a.cn", "_dmarc.a.cn TXT v=DMARC1; p=Reject", "enforced"}, {"a.cn", "_dmarc.a.cn TXT v=DMARC1; p=quarantine", "enforced"},
		{"a.cn", "_dmarc.a.cn TXT v=DMARC1; p=reject|_dmarc.a.cn TXT v=DMARC1; p=none", "missing"}, {"sub.a.cn", "_dmarc.a.cn TXT v=DMARC1; p=none; sp=reject", "enforced"},
		{"sub.a.cn", "_dmarc.a.cn TXT v=DMARC1; p=reject|_dmarc.sub.a.cn TXT v=DMARC1; p=none", "none"},
	} {
		n := newInternet(t)
		n.has(c.domain + " NS ns.a.cn.")
		for record := range strings.SplitSeq(c.records, "|") {
			if record != "" {
				n.has(record)
			}
		}
		if o := one(t, n.look(n.prober(), c.domain), "dmarc", ""); o.Code != c.code {
			t.Errorf("%v: %s", c, o.Code)
		}
	}
}

func TestCertificatesAndEncryption(t *testing.T) {
	now := time.Now()
	for _, c := range []struct {
		name       string
		until      time.Time
		max        uint16
		none       bool
		tls, cert  string
		low, hight int
	}{
		{"mx.a.cn", now.AddDate(0, 3, 0), 0, false, "ok", "ok", 88, 92},
		{"mx.a.cn", now.Add(-time.Hour), 0, false, "ok", "expired", -1, -1},
		{"mx.a.cn", now.AddDate(0, 0, -40), tls.VersionTLS11, false, "weak", "expired", -40, -40},
		{"else.cn", now.AddDate(0, 0, 10), tls.VersionTLS12, false, "ok", "mismatch", 9, 10},
		{"mx.a.cn", now, 0, true, "missing", "", 0, 0},
	} {
		n := newInternet(t)
		n.has("a.cn MX 1 mx.a.cn.", "mx.a.cn A 127.0.0.11")
		cert := certificate(t, c.until, c.name)
		p := &post{greeting: "220 mx.a.cn ESMTP Postfix", cert: &cert, max: c.max}
		if c.none {
			p.cert = nil
		}
		n.mail("127.0.0.11", p)
		r := n.look(n.prober(), "a.cn")
		if o := one(t, r, "tls", "mx.a.cn"); o.Code != c.tls {
			t.Errorf("%v: encryption %s %s", c, o.Code, o.Value)
		}
		if o := one(t, r, "smtp", "mx.a.cn"); o.Product != "Postfix" {
			t.Errorf("product %q", o.Product)
		}
		if c.cert == "" {
			if strings.Contains(short(r), "certificate") {
				t.Error(short(r))
			}
			continue
		}
		if o := one(t, r, "certificate", "mx.a.cn:"+strconv.Itoa(n.ports.SMTP)); o.Code != c.cert || *o.DaysLeft < c.low || *o.DaysLeft > c.hight {
			t.Errorf("%v: certificate %s, %d days", c, o.Code, *o.DaysLeft)
		}
	}
}

func TestDeadAndSlowServers(t *testing.T) {
	n := newInternet(t)
	n.has("dead.cn MX 1 mx.dead.cn.", "mx.dead.cn A 127.0.0.21", "slow.cn MX 1 mx.slow.cn.", "mx.slow.cn A 127.0.0.22", "none.cn MX 1 mx.none.cn.",
		"shut.cn MX 1 mx.shut.cn.", "mx.shut.cn A 127.0.0.23", "busy.cn MX 1 mx.busy.cn.", "mx.busy.cn A 127.0.0.24")
	hold := make(chan struct{})
	defer close(hold)
	n.mail("127.0.0.22", &post{talk: func(c net.Conn) { <-hold }})
	n.mail("127.0.0.23", &post{talk: func(c net.Conn) {}})
	n.mail("127.0.0.24", &post{talk: func(c net.Conn) { fmt.Fprint(c, "421 mx.busy.cn too many connections, Exim\r\n") }})
	quick := n.prober(func(c *recon.Config) { c.Timeout = 300 * time.Millisecond })
	for domain, code := range map[string]string{"dead.cn": "unreachable", "slow.cn": "unreachable", "none.cn": "unreachable", "shut.cn": "unreachable", "busy.cn": "greeting"} {
		begin := time.Now()
		if o := one(t, n.look(quick, domain), "smtp", "mx."+domain); o.Code != code {
			t.Errorf("%s: %s %s", domain, o.Code, o.Value)
		}
		if took := time.Since(begin); took > 15*time.Second {
			t.Errorf("%s took %v", domain, took)
		}
	}

	// A port that never answers says nothing as long as no mail server could be reached.
	never := func(c *recon.Config) {
		c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			if strings.HasPrefix(address, "127.0.0.21:") {
				return nil, context.DeadlineExceeded
			}
			return n.dial(ctx, network, address)
		}
	}
	p := n.prober(never)
	if why := whys(n.look(p, "dead.cn"), "smtp"); !slices.Equal(why, []string{"no_way_out"}) {
		t.Errorf("a net that may let nothing out: %v", why)
	}
	n.look(p, "busy.cn")
	if o := one(t, n.look(p, "dead.cn"), "smtp", "mx.dead.cn"); o.Code != "unreachable" {
		t.Error("others could be reached, so this one is silent by itself")
	}
}

func TestAHostileGreeting(t *testing.T) {
	for name, talk := range map[string]func(net.Conn){
		"endless line": func(c net.Conn) {
			for {
				if _, err := c.Write(bytes.Repeat([]byte("A"), 1<<16)); err != nil {
					return
				}
			}
		},
		"endless lines": func(c net.Conn) {
			for {
				if _, err := c.Write([]byte("220-more\r\n")); err != nil {
					return
				}
			}
		},
		"binary":       func(c net.Conn) { _, _ = c.Write([]byte("\x00\xff\xfe220 \x1b[31m\u202eevil\x07\r\n")) },
		"not a number": func(c net.Conn) { _, _ = c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")) },
		"endless hello": func(c net.Conn) {
			fmt.Fprint(c, "220 x ESMTP Postfix\r\n")
			_, _ = c.Write(bytes.Repeat([]byte("250-X\r\n"), 1<<16))
		},
	} {
		t.Run(name, func(t *testing.T) {
			n := newInternet(t)
			n.has("a.cn MX 1 mx.a.cn.", "mx.a.cn A 127.0.0.11")
			n.mail("127.0.0.11", &post{talk: talk})
			o := one(t, n.look(n.prober(), "a.cn"), "smtp", "mx.a.cn")
			if o.Code != "greeting" || len(o.Value) > 900 || strings.ContainsAny(o.Value, "\x00\x07\x1b\u202e\n") {
				t.Errorf("%s %q", o.Code, o.Value)
			}
		})
	}
}

func TestTheHostNameIsNoProduct(t *testing.T) {
	n := newInternet(t)
	n.has("a.cn MX 1 imail.a.cn.", "imail.a.cn A 127.0.0.11", "mail.a.cn A 127.0.0.12")
	n.mail("127.0.0.11", &post{greeting: "220 imail.a.cn ESMTP"})
	n.web("127.0.0.12", nil, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<html><title>mail.a.cn heyou</title><form><input type="password"></form>`)
	})
	r := n.look(n.prober(), "a.cn")
	if o := one(t, r, "smtp", "imail.a.cn"); o.Product != "" {
		t.Errorf("product %q", o.Product)
	}
	if o := one(t, r, "webmail", ""); o.Product != "" || o.Code != "plain_http" {
		t.Errorf("webmail %s %q %s", o.Code, o.Product, o.Value)
	}
}

func TestWebmailThatIsNone(t *testing.T) {
	n := newInternet(t)
	n.has("a.cn NS ns.a.cn.", "mail.a.cn A 127.0.0.12", "webmail.a.cn A 127.0.0.13")
	gets := 0
	n.web("127.0.0.12", nil, func(w http.ResponseWriter, _ *http.Request) {
		gets++
		fmt.Fprint(w, `<title>Welcome to nginx</title> roundcube`)
	})
	r := n.look(n.prober(), "a.cn")
	if o := one(t, r, "webmail", ""); o.Code != "missing" || !strings.HasPrefix(o.Value, "2 of 5") {
		t.Errorf("%s %s", o.Code, o.Value)
	}
	if gets != 1 {
		t.Errorf("%d requests", gets)
	}
}

func TestTheDNSInTrouble(t *testing.T) {
	n := newInternet(t)
	n.has("chain.cn NS ns.chain.cn.", "chain.cn MX 1 m0.chain.cn.", "loop.cn NS ns.loop.cn.", "loop.cn MX 1 a.loop.cn.", "a.loop.cn CNAME b.loop.cn.", "b.loop.cn CNAME a.loop.cn.",
		"self.cn CNAME self.cn.", "short.cn NS ns.short.cn.", "short.cn TXT v=spf1 -all", "quiet.cn NS ns.quiet.cn.", "quiet.cn TXT v=spf1 -all")
	for i := range 20 {
		n.has(fmt.Sprintf("m%d.chain.cn CNAME m%d.chain.cn.", i, i+1))
	}
	n.behaves(func(name string) string {
		for end, how := range map[string]string{"short.cn": "short", "quiet.cn": "silent", "broken.cn": "broken", "dead.cn": "dead"} {
			if strings.HasSuffix(name, end) {
				return how
			}
		}
		return ""
	})
	p := n.prober()
	for domain, want := range map[string]string{"nowhere.cn": "dns missing", "broken.cn": "dns unanswered", "dead.cn": "dns unanswered", "self.cn": "dns unanswered"} {
		if got := short(n.look(p, domain)); got != want {
			t.Errorf("%s: %s", domain, got)
		}
	}
	for _, domain := range []string{"short.cn", "quiet.cn"} { // over TCP
		if o := one(t, n.look(n.prober(), domain), "spf", ""); o.Code != "ok" {
			t.Errorf("%s: %s", domain, o.Code)
		}
	}
	for _, domain := range []string{"chain.cn", "loop.cn"} {
		r := n.look(p, domain)
		if why := whys(r, "smtp"); !slices.Equal(why, []string{"loop"}) {
			t.Errorf("%s: %v %s", domain, why, short(r))
		}
		if len(r.Asked) > 100 {
			t.Errorf("%d questions", len(r.Asked))
		}
	}
}

func TestNoPacketToWhoOptedOut(t *testing.T) {
	n := newInternet(t)
	selfHosted(n, time.Now().AddDate(1, 0, 0))
	r, err := n.prober().Probe(t.Context(), "kehu.cn", recon.Watch{Barred: recon.NewOptOuts([]string{"https://www.Kehu.cn/", "kehu.cn"}).Holds})
	must(t, err)
	if len(n.questions()) > 0 || len(n.dials) > 0 || len(r.Asked) > 0 || !slices.Equal(whys(r, "dns"), []string{"opted_out"}) {
		t.Errorf("asked %v, dialled %v: %v", n.questions(), n.dials, r.Unanswered)
	}
	// A part of the domain: the rest may be asked, that part not.
	_, err = n.prober().Probe(t.Context(), "kehu.cn", recon.Watch{Barred: recon.NewOptOuts([]string{"mail.kehu.cn"}).Holds})
	must(t, err)
	for _, q := range n.questions() {
		if strings.HasSuffix(q, " mail.kehu.cn") {
			t.Errorf("asked %s", q)
		}
	}
	for _, d := range n.dials {
		if strings.HasPrefix(d, "127.0.0.11:") {
			t.Errorf("dialled %s", d)
		}
	}
}

func TestPrivateAddressesAreLeftAlone(t *testing.T) {
	n := newInternet(t)
	server := selfHosted(n, time.Now().AddDate(1, 0, 0))
	r := n.look(n.prober(func(c *recon.Config) {
		c.Private, c.Dial = source.Private, source.Guard{}.Dial
	}), "kehu.cn")
	if o := one(t, r, "smtp", "mail.kehu.cn"); o.Code != "unreachable" || !strings.Contains(o.Value, "private") {
		t.Errorf("%s %s", o.Code, o.Value)
	}
	if server.said() != "" || strings.Contains(short(r), "dnsbl") {
		t.Errorf("%s; %s", server.said(), short(r))
	}
}

func TestLimits(t *testing.T) {
	n := newInternet(t)
	n.has("a.cn NS ns.a.cn.", "b.cn NS ns.b.cn.")
	p := n.prober(func(c *recon.Config) { c.PerSecond, c.PerDomain = 1000, 20 })
	begin := time.Now()
	r := n.look(p, "a.cn")
	least := time.Duration(len(r.Asked)-20) * time.Second / 20 // the first 20 go at once
	if len(r.Asked) < 30 || time.Since(begin) < least {
		t.Errorf("%d questions in %v", len(r.Asked), time.Since(begin))
	}
	p = n.prober(func(c *recon.Config) { c.PerSecond, c.PerDomain = 10, 1000 })
	begin = time.Now()
	ctx, stop := context.WithTimeout(t.Context(), 1100*time.Millisecond)
	defer stop()
	r, err := p.Probe(ctx, "a.cn", recon.Watch{})
	if len(r.Asked) > 24 || len(r.Asked) < 15 || !slices.Contains(whys(r, "webmail"), "limit") {
		t.Errorf("%d questions in %v: %v %v", len(r.Asked), time.Since(begin), err, r.Unanswered)
	}
}

func TestDomains(t *testing.T) {
	for in, want := range map[string]string{
		"Kehu.CN": "kehu.cn", " https://www.kehu.cn/a?b ": "www.kehu.cn", "a@kehu.cn": "kehu.cn", "kehu.cn.": "kehu.cn", "客户.cn": "xn--ubt06m.cn", "kehu.cn:8080": "kehu.cn", "kehu.cn/path": "kehu.cn",
		"http://u:p@kehu.cn:80/x": "kehu.cn",
		"":                        "recon_domain_invalid", "kehu": "recon_domain_invalid", "10.0.0.1": "recon_domain_invalid", "com.cn": "recon_domain_invalid", "a b.cn": "recon_domain_invalid", "a..cn": "recon_domain_invalid",
		"[::1]": "recon_domain_invalid", strings.Repeat("a", 70) + ".cn": "recon_domain_invalid", "x.example": "recon_domain_reserved", "printer.local": "recon_domain_reserved", "1.0.0.127.in-addr.arpa": "recon_domain_reserved",
	} {
		got, err := recon.ParseDomain(in)
		if err != nil {
			got = code(err)
		}
		if got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func TestBlacklistsAreRead(t *testing.T) {
	list, err := recon.ParseBlacklists("Zen=KEY.zen.dq.spamhaus.net, bl.spamcop.net")
	if err != nil || len(list) != 2 || list[0] != (recon.Blacklist{Name: "Zen", Zone: "key.zen.dq.spamhaus.net"}) || list[1].Name != "bl.spamcop.net" {
		t.Errorf("%v %v", list, err)
	}
	if list, err := recon.ParseBlacklists("none"); err != nil || len(list) != 0 {
		t.Errorf("%v %v", list, err)
	}
	for _, bad := range []string{"nodot", "x=", "a b.cn", "http://x.cn"} {
		if _, err := recon.ParseBlacklists(bad); code(err) != "recon_blacklist_invalid" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
