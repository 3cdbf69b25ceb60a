package demo

import (
	"fmt"
	"strings"
	"time"

	"headwater/lake"
)

// How many accounts were looked at from outside, each twice.
const reconCount = 60

// mailHouse is how a company runs its mail.
type mailHouse struct {
	weight   float64
	hoster   string // "": a server of their own
	mx       string // of the hoster
	greeting string // of their own
	product  string
	webmail  string
	tls      string // code and what was negotiated
}

func mailHouses() []mailHouse {
	return []mailHouse{
		{28, "", "", "220 %s Microsoft ESMTP MAIL Service", "Microsoft Exchange", "https://owa.%s → /owa/", "ok TLS 1.2, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
		{18, "", "", "220 %s ESMTP Postfix", "Postfix", "", "missing EHLO offers no STARTTLS"},
		{12, "", "", "220 %s Anti-spam GT for Coremail System", "Coremail", "https://mail.%s (Coremail)", "ok TLS 1.2, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
		{6, "", "", "220 %s ESMTP Service (IBM Domino Release 9.0.1)", "HCL Domino", "http://mail.%s (Domino)", "weak TLS 1.0, TLS_RSA_WITH_AES_256_CBC_SHA"},
		{4, "", "", "220 %s (IMail 8.22) NT-ESMTP Server X1", "IMail", "", "missing EHLO offers no STARTTLS"},
		{14, "腾讯企业邮箱 Tencent Exmail", "5 mxbiz1.qq.com, 10 mxbiz2.qq.com", "", "", "", ""},
		{10, "阿里企业邮箱 Alibaba Mail", "5 mxn.mxhichina.com, 10 mxw.mxhichina.com", "", "", "", ""},
		{4, "网易企业邮箱 NetEase", "5 qiye163mx01.mxmail.netease.com, 10 qiye163mx02.mxmail.netease.com", "", "", "", ""},
	}
}

// makeRecon looks at some accounts with open deals from outside, twice: what differed the
// second time is a change, and some of that an event.
func (w *world) makeRecon() {
	d := newDice(w.seed, "recon")
	seen := 0
	for _, a := range w.accounts {
		if seen >= reconCount {
			return
		}
		if a.domain == "" || len(a.deals) == 0 || a.created.After(w.now.AddDate(0, 0, -90)) || !d.chance(0.4) {
			continue
		}
		seen++
		l := &look{world: w, dice: d, account: a, house: weighted(d, mailHouses(), func(h mailHouse) float64 { return h.weight }),
			keys: map[string]lake.Key{}, before: map[string]lake.Cells{}, ip: fmt.Sprintf("203.0.113.%d", d.between(2, 250))}
		l.run(d.office(w.now.AddDate(0, 0, -d.between(35, 70))), false)
		l.run(d.office(w.now.AddDate(0, 0, -d.between(1, 12))), true)
	}
}

// look is an account's two runs.
type look struct {
	*world
	*dice
	account *account
	house   mailHouse
	ip      string
	keys    map[string]lake.Key
	before  map[string]lake.Cells
	id      lake.Key // of the run
	at      time.Time
	expires time.Time
}

// run writes the findings of one look; a second one may see that something happened.
func (l *look) run(at time.Time, again bool) {
	l.at, l.id = at, l.keyAt(at)
	domain := l.account.domain
	host := "mail." + domain
	if again && l.house.hoster != "" && l.chance(0.3) {
		list := mailHouses()
		if l.house = list[5]; l.before["mx "]["product"] == lake.Cell(l.house.hoster) {
			l.house = list[6]
		}
		l.event("leadership-change", "高层人员变动", "指向发生了变化 · MX "+domain+" · "+l.house.mx)
	}
	l.saw("dns", "", "ok", "NS dns17.hichina.com, dns18.hichina.com", "", nil)
	spf := "missing"
	if l.account.segment == "large" || l.house.hoster != "" {
		spf = "ok"
	}
	l.saw("spf", "", spf, map[string]string{"ok": "v=spf1 mx include:spf." + domain + " -all", "missing": "no record that begins with v=spf1"}[spf], "", nil)
	l.saw("dmarc", "", "missing", "no record under _dmarc", "", nil)
	if l.house.hoster != "" {
		l.saw("mx", "", "hosted", l.house.mx, l.house.hoster, map[string]int{"count": 2})
		l.saw("dkim", "", "found", "key under default", "", map[string]int{"count": 1})
		return
	}
	l.saw("mx", "", "own_server", "10 "+host+" ("+l.ip+")", "", map[string]int{"count": 1})
	l.saw("dkim", "", "missing", "no key under 20 common names", "", map[string]int{"count": 0})
	l.own(host, again)
}

// own looks at a company's own server.
func (l *look) own(host string, again bool) {
	domain := l.account.domain
	ptr := l.before["ptr "+l.ip]["code"]
	if ptr == "" {
		ptr = pick(l.dice, []lake.Cell{"missing", "missing", "match", "generic"})
	}
	l.saw("ptr", l.ip, string(ptr), map[lake.Cell]string{"missing": "no PTR record", "match": host, "generic": strings.ReplaceAll(l.ip, ".", "-") + ".static.isp.example"}[ptr], "", nil)
	if again && l.chance(0.3) {
		l.saw("dnsbl", l.ip, "listed", "SpamCop (127.0.0.2)", "", map[string]int{"count": 1})
		l.event("ip-blacklisted", "IP 被列入黑名单", "IP 出现在黑名单里 · DNSBL "+l.ip+" · SpamCop (127.0.0.2)")
	} else {
		l.saw("dnsbl", l.ip, "clear", "on none of 3 lists", "", map[string]int{"count": 0})
	}
	l.saw("smtp", host, "greeting", fmt.Sprintf(l.house.greeting, host), l.house.product, nil)
	code, value, _ := strings.Cut(l.house.tls, " ")
	l.saw("tls", host, code, value, "", nil)
	if l.house.webmail != "" {
		found := "found"
		if strings.HasPrefix(l.house.webmail, "http:") {
			found = "plain_http"
		}
		l.saw("webmail", "", found, fmt.Sprintf(l.house.webmail, domain), l.house.product, map[string]int{"count": 1})
	} else {
		l.saw("webmail", "", "missing", "1 of 5 common names exist, none shows webmail", "", map[string]int{"count": 0})
	}
	if code == "missing" {
		return
	}
	if l.expires.IsZero() {
		l.expires = l.now.AddDate(0, 0, l.between(-20, 240))
	}
	left := int(l.expires.Sub(l.at).Hours() / 24)
	state := "ok"
	if left < 0 {
		state = "expired"
	}
	l.saw("certificate", host+":25", state, "for "+host+"; until "+l.expires.Format(time.DateOnly)+"; by itself", "", map[string]int{"days_left": left})
}

// saw writes one finding, with what was seen the time before where that was another thing.
func (l *look) saw(what, subject, code, value, product string, numbers map[string]int) {
	name := what + " " + subject
	prev := l.before[name]
	about := subject
	if about == "" {
		about = l.account.domain
	}
	cells := lake.Cells{"title": lake.Cell(strings.ToUpper(what) + " " + about), "domain": lake.Cell(l.account.domain), "what": lake.Cell(what), "subject": lake.Cell(subject),
		"code": lake.Cell(code), "value": lake.Cell(value), "product": lake.Cell(product), "seen_on": lake.Cell(l.at.UTC().Format(time.DateOnly)),
		"seen_at": lake.Cell(l.at.UTC().Format(time.RFC3339)), "changed": "false", "run": lake.Cell(l.id), "account": lake.Cell(l.account.key), "owner": l.world.owner(l.account.owner)}
	for f, n := range numbers {
		cells[lake.FieldName(f)] = intCell(n)
	}
	for f, c := range cells {
		if c == "" {
			delete(cells, f)
		}
	}
	if prev == nil {
		l.keys[name] = l.keyAt(l.at)
	} else if prev["code"] != cells["code"] || prev["value"] != cells["value"] {
		cells["changed"], cells["before"] = "true", prev["code"]+": "+prev["value"]
	}
	l.before[name] = cells
	l.put("findings", l.keys[name], l.at, cells)
}

// event is an occasion that the second look has opened.
func (l *look) event(trigger, title, note string) {
	l.put("events", l.keyAt(l.at), l.at, lake.Cells{"title": lake.Cell(title), "trigger": lake.Cell(trigger), "seen_on": lake.Cell(l.at.UTC().Format(time.DateOnly)),
		"status": "open", "note": lake.Cell(note), "account": lake.Cell(l.account.key), "owner": l.world.owner(l.account.owner)})
}
