//go:build duckdb_arrow

package httpapi_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// sentences reads the page's sentences of one language: by code, or code.reason.
func sentences(t *testing.T, language string) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../../web/src/i18n/problems*." + language + ".ts")
	must(t, err)
	if len(files) < 2 {
		t.Fatalf("sentences of %s: %v", language, files)
	}
	out := map[string]string{}
	line := regexp.MustCompile(`(?m)^  '?([\w.]+)'?: ['"](.+)['"],$`)
	for _, f := range files {
		text, err := os.ReadFile(f)
		must(t, err)
		for _, m := range line.FindAllStringSubmatch(string(text), -1) {
			out[m[1]] = m[2]
		}
	}
	return out
}

// Each door of sources, entities, branches, write-back and jobs is knocked at with what
// can't be right. The answer is a problem with its code, never a fault of the server, and
// the page has a sentence for it in both languages that quotes no English of ours.
func TestDoorsRefuseInWords(t *testing.T) {
	o, _ := connected(t)
	nul, long := `a\u0000b`, strings.Repeat("n", 300)
	o.tell(
		story{name: "a branch", as: "admin", ask: "POST /api/branches", body: `{"name":"ok"}`, status: 201},
		story{name: "a clone", as: "admin", ask: "POST /api/entities/accounts/clone", body: `{"name":"copied"}`, status: 200},
	)
	field := `{"name":"f","kind":"text","label":{"zh":"f","en":"f"}}`
	doors := []struct{ ask, body, code string }{
		{"POST /api/sources", ``, "request_invalid.body"},
		{"POST /api/sources", `{`, "request_invalid.json"},
		{"POST /api/sources", `[]`, "request_invalid.type"},
		{"POST /api/sources", `{}`, "request_invalid.missing"},
		{"POST /api/sources", `{"name":"x","url":5}`, "request_invalid.type"},
		{"POST /api/sources", `{"name":"x","url":"sqlite:///x","boss":1}`, "request_invalid.unexpected"},
		{"POST /api/sources", `{"name":"` + long + `","url":"x"}`, "request_invalid.long"},
		{"POST /api/sources", `{"name":"","url":"postgres://u:p@127.0.0.1:1/x"}`, "source_name_invalid"},
		{"POST /api/sources", `{"name":"` + nul + `","url":"postgres://u:p@127.0.0.1:1/x"}`, "source_name_invalid"},
		{"POST /api/sources", `{"name":"shop","url":"postgres://u:p@127.0.0.1:1/x"}`, "source_exists"},
		{"POST /api/sources", `{"name":"files","url":"postgres://u:p@127.0.0.1:1/x"}`, "source_name_reserved"},
		{"POST /api/sources", `{"name":"new","url":"x","note":"` + nul + `"}`, "note_invalid"},
		{"POST /api/sources?untested=true", `{"name":"new","url":"x"}`, "address_invalid"},
		{"POST /api/sources?untested=true", `{"name":"new","url":"postgres://u:p@h/d?boss=1"}`, "address_invalid.parameter"},
		{"POST /api/sources?untested=true", `{"name":"new","url":"mongodb://h/d"}`, "source_kind_unknown"},
		{"POST /api/sources?untested=maybe", `{"name":"new","url":"x"}`, "request_invalid.type"},
		{"PATCH /api/sources/nobody", `{}`, "source_unknown"},
		{"PATCH /api/sources/shop", `{"note":"` + nul + `"}`, "note_invalid"},
		{"DELETE /api/sources/nobody", ``, "source_unknown"},
		{"DELETE /api/sources/shop", ``, "source_used"},
		{"POST /api/sources/nobody/test", ``, "source_unknown"},
		{"GET /api/sources/nobody/tables", ``, "source_unknown"},
		{"GET /api/sources/shop/table", ``, "request_invalid.missing"},
		{"GET /api/sources/shop/table?table=nobody", ``, "source_table_unknown"},
		{"GET /api/sources/shop/table?table=%00", ``, "source_table_unknown"},
		{"GET /api/sources/shop/preview?table=a%00", ``, "source_table_unknown"},
		{"GET /api/sources/shop/tables?branch=nobody", ``, "branch_unknown"},

		{"POST /api/entities", `{}`, "declare_invalid"},
		{"POST /api/entities", `{"source":"nobody","all":true}`, "source_unknown"},
		{"POST /api/entities", `{"drafts":[{"source":"shop"}]}`, "request_invalid.missing"},
		{"POST /api/entities", `{"drafts":[{"source":"shop","table":"` + nul + `"}]}`, "source_table_unknown"},
		{"POST /api/entities", `{"drafts":[{"source":"shop","table":"customers","name":"Bad Name"}]}`, "entity_name_invalid"},
		{"POST /api/entities", `{"drafts":[{"source":"shop","table":"customers","name":"accounts"}]}`, "entity_exists"},
		{"POST /api/entities", `{"drafts":[{"source":"shop","table":"customers","name":"more","key":["nobody"]}]}`, "field_unknown"},
		{"POST /api/entities", `{"drafts":[{"source":"shop","table":"customers","name":"more","label":{"zh":"` + nul + `","en":"x"}}]}`, "label_invalid"},
		{"POST /api/entities", `{"drafts":[{"source":"shop","table":"customers","name":"more","label":{"zh":"` + long + `","en":"x"}}]}`, "label_invalid.long"},
		{"POST /api/entities", `{"drafts":[{"source":"shop","table":"customers","name":"more","fields":[{"column":"name","kind":"boss"}]}]}`, "kind_unknown"},
		{"POST /api/entities/native", `{"name":"` + nul + `","fields":[` + field + `]}`, "entity_name_invalid"},
		{"POST /api/entities/native", `{"name":"","fields":[` + field + `]}`, "entity_name_invalid"},
		{"POST /api/entities/native", `{"name":"own","fields":[]}`, "request_invalid.few"},
		{"POST /api/entities/native", `{"name":"own","fields":[` + field + `,` + field + `]}`, "field_exists"},
		{"POST /api/entities/native", `{"name":"own","fields":[{"name":"id","kind":"text","label":{"zh":"f","en":"f"}}]}`, "field_name_invalid.reserved"},
		{"POST /api/entities/native", `{"name":"own","fields":[{"name":"","kind":"text","label":{"zh":"","en":""}}]}`, "field_name_invalid"},
		{"POST /api/entities/native", `{"name":"own","fields":[{"name":"f","kind":"boss","label":{"zh":"f","en":"f"}}]}`, "request_invalid.choice"},
		{"POST /api/entities/native", `{"name":"own","fields":[{"name":"f","kind":"reference","label":{"zh":"f","en":"f"}}]}`, "target_missing"},
		{"POST /api/entities/native", `{"name":"own","fields":[{"name":"f","kind":"text","label":{"zh":"` + nul + `","en":"f"}}]}`, "label_invalid"},
		{"POST /api/entities/nobody/clone", `{"name":"c"}`, "entity_unknown"},
		{"POST /api/entities/accounts/clone", `{"name":"c","where":"nobody = 1"}`, "filter_invalid.field_unknown"},
		{"POST /api/entities/accounts/clone", `{"name":"c","columns":["nobody"]}`, "field_unknown"},
		{"POST /api/entities/accounts/clone", `{"name":"c","masks":{"name":{"rule":"boss"}}}`, "mask_unknown"},
		{"POST /api/entities/accounts/clone", `{"name":"c","masks":{"name":{"rule":"first","n":99999999999999999999}}}`, "request_invalid.type"},
		{"POST /api/entities/accounts/clone", `{"name":"c","at":999999}`, "revision_unknown"},
		{"POST /api/entities/accounts/clone?branch=nobody", `{"name":"c"}`, "branch_unknown"},
		{"POST /api/entities/derive", `{"name":"d","sql":"DROP TABLE accounts"}`, "sql_not_select"},
		{"POST /api/entities/derive", `{"name":"d","sql":"SELECT * FROM nobody"}`, "sql_table_unknown"},
		{"POST /api/entities/derive", `{"name":"d","sql":"SELECT 1"}`, "derived_column"},
		{"POST /api/entities/derive", `{"name":"d","sql":"SELECT 1 AS a","keep":{"every_seconds":-1}}`, "request_invalid.low"},
		{"PATCH /api/entities/customers", `{"keep":{"every_seconds":-1}}`, "keep_interval"},
		{"PATCH /api/entities/customers", `{"keep":{"every_seconds":99999999999}}`, "keep_interval"},
		{"PATCH /api/entities/customers", `{"keep":"x"}`, "request_invalid.type"},
		{"PATCH /api/entities/customers", `{"label":{"zh":" ","en":""}}`, "label_invalid.empty"},
		{"PATCH /api/entities/customers", `{"label":{"zh":"` + nul + `","en":""}}`, "label_invalid"},
		{"PATCH /api/entities/customers", `{"sql":"SELECT 1 AS a"}`, "home_kind"},
		{"DELETE /api/entities/accounts", ``, "entity_built_in"},
		{"POST /api/entities/nobody/refresh", ``, "entity_unknown"},
		{"POST /api/entities/customers/refresh?full=maybe", ``, "request_invalid.type"},
		{"GET /api/jobs/nobody", ``, "job_unknown"},
		{"POST /api/jobs/nobody/cancel", ``, "job_unknown"},
		{"GET /api/catalog?kind=boss", ``, "request_invalid.choice"},
		{"GET /api/lineage?entity=accounts&field=nobody", ``, "field_unknown"},
		{"GET /api/entities/accounts/profile?field=%00", ``, "field_unknown"},
		{"POST /api/query/explain", `{"sql":""}`, "sql_not_select"},
		{"POST /api/query/explain", `{"sql":"SELECT * FROM read_csv('x')"}`, "sql_function_denied"},
		{"POST /api/query/shape", `{}`, "request_invalid.missing"},

		{"POST /api/branches", `{"name":"a/b"}`, "branch_name_invalid"},
		{"POST /api/branches", `{"name":"ok"}`, "branch_exists"},
		{"POST /api/branches", `{"name":"b","note":"` + nul + `"}`, "note_invalid"},
		{"POST /api/branches", `{"name":"b","only":["customers"]}`, "pin_only"},
		{"POST /api/branches", `{"name":"b","pin":true,"only":["nobody"]}`, "entity_unknown"},
		{"PATCH /api/branches/ok", `{"note":"` + nul + `"}`, "note_invalid"},
		{"GET /api/branches/nobody/drift", ``, "branch_unknown"},
		{"POST /api/branches/ok/drift", `{"entity":"customers","ids":[],"take":"ours"}`, "request_invalid.few"},
		{"POST /api/branches/ok/drift", `{"entity":"accounts","ids":["x"],"take":"ours"}`, "entity_native"},
		{"GET /api/records/customers/a%00b", ``, "record_unknown"},
		{"PATCH /api/records/customers/a%00b", `{"cells":{"name":"x"}}`, "record_unknown"},
		{"GET /api/writeback?source=nobody", ``, "source_unknown"},
		{"POST /api/writeback", `{}`, "writeback_invalid"},
		{"POST /api/writeback", `{"source":"shop","records":{}}`, "writeback_nothing"},
		{"POST /api/writeback", `{"entity":"customers","ids":["nobody"]}`, "writeback_unknown"},
	}
	zh, en := sentences(t, "zh-CN"), sentences(t, "en")
	for _, d := range doors {
		method, path, _ := strings.Cut(d.ask, " ")
		r := o.ask("admin", method, path, d.body)
		what := fmt.Sprintf("%s %s", d.ask, clip(d.body))
		if r.StatusCode < 400 || r.StatusCode >= 500 {
			t.Errorf("%s: %d %s", what, r.StatusCode, clip(r.text))
			continue
		}
		code := r.at(t, "code").(string)
		params, _ := r.at(t, "params").(map[string]any)
		if reason, ok := params["reason"].(string); ok && zh[code+"."+reason] != "" {
			code += "." + reason
		}
		if code != d.code {
			t.Errorf("%s: %s, want %s: %s", what, code, d.code, clip(r.text))
			continue
		}
		for language, text := range map[string]string{"zh-CN": zh[code], "en": en[code]} {
			if text == "" || strings.Contains(text, "{detail}") {
				t.Errorf("%s: %s says %q in %s", what, code, text, language)
			}
		}
		if len(r.text) > 2000 {
			t.Errorf("%s: what was sent comes back: %d bytes", what, len(r.text))
		}
	}
	for _, need := range []string{"need_write", "need_branch", "need_schema", "need_admin"} {
		if zh[need] == "" || en[need] == "" {
			t.Errorf("%s has no sentence", need)
		}
	}
	o.tell(
		story{name: "keys that can't be are nothing to settle", as: "admin", ask: "POST /api/branches/ok/drift", body: `{"entity":"customers","ids":["` + nul + `"],"take":"ours"}`, status: 200},
		story{name: "a password isn't sent back", as: "admin", ask: "POST /api/sources", body: `{"name":"x","url":"postgres://u:hush@h/d","boss":1}`, status: 422, absent: []string{"hush"}},
		story{name: "a viewer adds no source", as: "viewer", ask: "POST /api/sources", body: `{"name":"x","url":"sqlite:///x"}`, status: 403, want: []string{`"code":"need_schema"`}},
		story{name: "a viewer derives nothing", as: "viewer", ask: "POST /api/entities/derive", body: `{"name":"d","sql":"SELECT 1 AS a"}`, status: 403},
		story{name: "a viewer writes nothing back", as: "viewer", ask: "POST /api/writeback", body: `{"source":"shop"}`, status: 403},
		story{name: "the steps of a test say what form an address has", as: "admin", ask: "POST /api/sources/test", body: `{"url":"sqlite://"}`, status: 200, want: []string{`"params":{"form":"sqlite:///absolute/path.db"}`}},
		story{name: "and which host didn't answer", as: "admin", ask: "POST /api/sources/test", body: `{"url":"postgres://u:p@127.0.0.1:1/d","allow_private":true}`, status: 200, want: []string{`"host":"127.0.0.1"`}},
	)
}
