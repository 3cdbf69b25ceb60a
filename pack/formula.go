package pack

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
)

// formula tests the syntax and the names of a formula, and the kind of its result.
func formula(report report, key, text string, names map[string]any, truth bool) {
	if text == "" {
		return // told already
	}
	kind := expr.AsFloat64()
	want := "formula_number"
	if truth {
		kind, want = expr.AsBool(), "formula_truth"
	}
	program, err := expr.Compile(text, expr.Env(names), kind, expr.Optimize(false))
	if err != nil {
		report(key, as(quoted(text)), say(want, strings.Join(slices.Sorted(maps.Keys(names)), ", ")), err)
		return
	}
	var p plain
	tree := program.Node()
	ast.Walk(&tree, &p)
	if p.not != "" {
		report(key, as(quoted(text)), say("formula_plain", strings.Join(FormulaFunctions(), ", ")), said(say("unusable", p.not)))
	}
}

// FormulaFunctions are what formulas may call; spreadsheets have them, too.
func FormulaFunctions() []string {
	return []string{"abs", "ceil", "floor", "max", "min", "round"}
}

var formulaOperators = []string{"+", "-", "*", "/", "%", "**", "^", "==", "!=", "<", "<=", ">", ">=", "and", "or", "&&", "||", "not", "!"}

// plain finds what a spreadsheet couldn't work out: texts, lists, members, loops.
type plain struct{ not string }

func (p *plain) Visit(n *ast.Node) {
	bad := ""
	switch x := (*n).(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.IdentifierNode, *ast.ConditionalNode, *ast.ConstantNode:
	case *ast.UnaryNode:
		bad = unless(slices.Contains(formulaOperators, x.Operator), x.Operator)
	case *ast.BinaryNode:
		bad = unless(slices.Contains(formulaOperators, x.Operator), x.Operator)
	case *ast.BuiltinNode:
		bad = unless(slices.Contains(FormulaFunctions(), x.Name), x.Name)
	case *ast.CallNode: // its callee is visited by itself
	default:
		bad = strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%T", x), "*ast."), "Node"))
	}
	if p.not == "" {
		p.not = bad
	}
}

func unless(fine bool, what string) string {
	if fine {
		return ""
	}
	return what
}

func numbers(names ...string) map[string]any {
	env := map[string]any{}
	for _, n := range names {
		env[n] = 0.0
	}
	return env
}

func (r Review) check(report report) {
	for i, v := range r.Verdicts {
		formula(report, fmt.Sprintf("verdicts[%d].if", i), v.If, numbers(ReviewMeasures()...), true)
	}
}

func (m ValueModel) check(report report) {
	if m.Years < 1 || m.Years > 15 {
		report("years", as(fmt.Sprint(m.Years)), say("between", 1, 15))
	}
	env := map[string]any{}
	add := func(key, name string) {
		if _, taken := env[name]; taken || name == "year" || name == "term" {
			report(key, as(quoted(name)), say("name_free"))
		}
		env[name] = 0.0
	}
	for i, v := range m.Variables {
		add(fmt.Sprintf("variables[%d].id", i), v.ID)
		if (v.Source == "benchmark") != (v.From != "") {
			report(fmt.Sprintf("variables[%d].source", i), say("source_is", v.Source), say("key_benchmark"))
		}
	}
	if _, ok := env[m.Rate]; !ok {
		report("rate", as(quoted(m.Rate)), say("variable_id"))
	}
	for i, f := range m.Formulas {
		formula(report, fmt.Sprintf("formulas[%d].expr", i), f.Expr, env, false)
		add(fmt.Sprintf("formulas[%d].id", i), f.ID)
	}
	env["year"], env["term"] = 0.0, 0.0
	for i, l := range m.Lines {
		formula(report, fmt.Sprintf("lines[%d].expr", i), l.Expr, env, false)
		if to := l.To; l.From > m.Years || to != nil && (*to < l.From || *to > m.Years) {
			report(fmt.Sprintf("lines[%d].from_year", i), say("years_outside"), say("years_within", m.Years))
		}
	}
	m.checkExample(report)
}

func (m ValueModel) checkExample(report report) {
	known := map[string]bool{}
	for _, v := range m.Variables {
		known[v.ID] = true
		if _, ok := m.Example.Values[v.ID]; !ok {
			report("example.values", say("no_value", v.ID), say("every_variable"))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.Example.Values)) {
		if !known[name] {
			report("example.values."+name, say("value_unknown"), say("variable_id"))
		}
	}
}
