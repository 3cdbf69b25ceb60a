package batch_test

import (
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"pgregory.net/rapid"

	"headwater/lake"
	"headwater/source/batch"
)

func TestDecimalsAreReadExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.IntRange(1, 38).Draw(t, "p")
		s := rapid.IntRange(0, p).Draw(t, "s")
		digits := rapid.StringMatching(fmt.Sprintf("[0-9]{%d}", p)).Draw(t, "digits")
		sign := rapid.SampledFrom([]string{"", "-"}).Draw(t, "sign")
		text := sign + digits[:p-s]
		if s > 0 {
			text += "." + digits[p-s:]
		}
		got, ok := batch.ParseDecimal([]byte(text), p, s)
		if text == "" || text == "-" {
			return
		}
		want, _ := new(big.Int).SetString(sign+digits, 10)
		if !ok || got.BigInt().Cmp(want) != 0 {
			t.Fatalf("%s as (%d,%d) gave %v %v", text, p, s, got.BigInt(), ok)
		}
	})
	for _, bad := range []string{"", "-", ".", "1e3", "1.005", "1234", "1..2", " 1"} {
		if n, ok := batch.ParseDecimal([]byte(bad), 5, 2); ok {
			t.Errorf("%q was read as %v", bad, n)
		}
	}
}

func TestDaysAndTimes(t *testing.T) {
	for d := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() < 10000; d = d.AddDate(0, 0, 13) {
		days, ok := batch.ParseDate([]byte(d.Format("2006-01-02")))
		if !ok || days != d.Unix()/86400 && d.Unix() >= 0 {
			t.Fatalf("%v gave %d %v", d, days, ok)
		}
		if got := time.Unix(days*86400, 0).UTC(); !got.Equal(d) {
			t.Fatalf("%v gave %v", d, got)
		}
	}
	for _, bad := range []string{"0000-00-00", "2024-00-10", "2024-02-30", "2023-02-29", "0000-01-01", "2024-1-01", "2024-13-01"} {
		if _, ok := batch.ParseDate([]byte(bad)); ok {
			t.Errorf("%s was taken for a day", bad)
		}
	}
	for _, s := range []string{"2024-02-29 08:30:00.25", "1969-12-31 23:59:59.999999", "0001-01-01 00:00:00", "9999-12-31T23:59:59"} {
		got, ok := batch.ParseTimestamp([]byte(s))
		want, err := time.Parse("2006-01-02 15:04:05.999999", strings.Replace(s, "T", " ", 1))
		if err != nil || !ok || got != want.UnixMicro() {
			t.Errorf("%s gave %d, not %d", s, got, want.UnixMicro())
		}
	}
	for _, bad := range []string{"2024-02-29 24:00:00", "2024-02-29 08:61:00", "2024-02-29 08:30:00.1234567", "2024-02-29 08", "2024-02-29 8:30:00"} {
		if _, ok := batch.ParseTimestamp([]byte(bad)); ok {
			t.Errorf("%s was taken for a time", bad)
		}
	}
}

type numbers struct {
	left, closed int
	early        bool
	fail         error
}

func (n *numbers) Fill(columns []array.Builder) (int, error) {
	k := 0
	for ; n.left > 0 && k < 10; n.left, k = n.left-1, k+1 {
		columns[0].(*array.Int64Builder).Append(int64(n.left))
	}
	if n.left == 0 && n.fail != nil {
		return k, n.fail
	}
	if n.left == 0 {
		return k, io.EOF
	}
	return k, nil
}

func (n *numbers) Close(early bool) { n.closed++; n.early = early }

func TestReaderEndsOnceAndKeepsItsError(t *testing.T) {
	schema, err := batch.Schema([]lake.ScanColumn{{Name: "n", Type: "BIGINT"}})
	if err != nil {
		t.Fatal(err)
	}
	cut := errors.New("cut")
	for _, fail := range []error{nil, cut} {
		src := &numbers{left: 25, fail: fail}
		r := batch.NewReader(schema, src)
		var got int64
		for r.Next() {
			got += r.RecordBatch().NumRows()
		}
		rows, _ := r.Moved()
		r.Release()
		if !errors.Is(r.Err(), fail) || fail == nil && (got != 25 || rows != 25) || src.closed != 1 || src.early != (fail != nil) {
			t.Errorf("%d rows, %v, closed %d early %v", got, r.Err(), src.closed, src.early)
		}
	}
	src := &numbers{left: 25}
	r := batch.NewReader(schema, src)
	r.Next()
	r.Release()
	if src.closed != 1 || !src.early {
		t.Error("released in the middle, but not closed")
	}
}

func TestTypes(t *testing.T) {
	if d, err := batch.Type("DECIMAL(15,2)"); err != nil || !arrow.TypeEqual(d, &arrow.Decimal128Type{Precision: 15, Scale: 2}) {
		t.Error(d, err)
	}
	if _, err := batch.Type("DECIMAL(40,2)"); err == nil {
		t.Error("DECIMAL(40,2) has a type")
	}
}
