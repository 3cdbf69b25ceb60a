package duckdb

import (
	"cmp"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"headwater/lake"
	"headwater/lake/collate"
)

// The database tells what is wrong with a text in its own English. Pages speak to people
// in their language, so the usual kinds are recognised by their form and given a reason
// with the names in it; the database's words stay beside it as message.

// wrong is a form of message: its groups become the params.
type wrong struct {
	form   *regexp.Regexp
	reason string
	params []string
}

// wrongs are compiled when somebody makes the first mistake.
var wrongs = sync.OnceValue(func() []wrong {
	return []wrong{
		{form(`^syntax error at end of input`), "end", nil},
		{form(`^syntax error at or near "(.*)"$`), "syntax", []string{"near"}},
		{form(`^unterminated (?:quoted|dollar-quoted) `), "quote", nil},
		{form(`^Referenced column "(.*?)" (?:not found in FROM clause|was not found)`), "column", []string{"column"}},
		{form(`^(?:Values list|Table) ".*?" does not have a column named "(.*?)"`), "column", []string{"column"}},
		{form(`^Column "(.*?)" (?:does not exist on|in \w+ list not found)`), "column", []string{"column"}},
		{form(`^Referenced table "(.*?)" not found`), "alias", []string{"table"}},
		{form(`^Ambiguous reference to column name "(.*?)"`), "ambiguous", []string{"column"}},
		{form(`^Ambiguous reference to table "(.*?)"`), "twice", []string{"table"}},
		{form(`^(?:Scalar|Table|Aggregate|Macro|Table Macro) Function with name "?(.*?)"? does not exist`), "function", []string{"function"}},
		{form(`^No function matches the given name and argument types '(.*?)'\.`), "arguments", []string{"call"}},
		{form(`^Could not choose a best candidate function for the function call "(.*?)"\.`), "arguments", []string{"call"}},
		{form(`^Cannot compare values of type (.*?) and (?:values of )?type (.*?) - `), "compare", []string{"left", "right"}},
		{form(`^Cannot combine types of (.*?) and (.*?) - `), "compare", []string{"left", "right"}},
		{form(`^Could not convert string '(.*)' to (.*?)(?: when casting from source column .*)?$`), "convert", []string{"value", "type"}},
		{form(`^(?:date|time|timestamp) field value out of range: "(.*?)"`), "date", []string{"value"}},
		{form(`^invalid (?:date|time|timestamp) field format: "(.*?)"`), "date", []string{"value"}},
		{form(`^Could not parse string "(.*)" according to format specifier`), "date", []string{"value"}},
		{form(`^Type .* with value (.*) can't be cast because the value is out of range for the destination type (.*?)$`), "range", []string{"value", "type"}},
		{form(`^Could not cast value (.*) to (.*?)$`), "range", []string{"value", "type"}},
		{form(`^Overflow in `), "overflow", nil},
		{form(`^(?i:column) "?(.*?)"? must appear in the GROUP BY clause`), "group", []string{"column"}},
		{form(`^WHERE clause cannot contain aggregates`), "aggregate", nil},
		{form(`^aggregate function calls cannot be nested`), "nested", nil},
		{form(`^Set operations can only apply`), "union", nil},
		{form(`^ORDER term out of range - should be between 1 and (\d+)`), "order", []string{"count"}},
		{form(`^More than one row returned by a subquery`), "rows", nil},
		{form(`^Subquery returns \d+ columns - expected 1`), "columns", nil},
		{form(`^LIMIT/OFFSET cannot be negative`), "limit", nil},
		{form(`^Malformed JSON`), "json", nil},
		{form(`^cannot take (?:square root|logarithm) of`), "math", nil},
		{form(`^Parameters can't be used here`), "parameter", nil},
		{form(`^A number in the text is too large`), "number", nil},
		{form(`^AT (?:takes|can)`), "at", nil},
		{form(`^nearest takes`), "nearest", nil},
	}
})

func form(s string) *regexp.Regexp { return regexp.MustCompile(`(?s)` + s) }

// typeWords are the names in messages of types that people know by another name.
var typeWords = strings.NewReplacer("INTEGER_LITERAL", "INTEGER", "STRING_LITERAL", "VARCHAR", "UINT128", "UHUGEINT", "INT128", "HUGEINT",
	"UINT64", "UBIGINT", "INT64", "BIGINT", "UINT32", "UINTEGER", "INT32", "INTEGER", "UINT16", "USMALLINT", "INT16", "SMALLINT", "UINT8", "UTINYINT", "INT8", "TINYINT")

// longestShown is how many characters of a value a sentence shows.
const longestShown = 80

// worded gives an error of a person's text its reason, its place in the text, and names
// that may have been meant. Other errors stay as they are.
func worded(v lake.View, text string, err error) error {
	var known *lake.Error
	if err == nil || !errors.As(err, &known) || known.Code != "sql_invalid" && known.Code != "sql_table_unknown" {
		return err
	}
	out := &lake.Error{Family: known.Family, Code: known.Code, Detail: known.Detail, Params: maps.Clone(known.Params)}
	name := out.Params["table"]
	switch {
	case out.Code == "sql_table_unknown":
		suggest(out, name, entityNames(v.Schema))
	default:
		recognise(out)
		if name = out.Params["column"]; out.Params["reason"] == "column" {
			suggest(out, name, columnsNamed(v.Schema, text))
			if strings.Contains(text, `"`+name+`"`) && out.Params["reason"] == "column" {
				out.Params["reason"] = "quoted" // 'text' was meant
			}
		}
	}
	locate(out, text, cmp.Or(name, out.Params["table"], out.Params["function"]))
	if near := cmp.Or(out.Params["near"], name); strings.ContainsAny(near, "，；（）“”‘’＝＞＜　") {
		out.Params["reason"], out.Params["near"] = "wide", near
	}
	return out
}

// recognise finds the form of a message.
func recognise(e *lake.Error) {
	for _, w := range wrongs() {
		found := w.form.FindStringSubmatch(e.Params["message"])
		if found == nil {
			continue
		}
		e.Params["reason"] = w.reason
		for i, name := range w.params {
			e.Params[name] = shortened(typeWords.Replace(found[i+1]))
		}
		return
	}
}

func shortened(s string) string {
	if r := []rune(s); len(r) > longestShown {
		return string(r[:longestShown]) + "…"
	}
	return s
}

// locate turns the place of a mistake, or else the first place of a name, into line and
// column, both from 1, in characters.
func locate(e *lake.Error, text, name string) {
	at, err := strconv.Atoi(e.Params["position"])
	if err != nil {
		if at = placeOf(text, name); at < 0 {
			return
		}
		e.Params["position"] = strconv.Itoa(at)
	}
	all := []rune(text) // the database counts characters
	before := string(all[:min(max(at, 0), len(all))])
	e.Params["line"] = strconv.Itoa(1 + strings.Count(before, "\n"))
	e.Params["at"] = strconv.Itoa(1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]))
}

// placeOf finds a name as a whole word, in characters; -1: it isn't there.
func placeOf(text, name string) int {
	if name == "" {
		return -1
	}
	found := regexp.MustCompile(`(?i)(^|[^\pL\pN_])` + regexp.QuoteMeta(name) + `($|[^\pL\pN_])`).FindStringSubmatchIndex(text)
	if found == nil {
		return -1
	}
	return utf8.RuneCountInString(text[:found[3]])
}

func entityNames(s *lake.Schema) (out []string) {
	for _, e := range s.Entities() {
		if !e.Internal {
			out = append(out, string(e.Name))
		}
	}
	return out
}

var words = regexp.MustCompile(`[\pL_][\pL\pN_]*`)

// columnsNamed are the columns of the entities that a text names.
func columnsNamed(s *lake.Schema, text string) (out []string) {
	for _, w := range words.FindAllString(strings.ToLower(text), -1) {
		e, err := s.Entity(lake.EntityName(w))
		if err != nil || e.Internal {
			continue
		}
		out = append(out, "id", "created_at", "updated_at")
		for i := range e.Fields {
			for _, c := range fieldColumns(&lake.Entity{Fields: e.Fields[i : i+1]}) {
				out = append(out, strings.Trim(c, `"`))
			}
		}
	}
	return out
}

// suggest names up to three that are spelt alike.
func suggest(e *lake.Error, name string, among []string) {
	type near struct {
		name string
		far  int
	}
	var found []near
	low := strings.ToLower(name)
	most := max(1, utf8.RuneCountInString(low)/3)
	slices.Sort(among)
	for _, n := range slices.Compact(among) {
		d := collate.Distance(low, strings.ToLower(n), most)
		if part := len(low) >= 3 && (strings.HasPrefix(n, low) || strings.HasPrefix(low, n) && len(n) >= 3 || strings.HasSuffix(n, "_"+low)); part && d > 1 {
			d = 1
		}
		if d <= most {
			found = append(found, near{n, d})
		}
	}
	if len(found) == 0 || low == "" {
		return
	}
	slices.SortStableFunc(found, func(a, b near) int { return cmp.Compare(a.far, b.far) })
	var names []string
	for _, f := range found[:min(3, len(found))] {
		names = append(names, f.name)
	}
	e.Params["reason"], e.Params["candidates"] = "near", strings.Join(names, ", ")
	e.Detail += " Perhaps: " + e.Params["candidates"] + "."
}
