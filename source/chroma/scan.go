package chroma

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"

	"headwater/lake"
	"headwater/source"
	"headwater/source/batch"
)

// session has nothing to keep: Chroma has no transactions.
type session struct{ *connector }

// Session begins a query; its scans don't see one state.
func (c *connector) Session(context.Context) (source.Session, error) { return session{c}, nil }

// Close does nothing.
func (s session) Close() error { return nil }

// maxIDs is the longest list of ids that is asked for at once.
const maxIDs = 1000

var engineTypes = map[string]string{"id": "VARCHAR", "document": "VARCHAR", "embedding": "FLOAT[]", "metadata": "JSON"}

// Scan pushes: id = and IN, alone; the nearest, when the collection has the asked metric
// and there is no condition; a limit without order; and counts. Chroma finds the nearest
// by an index that may miss some (HNSW).
func (s session) Scan(ctx context.Context, q lake.Scan) (*lake.Scanned, error) {
	if q.Pin != "" {
		return nil, lake.Fail(lake.ErrInvalid, "source_pin_unknown", "Chroma keeps no earlier states.", "source", s.name)
	}
	k, err := s.collection(ctx, q.Table)
	if err != nil {
		return nil, err
	}
	for _, want := range q.Columns {
		if engineTypes[want.Name] != want.Type {
			return nil, lake.Fail(lake.ErrConflict, "source_changed", "Collections have no column "+want.Name+" of the type "+want.Type+".", "source", s.name, "table", q.Table, "column", want.Name)
		}
	}
	r := &rows{ctx: ctx, connector: s.connector, collection: k, columns: q.Columns}
	out := &lake.Scanned{ObservedAt: time.Now(), Pushed: make([]bool, len(q.Where)), Why: make([]string, len(q.Where))}
	r.where(q.Where, out)
	exact := !slices.Contains(out.Pushed, false)
	r.wish(q, exact, out)
	schema, err := batch.Schema(r.columns)
	if err != nil {
		return nil, err
	}
	reader := batch.NewReader(schema, r)
	out.Rows, out.Moved, out.Statement = reader, reader.Moved, r.statement()
	return out, nil
}

// where takes the first condition on ids.
func (r *rows) where(list []lake.ScanCondition, out *lake.Scanned) {
	for i, cond := range list {
		switch {
		case cond.Column != "id" || cond.Type != "VARCHAR":
			out.Why[i] = "type"
		case cond.Op != lake.EQ && cond.Op != lake.ScanIn, r.ids != nil, len(cond.Values) == 0, len(cond.Values) > maxIDs:
			out.Why[i] = "operator"
		default:
			r.ids = slices.Compact(slices.Sorted(slices.Values(cond.Values)))
			out.Pushed[i] = true
		}
	}
}

func (r *rows) wish(q lake.Scan, exact bool, out *lake.Scanned) {
	n := q.Nearest
	switch {
	case n != nil && len(q.Where) == 0 && n.Column == "embedding" && n.K > 0 && n.Metric == r.collection.metric() && distances[n.Metric] != nil:
		r.nearest, out.Nearest = n, true
		r.columns = append(slices.Clone(r.columns), lake.ScanColumn{Name: "distance", Type: "DOUBLE"})
	case n != nil: // then a limit would cut rows before they are compared
	case q.Count && exact:
		r.counting, out.Counted = true, true
		r.columns = []lake.ScanColumn{{Name: "count", Type: "BIGINT"}}
	case q.Limit > 0 && len(q.Order) == 0 && exact:
		r.limit, out.Limited = q.Limit, true
	}
}

func (r *rows) statement() string {
	what := "get " + r.collection.Name
	switch {
	case r.nearest != nil:
		return fmt.Sprintf("query %s: %d nearest by %s (approximate index)", r.collection.Name, r.nearest.K, r.nearest.Metric)
	case r.counting && r.ids == nil:
		return "count " + r.collection.Name
	case r.ids != nil:
		return what + " by ids"
	}
	return what + " by pages of " + fmt.Sprint(r.page())
}

// rows is one scan.
type rows struct {
	ctx        context.Context
	connector  *connector
	collection *collection
	columns    []lake.ScanColumn
	ids        []string // nil: all
	nearest    *lake.Nearest
	counting   bool
	limit      int64

	begun  bool
	size   int64 // of the collection at the beginning
	offset int64
}

// page is how many rows are asked for at once: about two megabytes of numbers.
func (r *rows) page() int64 {
	if r.collection.Dimension == nil || !r.wants("embedding") {
		return 2000
	}
	return int64(min(2000, max(10, 200_000/max(1, *r.collection.Dimension))))
}

func (r *rows) wants(name string) bool {
	return slices.ContainsFunc(r.columns, func(c lake.ScanColumn) bool { return c.Name == name })
}

func (r *rows) include() []string {
	out := []string{}
	for column, name := range map[string]string{"document": "documents", "embedding": "embeddings", "metadata": "metadatas"} {
		if r.wants(column) {
			out = append(out, name)
		}
	}
	return out
}

// answer is a page of rows: lists side by side.
type answer struct {
	IDs        []string    `json:"ids"`
	Documents  []*string   `json:"documents"`
	Embeddings [][]float32 `json:"embeddings"`
	Raw        []jsonMap   `json:"metadatas"`
}

// Fill implements batch.Rows.
func (r *rows) Fill(columns []array.Builder) (n int, err error) {
	if !r.begun {
		r.begun = true
		if r.size, err = r.connector.count(r.ctx, r.collection.ID); err != nil {
			return 0, r.gone(err)
		}
	}
	switch {
	case r.counting && r.ids == nil:
		columns[0].(*array.Int64Builder).Append(r.size)
		return 1, io.EOF
	case r.nearest != nil:
		n, err = r.query(columns)
	case r.ids != nil:
		n, err = r.byIDs(columns)
	default:
		n, err = r.next(columns)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = r.gone(err)
	}
	return n, err
}

// gone: the collection was there when the scan was made.
func (r *rows) gone(err error) error {
	if errors.Is(err, lake.ErrNotFound) {
		return lake.Fail(lake.ErrConflict, "source_changed", "The collection "+r.collection.Name+" is gone.", "source", r.connector.name, "table", r.collection.Name)
	}
	return err
}

func (r *rows) get(body map[string]any) (*answer, error) {
	var a answer
	err := r.connector.call(r.ctx, r.connector.base+"/collections/"+r.collection.ID+"/get", body, &a)
	return &a, err
}

// next gets a page. After the last one the collection must be as large as at first, and
// so many rows must have come.
func (r *rows) next(columns []array.Builder) (int, error) {
	want := r.page()
	if r.limit > 0 {
		want = min(want, r.limit-r.offset)
	}
	a, err := r.get(map[string]any{"limit": want, "offset": r.offset, "include": r.include()})
	if err != nil {
		return 0, err
	}
	if err := r.add(columns, a, nil); err != nil {
		return 0, err
	}
	n := int64(len(a.IDs))
	r.offset += n
	if r.limit > 0 && r.offset >= r.limit {
		return int(n), io.EOF
	}
	if n == want {
		return int(n), nil
	}
	size, err := r.connector.count(r.ctx, r.collection.ID)
	if err == nil && (size != r.size || r.offset != size) {
		err = lake.Fail(lake.ErrStale, "source_moved", "The collection "+r.collection.Name+" was changed while it was being read; try again.",
			"source", r.connector.name, "table", r.collection.Name, "before", r.size, "after", size, "read", r.offset)
	}
	if err == nil {
		err = io.EOF
	}
	return int(n), err
}

func (r *rows) byIDs(columns []array.Builder) (int, error) {
	a, err := r.get(map[string]any{"ids": r.ids, "include": r.include()})
	if err != nil {
		return 0, err
	}
	if r.counting {
		columns[0].(*array.Int64Builder).Append(int64(len(a.IDs)))
		return 1, io.EOF
	}
	if r.limit > 0 && int64(len(a.IDs)) > r.limit {
		a.IDs = a.IDs[:r.limit]
	}
	if err := r.add(columns, a, nil); err != nil {
		return 0, err
	}
	return len(a.IDs), io.EOF
}

// query asks for the nearest; distances are computed here, as the engine counts them.
func (r *rows) query(columns []array.Builder) (int, error) {
	k := min(int64(r.nearest.K), r.size)
	if k == 0 {
		return 0, io.EOF
	}
	include := r.include()
	if !slices.Contains(include, "embeddings") {
		include = append(include, "embeddings")
	}
	var all struct {
		IDs        [][]string    `json:"ids"`
		Documents  [][]*string   `json:"documents"`
		Embeddings [][][]float32 `json:"embeddings"`
		Metadatas  [][]jsonMap   `json:"metadatas"`
	}
	err := r.connector.call(r.ctx, r.connector.base+"/collections/"+r.collection.ID+"/query",
		map[string]any{"query_embeddings": [][]float32{r.nearest.Vector}, "n_results": k, "include": include}, &all)
	if err != nil {
		return 0, err
	}
	if len(all.IDs) != 1 || int64(len(all.IDs[0])) != k || len(all.Embeddings) != 1 {
		return 0, r.short()
	}
	a := answer{IDs: all.IDs[0], Embeddings: all.Embeddings[0]}
	if len(all.Documents) == 1 {
		a.Documents = all.Documents[0]
	}
	if len(all.Metadatas) == 1 {
		a.Raw = all.Metadatas[0]
	}
	if err := r.add(columns, &a, distances[r.nearest.Metric]); err != nil {
		return 0, err
	}
	return len(a.IDs), io.EOF
}

func (r *rows) short() error {
	return lake.Fail(lake.ErrBusy, "source_cut", "The source gave fewer rows or values than it should.", "source", r.connector.name, "table", r.collection.Name)
}

// add appends rows; each list must be as long as the ids.
func (r *rows) add(columns []array.Builder, a *answer, distance func(a, b []float32) float64) error {
	n := len(a.IDs)
	if r.wants("document") && len(a.Documents) < n || (r.wants("embedding") || distance != nil) && len(a.Embeddings) < n || r.wants("metadata") && len(a.Raw) < n {
		return r.short()
	}
	for c, column := range r.columns {
		for i := range n {
			switch b := columns[c].(type) {
			case *array.StringBuilder:
				addText(b, column.Name, a, i)
			case *array.ListBuilder:
				addVector(b, a.Embeddings[i])
			case *array.Float64Builder:
				b.Append(distance(r.nearest.Vector, a.Embeddings[i]))
			}
		}
	}
	return nil
}

func addText(b *array.StringBuilder, column string, a *answer, i int) {
	switch {
	case column == "id":
		b.Append(a.IDs[i])
	case column == "document" && a.Documents[i] != nil:
		b.Append(*a.Documents[i])
	case column == "metadata" && a.Raw[i] != "":
		b.Append(string(a.Raw[i]))
	default:
		b.AppendNull()
	}
}

func addVector(b *array.ListBuilder, v []float32) {
	if v == nil {
		b.AppendNull()
		return
	}
	b.Append(true)
	b.ValueBuilder().(*array.Float32Builder).AppendValues(v, nil)
}

// Close implements batch.Rows.
func (r *rows) Close(bool) {}

// distances are the engine's: Chroma's l2 is squared, and its ip is 1 minus the product.
var distances = map[string]func(a, b []float32) float64{
	"l2": func(a, b []float32) float64 {
		sum := 0.0
		for i := range min(len(a), len(b)) {
			d := float64(a[i]) - float64(b[i])
			sum += d * d
		}
		return math.Sqrt(sum)
	},
	"cosine": func(a, b []float32) float64 {
		return 1 - product(a, b)/math.Sqrt(product(a, a)*product(b, b))
	},
	"ip": func(a, b []float32) float64 { return -product(a, b) },
}

func product(a, b []float32) (sum float64) {
	for i := range min(len(a), len(b)) {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

// jsonMap is an object's text with its members in order: the server gives them in any.
type jsonMap string

// UnmarshalJSON keeps numbers as they are written.
func (m *jsonMap) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*m = ""
		return nil
	}
	text, err := canonical(b)
	*m = jsonMap(strings.TrimSuffix(text, "\n"))
	return err
}
