package lake_test

import (
	"encoding/json"
	"errors"
	"testing"

	"headwater/lake"
)

func field(k lake.Kind) *lake.Field {
	f := &lake.Field{Name: "f", Kind: k}
	if k == lake.Enum {
		f.Options = []lake.Option{{Name: "won", Label: lake.Label{ZH: "赢单", EN: "Won"}}}
	}
	return f
}

func TestCanonical(t *testing.T) {
	for _, c := range []struct {
		kind     lake.Kind
		in, want string // want "!" + code: refused
	}{
		{lake.Text, "e\u0301a\r\nb", "éa\nb"},
		{lake.Text, "  kept  ", "  kept  "},
		{lake.Text, "a\x00b", "!text_invalid"},
		{lake.Text, "\xff", "!text_invalid"},
		{lake.Integer, " +007 ", "7"},
		{lake.Integer, "1e3", "1000"},
		{lake.Integer, "1.5", "!integer_invalid"},
		{lake.Integer, "9223372036854775807", "9223372036854775807"},
		{lake.Integer, "9223372036854775808", "!integer_invalid"},
		{lake.Integer, "1e999999999", "!integer_invalid"},
		{lake.Decimal, "-0.500", "-0.5"},
		{lake.Decimal, "-0", "0"},
		{lake.Decimal, "1e-12", "0.000000000001"},
		{lake.Decimal, "1e-13", "!number_too_long"},
		{lake.Decimal, "NaN", "!number_invalid"},
		{lake.Decimal, "1e999999999", "!number_invalid"},
		{lake.Money, "1200.50 cny", "1200.5 CNY"},
		{lake.Money, "1200.50", "!money_invalid"},
		{lake.Money, "1 XYZ", "!currency_unknown"},
		{lake.Money, "100000000000000 CNY", "!number_too_long"},
		{lake.Boolean, "是", "true"},
		{lake.Boolean, "maybe", "!boolean_invalid"},
		{lake.Date, "2024-02-29", "2024-02-29"},
		{lake.Date, "2023-02-29", "!date_invalid"},
		{lake.Date, "2024-02-29T10:00:00Z", "2024-02-29"},
		{lake.Timestamp, "2026-11-21T16:30:00+08:00", "2026-11-21T08:30:00Z"},
		{lake.Timestamp, "2026-11-21 16:30", "2026-11-21T16:30:00Z"},
		{lake.Timestamp, "yesterday", "!timestamp_invalid"},
		{lake.Enum, "赢单", "won"},
		{lake.Enum, "WON", "won"},
		{lake.Enum, "lost", "!option_unknown"},
		{lake.Email, "Li.Lei@Example.COM", "li.lei@example.com"},
		{lake.Email, "Li <li@example.com>", "!email_invalid"},
		{lake.Phone, "+86 138-0000-0000", "+86 138-0000-0000"},
		{lake.Phone, "call me", "!phone_invalid"},
		{lake.URL, "example.com/a", "https://example.com/a"},
		{lake.URL, "javascript:alert(1)", "!url_invalid"},
	} {
		got, err := field(c.kind).Canonical(c.in)
		var known *lake.Error
		if errors.As(err, &known) {
			got = lake.Cell("!" + known.Code)
		} else if err != nil {
			t.Fatalf("%s %q: %v is no error for people", c.kind, c.in, err)
		}
		if string(got) != c.want {
			t.Errorf("%s %q gives %q, not %q", c.kind, c.in, got, c.want)
		}
	}
}

// FuzzCanonical: what is canonical stays as it is, and survives JSON.
func FuzzCanonical(f *testing.F) {
	for _, s := range []string{"", "1", "1.50 CNY", "2026-11-21", "true", "a@b.cn", "é", "1e5", "example.com"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, k := range lake.Kinds {
			fd := field(k)
			c, err := fd.Canonical(s)
			if err != nil {
				continue
			}
			if again, err := fd.Canonical(string(c)); err != nil || again != c {
				t.Errorf("%s: %q → %q → %q, %v", k, s, c, again, err)
			}
			b, err := json.Marshal(k.JSON(c))
			if err != nil {
				t.Fatal(err)
			}
			var v any
			if err := json.Unmarshal(b, &v); err != nil {
				t.Fatal(err)
			}
			if k == lake.Integer && len(c) > 15 {
				continue // a JSON reader without exact numbers loses digits; ours keeps them
			}
			if back, err := fd.FromJSON(v); err != nil || back != c {
				t.Errorf("%s: %q through JSON is %q, %v", k, c, back, err)
			}
		}
	})
}

func TestCellsFitTheTypeOfTheirHome(t *testing.T) {
	for _, c := range []struct {
		kind  lake.Kind
		typ   string
		value string
		fits  bool
	}{
		{lake.Integer, "SMALLINT", "32767", true}, {lake.Integer, "SMALLINT", "32768", false}, {lake.Integer, "UINTEGER", "-1", false},
		{lake.Integer, "BIGINT", "9223372036854775807", true}, {lake.Decimal, "UBIGINT", "18446744073709551615", true},
		{lake.Decimal, "DECIMAL(5,2)", "999.99", true}, {lake.Decimal, "DECIMAL(5,2)", "1000", false}, {lake.Decimal, "DECIMAL(5,2)", "0.125", false},
		{lake.Decimal, "DECIMAL(5,2)", "-0.5", true}, {lake.Decimal, "DECIMAL(2,2)", "0.99", true}, {lake.Text, "VARCHAR", "any", true},
	} {
		f := lake.Field{Name: "x", Kind: c.kind, Type: c.typ}
		if _, err := f.Canonical(c.value); (err == nil) != c.fits {
			t.Errorf("%s in %s: %v", c.value, c.typ, err)
		}
	}
}
