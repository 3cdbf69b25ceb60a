package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"

	"headwater/lake"
)

// touchesHomes tells whether a question reads an entity with a home elsewhere.
func touchesHomes(s *lake.Schema, ent *lake.Entity, q lake.Question) bool {
	if ent.Overlaid() {
		return true
	}
	if !overlaid(s) {
		return false
	}
	led := func(p lake.Path, last bool) bool {
		e := ent
		for i, n := range p {
			f, ok := e.Column(n)
			if !ok || f.Kind != lake.Reference || i == len(p)-1 && !last {
				return false
			}
			var err error
			if e, err = s.Entity(f.Target); err != nil {
				return false
			}
			if e.Overlaid() {
				return true
			}
		}
		return false
	}
	for _, p := range q.Fields {
		if led(p, false) {
			return true
		}
	}
	for _, o := range q.Order {
		if led(o.Path, true) {
			return true
		}
	}
	for _, n := range q.Group { // groups are in the order of titles
		if led(lake.Path{n}, true) {
			return true
		}
	}
	return anyPath(q.Where, func(p lake.Path) bool { return led(p, false) })
}

func anyPath(x lake.Expr, is func(lake.Path) bool) bool {
	switch x := x.(type) {
	case lake.And:
		for _, y := range x {
			if anyPath(y, is) {
				return true
			}
		}
	case lake.Or:
		return anyPath(lake.And(x), is)
	case lake.Not:
		return anyPath(x.E, is)
	case lake.Compare:
		return is(x.Path)
	case lake.In:
		return is(x.Path)
	case lake.Present:
		return is(x.Path)
	}
	return false
}

// errPlanned ends what only looked at the statements of a question.
var errPlanned = errors.New("planned")

// askHomes answers a question that reads entities with a home elsewhere. The cells come
// with the rows: looking them up again would ask the source twice.
func (e *Engine) askHomes(ctx context.Context, v lake.View, q lake.Question, ent *lake.Entity) (*lake.Answer, error) {
	out := &lake.Answer{}
	err := e.reading(ctx, v, v.Schema.Entities(), func(ctx context.Context, h *homes) error {
		*out = lake.Answer{}
		return h.ask(v, q, ent, out)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (h *homes) ask(v lake.View, q lake.Question, ent *lake.Entity, out *lake.Answer) error {
	a := &askingHomes{asking: asking{ctx: h.ctx, snapshot: h.snapshot, view: v, q: q, ent: ent, homes: h}}
	return h.changed(a.answer(out))
}

type askingHomes struct {
	asking
	parts    []part            // beside the statements
	apart    map[string]string // relations of the count, which has scans of its own
	counting *scan             // that the source was asked to count
}

// part is what a statement of a question is for.
type part int

const (
	partOther part = iota
	partPage
	partCount
)

// answer writes the statements first, loads what they read, and then runs them.
func (a *askingHomes) answer(out *lake.Answer) error {
	texts, err := a.statements()
	if err != nil {
		return err
	}
	a.homes.planned = a.pages
	if _, err := a.homes.ready(texts...); err != nil {
		return err
	}
	return a.run(out)
}

func (a *askingHomes) run(out *lake.Answer) error {
	if a.q.Limit > 0 {
		if err := a.page(out); err != nil {
			return err
		}
	}
	if len(a.q.Group) > 0 {
		if err := a.groups(out); err != nil {
			return err
		}
	}
	if a.q.Total {
		if err := a.total(out); err != nil {
			return err
		}
	}
	return a.sums(out)
}

// total counts; over scans of its own where the page's may be cut short.
func (a *askingHomes) total(out *lake.Answer) error {
	if a.counting != nil && a.counting.counted >= 0 {
		out.Total = a.counting.counted
		return nil
	}
	if a.q.Limit > 0 && len(a.q.Sums)+len(a.q.Group) == 0 && a.ent.Home.Kind == lake.Foreign {
		shared := a.homes.known
		defer func() { a.homes.known = shared }()
		if a.apart == nil {
			a.apart = map[string]string{}
		}
		a.homes.known = a.apart
	}
	return a.count(out)
}

// statements are the texts of everything that the question asks.
func (a *askingHomes) statements() (texts []string, err error) {
	kind := partOther
	a.dry = func(text string) error {
		texts, a.parts = append(texts, text), append(a.parts, kind)
		return errPlanned
	}
	defer func() { a.dry = nil }()
	out := &lake.Answer{}
	try := func(k part, fn func() error) {
		if kind = k; err == nil {
			if err = fn(); err == errPlanned {
				err = nil
			}
		}
	}
	if a.q.Limit > 0 {
		try(partPage, func() error { return a.page(out) })
	}
	if len(a.q.Group) > 0 {
		try(partOther, func() error { return a.groups(out) })
	}
	if a.q.Total {
		try(partCount, func() error { return a.total(out) })
	}
	for _, f := range a.q.Sums {
		try(partOther, func() error { _, err := a.sumBy(nil, f); return err })
		if len(a.q.Group) > 0 {
			try(partOther, func() error { _, err := a.sumBy(a.q.Group, f); return err })
		}
	}
	return texts, err
}

// page finds the rows with their cells.
func (a *askingHomes) page(out *lake.Answer) error {
	c, err := a.compiler()
	if err != nil {
		return err
	}
	where, err := c.condition(a.q.Where)
	if err != nil {
		return err
	}
	keys, err := c.keys(a.q.Order)
	if err != nil {
		return err
	}
	if len(a.q.After) > 0 {
		behind, err := c.behind(keys, a.q.After)
		if err != nil {
			return err
		}
		where += " AND " + behind
	}
	selected := c.main + "._from, " + c.main + ".updated_at, " + c.main + ".id"
	for _, k := range keys {
		selected += ", " + k.sql + "::VARCHAR"
	}
	kinds := make([]lake.Kind, len(a.q.Fields))
	for i, p := range a.q.Fields {
		o, err := c.operand(p)
		if err != nil {
			return err
		}
		kinds[i] = o.field.Kind
		selected += ", " + o.cell()
	}
	rows, err := a.query("SELECT " + selected + " FROM " + c.from + " WHERE " + c.where + " AND " + where + " ORDER BY " + orderBy(keys) +
		" LIMIT " + strconv.Itoa(a.q.Limit+1))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		row, err := scanHome(rows, keys, kinds)
		if err != nil {
			return err
		}
		out.Rows = append(out.Rows, row)
	}
	if len(out.Rows) > a.q.Limit {
		out.Rows, out.More = out.Rows[:a.q.Limit], true
	}
	return rows.Err()
}

// cell is the text of an operand that homeCell makes a cell of.
func (o operand) cell() string {
	switch {
	case o.null:
		return "NULL::VARCHAR"
	case o.home != "" && o.col != nil:
		if o.field.Kind == lake.Money {
			return "(" + o.bare() + "::VARCHAR || ' ' || coalesce(" + o.with(currencySuffix) + ", ''))"
		}
		return shownText(o.field, o.bare())
	case o.field.Kind == lake.Money:
		return "(" + o.raw() + "::VARCHAR || ' ' || coalesce(" + o.with(currencySuffix) + ", ''))"
	}
	return o.raw() + "::VARCHAR"
}

func scanHome(rows *sql.Rows, keys []key, kinds []lake.Kind) (lake.AnswerRow, error) {
	var rev sql.NullInt64
	var updated sql.NullTime
	var id sql.NullString
	values := make([]sql.NullString, len(keys)+len(kinds))
	into := []any{&rev, &updated, &id}
	for i := range values {
		into = append(into, &values[i])
	}
	if err := rows.Scan(into...); err != nil {
		return lake.AnswerRow{}, err
	}
	row := lake.AnswerRow{Key: lake.Key(id.String), Rev: lake.Revision(rev.Int64), Cells: make([]lake.Cell, len(kinds))}
	for i, k := range keys {
		row.After = append(row.After, travelling(k.kind, values[i].String))
	}
	for i, k := range kinds {
		row.Cells[i] = shownCell(k, values[len(keys)+i].String)
	}
	return row, nil
}

// shownCell makes a cell of an operand's text.
func shownCell(k lake.Kind, s string) lake.Cell {
	if k == lake.Money && s != "" {
		amount, currency, _ := strings.Cut(s, " ")
		return lake.Cell(strings.TrimSpace(trimZeros(amount) + " " + currency))
	}
	return homeCell(k, s)
}
