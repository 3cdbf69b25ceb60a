package sales

import (
	"strings"
	"unicode"

	"headwater/lake"
)

// Parts are headings of files that keep a person's name in two columns.
type Parts struct{ Given, Family []string }

// NameParts says which entities have a person's name as their title, and under which
// headings its parts come.
func NameParts() map[lake.EntityName]Parts {
	p := Parts{
		Given:  words("First Name|FirstName|Given Name|Forename|First|Contact First Name|Person - First name|Name (First)|名|名字|名（First Name）"),
		Family: words("Last Name|LastName|Surname|Family Name|Last|Contact Last Name|Person - Last name|Name (Last)|姓|姓氏|姓（Last Name）"),
	}
	return map[lake.EntityName]Parts{"contacts": p, "leads": p, lake.Users: p}
}

// JoinName puts a person's name together: Chinese names begin with the family name and
// have no space.
func JoinName(given, family string) string {
	given, family = strings.TrimSpace(given), strings.TrimSpace(family)
	han := func(s string) bool {
		return strings.IndexFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0
	}
	if han(given) || han(family) {
		return family + given
	}
	return strings.TrimSpace(given + " " + family)
}

// Ambiguous are headings that belong to two fields, and the field to prefer when the
// column is filled only in rows whose Stage is closed (won or lost). Most systems call
// both the expected and the actual day of closing "Close Date".
type Ambiguous struct {
	Entity        lake.EntityName
	Heading       string
	Open, Closed  lake.FieldName
	Stage         lake.FieldName
	ClosedOptions []string
}

// AmbiguousHeadings lists them.
func AmbiguousHeadings() []Ambiguous {
	return []Ambiguous{{Entity: "deals", Heading: "Close Date", Open: "expected_close", Closed: "closed_on",
		Stage: "stage", ClosedOptions: []string{"won", "lost"}}}
}
