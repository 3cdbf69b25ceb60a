package lake

import (
	"math/big"
	"strconv"
	"strings"
)

// ranges are the whole numbers that the engine's types hold.
var ranges = map[string][2]string{
	"TINYINT": {"-128", "127"}, "SMALLINT": {"-32768", "32767"}, "INTEGER": {"-2147483648", "2147483647"},
	"BIGINT":   {"-9223372036854775808", "9223372036854775807"},
	"UTINYINT": {"0", "255"}, "USMALLINT": {"0", "65535"}, "UINTEGER": {"0", "4294967295"}, "UBIGINT": {"0", "18446744073709551615"},
}

// fits tells whether a cell can be held by the exact type that the field has in its
// home: what is written over a base must be readable as the base is.
func (f *Field) fits(c Cell) bool {
	if r, ok := ranges[f.Type]; ok {
		n, ok := new(big.Int).SetString(string(c), 10)
		low, _ := new(big.Int).SetString(r[0], 10)
		high, _ := new(big.Int).SetString(r[1], 10)
		return ok && n.Cmp(low) >= 0 && n.Cmp(high) <= 0
	}
	inner, ok := strings.CutPrefix(f.Type, "DECIMAL(")
	if !ok {
		return true
	}
	p, s, _ := strings.Cut(strings.TrimSuffix(inner, ")"), ",")
	precision, err := strconv.Atoi(strings.TrimSpace(p))
	scale, err2 := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || err2 != nil {
		return true
	}
	amount, _ := SplitMoney(c)
	whole, fraction, _ := strings.Cut(strings.TrimLeft(strings.TrimPrefix(amount, "-"), "0"), ".")
	return len(whole) <= precision-scale && len(fraction) <= scale
}
