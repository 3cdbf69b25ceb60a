package tabular

import (
	"io"
)

// Format is the kind of file.
type Format string

const (
	CSV  Format = "csv"  // character-delimited text, whatever the delimiter
	XLSX Format = "xlsx" // Office Open XML workbook
)

// None in an Override says that the file has no such character.
const None rune = -1

// Dialect is how a text file writes its table.
type Dialect struct {
	Encoding  string // one of the Enc constants
	Delimiter rune   // 0: a single column
	Quote     rune   // 0: no quoting
	Escape    rune   // 0: a quote is escaped by doubling it
	Run       int    // n > 0: n or more delimiters in a row count as one (aligned text)
	SkipSpace bool   // spaces after a delimiter are not part of the field
	SkipLines int    // lines before the header or the first row
	SkipLeft  int    // XLSX: empty columns left of the table
	Header    bool   // the first record names the columns
}

// Override fixes parts of what Sniff would otherwise find; zero values leave it to Sniff.
type Override struct {
	Encoding  string
	Delimiter rune // None: a single column
	Quote     rune // None: no quoting
	Escape    rune // None: doubling
	SkipLines *int
	Header    *bool
	Sheet     string // XLSX: the sheet's name
	Limits    Limits
}

// Limits bound memory; zero values mean the defaults.
type Limits struct {
	MaxCell  int   // bytes of one cell, default 1 MiB; more is cut and reported
	MaxUnzip int64 // bytes an XLSX may unpack to, default 1 GiB
}

// Sniffed is what a file turned out to be, and all that Open needs to read it.
type Sniffed struct {
	Format     Format
	Dialect    Dialect
	Sheets     []string // XLSX: visible sheets first, in workbook order
	Sheet      string   // XLSX: the sheet to read
	Confidence float64  // 0 to 1
	Columns    []string // unique names; unnamed ones are "Column N"
	Sample     []Row    // the first rows, as Reader would give them
	Notes      []Note
	Limits     Limits
}

// Note is something a person should know about the file as a whole.
type Note struct {
	Code   string
	Detail string
}

// Row is one record brought to the table's width. Its strings are never reused.
type Row struct {
	Line     int      // first line in the file (XLSX: row number), from 1
	Lines    int      // how many lines the record spans
	Fields   []string // as many as there are columns
	Extra    []string // fields beyond the last column
	Formulas []int    // XLSX: columns, from 1, whose value a formula computed
	Merged   []int    // XLSX: columns, from 1, filled from a merged range
	Problems []Problem
}

// Counts sums up what a Reader has met so far.
type Counts struct {
	Rows     int // rows delivered
	Blank    int // records without content, skipped
	Lines    int // lines read, preamble and header included
	BadBytes int // invalid byte sequences in the stated encoding
	Problems map[string]int
}

// SampleRows is how many rows Sniffed.Sample holds at most.
const SampleRows = 50

// sampleSize is how much of a file Sniff looks at.
const sampleSize = 256 << 10

// Sniff finds out what the file is and how to read it. The name is a hint only.
func Sniff(r io.ReaderAt, size int64, name string, o Override) (*Sniffed, error) {
	o.Limits = o.Limits.withDefaults()
	format, err := detectFormat(r, size, name)
	if err != nil {
		return nil, err
	}
	if format == XLSX {
		return sniffXLSX(r, size, o)
	}
	return sniffText(r, size, o)
}

// rows is what a format must offer: records in order, then io.EOF.
type rows interface {
	next() (Row, error)
	bytesRead() int64
	counts() *Counts
	close() error
}

// Reader gives the rows of one table in file order. It is not safe for concurrent use.
type Reader struct {
	rows rows
	err  error
}

// Open reads the table that Sniff described; s may be edited in between.
func Open(r io.ReaderAt, size int64, s *Sniffed) (*Reader, error) {
	var in rows
	var err error
	if s.Format == XLSX {
		in, err = openXLSX(r, size, s)
	} else {
		in, err = openText(r, size, s)
	}
	if err != nil {
		return nil, err
	}
	return &Reader{rows: in}, nil
}

// Next returns the next row, or io.EOF after the last; an error repeats.
func (r *Reader) Next() (Row, error) {
	if r.err != nil {
		return Row{}, r.err
	}
	row, err := r.rows.next()
	r.err = err
	return row, err
}

// BytesRead says how far into the file the reader is (for XLSX an estimate).
func (r *Reader) BytesRead() int64 { return r.rows.bytesRead() }

// Counts sums up what was read so far; the map is the reader's own.
func (r *Reader) Counts() Counts { return *r.rows.counts() }

// Close frees what the reader holds; the file itself stays with its owner.
func (r *Reader) Close() error {
	if r.err == nil {
		r.err = io.ErrClosedPipe
	}
	return r.rows.close()
}

func (l Limits) withDefaults() Limits {
	if l.MaxCell <= 0 {
		l.MaxCell = 1 << 20
	}
	if l.MaxUnzip <= 0 {
		l.MaxUnzip = 1 << 30
	}
	return l
}
