package main

import (
	"context"
	"errors"
	"os"
	"testing"
)

func newTestBench(t *testing.T, rows int) *bench {
	t.Helper()
	b, err := newBench(rows, "headwater", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// without skips a test that lacks a server or data, or fails it where all must be there.
func without(t *testing.T, why error) {
	t.Helper()
	if os.Getenv("HEADWATER_REQUIRE_ALL") == "1" && !errors.Is(why, errNoData) {
		t.Fatal(why)
	}
	t.Skip(why)
}

// The measures of sources check what they read: columns, rows, answers that equal the
// rival's, overlays that show, clones that read nothing. Here they run over few rows;
// what they came to says nothing.
func TestMeasuresOfSources(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: -short")
	}
	b := newTestBench(t, 2000)
	for _, m := range measures() {
		switch m.name {
		case "source-scan", "source-filter", "source-aggregate", "parquet", "clone", "changed-scan":
		default:
			continue
		}
		t.Run(m.name, func(t *testing.T) {
			r, err := m.run(t.Context(), b)
			if err != nil {
				t.Fatal(err)
			}
			if r.skipped != "" {
				without(t, errors.New(r.skipped))
			}
			t.Log(r.measured, "|", r.rival)
		})
	}
}

// TestTPCH asks the 22 queries of public data: over Parquet files, and over a database
// each for the two large tables.
func TestTPCH(t *testing.T) {
	data, err := readTPCH()
	if err != nil {
		without(t, err)
	}
	b := newTestBench(t, 1)
	for name, lay := range map[string]func(context.Context, *tpch) (*house, error){"files": b.tpchInFiles, "mixed": b.tpchMixed} {
		t.Run(name, func(t *testing.T) {
			_, err := lay(t.Context(), data) // it compares the answers
			if errors.Is(err, errNoPostgres) || errors.Is(err, errNoMaria) {
				without(t, err)
			}
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestSameValues(t *testing.T) {
	for _, c := range []struct {
		value any
		text  string
		want  bool
	}{
		{"1.5", "1.50", true}, {"1.5", "1.51", false}, {int64(3), "3", true}, {0.1 + 0.2, "0.3", true}, {0.1, "0.1000001", false},
		{nil, "", true}, {"", "x", false}, {"ab", "ab", true}, {"123456789012345678.01", "123456789012345678.02", false}, {0.0, "0", true},
	} {
		if got := same(c.value, c.text); got != c.want {
			t.Errorf("%v and %s: %v", c.value, c.text, got)
		}
	}
}
