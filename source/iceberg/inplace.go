package iceberg

import (
	"context"
	"os"
	"strings"

	iceberg "github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/table"
	"golang.org/x/sync/errgroup"

	"headwater/lake"
	"headwater/source/files"
)

// inPlace gives the data files as a set that the engine reads itself, or nil when it
// couldn't do that right.
func (c *Connector) inPlace(ctx context.Context, tasks []table.FileScanTask, schema *iceberg.Schema, picks []picked) (*lake.FileSet, error) {
	for _, p := range picks {
		if p.name != p.want.Name || p.typ != p.want.Type || strings.Contains(p.typ, "STRUCT(") {
			return nil, nil
		}
	}
	set := &lake.FileSet{Format: "parquet", Paths: make([]string, len(tasks))}
	for _, t := range tasks {
		if len(t.DeleteFiles)+len(t.EqualityDeleteFiles)+len(t.DeletionVectorFiles) > 0 || !strings.EqualFold(string(t.File.FileFormat()), "parquet") ||
			t.Start != 0 || t.Length != t.File.FileSizeBytes() {
			return nil, nil
		}
		set.Bytes += t.File.FileSizeBytes()
	}
	fits := make([]bool, len(tasks))
	g, inner := errgroup.WithContext(ctx)
	g.SetLimit(8)
	for i, t := range tasks {
		g.Go(func() (err error) {
			if set.Paths[i], err = c.stores.fetch(inner, t.File.FilePath(), t.File.FileSizeBytes()); err != nil {
				return err
			}
			fits[i], err = c.fits(set.Paths[i], schema)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	for _, ok := range fits {
		if !ok {
			return nil, nil
		}
	}
	return set, nil
}

// fits tells whether a data file has just the schema's columns, by id, name and type.
func (c *Connector) fits(path string, schema *iceberg.Schema) (bool, error) {
	footer, err := c.footer(path)
	if err != nil {
		return false, err
	}
	if len(footer.Columns) != len(schema.Fields()) {
		return false, nil
	}
	for _, col := range footer.Columns {
		f, ok := schema.FindFieldByID(int(col.ID))
		if !ok || f.Name != col.Name || typeOf(f.Type) != col.Type {
			return false, nil
		}
	}
	return true, nil
}

func (c *Connector) footer(path string) (*files.Footer, error) {
	if known, ok := c.footers.Load(path); ok {
		return known.(*files.Footer), nil
	}
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return nil, err
	}
	footer, err := files.ReadFooter(in, info.Size(), path)
	if err == nil {
		c.footers.Store(path, footer)
	}
	return footer, err
}
