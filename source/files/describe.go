package files

import (
	"context"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"headwater/lake"
)

// version tells versions of a file apart.
func (f File) version() string {
	return fmt.Sprint(f.Path, "\x00", f.Size, "\x00", f.Modified.UnixNano(), "\x00", f.Tag)
}

// footer describes one file: a Parquet file by its own end, another by the end of what
// was made of it.
func (c *Connector) footer(ctx context.Context, f File, sheet string) (*Footer, error) {
	key := f.version() + "\x00" + sheet
	if known, ok := c.footers.Load(key); ok {
		return known.(*Footer), nil
	}
	var out *Footer
	var err error
	if format, _ := formatOf(f.Path); format == parquetFormat {
		var r Reader
		if r, err = c.tree.Open(ctx, f); err == nil {
			out, err = ReadFooter(r, f.Size, f.Path)
			_ = r.Close()
		}
	} else {
		out, err = c.footerOf(ctx, f, sheet, nil)
	}
	if err != nil {
		return nil, err
	}
	if c.known.Add(1) > maxFooters {
		c.footers.Clear()
		c.known.Store(0)
	}
	c.footers.Store(key, out)
	return out, nil
}

// maxFooters is how many descriptions are remembered.
const maxFooters = 20_000

func (c *Connector) footerOf(ctx context.Context, f File, sheet string, columns []lake.ScanColumn) (*Footer, error) {
	local, err := c.brought(ctx, f, sheet, columns)
	if err != nil {
		return nil, err
	}
	in, err := os.Open(local)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return nil, err
	}
	return ReadFooter(in, info.Size(), f.Path)
}

// brought gives the Parquet file that was made of a file: with the columns given, or
// with those that hold all its values.
func (c *Connector) brought(ctx context.Context, f File, sheet string, columns []lake.ScanColumn) (string, error) {
	how := fmt.Sprintf("1\x00%s\x00%q", sheet, columns)
	return c.kept.Get(ctx, f, how, Base(f, ".parquet"), func(ctx context.Context, to string) error {
		local, err := c.tree.Local(ctx, f)
		if err != nil {
			return err
		}
		out, err := os.Create(to)
		if err != nil {
			return err
		}
		err = bring(ctx, out, f, func() (rows, error) { return openRows(ctx, local, f, sheet, path.Dir(to)) }, columns)
		if e := out.Close(); err == nil {
			err = e
		}
		if err != nil {
			return err
		}
		_, err = c.tree.Local(ctx, f) // fails when it changed meanwhile
		return err
	})
}

// shape is what a set of files has in common.
type shape struct {
	columns []lake.SourceColumn // of the files; partitions last
	own     int                 // how many of them lie in the files
	rows    int64
	bytes   int64
}

// shapeOf describes a set. Files of text may differ in what their values look like; the
// set's types hold all of them.
func (c *Connector) shapeOf(ctx context.Context, s *set) (*shape, error) {
	list, err := c.all(ctx, s)
	if err != nil {
		return nil, err
	}
	out := &shape{}
	columns := slices.Clone(list[0].Columns)
	guesses := slices.Clone(list[0].guesses)
	for i, f := range list {
		out.rows += f.Rows
		out.bytes += s.files[i].Size
		if i == 0 {
			continue
		}
		if columns, guesses, err = s.join(columns, guesses, f, i); err != nil {
			return nil, err
		}
	}
	for i, col := range columns {
		if guesses != nil {
			col.Type, col.Native, col.Nullable = guesses[i].typ(), string(s.format), true
		}
		if !slices.Contains(s.parts, col.Name) {
			out.columns = append(out.columns, lake.SourceColumn{Name: col.Name, Native: col.Native, Type: col.Type, Kind: KindOf(col.Type), Nullable: col.Nullable})
		}
	}
	if out.own = len(out.columns); out.own == 0 {
		return nil, lake.Fail(lake.ErrInvalid, "empty_file", "There are no rows in "+s.name+" that would show its columns.", "table", s.name)
	}
	out.columns = append(out.columns, s.partitionColumns()...)
	return out, nil
}

// join checks that a file's columns are those of the files before it, in any order.
// Objects of JSON may lack some, or have more.
func (s *set) join(columns []Column, guesses []guess, f *Footer, i int) ([]Column, []guess, error) {
	seen := 0
	for j, c := range f.Columns {
		at := slices.IndexFunc(columns, func(o Column) bool { return strings.EqualFold(o.Name, c.Name) })
		switch {
		case at < 0 && s.format == jsonFormat:
			columns, guesses = append(columns, c), append(guesses, f.guesses[j])
			continue
		case at < 0:
			return nil, nil, differs(s.name, s.files[i].Path, s.files[0].Path, "column "+c.Name)
		case guesses != nil:
			guesses[at].merge(f.guesses[j])
		case columns[at].Type != c.Type:
			return nil, nil, differs(s.name, s.files[i].Path, s.files[0].Path, "the type of "+c.Name)
		default:
			columns[at].Nullable = columns[at].Nullable || c.Nullable
		}
		seen++
	}
	if seen < len(columns) && s.format != jsonFormat {
		return nil, nil, differs(s.name, s.files[i].Path, s.files[0].Path, "the number of columns")
	}
	return columns, guesses, nil
}

// partitionColumns gives the columns that the folders make.
func (s *set) partitionColumns() []lake.SourceColumn {
	var out []lake.SourceColumn
	for i, name := range s.parts {
		var g guess
		null := false
		for _, f := range s.files {
			_, text, _ := strings.Cut(hive(f.Path)[i], "=")
			text = unescape(text)
			if text == hiveNull || strings.EqualFold(text, "NULL") {
				null = true
				continue
			}
			g.add(value{text, plain})
		}
		typ := g.typ()
		if typ != "BIGINT" && typ != "DATE" {
			typ = "VARCHAR"
		}
		out = append(out, lake.SourceColumn{Name: name, Native: "folder", Type: typ, Kind: KindOf(typ), Nullable: null})
	}
	return out
}

// hiveNull is how writers of partitions name the folder of rows without a value.
const hiveNull = "__HIVE_DEFAULT_PARTITION__"
