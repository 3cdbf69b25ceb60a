package pack

import (
	"fmt"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"
)

// TemplateFuncs are the functions that templates may call, with their arguments; the
// renderer supplies them.
func TemplateFuncs() map[string]string {
	return map[string]string{
		"number":  "number x: grouped digits",
		"percent": "percent x: a share as per cent, 0.25 as 25%",
		"money":   "money x: an amount with its currency",
		"date":    "date x: a day in the reader's language",
		"count":   "count list: how many rows",
		"join":    "join list \"column\" \", \": the values of one column",
		"source":  "source x: where the number comes from",
	}
}

var stubs = func() template.FuncMap {
	m := template.FuncMap{}
	for name := range TemplateFuncs() {
		m[name] = func(...any) string { return "" }
	}
	return m
}()

func (t Template) check(report report) {
	inputs := map[string][]string{}
	for i, in := range t.Inputs {
		inputs[in.ID] = []string{}
		key := fmt.Sprintf("inputs[%d]", i)
		switch {
		case in.Kind == "list" && in.Rows == nil:
			report(key, say("rows_missing"), say("key", "rows", Said{}))
		case in.Kind != "list" && in.From == "":
			report(key, say("unfilled"), say("key", "from", Said{}))
		case in.Kind == "list":
			inputs[in.ID] = in.Rows.Columns
		}
	}
	one := func(key string, text Text) {
		checkTemplate(report, key+".zh", text.ZH, inputs)
		checkTemplate(report, key+".en", text.EN, inputs)
	}
	one("summary", t.Summary)
	for i, s := range t.Sections {
		one(fmt.Sprintf("sections[%d].body", i), s.Body)
	}
}

func checkTemplate(report report, key, text string, inputs map[string][]string) {
	parsed, err := template.New("").Funcs(stubs).Parse(text)
	if err != nil {
		report(key, say("template_unread"), say("text_template"), err)
		return
	}
	if parsed.Tree == nil {
		return
	}
	w := walk{inputs: inputs, wrong: func(name string, expected Said) { report(key, as(name), expected) }}
	w.node(parsed.Root, nil)
}

// walk tests the names in a template. Within range of a list the dot is a row of it.
type walk struct {
	inputs map[string][]string
	wrong  func(found string, expected Said)
}

func (w walk) node(n parse.Node, row []string) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, c := range n.Nodes {
				w.node(c, row)
			}
		}
	case *parse.ActionNode:
		w.node(n.Pipe, row)
	case *parse.PipeNode:
		if n != nil {
			for _, c := range n.Cmds {
				w.node(c, row)
			}
		}
	case *parse.CommandNode:
		for _, a := range n.Args {
			w.node(a, row)
		}
	case *parse.IfNode:
		w.branch(n.BranchNode, row, row)
	case *parse.WithNode:
		w.branch(n.BranchNode, row, row)
	case *parse.RangeNode:
		inside := row
		if len(n.Pipe.Cmds) == 1 && len(n.Pipe.Cmds[0].Args) == 1 {
			if f, ok := n.Pipe.Cmds[0].Args[0].(*parse.FieldNode); ok {
				inside = w.inputs[f.Ident[0]]
			}
		}
		w.branch(n.BranchNode, row, inside)
	case *parse.FieldNode:
		w.name(n.Ident[0], row)
	case *parse.VariableNode:
		if n.Ident[0] == "$" && len(n.Ident) > 1 {
			w.name(n.Ident[1], nil)
		}
	}
}

func (w walk) branch(b parse.BranchNode, outside, inside []string) {
	w.node(b.Pipe, outside)
	w.node(b.List, inside)
	w.node(b.ElseList, outside)
}

func (w walk) name(name string, row []string) {
	if row != nil {
		if !slices.Contains(row, name) {
			w.wrong("."+name, say("column_of", strings.Join(row, ", ")))
		}
		return
	}
	if _, ok := w.inputs[name]; !ok {
		w.wrong("."+name, say("input_id"))
	}
}
