package duckdb

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	duck "github.com/duckdb/duckdb-go/v2"
)

// planner tells which columns and conditions of scans a statement needs, before anything
// is read. It is an empty database of its own: the tables of the mirror and the scans
// are there by name and type only, and its optimizer says what it would push into the
// scan of each. So what sources are asked for follows from the same rules by which the
// answer is computed: joins, outer joins, subqueries, masks and overlays included.
//
// The optimizers that look at the data, of which there is none, are turned off.
type planner struct {
	mu    sync.Mutex
	db    *sql.DB
	conn  *sql.Conn
	known map[string]string // table of the mirror → its definition

	remembered remembered[*planning]
	wants      remembered[map[string]bool] // see present.go
}

const withoutData = "statistics_propagation,compressed_materialization,late_materialization,top_n_window_elimination,common_subplan,join_filter_pushdown"

func (p *planner) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.db != nil {
		p.conn.Close()
		p.db.Close()
		p.db = nil
	}
}

func (p *planner) open(ctx context.Context) (err error) {
	if p.db != nil {
		return nil
	}
	connector, err := duck.NewConnector("", nil)
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	conn, err := db.Conn(ctx)
	if err != nil {
		db.Close()
		return err
	}
	for _, s := range []string{
		"SET autoinstall_known_extensions = false", "SET autoload_known_extensions = false", "SET enable_external_access = false",
		"SET disabled_optimizers = '" + withoutData + "'", "SET threads = 1", "SET memory_limit = '256MB'", "SET TimeZone = 'UTC'",
		"CREATE SCHEMA _mirror", "SET lock_configuration = true",
	} {
		if _, err := conn.ExecContext(ctx, s); err != nil {
			conn.Close()
			db.Close()
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	p.db, p.conn, p.known = db, conn, map[string]string{}
	return nil
}

// planned is a node of a plan.
type planned struct {
	Name     string         `json:"name"`
	Children []planned      `json:"children"`
	Extra    map[string]any `json:"extra_info"`
}

// texts are the values of a property, which is a text or a list of them.
func (p *planned) texts(name string) []string {
	switch x := p.Extra[name].(type) {
	case string:
		return []string{x}
	case []any:
		out := make([]string, len(x))
		for i := range x {
			out[i], _ = x[i].(string)
		}
		return out
	}
	return nil
}

func (p *planned) walk(fn func(*planned)) {
	fn(p)
	for i := range p.Children {
		p.Children[i].walk(fn)
	}
}

// plans explains statements over scans.
func (p *planner) plans(h *homes, texts []string, then func(*sql.Conn, []planned) error) (err error) {
	defer recovered(&err)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.open(context.WithoutCancel(h.ctx)); err != nil {
		return err
	}
	if err := p.mirror(h, texts); err != nil {
		return err
	}
	if _, err := p.conn.ExecContext(h.ctx, "BEGIN"); err != nil {
		return err
	}
	defer p.conn.ExecContext(context.WithoutCancel(h.ctx), "ROLLBACK") //nolint:errcheck // nothing is kept
	for _, s := range h.scans {
		if _, err := p.conn.ExecContext(h.ctx, "CREATE TEMP TABLE "+h.marked(s.name)+" ("+strings.Join(s.definitions(), ", ")+")"); err != nil {
			return err
		}
	}
	for _, l := range h.laid {
		if _, err := p.conn.ExecContext(h.ctx, "CREATE TEMP TABLE "+h.marked(l.name)+" ("+strings.Join(l.columns, ", ")+")"); err != nil {
			return err
		}
	}
	if h.masked != "" {
		if _, err := p.conn.ExecContext(h.ctx, h.marked(h.keyTableText())); err != nil {
			return err
		}
	}
	out := make([]planned, len(texts))
	for i, text := range texts {
		var key, value string
		if err := p.conn.QueryRowContext(h.ctx, "EXPLAIN (FORMAT JSON) "+text).Scan(&key, &value); err != nil {
			return err
		}
		var roots []planned
		if err := json.Unmarshal([]byte(value), &roots); err != nil {
			return err
		}
		out[i] = planned{Name: "ROOT", Children: roots}
	}
	return then(p.conn, out)
}

// mirror makes the tables of the mirror that statements name.
func (p *planner) mirror(h *homes, texts []string) error {
	for name, definition := range h.mirrored(texts) {
		if p.known[name] == definition {
			continue
		}
		for _, text := range []string{"DROP TABLE IF EXISTS " + name, definition} {
			if _, err := p.conn.ExecContext(h.ctx, text); err != nil {
				return err
			}
		}
		p.known[name] = definition
	}
	return nil
}

// mirrored are the tables of the mirror that statements name, with their definitions.
func (h *homes) mirrored(texts []string) map[string]string {
	out := map[string]string{}
	for _, t := range h.st.tables {
		name := t.sqlName()
		if slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, name) }) {
			out[name] = t.create()
		}
	}
	return out
}
