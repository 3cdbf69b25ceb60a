package sales

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"headwater/lake"
)

func TestDeclarationsAreComplete(t *testing.T) {
	schema := lake.NewSchema(Entities())
	sections := Sections()
	for _, e := range schema.Entities() {
		t.Run(string(e.Name), func(t *testing.T) {
			checkLabel(t, "label", e.Label)
			checkLabel(t, "plural", e.Plural)
			title, ok := e.Field(e.Title)
			if !ok || title.Kind != lake.Text || !title.Required {
				t.Errorf("title %q isn't a required text", e.Title)
			}
			for _, ref := range []lake.FieldName{e.Owner, e.Inherits} {
				if f, ok := e.Field(ref); ref != "" && (!ok || f.Kind != lake.Reference) {
					t.Errorf("%s is no reference", ref)
				}
			}
			seen := map[lake.FieldName]bool{}
			for i := range e.Fields {
				f := &e.Fields[i]
				if err := lake.CheckFieldName(f.Name); err != nil || seen[f.Name] {
					t.Errorf("field name %q: %v, twice: %v", f.Name, err, seen[f.Name])
				}
				seen[f.Name] = true
				checkField(t, schema, f)
				if sections[f.Section].ZH == "" {
					t.Errorf("%s: section %q has no label", f.Name, f.Section)
				}
			}
			for _, n := range TitleFrom(e.Name) {
				if !seen[n] {
					t.Errorf("TitleFrom names no field: %s", n)
				}
			}
			if !e.Directory && !seen["external_id"] {
				t.Error("no external_id")
			}
		})
	}
}

func checkField(t *testing.T, schema *lake.Schema, f *lake.Field) {
	t.Helper()
	checkLabel(t, string(f.Name), f.Label)
	if !slices.Contains(lake.Kinds, f.Kind) {
		t.Errorf("%s: kind %q", f.Name, f.Kind)
	}
	if f.Kind == lake.Reference {
		if _, err := schema.Entity(f.Target); err != nil || f.OnDelete == "" {
			t.Errorf("%s: target %q, on delete %q", f.Name, f.Target, f.OnDelete)
		}
	}
	if (f.Kind == lake.Enum) != (len(f.Options) > 0) {
		t.Errorf("%s: %d options for a field of kind %s", f.Name, len(f.Options), f.Kind)
	}
	for _, o := range f.Options {
		checkLabel(t, string(f.Name)+" "+o.Name, o.Label)
		if lake.CheckFieldName(lake.FieldName(o.Name)) != nil || o.Color == "" {
			t.Errorf("%s: option %+v", f.Name, o)
		}
	}
	if got, err := f.Canonical(string(f.Default)); err != nil || got != f.Default {
		t.Errorf("%s: default %q becomes %q, %v", f.Name, f.Default, got, err)
	}
}

func checkLabel(t *testing.T, what string, l lake.Label) {
	t.Helper()
	if strings.TrimSpace(l.ZH) == "" || strings.TrimSpace(l.EN) == "" || l.ZH == l.EN {
		t.Errorf("%s: label %+v", what, l)
	}
}

// folded is how loosely imports compare headings and words.
func folded(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("<%", r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

func TestHeadingsBelongToOneField(t *testing.T) {
	ambiguous := map[string]bool{}
	for _, a := range AmbiguousHeadings() {
		ambiguous[string(a.Entity)+folded(a.Heading)] = true
	}
	synonyms := Synonyms()
	for _, e := range Entities() {
		own := map[string]lake.FieldName{} // names and labels
		for _, f := range e.Fields {
			for _, w := range []string{string(f.Name), f.Label.ZH, f.Label.EN} {
				own[folded(w)] = f.Name
			}
		}
		holder := map[string]lake.FieldName{}
		for _, f := range e.Fields {
			for _, w := range synonyms[e.Name][f.Name] {
				k := folded(w)
				if other, taken := holder[k]; taken && other != f.Name && !ambiguous[string(e.Name)+k] {
					t.Errorf("%s: %q is a heading of %s and of %s", e.Name, w, other, f.Name)
				}
				if other, taken := own[k]; taken && other != f.Name {
					t.Errorf("%s: %q is a heading of %s and the name or label of %s", e.Name, w, f.Name, other)
				}
				holder[k] = f.Name
			}
		}
	}
}

func TestWordsBelongToOneOption(t *testing.T) {
	for entity, fields := range OptionSynonyms() {
		for field, options := range fields {
			holder := map[string]string{}
			for option, list := range options {
				for _, w := range list {
					if other, taken := holder[folded(w)]; taken && other != option {
						t.Errorf("%s.%s: %q means %s and %s", entity, field, w, other, option)
					}
					holder[folded(w)] = option
				}
			}
			for _, e := range Entities() {
				f, ok := e.Field(field)
				if e.Name != entity || !ok {
					continue
				}
				for _, o := range f.Options {
					for _, w := range []string{o.Name, o.Label.ZH, o.Label.EN} {
						if other, taken := holder[folded(w)]; taken && other != o.Name {
							t.Errorf("%s.%s: %q is option %s but listed under %s", entity, field, w, o.Name, other)
						}
					}
				}
			}
		}
	}
}

// Headings of exports that people really have, and where they must go.
func TestKnownHeadings(t *testing.T) {
	for _, c := range []struct {
		entity  lake.EntityName
		heading string
		field   lake.FieldName
	}{
		{"accounts", "account", "name"}, {"accounts", "sector", "industry"}, {"accounts", "year_established", "founded_year"},
		{"accounts", "revenue", "annual_revenue"}, {"accounts", "office_location", "country"}, {"accounts", "subsidiary_of", "parent"},
		{"accounts", "公司名称", "name"}, {"accounts", "Billing State/Province", "province"}, {"accounts", "Company Domain Name", "domain"},
		{"products", "product", "name"}, {"products", "series", "series"}, {"products", "sales_price", "price"}, {"products", "ItemNo", "code"},
		{"products", "IsActive", "active"}, {"users", "sales_agent", "name"}, {"users", "regional_office", "team"},
		{"deals", "opportunity_id", "external_id"}, {"deals", "sales_agent", "owner"}, {"deals", "deal_stage", "stage"},
		{"deals", "engage_date", "opened_on"}, {"deals", "close_value", "close_value"}, {"deals", "OpportunityStage", "stage"},
		{"deals", "EstimatedValue", "amount"}, {"deals", "预计成交金额", "amount"}, {"deals", "Deal - Title", "name"}, {"deals", "赢率", "probability"},
		{"leads", "Prospect ID", "external_id"}, {"leads", "LeadSource", "source"}, {"leads", "CreatedDate", "created_on"}, {"leads", "ContactID", "converted_contact"},
		{"contacts", "FullName", "name"}, {"contacts", "ContactID", "external_id"}, {"contacts", "职位", "title"}, {"contacts", "Associated Company", "account"},
		{"activities", "ActivityType", "kind"}, {"activities", "DueDate", "due_on"}, {"activities", "Completed", "done"}, {"activities", "LeadID", "lead"},
	} {
		found := lake.FieldName("")
		for field, list := range Synonyms()[c.entity] {
			if folded(string(field)) == folded(c.heading) || slices.ContainsFunc(list, func(w string) bool { return folded(w) == folded(c.heading) }) {
				found = field
			}
		}
		if found != c.field {
			t.Errorf("%s: %q goes to %q, not %q", c.entity, c.heading, found, c.field)
		}
	}
}

func TestJoinName(t *testing.T) {
	for _, c := range [][3]string{{"晓明", "王", "王晓明"}, {"Ada", "Lovelace", "Ada Lovelace"}, {"", "Chen ", "Chen"}, {"", "", ""}} {
		if got := JoinName(c[0], c[1]); got != c[2] {
			t.Errorf("JoinName(%q, %q) = %q", c[0], c[1], got)
		}
	}
}
