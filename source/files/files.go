package files

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"headwater/lake"
	"headwater/source"
)

// mostKept is how many bytes a source keeps of what it brought into Parquet.
const mostKept = 64 << 30

// Open makes the connector of file:///folder, or of one file.
func Open(_ context.Context, s source.Settings) (source.Connector, error) {
	d, err := newDir(s.URL)
	if err != nil {
		return nil, err
	}
	return New(d, s.Dir)
}

// New makes a connector for the files of a tree; keep is a directory for what is made
// of them.
func New(t Tree, keep string) (*Connector, error) {
	keep, err := filepath.Abs(keep)
	if err != nil {
		return nil, err
	}
	return &Connector{tree: t, home: keep, kept: NewKept(filepath.Join(keep, "parquet"), mostKept)}, nil
}

// Connector reads tables out of the files of a tree.
type Connector struct {
	tree    Tree
	home    string
	kept    *Kept
	footers sync.Map // by version
	known   atomic.Int64
}

// Places lists where the engine finds files.
func (c *Connector) Places() []string {
	return append(slices.Clone(c.tree.Places()), c.home)
}

// Close ends the connector.
func (c *Connector) Close() error { return c.tree.Close() }

// Test looks for the place, then whether it may be read, then reads some bytes.
func (c *Connector) Test(ctx context.Context) []source.Step {
	w := new(source.Walk)
	c.tree.Check(ctx, w)
	w.Do("read", func() (string, error) { return c.readSome(ctx) })
	return w.Steps
}

// readSome reads the beginning of the first file.
func (c *Connector) readSome(ctx context.Context) (string, error) {
	list, err := c.tree.List(ctx, "")
	if err != nil {
		return "", err
	}
	list = slices.DeleteFunc(list, func(f File) bool { format, _ := formatOf(f.Path); return format == "" })
	if len(list) == 0 {
		return "no files of a known kind", nil
	}
	r, err := c.tree.Open(ctx, list[0])
	if err != nil {
		return "", err
	}
	defer r.Close()
	if n := min(list[0].Size, 512); n > 0 {
		if _, err = r.ReadAt(make([]byte, n), 0); err != nil {
			return "", unreadable(list[0].Path, err)
		}
	}
	return strconv.Itoa(len(list)) + " files", nil
}

// Table describes one table. Files of text are brought into Parquet for it.
func (c *Connector) Table(ctx context.Context, name string) (*lake.SourceTable, error) {
	s, err := c.resolve(ctx, name)
	if err != nil {
		return nil, err
	}
	shape, err := c.shapeOf(ctx, s)
	if err != nil {
		return nil, err
	}
	t := &lake.SourceTable{Name: name, Label: label(name), Rows: shape.rows, Bytes: shape.bytes, Columns: shape.columns}
	t.Key, err = c.guessKey(ctx, s, shape)
	return t, err
}

// label is a table's name for people.
func label(name string) string {
	bare, sheet, _ := strings.Cut(name, "#")
	if sheet != "" {
		return sheet
	}
	bare = strings.TrimSuffix(bare, "/")
	bare = bare[strings.LastIndexByte(bare, '/')+1:]
	if i := strings.IndexByte(bare, '.'); i > 0 {
		bare = bare[:i]
	}
	return bare
}

// all reads the footers of a set's files, several at a time.
func (c *Connector) all(ctx context.Context, s *set) ([]*Footer, error) {
	out := make([]*Footer, len(s.files))
	g, inner := errgroup.WithContext(ctx)
	g.SetLimit(8)
	for i, f := range s.files {
		g.Go(func() (err error) {
			out[i], err = c.footer(inner, f, s.sheet)
			return err
		})
	}
	return out, g.Wait()
}

// Session begins a query.
func (c *Connector) Session(context.Context) (source.Session, error) { return session{c}, nil }

type session struct{ c *Connector }

func (session) Close() error { return nil }

// Scan gives a table's files as Parquet.
func (q session) Scan(ctx context.Context, scan lake.Scan) (*lake.Scanned, error) {
	if scan.Pin != "" {
		return nil, lake.Fail(lake.ErrInvalid, "pin_unsupported", "Files have no past of their own; pin them by a copy.", "table", scan.Table)
	}
	s, err := q.c.resolve(ctx, scan.Table)
	if err != nil {
		return nil, err
	}
	shape, err := q.c.shapeOf(ctx, s)
	if err != nil {
		return nil, err
	}
	own, parts, err := wanted(scan, s, shape)
	if err != nil {
		return nil, err
	}
	s.files = prune(s, scan.Where)
	set := &lake.FileSet{Format: string(parquetFormat), Hive: len(parts) > 0, Partitions: parts}
	if set.Paths, err = q.c.paths(ctx, s, own); err != nil {
		return nil, err
	}
	for _, f := range s.files {
		set.Bytes += f.Size
	}
	if err := s.clear(set, own); err != nil {
		return nil, err
	}
	return ofFiles(scan, set, statement(s)), nil
}

func statement(s *set) string {
	if len(s.files) == 1 {
		return s.files[0].Path
	}
	return s.name + " (" + strconv.Itoa(len(s.files)) + " files)"
}

// ofFiles answers a scan with files: the engine itself does all that was wished.
func ofFiles(scan lake.Scan, set *lake.FileSet, statement string) *lake.Scanned {
	out := &lake.Scanned{Files: set, Statement: statement, ObservedAt: time.Now(), Pushed: make([]bool, len(scan.Where))}
	for range scan.Where {
		out.Why = append(out.Why, "files")
	}
	return out
}

// wanted checks that the columns asked for are still there with their types, and gives
// the types in which files of text are to be read, and the partitions.
func wanted(scan lake.Scan, s *set, shape *shape) (own, parts []lake.ScanColumn, err error) {
	asked := map[string]string{}
	for _, w := range scan.Columns {
		i := slices.IndexFunc(shape.columns, func(c lake.SourceColumn) bool { return strings.EqualFold(c.Name, w.Name) })
		if i < 0 {
			return nil, nil, Moved(scan.Table, w, "")
		}
		now := shape.columns[i].Type
		if i < shape.own && s.format == parquetFormat && w.Type != now || i >= shape.own && w.Type != now && w.Type != "VARCHAR" {
			return nil, nil, Moved(scan.Table, w, now)
		}
		asked[shape.columns[i].Name] = w.Type
	}
	for i, c := range shape.columns {
		column := lake.ScanColumn{Name: c.Name, Type: c.Type}
		if t, ok := asked[c.Name]; ok {
			column.Type = t
		}
		if i < shape.own {
			own = append(own, column)
		} else {
			parts = append(parts, column)
		}
	}
	return own, parts, nil
}

// Moved says that a column isn't what it was when the table was declared; now is "" when
// it is gone.
func Moved(table string, was lake.ScanColumn, now string) error {
	detail := "The column " + was.Name + " of " + table + " isn't there any more."
	if now != "" {
		detail = "The column " + was.Name + " of " + table + " was " + was.Type + " and is " + now + " now."
	}
	return lake.Fail(lake.ErrConflict, "source_changed", detail, "table", table, "column", was.Name, "was", was.Type, "now", now)
}

// prune leaves out the partitions that a condition excludes, but never all files.
func prune(s *set, where []lake.ScanCondition) []File {
	out := slices.DeleteFunc(slices.Clone(s.files), func(f File) bool {
		for i, name := range s.parts {
			_, text, _ := strings.Cut(hive(f.Path)[i], "=")
			for _, w := range where {
				equal := w.Op == lake.EQ || w.Op == lake.ScanIn
				if equal && w.Column == name && (w.Type == "BIGINT" || w.Type == "VARCHAR") && !slices.Contains(w.Values, unescape(text)) {
					return true
				}
			}
		}
		return false
	})
	if len(out) == 0 {
		return s.files[:1]
	}
	return out
}

// paths brings a set's files into Parquet with the columns given, several at a time.
func (c *Connector) paths(ctx context.Context, s *set, columns []lake.ScanColumn) ([]string, error) {
	out := make([]string, len(s.files))
	g, inner := errgroup.WithContext(ctx)
	g.SetLimit(8)
	for i, f := range s.files {
		g.Go(func() (err error) {
			if s.format == parquetFormat {
				out[i], err = c.tree.Local(inner, f)
				return err
			}
			footer, err := c.footer(inner, f, s.sheet)
			if err != nil {
				return err
			}
			if footer.fits(columns) {
				out[i], err = c.brought(inner, f, s.sheet, nil)
			} else {
				out[i], err = c.brought(inner, f, s.sheet, columns)
			}
			return err
		})
	}
	err := g.Wait()
	var known *lake.Error
	if errors.As(err, &known) || ctx.Err() == nil {
		return out, err
	}
	return out, ctx.Err()
}

// fits tells whether what was made of a file has just these columns.
func (f *Footer) fits(columns []lake.ScanColumn) bool {
	return slices.EqualFunc(f.Columns, columns, func(a Column, b lake.ScanColumn) bool { return a.Name == b.Name && a.Type == b.Type })
}
