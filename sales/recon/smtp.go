package recon

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"headwater/lake"
)

// greet connects to a mail server, reads its greeting, asks for its extensions, begins
// encryption where it is offered, and takes leave.
func (r *run) greet(s server) {
	if r.barred(WhatSMTP, s.Host) {
		return
	}
	if s.err != nil {
		r.unanswered(WhatSMTP, s.Host, whyNot(s.err))
		return
	}
	if len(s.addresses) == 0 {
		r.saw(Observation{What: WhatSMTP, Subject: s.Host, Code: "unreachable", Value: "the host has no address"})
		return
	}
	ctx, stop := context.WithTimeout(r.ctx, r.Timeout)
	defer stop()
	ip := s.addresses[0]
	conn, err := r.connect(ctx, ip, r.Ports.SMTP, "SMTP "+net.JoinHostPort(ip.String(), strconv.Itoa(r.Ports.SMTP))+" EHLO, STARTTLS, QUIT")
	if err != nil {
		r.unreached(s, ip, err)
		return
	}
	defer conn.Close()
	r.reached.Store(true)
	deadline, _ := ctx.Deadline()
	_ = conn.SetDeadline(deadline) // a connection that is closed already says so at the next read
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	r.talk(s, conn)
}

// unreached says why nobody answered. A silent port counts only where other mail servers
// could be reached: else it may be our own net that lets nothing out.
func (r *run) unreached(s server, ip netip.Addr, err error) {
	var known *lake.Error
	code := ""
	if errors.As(err, &known) {
		code = known.Code
	}
	switch {
	case code == "address_private":
		r.saw(Observation{What: WhatSMTP, Subject: s.Host, Code: "unreachable", Value: ip.String() + " is a private address"})
	case code == "tcp_refused":
		r.saw(Observation{What: WhatSMTP, Subject: s.Host, Code: "unreachable", Value: ip.String() + ": nothing listens"})
	case r.ctx.Err() != nil:
		r.unanswered(WhatSMTP, s.Host, "silent")
	case r.reached.Load():
		r.saw(Observation{What: WhatSMTP, Subject: s.Host, Code: "unreachable", Value: ip.String() + ": no answer"})
	default:
		r.unanswered(WhatSMTP, s.Host, "no_way_out")
	}
}

func (r *run) talk(s server, conn net.Conn) {
	in := newReplies(conn)
	code, lines, err := in.read()
	if err != nil && len(lines) == 0 {
		r.saw(Observation{What: WhatSMTP, Subject: s.Host, Code: "unreachable", Value: "connected, but no greeting came"})
		return
	}
	greeting := ""
	if len(lines) > 0 {
		greeting = lines[0]
	}
	o := Observation{What: WhatSMTP, Subject: s.Host, Code: "greeting", Value: strings.TrimSpace(strconv.Itoa(code) + " " + lasting(greeting))}
	if code == 0 {
		o.Value = lasting(greeting)
	}
	said := afterHost(strings.Join(lines, " "))
	if err != nil || code != 220 {
		o.Product = recognised(said, greetings)
		r.saw(o)
		if err == nil {
			leave(conn, in)
		}
		return
	}
	_, _ = io.WriteString(conn, "EHLO "+r.helo(conn)+"\r\n") // a broken connection shows at the read
	code, lines, err = in.read()
	offers := false
	for i, l := range lines {
		if i > 0 {
			said += " " + l
		}
		offers = offers || i > 0 && strings.EqualFold(strings.TrimSpace(l), "STARTTLS")
	}
	o.Product = recognised(said, greetings)
	r.saw(o)
	if err != nil || code != 250 {
		r.unanswered(WhatTLS, s.Host, "silent")
		return
	}
	if !offers {
		r.saw(Observation{What: WhatTLS, Subject: s.Host, Code: "missing", Value: "EHLO offers no STARTTLS"})
		leave(conn, in)
		return
	}
	r.encrypt(s, conn, in)
}

func (r *run) encrypt(s server, conn net.Conn, in *replies) {
	_, _ = io.WriteString(conn, "STARTTLS\r\n")
	code, lines, err := in.read()
	if err != nil || code != 220 {
		r.saw(Observation{What: WhatTLS, Subject: s.Host, Code: "missing", Value: strings.TrimSpace("STARTTLS is offered, but refused: " + strings.Join(lines, " "))})
		return
	}
	secure := tls.Client(conn, anyTLS(s.Host))
	defer secure.Close()
	if err := secure.HandshakeContext(r.ctx); err != nil {
		r.saw(Observation{What: WhatTLS, Subject: s.Host, Code: "weak", Value: "STARTTLS is offered, but no encryption comes about"})
		return
	}
	state := secure.ConnectionState()
	r.saw(encryption(s.Host, state))
	r.certificate(s.Host, r.Ports.SMTP, state)
	leave(secure, newReplies(secure))
}

// leave says good-bye and waits a moment for the answer, as one does.
func leave(conn net.Conn, in *replies) {
	_ = conn.SetDeadline(time.Now().Add(2 * time.Second)) // of no consequence
	if _, err := io.WriteString(conn, "QUIT\r\n"); err == nil {
		_, _, _ = in.read()
	}
}

// anyTLS accepts what old servers speak and any certificate: what is wrong is to be seen.
func anyTLS(host string) *tls.Config {
	c := &tls.Config{ServerName: host, InsecureSkipVerify: true, MinVersion: tls.VersionTLS10} //nolint:gosec // nothing is sent over it
	for _, list := range [][]*tls.CipherSuite{tls.CipherSuites(), tls.InsecureCipherSuites()} {
		for _, s := range list {
			c.CipherSuites = append(c.CipherSuites, s.ID)
		}
	}
	return c
}

func encryption(host string, state tls.ConnectionState) Observation {
	o := Observation{What: WhatTLS, Subject: host, Code: "ok", Value: tls.VersionName(state.Version) + ", " + tls.CipherSuiteName(state.CipherSuite)}
	if state.Version < tls.VersionTLS12 {
		o.Code = "weak"
	}
	return o
}

// certificate looks at whom a certificate names and until when it holds.
func (r *run) certificate(host string, port int, state tls.ConnectionState) {
	if len(state.PeerCertificates) == 0 {
		return
	}
	c := state.PeerCertificates[0]
	left := int(c.NotAfter.Sub(r.Now()).Hours() / 24)
	if r.Now().After(c.NotAfter) {
		left = min(left, -1)
	}
	o := Observation{What: WhatCertificate, Subject: host + ":" + strconv.Itoa(port), Code: "ok", DaysLeft: number(left),
		Value: namesOf(c) + "; until " + c.NotAfter.UTC().Format(time.DateOnly) + "; by " + issuer(c)}
	switch {
	case r.Now().After(c.NotAfter) || r.Now().Before(c.NotBefore):
		o.Code = "expired"
	case c.VerifyHostname(host) != nil:
		o.Code = "mismatch"
	}
	r.saw(o)
}

func namesOf(c *x509.Certificate) string {
	names := c.DNSNames
	if len(names) == 0 {
		names = []string{c.Subject.CommonName}
	}
	text := strings.Join(names[:min(len(names), 5)], ", ")
	if len(names) > 5 {
		text += " …"
	}
	return "for " + text
}

func issuer(c *x509.Certificate) string {
	if c.Issuer.String() == c.Subject.String() {
		return "itself"
	}
	if len(c.Issuer.Organization) > 0 {
		return c.Issuer.Organization[0]
	}
	return c.Issuer.CommonName
}

// helo is how we introduce ourselves.
func (r *run) helo(conn net.Conn) string {
	if r.Helo != "" {
		return r.Helo
	}
	if name, err := os.Hostname(); err == nil && strings.Contains(name, ".") {
		return name
	}
	if a, err := netip.ParseAddrPort(conn.LocalAddr().String()); err == nil {
		if ip := a.Addr().Unmap().WithZone(""); ip.Is4() {
			return "[" + ip.String() + "]"
		} else if ip.Is6() {
			return "[IPv6:" + ip.String() + "]"
		}
	}
	return "[127.0.0.1]"
}

// afterHost leaves out the name that a greeting begins with: it is of the customer's
// choice and says nothing about the product.
func afterHost(s string) string {
	_, rest, _ := strings.Cut(s, " ")
	return rest
}

var (
	dated = regexp.MustCompile(`(?i)[;,]?\s*(\bready at\b)?\s*(mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+\d{1,2}\s+[a-z]{3}\s+\d{4}.*$`)
	clock = regexp.MustCompile(`\b\d{1,2}:\d{2}(:\d{2})?\b`)
	ids   = regexp.MustCompile(`[\[<(]?\b[0-9A-Za-z.]*\d{8,}[0-9A-Za-z.]*\b[\])>]?`)
)

// lasting is a greeting without its date and the number of the session, so that it is
// the same tomorrow.
func lasting(s string) string {
	s = ids.ReplaceAllString(clock.ReplaceAllString(dated.ReplaceAllString(s, ""), ""), "")
	return clean(s, 200)
}

// replies reads what a server says, however much or strange that is.
type replies struct {
	in   *bufio.Reader
	left int
}

const (
	saidMost  = 16 << 10 // bytes of one connection before encryption
	linesMost = 100
	lineMost  = 1 << 10
)

func newReplies(r io.Reader) *replies {
	return &replies{in: bufio.NewReaderSize(io.LimitReader(r, saidMost), lineMost), left: linesMost}
}

var errStrange = errors.New("that isn't SMTP")

// read gives the code and the lines of one reply; with an error, what there was of it.
func (r *replies) read() (code int, lines []string, err error) {
	for {
		raw, err := r.in.ReadSlice('\n')
		if len(raw) == 0 && err != nil {
			return code, lines, err
		}
		if r.left--; r.left < 0 {
			return code, lines, errStrange
		}
		n, convErr := strconv.Atoi(string(raw[:min(3, len(raw))]))
		if err != nil || convErr != nil || len(raw) < 4 || n < 200 || n > 599 {
			return 0, append(lines, clean(string(clip(raw, 400)), 200)), errStrange
		}
		lines = append(lines, clean(string(raw[4:]), 300))
		if code = n; raw[3] != '-' {
			return code, lines, nil
		}
	}
}
