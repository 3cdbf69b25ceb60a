package httpapi

import (
	"strings"

	"headwater/lake"
	"headwater/source/tabular"
)

// Upload is a file and what it seems to hold.
type Upload struct {
	Upload    string         `json:"upload"`
	Name      string         `json:"name"`
	Size      int64          `json:"size"`
	Format    tabular.Format `json:"format" enum:"csv,xlsx"`
	Encoding  string         `json:"encoding"`
	Delimiter string         `json:"delimiter"`
	Quote     string         `json:"quote"`
	SkipLines int            `json:"skip_lines"`
	Header    bool           `json:"header"`
	Sheets    []string       `json:"sheets,omitempty"`
	Sheet     string         `json:"sheet,omitempty"`
	Columns   []UploadColumn `json:"columns"`
	Rows      [][]string     `json:"rows" doc:"The first 50."`
	Notes     []UploadNote   `json:"notes"`
}

// UploadColumn is a column with a few of its values.
type UploadColumn struct {
	Name    string    `json:"name"`
	Samples []string  `json:"samples"`
	Kind    lake.Kind `json:"kind" doc:"What the first values look like."`
}

// UploadNote is something a person should know about the file.
type UploadNote struct {
	Code   string `json:"code"`
	Line   int    `json:"line,omitempty"`
	Detail string `json:"detail"`
}

const (
	samplesShown = 5
	cellShown    = 500 // bytes
)

func (d *uploadDoc) show(s *tabular.Sniffed) Upload {
	out := Upload{Upload: d.ID, Name: d.Name, Size: d.Size, Format: s.Format, Encoding: s.Dialect.Encoding, Delimiter: letter(s.Dialect.Delimiter),
		Quote: letter(s.Dialect.Quote), SkipLines: s.Dialect.SkipLines, Header: s.Dialect.Header, Sheets: s.Sheets, Sheet: s.Sheet,
		Columns: make([]UploadColumn, len(s.Columns)), Rows: make([][]string, len(s.Sample)), Notes: []UploadNote{}}
	for i, name := range s.Columns {
		out.Columns[i] = uploadColumn(name, i, s.Sample)
	}
	for i, row := range s.Sample {
		out.Rows[i] = make([]string, len(row.Fields))
		for j, v := range row.Fields {
			out.Rows[i][j] = shorten(v)
		}
		for _, p := range row.Problems {
			out.Notes = append(out.Notes, UploadNote{p.Code, p.Line, p.Detail})
		}
	}
	for _, n := range s.Notes {
		out.Notes = append(out.Notes, UploadNote{Code: n.Code, Detail: n.Detail})
	}
	return out
}

func letter(r rune) string {
	if r <= 0 {
		return ""
	}
	return string(r)
}

func shorten(s string) string {
	if len(s) <= cellShown {
		return s
	}
	return strings.ToValidUTF8(s[:cellShown], "") + "…"
}

func uploadColumn(name string, i int, rows []tabular.Row) UploadColumn {
	c := UploadColumn{Name: name, Samples: []string{}}
	var values []string
	seen := map[string]bool{}
	for _, row := range rows {
		v := row.Fields[i]
		if v == "" {
			continue
		}
		values = append(values, v)
		if !seen[v] && len(c.Samples) < samplesShown {
			seen[v] = true
			c.Samples = append(c.Samples, shorten(v))
		}
	}
	c.Kind = kindOf(values)
	return c
}

// kindOf is the narrowest kind that all values fit.
func kindOf(values []string) lake.Kind {
	for _, kind := range []lake.Kind{lake.Integer, lake.Decimal, lake.Date, lake.Timestamp, lake.Email, lake.URL} {
		field := lake.Field{Kind: kind}
		fits := len(values) > 0
		for _, v := range values {
			if _, err := field.Canonical(v); err != nil {
				fits = false
				break
			}
		}
		if fits {
			return kind
		}
	}
	return lake.Text
}
