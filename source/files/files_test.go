package files_test

import (
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"headwater/lake"
	"headwater/source"
	"headwater/source/files"
)

// place is a directory with a connector on it.
type place struct {
	t   *testing.T
	dir string
	source.Connector
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{t: t, dir: t.TempDir()}
	p.Connector = open(t, p.dir)
	return p
}

func open(t *testing.T, dir string) source.Connector {
	t.Helper()
	c, err := files.Open(t.Context(), source.Settings{Name: "f", URL: &url.URL{Scheme: "file", Path: dir}, Dir: t.TempDir(),
		Dial: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no network") }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// within is a place within a place.
func within(t *testing.T, p *place, folder string) *place {
	t.Helper()
	dir := filepath.Join(p.dir, folder)
	return &place{t: t, dir: dir, Connector: open(t, dir)}
}

// write puts a file into the place, changed a minute later each time.
func (p *place) write(name, content string) {
	p.t.Helper()
	full := filepath.Join(p.dir, name)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		p.t.Fatal(err)
	}
	at := time.Now().Add(-time.Hour)
	if info, err := os.Stat(full); err == nil {
		at = info.ModTime().Add(time.Minute)
	}
	if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
		p.t.Fatal(err)
	}
	if err := os.Chtimes(full, at, at); err != nil {
		p.t.Fatal(err)
	}
}

// duck runs a statement in the engine's database.
func duck(t *testing.T, text string) [][]string {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // the time zone is the connection's
	if _, err := db.Exec("SET TimeZone = 'UTC'"); err != nil {
		t.Fatal(err)
	}
	rows, err := db.Query(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	defer rows.Close()
	names, _ := rows.Columns()
	var out [][]string
	for rows.Next() {
		values, to := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			to[i] = &values[i]
		}
		if err := rows.Scan(to...); err != nil {
			t.Fatal(err)
		}
		row := make([]string, len(names))
		for i, v := range values {
			if row[i] = fmt.Sprint(v); v == nil {
				row[i] = "NULL"
			}
		}
		out = append(out, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// columns are a table's columns as "name type".
func (p *place) columns(table string) []string {
	p.t.Helper()
	d, err := p.Table(p.t.Context(), table)
	if err != nil {
		p.t.Fatal(err)
	}
	var out []string
	for _, c := range d.Columns {
		out = append(out, c.Name+" "+c.Type)
	}
	return out
}

// scan asks for all columns of a table as it is described now.
func (p *place) scan(table string, where ...lake.ScanCondition) (*lake.Scanned, error) {
	p.t.Helper()
	d, err := p.Table(p.t.Context(), table)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.scanAs(d, where...)
}

func (p *place) scanAs(d *lake.SourceTable, where ...lake.ScanCondition) (*lake.Scanned, error) {
	p.t.Helper()
	s, err := p.Session(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	defer s.Close()
	scan := lake.Scan{Source: "f", Table: d.Name, Where: where}
	for _, c := range d.Columns {
		scan.Columns = append(scan.Columns, lake.ScanColumn{Name: c.Name, Type: c.Type})
	}
	return s.Scan(p.t.Context(), scan)
}

// rows reads a whole table through the engine's database, every value as text, sorted.
func (p *place) rows(table string) []string {
	p.t.Helper()
	got, err := p.scan(table)
	if err != nil {
		p.t.Fatal(err)
	}
	d, err := p.Table(p.t.Context(), table)
	if err != nil {
		p.t.Fatal(err)
	}
	p.allWithin(got.Files)
	var names []string
	for _, c := range d.Columns {
		names = append(names, fmt.Sprintf(`coalesce(CAST(%q AS VARCHAR), 'NULL')`, c.Name))
	}
	var out []string
	for _, r := range duck(p.t, "SELECT concat_ws('|', "+strings.Join(names, ",")+") FROM "+fromFiles(got.Files)) {
		out = append(out, r[0])
	}
	slices.Sort(out)
	return out
}

// allWithin checks that all paths lie in the connector's places.
func (p *place) allWithin(set *lake.FileSet) {
	p.t.Helper()
	for _, path := range set.Paths {
		if !slices.ContainsFunc(p.Connector.(source.Placed).Places(), func(dir string) bool { return strings.HasPrefix(path, dir+"/") }) {
			p.t.Errorf("%s lies in none of the places", path)
		}
	}
}

func fromFiles(set *lake.FileSet) string {
	var list []string
	for _, path := range set.Paths {
		list = append(list, "'"+strings.ReplaceAll(path, "'", "''")+"'")
	}
	hive := "hive_partitioning=false"
	if set.Hive {
		var types []string
		for _, c := range set.Partitions {
			types = append(types, fmt.Sprintf("'%s': %s", c.Name, c.Type))
		}
		hive = "hive_partitioning=true, hive_types_autocast=false, hive_types={" + strings.Join(types, ",") + "}"
	}
	return "read_parquet([" + strings.Join(list, ",") + "], " + hive + ")"
}

func code(err error) string {
	var known *lake.Error
	if errors.As(err, &known) {
		return known.Code
	}
	return fmt.Sprint(err)
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
}

func TestTextTables(t *testing.T) {
	p := newPlace(t)
	p.write("orders.csv", "order_id,zip,card,amount,ratio,paid,day,at,seen,note\n"+
		"1,00501,6222021234567890123,12.50,0.1,true,2024-02-29,2024-02-29 08:30:00,2024-02-29T08:30:00+08:00,\"a, \"\"b\"\"\"\n"+
		"2,10115,6222021234567890124,-3,1e-3,false,2024-03-01,2024-03-01 00:00:00.250000,2024-03-01T00:00:00Z,\n")
	equal(t, p.columns("orders.csv"), []string{"order_id BIGINT", "zip VARCHAR", "card VARCHAR", "amount DECIMAL(18,2)", "ratio DOUBLE",
		"paid BOOLEAN", "day DATE", "at TIMESTAMP", "seen TIMESTAMP WITH TIME ZONE", "note VARCHAR"})
	equal(t, p.rows("orders.csv"), []string{
		`1|00501|6222021234567890123|12.50|0.1|true|2024-02-29|2024-02-29 08:30:00|2024-02-29 00:30:00+00|a, "b"`,
		`2|10115|6222021234567890124|-3.00|0.001|false|2024-03-01|2024-03-01 00:00:00.25|2024-03-01 00:00:00+00|NULL`,
	})
	d, _ := p.Table(t.Context(), "orders.csv")
	equal(t, d.Key, []string{"order_id"})
	equal(t, d.Rows, int64(2))
	equal(t, d.Columns[3].Kind, lake.Decimal)
}

// Whatever bytes the table is written in, the rows are the same.
func TestEncodingsAndDialects(t *testing.T) {
	p := newPlace(t)
	text := "编号;公司;城市\n1;上海云帆信息技术有限公司;上海\n2;北京启明科技有限公司;北京\n3;深圳前海数据有限公司;深圳\n"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	p.write("utf8.csv", text)
	p.write("bom.csv", "\xef\xbb\xbf"+strings.ReplaceAll(text, "\n", "\r\n"))
	p.write("gb.csv", gb)
	p.write("tabs.tsv", strings.ReplaceAll(text, ";", "\t"))
	p.write("packed.csv.gz", zipped(t, gb))
	want := []string{"1|上海云帆信息技术有限公司|上海", "2|北京启明科技有限公司|北京", "3|深圳前海数据有限公司|深圳"}
	for _, name := range []string{"utf8.csv", "bom.csv", "gb.csv", "tabs.tsv", "packed.csv.gz"} {
		t.Run(name, func(t *testing.T) {
			equal(t, p.columns(name), []string{"编号 BIGINT", "公司 VARCHAR", "城市 VARCHAR"})
			equal(t, p.rows(name), want)
		})
	}
}

func zipped(t *testing.T, text string) string {
	t.Helper()
	var out strings.Builder
	z := gzip.NewWriter(&out)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestJSON(t *testing.T) {
	p := newPlace(t)
	p.write("array.json", `[{"id": 1, "name": "Ann", "tags": ["a", 1.10], "big": 12345678901234567890, "on": "2024-01-01"},
		{"id": 2, "name": null, "late": 1.5, "on": "2024-01-02"}]`)
	p.write("lines.jsonl", "{\"id\":1,\"v\":\"007\",\"x\":1}\n{\"id\":2,\"v\":\"8\",\"x\":\"one\"}\n")
	equal(t, p.columns("array.json"), []string{"id BIGINT", "name VARCHAR", "tags JSON", "big JSON", "on DATE", "late DECIMAL(18,1)"})
	equal(t, p.rows("array.json"), []string{`1|Ann|["a",1.10]|12345678901234567890|2024-01-01|NULL`, `2|NULL|NULL|NULL|2024-01-02|1.5`})
	equal(t, p.columns("lines.jsonl"), []string{"id BIGINT", "v VARCHAR", "x JSON"})
	equal(t, p.rows("lines.jsonl"), []string{`1|007|1`, `2|8|"one"`})
	for name, bad := range map[string]string{"cut.jsonl": "{\"a\":1}\n{\"a\":", "twice.json": `[{"a":1,"a":2}]`, "list.json": `[1,2]`, "more.json": `[{"a":1}] {"a":2}`} {
		p.write(name, bad)
		if _, err := p.Table(t.Context(), name); !errors.Is(err, lake.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := p.Table(t.Context(), "cut.jsonl")
	if code(err) != "file_damaged" || !strings.Contains(err.Error(), "line 2") {
		t.Error(err)
	}
}

func TestSheets(t *testing.T) {
	p := newPlace(t)
	book := excelize.NewFile()
	for i, row := range [][]any{{"id", "name", "since"}, {1, "Ann", time.Date(2024, 5, 6, 0, 0, 0, 0, time.UTC)}, {2, "Bo", nil}} {
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := book.NewSheet("Prices"); err != nil {
		t.Fatal(err)
	}
	for i, row := range [][]any{{"sku", "price"}, {"a-1", 9.5}} {
		if err := book.SetSheetRow("Prices", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if err := book.SaveAs(filepath.Join(p.dir, "book.xlsx")); err != nil {
		t.Fatal(err)
	}
	equal(t, names(t, p), []string{"book.xlsx#Prices", "book.xlsx#Sheet1"})
	equal(t, p.columns("book.xlsx#Prices"), []string{"sku VARCHAR", "price DECIMAL(18,1)"})
	equal(t, p.rows("book.xlsx#Prices"), []string{"a-1|9.5"})
	equal(t, p.columns("book.xlsx#Sheet1")[:2], []string{"id BIGINT", "name VARCHAR"})
	if _, err := p.Table(t.Context(), "book.xlsx#None"); code(err) != "table_unknown" {
		t.Error(err)
	}
}

func names(t *testing.T, c source.Connector) []string {
	t.Helper()
	list, err := c.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, l := range list {
		out = append(out, l.Name)
	}
	return out
}

// A folder of one shape is a table; what is added later appears; a pattern is a table, too.
func TestFoldersAndPatterns(t *testing.T) {
	p := newPlace(t)
	p.write("orders/2024-01.csv", "id,amount\n1,10\n2,20\n")
	p.write("orders/2024-02.csv", "id,amount\n3,30\n")
	p.write("mixed/a.csv", "id,name\n1,x\n")
	p.write("mixed/b.csv", "code,price\nA,2\n")
	p.write("_SUCCESS", "")
	p.write("readme.md", "no table")
	equal(t, names(t, p), []string{"mixed/a.csv", "mixed/b.csv", "orders/"})
	before, err := p.Table(t.Context(), "orders/")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, p.rows("orders/"), []string{"1|10", "2|20", "3|30"})
	equal(t, p.rows("orders/2024-0[2-9].csv"), []string{"3|30"})
	equal(t, p.rows("**/2024-*.csv"), []string{"1|10", "2|20", "3|30"})

	p.write("orders/2024-03.csv", "amount,id\n40.5,4\n") // other order, and one value of another type
	equal(t, p.columns("orders/"), []string{"id BIGINT", "amount DECIMAL(18,1)"})
	equal(t, p.rows("orders/"), []string{"1|10.0", "2|20.0", "3|30.0", "4|40.5"})
	_, err = p.scanAs(before)
	if code(err) != "value_unfit" || !strings.Contains(err.Error(), "2024-03.csv, line 2, column amount") {
		t.Errorf("a value that doesn't fit the declared type: %v", err)
	}

	p.write("orders/2024-04.csv", "id,total\n5,50\n")
	if _, err := p.Table(t.Context(), "orders/"); code(err) != "shape_differs" {
		t.Error(err)
	}
}

func TestPartitions(t *testing.T) {
	p := newPlace(t)
	for _, part := range []string{"year=2023/month=12", "year=2024/month=01", "year=2024/month=02"} {
		p.write("sales/"+part+"/part-0.csv", "id,amount\n1,10\n")
	}
	p.write("events/kind=a%20b/1.jsonl", "{\"n\":1}\n")
	p.write("events/kind=__HIVE_DEFAULT_PARTITION__/1.jsonl", "{\"n\":2}\n")
	equal(t, names(t, p), []string{"events/", "sales/"})
	equal(t, p.columns("sales/"), []string{"id BIGINT", "amount BIGINT", "year BIGINT", "month VARCHAR"})
	equal(t, p.rows("sales/"), []string{"1|10|2023|12", "1|10|2024|01", "1|10|2024|02"})
	equal(t, p.rows("events/"), []string{"1|a b", "2|NULL"})
	got, err := p.scan("sales/", lake.ScanCondition{Column: "year", Type: "BIGINT", Op: lake.EQ, Values: []string{"2024"}})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, len(got.Files.Paths), 2)
	equal(t, got.Why, []string{"files"})
	whole := open(t, filepath.Join(p.dir, "sales"))
	equal(t, names(t, whole), []string{"./"})
}

// The declared type holds, whatever comes into the file later.
func TestFileChanges(t *testing.T) {
	p := newPlace(t)
	p.write("a.csv", "id,n,when\n1,5,2024-01-01\n2,6,2024-01-02\n")
	declared, err := p.Table(t.Context(), "a.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"3,1.5,2024-01-03", "3,1e3,2024-01-03", "3, 7,2024-01-03", "3,true,2024-01-03", "3,7,2024-01-03 10:00:00", "3,7,2024-13-03", "3,7,epoch", "3,7", "3,7,2024-01-03,x"} {
		p.write("a.csv", "id,n,when\n1,5,2024-01-01\n2,6,2024-01-02\n"+bad+"\n")
		_, err := p.scanAs(declared)
		if c := code(err); c != "value_unfit" && c != "row_invalid" || !strings.Contains(err.Error(), "line 4") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	p.write("a.csv", "id,n,when,extra\n1,5,2024-01-01,x\n")
	if _, err := p.scanAs(declared); err != nil {
		t.Error(err)
	}
	p.write("a.csv", "id,when\n1,2024-01-01\n")
	if _, err := p.scanAs(declared); code(err) != "source_changed" {
		t.Error(err)
	}
	if err := os.Remove(filepath.Join(p.dir, "a.csv")); err != nil {
		t.Fatal(err)
	}
	if _, err := p.scanAs(declared); code(err) != "table_unknown" {
		t.Error(err)
	}
}

// What a short sample can't know is found before a row is given.
func TestSurpriseFarBelow(t *testing.T) {
	p := newPlace(t)
	var text strings.Builder
	text.WriteString("id,v\n")
	for i := range 30_000 {
		fmt.Fprintf(&text, "%d,%d\n", i, i)
	}
	text.WriteString("30000,none\n")
	p.write("long.csv", text.String())
	equal(t, p.columns("long.csv"), []string{"id BIGINT", "v VARCHAR"})
	d, _ := p.Table(t.Context(), "long.csv")
	equal(t, d.Rows, int64(30_001))
	p.write("long.jsonl", strings.Repeat("{\"id\":1}\n", 12_000)+"{\"id\":2,\"more\":{\"x\":[1]}}\n")
	equal(t, p.columns("long.jsonl"), []string{"id BIGINT", "more JSON"})
}

func TestDamagedAndRefused(t *testing.T) {
	p := newPlace(t)
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "secret.csv"), []byte("id,x\n1,2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	p.write("in.csv", "id,x\n1,2\n")
	for link, to := range map[string]string{"out.csv": filepath.Join(outside, "secret.csv"), "dir": outside, "fine.csv": filepath.Join(p.dir, "in.csv")} {
		if err := os.Symlink(to, filepath.Join(p.dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	equal(t, names(t, p), []string{"fine.csv", "in.csv"})
	equal(t, p.rows("fine.csv"), []string{"1|2"})
	packed := zipped(t, strings.Repeat("id,x\n1,2\n", 1000))
	p.write("cut.csv.gz", packed[:len(packed)-6])
	p.write("bad.csv", "id,name\n1,张三\n2,\xff\xfe\xfd李四李四李四\n3,王五王五王五\n")
	for name, want := range map[string]string{"out.csv": "table_unknown", "dir/secret.csv": "path_outside", "../x.csv": "path_outside", "a/../in.csv": "path_outside",
		"/etc/passwd": "path_outside", "none.csv": "table_unknown", "cut.csv.gz": "file_damaged", "[": "pattern_invalid", "bad.csv": "row_invalid"} {
		if _, err := p.Table(t.Context(), name); code(err) != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	p.write("empty.csv", "")
	if _, err := p.Table(t.Context(), "empty.csv"); code(err) != "empty_file" {
		t.Error(err)
	}
	p.write("heading.csv", "id,name\n")
	equal(t, p.columns("heading.csv"), []string{"id VARCHAR", "name VARCHAR"})
	equal(t, len(p.rows("heading.csv")), 0)
	p.write("none.json", "[]")
	if _, err := p.Table(t.Context(), "none.json"); code(err) != "empty_file" {
		t.Error(err)
	}
	s, _ := p.Session(t.Context())
	if _, err := s.Scan(t.Context(), lake.Scan{Table: "in.csv", Pin: "1"}); code(err) != "pin_unsupported" {
		t.Error(err)
	}
}

func TestConnecting(t *testing.T) {
	p := newPlace(t)
	p.write("one.csv", "id,x\n1,2\n")
	p.write("two.csv", "id,x\n1,2\n")
	steps := p.Test(t.Context())
	equal(t, stepNames(steps), []string{"address ok", "permission ok", "read ok"})
	equal(t, stepNames(open(t, filepath.Join(p.dir, "nowhere")).Test(t.Context())), []string{"address address_unknown"})
	one := open(t, filepath.Join(p.dir, "one.csv"))
	equal(t, names(t, one), []string{"one.csv"})
	if _, err := one.Table(t.Context(), "two.csv"); code(err) != "table_unknown" {
		t.Error(err)
	}
	for _, bad := range []string{"file://host/x", "file:relative", "file://u:p@localhost/x"} {
		u, _ := url.Parse(bad)
		if _, err := files.Open(t.Context(), source.Settings{URL: u, Dir: t.TempDir()}); code(err) != "address_invalid" {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func stepNames(steps []source.Step) (out []string) {
	for _, s := range steps {
		word := "ok"
		if !s.OK {
			word = s.Code
		}
		out = append(out, s.Name+" "+word)
	}
	return out
}
