package mysql

import (
	"math/big"
	"strconv"

	"headwater/lake"
	"headwater/source/batch"
)

// value binds what a column is set to. v is in the text form of the engine's type.
func (c *connector) value(t *table, name string, v *string, s *statement) error {
	k, err := c.field(t, name)
	if err != nil {
		return err
	}
	if v == nil {
		s.add("NULL")
		return nil
	}
	arg, err := k.bound(*v)
	if err == nil {
		s.bind(arg)
	}
	return err
}

// same is the condition that a column holds exactly v. Keys and texts are compared twice:
// as the index does, and byte by byte.
func (c *connector) same(t *table, name string, v *string, s *statement) error {
	k, err := c.field(t, name)
	if err != nil {
		return err
	}
	n := quote(name)
	if v == nil {
		s.add(k.presence(lake.ScanNull).sql)
		return nil
	}
	arg, err := k.bound(*v)
	if err != nil {
		return err
	}
	around := func(before, after string) { s.add(before); s.bind(arg); s.add(after) }
	switch k.class {
	case text, uuid:
		if holds(k.charset, *v) {
			around(n+" <=> ", "")
			s.add(" AND ")
		}
		around("CAST(CONVERT("+n+" USING utf8mb4) AS BINARY) <=> CAST(", " AS BINARY)")
	case jsonText, opaque:
		around("CAST(CAST("+n+" AS CHAR CHARACTER SET utf8mb4) AS BINARY) <=> CAST(", " AS BINARY)")
	case decimal:
		around(n+" <=> CAST(", " AS DECIMAL(65,30))")
		if p, sc, _ := batch.Decimal(k.engine); p-sc > 35 {
			return c.unwritable(t, name)
		}
	case day:
		around(n+" <=> CAST(", " AS DATE)")
	case datetime, instant:
		around(n+" <=> CAST(", " AS DATETIME(6))")
	case bits:
		around(n+"+0 <=> ", "")
	default:
		around(n+" <=> ", "")
	}
	return nil
}

// field is a column that can be written.
func (c *connector) field(t *table, name string) (*column, error) {
	k := t.column(name)
	if k == nil {
		return nil, lake.Fail(lake.ErrConflict, "source_changed", "The table "+t.name+" has no column "+name+" any more.", "source", c.name, "table", t.name, "column", name)
	}
	if k.class == geometry {
		return nil, c.unwritable(t, name)
	}
	return k, nil
}

func (c *connector) unwritable(t *table, name string) error {
	return lake.Fail(lake.ErrInvalid, "source_column_read_only", "The column "+name+" of "+t.name+" can't be written from here.", "source", c.name, "table", t.name, "column", name)
}

// bound makes a parameter of a value's text.
func (k *column) bound(v string) (any, error) {
	switch k.class {
	case integer, unsigned, year, bits:
		if n, ok := new(big.Int).SetString(v, 10); ok && n.IsInt64() {
			return n.Int64(), nil
		} else if ok && n.IsUint64() {
			return n.Uint64(), nil
		}
	case boolean:
		if b, err := strconv.ParseBool(v); err == nil {
			return b, nil
		}
	case decimal:
		p, s, _ := batch.Decimal(k.engine)
		if _, ok := batch.ParseDecimal([]byte(v), p, s); ok {
			return v, nil
		}
	case single:
		if f, err := strconv.ParseFloat(v, 32); err == nil {
			return float32(f), nil
		}
	case double:
		if f, err := strconv.ParseFloat(v, 64); err == nil {
			return f, nil
		}
	case day:
		if _, ok := batch.ParseDate([]byte(v)); ok {
			return v, nil
		}
	case datetime, instant:
		if s, ok := moment(v, k.class == instant); ok {
			return s, nil
		}
	case bytes:
		if b, ok := batch.ParseBytes(v); ok {
			return b, nil
		}
	default:
		return v, nil
	}
	return nil, lake.Fail(lake.ErrInvalid, "source_value_invalid", "A value for column "+k.name+" is no "+k.engine+".", "column", k.name, "type", k.engine)
}
