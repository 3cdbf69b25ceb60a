package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// postgres is a temporary cluster with the accounts in one table. It is set up in its
// favour: enough shared memory, no JIT, no index to keep, statistics up to date.
type postgres struct {
	cmd  *exec.Cmd
	dir  string
	port string
	conn *pgx.Conn
}

var errNoPostgres = errors.New("skipped: no PostgreSQL")

// programs is the newest PostgreSQL that is installed, 15 before others.
func programs() (string, error) {
	list, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	for _, p := range list {
		if strings.Contains(p, "/15/") {
			return filepath.Dir(p), nil
		}
	}
	if len(list) > 0 {
		return filepath.Dir(list[len(list)-1]), nil
	}
	if p, err := exec.LookPath("postgres"); err == nil {
		return filepath.Dir(p), nil
	}
	return "", errNoPostgres
}

// identity is whom PostgreSQL runs as: it refuses root.
func identity() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, errNoPostgres
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err
}

func startPostgres(ctx context.Context, parent string) (*postgres, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	as, err := identity()
	if err != nil {
		return nil, err
	}
	p := &postgres{dir: filepath.Join(parent, "postgres")}
	if err := os.RemoveAll(p.dir); err != nil {
		return nil, err
	}
	if err := os.Mkdir(p.dir, 0o700); err != nil {
		return nil, err
	}
	if as != nil {
		if err := os.Chown(p.dir, int(as.Uid), int(as.Gid)); err != nil {
			return nil, err
		}
	}
	command := func(name string, args ...string) *exec.Cmd {
		c := exec.Command(filepath.Join(bin, name), args...)
		c.Dir = p.dir
		c.SysProcAttr = &syscall.SysProcAttr{Credential: as}
		return c
	}
	if out, err := command("initdb", "-D", p.dir, "-U", "bench", "-A", "trust", "-E", "UTF8", "--no-locale").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	if p.port, err = freePort(); err != nil {
		return nil, err
	}
	p.cmd = command("postgres", "-D", p.dir, "-p", p.port, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
		"-c", "shared_buffers=1GB", "-c", "work_mem=64MB", "-c", "max_wal_size=8GB", "-c", "jit=off", "-c", "log_min_messages=fatal")
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	if err := p.connect(ctx, p.address("postgres")); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

func (p *postgres) address(database string) string {
	return "postgres://bench@127.0.0.1:" + p.port + "/" + database + "?sslmode=disable"
}

// database makes an empty database, sorted as people sort, and connects to it.
func (p *postgres) database(ctx context.Context, name string) (*pgx.Conn, error) {
	_, err := p.conn.Exec(ctx, "CREATE DATABASE "+name+" TEMPLATE template0 LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'en-US'")
	if err != nil {
		return nil, err
	}
	return pgx.Connect(ctx, p.address(name))
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

func (p *postgres) connect(ctx context.Context, address string) (err error) {
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if p.conn, err = pgx.Connect(ctx, address); err == nil {
			return nil
		}
	}
	return err
}

func (p *postgres) close() error {
	if p.conn != nil {
		_ = p.conn.Close(context.Background())
	}
	_ = p.cmd.Process.Signal(syscall.SIGINT) // fast shutdown
	return p.cmd.Wait()
}

// load copies the file into a new table.
func (p *postgres) load(ctx context.Context, file string) error {
	types := map[string]string{"employees": "bigint", "annual_revenue": "numeric(18,4)", "founded_year": "bigint"}
	var defs []string
	for _, c := range columns {
		t := types[string(c)]
		if t == "" {
			t = "text"
		}
		defs = append(defs, string(c)+" "+t)
	}
	if _, err := p.conn.Exec(ctx, "DROP TABLE IF EXISTS accounts"); err != nil {
		return err
	}
	if _, err := p.conn.Exec(ctx, "CREATE TABLE accounts ("+strings.Join(defs, ", ")+")"); err != nil {
		return err
	}
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	_, err = p.conn.PgConn().CopyFrom(ctx, in, "COPY accounts FROM STDIN (FORMAT csv, HEADER)")
	return err
}

// settle leaves nothing for later that would disturb the reads.
func (p *postgres) settle(ctx context.Context) error {
	for _, s := range []string{"VACUUM ANALYZE accounts", "CHECKPOINT"} {
		if _, err := p.conn.Exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// page counts what matches and reads the first 50 rows.
func (p *postgres) page(ctx context.Context, where, order string, args ...any) (total int64, err error) {
	if err := p.conn.QueryRow(ctx, "SELECT count(*) FROM accounts WHERE "+where, args...).Scan(&total); err != nil {
		return 0, err
	}
	rows, err := p.conn.Query(ctx, "SELECT * FROM accounts WHERE "+where+" ORDER BY "+order+" LIMIT 50", args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		if _, err := rows.Values(); err != nil {
			return 0, err
		}
	}
	return total, rows.Err()
}
