package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"headwater/catalog"
	"headwater/lake"
)

const (
	scanRuns = 7
	fastRuns = 21
)

// counted is a SELECT that needs all columns of all rows and gives one row.
func counted(entity, fields, where string) string {
	list := strings.Split(fields, ", ")
	for i := range list {
		list[i] = "count(" + list[i] + ")"
	}
	return "SELECT " + strings.Join(list, ", ") + " FROM " + entity + where
}

// hashed is a SELECT that needs the value of every cell.
func hashed(entity, fields string) string {
	return "SELECT count(*), bit_xor(hash(" + fields + ")) FROM " + entity
}

func runScan(ctx context.Context, b *bench) (result, error) {
	res := result{rival: "COPY TO STDOUT (binary), one client", numbers: map[string]float64{}}
	h, err := b.useLines(ctx)
	if err != nil {
		return skippedWithout(err, res)
	}
	text := counted("lines", lineFields, "")
	if err := h.explained(ctx, text, 10, int64(2*b.rows)); err != nil {
		return res, err
	}
	seen, err := inTurns(b.runs(scanRuns), 1, func() error { return copyOut(ctx, b.outer.lines, "lines") }, h.reads(ctx, lake.MainName, text))
	if err != nil {
		return res, err
	}
	share := median(ratios(seen[0], seen[1])) // of rates
	rate := func(t times) float64 { return float64(2*b.rows) / t.p50() / 1000 }
	res.numbers = map[string]float64{"million rows/s": rate(seen[1]), "COPY million rows/s": rate(seen[0]), "share": share}
	seen[0].note(res.numbers, "COPY")
	seen[1].note(res.numbers, "lake")
	if err := b.pinned(ctx, h, res.numbers); err != nil {
		return res, err
	}
	res.measured = fmt.Sprintf("%.2f of it (%.2f million rows/s)", share, rate(seen[1]))
	res.rival += fmt.Sprintf(": %.2f million rows/s", rate(seen[0]))
	res.ok = share >= 0.8
	return res, nil
}

// explained sees to it that a SELECT reads what it is meant to read.
func (h *house) explained(ctx context.Context, text string, columns int, rows int64) error {
	r, err := h.lake.At(ctx, lake.System, lake.MainName, 0)
	if err != nil {
		return err
	}
	e, err := r.Explain(ctx, text)
	if err != nil {
		return err
	}
	for _, s := range e.Steps {
		if s.Code == "scan_source" && len(s.Columns) == columns && s.Rows == rows {
			return nil
		}
	}
	return fmt.Errorf("%s doesn't read %d columns of %d rows: %+v", text, columns, rows, e.Steps)
}

// pinned notes how long a pinned branch takes: a copy of all rows is written.
func (b *bench) pinned(ctx context.Context, h *house, numbers map[string]float64) error {
	var t times
	err := t.timed(func() error {
		_, err := h.lake.CreateBranch(ctx, lake.System, lake.NewBranch{Name: "pinned", Pin: true, Only: []lake.EntityName{"lines"}})
		return err
	})
	numbers["into a pinned branch"] = t.p50()
	if err == nil {
		err = h.lake.DiscardBranch(ctx, lake.System, "pinned")
	}
	return err
}

// skippedWithout turns a missing server into a reason to skip.
func skippedWithout(err error, res result) (result, error) {
	if errors.Is(err, errNoPostgres) || errors.Is(err, errNoMaria) || errors.Is(err, errNoData) {
		res.skipped = err.Error()
		return res, nil
	}
	return res, err
}

// binary reads the rows of a statement as they come, undecoded.
func binary(ctx context.Context, c *pgx.Conn, text string) func() error {
	return func() error {
		r := c.PgConn().ExecParams(ctx, text, nil, nil, nil, []int16{1})
		n := 0
		for r.NextRow() {
			n++
		}
		_, err := r.Close()
		if err == nil && n == 0 {
			err = errors.New("no rows: " + text)
		}
		return err
	}
}

// decoded reads the rows of a statement as values of the program.
func decoded(ctx context.Context, c *pgx.Conn, text string) func() error {
	return func() error {
		r, err := c.Query(ctx, text)
		if err != nil {
			return err
		}
		defer r.Close()
		for r.Next() {
			if _, err := r.Values(); err != nil {
				return err
			}
		}
		return r.Err()
	}
}

func runFilter(ctx context.Context, b *bench) (result, error) {
	res := result{numbers: map[string]float64{}}
	h, err := b.useLines(ctx)
	if err != nil {
		return skippedWithout(err, res)
	}
	accounts, c := 2*b.rows/20, b.outer.lines
	worst := worstOf{}
	for _, f := range []struct{ name, where string }{
		{"scattered", fmt.Sprintf(" WHERE account BETWEEN %d AND %d", accounts/2, accounts/2+accounts/100-1)},
		{"contiguous", fmt.Sprintf(" WHERE line BETWEEN %d AND %d", b.rows, b.rows+2*b.rows/100-1)},
	} {
		if err := h.explained(ctx, counted("lines", lineFields, f.where), 10, int64(2*b.rows/100)); err != nil {
			return res, err
		}
		plain := "SELECT " + lineFields + " FROM lines" + f.where
		seen, err := inTurns(b.runs(fastRuns), 3, binary(ctx, c, plain), h.reads(ctx, lake.MainName, counted("lines", lineFields, f.where)),
			decoded(ctx, c, plain), h.reads(ctx, lake.MainName, plain))
		if err != nil {
			return res, err
		}
		for i, side := range []string{"PostgreSQL", "lake", "PostgreSQL, values", "lake, values"} {
			seen[i].note(res.numbers, f.name+": "+side)
		}
		worst.note(f.name, median(ratios(seen[1], seen[0]))*seen[0].p50(), seen[0].p50())
	}
	res.measured = fmt.Sprintf("%s (worst of two, %s: %s)", ratio(worst.ratio), worst.name, ms(worst.ours))
	res.rival = "its own time, one client: " + ms(worst.theirs)
	res.ok = worst.ratio <= 1.3
	return res, nil
}

// monthly groups by an expression that isn't pushed anywhere.
const monthly = `SELECT extract(year FROM noted) * 100 + extract(month FROM noted) AS month, city, sum(price) AS total, avg(price) AS mean,
	avg(discount) AS less, count(*) AS n FROM lines GROUP BY 1, 2 ORDER BY 1, 2`

func runAggregate(ctx context.Context, b *bench) (result, error) {
	res := result{numbers: map[string]float64{}}
	h, err := b.useLines(ctx)
	if err != nil {
		return skippedWithout(err, res)
	}
	c, err := b.useForeign(ctx)
	if err != nil {
		return res, err
	}
	plan, err := texts(ctx, c, "EXPLAIN (VERBOSE) "+monthly)
	if err != nil {
		return res, err
	}
	if text := fmt.Sprint(plan); strings.Count(text, "Remote SQL: SELECT") != 1 || strings.Contains(strings.ToLower(text[strings.Index(text, "Remote SQL"):]), "group by") {
		return res, fmt.Errorf("postgres_fdw pushed more than the scan: %s", text)
	}
	theirs, err := texts(ctx, c, monthly)
	if err != nil {
		return res, err
	}
	ours, err := h.sql(ctx, lake.MainName, monthly)
	if err == nil {
		err = equal(ours, theirs)
	}
	if err != nil {
		return res, err
	}
	seen, err := inTurns(b.runs(scanRuns), 1, func() error { _, err := texts(ctx, c, monthly); return err }, h.reads(ctx, lake.MainName, monthly))
	if err != nil {
		return res, err
	}
	faster := median(ratios(seen[0], seen[1]))
	res.numbers["times faster"] = faster
	seen[0].note(res.numbers, "postgres_fdw")
	seen[1].note(res.numbers, "lake")
	res.measured = fmt.Sprintf("%.2f × faster (%s)", faster, ms(seen[1].p50()))
	res.rival, res.ok = "postgres_fdw, fetch_size 10000: "+ms(seen[0].p50()), faster >= 2
	return res, nil
}

// texts are the rows of a statement as the server writes them.
func texts(ctx context.Context, c *pgx.Conn, text string) ([][]string, error) {
	list, err := c.PgConn().Exec(ctx, text).ReadAll()
	if err != nil {
		return nil, err
	}
	var out [][]string
	for _, r := range list[len(list)-1].Rows {
		row := make([]string, len(r))
		for i := range r {
			row[i] = string(r[i])
		}
		out = append(out, row)
	}
	return out, nil
}

const byZone = "SELECT zone, payment, count(*), sum(fare), avg(distance) FROM %s GROUP BY zone, payment ORDER BY zone, payment"

func runParquet(ctx context.Context, b *bench) (result, error) {
	res := result{numbers: map[string]float64{}}
	h, err := b.useTrips(ctx)
	if err != nil {
		return res, err
	}
	db, err := b.alone()
	if err != nil {
		return res, err
	}
	text, theirs := fmt.Sprintf(byZone, "trips"), fmt.Sprintf(byZone, b.tripPaths())
	seen, err := inTurns(b.runs(fastRuns), 2, func() error { _, err := all(ctx, db, theirs); return err }, h.reads(ctx, lake.MainName, text))
	if err != nil {
		return res, err
	}
	r := median(ratios(seen[1], seen[0]))
	res.numbers["ratio"] = r
	seen[0].note(res.numbers, "read_parquet")
	seen[1].note(res.numbers, "lake")
	res.measured, res.rival, res.ok = ratio(r)+" ("+ms(seen[1].p50())+")", "DuckDB's read_parquet "+ms(seen[0].p50()), r <= 1.3
	return res, nil
}

func runClone(ctx context.Context, b *bench) (result, error) {
	res := result{numbers: map[string]float64{}}
	h, err := b.useTrips(ctx)
	if err != nil {
		return res, err
	}
	before := h.watched.scans.Load()
	var t, first times
	for i := range b.runs(createRuns) {
		name := lake.EntityName("copy_" + strconv.Itoa(i))
		err := t.timed(func() error {
			return h.catalog.Clone(ctx, lake.System, lake.MainName, "trips", catalog.CloneOrder{Name: name, Where: "zone < 100",
				Masks: map[lake.FieldName]lake.MaskRule{"rider": {Rule: lake.MaskHash}}})
		})
		if err != nil {
			return res, err
		}
		if h.watched.scans.Load() != before {
			return res, errors.New("cloning read from the source")
		}
		if i%20 == 0 {
			err = first.timed(h.reads(ctx, lake.MainName, "SELECT count(*), max(rider) FROM "+string(name)))
			before = h.watched.scans.Load()
		}
		if err = errors.Join(err, h.catalog.Remove(ctx, lake.System, lake.MainName, name)); err != nil {
			return res, err
		}
	}
	res.numbers["p95"], res.numbers["rows read"] = t.p95(), 0
	t.note(res.numbers, "clone")
	first.note(res.numbers, "first read of the clone")
	res.measured = fmt.Sprintf("p50 %s, p95 %s; 0 rows read", ms(t.p50()), ms(t.p95()))
	res.ok = t.p50() <= 5
	return res, nil
}
