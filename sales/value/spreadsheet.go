package value

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"headwater/pack"
)

// How tightly a spreadsheet's operators bind. Unlike in a formula of a pack, a sign
// binds tighter than a power there, and powers are read from the left.
const (
	comparing = iota + 1
	adding
	multiplying
	powering
	signing
	whole
)

// inSheet writes a formula as a spreadsheet reads it, without the "=". ref gives the cell
// or name that stands for a name of the formula.
func (f formula) inSheet(ref func(name string) string) string {
	return (&sheetWriter{ref}).at(f.tree, 0)
}

type sheetWriter struct{ ref func(string) string }

// at writes a node where at least tight is needed, in brackets if it binds less.
func (w *sheetWriter) at(n ast.Node, tight int) string {
	text, binds := w.node(n)
	if binds < tight {
		return "(" + text + ")"
	}
	return text
}

func (w *sheetWriter) node(n ast.Node) (text string, binds int) {
	switch n := n.(type) {
	case *ast.IntegerNode:
		return fmt.Sprint(n.Value), whole
	case *ast.FloatNode:
		return pack.Number(n.Value).String(), whole
	case *ast.BoolNode:
		return strings.ToUpper(fmt.Sprint(n.Value)), whole
	case *ast.IdentifierNode:
		return w.ref(n.Value), whole
	case *ast.UnaryNode:
		if n.Operator == "-" {
			return "-" + w.at(n.Node, whole), signing
		}
		if n.Operator == "+" {
			return w.node(n.Node)
		}
		return "NOT(" + w.at(n.Node, 0) + ")", whole
	case *ast.ConditionalNode:
		return "IF(" + w.at(n.Cond, 0) + "," + w.at(n.Exp1, 0) + "," + w.at(n.Exp2, 0) + ")", whole
	case *ast.BinaryNode:
		return w.binary(n)
	case *ast.BuiltinNode:
		return w.call(n), whole
	}
	return "NA()", whole // Compile refuses whatever else there is
}

func (w *sheetWriter) binary(n *ast.BinaryNode) (string, int) {
	join := func(op string, binds, left, right int) (string, int) {
		return w.at(n.Left, left) + op + w.at(n.Right, right), binds
	}
	switch n.Operator {
	case "+", "-":
		return join(n.Operator, adding, adding, multiplying)
	case "*", "/":
		return join(n.Operator, multiplying, multiplying, powering)
	case "**", "^":
		return join("^", powering, whole, whole)
	case "%": // the sign of the remainder is that of the left side; MOD would take the right one's
		a, b := w.at(n.Left, whole), w.at(n.Right, whole)
		return a + "-" + b + "*TRUNC(" + a + "/" + b + ")", adding
	case "==":
		return join("=", comparing, adding, adding)
	case "!=":
		return join("<>", comparing, adding, adding)
	case "and", "&&":
		return w.both(n, "AND", "FALSE"), whole
	case "or", "||":
		return w.both(n, "OR", "TRUE"), whole
	}
	return join(n.Operator, comparing, adding, adding) // < <= > >=
}

// both writes and, or. AND and OR work out both sides, so a right side that may have no
// result is asked for only when it matters.
func (w *sheetWriter) both(n *ast.BinaryNode, function, settled string) string {
	left, right := w.at(n.Left, 0), w.at(n.Right, 0)
	switch {
	case !mayFail(n.Right):
		return function + "(" + left + "," + right + ")"
	case function == "AND":
		return "IF(" + left + "," + right + "," + settled + ")"
	}
	return "IF(" + left + "," + settled + "," + right + ")"
}

func mayFail(n ast.Node) bool {
	found := ast.Find(n, func(n ast.Node) bool {
		b, ok := n.(*ast.BinaryNode)
		return ok && slices.Contains([]string{"/", "%", "**", "^"}, b.Operator)
	})
	return found != nil
}

func (w *sheetWriter) call(n *ast.BuiltinNode) string {
	args := make([]string, len(n.Arguments))
	for i, a := range n.Arguments {
		args[i] = w.at(a, 0)
	}
	switch n.Name {
	case "round": // the noise of binary fractions is taken off first, as settled does
		return "ROUND(ROUND(" + args[0] + ",10),0)"
	case "floor":
		return "INT(ROUND(" + args[0] + ",10))"
	case "ceil":
		return "(-INT(-ROUND(" + args[0] + ",10)))"
	}
	return strings.ToUpper(n.Name) + "(" + strings.Join(args, ",") + ")"
}
