package pack_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"headwater/pack"
)

func metric(id, zh string) string {
	return "metrics:\n  - {id: " + id + ", name: {zh: " + zh + ", en: Name}, unit: {zh: 个, en: each}, better: lower, measure: {zh: 数, en: count}}\n"
}

func named(id, more string) string {
	return strings.Replace(strings.Replace(minimal, "id: tiny", "id: "+id, 1), "  languages", more+"  languages", 1)
}

// What a pack says anew replaces what it builds on; two packs apart may not both say it.
func TestMergeReplacesWhatIsDependedOn(t *testing.T) {
	fsys := fstest.MapFS{
		"base/pack.yaml": file(named("base", "")), "base/m.yaml": file(metric("first", "旧") + strings.TrimPrefix(metric("second", "二"), "metrics:\n")),
		"over/pack.yaml": file(named("over", "  depends: [base]\n")), "over/m.yaml": file(metric("first", "新")),
		"apart/pack.yaml": file(named("apart", "")), "apart/m.yaml": file(metric("second", "别")),
	}
	packs, err := pack.LoadAll(fsys, pack.Options{})
	if err != nil || len(packs) != 3 {
		t.Fatal(packs, err)
	}
	apart, base, over := packs[0], packs[1], packs[2]
	m, err := pack.Merge(over, base)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Metrics) != 2 || m.Metrics[0].Name.ZH != "新" || m.From["metrics/first"] != "over" || m.From["metrics/second"] != "base" || len(m.Packs) != 2 {
		t.Errorf("%+v", m)
	}
	if base.Metrics[0].Name.ZH != "旧" {
		t.Error("merging changed a pack")
	}
	if _, err = pack.Merge(base, apart); err == nil || !strings.Contains(err.Error(), "apart: metrics/second: an id that the pack base has, too") {
		t.Errorf("%v", err)
	}
	if _, err = pack.Merge(over); err == nil || !strings.Contains(err.Error(), `"base", which isn't here`) {
		t.Errorf("%v", err)
	}
}

func TestMergeFindsCircles(t *testing.T) {
	packs, err := pack.LoadAll(fstest.MapFS{
		"a/pack.yaml": file(named("a", "  depends: [b]\n")),
		"b/pack.yaml": file(named("b", "  depends: [a]\n")),
	}, pack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = pack.Merge(packs...); err == nil || !strings.Contains(err.Error(), "a circle: a → b → a") {
		t.Errorf("%v", err)
	}
}

// A pack for an industry speaks of needs of a product that may not be loaded.
func TestExtendedPacksMayBeAbsent(t *testing.T) {
	industry := file("processes:\n  - id: p\n    industry: finance\n    name: {zh: 过程, en: Process}\n    signals:\n      - {id: s, text: {zh: 事, en: Fact}, kind: hidden, needs: [N01], because: {zh: 因, en: Why}}\n")
	fsys := fstest.MapFS{"pack.yaml": file(named("banks", "  extends: [product]\n")), "p.yaml": industry}
	if _, err := pack.Load(fsys, pack.Options{}); err != nil {
		t.Errorf("without the product: %v", err)
	}
	product, err := pack.Load(fstest.MapFS{"pack.yaml": file(named("product", ""))}, pack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = pack.Load(fsys, pack.Options{Others: []*pack.Pack{product}}); err == nil || !strings.Contains(err.Error(), `"N01", which isn't in needs`) {
		t.Errorf("with a product that has no such need: %v", err)
	}
}

// One item that somebody edits is tested like a file.
func TestJoinTellsWhereAnItemIsWrong(t *testing.T) {
	items := []pack.Item{
		{Section: "pack", ID: "tiny", Body: []byte("id: tiny\nversion: \"1.0.0\"\nname: {zh: 小, en: Tiny}\nproduct: {zh: 物, en: Thing}\nsummary: {zh: 包, en: Pack}\nlanguages: [zh, en]\n")},
		{Section: "metrics", ID: "first", Body: []byte("id: second\nname: {zh: 名, en: Name}\nunit: {zh: 个, en: each}\nbetter: smaller\nmeasure: {zh: 数, en: count}\n")},
		{Section: "metric", ID: "x", Body: []byte("id: x\n")},
	}
	_, err := pack.Join(items, pack.Options{})
	for _, want := range []string{`metrics/first:4:9: metrics[first].better: "smaller"; expected one of lower, higher`, "metric: an unknown section"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
	items[1].Body = []byte(strings.Replace(string(items[1].Body), "smaller", "lower", 1))
	if _, err = pack.Join(items[:2], pack.Options{}); err == nil || !strings.Contains(err.Error(), `"second"; expected "first": ids never change`) {
		t.Errorf("%v", err)
	}
	items[1].Body = []byte(strings.Replace(string(items[1].Body), "id: second", "id: first", 1))
	if p, err := pack.Join(items[:2], pack.Options{}); err != nil || len(p.Metrics) != 1 {
		t.Errorf("%v", err)
	}
}

func TestZipThatIsNone(t *testing.T) {
	if _, err := pack.LoadZip([]byte("no zip"), pack.Options{}); err == nil || !strings.Contains(err.Error(), "no zip archive") {
		t.Errorf("%v", err)
	}
}
