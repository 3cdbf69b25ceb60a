package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"headwater/lake"
	"headwater/lake/filter"
)

// lists are the verbs that look at many records.
type lists struct{ *Server }

func (l lists) register(a api) {
	route(a, operation{id: "listRecords", method: http.MethodGet, path: "/records/{entity}", need: NeedRead, errors: []int{404},
		summary: "Records that match a filter, in order, page by page"}, l.list)
	route(a, operation{id: "groupRecords", method: http.MethodGet, path: "/records/{entity}/groups", need: NeedRead, errors: []int{404},
		summary: "Counts and sums per value"}, l.group)
	route(a, operation{id: "search", method: http.MethodGet, path: "/search", need: NeedRead, errors: []int{404},
		summary: "Find records by words, substrings or pinyin"}, l.search)
}

// Selection says which records, and in which order.
type Selection struct {
	Entity lake.EntityName `path:"entity"`
	Filter string          `query:"filter" doc:"AIP-160: stage = won AND amount > 1000"`
	Order  []string        `query:"order" doc:"Fields; with - in front descending. Empty cells come last."`
}

type listInput struct {
	Place
	Selection
	Fields    []string         `query:"fields" doc:"What to read, also behind references (account.industry); absent: all fields."`
	PageSize  int              `query:"page_size" default:"50" minimum:"0" maximum:"1000"`
	PageToken string           `query:"page_token"`
	Total     bool             `query:"total" doc:"Count all matches."`
	Sums      []lake.FieldName `query:"sums" doc:"Add up these fields over all matches."`
}

// Row is a record in a list.
type Row struct {
	ID    lake.Key      `json:"id"`
	Rev   lake.Revision `json:"rev"`
	Cells Values        `json:"cells"`
}

// Sums are totals by field: money as one amount per currency, numbers as one text.
type Sums map[lake.FieldName][]Value

// RecordPage is one page of a list.
type RecordPage struct {
	Items         []Row         `json:"items"`
	Titles        Titles        `json:"titles"`
	NextPageToken string        `json:"next_page_token,omitempty"`
	Total         *int64        `json:"total,omitempty"`
	Sums          Sums          `json:"sums,omitempty"`
	Revision      lake.Revision `json:"revision"`
	Milliseconds  float64       `json:"ms"`
}

func (l lists) list(ctx context.Context, in *listInput) (*reply[RecordPage], error) {
	begin := time.Now()
	r, e, err := l.readEntity(ctx, in.Place, in.Entity)
	if err != nil {
		return nil, err
	}
	q, err := l.question(ctx, r, e, in.Selection)
	if err != nil {
		return nil, err
	}
	columns, err := columnsOf(r.Schema(), e, in.Fields)
	if err != nil {
		return nil, err
	}
	q.Fields, q.Limit, q.Total, q.Sums = pathsOf(columns), in.PageSize, in.Total, in.Sums
	if err := sumsKnown(e, in.Sums); err != nil {
		return nil, err
	}
	if q.After, err = readToken(in.PageToken, in.Selection); err != nil {
		return nil, err
	}
	a, err := r.Ask(ctx, q)
	if err != nil {
		return nil, err
	}
	page := RecordPage{Revision: r.Revision(), Sums: sumsOf(e, a.Sums)}
	if page.Items, page.Titles, err = rowsOf(ctx, r, columns, a.Rows); err != nil {
		return nil, err
	}
	if a.More && len(a.Rows) > 0 {
		page.NextPageToken = writeToken(a.Rows[len(a.Rows)-1].After, in.Selection)
	}
	if in.Total {
		page.Total = &a.Total
	}
	page.Milliseconds = since(begin)
	return replyWith(page, nil)
}

// since is the time passed in milliseconds, to a tenth.
func since(t time.Time) float64 { return float64(time.Since(t).Microseconds()/100) / 10 }

// question reads filter and order.
func (s *Server) question(ctx context.Context, r *lake.Reader, e *lake.Entity, sel Selection) (lake.Question, error) {
	q := lake.Question{Entity: e.Name}
	var err error
	q.Where, err = filter.Parse(sel.Filter, r.Schema(), e, s.filterEnv(ctx))
	if err != nil {
		return q, err
	}
	for _, text := range sel.Order {
		text = strings.TrimSpace(text)
		name, desc := strings.CutPrefix(text, "-")
		c, err := columnOf(r.Schema(), e, name)
		if err != nil {
			return q, err
		}
		q.Order = append(q.Order, lake.Order{Path: c.path, Desc: desc})
	}
	return q, nil
}

func sumsKnown(e *lake.Entity, names []lake.FieldName) error {
	for _, n := range names {
		f, ok := e.Field(n)
		if !ok {
			return unknownField(e, string(n))
		}
		if f.Kind != lake.Integer && f.Kind != lake.Decimal && f.Kind != lake.Money {
			return lake.Fail(lake.ErrInvalid, "sum_of_text", "Only numbers and amounts can be added up.", "field", n)
		}
	}
	return nil
}

func sumsOf(e *lake.Entity, in map[lake.FieldName][]lake.Cell) Sums {
	if len(in) == 0 {
		return nil
	}
	out := Sums{}
	for n, cells := range in {
		f, ok := e.Field(n)
		if !ok {
			continue
		}
		out[n] = []Value{}
		for _, c := range cells {
			v := Value{string(c)}
			if f.Kind == lake.Money {
				v = valueOf(f, c)
			}
			out[n] = append(out[n], v)
		}
	}
	return out
}

// rowsOf shows rows with the titles of what they refer to.
func rowsOf(ctx context.Context, r *lake.Reader, columns []column, rows []lake.AnswerRow) ([]Row, Titles, error) {
	names := make([]lake.FieldName, len(columns))
	for i, c := range columns {
		names[i] = lake.FieldName(c.path.String())
	}
	refs := mentioned{}
	out := make([]Row, len(rows))
	for i, row := range rows {
		cells := make(Values, len(columns))
		for j, c := range row.Cells {
			if c != "" {
				cells[names[j]] = columns[j].field.Kind.JSON(c)
				refs.note(columns[j].field, c)
			}
		}
		out[i] = Row{ID: row.Key, Rev: row.Rev, Cells: cells}
	}
	titles, err := refs.titles(ctx, r)
	return out, titles, err
}

// token is where a page ends. It fits only the list that it came from.
type token struct {
	Of    string      `json:"of"`
	After []lake.Cell `json:"after"`
}

func writeToken(after []lake.Cell, sel Selection) string {
	text, _ := json.Marshal(token{sel.fingerprint(), after}) // text can't fail
	return base64.RawURLEncoding.EncodeToString(text)
}

func readToken(text string, sel Selection) ([]lake.Cell, error) {
	if text == "" {
		return nil, nil
	}
	var t token
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(raw, &t)
	}
	if err != nil || t.Of != sel.fingerprint() || len(t.After) <= len(sel.Order) { // one order may take several cells; the engine knows how many
		return nil, lake.Fail(lake.ErrInvalid, "page_token_invalid", "The page token belongs to another list; begin with the first page.")
	}
	return t.After, nil
}

func (s Selection) fingerprint() string {
	sum := sha256.Sum256([]byte(string(s.Entity) + "\x00" + s.Filter + "\x00" + strings.Join(s.Order, ",")))
	return base64.RawURLEncoding.EncodeToString(sum[:6])
}

type groupInput struct {
	Place
	Selection
	By   []lake.FieldName `query:"by" required:"true" doc:"Group by these fields."`
	Sums []lake.FieldName `query:"sums"`
}

// Group is one group of records.
type Group struct {
	Values []Value `json:"values" doc:"Beside the fields of by."`
	Count  int64   `json:"count"`
	Sums   Sums    `json:"sums,omitempty"`
}

// Groups is a grouped answer.
type Groups struct {
	Groups   []Group       `json:"groups"`
	Titles   Titles        `json:"titles"`
	Revision lake.Revision `json:"revision"`
}

func (l lists) group(ctx context.Context, in *groupInput) (*reply[Groups], error) {
	r, e, err := l.readEntity(ctx, in.Place, in.Entity)
	if err != nil {
		return nil, err
	}
	q, err := l.question(ctx, r, e, in.Selection)
	if err != nil {
		return nil, err
	}
	q.Group, q.Sums = in.By, in.Sums
	if err := sumsKnown(e, in.Sums); err != nil {
		return nil, err
	}
	by := make([]*lake.Field, len(in.By))
	for i, n := range in.By {
		f, ok := e.Column(n)
		if !ok {
			return nil, unknownField(e, string(n))
		}
		by[i] = f
	}
	a, err := r.Ask(ctx, q)
	if err != nil {
		return nil, err
	}
	out := Groups{Groups: make([]Group, len(a.Groups)), Revision: r.Revision()}
	refs := mentioned{}
	for i, g := range a.Groups {
		out.Groups[i] = Group{Values: make([]Value, len(g.Values)), Count: g.Count, Sums: sumsOf(e, g.Sums)}
		for j, c := range g.Values {
			out.Groups[i].Values[j] = valueOf(by[j], c)
			refs.note(by[j], c)
		}
	}
	out.Titles, err = refs.titles(ctx, r)
	return replyWith(out, err)
}

type searchInput struct {
	Place
	Words string `query:"q" required:"true" maxLength:"500" doc:"Words, a substring, or pinyin."`
	Limit int    `query:"limit" default:"20" minimum:"1" maximum:"200"`
}

// Hits is what a search found, best first.
type Hits struct {
	Items        []lake.Hit `json:"items"`
	Milliseconds float64    `json:"ms"`
}

func (l lists) search(ctx context.Context, in *searchInput) (*reply[Hits], error) {
	begin := time.Now()
	r, err := l.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	hits, err := r.Search(ctx, in.Words, in.Limit)
	if err != nil {
		return nil, err
	}
	watchedHits(ctx, hits)
	return replyWith(Hits{listOf(hits).Items, since(begin)}, nil)
}
