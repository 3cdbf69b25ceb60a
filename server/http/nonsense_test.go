package httpapi_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
)

// nonsense is what people, broken programs and attackers send.
var nonsense = []any{"", " ", "\x00", "x", "x\u202ey", strings.Repeat("长", 30_000), "' OR 1=1 --", "../../etc/passwd", "💥", "NaN", "1e400", "2026-02-30", "12.5 CNY",
	"=cmd()", "name = ", "))((", "SELECT * FROM accounts; DROP TABLE accounts", "file:///etc/passwd", "http://[::1", "0", -1, 0, 1, 1e18, 1.5, true, nil,
	[]any{}, []any{nil}, []any{"x", "x"}, map[string]any{}, map[string]any{"x": map[string]any{"y": nil}}, map[string]any{"name": "x\x00"}}

// describedSchema is the part of a JSON schema that bodies are made from.
type describedSchema struct {
	Ref                  string `json:"$ref"`
	Type                 any
	Properties           map[string]*describedSchema
	Items                *describedSchema
	AdditionalProperties any
	Required             []string
	Enum                 []any
	Format               string
	Minimum              *float64
}

type operationOf struct {
	OperationID string
	Parameters  []struct{ Name, In string }
	RequestBody *struct {
		Content map[string]struct{ Schema *describedSchema }
	}
}

// nonsenseOf makes requests from the description of the interface.
type nonsenseOf struct {
	*rand.Rand
	named map[string]*describedSchema
	ids   map[string][]string // known values of path parameters, so that some requests go deep
}

func (n *nonsenseOf) any() any { return nonsense[n.IntN(len(nonsense))] }

// body is a value of a schema in which about one part in wrong is nonsense.
func (n *nonsenseOf) body(s *describedSchema, wrong, depth int) any {
	if s == nil || depth > 6 || n.IntN(wrong) == 0 {
		return n.any()
	}
	if s.Ref != "" {
		return n.body(n.named[s.Ref[strings.LastIndex(s.Ref, "/")+1:]], wrong, depth+1)
	}
	if len(s.Enum) > 0 {
		return s.Enum[n.IntN(len(s.Enum))]
	}
	kind := fmt.Sprint(s.Type)
	switch {
	case strings.Contains(kind, "object"):
		out := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			if name != "$schema" && (slices.Contains(s.Required, name) || n.IntN(2) == 0) {
				out[name] = n.body(s.Properties[name], wrong, depth+1)
			}
		}
		if s.Properties == nil {
			out["name"], out["x"] = n.any(), n.any()
		}
		return out
	case strings.Contains(kind, "array"):
		out := []any{}
		for range n.IntN(3) {
			out = append(out, n.body(s.Items, wrong, depth+1))
		}
		return out
	case strings.Contains(kind, "integer"), strings.Contains(kind, "number"):
		return n.IntN(100)
	case strings.Contains(kind, "boolean"):
		return n.IntN(2) == 0
	case s.Format == "date":
		return "2026-11-22"
	case s.Format == "date-time":
		return "2026-11-22T03:04:05Z"
	}
	known := []string{"name", "accounts", "deals", "logical-data-lake", "name = 'x'", "文字"}
	for _, list := range n.ids {
		known = append(known, list...)
	}
	slices.Sort(known)
	return known[n.IntN(len(known))]
}

func (n *nonsenseOf) text() string {
	s := fmt.Sprint(n.any())
	if len(s) > 4000 {
		s = s[:3000]
	}
	return s
}

// address fills the parameters of a path: mostly with what exists.
func (n *nonsenseOf) address(path string, op operationOf) string {
	query := url.Values{}
	for _, p := range op.Parameters {
		switch {
		case p.In == "path":
			v := n.text()
			if list := n.ids[p.Name]; len(list) > 0 && n.IntN(5) > 0 {
				v = list[n.IntN(len(list))]
			}
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(v))
		case p.In == "query" && n.IntN(3) == 0:
			query.Set(p.Name, n.text())
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path
}

// Whatever is sent, the answer is one that says what is wrong, by a code that the page has
// words for in both languages; nothing fails in itself.
func TestNonsenseIsAnsweredInWords(t *testing.T) {
	o := newOffice(t)
	account, deal := o.prospect("owner", "discover", "")
	contact := o.make("owner", "contacts", fmt.Sprintf(`{"name":"王总","account":%q}`, account))
	seed := uint64(20261122)
	if given := os.Getenv("HEADWATER_SEED"); given != "" {
		_, err := fmt.Sscan(given, &seed)
		must(t, err)
	}
	t.Log("seed", seed)
	text, err := json.Marshal(json.RawMessage(o.ask("owner", "GET", "/api/openapi.json", "").text))
	must(t, err)
	var d struct {
		Paths      map[string]map[string]operationOf
		Components struct{ Schemas map[string]*describedSchema }
	}
	must(t, json.Unmarshal(text, &d))
	n := &nonsenseOf{rand.New(rand.NewPCG(seed, 1)), d.Components.Schemas, map[string][]string{
		"entity": {"accounts", "deals", "contacts", "pack_items"}, "key": {account, deal, contact}, "id": {account, deal, contact}, "deal": {deal}, "account": {account},
		"contact": {contact}, "pack": {"logical-data-lake", "enterprise-mail"}, "section": {"needs", "segments", "playbooks"}, "item": {"L01", "direct"},
		"name": {"main", "accounts", "x"}, "field": {"name", "industry"}, "rev": {"1"}}}
	zh, en := wordsOf(t, "zh-CN"), wordsOf(t, "en")
	seen := map[string]bool{}
	rounds := 15
	if testing.Short() {
		rounds = 3
	}
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(d.Paths[path])) {
			op := d.Paths[path][method]
			if public[op.OperationID] || op.OperationID == "deleteToken" {
				continue
			}
			for range rounds {
				where, body, kind := n.address(path, op), "", "application/json"
				if op.RequestBody != nil {
					for content, c := range op.RequestBody.Content {
						kind = content
						made, err := json.Marshal(n.body(c.Schema, []int{2, 5, 20, 1000}[n.IntN(4)], 0))
						must(t, err)
						body = string(made)
					}
				}
				r := o.ask("owner", strings.ToUpper(method), where, body, "Content-Type", kind)
				if r.StatusCode < 400 {
					continue
				}
				if r.StatusCode >= 500 && r.StatusCode != http.StatusServiceUnavailable {
					t.Errorf("%s %s answers %d to\n%.600s\n%s", method, clip(where), r.StatusCode, body, clip(r.text))
					continue
				}
				var p struct {
					Code   string
					Detail string
				}
				if err := json.Unmarshal([]byte(r.text), &p); err != nil || p.Code == "" {
					t.Errorf("%s %s answers %d without a code to\n%.600s\n%s", method, clip(where), r.StatusCode, body, clip(r.text))
					continue
				}
				if !seen[p.Code] && (!zh[p.Code] || !en[p.Code]) {
					t.Errorf("%s %s: the page has no words for %s: %s", method, clip(where), p.Code, clip(r.text))
				}
				seen[p.Code] = true
			}
		}
	}
	if t.Log(len(seen), "codes were seen"); len(seen) < 30 {
		t.Error("the nonsense doesn't reach far")
	}
}
