package value

import (
	"fmt"
	"math"
	"slices"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
)

// calc works a formula out over the slots: variables, intermediate results, year, term.
// Truth is 1 or 0.
type calc func(slots []float64) float64

// formula is one compiled text. Its tree is kept for the spreadsheet.
type formula struct {
	tree ast.Node
	calc calc
	uses []string // names that the text itself uses, in the order of first use
}

func parse(text string, slots map[string]int) (formula, error) {
	env := map[string]any{}
	for name := range slots {
		env[name] = 0.0
	}
	program, err := expr.Compile(text, expr.Env(env), expr.AsFloat64(), expr.Optimize(false))
	if err != nil {
		return formula{}, err
	}
	f := formula{tree: program.Node()}
	f.calc, err = f.compile(f.tree, slots)
	return f, err
}

func (f *formula) compile(n ast.Node, slots map[string]int) (calc, error) {
	switch n := n.(type) {
	case *ast.IntegerNode:
		return constant(float64(n.Value)), nil
	case *ast.FloatNode:
		return constant(n.Value), nil
	case *ast.BoolNode:
		return constant(truth(n.Value)), nil
	case *ast.IdentifierNode:
		i, ok := slots[n.Value]
		if !ok {
			return nil, fmt.Errorf("%s is unknown", n.Value)
		}
		if !slices.Contains(f.uses, n.Value) {
			f.uses = append(f.uses, n.Value)
		}
		return func(s []float64) float64 { return s[i] }, nil
	case *ast.UnaryNode:
		x, err := f.compile(n.Node, slots)
		if err != nil {
			return nil, err
		}
		return unary(n.Operator, x)
	case *ast.BinaryNode:
		args, err := f.all(slots, n.Left, n.Right)
		if err != nil {
			return nil, err
		}
		return binary(n.Operator, args[0], args[1])
	case *ast.ConditionalNode:
		args, err := f.all(slots, n.Cond, n.Exp1, n.Exp2)
		if err != nil {
			return nil, err
		}
		return func(s []float64) float64 {
			if args[0](s) != 0 {
				return args[1](s)
			}
			return args[2](s)
		}, nil
	case *ast.BuiltinNode:
		args, err := f.all(slots, n.Arguments...)
		if err != nil {
			return nil, err
		}
		return call(n.Name, args)
	}
	return nil, fmt.Errorf("%s can't be used in a value model", n.String())
}

func (f *formula) all(slots map[string]int, nodes ...ast.Node) ([]calc, error) {
	out := make([]calc, len(nodes))
	for i, n := range nodes {
		c, err := f.compile(n, slots)
		if err != nil {
			return nil, err
		}
		out[i] = c
	}
	return out, nil
}

func constant(x float64) calc { return func([]float64) float64 { return x } }

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func unary(op string, x calc) (calc, error) {
	switch op {
	case "+":
		return x, nil
	case "-":
		return func(s []float64) float64 { return -x(s) }, nil
	case "not", "!":
		return func(s []float64) float64 { return truth(x(s) == 0) }, nil
	}
	return nil, fmt.Errorf("the operator %s can't be used", op)
}

func binary(op string, a, b calc) (calc, error) {
	switch op {
	case "+":
		return func(s []float64) float64 { return a(s) + b(s) }, nil
	case "-":
		return func(s []float64) float64 { return a(s) - b(s) }, nil
	case "*":
		return func(s []float64) float64 { return a(s) * b(s) }, nil
	case "/":
		return func(s []float64) float64 { return a(s) / b(s) }, nil
	case "%":
		return func(s []float64) float64 { return math.Mod(a(s), b(s)) }, nil
	case "**", "^":
		return func(s []float64) float64 { return math.Pow(a(s), b(s)) }, nil
	case "==":
		return func(s []float64) float64 { return truth(a(s) == b(s)) }, nil
	case "!=":
		return func(s []float64) float64 { return truth(a(s) != b(s)) }, nil
	case "<":
		return func(s []float64) float64 { return truth(a(s) < b(s)) }, nil
	case "<=":
		return func(s []float64) float64 { return truth(a(s) <= b(s)) }, nil
	case ">":
		return func(s []float64) float64 { return truth(a(s) > b(s)) }, nil
	case ">=":
		return func(s []float64) float64 { return truth(a(s) >= b(s)) }, nil
	case "and", "&&":
		return func(s []float64) float64 { return truth(a(s) != 0 && b(s) != 0) }, nil
	case "or", "||":
		return func(s []float64) float64 { return truth(a(s) != 0 || b(s) != 0) }, nil
	}
	return nil, fmt.Errorf("the operator %s can't be used", op)
}

func call(name string, args []calc) (calc, error) {
	one := func(f func(float64) float64) (calc, error) {
		if len(args) != 1 {
			return nil, fmt.Errorf("%s takes one number", name)
		}
		x := args[0]
		return func(s []float64) float64 { return f(x(s)) }, nil
	}
	switch name {
	case "abs":
		return one(math.Abs)
	case "ceil":
		return one(func(x float64) float64 { return math.Ceil(settled(x, 1)) })
	case "floor":
		return one(func(x float64) float64 { return math.Floor(settled(x, 1)) })
	case "round":
		return one(func(x float64) float64 { return math.Round(settled(x, 2)) })
	case "max":
		return fold(args, math.Max), nil
	case "min":
		return fold(args, math.Min), nil
	}
	return nil, fmt.Errorf("the function %s can't be used", name)
}

func fold(args []calc, f func(a, b float64) float64) calc {
	return func(s []float64) float64 {
		x := args[0](s)
		for _, a := range args[1:] {
			x = f(x, a(s))
		}
		return x
	}
}

// settled takes the noise of binary fractions off a number that is about to be rounded,
// as spreadsheets do: 0.07 * 100 is 7.000000000000001, and nobody wants an eighth seat
// for that. parts is 1 to keep whole numbers, 2 to keep halves.
func settled(x, parts float64) float64 {
	r := math.Round(x*parts) / parts
	if math.Abs(x-r) <= 1e-14*math.Max(1, math.Abs(x)) {
		return r
	}
	return x
}
