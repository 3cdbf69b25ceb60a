package mysql_test

import (
	"reflect"
	"strings"
	"testing"

	"headwater/lake"
	"headwater/source/mysql/mysqltest"
	"headwater/source/sourcetest"
)

// typed lists column, native type, engine's type, kind, and values as written in SQL
// with what the engine has to show for them.
var typed = []struct {
	name, native, engine string
	kind                 lake.Kind
	low, lowShown        string
	high, highShown      string
}{
	{"a_bool", "tinyint(1)", "TINYINT", lake.Integer, "0", "0", "2", "2"},
	{"a_tiny", "tinyint(4)", "TINYINT", lake.Integer, "-128", "-128", "127", "127"},
	{"a_utiny", "tinyint(3) unsigned", "UTINYINT", lake.Integer, "0", "0", "255", "255"},
	{"a_small", "smallint(6)", "SMALLINT", lake.Integer, "-32768", "-32768", "32767", "32767"},
	{"a_usmall", "smallint(5) unsigned", "USMALLINT", lake.Integer, "0", "0", "65535", "65535"},
	{"a_medium", "mediumint(9)", "INTEGER", lake.Integer, "-8388608", "-8388608", "8388607", "8388607"},
	{"a_umedium", "mediumint(8) unsigned", "UINTEGER", lake.Integer, "0", "0", "16777215", "16777215"},
	{"a_int", "int(11)", "INTEGER", lake.Integer, "-2147483648", "-2147483648", "2147483647", "2147483647"},
	{"a_uint", "int(10) unsigned", "UINTEGER", lake.Integer, "0", "0", "4294967295", "4294967295"},
	{"a_big", "bigint(20)", "BIGINT", lake.Integer, "-9223372036854775808", "-9223372036854775808", "9223372036854775807", "9223372036854775807"},
	{"a_ubig", "bigint(20) unsigned", "UBIGINT", lake.Decimal, "0", "0", "18446744073709551615", "18446744073709551615"},
	{"a_zero", "int(8) unsigned zerofill", "UINTEGER", lake.Integer, "7", "7", "42", "42"},
	{"a_dec", "decimal(15,2)", "DECIMAL(15,2)", lake.Decimal, "-9999999999999.99", "-9999999999999.99", "0.05", "0.05"},
	{"a_wide", "decimal(38,10)", "DECIMAL(38,10)", lake.Decimal, "-9999999999999999999999999999.9999999999", "-9999999999999999999999999999.9999999999", "0.0000000001", "0.0000000001"},
	{"a_huge", "decimal(65,30)", "VARCHAR", lake.Text, "-1.5", "-1.500000000000000000000000000000", "12345678901234567890123456789012345.5", "12345678901234567890123456789012345.500000000000000000000000000000"},
	{"a_float", "float", "FLOAT", lake.Float, "-1.17549e-38", "-1.17549e-38", "16777217", "16777216.0"},
	{"a_double", "double", "DOUBLE", lake.Float, "0.1", "0.1", "1.7976931348623157e308", "1.7976931348623157e+308"},
	{"a_bit", "bit(12)", "BIGINT", lake.Integer, "b'0'", "0", "b'101010101010'", "2730"},
	{"a_bits", "bit(64)", "UBIGINT", lake.Decimal, "1", "1", "18446744073709551615", "18446744073709551615"},
	{"a_year", "year(4)", "SMALLINT", lake.Integer, "1901", "1901", "2155", "2155"},
	{"a_date", "date", "DATE", lake.Date, "'1000-01-01'", "1000-01-01", "'9999-12-31'", "9999-12-31"},
	{"a_datetime", "datetime", "TIMESTAMP", lake.Timestamp, "'1000-01-01 00:00:00'", "1000-01-01 00:00:00", "'9999-12-31 23:59:59'", "9999-12-31 23:59:59"},
	{"a_micro", "datetime(6)", "TIMESTAMP", lake.Timestamp, "'2024-02-29 12:00:00.000001'", "2024-02-29 12:00:00.000001", "'1969-12-31 23:59:59.999999'", "1969-12-31 23:59:59.999999"},
	{"a_milli", "datetime(3)", "TIMESTAMP", lake.Timestamp, "'2024-02-29 12:00:00.120'", "2024-02-29 12:00:00.12", "'1969-12-31 23:59:59.999'", "1969-12-31 23:59:59.999"},
	{"a_stamp", "timestamp(6)", "TIMESTAMPTZ", lake.Timestamp, "'2024-07-01 12:00:00.5'", "2024-07-01 12:00:00.5+00", "'2038-01-01 00:00:00'", "2038-01-01 00:00:00+00"},
	{"a_time", "time", "VARCHAR", lake.Text, "'-838:59:59'", "-838:59:59", "'838:59:59'", "838:59:59"},
	{"a_times", "time(3)", "VARCHAR", lake.Text, "'01:02:03.5'", "01:02:03.500", "'30:00:00'", "30:00:00.000"},
	{"a_char", "char(10)", "VARCHAR", lake.Text, "'ab  '", "ab", "'华东'", "华东"},
	{"a_varchar", "varchar(100)", "VARCHAR", lake.Text, "'ab  '", "ab  ", "'😀é'", "😀é"},
	{"a_latin", "varchar(20)", "VARCHAR", lake.Text, "'Zürich €'", "Zürich €", "'ÿ'", "ÿ"},
	{"a_gbk", "varchar(20)", "VARCHAR", lake.Text, "'客户'", "客户", "'a'", "a"},
	{"a_text", "mediumtext", "VARCHAR", lake.Text, "repeat('x',70000)", strings.Repeat("x", 70000), "''", ""},
	{"a_enum", "enum('small','large')", "VARCHAR", lake.Text, "'small'", "small", "'large'", "large"},
	{"a_set", "set('a','b','c')", "VARCHAR", lake.Text, "'c,a'", "a,c", "''", ""},
	{"a_json", "longtext", "JSON", lake.JSON, `'{"a": [1, 12345678901234567890]}'`, `{"a": [1, 12345678901234567890]}`, "'null'", "null"},
	{"a_uuid", "uuid", "VARCHAR", lake.Text, "'123E4567-e89b-12d3-a456-426655440000'", "123e4567-e89b-12d3-a456-426655440000", "'00000000-0000-0000-0000-000000000001'", "00000000-0000-0000-0000-000000000001"},
	{"a_inet", "inet6", "VARCHAR", lake.Text, "'::1'", "::1", "'2001:db8::ff'", "2001:db8::ff"},
	{"a_binary", "binary(4)", "BLOB", lake.Text, "x'00ff'", `\x00\xFF\x00\x00`, "'abcd'", "abcd"},
	{"a_varbinary", "varbinary(10)", "BLOB", lake.Text, "x'00ff'", `\x00\xFF`, "''", ""},
	{"a_blob", "longblob", "BLOB", lake.Text, "x'deadbeef'", `\xDE\xAD\xBE\xEF`, "'x'", "x"},
	{"a_point", "point", "VARCHAR", lake.Text, "point(1.5,-2)", "POINT(1.5 -2)", "point(0,0)", "POINT(0 0)"},
}

func TestTypesAreHeldExactly(t *testing.T) {
	u := mysqltest.Start(t)
	names, low, high, nulls, shown := []string{}, []string{}, []string{}, []string{}, []string{}
	charsets := map[string]string{"a_latin": " character set latin1", "a_gbk": " character set gbk"}
	for _, c := range typed {
		native := c.native
		if c.name == "a_json" {
			native = "json"
		}
		names = append(names, c.name+" "+native+charsets[c.name]+" null")
		low, high, nulls = append(low, c.low), append(high, c.high), append(nulls, "NULL")
		shown = append(shown, "CAST("+c.name+" AS VARCHAR)")
	}
	mysqltest.Exec(t, u, "CREATE TABLE everything (id int primary key, "+strings.Join(names, ", ")+")",
		"SET time_zone='+00:00'; INSERT INTO everything VALUES (1,"+strings.Join(low, ",")+"),(2,"+strings.Join(high, ",")+"),(3,"+strings.Join(nulls, ",")+")")
	c := open(t, u)
	d := describe(t, c, "everything")
	for i, want := range typed {
		got := d.Columns[i+1]
		got.Nullable = false
		if exp := (lake.SourceColumn{Name: want.name, Native: want.native, Type: want.engine, Kind: want.kind}); got != exp {
			t.Errorf("described as %+v, not %+v", got, exp)
		}
	}
	r := sourcetest.NewReferee(t)
	r.Take("everything", scan(t, session(t, c), sourcetest.Whole(d)).Rows)
	for i, want := range typed {
		got := r.Lines("SELECT id, " + shown[i] + " AS v FROM everything")
		for row, v := range []string{want.lowShown, want.highShown, "NULL"} {
			if exp := r.Lines("SELECT " + string(rune('1'+row)) + " AS id, CAST(" + literal(v) + " AS VARCHAR) AS v")[0]; got[row] != exp {
				t.Errorf("%s: row %d is %.200s, not %.200s", want.name, row+1, got[row], exp)
			}
		}
	}
}

func literal(v string) string {
	if v == "NULL" {
		return v
	}
	return "'" + strings.ReplaceAll(v, "'", "''") + "'"
}

func TestTinyintOneAsTruthOnlyOnWish(t *testing.T) {
	u := mysqltest.Start(t)
	mysqltest.Exec(t, u, "CREATE TABLE flags (id int primary key, f tinyint(1), g tinyint(4))", "INSERT INTO flags VALUES (1,0,0),(2,1,1),(3,NULL,2)")
	u.RawQuery = "tinyint1=bool"
	c := open(t, u)
	d := describe(t, c, "flags")
	if d.Columns[1].Type != "BOOLEAN" || d.Columns[1].Kind != lake.Boolean || d.Columns[2].Type != "TINYINT" {
		t.Fatalf("%+v", d.Columns)
	}
	r := sourcetest.NewReferee(t)
	r.Take("flags", scan(t, session(t, c), sourcetest.Whole(d)).Rows)
	if got := r.Lines("SELECT f FROM flags ORDER BY id"); !reflect.DeepEqual(got, []string{"(NULL)", "(false)", "(true)"}) {
		t.Error(got)
	}
	mysqltest.Exec(t, u2(u), "INSERT INTO flags VALUES (4,7,0)")
	rows := scan(t, session(t, c), sourcetest.Whole(d)).Rows
	for rows.Next() {
	}
	expectCode(t, rows.Err(), "source_value_invalid")
	rows.Release()
}

func TestZeroDatesAreEmpty(t *testing.T) {
	u := mysqltest.Start(t)
	mysqltest.Exec(t, u, "SET sql_mode='ALLOW_INVALID_DATES'; SET time_zone='+00:00'; CREATE TABLE old (id int primary key, d date not null, dt datetime(3) not null, ts timestamp not null)",
		`SET sql_mode='ALLOW_INVALID_DATES'; INSERT INTO old VALUES (1,'0000-00-00','0000-00-00','0000-00-00'),(2,'2024-00-10','2024-00-10','2024-01-01'),
		(3,'2024-02-30','2024-02-30 10:00','2024-01-01'),(4,'2024-02-29','2024-02-29 10:00','2024-02-29 10:00:00'),(5,'2024-01-00','2024-01-00 10:00','2024-02-29 10:00:00')`)
	c := open(t, u)
	d := describe(t, c, "old")
	if !d.Columns[1].Nullable {
		t.Error("a column with zero dates isn't said to be nullable")
	}
	r := sourcetest.NewReferee(t)
	r.Take("old", scan(t, session(t, c), sourcetest.Whole(d)).Rows)
	want := []string{"(1, NULL, NULL, NULL)", "(2, NULL, NULL, '2024-01-01 00:00:00+00')", "(3, NULL, NULL, '2024-01-01 00:00:00+00')",
		"(4, 2024-02-29, '2024-02-29 10:00:00', '2024-02-29 10:00:00+00')", "(5, NULL, NULL, '2024-02-29 10:00:00+00')"}
	if got := r.Lines("SELECT id, d, dt, ts FROM old"); !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
}

func TestKeysRelationsAndSizes(t *testing.T) {
	u := mysqltest.Start(t)
	mysqltest.Exec(t, u, "CREATE TABLE region (code char(2), country char(2), primary key (country, code)) comment 'Where'",
		"CREATE TABLE store (n int, email varchar(50) not null unique, opt int unique, c char(2) comment 'Land', r char(2), foreign key (c, r) references region (country, code))",
		"CREATE TABLE prefixed (a varchar(500) not null, unique (a(10)))",
		"CREATE TABLE plain (a int) engine=MyISAM",
		"CREATE VIEW stores AS SELECT * FROM store", "INSERT INTO region VALUES ('BY','DE'),('BE','DE')")
	c := open(t, u)
	list, err := c.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, x := range list {
		names = append(names, x.Name)
	}
	if strings.Join(names, " ") != "plain prefixed region store stores" || list[2].Bytes <= 0 || !list[4].View || list[4].Rows != -1 || list[2].Label != "Where" {
		t.Errorf("%+v", list)
	}
	for i, writable := range []bool{false, false, true, true, false} {
		if list[i].Writable != writable {
			t.Errorf("the list says of %s: %v", list[i].Name, list[i].Writable)
		}
	}
	region, store := describe(t, c, "region"), describe(t, c, "store")
	if !reflect.DeepEqual(region.Key, []string{"country", "code"}) || !region.Writable {
		t.Errorf("%+v", region)
	}
	if !reflect.DeepEqual(store.Key, []string{"email"}) || store.Columns[3].Label != "Land" ||
		!reflect.DeepEqual(store.Relations, []lake.SourceRelation{{Columns: []string{"c", "r"}, Table: "region", Targets: []string{"country", "code"}}}) {
		t.Errorf("%+v", store)
	}
	if d := describe(t, c, "prefixed"); d.Key != nil {
		t.Errorf("an index over prefixes was taken for a key: %v", d.Key)
	}
	if d := describe(t, c, "plain"); d.Key != nil || d.Writable {
		t.Errorf("%+v", d)
	}
	_, err = c.Table(t.Context(), "nowhere")
	expectCode(t, err, "source_table_unknown")

	database := strings.TrimPrefix(u.Path, "/")
	u.Path = ""
	whole := open(t, u)
	if d := describe(t, whole, database+".store"); d.Name != database+".store" || d.Relations[0].Table != database+".region" {
		t.Errorf("%+v", d)
	}
}
