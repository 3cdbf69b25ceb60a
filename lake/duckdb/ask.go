package duckdb

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"time"

	"headwater/lake"
)

// MaxRows is the largest page that Ask gives.
const MaxRows = 100_000

// Ask answers a typed question.
func (e *Engine) Ask(ctx context.Context, v lake.View, q lake.Question) (a *lake.Answer, err error) {
	defer func() { err = e.hide("ask", err) }()
	if v.Schema == nil {
		return nil, lake.Fail(lake.ErrInvalid, "view_invalid", "The view names no schema.")
	}
	ent, err := v.Schema.Entity(q.Entity)
	if err != nil {
		return nil, err
	}
	if ent.Internal {
		return nil, lake.Fail(lake.ErrNotFound, "entity_unknown", "There is no entity named "+string(q.Entity)+".", "entity", q.Entity)
	}
	if q.Limit < 0 || q.Limit > MaxRows {
		return nil, lake.Fail(lake.ErrLimit, "limit_too_large", "A page holds at most 100,000 records.", "limit", q.Limit)
	}
	if touchesHomes(v.Schema, ent, q) {
		return e.askHomes(ctx, v, q, ent)
	}
	a = &lake.Answer{}
	var found []match
	err = e.read(ctx, v, v.Schema.Entities(), func(ctx context.Context, s snapshot) error {
		ask := asking{ctx: ctx, snapshot: s, view: v, q: q, ent: ent}
		if q.Limit > 0 {
			if found, a.More, err = ask.rows(a); err != nil {
				return err
			}
		}
		return ask.totals(a)
	})
	if err != nil {
		return nil, err
	}
	fill := filler{ctx: ctx, e: e, view: v, ent: ent, fields: q.Fields, revs: map[versionOf]lake.Revision{}}
	a.Rows, err = fill.rows(found)
	return a, err
}

// asking is one question within one snapshot.
type asking struct {
	snapshot
	ctx  context.Context
	view lake.View
	q    lake.Question
	ent  *lake.Entity
	told bool // rows has counted the total already

	homes *homes // of a question that reads entities with a home elsewhere
	dry   func(text string) error
}

// compiler compiles the question's entity.
func (a *asking) compiler() (*compiler, error) {
	if a.homes == nil {
		return newCompiler(a.st, a.view, a.ent), nil
	}
	c := a.homes.compiler(a.view, a.ent)
	return c, c.err
}

// query runs a statement of the question.
func (a *asking) query(text string, args ...any) (*sql.Rows, error) {
	if a.homes == nil {
		return a.conn.QueryContext(a.ctx, text, args...)
	}
	if a.dry != nil {
		return nil, a.dry(text)
	}
	return a.conn.QueryContext(a.ctx, a.homes.final(text), args...)
}

// match is a record that matches, without its cells.
type match struct {
	key     lake.Key
	rev     lake.Revision
	updated time.Time
	after   []lake.Cell
}

// rows finds the page. Where a look at a record is dear, it counts the total on the way.
func (a *asking) rows(out *lake.Answer) ([]match, bool, error) {
	c, err := a.compiler()
	if err != nil {
		return nil, false, err
	}
	where, err := c.condition(a.q.Where)
	if err != nil {
		return nil, false, err
	}
	keys, err := c.keys(a.q.Order)
	if err != nil {
		return nil, false, err
	}
	if len(a.q.After) > 0 {
		behind, err := c.behind(keys, a.q.After)
		if err != nil {
			return nil, false, err
		}
		where += " AND " + behind
	}
	a.told = a.q.Total && len(a.q.After) == 0 && looksInside(a.q.Where)
	text := c.page(keys, where, a.told) + " LIMIT " + c.args.bind(int64(a.q.Limit+1))
	rows, err := a.query(text, c.args.values...)
	if err != nil {
		return nil, false, err
	}
	defer rows.Close()
	var list []match
	for rows.Next() {
		f, err := scanFound(rows, keys, &out.Total)
		if err != nil {
			return nil, false, err
		}
		list = append(list, f)
	}
	if len(list) > a.q.Limit {
		return list[:a.q.Limit], true, rows.Err()
	}
	return list, false, rows.Err()
}

// page selects revision, time, total (0 unless counted) and the sort keys of what matches.
func (c *compiler) page(keys []key, where string, counted bool) string {
	from := " FROM " + c.from + " WHERE " + c.where + " AND " + where
	head := c.main + "._from, " + c.main + ".updated_at"
	if !counted {
		shown := ""
		for _, k := range keys {
			shown += ", " + k.sql + "::VARCHAR"
		}
		return "SELECT " + head + ", 0" + shown + from + " ORDER BY " + orderBy(keys)
	}
	var inner, shown string
	outer := make([]key, len(keys))
	for i, k := range keys {
		outer[i] = key{sql: "k" + strconv.Itoa(i), desc: k.desc, kind: k.kind}
		inner += ", " + k.sql + " AS " + outer[i].sql
		shown += ", " + outer[i].sql + "::VARCHAR"
	}
	return "WITH found AS MATERIALIZED (SELECT " + head + inner + from + ") SELECT _from, updated_at, (SELECT count(*) FROM found)" +
		shown + " FROM found ORDER BY " + orderBy(outer)
}

// looksInside tells whether a condition searches within texts: then finding what matches
// costs more than keeping it.
func looksInside(x lake.Expr) bool {
	switch e := x.(type) {
	case lake.And:
		return slices.ContainsFunc(e, looksInside)
	case lake.Or:
		return slices.ContainsFunc(e, looksInside)
	case lake.Not:
		return looksInside(e.E)
	case lake.Compare:
		return e.Op == lake.Has
	}
	return false
}

func scanFound(rows *sql.Rows, keys []key, total *int64) (match, error) {
	var f match
	var rev int64
	var updated sql.NullTime
	values := make([]sql.NullString, len(keys))
	into := []any{&rev, &updated, total}
	for i := range values {
		into = append(into, &values[i])
	}
	if err := rows.Scan(into...); err != nil {
		return f, err
	}
	f.rev, f.updated = lake.Revision(rev), updated.Time
	f.key = lake.Key(values[len(values)-1].String)
	for i, v := range values {
		f.after = append(f.after, travelling(keys[i].kind, v.String))
	}
	return f, nil
}

// travelling is the form of a sort value in a cursor; value reads it again.
func travelling(k lake.Kind, s string) lake.Cell {
	if k == lake.Timestamp && s != "" && !infinite(s) {
		return lake.Cell(strings.Replace(s, " ", "T", 1) + "Z")
	}
	return lake.Cell(s)
}

// infinite tells whether a text is one of the two times that are before and after all others.
func infinite(s string) bool { return s == "infinity" || s == "-infinity" }

// totals answers Total, Sums and Groups.
func (a *asking) totals(out *lake.Answer) error {
	if len(a.q.Group) > 0 {
		if err := a.groups(out); err != nil {
			return err
		}
	}
	if !a.q.Total && len(a.q.Sums) == 0 {
		return nil
	}
	if n, ok := a.counted(); ok && len(a.q.Sums) == 0 {
		out.Total = n
		return nil
	}
	if a.q.Total && !a.told {
		if err := a.count(out); err != nil {
			return err
		}
	}
	return a.sums(out)
}

func (a *asking) count(out *lake.Answer) error {
	c, err := a.compiler()
	if err != nil {
		return err
	}
	where, err := c.condition(a.q.Where)
	if err != nil {
		return err
	}
	rows, err := a.query("SELECT count(*) FROM "+c.from+" WHERE "+c.where+" AND "+where, c.args.values...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&out.Total); err != nil {
			return err
		}
	}
	return rows.Err()
}

// counted is the number of all records where it is known without looking.
func (a *asking) counted() (int64, bool) {
	if a.homes != nil {
		return 0, false
	}
	if and, ok := a.q.Where.(lake.And); a.q.Where != nil && (!ok || len(and) > 0) {
		return 0, false
	}
	if !a.view.Rights.AllRows && (a.ent.Owner != "" || a.ent.Inherits != "") {
		return 0, false
	}
	if a.ent.Directory {
		return a.st.heads[lake.Main].Count[a.ent.Name], true
	}
	p := place{a.view.Branch, a.view.Lineage}
	if _, ok := a.st.bit(p, a.ent.Name); !ok {
		return 0, false
	}
	return a.st.heads[a.view.Branch].Count[a.ent.Name], true
}
