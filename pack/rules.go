package pack

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"headwater/sales"
)

// The rules that a text's tag "is" can name. Each has a pattern where the JSON Schema
// can test it, too.
const (
	patternID      = `^[A-Za-z][A-Za-z0-9]*([._-][A-Za-z0-9]+)*$`
	patternName    = `^[a-z][a-z0-9_]*$`
	patternVersion = `^[0-9]+\.[0-9]+\.[0-9]+$`
	patternMoney   = `^[A-Z]{3}$`
	patternPath    = `^(input|(account|deal|contact|owner|value|quote)\.[a-z][a-z0-9_]*|benchmark\.[A-Za-z][A-Za-z0-9._-]*)$`

	pathHelp = "account., deal., contact., owner., quote. or value. and a field, benchmark. and an id, or input"
)

var compiled = func() func(string) *regexp.Regexp {
	var m sync.Map
	return func(p string) *regexp.Regexp {
		if r, ok := m.Load(p); ok {
			return r.(*regexp.Regexp)
		}
		r := regexp.MustCompile(p)
		m.Store(p, r)
		return r
	}
}()

// pathEntities are the entities that the first word of a path stands for.
var pathEntities = map[string]string{"account": "accounts", "deal": "deals", "contact": "contacts", "owner": "users", "quote": "quotes"}

func isPath(s string) bool { return compiled(patternPath).MatchString(s) }

// pattern is the regular expression of a rule, "" when it has none.
func pattern(name, rest string) string {
	switch name {
	case "id":
		return patternID
	case "name", "column":
		return patternName
	case "version":
		return patternVersion
	case "currency":
		return patternMoney
	case "path":
		return patternPath
	case "pattern":
		return "^(" + rest + ")$"
	}
	return ""
}

// choices are the texts that a rule allows, nil when it isn't a choice.
func choices(name, rest string) []string {
	switch name {
	case "enum":
		return strings.Split(rest, "|")
	case "industry":
		return options("accounts", "industry")
	case "deal_stage":
		return options("deals", "stage")
	case "contact_role":
		return options("contacts", "role")
	case "activity":
		return options("activities", "kind")
	case "entity":
		return entityNames()
	}
	return nil
}

// options are the options of an enum that sales declares.
func options(entity, field string) []string { return declaredOptions()[entity+"."+field] }

var declaredOptions = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for _, e := range sales.Entities() {
		for _, f := range e.Fields {
			for _, o := range f.Options {
				key := string(e.Name) + "." + string(f.Name)
				out[key] = append(out[key], o.Name)
			}
		}
	}
	return out
})

// breaks says what is expected when s breaks a rule, and why it can't be read; no code
// when it doesn't.
func breaks(name, rest, s string) (Said, error) {
	if list := choices(name, rest); list != nil && !slices.Contains(list, s) {
		return oneOf(list), nil
	}
	if p := pattern(name, rest); p != "" && !compiled(p).MatchString(s) {
		if name == "pattern" {
			return say(name, rest), nil
		}
		return say(name), nil
	}
	switch name {
	case "regex":
		if _, err := regexp.Compile("(?i)" + s); err != nil {
			return say("regex"), err
		}
	case "url":
		if u, err := url.Parse(s); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			return say("url"), nil
		}
	}
	return Said{}, nil
}

// checkCondition finds what is wrong in a filter without knowing the entity: brackets,
// quotation marks, and words that join nothing. Options.Condition knows the rest.
func checkCondition(text string) error {
	depth, quote := 0, rune(0)
	escaped := false
	for _, r := range text {
		switch {
		case escaped:
			escaped = false
		case quote != 0:
			escaped = r == '\\'
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'':
			quote = r
		case r == '(':
			depth++
		case r == ')':
			if depth--; depth < 0 {
				return said(say("bracket_unopened"))
			}
		}
	}
	words := strings.Fields(text)
	switch {
	case quote != 0:
		return said(say("quote_open"))
	case depth > 0:
		return said(say("bracket_open"))
	case slices.Contains([]string{"AND", "OR"}, words[0]), slices.Contains([]string{"AND", "OR", "NOT"}, words[len(words)-1]):
		return said(say("joins_nothing"))
	}
	return nil
}

func exampleCondition(entity string) string {
	if e := map[string]string{"accounts": "employees >= 1000", "deals": "stage = poc", "needs": "status = confirmed AND kind = hidden"}[entity]; e != "" {
		return e
	}
	return "name:*"
}
