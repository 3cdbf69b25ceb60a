package postgres_test

import (
	"io"
	"os"
	"testing"
	"time"

	"headwater/lake"
)

// TestSpeed compares the reading of 2M rows of 10 columns with the server's own COPY in
// binary form, read by one client. It takes half a minute, so it runs when asked to.
func TestSpeed(t *testing.T) {
	if os.Getenv("HEADWATER_SPEED") == "" {
		t.Skip("skipped: set HEADWATER_SPEED=1")
	}
	w := newWorld(t, `CREATE TABLE lines (id bigint PRIMARY KEY, account integer, day date, price numeric(15,2), discount double precision,
		flag boolean, code text, city text, noted timestamptz, note text)`,
		`INSERT INTO lines SELECT n, n % 100000, '2015-01-01'::date + (n % 3000)::int, (n % 1000000) / 100.0, n * 0.001, n % 3 = 0, 'C' || n % 5000,
			(ARRAY['上海','北京','London','Paris'])[1 + n % 4], '2020-01-01'::timestamptz + n * interval '1 second', 'a note of some length ' || n FROM generate_series(1, 2000000) n`,
		"VACUUM ANALYZE lines")
	columns := w.columns("lines")
	copied, scanned, loaded := time.Hour, time.Hour, time.Hour
	for range 5 {
		start := time.Now()
		if _, err := w.pg.PgConn().CopyTo(t.Context(), io.Discard, "COPY lines TO STDOUT (FORMAT binary)"); err != nil {
			t.Fatal(err)
		}
		copied = min(copied, time.Since(start))
		start = time.Now()
		n, err := count(w.scan(lake.Scan{Table: "lines", Columns: columns}).Rows)
		if err != nil || n != 2_000_000 {
			t.Fatal(n, err)
		}
		scanned = min(scanned, time.Since(start))
	}
	e := newEngine(t)
	for range 3 {
		start := time.Now()
		e.load("lines", w.scan(lake.Scan{Table: "lines", Columns: columns}).Rows)
		loaded = min(loaded, time.Since(start))
	}
	rate := func(d time.Duration) float64 { return 2 / d.Seconds() }
	t.Logf("M rows/s: COPY %.2f, scan %.2f (%.2f of COPY), scan into the engine %.2f (%.2f of COPY)",
		rate(copied), rate(scanned), rate(scanned)/rate(copied), rate(loaded), rate(loaded)/rate(copied))
}
