package tabular_test

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"headwater/source/tabular"
)

// dataFolder is the folder of public test data that the repository doesn't hold.
func dataFolder(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("HEADWATER_DATA")
	if root == "" {
		t.Skip("skipped: no data folder; point HEADWATER_DATA to it")
	}
	dir := filepath.Join(root, name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("skipped: the data folder has no %s", name)
	}
	return dir
}

// sniffFile sniffs and reads a file to its end.
func sniffFile(t *testing.T, path string, o tabular.Override) (*tabular.Sniffed, []tabular.Row) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	s, err := tabular.Sniff(f, info.Size(), path, o)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	in, err := tabular.Open(f, info.Size(), s)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var rows []tabular.Row
	for {
		row, err := in.Next()
		if err == io.EOF {
			return s, rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
}

func glob(t *testing.T, parts ...string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(parts...))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", parts)
	}
	return files
}

func TestDataSpectrum(t *testing.T) {
	dir := dataFolder(t, "csv_spectrum")
	for _, file := range glob(t, dir, "csvs", "*.csv") {
		s, rows := sniffFile(t, file, tabular.Override{})
		name := strings.TrimSuffix(filepath.Base(file), ".csv")
		text, err := os.ReadFile(filepath.Join(dir, "json", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var want []map[string]string
		if !strings.HasPrefix(strings.TrimSpace(string(text)), "[") { // one file holds a single object
			text = []byte("[" + string(text) + "]")
		}
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var got []map[string]string
		for _, row := range rows {
			m := map[string]string{}
			for i, f := range row.Fields {
				m[s.Columns[i]] = f
			}
			got = append(got, m)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v\n got %q\nwant %q", name, s.Dialect, got, want)
		}
	}
}

func TestDataPollock(t *testing.T) {
	dir := dataFolder(t, "pollock_csv")
	files := glob(t, dir, "csv", "*.csv")
	equal, dialects := 0, 0
	for _, file := range files {
		s, rows := sniffFile(t, file, tabular.Override{})
		if sameDialect(t, s.Dialect, filepath.Join(dir, "parameters", filepath.Base(file)+"_parameters.json")) {
			dialects++
		} else {
			t.Logf("dialect of %s: %+v", filepath.Base(file), s.Dialect)
		}
		var got [][]string
		if s.Dialect.Header {
			got = append(got, s.Columns)
		}
		for _, row := range rows {
			got = append(got, append(row.Fields, row.Extra...))
		}
		if want := readClean(t, filepath.Join(dir, "clean", filepath.Base(file))); reflect.DeepEqual(got, want) {
			equal++
		} else {
			t.Logf("cells of %s differ", filepath.Base(file))
		}
	}
	t.Logf("of %d files: %d dialects found, %d equal to clean", len(files), dialects, equal)
}

func readClean(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func sameDialect(t *testing.T, d tabular.Dialect, parameters string) bool {
	t.Helper()
	text, err := os.ReadFile(parameters)
	if err != nil {
		t.Fatal(err)
	}
	var p struct {
		Delimiter, QuoteChar, EscapeChar string
		PreambleLines                    int `json:"preamble_lines"`
		HeaderLines                      int `json:"header_lines"`
	}
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	escape := p.EscapeChar == `\`
	return string(d.Delimiter) == p.Delimiter[:1] && string(d.Quote) == p.QuoteChar &&
		(d.Escape == '\\') == escape && d.SkipLines == p.PreambleLines && d.Header == (p.HeaderLines > 0)
}

func TestDataRealFiles(t *testing.T) {
	for _, pattern := range []string{"maven_crm/*.csv", "sample_sales_crm/*.csv", "xeducation_leads/Leads.csv", "clevercsv_examples/example/*.csv"} {
		dir := dataFolder(t, filepath.Dir(pattern))
		for _, file := range glob(t, dir, filepath.Base(pattern)) {
			s, rows := sniffFile(t, file, tabular.Override{})
			n := 0
			for _, row := range rows {
				n += len(row.Problems)
			}
			t.Logf("%s %q %q %q h=%v skip=%d sure=%.2f cols=%d rows=%d problems=%d %v", filepath.Base(file), s.Dialect.Delimiter, s.Dialect.Quote, s.Dialect.Escape, s.Dialect.Header, s.Dialect.SkipLines, s.Confidence, len(s.Columns), len(rows), n, s.Notes)
		}
	}
}
