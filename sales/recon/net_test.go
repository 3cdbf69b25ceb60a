package recon_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"

	"headwater/lake"
	"headwater/sales/recon"
)

// internet is what the tests look at: a name server, mail servers and web servers on
// loopback addresses, all on the same ports.
type internet struct {
	t     testing.TB
	names string // address of the name server
	ports recon.Ports
	mu    sync.Mutex
	zone  map[string][]string // "name TYPE" → records; "name" alone: the name is there
	asked []string            // what the name server was asked
	dials []string            // where somebody connected to
	udp   func(name string) string
	mute  string // a kind of question that isn't answered
}

func newInternet(t testing.TB) *internet {
	n := &internet{t: t, zone: map[string][]string{}}
	n.ports = recon.Ports{SMTP: freePort(t), HTTP: freePort(t), HTTPS: freePort(t)}
	mux := dns.NewServeMux()
	mux.HandleFunc(".", n.answer)
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	n.names = tcp.Addr().String()
	udp, err := net.ListenPacket("udp", n.names)
	must(t, err)
	for _, s := range []*dns.Server{{PacketConn: udp, Handler: mux}, {Listener: tcp, Handler: mux}} {
		go func() { _ = s.ActivateAndServe() }()
		t.Cleanup(func() { _ = s.Shutdown() })
	}
	return n
}

func freePort(t testing.TB) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// has adds records, "name TYPE data"; every name above is there, too.
func (n *internet) has(lines ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, l := range lines {
		name, rest, _ := strings.Cut(l, " ")
		kind, data, _ := strings.Cut(rest, " ")
		n.zone[name+" "+kind] = append(n.zone[name+" "+kind], data)
		for up := name; up != ""; _, up, _ = strings.Cut(up, ".") {
			n.zone[up] = nil
		}
	}
}

// lacks takes a name's records of a kind away.
func (n *internet) lacks(name, kind string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.zone, name+" "+kind)
}

// behaves sets how the name server answers for names: silent, short, broken or dead.
func (n *internet) behaves(how func(name string) string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.udp = how
}

// breaks has questions of a kind fail.
func (n *internet) breaks(kind string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.mute = kind
}

func (n *internet) answer(w dns.ResponseWriter, q *dns.Msg) {
	name, kind := strings.TrimSuffix(strings.ToLower(q.Question[0].Name), "."), dns.TypeToString[q.Question[0].Qtype]
	_, overUDP := w.RemoteAddr().(*net.UDPAddr)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asked = append(n.asked, kind+" "+name)
	m := new(dns.Msg)
	m.SetReply(q)
	special := ""
	if kind == n.mute {
		special = "broken"
	}
	if special == "" && n.udp != nil {
		special = n.udp(name)
	}
	switch {
	case overUDP && special == "silent", special == "dead":
		return
	case overUDP && special == "short":
		m.Truncated = true
		_ = w.WriteMsg(m)
		return
	case special == "broken":
		m.Rcode = dns.RcodeServerFailure
		_ = w.WriteMsg(m)
		return
	}
	add := func(kind string) {
		for _, data := range n.zone[name+" "+kind] {
			if kind == "TXT" {
				m.Answer = append(m.Answer, &dns.TXT{Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeTXT, Class: dns.ClassINET}, Txt: pieces(data)})
				continue
			}
			rr, err := dns.NewRR(name + ". 60 IN " + kind + " " + data)
			if err != nil {
				n.t.Error(err)
				continue
			}
			m.Answer = append(m.Answer, rr)
		}
	}
	if add(kind); len(m.Answer) == 0 {
		add("CNAME")
	}
	if _, there := n.zone[name]; !there {
		m.Rcode = dns.RcodeNameError
	}
	_ = w.WriteMsg(m)
}

func pieces(s string) (out []string) {
	for len(s) > 200 {
		out, s = append(out, s[:200]), s[200:]
	}
	return append(out, s)
}

func (n *internet) questions() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]string(nil), n.asked...)
}

// dial connects on loopback only; what else is asked for is a mistake of the test.
func (n *internet) dial(ctx context.Context, network, address string) (net.Conn, error) {
	n.mu.Lock()
	n.dials = append(n.dials, address)
	n.mu.Unlock()
	ip := netip.MustParseAddrPort(address).Addr()
	if !ip.IsLoopback() {
		n.t.Errorf("a test dials %s", address)
		return nil, lake.Fail(lake.ErrForbidden, "address_private", "not in a test")
	}
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil && strings.Contains(err.Error(), "refused") {
		return nil, lake.Fail(lake.ErrBusy, "tcp_refused", "refused")
	}
	return conn, err
}

// prober looks at this internet.
func (n *internet) prober(change ...func(*recon.Config)) *recon.Prober {
	w, err := recon.NewWire([]string{n.names}, 300*time.Millisecond)
	must(n.t, err)
	c := recon.Config{Resolver: w, Dial: n.dial, Ports: n.ports, Timeout: 2 * time.Second, PerSecond: 10_000, PerDomain: 10_000, Helo: "seller.example",
		Blacklists: []recon.Blacklist{{Name: "Zen", Zone: "secretkey.zen.list"}, {Name: "Spam", Zone: "spam.list"}}}
	for _, f := range change {
		f(&c)
	}
	return recon.NewProber(c)
}

// look runs a probe.
func (n *internet) look(p *recon.Prober, domain string) *recon.Result {
	n.t.Helper()
	out, err := p.Probe(n.t.Context(), domain, recon.Watch{})
	must(n.t, err)
	return out
}

// certificate is self-signed for names until a day.
func certificate(t testing.TB, until time.Time, names ...string) tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: names[0]}, DNSNames: names, NotBefore: until.AddDate(-1, 0, 0), NotAfter: until}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	must(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// post is a mail server.
type post struct {
	greeting   string
	extensions []string
	cert       *tls.Certificate // nil: no STARTTLS
	max        uint16           // highest version of TLS
	talk       func(net.Conn)   // instead of all that
	mu         sync.Mutex
	heard      []string
}

// mail starts a mail server on a loopback address.
func (n *internet) mail(ip string, p *post) *post {
	l, err := net.Listen("tcp", net.JoinHostPort(ip, strconv.Itoa(n.ports.SMTP)))
	must(n.t, err)
	n.t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				if p.talk != nil {
					p.talk(conn)
					return
				}
				p.serve(conn)
			}()
		}
	}()
	return p
}

func (p *post) serve(conn net.Conn) {
	fmt.Fprintf(conn, "%s\r\n", p.greeting)
	in := bufio.NewScanner(conn)
	for in.Scan() {
		p.mu.Lock()
		p.heard = append(p.heard, in.Text())
		p.mu.Unlock()
		switch verb, _, _ := strings.Cut(in.Text(), " "); verb {
		case "EHLO":
			lines := append([]string{"mx.kehu.cn Hello"}, p.extensions...)
			if p.cert != nil {
				lines = append(lines, "STARTTLS")
			}
			for i, l := range lines {
				sep := "-"
				if i == len(lines)-1 {
					sep = " "
				}
				fmt.Fprintf(conn, "250%s%s\r\n", sep, l)
			}
		case "STARTTLS":
			fmt.Fprint(conn, "220 go ahead\r\n")
			secure := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{*p.cert}, MinVersion: tls.VersionTLS10, MaxVersion: p.max})
			if secure.Handshake() != nil {
				return
			}
			conn, in = secure, bufio.NewScanner(secure)
		case "QUIT":
			fmt.Fprint(conn, "221 bye\r\n")
			return
		default:
			fmt.Fprint(conn, "500 what?\r\n")
		}
	}
}

func (p *post) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.heard, "|")
}

// web starts a web server, with encryption where cert isn't nil.
func (n *internet) web(ip string, cert *tls.Certificate, h http.HandlerFunc) {
	port := n.ports.HTTP
	if cert != nil {
		port = n.ports.HTTPS
	}
	l, err := net.Listen("tcp", net.JoinHostPort(ip, strconv.Itoa(port)))
	must(n.t, err)
	if cert != nil {
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{*cert}, MinVersion: tls.VersionTLS12})
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: time.Second}
	go func() { _ = s.Serve(l) }()
	n.t.Cleanup(func() { _ = s.Close() })
}

// short writes observations as "what subject code", what is asked for.
func short(r *recon.Result) string {
	var out []string
	for _, o := range r.Observations {
		out = append(out, strings.Join(strings.Fields(o.What+" "+o.Subject+" "+o.Code), " "))
	}
	return strings.Join(out, "; ")
}

// one finds the observation about a subject.
func one(t testing.TB, r *recon.Result, what, subject string) recon.Observation {
	t.Helper()
	for _, o := range r.Observations {
		if o.What == what && o.Subject == subject {
			return o
		}
	}
	t.Fatalf("%s %s wasn't seen: %s; unanswered %v", what, subject, short(r), r.Unanswered)
	return recon.Observation{}
}

func whys(r *recon.Result, what string) (out []string) {
	for _, u := range r.Unanswered {
		if u.What == what {
			out = append(out, u.Why)
		}
	}
	return out
}
