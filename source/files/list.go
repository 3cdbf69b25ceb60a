package files

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"headwater/lake"
	"headwater/source/tabular"
)

// listed is how many Parquet files a list of tables looks into; more are listed without
// their number of rows.
const listed = 500

// headBytes is how much of a text file's beginning a list of tables looks at.
const headBytes = 64 << 10

// Tables lists folders that are one table, sheets, and single files. A file that can't
// be read is listed all the same: describing it says what is wrong.
func (c *Connector) Tables(ctx context.Context) ([]lake.SourceTable, error) {
	list, err := c.tree.List(ctx, "")
	if err != nil {
		return nil, err
	}
	single, folders := candidates(list)
	looks := listed
	out := []lake.SourceTable{}
	for _, folder := range slices.Sorted(maps.Keys(folders)) {
		members := folders[folder]
		rows, one, err := c.oneTable(ctx, folder, members, &looks)
		if err != nil {
			return nil, err
		}
		if !one {
			single = append(single, members...)
			continue
		}
		name := folder
		if folder == "/" {
			name = "./"
		}
		t := lake.SourceTable{Name: name, Label: label(name), Rows: rows}
		for _, f := range members {
			t.Bytes += f.Size
		}
		out = append(out, t)
	}
	for _, f := range single {
		tables, err := c.tablesOf(ctx, f, &looks)
		if err != nil {
			return nil, err
		}
		out = append(out, tables...)
	}
	slices.SortFunc(out, func(a, b lake.SourceTable) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// tablesOf lists what one file holds.
func (c *Connector) tablesOf(ctx context.Context, f File, looks *int) ([]lake.SourceTable, error) {
	t := lake.SourceTable{Name: f.Path, Label: label(f.Path), Rows: -1, Bytes: f.Size}
	switch format, _ := formatOf(f.Path); format {
	case parquetFormat:
		if *looks--; *looks >= 0 {
			if footer, err := c.footer(ctx, f, ""); err == nil {
				t.Rows = footer.Rows
			}
		}
	case xlsxFormat:
		sheets, err := c.sheets(ctx, f)
		if err == nil && len(sheets) > 0 {
			var out []lake.SourceTable
			for _, s := range sheets {
				out = append(out, lake.SourceTable{Name: f.Path + "#" + s, Label: s, Rows: -1, Bytes: f.Size})
			}
			return out, ctx.Err()
		}
	}
	return []lake.SourceTable{t}, ctx.Err()
}

func (c *Connector) sheets(ctx context.Context, f File) ([]string, error) {
	r, err := c.tree.Open(ctx, f)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	s, err := tabular.Sniff(r, f.Size, f.Path, tabular.Override{})
	if err != nil {
		return nil, err
	}
	return s.Sheets, nil
}

// oneTable tells whether a folder's files are one table: several of one format that
// begin alike, or any in partition folders.
func (c *Connector) oneTable(ctx context.Context, folder string, members []File, looks *int) (rows int64, one bool, err error) {
	if s := (&set{name: folder, files: members}); s.settle(strings.TrimPrefix(folder, "/")) != nil {
		return 0, false, ctx.Err()
	} else if len(members) < 2 && len(s.parts) == 0 {
		return 0, false, nil
	}
	var first string
	for i, f := range members {
		if *looks--; *looks < 0 {
			return -1, true, nil
		}
		head, n, err := c.head(ctx, f)
		if err != nil {
			return 0, false, ctx.Err()
		}
		if i == 0 {
			first = head
		} else if head != first {
			return 0, false, nil
		}
		if rows += n; n < 0 {
			rows = -1
		}
	}
	return rows, true, nil
}

// head gives what the files of one table have in common at their beginnings.
func (c *Connector) head(ctx context.Context, f File) (head string, rows int64, err error) {
	format, zipped := formatOf(f.Path)
	switch format {
	case parquetFormat:
		footer, err := c.footer(ctx, f, "")
		if err != nil {
			return "", 0, err
		}
		var names []string
		for _, col := range footer.Columns {
			names = append(names, col.Name+" "+col.Type)
		}
		slices.Sort(names)
		return strings.Join(names, "\n"), footer.Rows, nil
	case jsonFormat:
		return "", -1, nil
	case xlsxFormat:
		return "", -1, errors.ErrUnsupported
	}
	r, err := c.tree.Open(ctx, f)
	if err != nil {
		return "", 0, err
	}
	defer r.Close()
	buf := make([]byte, min(f.Size, headBytes))
	if _, err := r.ReadAt(buf, 0); err != nil && err != io.EOF {
		return "", 0, err
	}
	if zipped {
		z, err := gzip.NewReader(bytes.NewReader(buf))
		if err != nil {
			return "", 0, err
		}
		buf = make([]byte, headBytes)
		n, _ := io.ReadFull(z, buf)
		buf = buf[:n]
	}
	buf = bytes.TrimPrefix(buf, []byte("\xef\xbb\xbf"))
	line, _, _ := bytes.Cut(buf, []byte("\n"))
	return string(bytes.TrimSuffix(line, []byte("\r"))), -1, nil
}
