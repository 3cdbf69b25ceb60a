package lake

import (
	"context"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
)

// Sources reads what lies outside of the lake. An engine gets one.
type Sources interface {
	// Session begins one query. All scans of a session see one consistent state of each
	// source that can give one.
	Session(ctx context.Context) SourceSession
	// Places lists the local directories that file sets lie in: an engine may open files
	// there and nowhere else. It changes when sources are added.
	Places() []string
}

// SourceSession is what one query reads from sources. It is for one goroutine; what it
// gave is not to be used after Close.
type SourceSession interface {
	// Scan says how the rows of a table get here.
	Scan(ctx context.Context, s Scan) (*Scanned, error)
	// Describe reads a table's columns, key and size as they are now.
	Describe(ctx context.Context, source, table string) (*SourceTable, error)
	Close() error
}

// Scan asks for some columns of a table. Where, Nearest, Order and Limit are wishes: a
// source does what it can prove equal to what the engine would do, and says what it did.
type Scan struct {
	Source, Table string
	Columns       []ScanColumn // may be empty: only the number of rows matters
	Where         []ScanCondition
	Nearest       *Nearest
	Order         []ScanOrder // empty texts and NULLs last; counts only with Limit
	Limit         int64       // 0: all
	Count         bool        // one row with one BIGINT column "count" instead, if all of Where could be pushed
	Pin           string      // a state of the source itself (Iceberg snapshot); "": now
}

// ScanColumn is one column wanted, under its name in the source and with the engine's
// (DuckDB's) type for it, as SourceColumn gave it.
type ScanColumn struct{ Name, Type string }

// ScanCondition is a condition that all wanted rows fulfil. Rows that don't fulfil it
// may come, too: the engine tests again. Values are in the text form of the engine's type.
type ScanCondition struct {
	Column, Type string
	Op           Op // EQ, NE, LT, LE, GT, GE, ScanIn, ScanNull, ScanNotNull, ScanPrefix
	Values       []string
}

// Operators of scans beside the comparisons.
const (
	ScanIn      Op = "in"
	ScanNull    Op = "null"
	ScanNotNull Op = "notnull"
	ScanPrefix  Op = "prefix" // text begins with
)

// ScanOrder is one sort criterion.
type ScanOrder struct {
	Column, Type string
	Desc         bool
}

// Nearest asks for the K rows whose vector is nearest to Vector.
type Nearest struct {
	Column string
	Vector []float32
	K      int
	Metric string // l2, cosine, ip
}

// Scanned says how the rows come and what the source does itself. Either Files or Rows
// is set.
type Scanned struct {
	Files *FileSet
	// Rows gives the asked columns in their order; the engine reads it once, to its end,
	// and releases it. An error in the middle of the rows is the reader's Err.
	Rows array.RecordReader

	Pushed    []bool   // beside Scan.Where: the source applies it
	Why       []string // beside Scan.Where: why not: "type", "collation", "operator", "files", "zone", "null"
	Nearest   bool     // the source chose the nearest, and gives a DOUBLE column "distance" behind the columns
	Limited   bool     // the source ordered and limited
	Counted   bool     // the source counted
	Statement string   // what is asked of the source, for people: SQL without values, or paths
	Snapshot  bool     // all scans of this session on this source see one state

	ObservedAt time.Time
	// Moved tells how many rows and bytes came, when Rows has been read.
	Moved func() (rows, bytes int64)
}

// FileSet are files that the engine reads itself, as one table.
type FileSet struct {
	Format     string            // parquet, csv, json
	Paths      []string          // absolute, within Places
	Hive       bool              // folders like year=2024 are columns; otherwise such names mean nothing: don't let them be found out
	Partitions []ScanColumn      // with Hive: those columns, with the types that they are to have
	Options    map[string]string // of csv: delim, quote, escape, header, skip, encoding, nullstr
	Bytes      int64
}

// SourceTable is a table, a view, a sheet or a set of files as its source describes it.
type SourceTable struct {
	Name      string           `json:"name"` // as Home.Table holds it
	Label     string           `json:"label,omitempty"`
	Rows      int64            `json:"rows"`  // an estimate; -1: unknown
	Bytes     int64            `json:"bytes"` // -1: unknown
	View      bool             `json:"view,omitempty"`
	Writable  bool             `json:"writable,omitempty"` // write-back is possible
	Texts     bool             `json:"texts,omitempty"`    // any column may be asked for as VARCHAR: the text that the source writes
	Travels   bool             `json:"travels,omitempty"`  // the source can pin a state itself
	Pin       string           `json:"pin,omitempty"`      // its state now, where it travels
	Columns   []SourceColumn   `json:"columns,omitempty"`  // empty in lists
	Key       []string         `json:"key,omitempty"`
	Relations []SourceRelation `json:"relations,omitempty"`
}

// SourceColumn is one column.
type SourceColumn struct {
	Name     string `json:"name"`
	Native   string `json:"native"` // the source's own type
	Type     string `json:"type"`   // the engine's type that holds it exactly: "DECIMAL(15,2)"
	Kind     Kind   `json:"kind"`   // how a page treats it
	Nullable bool   `json:"nullable,omitempty"`
	Label    string `json:"label,omitempty"`
}

// SourceRelation is a foreign key.
type SourceRelation struct {
	Columns []string `json:"columns"`
	Table   string   `json:"table"`
	Targets []string `json:"targets"`
}
