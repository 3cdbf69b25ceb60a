package files

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"headwater/lake"
	"headwater/source/tabular"
)

// rows gives the rows of one file that isn't Parquet.
type rows interface {
	// columns are known from the beginning, or grow while rows are read (JSON).
	columns() []string
	// next gives a row, beside columns as they are then, or io.EOF. The slice is reused.
	next() ([]value, error)
	// at is the line that the last row began on.
	at() int
	Close() error
}

// openRows opens a local file. A packed one is unpacked into a temporary file in dir.
func openRows(ctx context.Context, local string, f File, sheet, dir string) (rows, error) {
	format, zipped := formatOf(f.Path)
	in, err := os.Open(local)
	if err != nil {
		return nil, unreadable(f.Path, err)
	}
	if zipped {
		packed := in
		in, err = unpack(ctx, packed, f, dir)
		_ = packed.Close()
		if err != nil {
			return nil, err
		}
	}
	info, err := in.Stat()
	if err != nil {
		_ = in.Close()
		return nil, unreadable(f.Path, err)
	}
	var out rows
	if format == jsonFormat {
		out, err = openJSON(in, f)
	} else {
		out, err = openTable(in, info.Size(), f, sheet)
	}
	if err != nil {
		_ = in.Close()
		return nil, err
	}
	return out, nil
}

// maxUnpack bounds what a packed file may become, in its own sizes and in bytes.
const (
	maxUnpackTimes = 200
	minUnpackBytes = 1 << 30
)

// unpack writes the content of a .gz into a file that has no name any more. Length and
// checksum are verified on the way.
func unpack(ctx context.Context, in io.Reader, f File, dir string) (*os.File, error) {
	damaged := func(err error) error {
		return lake.Fail(lake.ErrInvalid, "file_damaged", "The file "+f.Path+" is cut or damaged: "+err.Error(), "file", f.Path)
	}
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, damaged(err)
	}
	out, err := os.CreateTemp(dir, "unpack-*")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(out.Name())
	most := max(f.Size*maxUnpackTimes, minUnpackBytes)
	n, err := io.Copy(out, io.LimitReader(&stoppable{ctx, z}, most+1))
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case err != nil:
		err = damaged(err)
	case n > most:
		err = lake.Fail(lake.ErrLimit, "file_bomb", "The file "+f.Path+" unpacks to more than can be right.", "file", f.Path)
	default:
		return out, nil
	}
	_ = out.Close()
	return nil, err
}

type stoppable struct {
	ctx context.Context
	r   io.Reader
}

func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}

// table reads delimited text and sheets.
type table struct {
	file   *os.File
	reader *tabular.Reader
	name   string
	names  []string
	line   int
	row    []value
}

func openTable(in *os.File, size int64, f File, sheet string) (*table, error) {
	s, err := tabular.Sniff(in, size, f.Path, tabular.Override{Sheet: sheet, Limits: tabular.Limits{MaxCell: lake.MaxCell}})
	if err != nil {
		return nil, tableError(f.Path, err)
	}
	r, err := tabular.Open(in, size, s)
	if err != nil {
		return nil, tableError(f.Path, err)
	}
	return &table{file: in, reader: r, name: f.Path, names: distinct(s.Columns), row: make([]value, len(s.Columns))}, nil
}

func (t *table) columns() []string { return t.names }
func (t *table) at() int           { return t.line }
func (t *table) Close() error      { return errors.Join(t.reader.Close(), t.file.Close()) }

// Problems of rows that leave the values as they are meant.
var harmless = []string{tabular.CodeStrayQuote, tabular.CodeCellError}

func (t *table) next() ([]value, error) {
	for {
		row, err := t.reader.Next()
		if err == io.EOF {
			return nil, io.EOF
		}
		if err != nil {
			return nil, tableError(t.name, err)
		}
		t.line = row.Line
		again := false
		for _, p := range row.Problems {
			again = again || p.Code == tabular.CodeRepeatedHeader
			if p.Code != tabular.CodeRepeatedHeader && !slices.Contains(harmless, p.Code) {
				return nil, lake.Fail(lake.ErrInvalid, "row_invalid", fmt.Sprintf("%s, line %d: %s", t.name, p.Line, p.Detail),
					"file", t.name, "line", p.Line, "column", p.Column, "problem", p.Code)
			}
		}
		if again {
			continue
		}
		for i, text := range row.Fields {
			t.row[i] = value{text, plain}
			if text == "" {
				t.row[i].form = empty
			}
		}
		return t.row, nil
	}
}

func tableError(name string, err error) error {
	var known *tabular.ErrFormat
	switch {
	case errors.As(err, &known):
		return lake.Fail(lake.ErrInvalid, known.Code, name+": "+known.Hint, "file", name)
	case errors.Is(err, tabular.ErrSheet):
		return unknownTable(name)
	case errors.Is(err, tabular.ErrBomb):
		return lake.Fail(lake.ErrLimit, "file_bomb", "The file "+name+" unpacks to more than can be right.", "file", name)
	}
	return lake.Fail(lake.ErrInvalid, "file_damaged", "The file "+name+" is cut or damaged: "+err.Error(), "file", name)
}

// distinct makes names differ in more than their case, as the engine needs it.
func distinct(names []string) []string {
	seen := map[string]bool{}
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = unused(n, seen)
	}
	return out
}

func unused(name string, seen map[string]bool) string {
	own := name
	for i := 1; seen[strings.ToLower(own)]; i++ {
		own = fmt.Sprintf("%s_%d", name, i)
	}
	seen[strings.ToLower(own)] = true
	return own
}
