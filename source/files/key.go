package files

import (
	"context"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// keyRows is how many rows a proposed key is tried on.
const keyRows = 10_000

// keyTypes are the types that keys have.
var keyTypes = []string{"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "VARCHAR", "UUID"}

// guessKey proposes a column that is named like a key and holds different values in all
// rows looked at. Whether it is one is for others to check.
func (c *Connector) guessKey(ctx context.Context, s *set, shape *shape) ([]string, error) {
	var names []string
	for _, col := range shape.columns[:shape.own] {
		if slices.Contains(keyTypes, col.Type) && keyRank(col.Name, label(s.name)) < noKey {
			names = append(names, col.Name)
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return keyRank(a, label(s.name)) - keyRank(b, label(s.name)) })
	if len(names) == 0 {
		return nil, nil
	}
	r, size, err := c.parquetOf(ctx, s)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	for _, n := range names {
		if ok, err := uniqueColumn(ctx, r, size, n); err == nil && ok {
			return []string{n}, nil
		}
	}
	return nil, ctx.Err()
}

// noKey is the rank of names that aren't names of keys.
const noKey = 9

// keyRank orders names by how surely they are a table's key: id, order_id or o_orderkey
// in orders, then any other.
func keyRank(name, table string) int {
	name, table = strings.ToLower(name), strings.TrimSuffix(strings.ToLower(table), "s")
	isKey := name == "id" || name == "key" || name == "uuid" || strings.HasSuffix(name, "_id") || strings.HasSuffix(name, "_key") || strings.HasSuffix(name, "key")
	switch {
	case name == "id" || name == "key" || name == "uuid":
		return 0
	case isKey && table != "" && strings.Contains(strings.ReplaceAll(name, "_", ""), strings.ReplaceAll(table, "_", "")):
		return 1
	case isKey:
		return 2
	}
	return noKey
}

// parquetOf opens the first file of a set as Parquet.
func (c *Connector) parquetOf(ctx context.Context, s *set) (Reader, int64, error) {
	f := s.files[0]
	if s.format == parquetFormat {
		r, err := c.tree.Open(ctx, f)
		return r, f.Size, err
	}
	local, err := c.brought(ctx, f, s.sheet, nil)
	if err != nil {
		return nil, 0, err
	}
	in, err := os.Open(local)
	if err != nil {
		return nil, 0, err
	}
	info, err := in.Stat()
	if err != nil {
		_ = in.Close()
		return nil, 0, err
	}
	return in, info.Size(), nil
}

// uniqueColumn reads the first rows of a column.
func uniqueColumn(ctx context.Context, r io.ReaderAt, size int64, name string) (unique bool, err error) {
	defer func() {
		if recover() != nil { // of a damaged file
			unique, err = false, nil
		}
	}()
	f, err := file.NewParquetReader(io.NewSectionReader(r, 0, size))
	if err != nil {
		return false, err
	}
	in, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{BatchSize: keyRows}, memory.DefaultAllocator)
	if err != nil {
		return false, err
	}
	column := f.MetaData().Schema.ColumnIndexByName(name)
	if column < 0 || f.NumRowGroups() == 0 {
		return false, nil
	}
	batches, err := in.GetRecordReader(ctx, []int{column}, []int{0})
	if err != nil {
		return false, err
	}
	defer batches.Release()
	if !batches.Next() {
		return false, batches.Err()
	}
	values := batches.RecordBatch().Column(0)
	if values.NullN() > 0 || values.Len() == 0 {
		return false, nil
	}
	seen := make(map[string]bool, values.Len())
	for i := range values.Len() {
		v := values.ValueStr(i)
		if v == "" || seen[v] {
			return false, nil
		}
		seen[v] = true
	}
	return true, nil
}
