package postgres_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"headwater/source"
	"headwater/source/postgres"
	"headwater/source/sourcetest"
)

// TestStepsNameWhatFails goes through the ways in which a connection can't be made.
func TestStepsNameWhatFails(t *testing.T) {
	w := newWorld(t, "CREATE TABLE t (id integer)")
	w.run("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'poor') THEN CREATE ROLE poor LOGIN PASSWORD 'right'; END IF; END $$")
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	with := func(change func(u *url.URL)) string {
		u, _ := url.Parse(w.url)
		change(u)
		return u.String()
	}
	for want, address := range map[string]string{
		"dns tcp tls signin permission read":               w.url,
		"dns tcp tls:tls_refused":                          with(func(u *url.URL) { u.RawQuery = "sslmode=require" }),
		"dns tcp signin permission read":                   with(func(u *url.URL) { u.RawQuery = "sslmode=disable" }),
		"dns tcp:tcp_refused":                              with(func(u *url.URL) { u.Host = closed.Addr().String() }),
		"dns:dns_unknown":                                  with(func(u *url.URL) { u.Host = "nobody.invalid:5432" }),
		"dns tcp tls signin:database_unknown":              with(func(u *url.URL) { u.Path = "/nothing" }),
		"dns tcp tls signin:signin_refused":                with(func(u *url.URL) { u.User = url.UserPassword("nobody", "x") }),
		"dns tcp tls signin permission:permission_missing": with(func(u *url.URL) { u.User = url.UserPassword("poor", "x") }),
	} {
		if got := steps(open(t, address).Test(t.Context())); got != want {
			if strings.HasPrefix(want, "dns:") && strings.HasPrefix(got, "dns:dns_") {
				continue // where there is no name server
			}
			t.Errorf("%s, want %s", got, want)
		}
	}
	w.run("CREATE TABLE empty (); DROP TABLE t; DROP TABLE empty")
	if got := steps(open(t, w.url).Test(t.Context())); got != "dns tcp tls signin permission read" {
		t.Error("a database without tables:", got)
	}
}

func steps(list []source.Step) string {
	var out []string
	for _, s := range list {
		name := s.Name
		if !s.OK {
			name += ":" + s.Code
		}
		out = append(out, name)
	}
	return strings.Join(out, " ")
}

// TestWrongPassword needs a server that asks for one: it is told what a server says.
func TestWrongPassword(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go refuse(c)
		}
	}()
	address := fmt.Sprintf("postgres://me:hunter2hunter2@%s/db?sslmode=disable", l.Addr())
	list := open(t, address).Test(t.Context())
	if got := steps(list); got != "dns tcp signin:signin_refused" || strings.Contains(fmt.Sprint(list), "hunter2") {
		t.Error(got, list)
	}
}

// TestCertificates signs in over TLS to a server whose certificate nobody here trusts.
func TestCertificates(t *testing.T) {
	web := httptest.NewTLSServer(nil)
	config := &tls.Config{Certificates: web.TLS.Certificates}
	web.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				if n, _ := io.ReadFull(c, make([]byte, 8)); n < 8 { // it asks for TLS
					_ = c.Close()
					return
				}
				_, _ = c.Write([]byte("S"))
				refuse(tls.Server(c, config))
			}()
		}
	}()
	for mode, want := range map[string]string{"require": "dns tcp tls signin:signin_refused", "verify-ca": "dns tcp tls:tls_untrusted", "verify-full": "dns tcp tls:tls_untrusted"} {
		if got := steps(open(t, fmt.Sprintf("postgres://me:x@%s/db?sslmode=%s", l.Addr(), mode)).Test(t.Context())); got != want {
			t.Errorf("%s: %s, want %s", mode, got, want)
		}
	}
}

// refuse answers a start of a session as PostgreSQL does when the password is wrong.
func refuse(c net.Conn) {
	defer c.Close()
	if _, err := c.Read(make([]byte, 1024)); err != nil {
		return
	}
	body := "SFATAL\x00VFATAL\x00C28P01\x00Mpassword authentication failed for user \"me\"\x00\x00"
	_, _ = c.Write(append([]byte{'E', 0, 0, 0, byte(len(body) + 4)}, body...))
}

func TestAddressesAreChecked(t *testing.T) {
	t.Setenv("PGPASSWORD", "from the environment")
	for _, address := range []string{"postgres://host/db", "postgres://u@/db", "postgres://u:p@h/db?service=x", "postgres://u:p@h/db?passfile=/etc/passwd",
		"postgres://u:p@h/db?options=-c%20x", "postgres://u:topsecret@h/db?sslmode=nonsense", "postgres://u:topsecret@h/db?sslrootcert=/nothing"} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		_, err = postgres.Open(t.Context(), source.Settings{Name: "x", URL: u})
		if code(err) != "address_invalid" || strings.Contains(err.Error(), "topsecret") {
			t.Error(address, err)
		}
	}
}

// TestAnotherProtocolIsSoonSeen: behind a port of another protocol the test fails after the connection was made, and
// doesn't wait for long.
func TestAnotherProtocolIsSoonSeen(t *testing.T) {
	for what, greeting := range map[string]string{"silent": "", "another": "J\x00\x00\x00\x0a5.7.1"} {
		address := sourcetest.Greets(t, greeting)
		began := time.Now()
		if got := steps(open(t, "postgres://a:b@"+address+"/c").Test(t.Context())); got != "dns tcp tls:protocol_other" || time.Since(began) > 10*time.Second {
			t.Errorf("%s: %s after %v", what, got, time.Since(began))
		}
	}
}
