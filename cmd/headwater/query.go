package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func queryCommands(o *options) []*cobra.Command {
	var format string
	var at, limit int64
	var atTime string
	var explain bool
	c := &cobra.Command{Use: "query SQL", Short: "Answer one SELECT over all entities", Args: cobra.ExactArgs(1),
		Long: "A table may be read as of a revision or time: FROM deals AT (VERSION => 12), AT (TIMESTAMP => '2026-11-21 08:30:00').",
		RunE: action(func(c *cobra.Command, args []string) error {
			if format != "table" && format != "csv" && format != "json" {
				return usage("--format is table, csv or json")
			}
			revision := ""
			if at != 0 {
				revision = strconv.FormatInt(at, 10)
			}
			return o.with(c.Context(), func(cl *client) error {
				where := query("branch", o.branch, "at", revision, "at_time", atTime)
				if explain {
					return cl.explain(c, args[0], where)
				}
				if format == "csv" {
					return cl.copyOut(c, path("query", "export")+where, map[string]any{"sql": args[0]})
				}
				var res result
				if err := cl.call(c.Context(), "POST", path("query")+where, map[string]any{"sql": args[0], "limit": limit}, &res); err != nil {
					return err
				}
				return res.print(format)
			})
		})}
	c.Flags().StringVar(&format, "format", "table", "table, csv or json")
	c.Flags().Int64Var(&at, "at", 0, "a past revision")
	c.Flags().StringVar(&atTime, "at-time", "", "a past time, as in 2026-11-21T08:30:00Z")
	c.Flags().BoolVar(&explain, "explain", false, "tell how it is answered: what sources do, what is done here and why")
	c.Flags().Int64Var(&limit, "limit", 10000, "rows at most (csv: all)")
	return []*cobra.Command{o.branchFlag(c)}
}

func (cl *client) copyOut(c *cobra.Command, target string, question any) error {
	res, err := cl.send(c.Context(), "POST", target, question)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body := bufio.NewReader(res.Body)
	if mark, _ := body.Peek(3); string(mark) == "\ufeff" {
		_, _ = body.Discard(3) // it is for spreadsheets; on a pipe it would be part of the first name
	}
	_, err = io.Copy(os.Stdout, body)
	return err
}

// result is the answer to a query.
type result struct {
	Columns []struct{ Name, Type string }
	Rows    [][]any
	More    bool
	MS      json.Number
}

func (r *result) print(format string) error {
	if format == "json" {
		rows := make([]json.RawMessage, 0, len(r.Rows))
		for _, row := range r.Rows {
			rows = append(rows, r.object(row))
		}
		if err := printJSON(rows); err != nil {
			return err
		}
	} else if err := r.table(); err != nil {
		return err
	}
	if r.More {
		fmt.Fprintf(os.Stderr, "only the first %d rows are shown; raise --limit\n", len(r.Rows))
	}
	return nil
}

// object is a row as a JSON object that keeps the order of the columns.
func (r *result) object(row []any) json.RawMessage {
	var b strings.Builder
	b.WriteByte('{')
	for i, col := range r.Columns {
		if i > 0 {
			b.WriteByte(',')
		}
		name, _ := json.Marshal(col.Name)
		value, _ := json.Marshal(row[i])
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return json.RawMessage(b.String())
}

func (r *result) table() error {
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	names := make([]string, len(r.Columns))
	for i, c := range r.Columns {
		names[i] = c.Name
	}
	fmt.Fprintln(w, strings.Join(names, "\t"))
	for _, row := range r.Rows {
		cells := make([]string, len(row))
		for i, v := range row {
			cells[i] = strings.ReplaceAll(cellText(v), "\n", "⏎")
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%d row(s), %s ms\n", len(r.Rows), r.MS)
	return nil
}
