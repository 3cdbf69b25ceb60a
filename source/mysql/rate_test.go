package mysql_test

import (
	"fmt"
	"testing"
	"time"

	"headwater/lake"
	"headwater/source/mysql/mysqltest"
	"headwater/source/sourcetest"
)

// BenchmarkScan reads rows of ten columns into Arrow and into DuckDB.
func BenchmarkScan(b *testing.B) {
	const n = 1_000_000
	u := mysqltest.Start(b)
	mysqltest.Exec(b, u, "CREATE TABLE sales (id int primary key, a bigint, b int, c decimal(15,2), d double, e date, f datetime, g varchar(30), h varchar(50), i char(1))",
		fmt.Sprintf("INSERT INTO sales SELECT seq, seq*7919, seq%%1000, seq/7, seq/3e0, '1992-01-01'+interval seq%%2500 day, '2020-01-01'+interval seq second, concat('Customer#',seq), concat('some comment text ',seq), 'A' FROM seq_1_to_%d", n))
	c := open(b, u)
	d := describe(b, c, "sales")
	all := sourcetest.Whole(d)
	b.Run("arrow", func(b *testing.B) {
		for b.Loop() {
			count(b, scan(b, session(b, c), all).Rows)
		}
		b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
	b.Run("engine", func(b *testing.B) {
		r := sourcetest.NewReferee(b)
		for b.Loop() {
			r.Take("sales", scan(b, session(b, c), all).Rows)
		}
		b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
	b.Run("filter", func(b *testing.B) {
		q := all
		q.Where = []lake.ScanCondition{{Column: "id", Type: "INTEGER", Op: lake.LE, Values: []string{"1000"}}}
		for b.Loop() {
			count(b, scan(b, session(b, c), q).Rows)
		}
		b.ReportMetric(float64(b.Elapsed()/time.Microsecond)/float64(b.N), "µs/query")
	})
}
