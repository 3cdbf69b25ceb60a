package mysql_test

import (
	"context"
	"net"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"headwater/source"
	"headwater/source/mysql"
	"headwater/source/mysql/mysqltest"
	"headwater/source/sourcetest"
)

var (
	describe = sourcetest.Describe
	session  = sourcetest.Session
	scan     = sourcetest.Scan
	count    = sourcetest.Count
)

func TestMain(m *testing.M) { os.Exit(mysqltest.Run(m)) }

// open gives the connector of a URL, dialling anywhere.
func open(t testing.TB, u *url.URL) source.Connector {
	t.Helper()
	c, err := mysql.Open(context.Background(), source.Settings{Name: "shop", URL: u, Dial: (&net.Dialer{}).DialContext})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func expectCode(t testing.TB, err error, code string) {
	t.Helper()
	sourcetest.ExpectCode(t, err, code)
	if err != nil && strings.Contains(err.Error(), mysqltest.Password) {
		t.Error("the password shows in an error")
	}
}

// within fails when fn takes longer than it may.
func within(t testing.TB, d time.Duration, fn func()) {
	t.Helper()
	start := time.Now()
	fn()
	if took := time.Since(start); took > d {
		t.Errorf("took %v, more than %v", took, d)
	}
}
