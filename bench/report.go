package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// report is the table in the making.
type report struct {
	At      time.Time  `json:"at"`
	Rows    int        `json:"rows"`
	Machine string     `json:"machine"`
	Load    string     `json:"load_before"`
	Lines   []reported `json:"measures"`
}

// reported is one measure as latest.json keeps it.
type reported struct {
	Name     string             `json:"name"`
	What     string             `json:"what"`
	Measured string             `json:"measured,omitempty"`
	Bound    string             `json:"bound"`
	Rival    string             `json:"rival,omitempty"`
	OK       bool               `json:"ok"`
	Skipped  string             `json:"skipped,omitempty"`
	Seconds  float64            `json:"seconds"`
	Numbers  map[string]float64 `json:"numbers,omitempty"`
}

func newReport(rows int) *report {
	return &report{At: time.Now().UTC(), Rows: rows, Load: loadAverage(),
		Machine: fmt.Sprintf("%s/%s, %d cores, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())}
}

// loadAverage says how busy the machine is, where that can be known.
func loadAverage() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(b))[:3], " ")
}

func (r *report) add(m measure, res result, took time.Duration) {
	r.Lines = append(r.Lines, reported{m.name, m.what, res.measured, m.bound, res.rival, res.ok && res.skipped == "", res.skipped, took.Seconds(), res.numbers})
}

// finish prints the table and writes latest.json beside the sources.
func (r *report) finish() error {
	fmt.Printf("%d accounts × 15 fields; %s; load before %s, after %s\n\n", r.Rows, r.Machine, r.Load, loadAverage())
	fmt.Println("| what | measured | bound | rival in the same run | |")
	fmt.Println("|---|---|---|---|---|")
	for _, l := range r.Lines {
		verdict := "ok"
		switch {
		case l.Skipped != "":
			verdict, l.Measured = "–", l.Skipped
		case !l.OK:
			verdict = "over"
		}
		fmt.Printf("| %s | %s | %s | %s | %s |\n", l.What, l.Measured, l.Bound, l.Rival, verdict)
	}
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(latest(), append(b, '\n'), 0o644)
}

func latest() string {
	if _, err := os.Stat("bench"); err == nil {
		return filepath.Join("bench", "latest.json")
	}
	return "latest.json"
}
