package httpapi_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestASlowBodyIsWaitedForAndTheAnswerStillComes(t *testing.T) {
	o := newOffice(t)
	c, err := net.Dial("tcp", strings.TrimPrefix(o.server.URL, "http://"))
	must(t, err)
	defer c.Close()
	body := `{"cells":{"name":"slow"}}`
	fmt.Fprintf(c, "POST /api/records/accounts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", o.tokens["owner"], len(body))
	for _, piece := range []string{body[:5], body[5:]} {
		time.Sleep(50 * time.Millisecond)
		fmt.Fprint(c, piece)
	}
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	must(t, err)
	defer res.Body.Close()
	if res.StatusCode != 201 || res.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
}

func TestATooLargeBodyIsRefused(t *testing.T) {
	o := newOffice(t)
	o.tell(
		story{name: "5 MiB", as: "owner", ask: "POST /api/records/accounts", body: `{"cells":{"name":"` + strings.Repeat("x", 5<<20) + `"}}`, status: 413, want: []string{`"code":"body_too_large"`}},
		story{name: "a cell of 1 MiB and more", as: "owner", ask: "POST /api/records/accounts", body: `{"cells":{"name":"` + strings.Repeat("x", 1<<20+1) + `"}}`, status: 422, want: []string{`"code":"value_too_long"`}},
	)
}
