package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// server is the built program, running over a data directory.
type server struct {
	cmd     *exec.Cmd
	base    string
	code    string // of the one-time sign-in link, where one was printed
	who     logins
	began   time.Time
	http    *http.Client
	exited  chan struct{}
	exitErr error
}

var (
	address  = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	signCode = regexp.MustCompile(`sign-in\?code=(\S+)`)
)

// startServer returns when the program has printed its address.
func startServer(ctx context.Context, binary, dir string, who logins, more ...string) (*server, error) {
	if _, err := os.Stat(binary); err != nil {
		return nil, errors.New("no program at " + binary + "; run make build first")
	}
	s := &server{who: who, began: time.Now(), exited: make(chan struct{}),
		http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	s.cmd = exec.CommandContext(ctx, binary, append([]string{"serve", "--data", dir, "--listen", "127.0.0.1:0"}, more...)...)
	s.cmd.Stderr = os.Stderr
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(syscall.SIGTERM) }
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	lines := make(chan string, 16)
	go func() {
		for in := bufio.NewScanner(out); in.Scan(); {
			select {
			case lines <- in.Text():
			default: // nobody reads on
			}
		}
		s.exitErr = s.cmd.Wait()
		close(s.exited)
	}()
	return s, s.greeted(lines, strings.Contains(strings.Join(more, " "), "--demo"))
}

func (s *server) greeted(lines <-chan string, link bool) error {
	patience := time.After(2 * time.Minute)
	for s.base == "" || link && s.code == "" {
		select {
		case line := <-lines:
			if s.base == "" {
				s.base = address.FindString(line)
			}
			if m := signCode.FindStringSubmatch(line); m != nil {
				s.code = m[1]
			}
		case <-s.exited:
			return fmt.Errorf("the program ended at once: %v", s.exitErr)
		case <-patience:
			return errors.Join(errors.New("the program printed no address in two minutes"), s.stop())
		}
	}
	return nil
}

// stop ends the program and waits for it.
func (s *server) stop() error {
	if s == nil {
		return nil
	}
	s.http.CloseIdleConnections()
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.exited:
	case <-time.After(30 * time.Second):
		_ = s.cmd.Process.Kill()
		<-s.exited
	}
	return nil
}

// call makes one request and reads the whole answer; out may be nil.
func (s *server) call(ctx context.Context, token, method, target string, body, out any) error {
	var in io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		in = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, s.base+target, in)
	if err != nil {
		return err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := s.http.Do(req)
	if err != nil {
		return errors.Join(err, s.ended())
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode >= 400 {
		return fmt.Errorf("%s %s: %s %s", method, target, res.Status, text[:min(len(text), 300)])
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(text, out)
}

// ended tells how the program ended by itself, if it did.
func (s *server) ended() error {
	select {
	case <-s.exited:
		return fmt.Errorf("the program has ended: %v", s.cmd.ProcessState)
	case <-time.After(3 * time.Second): // it may be closing down
		return nil
	}
}

// resident is the program's memory in MB as the system counts it.
func (s *server) resident() (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, errors.New("memory can only be read on Linux")
	}
	for _, line := range strings.Split(string(text), "\n") {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmRSS:" {
			kb, err := strconv.ParseFloat(f[1], 64)
			return kb / 1024, err
		}
	}
	return 0, errors.New("the system doesn't say how much memory the program has")
}

// signIn uses the one-time link and keeps the cookie.
func (s *server) signIn(ctx context.Context) (err error) {
	if s.http.Jar, err = cookiejar.New(nil); err != nil {
		return err
	}
	return s.call(ctx, "", "POST", "/api/session/link", map[string]string{"code": s.code}, nil)
}
