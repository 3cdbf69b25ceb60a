package main

import "testing"

// Values in tables are shown as they are: only an amount with a currency is money.
func TestCellText(t *testing.T) {
	for _, c := range []struct {
		value any
		want  string
	}{
		{nil, "∅"}, {"x", "x"}, {12.5, "12.5"}, {true, "true"}, {[]any{1.0, "b"}, `[1,"b"]`},
		{map[string]any{"amount": "12.50", "currency": "CNY"}, "12.50 CNY"},
		{map[string]any{"a": 1.0, "b": []any{2.0}}, `{"a":1,"b":[2]}`},
		{map[string]any{"amount": 3.0}, `{"amount":3}`},
		{map[string]any{"amount": 3.0, "currency": "CNY", "note": "x"}, `{"amount":3,"currency":"CNY","note":"x"}`},
		{map[string]any{}, "{}"},
	} {
		if got := cellText(c.value); got != c.want {
			t.Errorf("%v is shown as %s, not %s", c.value, got, c.want)
		}
	}
}
