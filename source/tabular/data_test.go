package tabular_test

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
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

// Two files of this copy don't match their own answers: a phone number was
// changed in one, and the line ends of another were turned into \n.
func TestDataSpectrum(t *testing.T) {
	dir := dataFolder(t, "csv_spectrum")
	known := map[string]string{"location_coordinates": "2095257564", "newlines_crlf": "Once upon \na time"}
	for _, file := range glob(t, dir, "csvs", "*.csv") {
		s, rows := sniffFile(t, file, tabular.Override{})
		name := strings.TrimSuffix(filepath.Base(file), ".csv")
		want := readAnswers(t, filepath.Join(dir, "json", name+".json"))
		if len(rows) != len(want) {
			t.Errorf("%s: %d rows, want %d", name, len(rows), len(want))
			continue
		}
		for i, row := range rows {
			for c, f := range row.Fields {
				if w := want[i][s.Columns[c]]; f != w && f != known[name] {
					t.Errorf("%s row %d %s: got %q, want %q", name, i, s.Columns[c], f, w)
				}
			}
		}
	}
}

func readAnswers(t *testing.T, path string) []map[string]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(strings.TrimSpace(string(text)), "[") { // one file holds a single object
		text = []byte("[" + string(text) + "]")
	}
	var want []map[string]string
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return want
}

// Rows with a delimiter too many or too few can't come out clean without
// guessing; what we promise there is that the damage is reported.
func TestDataPollock(t *testing.T) {
	dir := dataFolder(t, "pollock_csv")
	var dialects, equal, reported int
	files := glob(t, dir, "csv", "*.csv")
	for _, file := range files {
		name := filepath.Base(file)
		s, rows := sniffFile(t, file, tabular.Override{})
		if sameDialect(t, s.Dialect, filepath.Join(dir, "parameters", name+"_parameters.json")) {
			dialects++
		} else {
			t.Logf("%s: dialect %+v", name, s.Dialect)
		}
		switch differ, silent := compareClean(t, s, rows, filepath.Join(dir, "clean", name)); {
		case differ == 0:
			equal++
		case silent == 0:
			reported++
		default:
			t.Logf("%s: %d rows differ, %d of them unreported", name, differ, silent)
		}
	}
	t.Logf("%d files: dialect right %d, cells equal %d, each difference reported %d", len(files), dialects, equal, reported)
	if dialects < 140 || equal < 64 || equal+reported < 136 {
		t.Error("worse than it was")
	}
}

// compareClean counts rows that aren't in the clean file at their place, and
// those of them that carry no problem.
func compareClean(t *testing.T, s *tabular.Sniffed, rows []tabular.Row, path string) (differ, silent int) {
	t.Helper()
	clean := readClean(t, path)
	if s.Dialect.Header && len(clean) > 0 {
		if !reflect.DeepEqual(s.Columns, clean[0]) {
			differ = 1
			if !slices.ContainsFunc(s.Notes, func(n tabular.Note) bool { return strings.HasPrefix(n.Code, "header_") }) {
				silent = 1
			}
		}
		clean = clean[1:]
	}
	for i, row := range rows {
		if i < len(clean) && reflect.DeepEqual(append(row.Fields, row.Extra...), clean[i]) {
			continue
		}
		differ++
		if len(row.Problems) == 0 {
			silent++
		}
	}
	missing := max(0, len(clean)-len(rows))
	return differ + missing, silent + missing
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
	tests := []struct {
		folder, file  string
		delim         rune
		columns, rows int
	}{
		{"maven_crm", "accounts.csv", ',', 7, 85},
		{"maven_crm", "data_dictionary.csv", ',', 3, 21},
		{"maven_crm", "products.csv", ',', 3, 7},
		{"maven_crm", "sales_pipeline.csv", ',', 8, 4623},
		{"maven_crm", "sales_teams.csv", ',', 3, 36},
		{"sample_sales_crm", "Activity.csv", ',', 7, 500},
		{"sample_sales_crm", "Contacts.csv", ',', 7, 100},
		{"sample_sales_crm", "Leads.csv", ',', 6, 200},
		{"sample_sales_crm", "Opportunity.csv", ',', 6, 500},
		{"sample_sales_crm", "Products.csv", ',', 6, 200},
		{"sample_sales_crm", "Sales.csv", ',', 4, 495},
		{"sample_sales_crm", "SalesLines.csv", ',', 7, 3761},
		{"xeducation_leads", "Leads.csv", ',', 38, 9240},
		{"xeducation_leads", "Leads Data Dictionary.xlsx", 0, 2, 37},
		{"clevercsv_examples", "example/imdb.csv", ',', 44, 100},
		{"clevercsv_examples", "example/milk.csv", '\t', 23, 379},
	}
	for _, tt := range tests {
		s, rows := sniffFile(t, filepath.Join(dataFolder(t, tt.folder), tt.file), tabular.Override{})
		if s.Dialect.Delimiter != tt.delim || !s.Dialect.Header || len(s.Columns) != tt.columns || len(rows) != tt.rows {
			t.Errorf("%s: %+v, columns %q, %d rows", tt.file, s.Dialect, s.Columns, len(rows))
		}
		for _, row := range rows {
			if len(row.Problems) > 0 {
				t.Errorf("%s: %+v", tt.file, row.Problems)
			}
		}
	}
}
