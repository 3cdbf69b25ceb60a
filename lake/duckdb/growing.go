package duckdb

import (
	"encoding/json"
	"maps"
	"regexp"
	"strconv"
	"strings"

	"headwater/lake"
)

// A few functions make values of any size out of small ones. The database fills up to
// 4 GB before it refuses one, without looking whether the question was given up. So
// their count is bounded: at once where it is written as a number, else by a test that
// runs before the function does.

// longestValue is what one call may make, in bytes or elements.
const longestValue = 16 << 20

// growing are those functions, with the place of the argument that says how large.
var growing = map[string]int{"repeat": 1, "lpad": 1, "rpad": 1, "bitstring": 1, "list_resize": 1, "array_resize": 1}

// tooLongMark begins the database's error of the test; the function's name follows.
const tooLongMark = "the value would be too long: "

// bound puts the test around the count of a call.
func (s *sandbox) bound(x map[string]any) error {
	name := strings.ToLower(str(x["function_name"]))
	args := list(x["children"])
	switch name {
	case "range", "generate_series":
		return boundRange(name, args)
	case "format", "printf":
		if len(args) > 0 {
			if text, ok := textConstant(args[0]); ok && wideField.MatchString(text) {
				return tooLong(name)
			}
		}
		return nil
	}
	at, ok := growing[name]
	if !ok || len(args) <= at {
		return nil
	}
	if n, ok := whole(args[at]); ok {
		if n > longestValue {
			return tooLong(name)
		}
		if text, ok := textConstant(args[0]); name != "repeat" || n <= 64 || ok && n*int64(len(text)) <= longestValue {
			return nil
		}
	}
	if s.parse == nil {
		return nil
	}
	if s.depth(args[0]) > 3 { // each level doubles the text
		return tooLong(name)
	}
	test, err := s.parse("SELECT CASE WHEN " + madeBy(name) + " > " + strconv.Itoa(longestValue) + " THEN error('" + tooLongMark + name + "') ELSE _n END")
	if err != nil {
		return err
	}
	selected := list(object(object(list(test["statements"])[0])["node"])["select_list"])
	args[at] = replaced(selected[0], map[string]any{"_n": args[at], "_s": args[0]})
	return nil
}

func madeBy(name string) string {
	if name == "repeat" {
		return "CAST(_n AS HUGEINT) * strlen(CAST(_s AS VARCHAR))"
	}
	return "CAST(_n AS HUGEINT)"
}

// wideField is a width or precision of eight digits or more.
var wideField = regexp.MustCompile(`[%{][^}]*\d{8,}`)

// boundRange refuses lists of too many numbers; as a table, range is read bit by bit.
func boundRange(name string, args []any) error {
	var n []int64
	for _, a := range args {
		i, ok := whole(a)
		if !ok {
			return nil
		}
		n = append(n, i)
	}
	var count int64
	switch {
	case len(n) == 1:
		count = n[0]
	case len(n) == 2 || len(n) == 3 && n[2] == 1:
		count = n[1] - n[0]
	case len(n) == 3 && n[2] > 1:
		count = (n[1] - n[0]) / n[2]
	}
	if count > longestValue {
		return tooLong(name)
	}
	return nil
}

// depth is how many growing calls stand inside of each other.
func (s *sandbox) depth(x any) (most int) {
	switch x := x.(type) {
	case []any:
		for _, y := range x {
			most = max(most, s.depth(y))
		}
	case map[string]any:
		for _, y := range x {
			most = max(most, s.depth(y))
		}
		if strings.EqualFold(str(x["function_name"]), "error") {
			most++ // of a test that was put in
		}
	}
	return most
}

// replaced is a tree with expressions in the place of columns.
func replaced(x any, with map[string]any) any {
	switch x := x.(type) {
	case []any:
		out := make([]any, len(x))
		for i, y := range x {
			out[i] = replaced(y, with)
		}
		return out
	case map[string]any:
		if names := list(x["column_names"]); str(x["class"]) == "COLUMN_REF" && len(names) == 1 {
			if y, ok := with[str(names[0])]; ok {
				return y
			}
		}
		out := maps.Clone(x)
		for k, y := range x {
			out[k] = replaced(y, with)
		}
		if _, ok := out["query_location"]; ok {
			out["query_location"] = json.Number("18446744073709551615") // it stands nowhere in the person's text
		}
		return out
	}
	return x
}

func tooLong(function string) error {
	return lake.Fail(lake.ErrLimit, "sql_value_long", "The function "+function+" would make a value of more than 16 MB.", "function", function, "limit", longestValue>>20)
}

// growingError recognises the test's error.
func growingError(message string) error {
	_, function, ok := strings.Cut(message, tooLongMark)
	if _, known := growing[function]; !ok || !known {
		return nil
	}
	return tooLong(function)
}
