package mysql

import (
	"strconv"
	"strings"

	"headwater/lake"
)

// column is one column of a table: what the server says, and the engine's type for it.
type column struct {
	name, native, data string // native "int(10) unsigned", data "int"
	charset, collation string
	nullable           bool
	comment            string

	engine string
	kind   lake.Kind
	class  class
}

// class says how values of a column are fetched, compared and written.
type class int

const (
	opaque   class = iota // read, not compared
	integer               // int64
	unsigned              // bigint unsigned
	boolean               // tinyint(1) on wish
	year                  // compared by its own rules below 100
	decimal               // DECIMAL(p,s) up to 38 digits
	single                // float
	double                // double
	day                   // DATE
	datetime              // TIMESTAMP
	instant               // TIMESTAMPTZ
	text                  // by the column's collation
	uuid                  // MariaDB's own type
	bits                  // bit(n) as a number
	jsonText              // JSON
	bytes                 // BLOB
	geometry              // read as WKT
)

var integers = map[string][2]string{ // signed, unsigned
	"tinyint":   {"TINYINT", "UTINYINT"},
	"smallint":  {"SMALLINT", "USMALLINT"},
	"mediumint": {"INTEGER", "UINTEGER"},
	"int":       {"INTEGER", "UINTEGER"},
	"bigint":    {"BIGINT", "UBIGINT"},
}

// others are the types with one meaning.
var others = map[string]struct {
	engine string
	kind   lake.Kind
	class  class
}{
	"year": {"SMALLINT", lake.Integer, year}, "float": {"FLOAT", lake.Float, single}, "double": {"DOUBLE", lake.Float, double},
	"date": {"DATE", lake.Date, day}, "datetime": {"TIMESTAMP", lake.Timestamp, datetime}, "timestamp": {"TIMESTAMPTZ", lake.Timestamp, instant},
	"time": {"VARCHAR", lake.Text, opaque}, // may be more than a day, and negative
	"char": {"VARCHAR", lake.Text, text}, "varchar": {"VARCHAR", lake.Text, text}, "tinytext": {"VARCHAR", lake.Text, text},
	"text": {"VARCHAR", lake.Text, text}, "mediumtext": {"VARCHAR", lake.Text, text}, "longtext": {"VARCHAR", lake.Text, text},
	"enum": {"VARCHAR", lake.Text, text}, "set": {"VARCHAR", lake.Text, text},
	"json": {"JSON", lake.JSON, jsonText}, "uuid": {"VARCHAR", lake.Text, uuid},
	"inet4": {"VARCHAR", lake.Text, opaque}, "inet6": {"VARCHAR", lake.Text, opaque},
	"binary": {"BLOB", lake.Text, bytes}, "varbinary": {"BLOB", lake.Text, bytes}, "tinyblob": {"BLOB", lake.Text, bytes},
	"blob": {"BLOB", lake.Text, bytes}, "mediumblob": {"BLOB", lake.Text, bytes}, "longblob": {"BLOB", lake.Text, bytes},
	"vector": {"BLOB", lake.Text, bytes},
}

var shapes = map[string]bool{"geometry": true, "point": true, "linestring": true, "polygon": true, "multipoint": true,
	"multilinestring": true, "multipolygon": true, "geometrycollection": true, "geomcollection": true}

// classify finds the engine's type. precision and scale are of decimals and bits;
// validJSON: a constraint says that the text is JSON (MariaDB's way).
func (k *column) classify(precision, scale int, booleans, validJSON bool) {
	known, ok := others[k.data]
	switch {
	case k.data == "tinyint" && booleans && k.native == "tinyint(1)":
		k.engine, k.kind, k.class = "BOOLEAN", lake.Boolean, boolean
	case integers[k.data][0] != "":
		k.integers()
	case k.data == "decimal" && precision <= 38:
		k.engine, k.kind, k.class = "DECIMAL("+strconv.Itoa(precision)+","+strconv.Itoa(scale)+")", lake.Decimal, decimal
	case k.data == "bit":
		k.engine, k.kind, k.class = "BIGINT", lake.Integer, bits
		if precision == 64 {
			k.engine, k.kind = "UBIGINT", lake.Decimal
		}
	case shapes[k.data]:
		k.engine, k.kind, k.class = "VARCHAR", lake.Text, geometry
	case validJSON && k.data == "longtext":
		k.engine, k.kind, k.class = "JSON", lake.JSON, jsonText
	case ok:
		k.engine, k.kind, k.class = known.engine, known.kind, known.class
	default: // decimals of more than 38 digits, and what is newer than this
		k.engine, k.kind, k.class = "VARCHAR", lake.Text, opaque
	}
}

func (k *column) integers() {
	pair := integers[k.data]
	k.engine, k.kind, k.class = pair[0], lake.Integer, integer
	if strings.Contains(k.native, "unsigned") {
		k.engine = pair[1]
		if k.data == "bigint" {
			k.kind, k.class = lake.Decimal, unsigned
		}
	}
}

// temporal: values that are no days of the calendar are possible, and read as NULL.
func (k *column) temporal() bool { return k.class == day || k.class == datetime || k.class == instant }

// expression is what is selected for the column.
func (k *column) expression() string {
	if k.class == geometry {
		return "ST_AsText(" + quote(k.name) + ")"
	}
	return quote(k.name)
}

func (k *column) described() lake.SourceColumn {
	return lake.SourceColumn{Name: k.name, Native: k.native, Type: k.engine, Kind: k.kind, Nullable: k.nullable || k.temporal(), Label: k.comment}
}
