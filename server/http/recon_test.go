package httpapi_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"headwater/lake"
	"headwater/sales/recon"
	httpapi "headwater/server/http"
)

// names are a DNS of the test: "name KIND" → the reply.
type names map[string]recon.Reply

func (n names) Ask(_ context.Context, name, kind string) (recon.Reply, error) {
	r, ok := n[name+" "+kind]
	if !ok {
		_, r.Exists = n[name+" NS"]
	} else {
		r.Exists = true
	}
	return r, nil
}

// outside is an office that looks at an internet of the test: kehu.cn with a Postfix of
// its own, cloud.cn hosted.
func outside(t *testing.T) (*office, names) {
	o := newOffice(t)
	mail, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { mail.Close() })
	go func() {
		for {
			conn, err := mail.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				fmt.Fprint(conn, "220 mx.kehu.cn ESMTP Postfix\r\n")
				for in := bufio.NewScanner(conn); in.Scan(); {
					fmt.Fprint(conn, "250 mx.kehu.cn\r\n")
				}
			}()
		}
	}()
	here := netip.MustParseAddr("127.0.0.1")
	n := names{"kehu.cn NS": {Names: []string{"ns.kehu.cn"}}, "kehu.cn MX": {MX: []recon.Entrance{{Preference: 10, Host: "mx.kehu.cn"}}}, "mx.kehu.cn A": {Addresses: []netip.Addr{here}},
		"1.0.0.127.spam.list A": {Addresses: []netip.Addr{netip.MustParseAddr("127.0.0.2")}},
		"cloud.cn NS":           {Names: []string{"ns.cloud.cn"}}, "cloud.cn MX": {MX: []recon.Entrance{{Preference: 5, Host: "mxbiz1.qq.com"}}}}
	prober := recon.NewProber(recon.Config{Resolver: n, Blacklists: []recon.Blacklist{{Name: "Spam", Zone: "spam.list"}}, Timeout: 2 * time.Second, PerSecond: 10_000, PerDomain: 10_000,
		Ports: recon.Ports{SMTP: mail.Addr().(*net.TCPAddr).Port, HTTP: 1, HTTPS: 1},
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			if !netip.MustParseAddrPort(address).Addr().IsLoopback() {
				t.Errorf("a test dials %s", address)
			}
			return new(net.Dialer).DialContext(ctx, network, address)
		}})
	runner, err := recon.OpenRunner(t.Context(), recon.RunnerConfig{Lake: o.lake, Prober: prober, Again: -1})
	must(t, err)
	t.Cleanup(runner.Close)
	handler, err := httpapi.New(httpapi.Config{Lake: o.lake, Access: o.access, Version: "test", Zone: time.UTC, Recon: runner})
	must(t, err)
	o.server.Close()
	o.server = httptest.NewServer(handler)
	t.Cleanup(o.server.Close)
	return o, n
}

// finished waits for a job.
func (o *office) finished(as string, r reply) reply {
	o.t.Helper()
	if r.StatusCode != 202 {
		o.t.Fatalf("%d %s", r.StatusCode, r.text)
	}
	id := r.at(o.t, "id").(string)
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if r = o.ask(as, "GET", "/api/recon/jobs/"+id, ""); r.StatusCode != 200 || r.at(o.t, "state") != "running" {
			return r
		}
	}
	o.t.Fatal("the job doesn't end")
	return r
}

func TestReconnaissanceOfAnAccount(t *testing.T) {
	o, dns := outside(t)
	kehu := o.make("seller", "accounts", `{"name":"客户甲","website":"https://www.kehu.cn/zh","owner":"`+string(o.people["seller"].ID)+`"}`)
	nothing := o.make("owner", "accounts", `{"name":"无网址"}`)
	sample := o.make("owner", "accounts", `{"name":"样例","domain":"sample.example"}`)
	o.tell(
		story{name: "nothing is known yet", as: "seller", ask: "GET /api/accounts/" + kehu + "/recon", status: 200, want: []string{`"domain":"kehu.cn"`, `"domain_from":"website"`, `"findings":[]`, `"opted_out":false`}},
		story{name: "no domain", as: "owner", ask: "GET /api/accounts/" + nothing + "/recon", status: 200, want: []string{`"code":"recon_domain_missing"`}},
		story{name: "nothing to look at", as: "owner", ask: "POST /api/accounts/" + nothing + "/recon", status: 422, want: []string{`"code":"recon_domain_missing"`}},
		story{name: "a reserved name", as: "owner", ask: "POST /api/accounts/" + sample + "/recon", status: 422, want: []string{`"code":"recon_domain_reserved"`}},
		story{name: "viewers send no packets", as: "viewer", ask: "POST /api/accounts/" + kehu + "/recon", status: 403},
		story{name: "a branch", as: "owner", ask: "POST /api/branches", body: `{"name":"what-if"}`, status: 201},
		story{name: "sends none either", as: "owner", ask: "POST /api/accounts/" + kehu + "/recon?branch=what-if", status: 403, want: []string{`"code":"recon_main_only"`}},
		story{name: "nor in bulk", as: "owner", ask: "POST /api/recon/jobs?branch=what-if", body: `{"domains":["kehu.cn"]}`, status: 403, want: []string{`"code":"recon_main_only"`}},
	)
	r := o.finished("seller", o.ask("seller", "POST", "/api/accounts/"+kehu+"/recon", "", "Accept-Language", "en"))
	for _, want := range []string{`"state":"done"`, `"outcome":"done"`, `"actor_name":"The seller"`, `"events":1`} {
		if !strings.Contains(r.text, want) {
			t.Errorf("%q is missing in %s", want, r.text)
		}
	}
	o.tell(
		story{name: "findings with meaning, argument and names", as: "seller", ask: "GET /api/accounts/" + kehu + "/recon", status: 200,
			want: []string{`"code":"own_server"`, `"product":"Postfix"`, `"id":"banner-postfix"`, `"strength":"strong"`, `"pack":"enterprise-mail"`, `Spam (127.0.0.2)`, `"id":"ip-blacklisted"`, `"title":"The IP is blacklisted"`,
				`"names":{`, `"proposal":{"name":"Postfix","kind":"mail"`, `"asked":["DNS NS kehu.cn"`, `"what":"tls","subject":"mx.kehu.cn","code":"missing"`}},
		story{name: "records like all others", as: "seller", ask: "GET /api/records/findings?filter=what%20%3D%20mx", status: 200, want: []string{`"account":"` + kehu, `"seen_at":"`, `"value":"10 mx.kehu.cn (127.0.0.1)"`}},
		story{name: "no system is written silently", as: "seller", ask: "GET /api/records/systems", status: 200, want: []string{`"items":[]`}},
		story{name: "the audit", as: "admin", ask: "GET /api/recon/runs?domain=kehu.cn", status: 200, want: []string{`"actor_name":"The seller"`, `"DNS MX kehu.cn"`, `EHLO, STARTTLS, QUIT`}},
		story{name: "is for administrators", as: "seller", ask: "GET /api/recon/runs", status: 403},
		story{name: "the history says who and why", as: "seller", ask: "GET /api/revisions?limit=3", status: 200, want: []string{"Reconnaissance of kehu.cn (DNS, MX,", "The seller"}},
		story{name: "a job is one's own", as: "outsider", ask: "GET /api/recon/jobs", status: 401},
	)
	dns["kehu.cn MX"] = recon.Reply{MX: []recon.Entrance{{Preference: 5, Host: "mxbiz1.qq.com"}}}
	o.finished("seller", o.ask("seller", "POST", "/api/accounts/"+kehu+"/recon", ""))
	o.tell(
		story{name: "what changed", as: "seller", ask: "GET /api/accounts/" + kehu + "/recon", status: 200,
			want:   []string{`"changed":true,"before":"own_server: 10 mx.kehu.cn (127.0.0.1)"`, `"kind":"gone","what":"smtp"`, `"id":"changed-since"`, `"code":"hosted"`, `腾讯`},
			absent: []string{`"code":"own_server"`}},
		story{name: "on the branch it is as it was", as: "owner", ask: "GET /api/accounts/" + kehu + "/recon?branch=what-if", status: 200, want: []string{`"findings":[]`}},
	)
}

func TestReconnaissanceInBulk(t *testing.T) {
	o, _ := outside(t)
	kehu := o.make("owner", "accounts", `{"name":"客户甲","domain":"kehu.cn","city":"杭州"}`)
	o.make("owner", "accounts", `{"name":"客户乙","domain":"cloud.cn","city":"杭州"}`)
	o.make("owner", "opt_outs", `{"domain":"secret.cn","reason":"客户要求"}`)
	r := o.finished("owner", o.ask("owner", "POST", "/api/recon/jobs", `{"domains":["https://Kehu.cn/","kehu.cn","mail.secret.cn","no domain","nobody.cn"]}`))
	for _, want := range []string{`"total":4`, `"done":4`, `"account":"` + kehu + `","name":"客户甲","domain":"kehu.cn","outcome":"done"`, `"domain":"mail.secret.cn","outcome":"opted_out"`,
		`"domain":"no domain","outcome":"skipped","code":"recon_domain_invalid"`, `"domain":"nobody.cn","outcome":"done"`, `"what":"dns","code":"missing"`} {
		if !strings.Contains(r.text, want) {
			t.Errorf("%q is missing in %s", want, r.text)
		}
	}
	r = o.finished("owner", o.ask("owner", "POST", "/api/recon/jobs", `{"filter":"city = \"杭州\""}`))
	if r.at(t, "total") != 2.0 || r.at(t, "outcomes.done") != 2.0 {
		t.Error(r.text)
	}
	r = o.finished("owner", o.ask("owner", "POST", "/api/recon/jobs", `{"ids":["`+kehu+`"]}`))
	if r.at(t, "total") != 1.0 {
		t.Error(r.text)
	}
	many := `{"domains":["` + strings.Join(strings.Split(strings.Repeat("a.cn ", 5001), " "), `","`) + `"]}`
	o.tell(
		story{name: "neither nor", as: "owner", ask: "POST /api/recon/jobs", body: `{}`, status: 422, want: []string{`"code":"recon_targets_invalid"`}},
		story{name: "both", as: "owner", ask: "POST /api/recon/jobs", body: `{"ids":[],"domains":["a.cn"]}`, status: 422, want: []string{`"code":"recon_targets_invalid"`}},
		story{name: "none", as: "owner", ask: "POST /api/recon/jobs", body: `{"filter":"city = \"火星\""}`, status: 422, want: []string{`"code":"recon_nothing"`}},
		story{name: "too many", as: "owner", ask: "POST /api/recon/jobs", body: many, status: 422},
		story{name: "the jobs", as: "owner", ask: "GET /api/recon/jobs", status: 200, want: []string{`"state":"done"`, `"total":4`}, absent: []string{`"items":[{"account"`}},
		story{name: "of others", as: "seller", ask: "GET /api/recon/jobs", status: 200, want: []string{`"items":[]`}},
		story{name: "an unknown one", as: "owner", ask: "GET /api/recon/jobs/x", status: 404, want: []string{`"code":"job_unknown"`}},
	)
}

// TestABranchAsksNothing: a job on main, then the same findings seen on a branch.
func TestFindingsOnABranch(t *testing.T) {
	o, _ := outside(t)
	kehu := o.make("owner", "accounts", `{"name":"客户甲","domain":"kehu.cn"}`)
	o.finished("owner", o.ask("owner", "POST", "/api/accounts/"+kehu+"/recon", ""))
	o.tell(
		story{name: "branch", as: "owner", ask: "POST /api/branches", body: `{"name":"b"}`, status: 201},
		story{name: "another meaning on it", as: "owner", ask: "PATCH /api/records/findings/" + string(recon.KeyOf(lake.Key(kehu), "kehu.cn", "mx", "")) + "?branch=b", body: `{"cells":{"code":"hosted"}}`, status: 200},
		story{name: "the branch argues so", as: "owner", ask: "GET /api/accounts/" + kehu + "/recon?branch=b", status: 200, want: []string{`"id":"mx-hosted"`}, absent: []string{`"id":"mx-own"`}},
		story{name: "main as before", as: "owner", ask: "GET /api/accounts/" + kehu + "/recon", status: 200, want: []string{`"id":"mx-own"`}, absent: []string{`"id":"mx-hosted"`}},
	)
}
