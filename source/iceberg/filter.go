package iceberg

import (
	"strconv"
	"time"

	iceberg "github.com/apache/iceberg-go"

	"headwater/lake"
)

// conditions gives the filter of what can be surely tested there as here: whole numbers
// and days in any order, texts for equality. It notes in out what that is; a filter of
// none is nil.
func conditions(where []lake.ScanCondition, picks []picked, out *lake.Scanned) iceberg.BooleanExpression {
	var all []iceberg.BooleanExpression
	for i, w := range where {
		e, why := condition(w, picks)
		if out.Why[i] = why; e == nil {
			continue
		}
		out.Pushed[i] = true
		all = append(all, e)
	}
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return iceberg.NewAnd(all[0], all[1], all[2:]...)
}

func condition(w lake.ScanCondition, picks []picked) (iceberg.BooleanExpression, string) {
	for _, p := range picks {
		if p.want.Name != w.Column {
			continue
		}
		if p.name == "" || p.typ != w.Type {
			return nil, "type"
		}
		at := iceberg.Reference(p.name)
		switch p.typ {
		case "INTEGER":
			return compare(at, w, func(s string) (int32, error) { n, err := strconv.ParseInt(s, 10, 32); return int32(n), err })
		case "BIGINT":
			return compare(at, w, func(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) })
		case "DATE":
			return compare(at, w, func(s string) (iceberg.Date, error) {
				t, err := time.Parse(time.DateOnly, s)
				return iceberg.Date(t.Unix() / 86400), err
			})
		case "VARCHAR":
			if w.Op != lake.EQ && w.Op != lake.ScanIn {
				return nil, "collation"
			}
			return compare(at, w, func(s string) (string, error) { return s, nil })
		}
		return nil, "type"
	}
	return nil, "type" // the column isn't among those that are read
}

// compare builds one comparison; values that aren't of the type aren't pushed.
func compare[T iceberg.LiteralType](at iceberg.Reference, w lake.ScanCondition, parse func(string) (T, error)) (iceberg.BooleanExpression, string) {
	values := make([]T, len(w.Values))
	for i, s := range w.Values {
		v, err := parse(s)
		if err != nil {
			return nil, "type"
		}
		values[i] = v
	}
	if len(values) == 0 || len(values) > 1 && w.Op != lake.ScanIn {
		return nil, "operator"
	}
	switch w.Op {
	case lake.EQ:
		return iceberg.EqualTo(at, values[0]), ""
	case lake.LT:
		return iceberg.LessThan(at, values[0]), ""
	case lake.LE:
		return iceberg.LessThanEqual(at, values[0]), ""
	case lake.GT:
		return iceberg.GreaterThan(at, values[0]), ""
	case lake.GE:
		return iceberg.GreaterThanEqual(at, values[0]), ""
	case lake.ScanIn:
		return iceberg.IsIn(at, values...), ""
	}
	return nil, "operator"
}
