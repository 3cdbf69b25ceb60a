package document

import (
	"regexp"
	"strings"

	"headwater/pack"
)

// Proposition is what is said to one segment, filled for one customer.
type Proposition struct {
	Headline string    `json:"headline"`
	Text     []Run     `json:"text"`
	Numbers  []Number  `json:"numbers,omitempty"` // with their sources
	Missing  []Missing `json:"missing"`
}

var place = regexp.MustCompile(`\{[a-z][a-z0-9_]*\}`)

// Propose fills the variables of a value proposition, given by their ids. A variable
// without a value is listed, and its place says so.
func Propose(p pack.ValueProposition, values map[string]Value, lang string) Proposition {
	if lang != "zh" {
		lang = "en"
	}
	out := Proposition{Headline: pick(lang, p.Headline)}
	shown := map[string]string{}
	for _, v := range p.Variables {
		name, given := pick(lang, v.Name), values[v.ID]
		text := tame(given.Text)
		if text == "" {
			out.Missing = append(out.Missing, Missing{Input: v.ID, Name: name, From: v.From})
			shown[v.ID] = content{missing: tame(name), lang: lang}.shown("")
			continue
		}
		one := format(lang, v.Format, text)
		if v.Format == "number" {
			one = number(text)
		}
		shown[v.ID] = string(valueOpens) + one + string(valueCloses)
		if v.Format == "number" || v.Format == "percent" || v.Format == "money" {
			n := Number{Name: name, Shown: one, Source: tame(given.Source)}
			if n.Source == "" {
				n.Source = notStated(lang)
			}
			out.Numbers = append(out.Numbers, n)
		}
	}
	text := place.ReplaceAllStringFunc(pick(lang, p.Text), func(s string) string {
		if one, ok := shown[strings.Trim(s, "{}")]; ok {
			return one
		}
		return s
	})
	out.Text = runs(text)
	return out
}
