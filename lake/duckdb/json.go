package duckdb

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"
)

// The driver reads JSON with floating-point numbers, which lose digits beyond 2^53. So
// columns of JSON leave the database as texts and are read here.

// jsonText wraps a statement whose answer holds JSON so that it gives texts; columns are
// the names and types of the answer as the database describes it, nil when it holds none.
func (h *homes) jsonText(text string) (wrapped string, columns [][2]string, err error) {
	if lower := strings.ToLower(text); !strings.Contains(lower, "json") && !strings.Contains(lower, "->") {
		return text, nil, nil // nothing in it makes such a value
	}
	rows, err := h.conn.QueryContext(h.ctx, "DESCRIBE SELECT * FROM ("+text+")")
	if err != nil {
		return "", nil, err
	}
	defer rows.Close()
	found := false
	for rows.Next() {
		var c [2]string
		var rest [4]any
		if err := rows.Scan(&c[0], &c[1], &rest[0], &rest[1], &rest[2], &rest[3]); err != nil {
			return "", nil, err
		}
		columns, found = append(columns, c), found || holdsJSON(c[1])
	}
	if err := rows.Err(); err != nil || !found {
		return text, nil, err
	}
	places, selected := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		x := "x" + strconv.Itoa(i)
		places[i] = x
		switch {
		case c[1] == "JSON":
			x += "::VARCHAR"
		case holdsJSON(c[1]):
			x = "to_json(" + x + ")::VARCHAR"
		}
		selected[i] = x + " AS " + quote(c[0])
	}
	return "SELECT " + strings.Join(selected, ", ") + " FROM (" + text + ") AS t(" + strings.Join(places, ", ") + ")", columns, nil
}

func holdsJSON(kind string) bool { return strings.Contains(kind, "JSON") }

// jsonValue reads a JSON text into the few types that a sink gets; a text that is none
// stays what it is.
func jsonValue(text string) any {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var x any
	if err := d.Decode(&x); err != nil || d.More() {
		return text
	}
	return exactNumbers(x)
}

func exactNumbers(x any) any {
	switch x := x.(type) {
	case json.Number:
		return exactNumber(string(x))
	case []any:
		for i := range x {
			x[i] = exactNumbers(x[i])
		}
	case map[string]any:
		for k := range x {
			x[k] = exactNumbers(x[k])
		}
	}
	return x
}

// exactNumber is a whole number, a float where it says the same, or the text.
func exactNumber(text string) any {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || len(text) > 100 || f != 0 && (f > 1e100 || f < -1e100 || f < 1e-100 && f > -1e-100) {
		return text
	}
	shown, ok1 := new(big.Rat).SetString(strconv.FormatFloat(f, 'g', -1, 64))
	said, ok2 := new(big.Rat).SetString(text)
	if ok1 && ok2 && shown.Cmp(said) == 0 {
		return f
	}
	return text
}
