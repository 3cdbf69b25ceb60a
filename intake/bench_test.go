package intake_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// millions writes a CSV of accounts with 15 columns.
func millions(tb testing.TB, path string, rows int) {
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	fmt.Fprintln(w, "Account ID,Account Name,Industry,Segment,Status,Employees,Annual Revenue,Founded,Website,Phone,Email,Province,City,Country,Description")
	industries := []string{"Finance", "Retail", "Healthcare", "Software", "Manufacturing"}
	cities := []string{"上海", "北京", "深圳", "杭州", "成都"}
	for i := range rows {
		fmt.Fprintf(w, "A%07d,上海第%d数据科技有限公司,%s,Large,Customer,%d,\"￥%d,%03d.50\",%d,https://www.c%d.example.com,+86 138 %04d %04d,info%d@c%d.example.com,上海市,%s,中国,calls back in spring %d\n",
			i, i, industries[i%5], i%5000+1, i%900+1, i%1000, 1950+i%70, i, i/10000%10000, i%10000, i, i, cities[i%5], i%97)
	}
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
	if err := f.Close(); err != nil {
		tb.Fatal(err)
	}
}

// BenchmarkImport imports a million rows of 15 columns, matched by their number.
func BenchmarkImport(b *testing.B) {
	rows := 1_000_000
	for b.Loop() {
		b.StopTimer()
		w := newWorld(b)
		path := filepath.Join(w.files, "accounts.csv")
		millions(b, path, rows)
		f := w.openFile(path)
		plan := w.plan("accounts", f)
		b.StartTimer()
		begun := time.Now()
		i := w.run("", plan, f)
		took := time.Since(begun)
		b.StopTimer()
		if i.Inserted != int64(rows) {
			b.Fatalf("%+v", i)
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(rows)/took.Seconds(), "rows/s")
		b.ReportMetric(float64(m.Sys>>20), "MB-sys")
		b.StartTimer()
	}
}
