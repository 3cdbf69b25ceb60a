package postgres

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/jackc/pgx/v5/pgtype"

	"headwater/lake"
)

// class says how a column's values compare, which is what pushing down depends on.
type class int

const (
	opaque   class = iota // nothing is proven
	integers              // int2, int4, int8
	floats                // float4, float8
	decimals              // numeric
	booleans
	dates
	timestamps // without a zone
	instants   // timestamptz
	uuids
	texts // text, varchar
	enums // by their labels, for equality
)

// plan says how a column is read.
type plan struct {
	typ    string // the engine's
	kind   lake.Kind
	class  class
	expr   string // of the column's quoted name, %s; "": the column itself
	format int16  // of the wire: 1 binary, 0 text
	arrow  arrow.DataType
	decode func(*sink) decoder
}

const (
	plainDecimal = "DECIMAL(38,12)" // of a numeric without limits
	asText       = "VARCHAR"
	asJSON       = "JSON"
)

// plan is how a column is read as its own type.
func (c *column) plan() plan {
	switch {
	case c.Category == "A" || c.TypeKind == "c":
		return plan{typ: asJSON, kind: lake.JSON, expr: "to_json(%s)::text", arrow: arrow.BinaryTypes.String, decode: textDecoder}
	case c.TypeKind == "e":
		return plan{typ: asText, kind: lake.Text, class: enums, arrow: arrow.BinaryTypes.String, decode: textDecoder}
	case c.OID == pgtype.NumericOID:
		return decimalPlan(numericType(c.Typmod))
	case c.Type == "vector" && c.TypeSchema != "pg_catalog":
		return plan{typ: "FLOAT[]", kind: lake.Vector, format: 1, arrow: arrow.ListOf(arrow.PrimitiveTypes.Float32), decode: vectorDecoder}
	}
	if p, ok := plans[c.OID]; ok {
		return p
	}
	return textPlan
}

var textPlan = plan{typ: asText, kind: lake.Text, arrow: arrow.BinaryTypes.String, decode: textDecoder}

// plans by the types' ids. Texts have the same bytes in both formats of the wire.
var plans = map[uint32]plan{
	pgtype.Int2OID:    {typ: "SMALLINT", kind: lake.Integer, class: integers, format: 1, arrow: arrow.PrimitiveTypes.Int16, decode: integerDecoder},
	pgtype.Int4OID:    {typ: "INTEGER", kind: lake.Integer, class: integers, format: 1, arrow: arrow.PrimitiveTypes.Int32, decode: integerDecoder},
	pgtype.Int8OID:    {typ: "BIGINT", kind: lake.Integer, class: integers, format: 1, arrow: arrow.PrimitiveTypes.Int64, decode: integerDecoder},
	pgtype.Float4OID:  {typ: "FLOAT", kind: lake.Float, class: floats, format: 1, arrow: arrow.PrimitiveTypes.Float32, decode: floatDecoder},
	pgtype.Float8OID:  {typ: "DOUBLE", kind: lake.Float, class: floats, format: 1, arrow: arrow.PrimitiveTypes.Float64, decode: floatDecoder},
	pgtype.BoolOID:    {typ: "BOOLEAN", kind: lake.Boolean, class: booleans, format: 1, arrow: arrow.FixedWidthTypes.Boolean, decode: booleanDecoder},
	pgtype.DateOID:    {typ: "DATE", kind: lake.Date, class: dates, format: 1, arrow: arrow.FixedWidthTypes.Date32, decode: dateDecoder},
	pgtype.TimeOID:    {typ: "TIME", kind: lake.Text, format: 1, arrow: arrow.FixedWidthTypes.Time64us, decode: timeDecoder},
	pgtype.UUIDOID:    {typ: asText, kind: lake.Text, class: uuids, format: 1, arrow: arrow.BinaryTypes.String, decode: uuidDecoder},
	pgtype.TextOID:    {typ: asText, kind: lake.Text, class: texts, format: 1, arrow: arrow.BinaryTypes.String, decode: textDecoder},
	pgtype.VarcharOID: {typ: asText, kind: lake.Text, class: texts, format: 1, arrow: arrow.BinaryTypes.String, decode: textDecoder},
	pgtype.BPCharOID:  {typ: asText, kind: lake.Text, format: 1, arrow: arrow.BinaryTypes.String, decode: paddedDecoder},
	pgtype.ByteaOID:   {typ: "BLOB", kind: lake.Text, format: 1, arrow: arrow.BinaryTypes.Binary, decode: blobDecoder},
	pgtype.JSONOID:    {typ: asJSON, kind: lake.JSON, arrow: arrow.BinaryTypes.String, decode: textDecoder},
	pgtype.JSONBOID:   {typ: asJSON, kind: lake.JSON, arrow: arrow.BinaryTypes.String, decode: textDecoder},
	pgtype.TimestampOID: {typ: "TIMESTAMP", kind: lake.Timestamp, class: timestamps, format: 1,
		arrow: &arrow.TimestampType{Unit: arrow.Microsecond}, decode: timestampDecoder},
	pgtype.TimestamptzOID: {typ: "TIMESTAMPTZ", kind: lake.Timestamp, class: instants, format: 1,
		arrow: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}, decode: timestampDecoder},
}

func decimalPlan(precision, scale int32) plan {
	if precision > 38 {
		return textPlan
	}
	t := &arrow.Decimal128Type{Precision: precision, Scale: scale}
	return plan{typ: fmt.Sprintf("DECIMAL(%d,%d)", precision, scale), kind: lake.Decimal, class: decimals, format: 1, arrow: t, decode: decimalDecoder}
}

// numericType gives precision and scale of the DECIMAL that holds a numeric. What has
// more than 38 digits and more than 12 of them behind the point is left as text
// (precision 39); what has no limits gets 12 digits behind the point.
func numericType(typmod int32) (precision, scale int32) {
	if typmod < 4 {
		return 38, 12
	}
	precision = (typmod - 4) >> 16 & 0xffff
	scale = (typmod - 4) & 0x7ff
	scale = (scale ^ 1024) - 1024 // 11 bits with a sign
	switch {
	case scale < 0: // numeric(3,-2): 12300
		precision, scale = precision-scale, 0
	case scale > precision: // numeric(2,4): 0.0012
		precision = scale
	}
	if precision > 38 && scale <= 12 {
		return 38, 12
	}
	return precision, scale
}

// planAs is how a column is read as the type that it was declared with: its own, a
// wider or narrower one of the same class (values are checked), or the server's text.
func (c *column) planAs(typ string) (plan, bool) {
	own := c.plan()
	if typ == "" || typ == own.typ {
		return own, true
	}
	switch {
	case typ == asText && c.Category != "A" && c.TypeKind != "c":
		return textPlan, true
	case own.class == integers:
		for _, oid := range []uint32{pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID} {
			if plans[oid].typ == typ {
				return plans[oid], true
			}
		}
	case c.OID == pgtype.NumericOID:
		if p, s, ok := decimalOf(typ); ok {
			return decimalPlan(p, s), true
		}
	case c.OID == pgtype.Float4OID && typ == "DOUBLE":
		return plans[pgtype.Float8OID], true
	}
	return plan{}, false
}

// decimalOf reads "DECIMAL(p,s)".
func decimalOf(typ string) (precision, scale int32, ok bool) {
	inner, found := strings.CutPrefix(typ, "DECIMAL(")
	inner, closed := strings.CutSuffix(inner, ")")
	p, s, comma := strings.Cut(inner, ",")
	a, aerr := strconv.Atoi(strings.TrimSpace(p))
	b, berr := strconv.Atoi(strings.TrimSpace(s))
	ok = found && closed && comma && aerr == nil && berr == nil && a >= 1 && a <= 38 && b >= 0 && b <= a
	return int32(a), int32(b), ok
}

// selected is the expression that gives the column in the form that p reads.
func (p *plan) selected(c *column) string {
	if p.expr == "" {
		return quote(c.Name)
	}
	return fmt.Sprintf(p.expr, quote(c.Name))
}
