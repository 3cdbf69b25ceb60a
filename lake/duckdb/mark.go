package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"headwater/lake"
)

// Mark tells which of some conditions hold for each record. Each condition is a bit of
// one number, so a record's marks, and with them its points, come from one look at it.
func (e *Engine) Mark(ctx context.Context, v lake.View, m lake.Marking, fn func(lake.Marked) error) (err error) {
	defer func() { err = e.hide("mark", err) }()
	if v.Schema == nil {
		return lake.Fail(lake.ErrInvalid, "view_invalid", "The view names no schema.")
	}
	ent, err := v.Schema.Entity(m.Entity)
	if err != nil {
		return err
	}
	return e.reading(ctx, v, v.Schema.Entities(), func(ctx context.Context, h *homes) error {
		text, err := h.marking(v, ent, m)
		if err != nil {
			return err
		}
		if text, err = h.ready(text); err != nil {
			return err
		}
		rows, err := h.conn.QueryContext(ctx, text)
		if err != nil {
			return h.changed(err)
		}
		defer rows.Close()
		return eachMarked(rows, fn)
	})
}

func eachMarked(rows *sql.Rows, fn func(lake.Marked) error) error {
	for rows.Next() {
		var key string
		var set, n int64
		if err := rows.Scan(&key, &set, &n); err != nil {
			return err
		}
		if err := fn(lake.Marked{Key: lake.Key(key), Set: uint64(set), Count: n}); err != nil {
			return sinkError{err}
		}
	}
	return rows.Err()
}

// marking is the statement: key, marks as bits, count.
func (h *homes) marking(v lake.View, ent *lake.Entity, m lake.Marking) (string, error) {
	c := h.compiler(v, ent)
	where, err := c.condition(m.Where)
	if err != nil {
		return "", err
	}
	marks, points := []string{"0::BIGINT"}, []string{"0"}
	for i, mark := range m.Marks {
		text, err := c.mark(mark)
		if err != nil {
			return "", err
		}
		bit := uint64(1) << i
		marks = append(marks, fmt.Sprintf("(CASE WHEN %s THEN %d::BIGINT ELSE 0::BIGINT END)", text, bit))
		if mark.Points != 0 {
			points = append(points, fmt.Sprintf("(CASE WHEN held & %d::BIGINT <> 0 THEN %d ELSE 0 END)", bit, mark.Points))
		}
	}
	if c.err != nil {
		return "", c.err
	}
	id := c.main + ".id"
	if !m.Rows {
		id = "NULL"
	}
	inner := "SELECT " + id + " AS id, " + strings.Join(marks, " | ") + " AS held FROM " + c.from + " WHERE " + c.where + " AND " + where
	sum := "(" + strings.Join(points, " + ") + ")::BIGINT"
	kept := fmt.Sprintf("held & %[1]d::BIGINT = %[1]d::BIGINT", m.Need)
	if m.AtLeast != nil {
		kept += fmt.Sprintf(" AND %s >= %d", sum, *m.AtLeast)
	}
	if !m.Rows {
		return "SELECT '', held, count(*) FROM (" + inner + ") WHERE " + kept + " GROUP BY held ORDER BY 3 DESC, held", nil
	}
	text := "SELECT id, held, 1 FROM (" + inner + ") WHERE " + kept + " ORDER BY " + sum + " DESC, id"
	if m.Limit > 0 {
		text += fmt.Sprintf(" LIMIT %d", m.Limit)
	}
	return text, nil
}

// mark is one condition as SQL: of the record itself, or of those that point to it.
func (c *compiler) mark(m lake.Mark) (string, error) {
	if m.Of == "" {
		return c.condition(m.Where)
	}
	on := m.On
	if len(on) == 0 {
		on = lake.Path{lake.FieldID}
	}
	target, err := c.operand(on)
	if err != nil {
		return "", err
	}
	ent, err := c.view.Schema.Entity(m.Of)
	if err != nil {
		return "", err
	}
	if target.null || !ent.Overlaid() && c.st.tables[ent.Name] == nil {
		return "FALSE", nil
	}
	return c.within(ent, func() (string, error) {
		ref, err := c.operand(lake.Path{m.By})
		if err != nil || ref.null {
			return "FALSE", err
		}
		where, err := c.condition(m.Where)
		return target.raw() + " IN (SELECT " + ref.raw() + " FROM " + c.from + " WHERE " + c.where + " AND " + where + " AND " + ref.raw() + " IS NOT NULL)", err
	})
}

// within compiles something about another entity, with its own rows, scope and masks.
func (c *compiler) within(ent *lake.Entity, fn func() (string, error)) (string, error) {
	outer := *c
	c.ent, c.joins, c.main = ent, map[string]string{}, c.alias()
	c.from, c.where = c.entity(ent, c.main)
	text, err := fn()
	c.ent, c.joins, c.main, c.from, c.where = outer.ent, outer.joins, outer.main, outer.from, outer.where
	return text, err
}
