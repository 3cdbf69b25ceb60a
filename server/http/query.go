package httpapi

import (
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"headwater/lake"
)

// queries are the verbs of SQL.
type queries struct{ *Server }

const (
	queryMost  = 100_000  // rows in one JSON answer
	queryBytes = 64 << 20 // and their size, roughly
	queryTime  = 2 * time.Minute
	exportTime = 30 * time.Minute
)

func (q queries) register(a api) {
	route(a, operation{id: "query", method: http.MethodPost, path: "/query", need: NeedRead, errors: []int{404},
		summary: "Run one SELECT over the entities, with the caller's rights"}, q.run)
	route(a, operation{id: "cancelQuery", method: http.MethodDelete, path: "/query/{id}", need: NeedRead, status: http.StatusNoContent,
		summary: "Stop a query of one's own"}, q.cancel)
	route(a, operation{id: "exportQuery", method: http.MethodPost, path: "/query/export", need: NeedRead, errors: []int{404},
		summary: "The whole answer of a SELECT as CSV", produces: []string{kindCSV}}, q.export)
}

// SQLRequest is one SELECT.
type SQLRequest struct {
	SQL   string `json:"sql" maxLength:"200000"`
	Limit int    `json:"limit,omitempty" default:"10000" minimum:"1" maximum:"100000" doc:"Rows in the answer."`
	ID    string `json:"id,omitempty" maxLength:"64" doc:"Made by the client, to cancel the query by."`
}

type queryInput struct {
	Place
	Body SQLRequest
}

// SQLColumn is a column of an answer.
type SQLColumn struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// SQLAnswer is the answer of a SELECT.
type SQLAnswer struct {
	Columns      []SQLColumn   `json:"columns"`
	Rows         [][]any       `json:"rows"`
	More         bool          `json:"more" doc:"There are more rows than the limit."`
	Milliseconds float64       `json:"ms"`
	ID           string        `json:"id"`
	Revision     lake.Revision `json:"revision" doc:"That was read."`
}

func (q queries) run(ctx context.Context, in *queryInput) (*reply[SQLAnswer], error) {
	r, err := q.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	id := in.Body.ID
	if id == "" {
		id = string(lake.NewKey())
	}
	ctx, done, err := q.queries.begin(ctx, principal(ctx).User, id, queryTime)
	if err != nil {
		return nil, err
	}
	defer done()
	begin := time.Now()
	watchedText(ctx, r, in.Body.SQL)
	sink := &rowSink{limit: min(in.Body.Limit, queryMost), answer: SQLAnswer{ID: id, Revision: r.Revision(), Columns: []SQLColumn{}, Rows: [][]any{}}}
	if err := r.SQL(ctx, in.Body.SQL, sink); err != nil && !errors.Is(err, errEnough) && !sink.answer.More {
		return nil, stopped(ctx, err)
	}
	sink.answer.Milliseconds = since(begin)
	return replyWith(sink.answer, nil)
}

// stopped tells a cancelled query from a failed one.
func stopped(ctx context.Context, err error) error {
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return newProblem(http.StatusGatewayTimeout, "query_timeout", "The query took too long.", nil)
	case ctx.Err() != nil:
		return newProblem(http.StatusConflict, "query_cancelled", "The query was cancelled.", nil)
	}
	return err
}

var errEnough = errors.New("enough rows")

// rowSink keeps rows up to a limit.
type rowSink struct {
	limit  int
	bytes  int
	answer SQLAnswer
}

func (s *rowSink) Columns(names, types []string) error {
	for i, n := range names {
		s.answer.Columns = append(s.answer.Columns, SQLColumn{n, types[i]})
	}
	return nil
}

func (s *rowSink) Row(values []any) error {
	if len(s.answer.Rows) >= s.limit {
		s.answer.More = true
		return errEnough
	}
	row := make([]any, len(values))
	for i, v := range values {
		row[i] = s.plain(v)
	}
	switch {
	case s.bytes <= queryBytes:
	case len(s.answer.Rows) == 0:
		return lake.Fail(lake.ErrLimit, "query_row_too_large", "A single row of the answer is larger than 64 MiB.")
	default:
		s.answer.More = true
		return errEnough
	}
	s.answer.Rows = append(s.answer.Rows, row)
	return nil
}

// plain is a value that survives JSON and a browser's numbers.
func (s *rowSink) plain(v any) any {
	const exact = 1 << 53
	s.bytes += 8
	switch x := v.(type) {
	case string:
		s.bytes += len(x)
	case int64:
		if x > exact || x < -exact {
			return strconv.FormatInt(x, 10)
		}
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return strconv.FormatFloat(x, 'g', -1, 64)
		}
	case []any:
		for i := range x {
			x[i] = s.plain(x[i])
		}
	case map[string]any:
		for k := range x {
			x[k] = s.plain(x[k])
		}
	}
	return v
}

func (q queries) cancel(ctx context.Context, in *idInput) (*nothing, error) {
	q.queries.cancel(principal(ctx).User, in.ID)
	return nil, nil
}

// running knows the queries that can be cancelled.
type running struct {
	mu   sync.Mutex
	stop map[queryID]context.CancelFunc
}

type queryID struct {
	owner lake.Key
	id    string
}

func newRunning() *running { return &running{stop: map[queryID]context.CancelFunc{}} }

func (r *running) begin(ctx context.Context, owner lake.Key, id string, limit time.Duration) (context.Context, func(), error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := queryID{owner, id}
	if _, taken := r.stop[key]; taken {
		return nil, nil, lake.Fail(lake.ErrConflict, "query_running", "A query of this id is running already.", "id", id)
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	r.stop[key] = cancel
	return ctx, func() {
		cancel()
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.stop, key)
	}, nil
}

func (r *running) cancel(owner lake.Key, id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if stop, ok := r.stop[queryID{owner, id}]; ok {
		stop()
	}
}

func (q queries) export(ctx context.Context, in *queryInput) (*file, error) {
	r, err := q.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	watchedText(ctx, r, in.Body.SQL)
	name := "query-" + time.Now().In(q.zone).Format("2006-01-02-150405") + ".csv"
	return deliver(kindCSV, name, func(ctx context.Context, w io.Writer) error {
		ctx, cancel := context.WithTimeout(ctx, exportTime)
		defer cancel()
		sink := csvSink{newCSV(w)}
		if err := r.SQL(ctx, in.Body.SQL, sink); err != nil {
			return stopped(ctx, err)
		}
		return sink.close()
	}), nil
}

// csvSink writes rows as they come.
type csvSink struct{ *csvSheet }

func (s csvSink) Columns(names, _ []string) error {
	row := make([]any, len(names))
	for i, n := range names {
		row[i] = n
	}
	return s.row(row)
}

func (s csvSink) Row(values []any) error {
	row := make([]any, len(values))
	for i, v := range values {
		row[i] = csvValue(v)
	}
	return s.row(row)
}
