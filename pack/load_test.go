package pack_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"headwater/pack"
)

var update = flag.Bool("update", false, "rewrite golden files")

// golden compares with a file of testdata; -update rewrites it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is stale (go test ./pack -update):\n%s", name, got)
	}
}

// A broken pack tells everything that is wrong at once: file, line, key, what stands
// there and what is expected.
func TestProblemsOfABrokenPack(t *testing.T) {
	_, err := pack.Load(os.DirFS("testdata/broken"), pack.Options{Condition: condition})
	var problems pack.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("no problems but %v", err)
	}
	golden(t, "testdata/broken.txt", []byte(err.Error()+"\n"))
	golden(t, "testdata/broken.zh.txt", inChinese(problems))
	for _, p := range problems {
		if p.File == "" || p.Found.EN == "" || p.Expected.EN == "" || p.Line == 0 && p.Key != "pack.depends" {
			t.Errorf("incomplete: %+v", p)
		}
	}
}

// inChinese is what a Chinese reader is told, and the codes.
func inChinese(problems pack.Problems) []byte {
	var b bytes.Buffer
	for _, p := range problems {
		why := ""
		if p.Why != nil {
			why = "（" + p.Why.ZH + "）"
		}
		fmt.Fprintf(&b, "%s:%d %s: %s %s%s；期望：%s %s\n", p.File, p.Line, p.Key, p.Found.Code, p.Found.ZH, why, p.Expected.ZH, p.Expected.Code)
	}
	return b.Bytes()
}

// Every code that a problem can bear has its words, and no words are left over.
func TestEveryProblemHasWords(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	known, used := map[string]bool{}, map[string]bool{}
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^\t"(\w+)": +\{ZH: "[^"]`).FindAllSubmatch(source, -1) {
			known[string(m[1])] = name == "words.go"
		}
		for _, m := range regexp.MustCompile(`(?:say\(|String: +|Bool: +|Int: +|Float64: +|want = |want := |AsBool\(\), )"(\w+)"`).FindAllSubmatch(source, -1) {
			used[string(m[1])] = true
		}
	}
	for _, rule := range []string{"id", "name", "column", "version", "currency", "pattern"} {
		used[rule] = true // said by the rule's own name
	}
	for code := range used {
		if !known[code] {
			t.Errorf("%s has no words", code)
		}
	}
	for code := range known {
		if !used[code] {
			t.Errorf("nothing says %s", code)
		}
	}
}

const minimal = `pack:
  id: tiny
  version: "0.1.0"
  name: {zh: 小, en: Tiny}
  product: {zh: 物, en: Thing}
  summary: {zh: 小包, en: A small pack}
  languages: [zh, en]
`

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

func TestOneProblem(t *testing.T) {
	pain := "pains:\n  - id: p\n    text: {zh: 痛, en: It hurts}\n    costs: {zh: 钱, en: Money}\n    needs: [N01]\n"
	for _, c := range []struct{ name, files, want string }{
		{"no pack.yaml", "", "no pack.yaml"},
		{"anchor", minimal + "pains: &x\n  - id: p\n", "pack.yaml:8:8: pains: an anchor or alias; expected the value written out"},
		{"dangling", minimal + pain, `pack.yaml:12:13: pains[p].needs[0]: "N01", which isn't in needs; expected the id of one of needs (there is none)`},
		{"twice in a file", minimal + pain + strings.TrimPrefix(pain, "pains:\n"), `"p" a second time; expected each entry of a list once`},
		{"key twice", minimal + "pack: {}\n", "pack.yaml:8:1: pack: the key a second time; expected each key once"},
		{"null", minimal + "pains:\n", "pack.yaml:8:7: pains: nothing; expected a list"},
		{"number for text", strings.Replace(minimal, "en: Tiny", "en: 17", 1), "pack.name.en: the number 17; expected text: put it in quotes"},
		{"tab character", strings.Replace(minimal, "en: Tiny", `en: "a\u0007b"`, 1), "a character that isn't text"},
		{"two documents", minimal + "---\npains: []\n", "a second document; expected one document per file"},
		{"not a mapping", "- a\n", "pack.yaml:1:1: a list; expected a mapping with the keys pack, benchmarks"},
		{"only a comment", "# nothing\n", "pack.yaml:1:1: an empty file"},
		{"blank condition", minimal + "segments:\n  - id: s\n    conditions: [{id: c, if: \"  \", weight: 1, why: {zh: 因, en: Why}}]\n", "segments[s].conditions[c].if: an empty text"},
		{"itself", strings.Replace(minimal, "languages", "depends: [tiny]\n  languages", 1), "the pack itself; expected another pack"},
	} {
		t.Run(c.name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			if c.files != "" {
				fsys["pack.yaml"] = file(c.files)
			}
			_, err := pack.Load(fsys, pack.Options{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestSectionsMayLieInSeveralFiles(t *testing.T) {
	one := "benchmarks:\n  - {id: a, name: {zh: 甲, en: A}, unit: {zh: 天, en: days}, likely: 3, kind: claim, source: s}\n"
	meta := minimal + "  sources: [{id: s, name: {zh: 源, en: Source}}]\n"
	fsys := fstest.MapFS{"pack.yaml": file(meta), "a.yaml": file(one), "b.yaml": file(strings.ReplaceAll(one, "id: a", "id: b"))}
	p, err := pack.Load(fsys, pack.Options{})
	if err != nil || len(p.Benchmarks) != 2 || p.Benchmarks[1].ID != "b" || p.Meta.ID != "tiny" {
		t.Fatalf("%+v, %v", p, err)
	}
	fsys["b.yaml"] = file(one)
	if _, err = pack.Load(fsys, pack.Options{}); err == nil || !strings.Contains(err.Error(), `b.yaml:2:5: benchmarks[a]: "a", which another file has, too`) {
		t.Errorf("the same id in two files: %v", err)
	}
	delete(fsys, "b.yaml")
	fsys["b.yaml"] = file("pack: {id: other}\n")
	if _, err = pack.Load(fsys, pack.Options{}); err == nil || !strings.Contains(err.Error(), "pack.yaml only") {
		t.Errorf("pack elsewhere: %v", err)
	}
}

// Formulas hold only what a spreadsheet can work out.
func TestFormulasStayPlain(t *testing.T) {
	review := minimal + "reviews:\n  - id: r\n    name: {zh: 名, en: Name}\n    summary: {zh: 概, en: Sum}\n    ask: [{zh: 问, en: Ask}]\n    verdicts:\n      - {id: v, verdict: grow, if: 'FORMULA', why: {zh: 因, en: Why}, do: {zh: 做, en: Do}}\n"
	for formula, want := range map[string]string{
		"win_rate > max(0.2, all_win_rate) and not (deals < 20)": "",
		"(deals > 5 ? win_rate : 0) ** 2 >= 0.1":                 "",
		"win_rate":                                               "expected bool",
		"win_rates > 1":                                          "unknown name win_rates",
		"deals in 1..3":                                          "can't be used",
		`upper("a") == "A"`:                                      "can't be used",
		"len([1, 2]) > deals":                                    "can't be used",
		"all([1], # > 0)":                                        "can't be used",
		"let x = deals; x > 1":                                   "can't be used",
		"deals >":                                                "unexpected token",
	} {
		_, err := pack.Load(fstest.MapFS{"pack.yaml": file(strings.Replace(review, "FORMULA", formula, 1))}, pack.Options{})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v", formula, err)
		}
	}
}

// No file makes the loader panic.
func FuzzLoad(f *testing.F) {
	for _, name := range []string{"match.yaml", "value.yaml", "pack.yaml", "syntax.yaml"} {
		data, err := os.ReadFile("testdata/broken/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	f.Add("pains: &a [*a]\n")
	f.Add("? [a, b]\n: <<: {x: y}\n")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := pack.Load(fstest.MapFS{"pack.yaml": file(minimal), "x.yaml": file(text)}, pack.Options{Condition: condition})
		if (p == nil) == (err == nil) {
			t.Errorf("pack %v, error %v", p, err)
		}
	})
}
