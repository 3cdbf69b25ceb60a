package catalog

import (
	"slices"
	"strings"

	"headwater/lake"
)

// Draft is what an entity over a table would be.
type Draft struct {
	Name      lake.EntityName  `json:"name"`
	Label     lake.Label       `json:"label"`
	Title     lake.FieldName   `json:"title"`
	Key       []lake.FieldName `json:"key"`
	Open      bool             `json:"open"`
	Fields    []DraftField     `json:"fields"`
	KeyUnique *bool            `json:"key_unique" doc:"null: not checked yet"`
}

// DraftField is a field of a draft.
type DraftField struct {
	Name   lake.FieldName  `json:"name"`
	Column string          `json:"column"`
	Type   string          `json:"type"`
	Kind   lake.Kind       `json:"kind"`
	Label  lake.Label      `json:"label"`
	Target lake.EntityName `json:"target,omitempty"`
}

// propose drafts an entity over a table. names are those in use; the draft's own is
// added to them.
func propose(source string, t *lake.SourceTable, names taken) *Draft {
	d := &Draft{Name: names.entityName(source, t.Name), Label: spokenLabel(t.Label, tableWord(t.Name)), Key: []lake.FieldName{}}
	fields := taken{}
	byColumn := map[string]lake.FieldName{}
	for _, c := range t.Columns {
		f := DraftField{Name: fields.fieldName(c.Name), Column: c.Name, Type: c.Type, Kind: c.Kind, Label: spokenLabel(c.Label, c.Name)}
		byColumn[c.Name] = f.Name
		d.Fields = append(d.Fields, f)
	}
	yes := true
	for _, c := range t.Key {
		if n, ok := byColumn[c]; ok {
			d.Key = append(d.Key, n)
		}
	}
	switch {
	case len(t.Key) > 0 && len(d.Key) == len(t.Key):
		d.KeyUnique = &yes // the source sees to it
	default:
		d.Key = guessKey(d)
	}
	d.Title = guessTitle(d)
	return d
}

// keyKinds are the kinds that a key's fields may have: their values are equal exactly
// when their cells are.
var keyKinds = []lake.Kind{lake.Text, lake.Integer, lake.Decimal, lake.Date, lake.Timestamp, lake.Reference, lake.Email, lake.Phone, lake.URL, lake.Enum, lake.Boolean}

func guessKey(d *Draft) []lake.FieldName {
	singular := strings.TrimSuffix(string(d.Name), "s")
	rank := func(f *DraftField) int {
		n := strings.ToLower(f.Column)
		switch {
		case !slices.Contains([]lake.Kind{lake.Text, lake.Integer}, f.Kind):
			return 0
		case n == "id" || n == "uuid" || n == "编号":
			return 5
		case n == singular+"_id" || n == string(d.Name)+"_id" || n == singular+"id":
			return 4
		case n == "key" || n == "code" || n == "no" || n == singular+"_key" || n == singular+"_code" || n == singular+"_no":
			return 3
		case f == &d.Fields[0] && (strings.HasSuffix(n, "id") || strings.HasSuffix(n, "key") || strings.HasSuffix(n, "编号")):
			return 2
		}
		return 0
	}
	best, found := 0, []lake.FieldName{}
	for i := range d.Fields {
		if r := rank(&d.Fields[i]); r > best {
			best, found = r, []lake.FieldName{d.Fields[i].Name}
		}
	}
	return found
}

var titleWords = []string{"name", "title", "label", "名称", "姓名", "标题", "subject"}

func guessTitle(d *Draft) lake.FieldName {
	text := func(f *DraftField) bool { return f.Kind == lake.Text && !slices.Contains(d.Key, f.Name) }
	for _, exact := range []bool{true, false} {
		for _, w := range titleWords {
			for i := range d.Fields {
				f := &d.Fields[i]
				n := strings.ToLower(f.Column)
				if text(f) && (n == w || !exact && (strings.HasSuffix(n, w) || strings.HasPrefix(n, w))) {
					return f.Name
				}
			}
		}
	}
	for i := range d.Fields {
		if text(&d.Fields[i]) {
			return d.Fields[i].Name
		}
	}
	if len(d.Key) > 0 {
		return d.Key[0]
	}
	if len(d.Fields) > 0 {
		return d.Fields[0].Name
	}
	return ""
}

func (d *Draft) field(n lake.FieldName) *DraftField {
	for i := range d.Fields {
		if d.Fields[i].Name == n {
			return &d.Fields[i]
		}
	}
	return nil
}

func (d *Draft) byColumn(column string) *DraftField {
	for i := range d.Fields {
		if d.Fields[i].Column == column {
			return &d.Fields[i]
		}
	}
	return nil
}

// entity is a draft as the lake declares it.
func (d *Draft) entity(source, table string) lake.Entity {
	e := lake.Entity{Name: d.Name, Label: d.Label, Plural: d.Label, Title: d.Title, Custom: true,
		Home: lake.Home{Kind: lake.Foreign, Source: source, Table: table, Key: d.Key, Open: d.Open}}
	for i, f := range d.Fields {
		e.Fields = append(e.Fields, lake.Field{Name: f.Name, Kind: f.Kind, Label: f.Label, Target: f.Target, Column: f.Column, Type: f.Type,
			Custom: true, Position: i})
	}
	return e
}
