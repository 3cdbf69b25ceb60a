package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"
)

func runImport(ctx context.Context, b *bench) (result, error) {
	res := result{numbers: map[string]float64{}}
	file, err := b.csvFile()
	if err != nil {
		return res, err
	}
	if _, err := b.usePostgres(ctx); err != nil && !errors.Is(err, errNoPostgres) {
		return res, err
	}
	if err := errors.Join(b.closeBig(), b.stopServer()); err != nil {
		return res, err
	}
	dir := b.path("imported")
	if err := os.RemoveAll(dir); err != nil {
		return res, err
	}
	defer os.RemoveAll(dir)
	who, err := makeDirectory(ctx, dir, 0)
	if err != nil {
		return res, err
	}
	s, err := startServer(ctx, b.binary, dir, who)
	if err != nil {
		return res, err
	}
	defer s.stop()
	took, err := s.importFile(ctx, b.binary, file, b.rows)
	if err != nil {
		return res, err
	}
	var shown times
	if err := shown.timed(func() error { return s.showsAll(ctx, b.rows) }); err != nil {
		return res, err
	}
	res.numbers["import"], res.numbers["then the first list"] = took*1000, shown.p50()
	res.numbers["rows per second"] = float64(b.rows) / took
	if len(b.copied) == 0 {
		res.skipped = fmt.Sprintf("%v (%.1f s)", errNoPostgres, took)
		return res, nil
	}
	theirs := b.copied.at(0) / 1000 // its better run
	res.numbers["COPY"] = theirs * 1000
	res.measured = fmt.Sprintf("%.1f s = %.1f × (the first list after it %s)", took, took/theirs, ms(shown.p50()))
	res.rival = fmt.Sprintf("PostgreSQL 15 COPY %.1f s", theirs)
	res.ok = took <= 6*theirs
	return res, nil
}

// importFile imports with the command line over HTTP and checks the count.
func (s *server) importFile(ctx context.Context, binary, file string, rows int) (seconds float64, err error) {
	cmd := exec.CommandContext(ctx, binary, "import", "accounts", file, "--server", s.base, "--token", s.who.Owner)
	var said bytes.Buffer
	cmd.Stderr = &said
	began := time.Now()
	out, err := cmd.Output()
	seconds = time.Since(began).Seconds()
	if err != nil {
		return 0, fmt.Errorf("%w: %s %s", err, out, last(said.Bytes(), 500))
	}
	var got struct{ Read, Inserted, Rejected int }
	if err := json.Unmarshal(out, &got); err != nil {
		return 0, fmt.Errorf("%w: %s", err, out)
	}
	if got.Inserted != rows {
		return 0, fmt.Errorf("of %d rows %d were imported: %s", rows, got.Inserted, out)
	}
	return seconds, nil
}

func last(b []byte, n int) []byte { return b[max(0, len(b)-n):] }

// showsAll asks for the first page and its total.
func (s *server) showsAll(ctx context.Context, rows int) error {
	var page listPage
	if err := s.call(ctx, s.who.Owner, "GET", "/api/records/accounts?total=true&page_size=50&order=name&fields=name", nil, &page); err != nil {
		return err
	}
	if page.Total != int64(rows) {
		return fmt.Errorf("the list shows %d of %d imported accounts", page.Total, rows)
	}
	return nil
}
