package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// call speaks to the API where the command line has no words for it.
func (s *server) call(token, method, path string, body, out any) {
	s.t.Helper()
	b, _ := json.Marshal(body)
	r, err := http.NewRequest(method, s.url+"/api"+path, bytes.NewReader(b))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	if res.StatusCode >= 300 || json.Unmarshal(text, out) != nil {
		s.t.Fatalf("%s %s: %d %s", method, path, res.StatusCode, text)
	}
}

type running struct {
	ID, State      string
	Read, Inserted int
}

// A server is killed in the middle of an import; the next one goes on with it, or takes
// it back, and no row comes twice.
func TestImportSurvivesKill(t *testing.T) {
	t.Parallel()
	const rows = 40_000
	var b strings.Builder
	b.WriteString("编号,公司名称,员工人数,城市\n")
	for i := range rows {
		fmt.Fprintf(&b, "N%05d,客户第%d号,%d,上海\n", i, i, i%700)
	}
	many := file(t, "many.csv", b.String())
	for _, what := range []string{"resume", "undo"} {
		t.Run(what, func(t *testing.T) {
			dir := t.TempDir()
			key := token(t, dir, "boss@example.com", "owner")
			s := serve(t, dir)
			client := exec.Command(bin, "import", "accounts", many, "--server", s.url, "--token", key)
			if err := client.Start(); err != nil {
				t.Fatal(err)
			}
			var list struct{ Items []running }
			for end := time.Now().Add(30 * time.Second); time.Now().Before(end); {
				s.call(key, "GET", "/imports", nil, &list)
				if len(list.Items) > 0 && list.Items[0].Inserted > 5000 {
					break
				}
				time.Sleep(2 * time.Millisecond)
			}
			if list.Items[0].State != "running" {
				t.Fatalf("too late to kill: %+v", list.Items[0])
			}
			s.stop(syscall.SIGKILL)
			if err := client.Wait(); err == nil {
				t.Error("the client of a killed server ended well")
			}

			s = serve(t, dir)
			s.call(key, "GET", "/imports", nil, &list)
			stopped := list.Items[0]
			if stopped.State != "interrupted" {
				t.Errorf("after the kill the import is %s", stopped.State)
			}
			want := 0
			if what == "resume" {
				s.call(key, "POST", "/imports/"+stopped.ID+"/resume", map[string]any{}, &stopped)
				for stopped.State == "running" {
					time.Sleep(10 * time.Millisecond)
					s.call(key, "GET", "/imports/"+stopped.ID, nil, &stopped)
				}
				if want = rows; stopped.State != "done" || stopped.Read != rows || stopped.Inserted != rows {
					t.Errorf("resumed: %+v", stopped)
				}
			} else {
				s.through(key).run(0, "undo", stopped.ID)
			}
			if n := s.through(key).ask("SELECT count(*) || ':' || count(DISTINCT external_id) FROM accounts"); n != fmt.Sprintf("%d:%d", want, want) {
				t.Errorf("%s left %s accounts", what, n)
			}
			if code := s.stop(syscall.SIGTERM); code != 0 {
				t.Errorf("exit %d: %s", code, s.errs.String())
			}
			on(t, dir).run(0, "check").has(true, "ok")
		})
	}
}
