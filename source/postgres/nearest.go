package postgres

import (
	"context"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/jackc/pgx/v5/pgconn"

	"headwater/lake"
)

// distances are pgvector's operators. Their results are those of the engine's
// list_distance, list_cosine_distance (1 - cosine) and list_negative_inner_product.
var distances = map[string]string{"l2": "<->", "cosine": "<=>", "ip": "<#>"}

// indexMost is how many rows an index of pgvector is asked for; it is an estimate beyond.
const indexMost = 1000

var distancePlan = plan{typ: "DOUBLE", format: 1, arrow: arrow.PrimitiveTypes.Float64, decode: floatDecoder}

// nearest lets the server choose the nearest rows. Rows without a vector are never
// among them. Without conditions an index of the source may be used, which can miss
// some; with conditions, or when the index gives too few, all distances are computed.
func (s *session) nearest(ctx context.Context, conn *pgconn.PgConn, st *statement, n *lake.Nearest, out *lake.Scanned) (*lake.Scanned, error) {
	c := st.table.find(n.Column)
	operator := distances[n.Metric]
	if c == nil || c.Type != "vector" || operator == "" || n.K <= 0 {
		return s.read(ctx, conn, st, out)
	}
	distance := quote(c.Name) + " OPERATOR(" + quote(c.TypeSchema) + "." + operator + ") " +
		st.args.bind(vectorText(n.Vector), quote(c.TypeSchema)+"."+quote(c.Type))
	st.schema = arrow.NewSchema(append(st.schema.Fields(), arrow.Field{Name: "distance", Type: distancePlan.arrow, Nullable: true}), nil)
	st.columns = append(st.columns, &column{Name: "distance"})
	st.plans, st.formats = append(st.plans, distancePlan), append(st.formats, distancePlan.format)
	st.where = append(st.where, quote(c.Name)+" IS NOT NULL")
	out.Nearest = true
	if len(out.Pushed) == 0 && n.K <= indexMost {
		if err := exec(ctx, conn, efSearch(n.K)); err != nil {
			return nil, s.c.native(ctx, err)
		}
		out.Statement = st.nearestText(distance, n.K, true)
		rows, err := s.all(ctx, conn, st, out)
		if err != nil {
			return nil, err
		}
		if rows == int64(n.K) {
			s.give(conn)
			return out, nil
		}
		out.Rows.Release()
	}
	out.Statement = st.nearestText(distance, n.K, false)
	if _, err := s.all(ctx, conn, st, out); err != nil {
		return nil, err
	}
	s.give(conn)
	return out, nil
}

// efSearch has an HNSW index look at enough candidates; where the extension isn't
// loaded it is a name without meaning.
func efSearch(k int) string { return "SET LOCAL hnsw.ef_search = " + strconv.Itoa(max(40, k)) }

// nearestText is the statement. Computed first, the distances can't come from an index.
func (st *statement) nearestText(distance string, k int, index bool) string {
	list := make([]string, len(st.columns)-1)
	for i := range list {
		list[i] = st.plans[i].selected(st.columns[i])
	}
	columns := strings.Join(append(list, distance), ", ")
	from := " FROM " + st.table.sqlName() + st.conditions("")
	if index {
		return "SELECT " + columns + from + " ORDER BY " + distance + " LIMIT " + strconv.Itoa(k)
	}
	return "WITH measured AS MATERIALIZED (SELECT " + columns + from + ") SELECT * FROM measured ORDER BY " +
		strconv.Itoa(len(st.columns)) + " LIMIT " + strconv.Itoa(k)
}

// all reads a small result at once.
func (s *session) all(ctx context.Context, conn *pgconn.PgConn, st *statement, out *lake.Scanned) (int64, error) {
	result := conn.ExecParams(ctx, out.Statement, st.args.values, nil, nil, st.formats)
	b := newBatch(st)
	defer b.release()
	var list []arrow.RecordBatch
	var bad error
	total, bytes := int64(0), int64(0)
	flush := func() {
		total, bytes = total+int64(b.rows), bytes+int64(b.bytes)
		list = append(list, b.record())
	}
	for result.NextRow() && bad == nil {
		if bad = b.add(result.Values()); b.full() {
			flush()
		}
	}
	_, err := result.Close()
	if bad == nil {
		bad = s.c.native(ctx, err)
	}
	if bad != nil {
		for _, rec := range list {
			rec.Release()
		}
		return 0, bad
	}
	flush()
	out.Rows, out.Moved = records(st.schema, list, total, bytes)
	return total, nil
}

func vectorText(v []float32) string {
	parts := make([]string, len(v))
	for i, f := range v {
		parts[i] = strconv.FormatFloat(float64(f), 'g', -1, 32)
	}
	return "[" + strings.Join(parts, ",") + "]"
}

var _ array.RecordReader = (*reader)(nil)
