package filter

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"headwater/lake"
	"headwater/lake/collate"
)

// Eval tells whether a condition holds for a record whose fields get returns. It is
// the model that every engine must agree with:
//
//   - An empty cell makes every comparison false, except !=, which is the negation of =.
//   - Numbers, amounts, days and instants compare by value, everything else by the
//     bytes of its text. Has ignores case and width and is false for kinds that aren't
//     kept as text.
//   - Money: with a currency in the value, only amounts of that currency compare.
func Eval(x lake.Expr, get func(lake.Path) (lake.Cell, lake.Kind)) bool {
	switch x := x.(type) {
	case nil:
		return true
	case lake.And:
		return !slices.ContainsFunc(x, func(y lake.Expr) bool { return !Eval(y, get) })
	case lake.Or:
		return slices.ContainsFunc(x, func(y lake.Expr) bool { return Eval(y, get) })
	case lake.Not:
		return !Eval(x.E, get)
	case lake.Present:
		cell, _ := get(x.Path)
		return cell != ""
	case lake.In:
		cell, kind := get(x.Path)
		return slices.ContainsFunc(x.Values, func(v lake.Cell) bool { return holds(kind, cell, lake.EQ, v) })
	case lake.Compare:
		cell, kind := get(x.Path)
		if x.Op == lake.NE {
			return !holds(kind, cell, lake.EQ, x.Value)
		}
		return holds(kind, cell, x.Op, x.Value)
	}
	return false
}

func holds(kind lake.Kind, cell lake.Cell, op lake.Op, value lake.Cell) bool {
	if cell == "" {
		return false
	}
	if op == lake.Has {
		return (isText(kind) || kind == lake.Enum || kind == lake.Reference) &&
			strings.Contains(collate.Fold(string(cell)), collate.Fold(string(value)))
	}
	if value == "" {
		return false
	}
	if kind == lake.Money {
		_, have := lake.SplitMoney(cell)
		if _, want := lake.SplitMoney(value); want != "" && want != have {
			return false
		}
	}
	d, ok := Compare(kind, cell, value)
	if !ok {
		return false
	}
	switch op {
	case lake.EQ:
		return d == 0
	case lake.LT:
		return d < 0
	case lake.LE:
		return d <= 0
	case lake.GT:
		return d > 0
	case lake.GE:
		return d >= 0
	}
	return false
}

// Compare compares two cells that aren't empty by value; money by amount. It fails
// for cells that aren't of the kind.
func Compare(kind lake.Kind, a, b lake.Cell) (int, bool) {
	switch kind {
	case lake.Integer:
		x, err := strconv.ParseInt(string(a), 10, 64)
		y, err2 := strconv.ParseInt(string(b), 10, 64)
		return cmp.Compare(x, y), err == nil && err2 == nil
	case lake.Decimal, lake.Money:
		p, _ := lake.SplitMoney(a)
		q, _ := lake.SplitMoney(b)
		x, err := decimal.NewFromString(p)
		y, err2 := decimal.NewFromString(q)
		return x.Cmp(y), err == nil && err2 == nil
	case lake.Float:
		x, err := strconv.ParseFloat(string(a), 64)
		y, err2 := strconv.ParseFloat(string(b), 64)
		return cmp.Compare(x, y), err == nil && err2 == nil
	case lake.Timestamp:
		x, err := time.Parse(time.RFC3339Nano, string(a))
		y, err2 := time.Parse(time.RFC3339Nano, string(b))
		return x.Compare(y), err == nil && err2 == nil
	}
	return strings.Compare(string(a), string(b)), true
}

// CompareOrder is the model of lake.Order for one criterion: negative when a comes
// first. Empty cells come last in either direction; texts sort by collate.SortKey
// (long ones by their bytes), enums by their options with unknown ones behind, money by amount and then
// currency. References are compared by the title of their record: pass that title
// and the field that holds it.
func CompareOrder(f *lake.Field, a, b lake.Cell, desc bool) int {
	if a == "" || b == "" {
		return cmp.Compare(btoi(a == ""), btoi(b == ""))
	}
	d := 0
	switch {
	case f.Kind == lake.Enum:
		d = cmp.Compare(optionRank(f, a), optionRank(f, b))
	case isText(f.Kind) && !f.Long && f.Name != lake.FieldID:
		d = strings.Compare(collate.SortKey(string(a)), collate.SortKey(string(b)))
	default:
		d, _ = Compare(f.Kind, a, b)
		if d == 0 && f.Kind == lake.Money {
			d = strings.Compare(string(a[strings.IndexByte(string(a), ' ')+1:]), string(b[strings.IndexByte(string(b), ' ')+1:]))
		}
	}
	if desc {
		return -d
	}
	return d
}

func optionRank(f *lake.Field, c lake.Cell) int {
	if i := slices.IndexFunc(f.Options, func(o lake.Option) bool { return o.Name == string(c) }); i >= 0 {
		return i
	}
	return len(f.Options)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
