package mysql_test

import (
	"net/url"
	"testing"
	"time"

	"headwater/source"
	"headwater/source/mysql"
	"headwater/source/sourcetest"
)

// TestAnotherProtocolIsSoonSeen: behind a port where somebody waits for the client to begin, or greets in
// another protocol, the test fails after the connection was made, and doesn't wait for long.
func TestAnotherProtocolIsSoonSeen(t *testing.T) {
	for what, greeting := range map[string]string{"silent": "", "another": "SSH-2.0-OpenSSH_9.6\r\n"} {
		address := sourcetest.Greets(t, greeting)
		guard := source.Guard{AllowPrivate: func() bool { return true }}
		conn, err := mysql.Open(t.Context(), source.Settings{Name: "shop", URL: &url.URL{Scheme: "mysql", Host: address, Path: "/a"}, Dial: guard.Dial})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		began := time.Now()
		steps := conn.Test(t.Context())
		if last := steps[len(steps)-1]; last.OK || last.Name != "tls" || last.Code != "protocol_other" || !steps[1].OK || time.Since(began) > 10*time.Second {
			t.Errorf("%s: %+v after %v", what, steps, time.Since(began))
		}
	}
}
