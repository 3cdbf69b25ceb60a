package postgres

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
)

// copying says how rows get into a table by COPY.
type copying struct{ text string }

const copyFrom = 24 // rows; for fewer, statements are faster

// copied counts the inserts at the head of a list, if there are enough for COPY.
func copied(list []op) int {
	n := 0
	for n < len(list) && list[n].into != nil {
		n++
	}
	if n < copyFrom {
		return 0
	}
	return n
}

// copy executes inserts by COPY, table by table: fresh rows don't care which comes first.
func (l *link) copy(list []op) error {
	var tables []*copying
	rows := map[*copying]*encoder{}
	for i := range list {
		out := rows[list[i].into]
		if out == nil {
			out = &encoder{}
			out.begin()
			rows[list[i].into] = out
			tables = append(tables, list[i].into)
		}
		if err := out.row(list[i].args); err != nil {
			return err
		}
	}
	for _, t := range tables {
		rows[t].end()
		if _, err := l.conn.PgConn().CopyFrom(context.Background(), bytes.NewReader(rows[t].buf), t.text); err != nil {
			return err
		}
	}
	return nil
}

// encoder writes rows of int64, string, bool and nil in PostgreSQL's binary COPY format.
type encoder struct{ buf []byte }

func (e *encoder) begin() {
	e.buf = append(e.buf, "PGCOPY\n\xff\r\n\x00"...)
	e.buf = append(e.buf, 0, 0, 0, 0, 0, 0, 0, 0) // flags, header extension
}

func (e *encoder) end() { e.buf = append(e.buf, 0xff, 0xff) }

func (e *encoder) row(values []any) error {
	e.buf = binary.BigEndian.AppendUint16(e.buf, uint16(len(values)))
	for _, v := range values {
		switch v := v.(type) {
		case nil:
			e.buf = append(e.buf, 0xff, 0xff, 0xff, 0xff)
		case int64:
			e.buf = binary.BigEndian.AppendUint32(e.buf, 8)
			e.buf = binary.BigEndian.AppendUint64(e.buf, uint64(v))
		case bool:
			e.buf = append(e.buf, 0, 0, 0, 1, 0)
			if v {
				e.buf[len(e.buf)-1] = 1
			}
		case string:
			e.buf = binary.BigEndian.AppendUint32(e.buf, uint32(len(v)))
			e.buf = append(e.buf, v...)
		default:
			return fmt.Errorf("a value of type %T can't be copied", v)
		}
	}
	return nil
}
