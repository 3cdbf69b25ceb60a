package httpapi_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// wordsOf are the codes that the page has words for in a language.
func wordsOf(t *testing.T, language string) map[string]bool {
	files, err := filepath.Glob("../../web/src/i18n/problems*" + language + ".ts")
	must(t, err)
	out := map[string]bool{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		must(t, err)
		for _, m := range regexp.MustCompile(`(?m)^\s*'?([a-z0-9_]+)(?:\.\w+)?'?: '`).FindAllStringSubmatch(string(text), -1) {
			out[m[1]] = true
		}
	}
	return out
}

// codesIn are the codes that a file of Go gives to errors, with their places.
func codesIn(t *testing.T, file string, found map[string]string) {
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, file, nil, parser.SkipObjectResolution)
	must(t, err)
	ast.Inspect(tree, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) < 2 {
			return true
		}
		name := ""
		switch f := call.Fun.(type) {
		case *ast.Ident:
			name = f.Name
		case *ast.SelectorExpr:
			name = f.Sel.Name
		}
		code, ok := call.Args[1].(*ast.BasicLit)
		if (name != "Fail" && name != "newProblem") || !ok || code.Kind != token.STRING {
			return true
		}
		text, err := strconv.Unquote(code.Value)
		must(t, err)
		found[text] = set.Position(call.Pos()).String()
		return true
	})
}

// Every code that the program gives an error has a sentence in both languages; else people
// would read the server's English.
func TestEveryCodeHasWords(t *testing.T) {
	found := map[string]string{}
	err := filepath.WalkDir("../..", func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && (e.Name() == "node_modules" || e.Name() == "bench" || strings.HasPrefix(e.Name(), ".") && len(e.Name()) > 2):
			return fs.SkipDir
		case strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go"):
			codesIn(t, path, found)
		}
		return nil
	})
	must(t, err)
	if len(found) < 300 {
		t.Fatal("only", len(found), "codes were found")
	}
	zh, en := wordsOf(t, "zh-CN"), wordsOf(t, "en")
	for code, place := range found {
		if !zh[code] || !en[code] {
			t.Errorf("%s: no words for %s (zh %v, en %v)", place, code, zh[code], en[code])
		}
	}
}
