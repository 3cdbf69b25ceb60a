package files

import (
	"regexp"
	"strconv"
	"strings"

	"headwater/lake"
)

// KindOf says how a page treats a type of the engine.
func KindOf(typ string) lake.Kind {
	switch typ {
	case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER":
		return lake.Integer
	case "UBIGINT", "HUGEINT", "UHUGEINT":
		return lake.Decimal
	case "FLOAT", "DOUBLE":
		return lake.Float
	case "BOOLEAN":
		return lake.Boolean
	case "DATE":
		return lake.Date
	case "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S":
		return lake.Timestamp
	case "JSON":
		return lake.JSON
	case "FLOAT[]":
		return lake.Vector
	}
	if p, s, ok := DecimalOf(typ); ok && p-s <= 26 && s <= 12 {
		return lake.Decimal
	}
	if nestedType(typ) {
		return lake.JSON
	}
	return lake.Text
}

func nestedType(typ string) bool {
	return strings.HasSuffix(typ, "]") || strings.HasPrefix(typ, "STRUCT(") || strings.HasPrefix(typ, "MAP(")
}

var decimalType = regexp.MustCompile(`^DECIMAL\((\d+),(\d+)\)$`)

// DecimalOf takes the name of a decimal type apart.
func DecimalOf(typ string) (precision, scale int32, ok bool) {
	m := decimalType.FindStringSubmatch(typ)
	if m == nil {
		return 0, 0, false
	}
	p, _ := strconv.Atoi(m[1])
	s, _ := strconv.Atoi(m[2])
	return int32(p), int32(s), true
}
