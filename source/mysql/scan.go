package mysql

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"headwater/lake"
	"headwater/source/batch"
)

// plan is one SELECT and what it does of what was wished.
type plan struct {
	table   *table
	schema  *arrow.Schema
	columns []*column // nil: rows are only counted
	sql     string
	args    []any

	pushed  []bool
	why     []string
	limited bool
	counted bool
}

// Scan makes the statement; it runs when the rows are first read.
func (s *session) Scan(ctx context.Context, scan lake.Scan) (*lake.Scanned, error) {
	if scan.Pin != "" {
		return nil, lake.Fail(lake.ErrInvalid, "source_pin_unknown", "A MySQL source keeps no earlier states.", "source", s.connector.name)
	}
	t, err := s.table(ctx, scan.Table)
	if err != nil {
		return nil, err
	}
	p, err := s.connector.plan(t, scan)
	if err != nil {
		return nil, err
	}
	reader := s.reader(ctx, p, scan.Table)
	return &lake.Scanned{
		Rows: reader, Pushed: p.pushed, Why: p.why, Limited: p.limited, Counted: p.counted,
		Statement: p.sql, Snapshot: t.transactional, ObservedAt: s.observed(t), Moved: reader.Moved,
	}, nil
}

// observed is when the rows are as they are read: tables outside of transactions are
// read as they are now.
func (s *session) observed(t *table) time.Time {
	if t.transactional {
		return s.began
	}
	return time.Now()
}

func (c *connector) plan(t *table, scan lake.Scan) (*plan, error) {
	p := &plan{table: t}
	if err := p.choose(c, scan); err != nil {
		return nil, err
	}
	where, exact := p.where(scan)
	switch {
	case scan.Count && exact:
		p.counted, p.columns = true, []*column{{name: "count", engine: "BIGINT", class: integer}}
		scan.Columns = []lake.ScanColumn{{Name: "count", Type: "BIGINT"}}
		p.sql = "SELECT COUNT(*) FROM " + t.sql() + where
	default:
		tail, limited := p.limit(scan, exact)
		p.limited = limited
		p.sql = "SELECT " + p.list() + " FROM " + t.sql() + where + tail
	}
	var err error
	p.schema, err = batch.Schema(scan.Columns)
	return p, err
}

// choose finds the asked columns; they must be what they were when they were described.
func (p *plan) choose(c *connector, scan lake.Scan) error {
	for _, want := range scan.Columns {
		k := p.table.column(want.Name)
		if k == nil {
			return lake.Fail(lake.ErrConflict, "source_changed", "The table "+scan.Table+" has no column "+want.Name+" any more.",
				"source", c.name, "table", scan.Table, "column", want.Name)
		}
		if k.engine != want.Type {
			return lake.Fail(lake.ErrConflict, "source_changed", "The column "+want.Name+" of "+scan.Table+" is "+k.engine+" by now, no longer "+want.Type+".",
				"source", c.name, "table", scan.Table, "column", want.Name, "type", k.engine, "was", want.Type)
		}
		p.columns = append(p.columns, k)
	}
	return nil
}

func (p *plan) list() string {
	if len(p.columns) == 0 {
		return "1"
	}
	parts := make([]string, len(p.columns))
	for i, k := range p.columns {
		parts[i] = k.expression()
	}
	return strings.Join(parts, ", ")
}

// where builds the condition; exact: all of it was pushed, and exactly.
func (p *plan) where(scan lake.Scan) (text string, exact bool) {
	p.pushed, p.why = make([]bool, len(scan.Where)), make([]string, len(scan.Where))
	strict, exact := scan.Count || scan.Limit > 0, true
	var parts []string
	for i, cond := range scan.Where {
		k := p.table.column(cond.Column)
		if k == nil {
			p.why[i], exact = "type", false
			continue
		}
		c, why := k.push(cond, strict)
		if p.why[i] = why; why != "" {
			exact = false
			continue
		}
		p.pushed[i] = true
		exact = exact && c.exact
		parts, p.args = append(parts, c.sql), append(p.args, c.args...)
	}
	if len(parts) == 0 {
		return "", exact
	}
	return " WHERE " + strings.Join(parts, " AND "), exact
}

func (p *plan) limit(scan lake.Scan, exact bool) (string, bool) {
	if scan.Limit <= 0 || !exact {
		return "", false
	}
	var parts []string
	for _, o := range scan.Order {
		k := p.table.column(o.Column)
		if k == nil {
			return "", false
		}
		text, ok := k.order(o)
		if !ok {
			return "", false
		}
		parts = append(parts, text)
	}
	tail := ""
	if len(parts) > 0 {
		tail = " ORDER BY " + strings.Join(parts, ", ")
	}
	return tail + " LIMIT " + strconv.FormatInt(scan.Limit, 10), true
}
