package intake

import (
	"bytes"
	"encoding/json"

	"headwater/lake"
)

// What happens to a row that matches a record.
const (
	Update = "update" // the record takes the row's values
	Skip   = "skip"   // the record stays, the row counts as unchanged
	Reject = "reject"
)

// What happens when a reference or an option isn't found.
const (
	Create = "create" // references only: a minimal record is made
	Empty  = "empty"
	// Reject, as above, rejects the row.
)

// What an empty cell does to a matched record.
const (
	Keep  = "keep"
	Blank = "clear"
)

// Plan says how the columns of a file become fields of an entity.
type Plan struct {
	Entity  lake.EntityName `json:"entity"`
	Columns []Column        `json:"columns"`
	// Match is the field that tells whether a record is there already; "" inserts all
	// rows, "id" matches by key.
	Match   lake.FieldName `json:"match"`
	OnMatch string         `json:"on_match"` // update, skip or reject
	// Empties are words that stand for nothing, in any case of letters.
	Empties []string `json:"empties,omitempty"`
	// EmptyCells says what an empty cell does to a matched record: keep (default) or clear.
	EmptyCells string `json:"empty_cells,omitempty"`
	// ShortRows says what becomes of rows with fewer fields than the table: accept,
	// reject or, by default, accept those that have more than half of them.
	ShortRows string `json:"short_rows,omitempty"`
	// TitleFrom are fields that stand in for a missing title, best first; a reference
	// is followed by the next field that has a value.
	TitleFrom []lake.FieldName `json:"title_from,omitempty"`
	// TimeZone is where times without an offset were written, as in Asia/Shanghai; "" is UTC.
	TimeZone string `json:"time_zone,omitempty"`
	Notes    []Note `json:"notes,omitempty"`
}

// Column is what becomes of one column. Without a field it is left out.
type Column struct {
	Column string         `json:"column"`                // its heading
	Field  lake.FieldName `json:"field" nullable:"true"` // null or "": left out
	// Part makes this column one part of a person's name: given or family.
	Part string `json:"part,omitempty"`
	// NewField is a field that could be added for the column; it is chosen by putting
	// its name into Field.
	NewField   *lake.Field `json:"new_field,omitempty"`
	Confidence float64     `json:"confidence"` // 0 to 1
	// Values replaces texts before they are read: options, titles of references. A
	// value that becomes "" is empty.
	Values map[string]string `json:"values,omitempty"`
	// Suggestions are values that fit nothing, most frequent first, with what they
	// might mean. They act only when a person puts them into Values.
	Suggestions []Suggestion   `json:"suggestions,omitempty"`
	LinkBy      lake.FieldName `json:"link_by,omitempty"`  // references: id, or a field of the target
	Missing     string         `json:"missing,omitempty"`  // create, empty or reject (default)
	Currency    string         `json:"currency,omitempty"` // of amounts that don't name theirs
	// CurrencyColumn holds the currency of each row's amount.
	CurrencyColumn string  `json:"currency_column,omitempty"`
	DateForm       string  `json:"date_form,omitempty"`   // ymd, dmy, mdy, serial or unix
	NumberForm     string  `json:"number_form,omitempty"` // point (1,234.5) or comma (1.234,5)
	Unit           float64 `json:"unit,omitempty"`        // factor of numbers without a unit of their own, as in (万元)
}

// Suggestion is one value that fits nothing yet.
type Suggestion struct {
	Value string   `json:"value"`
	Count int      `json:"count"`
	To    string   `json:"to,omitempty"`    // what Values would hold
	Key   lake.Key `json:"id,omitempty"`    // of a reference
	Title string   `json:"title,omitempty"` // what a person sees
}

// Note is something a person should know about a plan; texts go by its code.
type Note struct {
	Code   string            `json:"code"` // title_unmapped, required_unmapped, date_form_guessed …
	Field  lake.FieldName    `json:"field,omitempty"`
	Column string            `json:"column,omitempty"`
	Params map[string]string `json:"params,omitempty"`
}

// MarshalJSON writes a column that is left out with field null.
func (c Column) MarshalJSON() ([]byte, error) {
	type plain Column
	var field *lake.FieldName
	if c.Field != "" {
		field = &c.Field
	}
	return json.Marshal(struct {
		plain
		Field *lake.FieldName `json:"field"`
	}{plain(c), field})
}

// ParsePlan reads a plan, or a part of one to lay over a suggestion, from JSON.
func ParsePlan(data []byte) (Plan, error) {
	var p Plan
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return p, lake.Fail(lake.ErrInvalid, "plan_unreadable", "The plan is no valid JSON plan: "+err.Error(), "detail", err.Error())
	}
	return p, nil
}

// With lays over onto p: its columns replace those of the same heading, and a field
// that it fills is no longer filled by another column; other settings replace p's
// where given.
func (p Plan) With(over Plan) Plan {
	columns := make([]Column, len(p.Columns))
	at := map[string]int{}
	for i, c := range p.Columns {
		columns[i], at[c.Column] = c, i
	}
	for _, c := range over.Columns {
		for i := range columns {
			if c.Field != "" && columns[i].Field == c.Field && columns[i].Part == c.Part {
				columns[i].Field = ""
			}
		}
		if i, ok := at[c.Column]; ok {
			columns[i] = c
		} else {
			columns = append(columns, c)
		}
	}
	p.Columns = columns
	replace(&p.Entity, over.Entity)
	replace(&p.Match, over.Match)
	replace(&p.OnMatch, over.OnMatch)
	replace(&p.EmptyCells, over.EmptyCells)
	replace(&p.ShortRows, over.ShortRows)
	replace(&p.TimeZone, over.TimeZone)
	if over.Empties != nil {
		p.Empties = over.Empties
	}
	if over.TitleFrom != nil {
		p.TitleFrom = over.TitleFrom
	}
	return p
}

func replace[T ~string](old *T, with T) {
	if with != "" {
		*old = with
	}
}
