package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	duck "github.com/duckdb/duckdb-go/v2"

	"headwater/lake"
)

// MaxSQL is the longest text that SQL takes, in bytes.
const MaxSQL = 256 << 10

// recursiveTime is how long a text may run that has a recursive part: those that end at all
// end soon, and one that doesn't would keep its place from others. Tests change it.
var recursiveTime = 15 * time.Second

// maxSQLAtOnce is how many texts of people run at once; others wait.
const maxSQLAtOnce = 3

// SQL runs one SELECT written by a person. The text is parsed by the database itself;
// its tree is checked, written out again, and preceded by one common table per entity
// that holds only what the reader may see. What was checked is what runs.
func (e *Engine) SQL(ctx context.Context, v lake.View, text string, sink lake.SQLSink) (err error) {
	defer func() { err = worded(v, text, e.hide("sql", err)) }()
	if len(text) > MaxSQL {
		return lake.Fail(lake.ErrLimit, "sql_too_long", "The SQL text is longer than 256 KiB.")
	}
	if v.Schema == nil {
		return lake.Fail(lake.ErrInvalid, "view_invalid", "The view names no schema.")
	}
	limited, cancel := context.WithTimeout(ctx, e.opt.Timeout)
	defer cancel()
	select { // each may use all threads and much memory
	case e.asking <- struct{}{}:
		defer func() { <-e.asking }()
	case <-limited.Done():
		return lake.Fail(lake.ErrBusy, "sql_busy", "Other queries are running; try again in a moment.")
	}
	err = e.reading(limited, v, v.Schema.Entities(), func(ctx context.Context, h *homes) error {
		h.known = nil // every place that names an entity gets what it needs
		return h.query(v, text, sink)
	})
	if limited.Err() != nil && ctx.Err() == nil && err != nil {
		return tookTooLong(e.opt.Timeout)
	}
	return err
}

func tookTooLong(limit time.Duration) error {
	return lake.Fail(lake.ErrLimit, "sql_timeout", "The query took longer than "+limit.String()+".", "seconds", int(limit.Seconds()))
}

func (h *homes) query(v lake.View, text string, sink lake.SQLSink) (err error) {
	safe, err := h.compiled(v, text)
	if err != nil {
		return err
	}
	if h.recursive {
		whole := h.ctx
		limited, cancel := context.WithTimeout(whole, recursiveTime)
		defer cancel()
		h.ctx = limited
		defer func() {
			if h.ctx = whole; err != nil && limited.Err() != nil && whole.Err() == nil {
				err = tookTooLong(recursiveTime)
			}
		}()
	}
	var only *scan
	if q, ok := simplest(h.tree); ok {
		h.planned = func(p []planned) { only = h.limited(v, &p[0], q) }
	}
	if safe, err = h.ready(safe); err != nil {
		return personError(h.changed(err))
	}
	safe, described, err := h.jsonText(safe)
	if err != nil {
		return personError(h.changed(err))
	}
	rows, err := h.conn.QueryContext(h.ctx, safe)
	if err != nil {
		return personError(h.changed(err))
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return personError(err)
	}
	names, kinds := make([]string, len(types)), make([]string, len(types))
	for i, t := range types {
		names[i], kinds[i] = t.Name(), t.DatabaseTypeName()
		if described != nil && holdsJSON(described[i][1]) {
			kinds[i] = described[i][1]
		}
	}
	if err := sink.Columns(names, kinds); err != nil {
		return sinkError{err}
	}
	if only != nil && only.counted >= 0 { // the source has answered already
		if err := sink.Row([]any{only.counted}); err != nil {
			return sinkError{err}
		}
		return nil
	}
	return h.changed(stream(rows, kinds, sink))
}

// sinkError marks an error of the receiver: it goes back as it is.
type sinkError struct{ error }

func (s sinkError) Unwrap() error { return s.error }

func stream(rows *sql.Rows, kinds []string, sink lake.SQLSink) error {
	raw, into := make([]any, len(kinds)), make([]any, len(kinds))
	for i := range raw {
		into[i] = &raw[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return personError(err)
		}
		values := make([]any, len(raw))
		for i, x := range raw {
			if text, ok := x.(string); ok && holdsJSON(kinds[i]) {
				values[i] = jsonValue(text)
				continue
			}
			values[i] = canonicalValue(x, kinds[i])
		}
		if err := sink.Row(values); err != nil {
			return sinkError{err}
		}
	}
	return personError(rows.Err())
}

// barrier keeps a person's conditions behind the row scope. Without it the database may
// try them on rows out of scope, and an error that they raise there tells what it saw.
const barrier = " LIMIT 9223372036854775807"

// personError tells a person what is wrong with their SQL, in the database's words
// but without what it says about our own statement around theirs.
func personError(err error) error {
	var native *duck.Error
	if err == nil || !errors.As(err, &native) {
		return err
	}
	switch native.Type {
	case duck.ErrorTypeFatal, duck.ErrorTypeInternal, duck.ErrorTypeInterrupt, duck.ErrorTypeOutOfMemory, duck.ErrorTypeIO:
		return err
	}
	message := plainMessage(native.Msg)
	if err := growingError(message); err != nil {
		return err
	}
	return invalidSQL(message)
}

func plainMessage(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	if _, after, ok := strings.Cut(s, " Error: "); ok {
		s = after
	}
	return strings.ReplaceAll(strings.TrimSpace(s), "_mirror.", "")
}

// canonicalValue makes a value of the few types that a sink gets.
func canonicalValue(x any, kind string) any {
	switch x := x.(type) {
	case nil, bool, string, int64, float64:
		return x
	case int:
		return int64(x)
	case int8:
		return int64(x)
	case int16:
		return int64(x)
	case int32:
		return int64(x)
	case uint8:
		return int64(x)
	case uint16:
		return int64(x)
	case uint32:
		return int64(x)
	case float32:
		return shortFloat(x)
	case uint64:
		return canonicalValue(new(big.Int).SetUint64(x), kind)
	case *big.Int:
		if x.IsInt64() {
			return x.Int64()
		}
		return x.String()
	case duck.Decimal:
		return decimalText(x)
	case time.Time:
		return timeText(x, kind)
	case duck.UUID:
		return x.String()
	case []byte:
		if kind == "UUID" && len(x) == 16 {
			return fmt.Sprintf("%x-%x-%x-%x-%x", x[:4], x[4:6], x[6:8], x[8:10], x[10:])
		}
		return fmt.Sprintf("%x", x)
	case duck.Interval:
		return fmt.Sprintf("%d months %d days %s", x.Months, x.Days, time.Duration(x.Micros)*time.Microsecond)
	case []any:
		out := make([]any, len(x))
		for i := range x {
			out[i] = canonicalValue(x[i], "")
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, y := range x {
			out[k] = canonicalValue(y, "")
		}
		return out
	case duck.OrderedMap:
		out := make(map[string]any, x.Len())
		values := x.Values()
		for i, k := range x.Keys() {
			out[fmt.Sprint(canonicalValue(k, ""))] = canonicalValue(values[i], "")
		}
		return out
	case duck.Map:
		out := make(map[string]any, len(x))
		for k, y := range x {
			out[fmt.Sprint(canonicalValue(k, ""))] = canonicalValue(y, "")
		}
		return out
	}
	return fmt.Sprint(x)
}

// shortFloat is the number that a FLOAT shows everywhere else: 1.1, not the
// 1.100000023841858 that its bits are as a DOUBLE.
func shortFloat(x float32) float64 {
	f, err := strconv.ParseFloat(strconv.FormatFloat(float64(x), 'g', -1, 32), 64)
	if err != nil {
		return float64(x)
	}
	return f
}

func decimalText(d duck.Decimal) string {
	s := d.Value.String()
	negative := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	if scale := int(d.Scale); scale > 0 {
		if len(s) <= scale {
			s = strings.Repeat("0", scale-len(s)+1) + s
		}
		s = trimZeros(s[:len(s)-scale] + "." + s[len(s)-scale:])
	}
	if negative && s != "0" {
		s = "-" + s
	}
	return s
}

// The database's infinite times and days, as the driver gives them.
var (
	endOfTime, beginOfTime = time.UnixMicro(math.MaxInt64).UTC(), time.UnixMicro(-math.MaxInt64).UTC()
	lastDay, firstDay      = time.Unix(0, 0).UTC().AddDate(0, 0, math.MaxInt32), time.Unix(0, 0).UTC().AddDate(0, 0, -math.MaxInt32)
)

func timeText(t time.Time, kind string) string {
	switch {
	case t.Equal(endOfTime), t.Equal(lastDay):
		return "infinity"
	case t.Equal(beginOfTime), t.Equal(firstDay):
		return "-infinity"
	case kind == "DATE":
		return t.Format(time.DateOnly)
	case strings.HasPrefix(kind, "TIME") && !strings.HasPrefix(kind, "TIMESTAMP"):
		return t.Format("15:04:05.999999")
	}
	return string(lake.TimeCell(t))
}
