// Package e2e drives the real program from outside: its command line here, its page in
// browser/. Nothing of the house is called directly; what a test sees is what a person sees.
package e2e

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// bin is the program under test: $HEADWATER_BIN, or one built here.
var bin string

func TestMain(m *testing.M) {
	os.Exit(withProgram(m.Run))
}

func withProgram(run func() int) int {
	for _, name := range []string{"HEADWATER_DATA_DIR", "HEADWATER_TOKEN"} {
		_ = os.Unsetenv(name)
	}
	if bin = os.Getenv("HEADWATER_BIN"); bin != "" {
		return run()
	}
	dir, err := os.MkdirTemp("", "headwater-e2e")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	bin = filepath.Join(dir, "headwater")
	build := exec.Command("go", "build", "-tags", "sqlite_fts5,duckdb_arrow", "-o", bin, "headwater/cmd/headwater")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v\n%s", err, out)
		return 1
	}
	return run()
}

// shell runs commands on one data directory or server.
type shell struct {
	t     *testing.T
	flags []string
	input string // standard input of the next command
}

// on gives a shell on a data directory.
func on(t *testing.T, dir string) *shell {
	return &shell{t: t, flags: []string{"--data", dir}}
}

// answer is what a command left behind.
type answer struct {
	t        *testing.T
	command  string
	code     int
	out, err string
}

func (s *shell) feed(lines ...string) *shell {
	return &shell{t: s.t, flags: s.flags, input: strings.Join(lines, "\n") + "\n"}
}

// run runs a command and fails the test unless it ends with the exit code.
func (s *shell) run(code int, args ...string) answer {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var out, errs bytes.Buffer
	c := exec.CommandContext(ctx, bin, append(args, s.flags...)...)
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(s.input), &out, &errs
	err := c.Run()
	a := answer{t: s.t, command: strings.Join(args, " "), code: c.ProcessState.ExitCode(), out: out.String(), err: errs.String()}
	var exited *exec.ExitError
	if err != nil && !errors.As(err, &exited) {
		s.t.Fatalf("%s: %v", a.command, err)
	}
	if a.code != code {
		s.t.Fatalf("%s: exit %d, want %d\nstdout: %s\nstderr: %s", a.command, a.code, code, a.out, a.err)
	}
	return a
}

// says fails unless the messages hold every one of the words.
func (a answer) says(words ...string) answer {
	a.t.Helper()
	for _, w := range words {
		if !strings.Contains(a.err, w) {
			a.t.Errorf("%s: stderr has no %q: %s", a.command, w, a.err)
		}
	}
	return a
}

// silent fails if anything is on standard output.
func (a answer) silent() answer {
	a.t.Helper()
	if a.out != "" {
		a.t.Errorf("%s: unexpected on stdout: %s", a.command, a.out)
	}
	return a
}

// json decodes standard output, which must be one JSON value and nothing else.
func (a answer) json() any {
	a.t.Helper()
	var v any
	d := json.NewDecoder(strings.NewReader(a.out))
	d.UseNumber()
	if err := d.Decode(&v); err != nil || d.More() {
		a.t.Fatalf("%s: stdout isn't one JSON value: %v\n%s", a.command, err, a.out)
	}
	return v
}

// at follows keys and indexes into the JSON on standard output.
func (a answer) at(path ...any) any {
	a.t.Helper()
	v := a.json()
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[p]
		case int:
			list, _ := v.([]any)
			if p >= len(list) {
				a.t.Fatalf("%s: no %v in %s", a.command, path, a.out)
			}
			v = list[p]
		}
	}
	return v
}

// has fails unless the value at the path prints as want.
func (a answer) has(want any, path ...any) answer {
	a.t.Helper()
	if got := a.at(path...); fmt.Sprint(got) != fmt.Sprint(want) {
		a.t.Errorf("%s: %v is %v, want %v", a.command, path, got, want)
	}
	return a
}

// rows parses standard output as CSV.
func (a answer) rows() [][]string {
	a.t.Helper()
	rows, err := csv.NewReader(strings.NewReader(a.out)).ReadAll()
	if err != nil {
		a.t.Fatalf("%s: stdout is no CSV: %v\n%s", a.command, err, a.out)
	}
	return rows
}

// ask answers a query that yields one value.
func (s *shell) ask(sql string, more ...string) string {
	s.t.Helper()
	rows := s.run(0, append([]string{"query", sql, "--format", "csv"}, more...)...).rows()
	if len(rows) != 2 || len(rows[1]) != 1 {
		s.t.Fatalf("%s: %v", sql, rows)
	}
	return rows[1][0]
}

// server is a running headwater serve.
type server struct {
	t       *testing.T
	command *exec.Cmd
	errs    bytes.Buffer
	url     string
	greeted string // the lines it printed at the start
	ended   chan error
}

// serve starts a server on a free port and waits for its greeting.
func serve(t *testing.T, dir string, args ...string) *server {
	t.Helper()
	s := &server{t: t, ended: make(chan error, 1)}
	s.command = exec.Command(bin, append([]string{"serve", "--data", dir, "--listen", "127.0.0.1:0"}, args...)...)
	s.command.Stderr = &s.errs
	out, err := s.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.command.Process.Kill() })
	buf := make([]byte, 4096)
	for s.url == "" || strings.Count(s.greeted, "\n") < 1 {
		n, err := out.Read(buf)
		if err != nil {
			t.Fatalf("the server ended: %v\n%s", err, s.errs.String())
		}
		s.greeted += string(buf[:n])
		s.url = regexp.MustCompile(`http://[0-9.:]+`).FindString(s.greeted)
	}
	go func() {
		for {
			if _, err := out.Read(buf); err != nil {
				break
			}
		}
		s.ended <- s.command.Wait()
	}()
	return s
}

// stop sends a signal and waits for the end; it returns the exit code (-1: killed).
func (s *server) stop(sig os.Signal) int {
	s.t.Helper()
	if err := s.command.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
	select {
	case <-s.ended:
	case <-time.After(30 * time.Second):
		s.t.Fatalf("the server didn't end on %v\n%s", sig, s.errs.String())
	}
	return s.command.ProcessState.ExitCode()
}

// through gives a shell that speaks to the server.
func (s *server) through(token string) *shell {
	return &shell{t: s.t, flags: []string{"--server", s.url, "--token", token}}
}

// file writes a file for a test and returns its path.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
