package headwater

import (
	"os/exec"
	"strings"
	"testing"
)

// may says which rooms a room may import; the way goes forward only:
// source → lake → sales → server → web. What isn't listed may import nothing of ours.
var may = map[string][]string{
	"cmd/headwater":          {"*"},
	"bench":                  {"*"},
	"e2e":                    {"*"},
	"lake":                   {},
	"lake/collate":           {},
	"lake/filter":            {"lake", "lake/collate"},
	"lake/sqlite":            {"lake"},
	"lake/postgres":          {"lake", "lake/sqlite"}, // its backups are files of lake/sqlite
	"lake/duckdb":            {"lake", "lake/collate", "lake/filter"},
	"lake/laketest":          {"lake", "lake/filter", "lake/collate"},
	"lake/laketest/pgtest":   {},
	"source":                 {"lake"},
	"source/tabular":         {},
	"source/batch":           {"lake"},
	"source/sourcetest":      {"lake", "source"},
	"source/postgres":        {"lake", "source"},
	"source/mysql":           {"lake", "source", "source/batch"},
	"source/mysql/mysqltest": {},
	"source/sqlite":          {"lake", "source", "source/batch"},
	"source/files":           {"lake", "source", "source/tabular"},
	"source/objects":         {"lake", "source", "source/files"},
	"source/iceberg":         {"lake", "source", "source/files", "source/objects"},
	"source/chroma":          {"lake", "source", "source/batch"},
	"catalog":                {"lake", "lake/filter", "lake/collate", "source"},
	"intake":                 {"lake", "source/*"},
	"sales":                  {"lake"},
	"pack":                   {"lake", "sales"},
	"sales/need":             {"lake", "sales", "pack"}, // the domains apply what packs say; ADR 13
	"sales/profile":          {"lake", "lake/filter", "sales", "pack"},
	"sales/deal":             {"lake", "lake/filter", "lake/collate", "sales", "pack"},
	"sales/nurture":          {"lake", "lake/filter", "sales", "pack"},
	"sales/recon":            {"lake", "lake/filter", "sales", "pack"},
	"sales/value":            {"lake", "sales", "pack"},
	"sales/document":         {"lake", "sales", "pack", "sales/document/pdf"},
	"sales/document/pdf":     {"lake"},
	"sales/quote":            {"lake", "sales", "pack"},
	"sales/promise":          {"lake", "sales", "pack"},
	"demo":                   {"lake", "sales", "access", "catalog", "source"},
	"access":                 {"lake"},
	"server/http":            {"lake", "lake/filter", "source", "source/*", "catalog", "intake", "sales", "sales/*", "pack", "access", "web"},
	"server/http/openapi":    {"server/http"},
	"web":                    {},
}

// TestArrows states the way through the house and names the arrow that turned back.
func TestArrows(t *testing.T) {
	out, err := exec.Command("go", "list", "-tags", "sqlite_fts5,duckdb_arrow", "-f", `{{.ImportPath}} {{join .Imports ","}}`, "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		path, imports, _ := strings.Cut(line, " ")
		room, ours := strings.CutPrefix(path, "headwater/")
		if !ours {
			continue
		}
		allowed, known := may[room]
		if !known {
			t.Errorf("room %s is in no plan: add it to this test and to docs/architecture.md", room)
		}
		for _, i := range strings.Split(imports, ",") {
			if target, ok := strings.CutPrefix(i, "headwater/"); ok && !allows(allowed, target) {
				t.Errorf("%s imports %s: that arrow points backwards; it may import %v", room, target, allowed)
			}
		}
	}
}

func allows(allowed []string, target string) bool {
	for _, a := range allowed {
		if a == "*" || a == target || strings.HasSuffix(a, "/*") && strings.HasPrefix(target, strings.TrimSuffix(a, "*")) {
			return true
		}
	}
	return false
}
