package recon

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// page is what a front page shows of itself.
type page struct {
	host    string
	plain   bool // came without encryption
	login   bool
	product string
	told    string // where it leads, or its title
}

// webmail tries the names under which webmail commonly stands: those that the DNS has
// get one GET of the front page, over HTTPS, or over HTTP where nothing speaks that.
func (r *run) webmail() {
	wild, _, _ := r.addressesOf("hw" + strings.ToLower(rand.Text()[:12]) + "." + r.domain)
	var found []page
	tried, silent := 0, error(nil)
	for _, door := range doors {
		host := door + "." + r.domain
		if r.barred(WhatWebmail, host) {
			continue
		}
		list, aliases, err := r.addressesOf(host)
		if err != nil {
			silent = err
			continue
		}
		if len(list) == 0 || slices.Contains(wild, list[0]) && len(aliases) == 0 {
			continue // not there, or there like any other name
		}
		if r.Private(list[0]) {
			continue
		}
		tried++
		p, err := r.front(host, list[0])
		if err != nil {
			silent = err
			continue
		}
		if p.login || p.product != "" {
			found = append(found, p)
		}
	}
	if len(found) == 0 {
		if silent != nil {
			r.unanswered(WhatWebmail, "", whyNot(silent))
			return
		}
		r.saw(Observation{What: WhatWebmail, Code: "missing", Value: strconv.Itoa(tried) + " of " + strconv.Itoa(len(doors)) + " common names exist, none shows webmail", Count: number(0)})
		return
	}
	o := Observation{What: WhatWebmail, Code: "found", Count: number(len(found))}
	var parts []string
	for _, p := range found {
		scheme := "https://"
		if p.plain {
			o.Code, scheme = "plain_http", "http://"
		}
		if o.Product == "" {
			o.Product = p.product
		}
		parts = append(parts, strings.TrimSpace(scheme+p.host+" "+p.told))
	}
	o.Value = strings.Join(parts, ", ")
	r.saw(o)
}

// front gets the front page of a host.
func (r *run) front(host string, ip netip.Addr) (page, error) {
	p, err := r.get("https", host, ip, r.Ports.HTTPS)
	if err == nil {
		return p, nil
	}
	if r.ctx.Err() != nil || errors.Is(err, errLimit) {
		return page{}, err
	}
	p, plainErr := r.get("http", host, ip, r.Ports.HTTP)
	if plainErr != nil {
		if whyNot(err) == "private" || refused(err) && refused(plainErr) {
			return page{}, nil // nothing is there
		}
		return page{}, plainErr
	}
	p.plain = !strings.Contains(p.told, "https://")
	return p, nil
}

const pageMost = 256 << 10 // bytes of a page that are read

func (r *run) get(scheme, host string, ip netip.Addr, port int) (page, error) {
	ctx, stop := context.WithTimeout(r.ctx, r.Timeout)
	defer stop()
	address := scheme + "://" + host + "/"
	conn, err := r.connect(ctx, ip, port, strings.ToUpper(scheme)+" GET "+address)
	if err != nil {
		return page{}, err
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	_ = conn.SetDeadline(deadline) // a closed connection says so at the next read
	if scheme == "https" {
		secure := tls.Client(conn, anyTLS(host))
		if err := secure.HandshakeContext(ctx); err != nil {
			return page{}, err
		}
		r.certificate(host, port, secure.ConnectionState())
		conn = secure
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return page{}, err
	}
	req.Header.Set("User-Agent", "Headwater reconnaissance (one request; ask us to stop and we do)")
	once := &http.Transport{DisableKeepAlives: true, DisableCompression: true, MaxResponseHeaderBytes: 64 << 10,
		DialContext:    func(context.Context, string, string) (net.Conn, error) { return conn, nil },
		DialTLSContext: func(context.Context, string, string) (net.Conn, error) { return conn, nil }}
	defer once.CloseIdleConnections()
	res, err := once.RoundTrip(req) // follows nothing: where it leads is told, not walked
	if err != nil {
		return page{}, err
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(res.Body, pageMost)) // what came of it is enough
	return readPage(host, res, string(body)), nil
}

func readPage(host string, res *http.Response, body string) page {
	p := page{host: host}
	var heads strings.Builder
	for name, values := range res.Header {
		heads.WriteString(name + ": " + strings.Join(values, " ") + "\n")
	}
	low := strings.ToLower(body)
	p.login = strings.Contains(low, `type="password"`) || strings.Contains(low, `type='password'`) || strings.Contains(low, "type=password")
	title := ""
	if _, rest, ok := strings.Cut(low, "<title"); ok {
		_, rest, _ = strings.Cut(rest, ">")
		title, _, _ = strings.Cut(rest, "<")
	}
	// The name of the host is of the customer's choice.
	text := strings.ReplaceAll(strings.ToLower(heads.String())+" "+title, host, "")
	if p.login {
		text += strings.ReplaceAll(low, host, "")
	}
	p.product = recognised(text, fronts)
	if to := res.Header.Get("Location"); to != "" {
		p.told = "→ " + clean(strings.SplitN(to, "?", 2)[0], 120)
	} else if title != "" {
		p.told = "(" + clean(title, 60) + ")"
	}
	return p
}
