package demo

import (
	"bytes"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestDirtyFilesAreAsExpected(t *testing.T) {
	dir := t.TempDir()
	e, err := WriteDirtyFiles(dir, 7)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(e, DirtyFiles(7)) {
		t.Error("the same seed made other files")
	}
	for _, f := range e.Files() {
		data, err := os.ReadFile(filepath.Join(dir, f.Name))
		if err != nil || !bytes.Equal(data, f.Data) {
			t.Fatalf("%s: %v", f.Name, err)
		}
		rows := parse(t, f)
		if len(rows)-1 != f.Rows {
			t.Errorf("%s: %d rows, said %d", f.Name, len(rows)-1, f.Rows)
		}
		if strings.HasPrefix(f.Name, "deals") && !reflect.DeepEqual(rows, parse(t, e.Deals)) {
			t.Errorf("%s holds other rows than deals.csv", f.Name)
		}
	}
	checkDirt(t, e.Accounts, parse(t, e.Accounts), map[Dirt]int{DirtSectorMistyped: 8, DirtSpaces: 8, DirtFullWidth: 8, DirtAmount: 8, DirtLineBreak: 8,
		DirtFormula: 8, DirtNumberWrong: 2, DirtParentUnknown: 1, DirtNameEmpty: 1, DirtSameRow: 1, DirtDuplicateKey: 1})
	deals := parse(t, e.Deals)
	checkDirt(t, e.Deals, deals, map[Dirt]int{DirtProductMistyped: 30, DirtAccountEmpty: 30, DirtSpaces: 30, DirtDateForm: 30, DirtAmount: 30, DirtPercent: 30,
		DirtLineBreak: 30, DirtFullWidth: 30, DirtAccountShort: 30, DirtAccountUnknown: 2, DirtProductUnknown: 1, DirtOwnerUnknown: 2, DirtStageUnknown: 1,
		DirtDateWrong: 2, DirtLong: 1, DirtSameRow: 1, DirtDuplicateKey: 2, DirtFormula: 1})
	for _, n := range e.Deals.Dirt[DirtAccountEmpty] {
		if deals[n][1] != "" {
			t.Errorf("record %d has the account %s", n, deals[n][1])
		}
	}
	for _, n := range e.Deals.Dirt[DirtShort] {
		if len(deals[n]) != 8 {
			t.Errorf("record %d has %d cells", n, len(deals[n]))
		}
	}
}

func checkDirt(t *testing.T, f DirtyFile, rows [][]string, want map[Dirt]int) {
	t.Helper()
	for d, n := range want {
		if len(f.Dirt[d]) != n {
			t.Errorf("%s: %d rows of %s, want %d", f.Name, len(f.Dirt[d]), d, n)
		}
	}
	for _, d := range []Dirt{DirtSameRow, DirtDuplicateKey} {
		for _, n := range f.Dirt[d] {
			if rows[n][0] != rows[n-1][0] || reflect.DeepEqual(rows[n], rows[n-1]) != (d == DirtSameRow) {
				t.Errorf("%s: record %d is no %s: %v", f.Name, n, d, rows[n])
			}
		}
	}
}

func parse(t *testing.T, f DirtyFile) [][]string {
	t.Helper()
	var d dialect
	for _, x := range append(dialects(), dialect{name: ".csv", encoding: "utf-8"}) {
		if strings.HasSuffix(f.Name, x.name) && x.encoding == f.Encoding {
			d = x
			break
		}
	}
	text, err := io.ReadAll(d.codec().NewDecoder().Reader(bytes.NewReader(f.Data)))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitN(string(text), "\n", f.Preamble+1)
	r := csv.NewReader(strings.NewReader(lines[f.Preamble]))
	r.Comma, r.FieldsPerRecord = f.Delimiter, -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", f.Name, err)
	}
	return rows
}
