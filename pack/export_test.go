package pack_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"headwater/pack"

	"pgregory.net/rapid"
)

func exported(t interface{ Fatal(...any) }, p *pack.Pack) fstest.MapFS {
	files, err := pack.Export(p)
	if err != nil {
		t.Fatal(err)
	}
	out := fstest.MapFS{}
	for name, data := range files {
		out[name] = &fstest.MapFile{Data: data}
	}
	return out
}

func others(t *testing.T) []*pack.Pack {
	packs, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	var out []*pack.Pack
	for _, p := range packs {
		out = append(out, p)
	}
	return out
}

// What is exported loads again as the same pack, as files, as an archive and as items.
func TestExportKeepsTheMeaning(t *testing.T) {
	all := others(t)
	for _, p := range all {
		t.Run(p.Meta.ID, func(t *testing.T) {
			again, err := pack.Load(exported(t, p), pack.Options{Condition: condition, Others: all})
			if err != nil || !reflect.DeepEqual(p, again) {
				t.Errorf("files: %v", err)
			}
			data, err := pack.ExportZip(p)
			if err != nil {
				t.Fatal(err)
			}
			if again, err = pack.LoadZip(data, pack.Options{Others: all}); err != nil || !reflect.DeepEqual(p, again) {
				t.Errorf("archive: %v", err)
			}
			if twice, _ := pack.ExportZip(again); !bytes.Equal(data, twice) {
				t.Error("equal packs, different archives")
			}
			items, err := pack.Split(p)
			if err != nil {
				t.Fatal(err)
			}
			if again, err = pack.Join(items, pack.Options{Others: all}); err != nil || !reflect.DeepEqual(p, again) {
				t.Errorf("items: %v", err)
			}
		})
	}
}

// Whatever a person writes into a text, number or list comes back as it was.
func TestExportKeepsEveryText(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		word := rapid.OneOf(
			rapid.SampledFrom([]string{"yes", "null", "1.0", "- a", "a: b", "# c", "'", "\"", "{x}", "[y]", "*z", "&w", "2026-01-01", "~", "|", "> ", " lead", "trail ", "a\nb\n", "\ta", "逻辑：数据湖", "=", "!!int 3", "%", "@", "`", "<<", "…", "a\n\n b", "\n x"}),
			rapid.StringOfN(rapid.RuneFrom([]rune("ab:#-{}[],&*!|>'\"%@` \n\t湖数据😀é")), 1, 30, -1),
		).Filter(func(s string) bool { return strings.TrimSpace(s) != "" })
		text := func() pack.Text { return pack.Text{ZH: word.Draw(r, "zh"), EN: word.Draw(r, "en")} }
		number := pack.Number(rapid.Float64Range(-1e15, 1e15).Draw(r, "number"))
		p := &pack.Pack{
			Meta: pack.Meta{ID: "tiny", Version: "1.2.3", Name: text(), Product: text(), Summary: text(), Languages: []string{"zh", "en"},
				Sources: []pack.Source{{ID: "s", Name: text()}}},
			Benchmarks: []pack.Benchmark{{ID: "b", Name: text(), Unit: text(), Likely: &number, Kind: "claim", Source: "s"}},
			Needs:      []pack.Need{{ID: "N01", Name: text(), Pain: text(), Goal: text(), Confirm: text(), Capabilities: []string{"c"}, Metrics: []string{"m"}}},
			Capabilities: []pack.Capability{{ID: "c", Name: text(), Does: text(), Limits: text(), Status: "shipped",
				Words: &pack.Phrases{ZH: []string{word.Draw(r, "word")}, EN: []string{word.Draw(r, "word")}}}},
			Metrics: []pack.Metric{{ID: "m", Name: text(), Unit: text(), Better: "lower", Measure: text()}},
		}
		again, err := pack.Load(exported(r, p), pack.Options{})
		if err != nil || !reflect.DeepEqual(p, again) {
			files, _ := pack.Export(p)
			r.Fatalf("%v\n%+v\n%+v\n%q", err, p, again, files["pack.yaml"])
		}
	})
}
