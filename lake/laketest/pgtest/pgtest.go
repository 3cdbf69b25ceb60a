// Package pgtest runs a real PostgreSQL for tests: one server per test binary, on a free
// port of this machine, with its data in a directory of its own. It goes with the test
// binary, however that ends. Its default collation isn't the byte order, so that a
// comparison that forgot to say COLLATE "C" is found out.
package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// requireAll makes a missing server a failure instead of a reason to skip.
const requireAll = "HEADWATER_REQUIRE_ALL"

var errNone = errors.New("no PostgreSQL 15 or newer is installed (/usr/lib/postgresql/*/bin)")

// Start gives the address of the server's first database as its superuser; the server is
// started by the first call. Without PostgreSQL the test is skipped, or fails when
// HEADWATER_REQUIRE_ALL=1.
func Start(tb testing.TB) (url string) {
	tb.Helper()
	address, err := server()
	switch {
	case errors.Is(err, errNone) && os.Getenv(requireAll) != "1":
		tb.Skip("skipped: " + err.Error())
	case err != nil:
		tb.Fatal(err)
	}
	return address + "/postgres"
}

var made atomic.Int64

// Database makes an empty database and gives its address; it is dropped when the test ends.
func Database(tb testing.TB) (url string) {
	tb.Helper()
	first := Start(tb)
	name := fmt.Sprintf("test%d", made.Add(1))
	run(tb, first, "CREATE DATABASE "+name)
	tb.Cleanup(func() { run(tb, first, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return first[:len(first)-len("postgres")] + name
}

func run(tb testing.TB, url, text string) {
	ctx := context.Background()
	c, err := pgx.Connect(ctx, url)
	if err == nil {
		defer c.Close(ctx)
		_, err = c.Exec(ctx, text)
	}
	if err != nil {
		tb.Fatal(text, ": ", err)
	}
}

var server = sync.OnceValues(start)

// start makes a cluster and runs it.
func start() (address string, err error) {
	bin, err := programs()
	if err != nil {
		return "", err
	}
	as, err := identity()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "headwater-pg-")
	if err != nil {
		return "", err
	}
	if as != nil {
		if err := os.Chown(dir, int(as.Uid), int(as.Gid)); err != nil {
			return "", err
		}
	}
	initdb := command(as, dir, filepath.Join(bin, "initdb"), "-D", dir+"/data", "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync",
		"--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=zh")
	if out, err := initdb.CombinedOutput(); err != nil {
		_ = os.RemoveAll(dir)
		return "", fmt.Errorf("initdb: %w: %s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	if err := serve(as, bin, dir, port); err != nil {
		return "", err
	}
	address = "postgres://tester@127.0.0.1:" + port
	return address, answers(address+"/postgres", dir)
}

// keeper runs the server until its standard input ends, which it does with the process
// that holds the other end, even if that is killed; then it tidies up.
const keeper = `"$1"/postgres -D "$2"/data -p "$3" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
 -c shared_buffers=64MB -c max_connections=200 -c max_wal_size=2GB -c log_min_messages=warning >"$2"/log 2>&1 </dev/null &
read -r _
kill -INT $!
wait
rm -rf "$2"`

// held is the end of the pipe that keeps the server alive.
var held *os.File

func serve(as *syscall.Credential, bin, dir, port string) error {
	in, out, err := os.Pipe()
	if err != nil {
		return err
	}
	c := command(as, "/", "/bin/sh", "-c", keeper, "keeper", bin, dir, port)
	c.Stdin = in
	c.SysProcAttr.Setpgid = true // an interrupt of the test isn't meant for it
	if err := c.Start(); err != nil {
		return err
	}
	held = out
	go func() { _ = c.Wait() }()
	return in.Close()
}

func answers(url, dir string) error {
	var err error
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		var c *pgx.Conn
		if c, err = pgx.Connect(context.Background(), url); err == nil {
			return c.Close(context.Background())
		}
	}
	log, _ := os.ReadFile(filepath.Join(dir, "log"))
	return fmt.Errorf("PostgreSQL doesn't answer: %w\n%s", err, bytes.TrimSpace(log))
}

// programs is where PostgreSQL lies: 15 before others, because it is the oldest that is
// supported.
func programs() (string, error) {
	for _, version := range []int{15, 16, 17, 18, 19, 20} {
		dir := fmt.Sprintf("/usr/lib/postgresql/%d/bin", version)
		if _, err := os.Stat(filepath.Join(dir, "postgres")); err == nil {
			return dir, nil
		}
	}
	return "", errNone
}

// identity is whom the server runs as: PostgreSQL refuses root.
func identity() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("%w, or no user postgres to run it as", errNone)
	}
	uid, uerr := strconv.ParseUint(u.Uid, 10, 32)
	gid, gerr := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(uerr, gerr)
}

func command(as *syscall.Credential, dir, name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Dir = dir
	c.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	return c
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}
