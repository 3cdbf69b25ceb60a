package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"headwater/lake"
)

const (
	profileTop  = 10
	profileBins = 20
	exactUpTo   = 10_000 // distinct values are counted exactly up to here
)

// Profile describes the values of one field as the reader sees them.
func (e *Engine) Profile(ctx context.Context, v lake.View, entity lake.EntityName, field lake.FieldName) (out *lake.Profile, err error) {
	defer func() { err = e.hide("profile", err) }()
	ent, err := v.Schema.Entity(entity)
	if err != nil {
		return nil, err
	}
	f, ok := ent.Field(field)
	if !ok {
		return nil, fieldUnknown(ent, field)
	}
	err = e.reading(ctx, v, v.Schema.Entities(), func(ctx context.Context, h *homes) error {
		if h.hidden(v, ent, field) {
			return lake.Fail(lake.ErrForbidden, "field_masked", "The values of "+string(field)+" aren't for you to see.", "entity", entity, "field", field)
		}
		p := profiling{homes: h, view: v, ent: ent, field: f}
		err := h.changed(p.run())
		out = &p.out
		return err
	})
	return out, err
}

type profiling struct {
	*homes
	view  lake.View
	ent   *lake.Entity
	field *lake.Field
	table string
	out   lake.Profile
}

func (p *profiling) run() error {
	c := p.compiler(p.view, p.ent)
	if c.err != nil {
		return c.err
	}
	o, err := c.step(p.ent, c.main, p.field.Name)
	if err != nil {
		return err
	}
	p.table = p.name("profile")
	text, err := p.ready("SELECT " + o.raw() + " AS v, nullif(" + o.cell() + ", '') AS t FROM " + c.from + " WHERE " + c.where)
	if err != nil {
		return err
	}
	if _, err := p.conn.ExecContext(p.ctx, "CREATE TEMP TABLE "+p.table+" AS "+text); err != nil {
		return err
	}
	p.out.At = p.observed()
	if err := p.totals(); err != nil {
		return err
	}
	if err := p.top(); err != nil {
		return err
	}
	return p.bins()
}

// observed is how old the oldest of what was read is.
func (p *profiling) observed() time.Time {
	at := time.Now().UTC()
	for _, s := range p.scans {
		if t := s.step.At; !t.IsZero() && t.Before(at) {
			at = t
		}
	}
	return at
}

func (p *profiling) totals() error {
	mean := "NULL"
	if slices.Contains([]lake.Kind{lake.Integer, lake.Decimal, lake.Money, lake.Float}, p.field.Kind) {
		mean = "avg(v)"
	}
	ends := "min(v)::VARCHAR, max(v)::VARCHAR"
	if p.field.Kind == lake.Vector || p.field.Kind == lake.JSON {
		ends = "NULL, NULL"
	}
	var low, high, average sql.NullString
	err := p.conn.QueryRowContext(p.ctx, "SELECT count(*), count(*) - count(t), approx_count_distinct(t), "+ends+", "+mean+"::VARCHAR FROM "+p.table).
		Scan(&p.out.Rows, &p.out.Nulls, &p.out.Distinct, &low, &high, &average)
	if err != nil {
		return err
	}
	p.out.Min, p.out.Max = string(homeCell(p.field.Kind, low.String)), string(homeCell(p.field.Kind, high.String))
	if p.out.Mean = average.String; average.Valid {
		p.out.Mean = string(homeCell(lake.Float, average.String))
	}
	if p.out.Distinct <= exactUpTo*11/10 {
		return p.conn.QueryRowContext(p.ctx, "SELECT count(DISTINCT t) FROM "+p.table).Scan(&p.out.Distinct)
	}
	return nil
}

func (p *profiling) top() error {
	return p.each("SELECT t, count(*) AS n FROM "+p.table+" WHERE t IS NOT NULL GROUP BY t ORDER BY n DESC, t LIMIT "+fmt.Sprint(profileTop),
		func(value string, n int64) {
			p.out.Top = append(p.out.Top, lake.Counted{Value: string(shownCell(p.field.Kind, value)), Count: n})
		})
}

// bins counts numbers and times in equal ranges.
func (p *profiling) bins() error {
	number, back := "v::DOUBLE", "x"
	switch p.field.Kind {
	case lake.Integer, lake.Decimal, lake.Money, lake.Float:
	case lake.Date:
		number, back = "epoch(v::TIMESTAMP)", "make_timestamp((x * 1000000)::BIGINT)::DATE"
	case lake.Timestamp:
		number, back = "epoch(v)", "make_timestamp((x * 1000000)::BIGINT)"
	default:
		return nil
	}
	text := fmt.Sprintf(`WITH n AS (SELECT %[1]s AS y FROM %[2]s WHERE v IS NOT NULL AND isfinite(%[1]s)), e AS (SELECT min(y) AS low, max(y) AS high FROM n),
		c AS (SELECT CASE WHEN high = low THEN 0 ELSE least(floor((y - low) / (high - low) * %[3]d), %[3]d - 1) END AS b, count(*) AS k FROM n, e GROUP BY b)
		SELECT (%[4]s)::VARCHAR, coalesce(k, 0) FROM (SELECT low + (high - low) / %[3]d * b AS x, k FROM e, range(0, CASE WHEN high = low THEN 1 ELSE %[3]d END) AS r(b) LEFT JOIN c USING (b) WHERE low IS NOT NULL) ORDER BY x`,
		number, p.table, profileBins, back)
	kind := p.field.Kind
	if kind != lake.Date && kind != lake.Timestamp {
		kind = lake.Float
	}
	return p.each(text, func(value string, n int64) {
		p.out.Bins = append(p.out.Bins, lake.Counted{Value: string(homeCell(kind, value)), Count: n})
	})
}

func (p *profiling) each(text string, fn func(string, int64)) error {
	rows, err := p.conn.QueryContext(p.ctx, text)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var value sql.NullString
		var n int64
		if err := rows.Scan(&value, &n); err != nil {
			return err
		}
		fn(value.String, n)
	}
	return rows.Err()
}
