package intake

import "headwater/lake"

// Synonyms is what the product knows of the words of other systems. Every part may be
// left out.
type Synonyms struct {
	// Fields are headings under which other systems keep a field, best match first.
	Fields map[lake.EntityName]map[lake.FieldName][]string
	// Options are other words for the options of enums.
	Options map[lake.EntityName]map[lake.FieldName]map[string][]string
	// TitleFrom names the fields that can stand in for a missing title, best first.
	TitleFrom map[lake.EntityName][]lake.FieldName
	// Names are the headings of files that keep a person's name in two columns.
	Names map[lake.EntityName]NameParts
	// JoinName puts such a name together; nil puts a space between.
	JoinName func(given, family string) string
	// Ambiguous are headings that belong to two fields.
	Ambiguous []Ambiguous
	// Currency is assumed for amounts where nothing says otherwise; "" is CNY.
	Currency string
}

// NameParts are the headings of the parts of a name.
type NameParts struct{ Given, Family []string }

// Ambiguous is a heading that belongs to Open, or to Closed when the column is filled
// only in rows whose Stage is one of ClosedOptions.
type Ambiguous struct {
	Entity        lake.EntityName
	Heading       string
	Open, Closed  lake.FieldName
	Stage         lake.FieldName
	ClosedOptions []string
}

func (s *Synonyms) joinName(given, family string) string {
	switch {
	case s.JoinName != nil:
		return s.JoinName(given, family)
	case given == "" || family == "":
		return given + family
	}
	return given + " " + family
}

func (s *Synonyms) currency() string {
	if s.Currency == "" {
		return "CNY"
	}
	return s.Currency
}
