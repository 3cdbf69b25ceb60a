package iceberg

import (
	"fmt"
	"strconv"
	"strings"

	iceberg "github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/table"

	"headwater/lake"
	"headwater/source/files"
)

func kindOf(typ string) lake.Kind { return files.KindOf(typ) }

// typeOf is the engine's type for one of Iceberg's; "" when there is none.
func typeOf(t iceberg.Type) string {
	switch t := t.(type) {
	case iceberg.BooleanType:
		return "BOOLEAN"
	case iceberg.Int32Type:
		return "INTEGER"
	case iceberg.Int64Type:
		return "BIGINT"
	case iceberg.Float32Type:
		return "FLOAT"
	case iceberg.Float64Type:
		return "DOUBLE"
	case iceberg.DecimalType:
		return fmt.Sprintf("DECIMAL(%d,%d)", t.Precision(), t.Scale())
	case iceberg.DateType:
		return "DATE"
	case iceberg.TimeType:
		return "TIME"
	case iceberg.TimestampType:
		return "TIMESTAMP"
	case iceberg.TimestampNsType:
		return "TIMESTAMP_NS"
	case iceberg.TimestampTzType, iceberg.TimestampTzNsType:
		return "TIMESTAMP WITH TIME ZONE"
	case iceberg.StringType:
		return "VARCHAR"
	case iceberg.UUIDType:
		return "UUID"
	case iceberg.FixedType, iceberg.BinaryType:
		return "BLOB"
	case *iceberg.ListType:
		return below("", typeOf(t.Element), "[]")
	case *iceberg.MapType:
		key, value := typeOf(t.KeyType), typeOf(t.ValueType)
		if key == "" || value == "" {
			return ""
		}
		return "MAP(" + key + ", " + value + ")"
	case *iceberg.StructType:
		var list []string
		for _, f := range t.FieldList {
			typ := typeOf(f.Type)
			if typ == "" {
				return ""
			}
			list = append(list, `"`+strings.ReplaceAll(f.Name, `"`, `""`)+`" `+typ)
		}
		return "STRUCT(" + strings.Join(list, ", ") + ")"
	}
	return ""
}

func below(before, typ, after string) string {
	if typ == "" {
		return ""
	}
	return before + typ + after
}

// picked is where a column that was asked for comes from.
type picked struct {
	want lake.ScanColumn
	name string // in the schema that is read; "": it has no such field, all is NULL
	id   int
	typ  string // the engine's type there
}

// widenings are what Iceberg lets a column's type become, beside longer decimals.
var widenings = map[[2]string]bool{{"INTEGER", "BIGINT"}: true, {"FLOAT", "DOUBLE"}: true, {"DATE", "TIMESTAMP"}: true}

// pick finds the columns asked for: all by their names in the schema that is read, or
// else all by their names in the current one and by field ids from there.
func pick(current, read *iceberg.Schema, s lake.Scan) ([]picked, error) {
	out, err := pickBy(read, read, s)
	if err != nil && read != current {
		if later, e := pickBy(current, read, s); e == nil {
			return later, nil
		}
	}
	return out, err
}

func pickBy(named, read *iceberg.Schema, s lake.Scan) ([]picked, error) {
	var out []picked
	for _, c := range s.Columns {
		f, ok := named.FindFieldByName(c.Name)
		if !ok {
			return nil, files.Moved(s.Table, c, "")
		}
		if typ := typeOf(f.Type); typ != c.Type {
			return nil, files.Moved(s.Table, c, typ)
		}
		p := picked{want: c, id: f.ID}
		if r, ok := read.FindFieldByID(f.ID); ok {
			p.name, p.typ = r.Name, typeOf(r.Type)
		}
		if p.name != "" && p.typ != c.Type && !widens(p.typ, c.Type) {
			return nil, files.Moved(s.Table, c, p.typ)
		}
		out = append(out, p)
	}
	return out, nil
}

func widens(from, to string) bool {
	fp, fs, fd := files.DecimalOf(from)
	tp, ts, td := files.DecimalOf(to)
	return widenings[[2]string{from, to}] || fd && td && fs == ts && fp <= tp
}

// snapshotOf gives the snapshot that a scan reads (nil: the table has none) and the
// schema that it is read with.
func snapshotOf(t *table.Table, s lake.Scan) (*table.Snapshot, *iceberg.Schema, error) {
	if s.Pin == "" {
		return t.CurrentSnapshot(), t.Schema(), nil
	}
	gone := lake.Fail(lake.ErrNotFound, "pin_unknown", "The table "+s.Table+" has no snapshot "+s.Pin+" any more.", "table", s.Table, "pin", s.Pin)
	id, err := strconv.ParseInt(s.Pin, 10, 64)
	if err != nil || id == 0 {
		return nil, nil, gone
	}
	snapshot := t.SnapshotByID(id)
	if snapshot == nil {
		return nil, nil, gone
	}
	schema := t.Schema()
	if snapshot.SchemaID != nil {
		if own, ok := t.Schemas()[*snapshot.SchemaID]; ok {
			schema = own
		}
	}
	return snapshot, schema, nil
}

// scanOf plans what is to be read. The filter may be nil.
func scanOf(t *table.Table, s lake.Scan, picks []picked, filter iceberg.BooleanExpression) *table.Scan {
	var options []table.ScanOption
	if s.Pin != "" {
		id, _ := strconv.ParseInt(s.Pin, 10, 64)
		options = append(options, table.WithSnapshotID(id))
	}
	if filter != nil {
		options = append(options, table.WithRowFilter(filter))
	}
	names := []string{}
	for _, p := range picks {
		if p.name != "" {
			names = append(names, p.name)
		}
	}
	if len(names) == 0 { // only the number of rows matters: any column tells it
		_, schema, _ := snapshotOf(t, s)
		names = append(names, schema.Fields()[0].Name)
	}
	return t.Scan(append(options, table.WithSelectedFields(names...))...)
}
