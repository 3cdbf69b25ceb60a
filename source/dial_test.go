package source_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"path/filepath"
	"testing"

	"headwater/source"
)

func TestPrivateAddresses(t *testing.T) {
	for text, private := range map[string]bool{
		"127.0.0.1": true, "127.8.8.8": true, "0.0.0.0": true, "0.1.2.3": true, "10.1.2.3": true, "172.16.0.1": true, "172.31.255.255": true, "172.32.0.1": false,
		"192.168.1.1": true, "169.254.169.254": true, "100.64.0.1": true, "100.100.100.200": true, "100.128.0.1": false, "168.63.129.16": true, "192.0.0.192": true,
		"198.18.0.1": true, "224.0.0.1": true, "239.1.1.1": true, "255.255.255.255": true, "240.0.0.1": true, "8.8.8.8": false, "1.1.1.1": false, "192.1.1.1": false,
		"::1": true, "::": true, "::ffff:127.0.0.1": true, "::ffff:8.8.8.8": false, "::7f00:1": true, "fe80::1": true, "fe80::1%eth0": true, "fc00::1": true, "fd00:ec2::254": true,
		"ff02::1": true, "fec0::1": true, "2001:db8::1": true, "2001::1": true, "64:ff9b::a00:1": true, "64:ff9b::808:808": false, "64:ff9b:1::1": true, "2002:a00:1::": true, "2002:808:808::": false,
		"2606:4700:4700::1111": false,
	} {
		if got := source.Private(netip.MustParseAddr(text)); got != private {
			t.Errorf("%s: private %v", text, got)
		}
	}
}

// TestGuard dials names that resolve to what an attacker likes.
func TestGuard(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	names := map[string][]string{"inside": {"127.0.0.1"}, "mixed": {"8.8.8.8", "127.0.0.1"}, "mapped": {"::ffff:127.0.0.1"}, "none": {}}
	asked := 0
	guard := func(allow bool) source.Guard {
		return source.Guard{AllowPrivate: func() bool { return allow }, Lookup: func(_ context.Context, host string) (out []netip.Addr, err error) {
			asked++
			if host == "unknown" {
				return nil, &net.DNSError{IsNotFound: true}
			}
			if host == "broken" {
				return nil, errors.New("broken")
			}
			for _, a := range names[host] {
				out = append(out, netip.MustParseAddr(a))
			}
			return out, nil
		}}
	}
	for _, c := range []struct {
		allow         bool
		network, host string
		want          string
	}{
		{false, "tcp", "inside", "address_private"}, {false, "tcp", "mixed", "address_private"}, {false, "tcp", "mapped", "address_private"},
		{false, "tcp", "127.0.0.1", "address_private"}, {false, "tcp", "::1", "address_private"}, {false, "tcp", "::ffff:127.0.0.1", "address_private"},
		{false, "unix", "", "address_private"}, {true, "unix", "", "tcp_refused"},
		{true, "tcp", "inside", ""}, {true, "tcp", "mapped", ""}, {true, "tcp", "127.0.0.1", ""},
		{false, "tcp", "unknown", "dns_unknown"}, {true, "tcp", "none", "dns_unknown"}, {true, "tcp", "broken", "dns_failed"},
	} {
		address := net.JoinHostPort(c.host, port)
		if c.network == "unix" {
			address = filepath.Join(t.TempDir(), "socket")
		}
		asked = 0
		conn, err := guard(c.allow).Dial(t.Context(), c.network, address)
		if code(err) != c.want || (err == nil) != (conn != nil) {
			t.Errorf("%v: %v", c, err)
		}
		if conn != nil {
			_ = conn.Close()
		}
		if asked > 1 {
			t.Error("a name is resolved twice: it may change in between")
		}
	}
	_ = l.Close()
	if _, err := guard(true).Dial(t.Context(), "tcp", net.JoinHostPort("inside", port)); code(err) != "tcp_refused" {
		t.Error(err)
	}
	if _, err := guard(true).Dial(t.Context(), "tcp", "no port"); code(err) != "address_invalid" {
		t.Error(err)
	}
}
