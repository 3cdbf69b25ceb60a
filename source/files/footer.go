package files

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/metadata"

	"headwater/lake"
)

// Footer is what the end of a Parquet file says about it.
type Footer struct {
	Columns []Column
	Rows    int64
	guesses []guess // of files that this package wrote
}

// Column is one column of a file.
type Column struct {
	Name     string
	Native   string // as the file calls its type
	Type     string // the engine's type
	Nullable bool
	ID       int32 // the field's id in the schema that wrote the file; -1: none
}

// guessesKey is under which the written files say what their values looked like.
const guessesKey = "headwater.values"

// ReadFooter reads the end of a Parquet file. The name is for errors.
func ReadFooter(r io.ReaderAt, size int64, name string) (out *Footer, err error) {
	damaged := func(what any) error {
		return lake.Fail(lake.ErrInvalid, "file_damaged", fmt.Sprintf("The file %s is cut, damaged or no Parquet: %v", name, what), "file", name)
	}
	defer func() {
		if p := recover(); p != nil { // the reader panics on some damaged files
			out, err = nil, damaged(p)
		}
	}()
	f, err := file.NewParquetReader(io.NewSectionReader(r, 0, size))
	if err != nil {
		if strings.Contains(strings.ToLower(err.Error()), "encrypt") || strings.Contains(strings.ToLower(err.Error()), "decrypt") {
			return nil, lake.Fail(lake.ErrInvalid, "file_encrypted", "The file "+name+" is encrypted.", "file", name)
		}
		return nil, damaged(err)
	}
	defer f.Close()
	out = &Footer{Rows: f.NumRows(), Columns: columnsOf(f.MetaData())}
	if text := f.MetaData().KeyValueMetadata().FindValue(guessesKey); text != nil {
		if err := json.Unmarshal([]byte(*text), &out.guesses); err != nil || len(out.guesses) != len(out.Columns) {
			out.guesses = nil
		}
	}
	return out, nil
}

// element is one node of a Parquet schema, as the footer has it.
type element struct {
	name      string
	physical  string // INT32 …; "" for groups
	converted string // the old logical types; "" if none
	logical   string // the new ones: TIMESTAMP, TIME, UUID, FLOAT16, INTEGER, DECIMAL …; "" if none
	utc       bool   // TIMESTAMP, TIME: adjusted to UTC
	nanos     bool
	bits      int8
	signed    bool
	precision int32
	scale     int32
	length    int32
	repeated  bool
	optional  bool
	children  int
	id        int32
}

// columnsOf maps the schema as the engine does.
func columnsOf(meta *metadata.FileMetaData) []Column {
	list := elements(meta)
	at := 1
	var out []Column
	seen := map[string]bool{}
	for range list[0].children {
		e := list[at]
		typ := typeAt(list, &at, false)
		if strings.Contains(typ, tooWide) {
			continue
		}
		out = append(out, Column{Name: unused(e.name, seen), Native: e.native(), Type: typ, Nullable: e.optional, ID: e.id})
	}
	return out
}

// elements copies the footer's own schema, which tells old from new logical types.
func elements(meta *metadata.FileMetaData) []element {
	raw := meta.FileMetaData.Schema
	out := make([]element, len(raw))
	for i, r := range raw {
		e := element{name: r.Name, children: int(r.GetNumChildren()), precision: r.GetPrecision(), scale: r.GetScale(), length: r.GetTypeLength(), id: -1}
		if r.IsSetFieldID() {
			e.id = r.GetFieldID()
		}
		if r.IsSetType() {
			e.physical = r.GetType().String()
		}
		if r.IsSetConvertedType() {
			e.converted = r.GetConvertedType().String()
		}
		if r.IsSetRepetitionType() {
			e.repeated, e.optional = r.GetRepetitionType().String() == "REPEATED", r.GetRepetitionType().String() == "OPTIONAL"
		}
		if l := r.LogicalType; l != nil {
			switch {
			case l.IsSetTIMESTAMP():
				e.logical, e.utc, e.nanos = "TIMESTAMP", l.TIMESTAMP.IsAdjustedToUTC, l.TIMESTAMP.Unit.IsSetNANOS()
			case l.IsSetTIME():
				e.logical, e.utc, e.nanos = "TIME", l.TIME.IsAdjustedToUTC, l.TIME.Unit.IsSetNANOS()
			case l.IsSetDECIMAL():
				e.logical, e.precision, e.scale = "DECIMAL", l.DECIMAL.Precision, l.DECIMAL.Scale
			case l.IsSetINTEGER():
				e.logical, e.bits, e.signed = "INTEGER", l.INTEGER.BitWidth, l.INTEGER.IsSigned
			case l.IsSetUUID():
				e.logical = "UUID"
			case l.IsSetFLOAT16():
				e.logical = "FLOAT16"
			case l.IsSetSTRING():
				e.logical = "STRING"
			case l.IsSetENUM():
				e.logical = "ENUM"
			case l.IsSetJSON():
				e.logical = "JSON"
			case l.IsSetDATE():
				e.logical = "DATE"
			case l.IsSetLIST():
				e.logical = "LIST"
			case l.IsSetMAP():
				e.logical = "MAP"
			}
		}
		out[i] = e
	}
	return out
}

// typeAt gives the engine's type of the node at *at, and moves behind it. inMap is for
// the repeated group below a map.
func typeAt(list []element, at *int, inMap bool) string {
	e := list[*at]
	*at++
	if e.physical != "" || e.children == 0 {
		typ := e.primitive()
		if e.repeated {
			typ += "[]"
		}
		return typ
	}
	isMap := e.converted == "MAP" || e.logical == "MAP"
	pair := inMap || e.converted == "MAP_KEY_VALUE" && e.repeated
	var names, types []string
	for range e.children {
		names = append(names, list[*at].name)
		types = append(types, typeAt(list, at, isMap && !pair))
	}
	switch {
	case pair && len(types) == 2:
		return "MAP(" + types[0] + ", " + types[1] + ")"
	case len(types) > 1 || !e.repeated && !isMap && e.converted != "LIST" && e.logical != "LIST":
		fields := make([]string, len(types))
		for i := range types {
			fields[i] = quoteName(names[i]) + " " + types[i]
		}
		typ := "STRUCT(" + strings.Join(fields, ", ") + ")"
		if e.repeated {
			typ += "[]"
		}
		return typ
	case e.repeated:
		return types[0] + "[]"
	}
	return types[0]
}

// primitive is the engine's type of a leaf.
func (e *element) primitive() string {
	switch e.logical {
	case "UUID":
		return "UUID"
	case "FLOAT16":
		return "FLOAT"
	case "TIMESTAMP":
		switch {
		case e.utc:
			return "TIMESTAMP WITH TIME ZONE"
		case e.nanos:
			return "TIMESTAMP_NS"
		}
		return "TIMESTAMP"
	case "TIME":
		switch {
		case e.utc:
			return "TIME WITH TIME ZONE"
		case e.nanos:
			return "TIME_NS"
		}
		return "TIME"
	case "INTEGER":
		return integerType(e.bits, e.signed)
	case "DECIMAL":
		return e.decimal()
	case "STRING", "ENUM":
		return "VARCHAR"
	case "JSON":
		return "JSON"
	case "DATE":
		return "DATE"
	}
	return e.old()
}

func integerType(bits int8, signed bool) string {
	typ := map[int8]string{8: "TINYINT", 16: "SMALLINT", 32: "INTEGER", 64: "BIGINT"}[bits]
	if !signed {
		typ = "U" + typ
	}
	return typ
}

// tooWide stands for decimals of more than 38 digits. The engine would read them as
// numbers that have nothing to do with what was written (1.1 becomes 18454937.6), so
// columns that hold any aren't shown.
const tooWide = "DECIMAL(wide)"

func (e *element) decimal() string {
	if e.precision > 38 {
		return tooWide
	}
	return fmt.Sprintf("DECIMAL(%d,%d)", e.precision, e.scale)
}

// old follows the converted and physical types.
func (e *element) old() string {
	switch e.converted {
	case "INT_8", "INT_16", "INT_32", "INT_64", "UINT_8", "UINT_16", "UINT_32", "UINT_64":
		var bits int8
		name, unsigned := strings.CutPrefix(e.converted, "U")
		fmt.Sscanf(name, "INT_%d", &bits)
		return integerType(bits, !unsigned)
	case "UTF8", "ENUM":
		return "VARCHAR"
	case "JSON":
		return "JSON"
	case "DATE":
		return "DATE"
	case "TIME_MILLIS", "TIME_MICROS":
		return "TIME"
	case "TIMESTAMP_MILLIS", "TIMESTAMP_MICROS":
		return "TIMESTAMP"
	case "DECIMAL":
		return e.decimal()
	case "INTERVAL":
		return "INTERVAL"
	}
	switch e.physical {
	case "BOOLEAN", "DOUBLE", "FLOAT":
		return e.physical
	case "INT32":
		return "INTEGER"
	case "INT64":
		return "BIGINT"
	case "INT96":
		return "TIMESTAMP"
	}
	return "BLOB"
}

// native is the file's own word for a type.
func (e *element) native() string {
	switch {
	case e.children > 0 && (e.converted == "LIST" || e.logical == "LIST" || e.repeated):
		return "LIST"
	case e.children > 0 && (e.converted == "MAP" || e.logical == "MAP"):
		return "MAP"
	case e.children > 0:
		return "STRUCT"
	case e.logical != "":
		return e.physical + " " + e.logical
	case e.converted != "":
		return e.physical + " " + e.converted
	}
	return e.physical
}

// quoteName writes a struct's field name as the engine writes it in types.
func quoteName(s string) string {
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}
