package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"headwater/lake"
)

// snapshot is one reading transaction and the state that belongs to it.
type snapshot struct {
	conn *sql.Conn
	st   *state
}

// read runs fn in a transaction of a mirror that reaches the view's revision and has a
// place for all fields of the entities.
func (e *Engine) read(ctx context.Context, v lake.View, entities []*lake.Entity, fn func(context.Context, snapshot) error) (err error) {
	defer recovered(&err)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(e.life, cancel)() // Close doesn't wait for long questions
	if len(v.Lineage) == 0 || v.Schema == nil || v.Rights == nil {
		return lake.Fail(lake.ErrInvalid, "view_invalid", "The view names no lineage, schema or rights.")
	}
	if err := e.prepare(ctx, v, entities); err != nil {
		return err
	}
	e.gate.RLock()
	defer e.gate.RUnlock()
	if e.db == nil {
		return lake.Fail(lake.ErrBusy, "engine_closed", "The engine is closed.")
	}
	conn, seq, err := e.questions.take(ctx, e.db)
	if err != nil {
		return err
	}
	defer e.questions.give(conn)
	st := e.history.at(seq)
	if st == nil {
		return fmt.Errorf("no state is known for commit %d", seq)
	}
	return fn(ctx, snapshot{conn.Conn, st})
}

// prepare brings the mirror as far as a view needs it.
func (e *Engine) prepare(ctx context.Context, v lake.View, entities []*lake.Entity) error {
	st := e.history.latest()
	h := st.heads[v.Branch]
	unknown := v.Head && (h == nil || !slices.Equal(h.Tail, v.Lineage[1:]))
	need := v.Lineage[0].Upto
	if !v.Head && !v.Rights.AllRows {
		need = max(need, e.store.Head()) // what is in scope now decides, too
	}
	if st.applied < need || unknown || e.isBroken() {
		if err := e.syncTo(ctx, need, unknown); err != nil {
			return err
		}
	}
	for _, ent := range entities {
		ent = ent.Stored()
		if ent.Directory {
			if err := e.refreshPeople(ctx, ent); err != nil {
				return err
			}
		}
		if !e.history.latest().covers(ent) {
			if err := e.adoptEntity(ctx, ent); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *Engine) isBroken() bool {
	if !e.mu.TryLock() {
		return false // somebody is writing: it isn't, or soon will no longer be
	}
	defer e.mu.Unlock()
	return e.broken
}

// place is where a compiler reads: a view's lineage, or the head of its branch.
type place struct {
	branch  lake.BranchID
	lineage lake.Lineage
}

// rows gives a table expression and a condition that together hold what is seen of an
// entity at a place, row scope aside.
func (st *state) rows(p place, ent *lake.Entity, alias string) (from, where string) {
	t := st.tables[ent.Name]
	if ent.Directory {
		return t.sqlName() + " AS " + alias, "TRUE"
	}
	if bit, ok := st.bit(p, ent.Name); ok {
		return t.sqlName() + " AS " + alias, fmt.Sprintf("%s._hidden & %d::UBIGINT = 0", alias, uint64(1)<<bit)
	}
	if seg := p.lineage[0]; len(p.lineage) == 1 {
		return t.sqlName() + " AS " + alias, fmt.Sprintf("%[1]s._branch = %[2]d AND %[1]s._from <= %[3]d AND %[1]s._to > %[3]d AND NOT %[1]s._deleted",
			alias, seg.Branch, min(seg.Upto, forever-1))
	}
	return "(" + lineageRows(t, p.lineage, "*") + ") AS " + alias, "TRUE"
}

// bit tells whether a head's bit shows exactly what the place sees of an entity: the
// same tail, and nothing written since.
func (st *state) bit(p place, name lake.EntityName) (int, bool) {
	h := st.heads[p.branch]
	ok := h != nil && h.Bit != noBit && p.lineage[0].Branch == p.branch &&
		slices.Equal(h.Tail, p.lineage[1:]) && h.Last[name] <= p.lineage[0].Upto
	if !ok {
		return 0, false
	}
	return h.Bit, true
}

// arguments are the bound values of one statement. Where the database takes none (a
// statement around a person's SQL), our own values are written as literals.
type arguments struct {
	values  []any
	literal bool
}

func (a *arguments) bind(v any) string {
	if a.literal {
		switch v.(type) {
		case int64, bool:
			return fmt.Sprint(v)
		}
		return "'" + sqlText(fmt.Sprint(v)) + "'"
	}
	a.values = append(a.values, v)
	return fmt.Sprintf("$%d", len(a.values))
}

// list binds texts that aren't empty as one value.
func (a *arguments) list(cells []lake.Cell) string {
	texts := make([]string, 0, len(cells))
	for _, c := range cells {
		if c != "" {
			texts = append(texts, string(c))
		}
	}
	if !a.literal {
		return a.bind(texts) + "::VARCHAR[]"
	}
	for i, t := range texts {
		texts[i] = a.bind(t)
	}
	return "[" + strings.Join(texts, ", ") + "]::VARCHAR[]"
}

func (a *arguments) keys(keys []lake.Key) string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = a.bind(string(k))
	}
	return strings.Join(out, ", ")
}

// permitted is a view with the means to say in SQL what its reader may see.
type permitted struct {
	st   *state
	view lake.View
	args *arguments
	n    int // aliases given

	homes *homes // of entities with a home elsewhere; nil: the question has none
	err   error  // why the last such entity can't be read
}

func (p *permitted) alias() string {
	p.n++
	return fmt.Sprintf("t%d", p.n)
}

// entity is rows with the row scope: of the version read and, for a past revision, of
// what the key is at the branch's head.
func (p *permitted) entity(ent *lake.Entity, alias string) (from, where string) {
	if ent.Overlaid() {
		return p.home(ent, alias), "TRUE"
	}
	here := place{p.view.Branch, p.view.Lineage}
	from, where = p.st.rows(here, ent, alias)
	if p.view.Rights.AllRows || ent.Owner == "" && ent.Inherits == "" {
		return from, where
	}
	where += " AND " + p.scope(here, ent, alias, true)
	h := p.st.heads[p.view.Branch]
	if p.view.Head || h == nil {
		return from, where
	}
	now := place{p.view.Branch, h.lineage(p.view.Branch)}
	a := p.alias()
	headFrom, headWhere := p.st.rows(now, ent, a)
	return from, where + fmt.Sprintf(" AND NOT EXISTS (SELECT 1 FROM %s WHERE %s AND %s.id = %s.id AND (%s) IS NOT TRUE)",
		headFrom, headWhere, a, alias, p.scope(now, ent, a, true))
}

// scope: the row's owner is in scope, or the record that it inherits from is.
func (p *permitted) scope(at place, ent *lake.Entity, alias string, inherit bool) string {
	if ent.Owner == "" && ent.Inherits == "" {
		return "TRUE"
	}
	var any []string
	t := p.st.tables[ent.Name]
	if c := t.find(ent.Owner, lake.Reference); c != nil && len(p.view.Rights.Owners) > 0 {
		any = append(any, alias+"."+quote(c.Name)+" IN ("+p.args.keys(p.view.Rights.Owners)+")")
	}
	if inherit {
		if text, ok := p.inherited(at, ent, alias); ok {
			any = append(any, text)
		}
	}
	if len(any) == 0 {
		return "FALSE"
	}
	return "(" + strings.Join(any, " OR ") + ")"
}

func (p *permitted) inherited(at place, ent *lake.Entity, alias string) (string, bool) {
	c := p.st.tables[ent.Name].find(ent.Inherits, lake.Reference)
	f, ok := ent.Field(ent.Inherits)
	if c == nil || !ok {
		return "", false
	}
	target, err := p.view.Schema.Entity(f.Target)
	if err != nil || p.st.tables[target.Name] == nil {
		return "", false
	}
	a := p.alias()
	from, where := p.st.rows(at, target, a)
	return fmt.Sprintf("%s.%s IN (SELECT %s.id FROM %s WHERE %s AND %s)", alias, quote(c.Name), a, from, where, p.scope(at, target, a, false)), true
}
