package postgres

import (
	"bytes"
	"context"
	"encoding/json"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/jackc/pgx/v5/pgconn"

	"headwater/lake"
)

// statement is a scan on its way to the server.
type statement struct {
	table   *table
	columns []*column
	plans   []plan
	where   []string
	args    arguments
	tail    string // ORDER BY, LIMIT
	schema  *arrow.Schema
	formats []int16
}

func (s *session) scan(ctx context.Context, conn *pgconn.PgConn, t *table, q lake.Scan) (*lake.Scanned, error) {
	st := &statement{table: t}
	out := &lake.Scanned{Pushed: make([]bool, len(q.Where)), Why: make([]string, len(q.Where))}
	all := st.push(q.Where, out)
	if q.Count && all {
		return s.count(ctx, conn, st, out)
	}
	if err := st.choose(s.c.name, q); err != nil {
		return nil, err
	}
	if q.Nearest != nil && all {
		return s.nearest(ctx, conn, st, q.Nearest, out)
	}
	if q.Limit > 0 && all && q.Nearest == nil {
		out.Limited = st.limit(q)
	}
	return s.read(ctx, conn, st, out)
}

// push adds the conditions that can be pushed and tells whether all could.
func (st *statement) push(list []lake.ScanCondition, out *lake.Scanned) bool {
	all := true
	for i, w := range list {
		text, why := st.table.condition(w, &st.args)
		out.Pushed[i], out.Why[i] = why == "", why
		if why != "" {
			all = false
			continue
		}
		st.where = append(st.where, text)
	}
	return all
}

// choose resolves the columns that are wanted.
func (st *statement) choose(source string, q lake.Scan) error {
	fields := make([]arrow.Field, 0, len(q.Columns))
	for _, w := range q.Columns {
		c := st.table.find(w.Name)
		if c == nil {
			return changed(source, q.Table, w.Name)
		}
		p, ok := c.planAs(w.Type)
		if !ok {
			return changed(source, q.Table, w.Name)
		}
		st.columns, st.plans, st.formats = append(st.columns, c), append(st.plans, p), append(st.formats, p.format)
		fields = append(fields, arrow.Field{Name: c.Name, Type: p.arrow, Nullable: true})
	}
	st.schema = arrow.NewSchema(fields, nil)
	return nil
}

// limit pushes order and limit when the order is proven equal.
func (st *statement) limit(q lake.Scan) bool {
	if len(q.Order) > 0 {
		order, ok := st.table.orderBy(q.Order)
		if !ok {
			return false
		}
		st.tail = " ORDER BY " + order
	}
	st.tail += " LIMIT " + strconv.FormatInt(q.Limit, 10)
	return true
}

// text is the statement, with one more condition.
func (st *statement) text(also string) string {
	list := make([]string, len(st.columns))
	for i, c := range st.columns {
		list[i] = st.plans[i].selected(c)
	}
	return "SELECT " + strings.Join(list, ", ") + " FROM " + st.table.sqlName() + st.conditions(also) + st.tail
}

func (st *statement) conditions(also string) string {
	where := st.where
	if also != "" {
		where = append(where[:len(where):len(where)], also)
	}
	if len(where) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(where, " AND ")
}

// count asks for the number of rows.
func (s *session) count(ctx context.Context, conn *pgconn.PgConn, st *statement, out *lake.Scanned) (*lake.Scanned, error) {
	out.Statement = "SELECT count(*) FROM " + st.table.sqlName() + st.conditions("")
	n, err := s.number(ctx, conn, out.Statement, &st.args)
	if err != nil {
		return nil, err
	}
	s.give(conn)
	out.Counted = true
	out.Rows, out.Moved = single("count", n)
	return out, nil
}

func (s *session) number(ctx context.Context, conn *pgconn.PgConn, text string, args *arguments) (int64, error) {
	r := conn.ExecParams(ctx, text, args.values, nil, nil, nil).Read()
	if r.Err != nil {
		return 0, s.c.native(ctx, r.Err)
	}
	return strconv.ParseInt(string(r.Rows[0][0]), 10, 64)
}

// read streams the rows, from one connection or, where that pays, from several.
func (s *session) read(ctx context.Context, conn *pgconn.PgConn, st *statement, out *lake.Scanned) (*lake.Scanned, error) {
	out.Statement = st.text("")
	if len(st.columns) == 0 { // only their number matters
		n, err := s.number(ctx, conn, "SELECT count(*) FROM (SELECT FROM "+st.table.sqlName()+st.conditions("")+st.tail+") x", &st.args)
		if err != nil {
			return nil, err
		}
		s.give(conn)
		out.Rows, out.Moved = empty(n)
		return out, nil
	}
	ranges, err := s.ranges(ctx, conn, st)
	if err != nil {
		return nil, err
	}
	r := newReader(ctx, s, st, ranges)
	r.start(conn)
	out.Rows, out.Moved = r, r.moved
	return out, nil
}

const (
	splitBlocks = 8 << 10 // 64 MiB: smaller tables come over one connection
	rangeBlocks = 4 << 10 // 32 MiB each, so that all connections end at about the same time
	splitRows   = 100_000 // a filter that leaves fewer rows isn't split
)

// ranges are the conditions that split a table, nil when it isn't split. Together they
// hold for every row, whatever was added since its size was asked for.
func (s *session) ranges(ctx context.Context, conn *pgconn.PgConn, st *statement) ([]string, error) {
	t := st.table
	if t.Blocks < splitBlocks || !t.Heap || st.tail != "" {
		return []string{""}, nil
	}
	if len(st.where) > 0 {
		if whole, err := s.sequential(ctx, conn, st); err != nil || !whole {
			return []string{""}, err
		}
	}
	var out []string
	for at := int64(0); at < t.Blocks; at += rangeBlocks {
		low, high := "ctid >= '("+strconv.FormatInt(at, 10)+",0)'", "ctid < '("+strconv.FormatInt(at+rangeBlocks, 10)+",0)'"
		switch {
		case at == 0:
			out = append(out, high)
		case at+rangeBlocks >= t.Blocks:
			out = append(out, low)
		default:
			out = append(out, low+" AND "+high)
		}
	}
	return out, nil
}

// sequential tells whether the server would read the whole table for the conditions
// and find many rows: then it may be split without losing the use of an index.
func (s *session) sequential(ctx context.Context, conn *pgconn.PgConn, st *statement) (whole bool, err error) {
	key := st.key()
	if whole, ok := s.c.splits.get(key); ok {
		return whole, nil
	}
	defer func() {
		if err == nil {
			s.c.splits.keep(key, whole)
		}
	}()
	r := conn.ExecParams(ctx, "EXPLAIN (FORMAT JSON) "+st.text(""), st.args.values, nil, nil, nil).Read()
	if r.Err != nil {
		return false, s.c.native(ctx, r.Err)
	}
	var plans []struct{ Plan node }
	if err := json.Unmarshal(r.Rows[0][0], &plans); err != nil || len(plans) == 0 {
		return false, err
	}
	top := plans[0].Plan
	for n := top; ; n = n.Plans[0] {
		if n.Type == "Seq Scan" {
			return top.Rows >= splitRows, nil
		}
		if n.Type != "Gather" || len(n.Plans) != 1 {
			return false, nil
		}
	}
}

// key is the statement with its values and the table's size, by which the server's plan
// is remembered for a while: should it have changed, the rows come more slowly.
func (st *statement) key() string {
	return st.text("") + "\x00" + string(bytes.Join(st.args.values, []byte{0})) + "\x00" + strconv.FormatInt(st.table.Blocks/rangeBlocks, 10)
}

// splits remembers for which statements a table is split.
type splits struct {
	mu    sync.Mutex
	since time.Time
	known map[string]bool
}

const (
	splitsMost = 1000
	splitsText = 8 << 10
	splitsTime = 5 * time.Minute
)

func (s *splits) get(key string) (split, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	split, ok = s.known[key]
	return split, ok && time.Since(s.since) < splitsTime
}

func (s *splits) keep(key string, split bool) {
	if len(key) > splitsText {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.known) >= splitsMost || time.Since(s.since) >= splitsTime {
		s.known, s.since = map[string]bool{}, time.Now()
	}
	s.known[key] = split
}

// node is a step of the server's plan.
type node struct {
	Type  string  `json:"Node Type"`
	Rows  float64 `json:"Plan Rows"`
	Plans []node
}

// workers is over how many connections a split table is read.
func workers(ranges int) int { return min(ranges, 4, max(2, runtime.NumCPU())) }
