package httpapi

import (
	"context"
	"io"
	"net/http"
	"time"

	"headwater/lake"
)

// exports hand out what a list shows as a file.
type exports struct{ *Server }

func (x exports) register(a api) {
	route(a, operation{id: "exportRecords", method: http.MethodGet, path: "/records/{entity}/export", need: NeedRead, errors: []int{404, 413},
		summary: "The records of a list as a file", produces: []string{kindCSV, kindXLSX}}, x.records)
}

const (
	kindCSV  = "text/csv; charset=utf-8"
	kindXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

var kinds = map[string]string{"csv": kindCSV, "xlsx": kindXLSX}

type exportInput struct {
	Place
	Selection
	Fields   []string `query:"fields"`
	Format   string   `query:"format" default:"csv" enum:"csv,xlsx"`
	Language string   `header:"Accept-Language"`
}

// sheet is what rows can be written to.
type sheet interface {
	row(cells []any) error // string, or a value of sheetNumber, sheetDate, sheetTime
	close() error
}

func (x exports) records(ctx context.Context, in *exportInput) (*file, error) {
	r, e, err := x.readEntity(ctx, in.Place, in.Entity)
	if err != nil {
		return nil, err
	}
	q, err := x.question(ctx, r, e, in.Selection)
	if err != nil {
		return nil, err
	}
	columns, err := columnsOf(r.Schema(), e, in.Fields)
	if err != nil {
		return nil, err
	}
	q.Fields, q.Limit = pathsOf(columns), bulkPage
	zh := chinese(ctx, in.Language)
	out := &table{reader: r, columns: columns, zh: zh, zone: x.zone}
	name := choose(zh, e.Plural) + "-" + time.Now().In(x.zone).Format("2006-01-02") + "." + in.Format
	return deliver(kinds[in.Format], name, func(ctx context.Context, w io.Writer) error {
		s := newSheet(in.Format, w)
		if err := s.row(out.headings(r.Schema(), e)); err != nil {
			return err
		}
		if err := eachPage(ctx, r, q, func(rows []lake.AnswerRow) error { return out.write(ctx, s, rows) }); err != nil {
			return err
		}
		return s.close()
	}), nil
}

// newSheet begins a file of a format.
func newSheet(format string, w io.Writer) sheet {
	if format == "xlsx" {
		return newXLSX(w)
	}
	return newCSV(w)
}

// table turns rows of an answer into rows of a sheet, in words of the reader's language.
type table struct {
	reader  *lake.Reader
	columns []column
	zh      bool
	zone    *time.Location
}

// headings name the columns; money takes two, so that amounts can be added up.
func (t *table) headings(s *lake.Schema, e *lake.Entity) []any {
	var out []any
	for _, c := range t.columns {
		name := t.heading(s, e, c.path)
		out = append(out, name)
		if c.field.Kind == lake.Money {
			out = append(out, name+choose(t.zh, lake.Label{ZH: "（币种）", EN: " (currency)"}))
		}
	}
	return out
}

func (t *table) heading(s *lake.Schema, e *lake.Entity, path lake.Path) string {
	out := ""
	for i, name := range path {
		f, _ := e.Column(name)
		label := choose(t.zh, f.Label)
		if label == "" {
			label = string(name)
		}
		if i > 0 {
			out += choose(t.zh, lake.Label{ZH: "·", EN: ": "})
		}
		out += label
		if f.Kind == lake.Reference {
			if target, err := s.Entity(f.Target); err == nil {
				e = target
			}
		}
	}
	return out
}

func (t *table) write(ctx context.Context, s sheet, rows []lake.AnswerRow) error {
	refs := mentioned{}
	for _, row := range rows {
		for i, c := range row.Cells {
			refs.note(t.columns[i].field, c)
		}
	}
	titles, err := refs.titles(ctx, t.reader)
	if err != nil {
		return err
	}
	for _, row := range rows {
		cells := make([]any, 0, len(row.Cells)+2)
		for i, c := range row.Cells {
			cells = t.cell(cells, t.columns[i].field, c, titles)
		}
		if err := s.row(cells); err != nil {
			return err
		}
	}
	return nil
}

func (t *table) cell(row []any, f *lake.Field, c lake.Cell, titles Titles) []any {
	switch {
	case f.Kind == lake.Money:
		amount, currency := lake.SplitMoney(c)
		return append(row, sheetNumber(amount), currency)
	case c == "":
		return append(row, "")
	case f.Kind == lake.Integer || f.Kind == lake.Decimal:
		return append(row, sheetNumber(c))
	case f.Kind == lake.Date:
		return append(row, sheetDate(c))
	case f.Kind == lake.Timestamp:
		if at, err := time.Parse(time.RFC3339Nano, string(c)); err == nil {
			return append(row, sheetTime(at.In(t.zone)))
		}
	case f.Kind == lake.Boolean && c == "true":
		return append(row, choose(t.zh, lake.Label{ZH: "是", EN: "yes"}))
	case f.Kind == lake.Boolean:
		return append(row, choose(t.zh, lake.Label{ZH: "否", EN: "no"}))
	case f.Kind == lake.Enum:
		if o, ok := f.Option(string(c)); ok {
			return append(row, choose(t.zh, o.Label))
		}
	case f.Kind == lake.Reference:
		if title := titles[f.Target][lake.Key(c)]; title != "" {
			return append(row, title)
		}
	}
	return append(row, string(c))
}
