package tabular_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/xuri/excelize/v2"

	"headwater/source/tabular"
)

// sales is a CSV of 15 columns; quoted says that the texts are quoted.
func sales(rows int, quoted bool) []byte {
	var out bytes.Buffer
	out.WriteString("id,name,city,industry,owner,stage,amount,currency,created,closed,phone,mail,score,active,remark\n")
	q := ""
	if quoted {
		q = `"`
	}
	for i := range rows {
		fmt.Fprintf(&out, "%d,%sCompany %d%s,Shanghai,Software,owner-%d,Negotiation,%d.50,CNY,2026-01-%02d,2026-03-%02d,+86 138 %08d,c%d@example.com,%d,true,%scalls back in spring%s\n",
			i, q, i, q, i%50, i*7%100000, i%28+1, i%28+1, i, i, i%100, q, q)
	}
	return out.Bytes()
}

func BenchmarkReader(b *testing.B) {
	for _, quoted := range []bool{false, true} {
		b.Run(fmt.Sprintf("quoted=%v", quoted), func(b *testing.B) {
			data := sales(200_000, quoted)
			s, err := tabular.Sniff(bytes.NewReader(data), int64(len(data)), "b.csv", tabular.Override{})
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				drain(b, data, s)
			}
		})
	}
}

func BenchmarkSniff(b *testing.B) {
	data := sales(20_000, true)
	for b.Loop() {
		if _, err := tabular.Sniff(bytes.NewReader(data), int64(len(data)), "b.csv", tabular.Override{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkXLSX(b *testing.B) {
	f := excelize.NewFile()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	for i := range 20_000 {
		row := []any{i, fmt.Sprintf("Company %d", i), "Shanghai", 1.5 * float64(i), true, "owner", "2026-01-02", 7, 8, 9, "a", "b", "c", "d", "e"}
		cell, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := w.SetRow(cell, row); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	buf, err := f.WriteToBuffer()
	if err != nil {
		b.Fatal(err)
	}
	s, err := tabular.Sniff(bytes.NewReader(buf.Bytes()), int64(buf.Len()), "b.xlsx", tabular.Override{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		b.ReportMetric(float64(drain(b, buf.Bytes(), s)), "rows/op")
	}
}

func drain(b *testing.B, data []byte, s *tabular.Sniffed) int {
	in, err := tabular.Open(bytes.NewReader(data), int64(len(data)), s)
	if err != nil {
		b.Fatal(err)
	}
	defer in.Close()
	for {
		if _, err := in.Next(); err == io.EOF {
			return in.Counts().Rows
		} else if err != nil {
			b.Fatal(err)
		}
	}
}
