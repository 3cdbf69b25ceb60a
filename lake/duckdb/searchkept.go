package duckdb

import (
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"headwater/lake"
)

// kept looks into an entity that is read from a copy. Live sources aren't hit by a
// search.
func (s *searching) kept(h *homes, nth int, ent *lake.Entity) error {
	if c, ok := s.view.Copies[ent.Name]; !ok || c.ID == "" || h.restricted(s.view, ent) != nil || h.floating(s.view, ent) != nil {
		return nil
	}
	c := h.compiler(s.view, ent)
	if c.err != nil {
		return c.err
	}
	var texts, fields []operand
	for i := range ent.Fields {
		o, err := c.step(ent, c.main, ent.Fields[i].Name)
		if err != nil {
			return err
		}
		if fields = append(fields, o); isText(o.field.Kind) && !o.null {
			texts = append(texts, o)
		}
	}
	title := slices.IndexFunc(texts, func(o operand) bool { return o.field.Name == ent.Title })
	if len(texts) == 0 {
		return nil
	}
	order := "2"
	if title >= 0 {
		order = "CASE WHEN " + s.holdsAll(c, texts[title:title+1]) + " THEN " + strconv.Itoa(scoreContains) + " ELSE " + strconv.Itoa(scoreOther) + " END"
	} else {
		order = strconv.Itoa(scoreOther)
	}
	selected := c.main + ".id, " + order + " AS score"
	for _, o := range fields {
		selected += ", " + o.cell()
	}
	text, err := h.ready("SELECT " + selected + " FROM " + c.from + " WHERE " + c.where + " AND " + s.holdsAll(c, texts) + " ORDER BY score DESC, 1 LIMIT " + strconv.Itoa(s.limit))
	if err != nil {
		return err
	}
	rows, err := h.conn.QueryContext(h.ctx, text)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		f := foundHit{ent: ent, place: nth, cells: lake.Cells{}}
		values := make([]sql.NullString, len(fields))
		into := []any{(*string)(&f.key), &f.score}
		for i := range values {
			into = append(into, &values[i])
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, o := range fields {
			f.cells[o.field.Name] = shownCell(o.field.Kind, values[i].String)
		}
		s.found = append(s.found, f)
	}
	return rows.Err()
}

// holdsAll is the condition that each word is in one of the texts.
func (s *searching) holdsAll(c *compiler, texts []operand) string {
	all := make([]string, len(s.words))
	for i, w := range s.words {
		any := make([]string, len(texts))
		for j, o := range texts {
			any[j] = "coalesce(contains(" + o.folded(w) + ", " + c.args.bind(w) + "), FALSE)"
		}
		all[i] = "(" + strings.Join(any, " OR ") + ")"
	}
	return "(" + strings.Join(all, " AND ") + ")"
}
