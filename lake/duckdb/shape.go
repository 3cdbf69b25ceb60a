package duckdb

import (
	"context"
	"regexp"
	"strings"

	"headwater/lake"
)

// Shape gives the names and types of a SELECT's columns without reading anything, and
// where they come from.
func (e *Engine) Shape(ctx context.Context, v lake.View, text string) (out *lake.Shaped, err error) {
	defer func() { err = worded(v, text, e.hide("shape", err)) }()
	if len(text) > MaxSQL {
		return nil, lake.Fail(lake.ErrLimit, "sql_too_long", "The SQL text is longer than 256 KiB.")
	}
	err = e.reading(ctx, v, v.Schema.Entities(), func(ctx context.Context, h *homes) error {
		h.shape, h.known = true, nil
		out = &lake.Shaped{}
		return h.shapeOf(v, text, out)
	})
	return out, err
}

func (h *homes) shapeOf(v lake.View, text string, out *lake.Shaped) error {
	safe, err := h.compiled(v, text)
	if err != nil {
		return err
	}
	if safe, err = h.ready(safe); err != nil {
		return err
	}
	rows, err := h.conn.QueryContext(h.ctx, "DESCRIBE SELECT * FROM ("+safe+")")
	if err != nil {
		return personError(err)
	}
	defer rows.Close()
	for rows.Next() {
		var c lake.SourceColumn
		var rest [4]any
		if err := rows.Scan(&c.Name, &c.Type, &rest[0], &rest[1], &rest[2], &rest[3]); err != nil {
			return err
		}
		c.Native, c.Kind, c.Nullable = c.Type, kindOf(c.Type), true
		out.Columns = append(out.Columns, c)
	}
	if err := rows.Err(); err != nil {
		return personError(err)
	}
	from, err := h.origins(v, text)
	if err != nil {
		return err
	}
	out.Reads = from.readings(out.Columns)
	return nil
}

// stubs are empty tables in the place of scans.
func (h *homes) stubs() {
	for _, s := range h.scans {
		columns := s.columns(func(int) (string, bool) { return "NULL", true })
		if s.copied != "" {
			columns = append([]string{"NULL::VARCHAR AS id", "NULL::TIMESTAMP AS created_at", "NULL::TIMESTAMP AS updated_at"}, columns...)
		}
		if s.nearest != nil {
			columns = append(columns, "NULL::DOUBLE AS distance")
		}
		h.swap(s, "(SELECT "+strings.Join(columns, ", ")+" WHERE FALSE)")
	}
	if h.masked != "" {
		h.swaps = append(h.swaps, h.masked, "(SELECT NULL::BLOB AS i, NULL::BLOB AS o)")
	}
}

var vectorTypes = regexp.MustCompile(`^(FLOAT|DOUBLE)\[\d*\]$`)

// kindOf is the kind in which a page shows a type of the engine.
func kindOf(t string) lake.Kind {
	name, _, _ := strings.Cut(t, "(")
	switch {
	case vectorTypes.MatchString(t):
		return lake.Vector
	case nested(t) || t == "JSON":
		return lake.JSON
	}
	switch name {
	case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER":
		return lake.Integer
	case "UBIGINT", "HUGEINT", "UHUGEINT", "DECIMAL":
		return lake.Decimal
	case "FLOAT", "DOUBLE":
		return lake.Float
	case "BOOLEAN":
		return lake.Boolean
	case "DATE":
		return lake.Date
	case "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS":
		return lake.Timestamp
	}
	return lake.Text
}
