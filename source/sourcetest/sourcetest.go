// Package sourcetest is what tests of connectors have in common: DuckDB as the referee
// of what types and conditions mean.
package sourcetest

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"sort"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/duckdb/duckdb-go/v2"

	"headwater/lake"
	"headwater/source"
)

// Referee is a DuckDB in memory, with times in UTC.
type Referee struct {
	tb   testing.TB
	conn *sql.Conn
}

// NewReferee gives one that is gone when the test ends.
func NewReferee(tb testing.TB) *Referee {
	tb.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		tb.Fatal(err)
	}
	conn, err := db.Conn(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { conn.Close(); db.Close() })
	r := &Referee{tb, conn}
	if _, err := conn.ExecContext(context.Background(), "SET TimeZone='UTC'"); err != nil {
		tb.Fatal(err)
	}
	return r
}

// Take copies rows into a new table, and releases them.
func (r *Referee) Take(name string, rows array.RecordReader) {
	r.tb.Helper()
	if err := r.Try(name, rows); err != nil {
		r.tb.Fatal(err)
	}
}

// Try is Take for rows that may fail.
func (r *Referee) Try(name string, rows array.RecordReader) error {
	defer rows.Release()
	err := r.conn.Raw(func(c any) error {
		a, err := duckdb.NewArrowFromConn(c.(driver.Conn))
		if err != nil {
			return err
		}
		release, err := a.RegisterView(rows, name+"_stream")
		if err != nil {
			return err
		}
		defer release()
		_, err = c.(driver.ExecerContext).ExecContext(context.Background(), "CREATE OR REPLACE TABLE "+name+" AS SELECT * FROM "+name+"_stream", nil)
		return err
	})
	if rows.Err() != nil {
		return rows.Err()
	}
	return err
}

// Lines gives the rows of a query as sorted texts: "(1, abc, NULL)".
func (r *Referee) Lines(q string) []string {
	r.tb.Helper()
	rows, err := r.conn.QueryContext(context.Background(), "SELECT CAST(row(*COLUMNS(*)) AS VARCHAR) FROM ("+q+")")
	if err != nil {
		r.tb.Fatalf("%v in %s", err, q)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			r.tb.Fatal(err)
		}
		out = append(out, s)
	}
	sort.Strings(out)
	return out
}

// Condition writes a scan's condition in DuckDB's SQL.
func Condition(c lake.ScanCondition) string {
	name := `"` + c.Column + `"`
	literals := make([]string, len(c.Values))
	for i, v := range c.Values {
		literals[i] = "CAST('" + strings.ReplaceAll(v, "'", "''") + "' AS " + c.Type + ")"
	}
	switch c.Op {
	case lake.ScanNull:
		return name + " IS NULL"
	case lake.ScanNotNull:
		return name + " IS NOT NULL"
	case lake.ScanIn:
		return name + " IN (" + strings.Join(literals, ", ") + ")"
	case lake.ScanPrefix:
		return "starts_with(" + name + ", " + literals[0] + ")"
	}
	return fmt.Sprintf("%s %s %s", name, c.Op, literals[0])
}

// Conditions are those of one operator on a column: one per value, lists of all and of
// one with ScanIn.
func Conditions(op lake.Op, k lake.SourceColumn, values []string) (out []lake.ScanCondition) {
	base := lake.ScanCondition{Column: k.Name, Type: k.Type, Op: op}
	switch op {
	case lake.ScanNull, lake.ScanNotNull:
		return []lake.ScanCondition{base}
	case lake.ScanIn:
		base.Values = values
		out = append(out, base)
		base.Values = values[:1]
		return append(out, base)
	}
	for _, v := range values {
		base.Values = []string{v}
		out = append(out, base)
	}
	return out
}

// Operators are all that a condition may have.
var Operators = []lake.Op{lake.EQ, lake.NE, lake.LT, lake.LE, lake.GT, lake.GE, lake.ScanIn, lake.ScanNull, lake.ScanNotNull, lake.ScanPrefix}

// Describe describes a table.
func Describe(tb testing.TB, c source.Connector, name string) *lake.SourceTable {
	tb.Helper()
	d, err := c.Table(context.Background(), name)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// Whole asks for all columns of a table.
func Whole(d *lake.SourceTable) lake.Scan {
	out := lake.Scan{Table: d.Name}
	for _, c := range d.Columns {
		out.Columns = append(out.Columns, lake.ScanColumn{Name: c.Name, Type: c.Type})
	}
	return out
}

// Session is closed when the test ends.
func Session(tb testing.TB, c source.Connector) source.Session {
	tb.Helper()
	s, err := c.Session(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { s.Close() })
	return s
}

// Scan scans.
func Scan(tb testing.TB, s source.Session, q lake.Scan) *lake.Scanned {
	tb.Helper()
	out, err := s.Scan(context.Background(), q)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// Drain reads rows to their end, releases them, and gives their number and error.
func Drain(rows array.RecordReader) (n int64, err error) {
	defer rows.Release()
	for rows.Next() {
		n += rows.RecordBatch().NumRows()
	}
	return n, rows.Err()
}

// Count reads rows to their end.
func Count(tb testing.TB, rows array.RecordReader) int64 {
	tb.Helper()
	n, err := Drain(rows)
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

// ExpectCode fails unless err is the lake's with this code.
func ExpectCode(tb testing.TB, err error, code string) {
	tb.Helper()
	var known *lake.Error
	if !errors.As(err, &known) || known.Code != code {
		tb.Errorf("%v, expected the code %s", err, code)
	}
}
