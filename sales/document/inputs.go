package document

import (
	"strings"

	"headwater/pack"
)

// Inputs are what the records hold for the inputs of a template, by their ids.
type Inputs struct {
	Values map[string]Value // inputs of every kind but list
	Lists  map[string][]Row
}

// Value is one input. Text is as the lake keeps it: decimals, "1200.5 CNY", 2026-11-22;
// of choices the label in the reader's language. Source says where it comes from, in the
// reader's language.
type Value struct {
	Text   string `json:"text"`
	Source string `json:"source,omitempty"`
}

// Row is a row of a list: column → text, as in Value.
type Row map[string]string

// Missing is an input that has no value.
type Missing struct {
	Input string `json:"input"`
	Name  string `json:"name"`
	How   string `json:"how"`            // how to get it
	From  string `json:"from,omitempty"` // the path that holds it: deal.amount, value.npv, input …
	List  bool   `json:"list,omitempty"` // rows are missing
}

// Marks in the text between the template and the reader of markup. They are private
// characters, taken out of whatever comes from the records.
const (
	rowOpens     = '\uE001'
	rowCloses    = '\uE002'
	missingOpens = '\uE003'
	missingEnds  = '\uE004'
	softBreak    = '\uE005'
	valueOpens   = '\uE006'
	valueCloses  = '\uE007'
	bar          = '\uE008' // a "|" of a value
	figureOpens  = '\uE009' // the input that a figure is of begins
	figureEnds   = '\uE00A'
	boldTurns    = '\uE00B' // bold begins or ends
)

// tame takes out of a text what could be read as ours, and keeps its line ends as soft
// breaks.
func tame(s string) string {
	s = cleaned(strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")))
	return strings.Map(func(r rune) rune {
		switch r {
		case '\n':
			return softBreak
		case '|':
			return bar
		}
		return r
	}, s)
}

// value is one value within a template. It is a slice so that it counts as true exactly
// when there is something to show, and prints itself.
type value []content

type content struct {
	text    string // tamed
	kind    string // of pack.Input; "" for a column
	source  string
	missing string // the name of the missing input
	input   string // of a figure: the id of its input
	lang    string
}

func (v value) String() string {
	if len(v) == 0 {
		return "—"
	}
	return v[0].shown(v[0].kind)
}

// shown is the text as its kind is written; marked, so that it isn't read as markup.
func (c content) shown(kind string) string {
	if c.missing != "" {
		return string(missingOpens) + missingText(c.lang, c.missing) + string(missingEnds)
	}
	figure := ""
	if c.input != "" {
		figure = string(figureOpens) + c.input + string(figureEnds)
	}
	return string(valueOpens) + figure + format(c.lang, kind, c.text) + string(valueCloses)
}

func missingText(lang, name string) string {
	if lang == "zh" {
		return "〔" + name + "：待补充〕"
	}
	return "[" + name + ": missing]"
}

// pick is the text in the reader's language.
func pick(lang string, t pack.Text) string {
	if lang == "zh" {
		return t.ZH
	}
	return t.EN
}

// typed is how to get what no record holds.
var typed = pack.Text{ZH: "生成文档时填写，或直接在文中补上", EN: "Type it when the document is made, or put it into the text"}

// fill gives the data of a template, and what is missing in the order of its inputs.
func fill(t pack.Template, in Inputs, lang string) (data map[string]any, missing []Missing) {
	data = map[string]any{}
	for _, i := range t.Inputs {
		name := pick(lang, i.Name)
		lacks := func() {
			m := Missing{Input: i.ID, Name: name, From: i.From, List: i.Kind == "list"}
			if i.Missing != nil {
				m.How = pick(lang, *i.Missing)
			} else if i.From == "input" {
				m.How = pick(lang, typed)
			}
			missing = append(missing, m)
		}
		if i.Kind == "list" {
			rows := make([]map[string]value, 0, len(in.Lists[i.ID]))
			for _, r := range in.Lists[i.ID] {
				rows = append(rows, row(i, r, lang))
			}
			if len(rows) == 0 && !i.Optional {
				lacks()
			}
			data[i.ID] = rows
			continue
		}
		v := in.Values[i.ID]
		text := tame(v.Text)
		switch {
		case text != "":
			c := content{text: text, kind: i.Kind, source: tame(v.Source), lang: lang}
			if numeric(i.Kind) {
				c.input = i.ID
			}
			data[i.ID] = value{c}
		case i.Optional:
			data[i.ID] = value{}
		default:
			lacks()
			data[i.ID] = value{{missing: tame(name), kind: i.Kind, lang: lang}}
		}
	}
	return data, missing
}

func row(i pack.Input, r Row, lang string) map[string]value {
	out := map[string]value{}
	for _, c := range i.Rows.Columns {
		out[c] = value{}
		if text := tame(r[c]); text != "" {
			out[c] = value{{text: text, lang: lang}}
		}
	}
	return out
}
