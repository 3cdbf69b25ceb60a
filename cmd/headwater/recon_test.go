//go:build duckdb_arrow

package main

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// nameServer answers on loopback: kehu.cn takes mail at a hoster, other names aren't there.
func nameServer(t *testing.T) string {
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	records := map[string]string{"kehu.cn. NS": "kehu.cn. 60 IN NS ns.kehu.cn.", "kehu.cn. MX": "kehu.cn. 60 IN MX 5 mxbiz1.qq.com.", "kehu.cn. TXT": `kehu.cn. 60 IN TXT "v=spf1 -all"`}
	s := &dns.Server{PacketConn: pc, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg).SetReply(q)
		name := strings.ToLower(q.Question[0].Name)
		if text := records[name+" "+dns.TypeToString[q.Question[0].Qtype]]; text != "" {
			rr, err := dns.NewRR(text)
			if err != nil {
				t.Error(err)
			}
			m.Answer = append(m.Answer, rr)
		} else if name != "kehu.cn." {
			m.Rcode = dns.RcodeNameError
		}
		_ = w.WriteMsg(m)
	})}
	go func() { _ = s.ActivateAndServe() }()
	t.Cleanup(func() { _ = s.Shutdown() })
	return pc.LocalAddr().String()
}

func TestReconnaissanceFromTheCommandLine(t *testing.T) {
	t.Setenv("LANG", "en")
	at := []string{"--recon-resolver", nameServer(t), "--recon-blacklists", "none"}
	c := cli{t, filepath.Join(t.TempDir(), "data")}
	do := func(code int, want string, args ...string) string {
		t.Helper()
		args = append([]string{"recon"}, append(at, args...)...)
		out, got := c.run(args...)
		if got != code || !strings.Contains(out, want) {
			t.Errorf("%v: exit code %d, want %d with %q in\n%s", args, got, code, want, out)
		}
		return out
	}
	do(0, "no list of opt-outs is consulted", "kehu.cn")
	do(0, "are you content with response", "https://www.kehu.cn@kehu.cn")
	do(1, "This is no domain", "kaput")
	out := do(0, `"domain":"kehu.cn"`, "--json", "kehu.cn")
	var seen struct {
		Findings []struct{ What, Code, Product string }
		Asked    []string
	}
	_, line, _ := strings.Cut(out, "\n")
	if err := json.Unmarshal([]byte(line), &seen); err != nil || len(seen.Findings) == 0 || len(seen.Asked) == 0 {
		t.Fatalf("%v in %s", err, out)
	}
	if mx := seen.Findings[1]; mx.What != "mx" || mx.Code != "hosted" || !strings.Contains(mx.Product, "Tencent") {
		t.Errorf("%+v", mx)
	}
	put := func(entity, line string) {
		t.Helper()
		file := filepath.Join(t.TempDir(), "lines")
		if err := os.WriteFile(file, []byte(line), 0o600); err != nil {
			t.Fatal(err)
		}
		c.story(0, "revision", "put", entity, file)
	}
	put("accounts", `{"name":"Acme","domain":"kehu.cn"}`)
	do(0, "kehu.cn  Acme: 6 findings", "--save", "kehu.cn")
	c.story(0, "mxbiz1.qq.com", "query", "SELECT value FROM findings WHERE what = 'mx'")
	put("opt_outs", `{"domain":"kehu.cn"}`)
	do(1, "opted out", "mail.kehu.cn")
	do(1, "opted out", "--save", "kehu.cn")
}
