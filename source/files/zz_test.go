package files

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"
)

func TestTry(t *testing.T) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	w := func(n, s string) string {
		p := filepath.Join(dir, n)
		os.MkdirAll(filepath.Dir(p), 0o755)
		os.WriteFile(p, []byte(s), 0o644)
		return p
	}
	q := func(label, s string) {
		rows, err := db.Query(s)
		if err != nil {
			fmt.Println(label, "ERR", err)
			return
		}
		defer rows.Close()
		cols, _ := rows.Columns()
		for rows.Next() {
			v := make([]any, len(cols))
			p := make([]any, len(cols))
			for i := range v {
				p[i] = &v[i]
			}
			rows.Scan(p...)
			fmt.Printf("%s %q\n", label, fmt.Sprint(v...))
		}
		if rows.Err() != nil {
			fmt.Println(label, "ERR", rows.Err())
		}
	}
	one := func(label, typ, val, opt string) {
		p := w("x.csv", "a,b\n1,x\n"+val+",y\n")
		q(label+" "+typ+" "+val, fmt.Sprintf("select * from read_csv('%s',auto_detect=false,columns={'a':'%s','b':'VARCHAR'},header=true,delim=',',quote='\"',escape='\"'%s)", p, typ, opt))
	}
	two := func(label, typ, ok, val, opt string) {
		p := w("x.csv", "a,b\n"+ok+",x\n"+val+",y\n")
		q(label+" "+typ+" "+val, fmt.Sprintf("select * from read_csv('%s',auto_detect=false,columns={'a':'%s','b':'VARCHAR'},header=true,delim=',',quote='\"',escape='\"'%s)", p, typ, opt))
	}
	for _, v := range []string{"1.5", " 5", "007", "1e3", "+5", "true", "1_000", "0x10", "\"\"", "", "NULL"} {
		one("int", "BIGINT", v, "")
	}
	for _, v := range []string{"abc", "nan", "inf", "1_0.5", " 5.5 ", "12345678901234567890.123"} {
		one("dbl", "DOUBLE", v, "")
	}
	for _, v := range []string{"1.555", "1e2", "123456789012345678"} {
		one("dec", "DECIMAL(10,2)", v, "")
	}
	for _, v := range []string{"2024-01-02 10:00:00", "2024/01/02", "2024-1-2", "infinity", "epoch", "2024-01-02x", " 2024-01-02"} {
		two("date", "DATE", "2024-01-01", v, "")
		two("dateF", "DATE", "2024-01-01", v, ",dateformat='%Y-%m-%d'")
	}
	for _, v := range []string{"2024-01-02", "2024-01-02 10:00:00+08", "2024-01-02T10:00:00Z", "2024-01-02 10:00:00.1234567", "2024-01-02 10:00:00 Asia/Shanghai", "infinity"} {
		two("ts", "TIMESTAMP", "2024-01-01 00:00:00", v, "")
		two("tsF", "TIMESTAMP", "2024-01-01 00:00:00", v, ",timestampformat='%Y-%m-%d %H:%M:%S'")
		two("tz", "TIMESTAMPTZ", "2024-01-01 00:00:00Z", v, "")
	}
	for _, v := range []string{"1", "t", "yes", "TRUE", "False", "0", "no"} {
		two("bool", "BOOLEAN", "true", v, "")
	}
	two("ragged", "BIGINT", "1", "2,3,4", "")
	two("stray", "VARCHAR", "1", "a\"b\"", "")
	p := w("y.csv", "\xef\xbb\xbfa,b\r\n1,x\r\n2\r\n")
	q("few", fmt.Sprintf("select * from read_csv('%s',auto_detect=false,columns={'a':'BIGINT','b':'VARCHAR'},header=true,delim=',',quote='\"')", p))
	p = w("y2.csv", "\xef\xbb\xbfa,b\r1,x\r2,y\r")
	q("cr", fmt.Sprintf("select * from read_csv('%s',auto_detect=false,columns={'a':'BIGINT','b':'VARCHAR'},header=true,delim=',',quote='\"')", p))
	p = w("y3.csv", "a,b\n1,x\r\n2,y\n3,z\r\n")
	q("mixed", fmt.Sprintf("select * from read_csv('%s',auto_detect=false,columns={'a':'BIGINT','b':'VARCHAR'},header=true,delim=',',quote='\"')", p))
	p = w("y4.csv", "a,b\n1,\xd0\xd0\n2,y\n3,z\n")
	q("enc", fmt.Sprintf("select * from read_csv('%s',auto_detect=false,columns={'a':'BIGINT','b':'VARCHAR'},header=true,delim=',',quote='\"')", p))
	p = w("y5.csv", "other,b\n1,x\n\n,\n2,y")
	q("hdr", fmt.Sprintf("select * from read_csv('%s',auto_detect=false,columns={'a':'BIGINT','b':'VARCHAR'},header=true,delim=',',quote='\"')", p))
	p = w("y6.csv", "junk line\nmore, junk, here\na,b\n1,\"x\ny\"\n2,\"y")
	q("skip", fmt.Sprintf("select * from read_csv('%s',auto_detect=false,columns={'a':'BIGINT','b':'VARCHAR'},header=true,delim=',',quote='\"',skip=2)", p))
	for _, v := range []string{"1.5", "\"x\"", "\"5\"", "true", "[1]", "12345678901234567890", "null"} {
		p = w("x.json", "{\"a\":1,\"b\":{\"k\":12345678901234567890}}\n{\"a\":"+v+",\"c\":1}\n")
		q("json "+v, fmt.Sprintf("select * from read_json('%s',auto_detect=false,format='newline_delimited',columns={'a':'BIGINT','b':'JSON'})", p))
	}
	for _, v := range []string{"1", "\"x\"", "true", "[1]", "{\"q\":1}"} {
		p = w("x.json", "{\"a\":\"t\"}\n{\"a\":"+v+",\"c\":1}\n")
		q("jsont "+v, fmt.Sprintf("select * from read_json('%s',auto_detect=false,format='newline_delimited',columns={'a':'VARCHAR'})", p))
	}
	p = w("x2.json", "{\"a\":1.10,\"b\":\"2024-01-01 10:00:00+08\",\"a\":5}\n{\"a\":1e400}\n{\"a\":3")
	q("jsonx", fmt.Sprintf("select * from read_json('%s',auto_detect=false,format='newline_delimited',columns={'a':'DOUBLE','b':'TIMESTAMP'})", p))
	p = w("x3.json", "[{\"a\":1,\"B\":{\"x\": 1.10}},\n{\"a\":2},5]")
	q("jsonarr", fmt.Sprintf("select * from read_json('%s',auto_detect=false,format='array',columns={'a':'DOUBLE','B':'JSON'})", p))
	w("h/y=__HIVE_DEFAULT_PARTITION__/f.csv", "a\n1\n")
	w("h/y=NULL/f.csv", "a\n1\n")
	w("h/y=a%20b/f.csv", "a\n1\n")
	w("h/y=5/f.csv", "a\n1\n")
	q("hive", fmt.Sprintf("select * from read_csv('%s/h/*/*.csv',auto_detect=false,columns={'a':'BIGINT'},header=true,delim=',',quote='\"',hive_partitioning=true,hive_types={'y':'VARCHAR'})", dir))
}
