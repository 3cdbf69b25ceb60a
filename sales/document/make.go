package document

import (
	"errors"
	"strings"
	"text/template"
	"text/template/parse"

	"headwater/lake"
	"headwater/pack"
)

// Options are what a document says beside its template.
type Options struct {
	Lang     string // "zh" or "en"
	Company  string // who writes; in the header
	Title    string // empty: the template's name
	Customer string // for whom; may be empty
	MadeOn   string // a date, 2026-11-22; may be empty
	Version  int    // of this deliverable on its deal; 0: not stated
	Branch   string // made on a branch: its name becomes a watermark
}

// Document is a filled template.
type Document struct {
	Template  string    `json:"template"`
	Lang      string    `json:"lang"`
	Title     string    `json:"title"`
	For       string    `json:"for"` // who reads it, and what for
	Company   string    `json:"company,omitempty"`
	Customer  string    `json:"customer,omitempty"`
	MadeOn    string    `json:"made_on,omitempty"`
	Version   int       `json:"version,omitempty"`
	Watermark string    `json:"watermark,omitempty"`
	Summary   []Block   `json:"summary"`          // half a page for the decision maker
	Edited    bool      `json:"edited,omitempty"` // a person changed the summary's text
	Sections  []Section `json:"sections"`
	Numbers   []Number  `json:"numbers,omitempty"`
	Missing   []Missing `json:"missing"`

	// What it was made of beside the records of its deal, so that its figures can be looked
	// up again: what a person typed, by input, and which quote it is about.
	Given map[string]string `json:"given,omitempty"`
	Quote string            `json:"quote,omitempty"`
}

// Section is a part of a document under its own heading.
type Section struct {
	ID     string  `json:"id"`
	Title  string  `json:"title"`
	Blocks []Block `json:"blocks"`
	Edited bool    `json:"edited,omitempty"` // a person changed its text
}

// Number is an input that is a number, as it is shown, with its source.
type Number struct {
	Input  string `json:"input,omitempty"` // its id; figures in the text are tied to it
	Name   string `json:"name"`
	Shown  string `json:"shown"`
	Source string `json:"source"`
}

// numeric says whether inputs of a kind are numbers.
func numeric(kind string) bool { return kind == "number" || kind == "percent" || kind == "money" }

// Make fills a template. Missing inputs don't stop it; the document lists them. A
// template that can't be read or carried out is invalid, document_template_invalid, with
// template, part and reason.
func Make(t pack.Template, in Inputs, o Options) (*Document, error) {
	if o.Lang != "zh" {
		o.Lang = "en"
	}
	data, missing := fill(t, in, o.Lang)
	d := &Document{Template: t.ID, Lang: o.Lang, Title: o.Title, For: pick(o.Lang, t.For), Company: o.Company, Customer: o.Customer,
		MadeOn: o.MadeOn, Version: o.Version, Missing: missing}
	if d.Title == "" {
		d.Title = pick(o.Lang, t.Name)
	}
	d.OnBranch(o.Branch)
	var err error
	if d.Summary, err = blocks(t, "summary", pick(o.Lang, t.Summary), data, o.Lang); err != nil {
		return nil, err
	}
	for _, s := range t.Sections {
		b, err := blocks(t, s.ID, pick(o.Lang, s.Body), data, o.Lang)
		if err != nil {
			return nil, err
		}
		d.Sections = append(d.Sections, Section{ID: s.ID, Title: pick(o.Lang, s.Title), Blocks: b})
	}
	d.Numbers = numbers(t, data, o.Lang)
	return d, nil
}

// OnBranch gives a document that is seen on a branch its watermark; "" takes it away.
func (d *Document) OnBranch(name string) {
	d.Watermark = ""
	if name != "" {
		d.Watermark = map[string]string{"zh": "草稿 · 分支 ", "en": "Draft · branch "}[d.Lang] + name
	}
}

// numbers lists the inputs that are numbers and have a value.
func numbers(t pack.Template, data map[string]any, lang string) []Number {
	var out []Number
	for _, i := range t.Inputs {
		v, ok := data[i.ID].(value)
		if !ok || len(v) == 0 || v[0].missing != "" || !numeric(i.Kind) {
			continue
		}
		n := Number{Input: i.ID, Name: pick(lang, i.Name), Shown: format(lang, i.Kind, v[0].text), Source: v[0].source}
		if i.Kind == "number" {
			n.Shown = number(v[0].text)
		}
		if n.Source == "" {
			n.Source = notStated(lang)
		}
		out = append(out, n)
	}
	return out
}

// blocks carries one text of a template out and reads what it gives.
func blocks(t pack.Template, part, text string, data map[string]any, lang string) ([]Block, error) {
	parsed, err := template.New(part).Option("missingkey=zero").Funcs(funcs(lang)).Parse(text)
	if err != nil {
		return nil, unusable(t, part, err)
	}
	if parsed.Tree == nil {
		return nil, nil
	}
	markRows(parsed.Root, t, data, lang)
	out := &limited{}
	if err := parsed.Execute(out, data); err != nil {
		return nil, unusable(t, part, err)
	}
	return read(out.String()), nil
}

// limited keeps a template from filling the memory.
type limited struct{ strings.Builder }

const longest = 4 << 20 // bytes of one part

func (l *limited) Write(b []byte) (int, error) {
	if l.Len()+len(b) > longest {
		return 0, errors.New("it gives more than 4 MiB of text")
	}
	return l.Builder.Write(b)
}

func unusable(t pack.Template, part string, err error) error {
	return lake.Fail(lake.ErrInvalid, "document_template_invalid", "The template "+t.ID+" can't be filled: "+err.Error(), "template", t.ID, "part", part, "reason", err.Error())
}

// markRows puts marks around the rows of each range, so that the reader of markup knows
// them, and says where a list is missing.
func markRows(n parse.Node, t pack.Template, data map[string]any, lang string) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return
		}
		for i, c := range n.Nodes {
			if name := uncounted(c, t, data, lang); name != "" {
				n.Nodes[i] = literal(gap(lang, name))
				continue
			}
			markRows(c, t, data, lang)
		}
	case *parse.IfNode:
		markRows(n.List, t, data, lang)
		markRows(n.ElseList, t, data, lang)
	case *parse.WithNode:
		markRows(n.List, t, data, lang)
		markRows(n.ElseList, t, data, lang)
	case *parse.RangeNode:
		markRows(n.List, t, data, lang)
		markRows(n.ElseList, t, data, lang)
		n.List.Nodes = append(append([]parse.Node{literal(string(rowOpens))}, n.List.Nodes...), literal(string(rowCloses)))
		if name := absent(n, t, lang); name != "" {
			n.ElseList = &parse.ListNode{NodeType: parse.NodeList, Nodes: []parse.Node{literal(gap(lang, name) + "\n")}}
		}
	}
}

func literal(s string) *parse.TextNode {
	return &parse.TextNode{NodeType: parse.NodeText, Text: []byte(s)}
}

func gap(lang, name string) string {
	return string(missingOpens) + missingText(lang, name) + string(missingEnds)
}

// absent is the name of the list that a range goes over, if it isn't optional: its place
// says so when there are no rows.
func absent(n *parse.RangeNode, t pack.Template, lang string) string {
	if len(n.Pipe.Cmds) != 1 || len(n.Pipe.Cmds[0].Args) != 1 {
		return ""
	}
	return required(n.Pipe.Cmds[0].Args[0], t, lang)
}

// uncounted is the name of the list that an action counts, if the list is missing: a
// nought would look like a fact.
func uncounted(n parse.Node, t pack.Template, data map[string]any, lang string) string {
	a, ok := n.(*parse.ActionNode)
	if !ok || len(a.Pipe.Cmds) != 1 || len(a.Pipe.Cmds[0].Args) != 2 {
		return ""
	}
	args := a.Pipe.Cmds[0].Args
	if name, ok := args[0].(*parse.IdentifierNode); !ok || name.Ident != "count" {
		return ""
	}
	if rows, ok := data[input(args[1])].([]map[string]value); !ok || len(rows) > 0 {
		return ""
	}
	return required(args[1], t, lang)
}

// required is the name of the list that a node stands for; "" for another one, or one
// that is optional.
func required(n parse.Node, t pack.Template, lang string) string {
	id := input(n)
	for _, i := range t.Inputs {
		if i.ID == id && i.Kind == "list" && !i.Optional {
			return tame(pick(lang, i.Name))
		}
	}
	return ""
}

// input is the id of the input that a node reads: .needs or $.needs.
func input(n parse.Node) string {
	switch n := n.(type) {
	case *parse.FieldNode:
		return n.Ident[0]
	case *parse.VariableNode:
		if len(n.Ident) > 1 {
			return n.Ident[1]
		}
	}
	return ""
}
