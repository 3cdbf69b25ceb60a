// Package mysqltest starts a MariaDB server of its own for tests: in a new directory, on
// a loopback port that was free, gone when the tests end.
package mysqltest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"database/sql"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
)

// Password of the account that URLs of this package sign in with; it holds characters
// that have to be escaped somewhere.
const Password = "p@ss/w:rd 'x'"

var (
	shared struct {
		sync.Mutex
		held   bool // Run is on the stack: one server serves all tests
		server *server
	}
	serial atomic.Int64
)

// Run is for TestMain: all tests of the package share one server, which is started when
// the first of them asks.
func Run(m *testing.M) int {
	shared.held = true
	code := m.Run()
	if shared.server != nil {
		shared.server.stop()
	}
	return code
}

// Start gives the URL of a new, empty database (utf8mb4) whose account may do everything.
// Where no server program is installed the test is skipped, or fails when
// HEADWATER_REQUIRE_ALL is 1.
func Start(tb testing.TB) *url.URL {
	tb.Helper()
	s := take(tb)
	name := fmt.Sprintf("test_%d", serial.Add(1))
	u := s.url(name)
	Exec(tb, s.url(""), "CREATE DATABASE "+name+" CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
	tb.Cleanup(func() {
		if shared.held {
			Exec(tb, s.url(""), "DROP DATABASE IF EXISTS "+name)
		}
	})
	return u
}

// Exec runs statements as the account of the URL; several may stand in one text.
func Exec(tb testing.TB, u *url.URL, statements ...string) {
	tb.Helper()
	db := Open(tb, u)
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			tb.Fatalf("%v in %.300s", err, s)
		}
	}
}

// Open connects as the account of the URL, without any of the product's code.
func Open(tb testing.TB, u *url.URL) *sql.DB {
	tb.Helper()
	c, err := mysql.NewConnector(config(u))
	if err != nil {
		tb.Fatal(err)
	}
	return sql.OpenDB(c)
}

func config(u *url.URL) *mysql.Config {
	c := mysql.NewConfig()
	c.User = u.User.Username()
	c.Passwd, _ = u.User.Password()
	c.Net, c.Addr, c.DBName = "tcp", u.Host, strings.TrimPrefix(u.Path, "/")
	c.MultiStatements = true
	c.Logger = &mysql.NopLogger{}
	return c
}

type server struct {
	dir  string
	port int
	cmd  *exec.Cmd
	done chan struct{}
}

// StartTLS is Start on a server of its own, with a certificate that nobody has signed.
func StartTLS(tb testing.TB) *url.URL {
	tb.Helper()
	s := launch(tb, func(dir string) []string { return certificate(tb, dir) })
	tb.Cleanup(s.stop)
	Exec(tb, s.url(""), "CREATE DATABASE test CHARACTER SET utf8mb4")
	return s.url("test")
}

// certificate writes a key and a certificate for 127.0.0.1, and gives the server's options.
func certificate(tb testing.TB, dir string) []string {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		tb.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		tb.Fatal(err)
	}
	options := []string{}
	for kind, b := range map[string]*pem.Block{"cert": {Type: "CERTIFICATE", Bytes: der}, "key": {Type: "PRIVATE KEY", Bytes: secret}} {
		path := filepath.Join(dir, kind+".pem")
		if err := os.WriteFile(path, pem.EncodeToMemory(b), 0o644); err != nil { // the server runs as somebody else
			tb.Fatal(err)
		}
		options = append(options, "--ssl-"+kind+"="+path)
	}
	return options
}

func take(tb testing.TB) *server {
	tb.Helper()
	if !shared.held {
		s := launch(tb)
		tb.Cleanup(s.stop)
		return s
	}
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil {
		shared.server = launch(tb)
	}
	return shared.server
}

func launch(tb testing.TB, options ...func(dir string) []string) *server {
	tb.Helper()
	daemon, install := program(tb, "mariadbd"), program(tb, "mariadb-install-db")
	dir, err := os.MkdirTemp("", "mariadb-")
	if err != nil {
		tb.Fatal(err)
	}
	s := &server{dir: dir, done: make(chan struct{})}
	attr := ordinary(tb, dir)
	data := filepath.Join(dir, "data")
	setup := exec.Command(install, "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db", "--innodb-log-file-size=64M")
	setup.SysProcAttr, setup.Dir = attr, dir
	if out, err := setup.CombinedOutput(); err != nil {
		os.RemoveAll(dir)
		tb.Fatalf("mariadb-install-db: %v\n%s", err, out)
	}
	var extra []string
	for _, o := range options {
		extra = append(extra, o(dir)...)
	}
	s.run(tb, daemon, data, attr, extra)
	return s
}

func (s *server) run(tb testing.TB, daemon, data string, attr *syscall.SysProcAttr, extra []string) {
	tb.Helper()
	s.port = freePort(tb)
	logs, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		tb.Fatal(err)
	}
	s.cmd = exec.Command(daemon, append([]string{"--no-defaults", "--datadir=" + data, "--socket=" + filepath.Join(s.dir, "socket"),
		"--pid-file=" + filepath.Join(s.dir, "pid"), "--port=" + strconv.Itoa(s.port), "--bind-address=127.0.0.1",
		"--innodb-log-file-size=64M", "--innodb-flush-log-at-trx-commit=0", "--skip-log-bin", "--max-allowed-packet=64M",
		"--lc-messages=en_US", "--performance-schema=off"}, extra...)...)
	s.cmd.SysProcAttr, s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = attr, s.dir, logs, logs
	if err := s.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	logs.Close()
	go func() { s.cmd.Wait(); close(s.done) }()
	if err := s.account(); err != nil {
		text, _ := os.ReadFile(filepath.Join(s.dir, "log"))
		s.stop()
		tb.Fatalf("mariadbd: %v\n%s", err, text)
	}
}

// account waits for the server and makes the account that tests sign in with.
func (s *server) account() error {
	c := mysql.NewConfig()
	c.User, c.Net, c.Addr, c.Logger = "root", "unix", filepath.Join(s.dir, "socket"), &mysql.NopLogger{}
	connector, err := mysql.NewConnector(c)
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	ctx, stop := context.WithTimeout(context.Background(), 60*time.Second)
	defer stop()
	for err = db.PingContext(ctx); err != nil; err = db.PingContext(ctx) {
		select {
		case <-s.done:
			return fmt.Errorf("it ended at once")
		case <-ctx.Done():
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
	for _, q := range []string{
		"CREATE USER 'tester'@'%' IDENTIFIED BY '" + strings.ReplaceAll(Password, "'", "''") + "'",
		"GRANT ALL ON *.* TO 'tester'@'%' WITH GRANT OPTION",
	} {
		if _, err := db.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

func (s *server) url(database string) *url.URL {
	return &url.URL{Scheme: "mysql", User: url.UserPassword("tester", Password), Host: "127.0.0.1:" + strconv.Itoa(s.port), Path: "/" + database}
}

func (s *server) stop() {
	s.cmd.Process.Kill()
	<-s.done
	os.RemoveAll(s.dir)
}

// ordinary gives dir to somebody who isn't root, when we are: the server refuses to run
// as root.
func ordinary(tb testing.TB, dir string) *syscall.SysProcAttr {
	tb.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	for _, name := range []string{"mysql", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		if err := os.Chown(dir, uid, gid); err != nil {
			tb.Fatal(err)
		}
		return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}
	tb.Fatal("there is no account but root to run the server")
	return nil
}

func freePort(tb testing.TB) int {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func program(tb testing.TB, name string) string {
	tb.Helper()
	for _, p := range []string{name, "/usr/sbin/" + name, "/usr/local/sbin/" + name} {
		if path, err := exec.LookPath(p); err == nil {
			return path
		}
	}
	if os.Getenv("HEADWATER_REQUIRE_ALL") == "1" {
		tb.Fatalf("%s isn't installed", name)
	}
	tb.Skipf("skipped: %s isn't installed", name)
	return ""
}
