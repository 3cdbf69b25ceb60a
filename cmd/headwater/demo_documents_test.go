//go:build duckdb_arrow

package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	httpapi "headwater/server/http"
)

var update = flag.Bool("update", false, "write the demo's documents anew")

// The documents that the demo keeps are those that the product makes of its records.
func TestTheDemosDocumentsAreMadeOfItsRecords(t *testing.T) {
	dir := t.TempDir()
	w, err := openWorkspace(t.Context(), workspaceConfig{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.fillDemo(t.Context(), dir, time.Now()); err != nil {
		t.Fatal(err)
	}
	c := &client{base: "http://headwater.local", do: func(r *http.Request) (*http.Response, error) {
		rec := httptest.NewRecorder()
		w.Server.ServeHTTP(rec, r.WithContext(httpapi.Local(r.Context())))
		return rec.Result(), nil
	}}
	call := func(method, target string, body, out any) {
		t.Helper()
		if err := c.call(t.Context(), method, target, body, out); err != nil {
			t.Fatal(method, target, err)
		}
	}
	rounds := keptList{}
	call("GET", path("records", "activities")+query("fields", "account", "filter", `play : "nurture/"`, "page_size", "50"), nil, &rounds)
	if len(rounds.Items) == 0 {
		t.Error("no account is kept in touch with")
	} else {
		var standing struct {
			Plans []struct {
				Plan  struct{ ID string }
				Fits  bool
				Round *struct{ Done int }
			}
		}
		call("GET", path("accounts", rounds.Items[0].cell("account"), "nurture"), nil, &standing)
		if p := standing.Plans[0]; p.Plan.ID != "customer-rhythm" || !p.Fits || p.Round == nil || p.Round.Done == 0 {
			t.Errorf("the round stands as %+v", p)
		}
	}

	all := keptList{}
	call("GET", path("records", "documents")+query("fields", "title,deal,content", "order", "made_at", "page_size", "100"), nil, &all)
	kinds := map[string]bool{}
	for _, row := range all.Items {
		var kept struct {
			Template, Lang, Quote string
			MadeOn                string `json:"made_on"`
			Given                 map[string]string
		}
		if err := json.Unmarshal([]byte(row.cell("content")), &kept); err != nil {
			t.Fatal(err)
		}
		kinds[kept.Template] = true
		body := map[string]any{"deal": row.cell("deal"), "template": kept.Template, "language": kept.Lang, "inputs": kept.Given}
		if kept.Quote != "" {
			body["quote"] = kept.Quote
		}
		var made struct{ ID string }
		call("POST", path("documents"), body, &made)
		var again keptRow
		call("GET", path("records", "documents", made.ID), nil, &again)
		if was, now := bare(t, row.cell("content"), kept.MadeOn), bare(t, again.cell("content"), kept.MadeOn); was != now {
			if !*update {
				t.Errorf("%s of %s isn't what the product makes; go test ./cmd/headwater -run Demos -update writes it. Kept:\n%s\nmade:\n%s", kept.Template, row.cell("title"), was, now)
				continue
			}
			rewrite(t, c, row, kept.MadeOn, kept.Quote, now)
		}
	}
	if len(kinds) < 6 || len(all.Items) < 8 {
		t.Errorf("%d documents of %d kinds", len(all.Items), len(kinds))
	}
}

// bare is a document without what differs from one making to the next.
func bare(t *testing.T, content, madeOn string) string {
	t.Helper()
	var d map[string]any
	if err := json.Unmarshal([]byte(content), &d); err != nil {
		t.Fatal(err)
	}
	d["made_on"], d["version"] = madeOn, 1
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(d); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// rewrite opens the names of the story in a document again and puts it into its file,
// which is the one whose own lines are those of the kept document.
func rewrite(t *testing.T, c *client, row keptRow, madeOn, quote, now string) {
	t.Helper()
	cells := func(entity, key string) keptRow {
		var r keptRow
		if err := c.call(t.Context(), "GET", path("records", entity, key), nil, &r); err != nil {
			t.Fatal(err)
		}
		return r
	}
	day := func(text, zh, en string) []string {
		at, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return nil
		}
		return []string{at.Format("2006年1月2日"), zh, at.Format("2 January 2006"), en}
	}
	deal := cells("deals", row.cell("deal"))
	pairs := []string{cells("accounts", deal.cell("account")).cell("name"), "{{account}}", `"made_on": "` + madeOn + `"`, `"made_on": "{{made_on}}"`}
	if quote != "" {
		q := cells("quotes", quote)
		pairs = append(pairs, quote, "{{quote}}", q.cell("number"), "{{number}}", cells("contacts", q.cell("contact")).cell("name"), "{{contact}}")
		pairs = append(pairs, day(q.cell("valid_until"), "{{valid.zh}}", "{{valid.en}}")...)
	}
	agreements := keptList{}
	if err := c.call(t.Context(), "GET", path("records", "agreements")+query("fields", "starts_on", "filter", "deal = "+literal(row.cell("deal"))), nil, &agreements); err != nil {
		t.Fatal(err)
	}
	for _, a := range agreements.Items {
		pairs = append(append(pairs, a.cell("starts_on"), "{{starts_on}}"), day(a.cell("starts_on"), "{{starts.zh}}", "")...)
	}
	amount, _, _ := strings.Cut(deal.cell("amount"), " ")
	for i := len(amount) - 3; i > 0; i -= 3 {
		amount = amount[:i] + "," + amount[i:]
	}
	pairs = append(pairs, amount+" 元", "{{amount.zh}}", "CNY "+amount, "{{amount.en}}")
	var kept struct{ Template, Lang string }
	if err := json.Unmarshal([]byte(now), &kept); err != nil {
		t.Fatal(err)
	}
	cases := keptList{}
	if err := c.call(t.Context(), "GET", path("records", "value_cases")+query("fields", "status", "filter", "deal = "+literal(row.cell("deal"))), nil, &cases); err != nil {
		t.Fatal(err)
	}
	tale := map[string]string{"shared": "-waiting", "draft": "-first"}[cases.Items[0].cell("status")]
	if len(agreements.Items) > 0 {
		tale = "-won"
	}
	file := filepath.Join("..", "..", "demo", "documents", kept.Template+tale+"."+kept.Lang+".json")
	if err := os.WriteFile(file, []byte(strings.NewReplacer(pairs...).Replace(now)), 0o600); err != nil {
		t.Fatal(err)
	}
}
