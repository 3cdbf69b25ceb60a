package httpapi

import (
	"testing"

	"headwater/lake"
)

// What a step did reads as a sentence in both languages, also where rows weren't counted.
func TestStepWords(t *testing.T) {
	for _, c := range []struct {
		step   lake.Step
		zh, en string
	}{
		{lake.Step{Code: "engine", Rows: -1}, "在本地引擎中得出结果（未统计行数）。", "Answer here in the engine (rows not counted)."},
		{lake.Step{Code: "engine", Rows: 2}, "在本地引擎中得出 2 行。", "Answer here in the engine: 2 rows."},
		{lake.Step{Code: "scan_source", Source: "shop", Table: "t", Rows: -1, Pushed: []string{"a = 1"}}, "读取来源 shop 的表 t（未统计行数）；来源负责 a = 1。",
			"Read the table t of the source shop (rows not counted); the source applies a = 1."},
		{lake.Step{Code: "scan_source", Source: "shop", Table: "t", Rows: 1, Bytes: 2048}, "从来源 shop 的表 t 读取 1 行（2.0 KiB）。", "Read 1 row (2.0 KiB) from the table t of the source shop."},
		{lake.Step{Code: "overlay", Entity: "e", Rows: -1}, "叠加本分支对 e 的改动（未统计行数）。", "Lay this branch's changes over e (rows not counted)."},
	} {
		if got := stepWords(&c.step, true); got != c.zh {
			t.Errorf("%s, not %s", got, c.zh)
		}
		if got := stepWords(&c.step, false); got != c.en {
			t.Errorf("%s, not %s", got, c.en)
		}
	}
}
