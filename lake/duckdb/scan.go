package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"

	"headwater/lake"
)

// scan is one reading of a table of a source, or of a copy, within a question. In the
// question's SQL it is a table of that name with the columns c0, c1 … for the fields (and
// c0u … for the currencies of a copy's).
type scan struct {
	name   string
	ent    *lake.Entity
	types  []string // beside ent.Fields
	pin    string
	copied string // the file of a copy, instead of a source
	keys   bool   // it is narrowed to some keys

	where   []wish  // what all wanted rows fulfil
	needed  []bool  // beside ent.Fields; nil: all
	found   []found // conditions of the question that this scan may leave to the source
	stayed  []lake.Stayed
	whole   bool  // where and found are all that the question asks of the rows
	none    bool  // no row can be what is wanted
	alike   *scan // another scan that may turn out to have read these rows
	as      *scan // another scan whose rows serve this one, too
	order   []lake.ScanOrder
	limit   int64
	count   bool
	nearest *lake.Nearest
	vector  int   // of nearest: the field
	moved   int64 // rows that came; -1: not known

	loaded  bool
	from    string // of files: what reads them
	untyped string // the same without declared types, to see what has changed
	fields  []int  // of files: the fields that are read
	counted int64  // what the source counted; -1: it didn't
	result  *lake.Scanned
	asked   []wish
	table   string // what stands for it
	step    *step
}

// wish is a condition that the source may apply.
type wish struct {
	lake.ScanCondition
	text string // for people, without values
}

func (h *homes) scan(ent *lake.Entity, pin string) (*scan, error) {
	s := &scan{name: h.name("scan"), ent: ent, pin: pin, counted: -1, moved: -1}
	for i := range ent.Fields {
		t, err := homeType(&ent.Fields[i])
		if err != nil {
			return nil, err
		}
		s.types = append(s.types, t)
	}
	h.scans = append(h.scans, s)
	s.step = h.note(step{scan: s, Step: lake.Step{Code: "scan_source", Entity: ent.Name, Source: ent.Home.Source, Table: ent.Home.Table, Rows: -1}}, nil)
	return s, nil
}

// definitions are the columns of the scan as a table.
func (s *scan) definitions() []string {
	var out []string
	if s.copied != "" {
		out = []string{"id VARCHAR", "created_at TIMESTAMP", "updated_at TIMESTAMP"}
	}
	for i, t := range s.types {
		name := "c" + strconv.Itoa(i)
		out = append(out, name+" "+t)
		if s.ent.Fields[i].Kind == lake.Money {
			out = append(out, name+"u VARCHAR")
		}
	}
	if s.nearest != nil {
		out = append(out, "distance DOUBLE")
	}
	return out
}

// fieldsOf are the scan's columns under the fields' names.
func (s *scan) fieldsOf() []string {
	var out []string
	for i := range s.ent.Fields {
		f, name := &s.ent.Fields[i], "c"+strconv.Itoa(i)
		out = append(out, name+" AS "+quote(string(f.Name)))
		if f.Kind == lake.Money {
			out = append(out, name+"u AS "+quote(string(f.Name)+currencySuffix))
		}
	}
	return out
}

// wish asks the source for no more than is wanted.
func (s *scan) wish(w want) {
	if w.keys != nil {
		s.keys = true
		keys := keyFields(s.ent)
		values := make([][]string, len(keys))
		for _, k := range w.keys {
			parts := k.Parts(len(keys))
			for i, part := range parts {
				if t, _ := homeType(keys[i]); !fits(t, sourceText(keys[i].Kind, part)) {
					parts = nil // the table can't hold such a key
				}
			}
			for i, part := range parts {
				values[i] = append(values[i], sourceText(keys[i].Kind, part))
			}
		}
		s.none = len(keys) == 0 || len(values[0]) == 0
		for i, f := range keys {
			slices.Sort(values[i])
			s.among(f, slices.Compact(values[i]))
		}
	}
	if f, ok := s.ent.Field(w.field); ok {
		t, _ := homeType(f)
		var values []string
		for _, v := range w.values {
			if text := sourceText(f.Kind, v); fits(t, text) {
				values = append(values, text)
			}
		}
		s.none = exact(t) && len(values) == 0
		s.among(f, values)
	}
	if f, ok := s.ent.Field(w.above); ok {
		if t, _ := homeType(f); exact(t) {
			s.where = append(s.where, wish{lake.ScanCondition{Column: column0(f), Type: t, Op: lake.GE, Values: []string{sourceText(f.Kind, w.high)}}, string(f.Name) + " >= …"})
		}
	}
}

func (s *scan) among(f *lake.Field, values []string) {
	t, _ := homeType(f) // it was checked when the scan was made
	if !exact(t) {
		return
	}
	s.where = append(s.where, wish{lake.ScanCondition{Column: column0(f), Type: t, Op: lake.ScanIn, Values: values}, string(f.Name) + " IN (…)"})
}

// column0 is a field's name in the source.
func column0(f *lake.Field) string {
	if f.Column != "" {
		return f.Column
	}
	return string(f.Name)
}

// load reads everything that the question's SQL names. An error in the middle of the
// rows fails the question.
func (h *homes) load() error {
	for _, s := range h.scans {
		if s.loaded {
			continue
		}
		s.loaded = true
		if s.none {
			h.swap(s, s.nothing())
			continue
		}
		if a := s.alike; a != nil && a.result != nil && !a.result.Limited {
			s.as = a
		}
		if s.as != nil {
			h.swap(s, s.as.table)
			continue
		}
		began := time.Now()
		if err := h.fetch(s); err != nil {
			return err
		}
		s.step.Took = time.Since(began)
	}
	return nil
}

func (h *homes) fetch(s *scan) error {
	if s.copied != "" {
		return h.fetchCopy(s)
	}
	if h.session == nil {
		if h.e.opt.Sources == nil {
			return errNoSources
		}
		h.session = h.e.opt.Sources.Session(h.ctx)
	}
	order := lake.Scan{Source: s.ent.Home.Source, Table: s.ent.Home.Table, Pin: s.pin, Order: s.order, Limit: s.limit, Count: s.count, Nearest: s.nearest}
	var fields []int
	for i := range s.ent.Fields {
		if s.needed == nil || s.needed[i] || s.nearest != nil && s.vector == i {
			fields = append(fields, i)
		}
	}
	if len(fields) == 0 && len(s.ent.Fields) > 0 {
		fields = []int{0} // rows without columns can't be handed over
	}
	for _, i := range fields {
		order.Columns = append(order.Columns, lake.ScanColumn{Name: column0(&s.ent.Fields[i]), Type: s.types[i]})
	}
	s.asked = s.wishes()
	for _, w := range s.asked {
		order.Where = append(order.Where, w.ScanCondition)
	}
	got, err := h.session.Scan(h.ctx, order)
	if err != nil {
		return err
	}
	s.result = got
	if got.Files != nil {
		return h.fetchFiles(s, fields)
	}
	return h.fetchRows(s, fields)
}

func (h *homes) fetchRows(s *scan, fields []int) error {
	rows := s.result.Rows
	if rows == nil {
		return lake.Fail(lake.ErrInvalid, "source_changed", "The source of "+string(s.ent.Name)+" gave nothing.", "entity", s.ent.Name)
	}
	defer rows.Release()
	width := len(fields)
	if s.result.Counted {
		width = 1
	} else if s.result.Nearest {
		width++
	}
	if n := rows.Schema().NumFields(); n != width {
		return lake.Fail(lake.ErrInvalid, "source_changed", "The source of "+string(s.ent.Name)+" gave "+strconv.Itoa(n)+" columns instead of "+strconv.Itoa(width)+".", "entity", s.ent.Name)
	}
	table, err := h.takeRows(rows, func(c *sql.Conn, table string) error {
		switch {
		case s.result.Counted:
			return c.QueryRowContext(h.ctx, "SELECT * FROM "+table).Scan(&s.counted)
		case h.explain:
			return c.QueryRowContext(h.ctx, "SELECT count(*) FROM "+table).Scan(&s.moved)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if s.result.Counted {
		h.swap(s, s.nothing())
		return nil
	}
	names := make([]string, width)
	for i := range names {
		names[i] = "r" + strconv.Itoa(i)
	}
	columns := s.columns(func(i int) (string, bool) {
		at := slices.Index(fields, i)
		return "r" + strconv.Itoa(at), at >= 0
	})
	from := table + " AS r(" + strings.Join(names, ", ") + ")"
	if s.nearest != nil {
		given := ""
		if s.result.Nearest {
			given = "r" + strconv.Itoa(width-1)
		}
		h.swap(s, s.choose(columns, from, given))
		return nil
	}
	h.swap(s, "(SELECT "+strings.Join(columns, ", ")+" FROM "+from+")")
	return nil
}

// columns are the fields as c0, c1 …, those that nobody needs as an error: if the
// database needed one after all, the question fails instead of seeing nothing.
func (s *scan) columns(x func(int) (string, bool)) []string {
	var out []string
	for i := range s.ent.Fields {
		f := &s.ent.Fields[i]
		c, ok := x(i)
		if !ok {
			c = "error('not read')"
		}
		name := "c" + strconv.Itoa(i)
		out = append(out, c+"::"+s.types[i]+" AS "+name)
		if f.Kind == lake.Money {
			out = append(out, "NULL::VARCHAR AS "+name+"u")
		}
	}
	return out
}

// swap says what stands for the scan in the final text. Tokens are followed by nothing
// that could belong to a name.
func (h *homes) swap(s *scan, table string) {
	s.table = table
	h.swaps = append(h.swaps, s.name, table)
}

// nothing stands for a scan that isn't read.
func (s *scan) nothing() string {
	columns := s.columns(func(int) (string, bool) { return "", false })
	if s.nearest != nil {
		columns = append(columns, "error('not read')::DOUBLE AS distance")
	}
	return "(SELECT " + strings.Join(columns, ", ") + " WHERE FALSE)"
}

// guardedReader turns panics of a reader into errors and stops with its question.
type guardedReader struct {
	array.RecordReader
	ctx    context.Context
	failed error
}

func (g *guardedReader) Next() (more bool) {
	defer func() {
		if p := recover(); p != nil {
			g.failed, more = fmt.Errorf("a reader of a source panicked: %v", p), false
		}
	}()
	if g.failed == nil {
		g.failed = g.ctx.Err()
	}
	return g.failed == nil && g.RecordReader.Next()
}

func (g *guardedReader) Err() error {
	if g.failed != nil {
		return g.failed
	}
	return g.RecordReader.Err()
}
