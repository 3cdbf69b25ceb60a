package duckdb

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"headwater/lake"
)

// sandbox walks the syntax tree of a person's SELECT. It knows what may be read and
// refuses everything else: tables that are neither entities nor the text's own common
// tables, table functions, and functions that look at the server.
type sandbox struct {
	schema *lake.Schema
	name   func() string   // for what is put in the place of an entity
	named  []naming        // the places that name entities, renamed in the tree
	own    map[string]bool // names that we have put in ourselves

	recursive bool // the text may run for ever

	parse func(text string) (map[string]any, error) // the database's parser; nil: calls that grow were bounded before
}

// The forms of a table that a SELECT may read from.
var tableForms = []string{"BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY", "PIVOT"}

var tableFunctions = []string{"range", "generate_series", "unnest"}

var deniedFunctions = []string{
	"getenv", "getvariable", "nextval", "currval", "setseed", "txid_current", "query", "query_table", "sleep_ms", "in_search_path",
	"user", "session_user", "version", "stats", "vector_type", "glob", "which_secret", "sniff_csv", "col_description", "obj_description",
	"shobj_description", "get_block_size", "parse_duckdb_log_message", "arrow_scan", "seq_scan", "create_sort_key",
}

var deniedPrefixes = []string{
	"read_", "pragma_", "duckdb_", "pg_", "has_", "__internal", "json_serialize", "json_deserialize", "json_execute", "parquet_",
	"write_", "inet_", "current_",
}

var allowedFunctions = []string{"current_date", "current_timestamp", "current_localtimestamp", "current_localtime", "current_time"}

func deniedFunction(name string) bool {
	name = strings.ToLower(name)
	if slices.Contains(allowedFunctions, name) {
		return false
	}
	return slices.Contains(deniedFunctions, name) ||
		slices.ContainsFunc(deniedPrefixes, func(p string) bool { return strings.HasPrefix(name, p) })
}

// statement checks the one statement of a parsed text.
func (s *sandbox) statement(parsed map[string]any) error {
	list, _ := parsed["statements"].([]any)
	if len(list) != 1 {
		return lake.Fail(lake.ErrInvalid, "sql_not_select", "Only one SELECT at a time can be run.", "statements", len(list))
	}
	statement, _ := list[0].(map[string]any)
	return s.walk("", statement, nil)
}

type commonTable struct {
	name string
	body map[string]any
}

func commonTables(node map[string]any) []commonTable {
	m, _ := node["cte_map"].(map[string]any)
	list, _ := m["map"].([]any)
	var out []commonTable
	for _, x := range list {
		entry, _ := x.(map[string]any)
		name, _ := entry["key"].(string)
		body, _ := entry["value"].(map[string]any)
		out = append(out, commonTable{name, body})
	}
	return out
}

// walk visits a value of the tree that stands under a name; scope holds the common
// tables that can be seen there.
func (s *sandbox) walk(under string, x any, scope []string) error {
	switch x := x.(type) {
	case []any:
		for _, y := range x {
			if err := s.walk(under, y, scope); err != nil {
				return err
			}
		}
	case map[string]any:
		scope, err := s.enter(x, scope)
		if err != nil {
			return err
		}
		if err := s.check(under, x, scope); err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(x)) { // so that the same text is always read alike
			y := x[name]
			if name == "cte_map" || name == "value" && x["class"] == "CONSTANT" {
				continue // visited by enter; a constant's value is data
			}
			inner := scope
			if own, _ := x["cte_name"].(string); name == "right" && x["type"] == "RECURSIVE_CTE_NODE" {
				inner = append(slices.Clip(scope), strings.ToLower(own))
			}
			if err := s.walk(name, y, inner); err != nil {
				return err
			}
		}
		if x["class"] == "FUNCTION" && under != "function" {
			return s.bound(x)
		}
	}
	return nil
}

// enter checks a node's common tables, each with those before it in scope. A recursive
// one sees itself in its second half only: in the first, the database would look for a
// table of that name in its catalog.
func (s *sandbox) enter(node map[string]any, scope []string) ([]string, error) {
	scope = slices.Clip(scope)
	for _, c := range commonTables(node) {
		if err := s.walk("cte", c.body, scope); err != nil {
			return nil, err
		}
		scope = append(scope, strings.ToLower(c.name))
	}
	return scope, nil
}

func (s *sandbox) check(under string, x map[string]any, scope []string) error {
	kind, _ := x["type"].(string)
	class, isExpression := x["class"].(string)
	switch {
	case kind == "RECURSIVE_CTE_NODE":
		s.recursive = true
	case kind == "SHOW_REF":
		return lake.Fail(lake.ErrInvalid, "sql_not_select", "Only SELECT can be run; the fields of an entity are in the schema.")
	case isExpression && class == "PARAMETER":
		return invalidSQL("Parameters can't be used here.")
	case isExpression && (class == "FUNCTION" || class == "WINDOW"):
		name, _ := x["function_name"].(string)
		if under != "function" && deniedFunction(name) {
			return deniedError(name)
		}
	case isExpression:
	case kind == "TABLE_FUNCTION":
		f, _ := x["function"].(map[string]any)
		if is, err := s.nearestTable(x, f); is || err != nil {
			return err
		}
		if name, _ := f["function_name"].(string); !slices.Contains(tableFunctions, strings.ToLower(name)) {
			return deniedError(name)
		}
	case kind == "BASE_TABLE":
		return s.table(x, scope)
	case (under == "from_table" || under == "left" || under == "right" || under == "source") &&
		!strings.HasSuffix(kind, "_NODE") && !slices.Contains(tableForms, kind):
		return invalidSQL("This kind of table can't be read here.")
	}
	return nil
}

func (s *sandbox) table(x map[string]any, scope []string) error {
	text := func(k string) string { t, _ := x[k].(string); return t }
	name := strings.ToLower(text("table_name"))
	switch {
	case text("schema_name") != "" || text("catalog_name") != "":
		return lake.Fail(lake.ErrInvalid, "sql_table_unknown", "Tables are named without a schema: "+name+".", "table", text("schema_name")+"."+name)
	case s.own[text("table_name")]:
		return nil
	case slices.Contains(scope, name):
		if x["at_clause"] != nil {
			return invalidSQL("AT can be used with entities only.")
		}
		return nil
	}
	e, err := s.schema.Entity(lake.EntityName(name))
	if err != nil || e.Internal {
		return tableUnknown(name)
	}
	if s.name == nil {
		return tableUnknown(name)
	}
	at, _ := x["at_clause"].(map[string]any)
	if err := s.walk("at", at["expr"], nil); err != nil {
		return err
	}
	n := naming{table: s.name(), entity: e.Name, at: at}
	s.named = append(s.named, n)
	if text("alias") == "" {
		x["alias"] = text("table_name")
	}
	x["table_name"], x["at_clause"] = n.table, nil
	return nil
}

func tableUnknown(name string) error {
	return lake.Fail(lake.ErrInvalid, "sql_table_unknown", "There is no table named "+name+".", "table", name)
}

func deniedError(name string) error {
	return lake.Fail(lake.ErrInvalid, "sql_function_denied", "The function "+name+" can't be used here.", "function", name)
}

func invalidSQL(detail string) error {
	return lake.Fail(lake.ErrInvalid, "sql_invalid", detail, "message", detail)
}

// parsedSQL decodes what the database's own parser says of a text.
func parsedSQL(tree string) (map[string]any, error) {
	var parsed map[string]any
	d := json.NewDecoder(strings.NewReader(tree))
	d.UseNumber()                             // the tree is written out again
	if err := d.Decode(&parsed); err != nil { // the parser writes 1e400 as Infinity, which isn't JSON
		return nil, invalidSQL("A number in the text is too large.")
	}
	if failed, _ := parsed["error"].(bool); !failed {
		return parsed, nil
	}
	kind, _ := parsed["error_type"].(string)
	message, _ := parsed["error_message"].(string)
	if kind == "not implemented" {
		return nil, lake.Fail(lake.ErrInvalid, "sql_not_select", "Only SELECT can be run.")
	}
	at, _ := parsed["position"].(string)
	return nil, lake.Fail(lake.ErrInvalid, "sql_invalid", plainMessage(message), "message", plainMessage(message), "position", at)
}
