// Command bench measures the product against named rivals in one run on one machine,
// prints a Markdown table and writes bench/latest.json. Absolute times differ from
// machine to machine; what counts are the ratios and the bounds beside them. Nothing
// here is a test: a busy machine may miss a bound without anything being wrong.
//
// House: a workspace opened in this process. Server: the built program over the same
// data directory; the two take turns, because one process holds a directory. Rival:
// PostgreSQL in a temporary cluster (its COPY, its own answers, postgres_fdw), DuckDB
// over the same table or files, a bare SQLite writer. What needs public data finds it
// where HEADWATER_DATA points to; what needs a server that isn't there is skipped.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime/pprof"
	"slices"
	"strings"
	"syscall"
	"time"
)

// measure is one line of the table.
type measure struct {
	name  string // for -only
	what  string
	bound string
	run   func(context.Context, *bench) (result, error)
}

// result is what a measure came to.
type result struct {
	measured string
	rival    string
	ok       bool
	skipped  string             // why there is no result
	numbers  map[string]float64 // everything that was seen, in milliseconds where not said otherwise
}

// measures are in the order in which they disturb the shared data least: what reads
// goes first, what adds records last.
func measures() []measure {
	return []measure{
		{"list", "list page over HTTP: filter + sort without index, 50 rows, total", "p95 ≤ 1/4 of PostgreSQL", runList},
		{"list-after-write", "the same right after another person's write", "p95 ≤ 2 × that", runListAfterWrite},
		{"engine", "the engine's reads of main", "median ratio ≤ 1.4", runEngine},
		{"score", "score all accounts by the shipped profile, one query", "≤ 200 ms for a million", runScore},
		{"branch-create", "branch create", "p50 ≤ 2 ms, ≤ 2 × on 1,000 accounts", runBranchCreate},
		{"branch-reads", "branch reads with 1% of rows changed", "median ratio to main ≤ 1.3", runBranchReads},
		{"merge", "compare and merge of 1,000 changed rows", "≤ 30 ms and ≤ 150 ms", runMerge},
		{"branch-bytes", "bytes for that branch", "≤ 1 MB in the store", runBranchBytes},
		{"create", "create one record over HTTP, durable", "8 clients ≥ half of the rival's rate; p50 ≤ 3 ms with one", runCreate},
		{"import", "import from CSV with checks", "≤ 6 × COPY", runImport},
		{"source-scan", "PostgreSQL source → engine, all rows × 10 columns", "≥ 0.8 of its COPY rate", runScan},
		{"source-filter", "a filter that the source can use, 1% of its rows", "≤ 1.3 × its own time", runFilter},
		{"source-aggregate", "aggregate over a foreign PostgreSQL table, nothing of it pushed", "≥ 2 × faster than postgres_fdw", runAggregate},
		{"parquet", "group-by over 2 columns of a folder of Parquet files", "≤ 1.3 × read_parquet", runParquet},
		{"clone", "clone of that folder's entity, with filter and mask", "p50 ≤ 5 ms, 0 rows read", runClone},
		{"changed-scan", "full scans on a branch with 1% of a live foreign home's rows changed", "≤ 1.5 × the bare read", runOverlays},
		{"tpch", "TPC-H 0.1 in Parquet, 22 queries through the lake", "answers equal; ≤ 1.5 × DuckDB alone", runTPCH},
		{"tpch-mixed", "the same with lineitem in PostgreSQL, orders in MariaDB", "answers equal; ≤ 5 × the above", runMixed},
		{"stores", "PostgreSQL as the store: creates over 8 writers, branch create", "none: told beside SQLite", runStores},
		{"mine", "needs in notes, by codes per note (development notes, five folds)", "out of fold P ≥ 0.80, R ≥ 0.75, hidden R ≥ 0.65; 1,000 notes ≤ 10 s", runMine},
		{"simulate", "10,000 runs of each shipped value model", "p50 ≤ 200 ms for the slowest", runSimulate},
		{"start", "start with the demo until the first page answers; memory at rest", "≤ 2 s; < 300 MB", runStart},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	var only, binary, dir, profile string
	rows := flag.Int("rows", 1_000_000, "how many accounts")
	flag.StringVar(&only, "only", "", "names of measures, separated by commas")
	flag.StringVar(&binary, "bin", "bin/headwater", "the built program")
	flag.StringVar(&dir, "dir", "", "keep the data here and use it again (default: a temporary directory)")
	flag.StringVar(&profile, "profile", "", "write a CPU profile of this process (not of the server) to this file")
	flag.Parse()
	if profile != "" {
		stop, err := profiled(profile)
		if err != nil {
			return err
		}
		defer stop()
	}
	list, err := chosen(only)
	if err != nil {
		return err
	}
	b, err := newBench(*rows, binary, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	rep := newReport(*rows)
	for _, m := range list {
		began := time.Now()
		r, err := m.run(ctx, b)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			r = result{skipped: "failed: " + err.Error()}
		}
		say("%s: %s %s (%.0f s)", m.name, r.measured, r.skipped, time.Since(began).Seconds())
		rep.add(m, r, time.Since(began))
	}
	return rep.finish()
}

// profiled records where this process spends its time until stop.
func profiled(file string) (stop func(), err error) {
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	return func() { pprof.StopCPUProfile(); f.Close() }, pprof.StartCPUProfile(f)
}

func chosen(only string) ([]measure, error) {
	all := measures()
	if only == "" {
		return all, nil
	}
	wanted := strings.Split(only, ",")
	for _, w := range wanted {
		if !slices.ContainsFunc(all, func(m measure) bool { return m.name == w }) {
			return nil, fmt.Errorf("there is no measure named %q", w)
		}
	}
	return slices.DeleteFunc(all, func(m measure) bool { return !slices.Contains(wanted, m.name) }), nil
}

// say tells on standard error how far it is.
func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, time.Now().Format("15:04:05 ")+format+"\n", args...)
}
