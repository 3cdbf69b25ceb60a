package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
)

func recordCommands(o *options) []*cobra.Command {
	get := &cobra.Command{Use: "get ENTITY KEY", Short: "Print one record as JSON (KEY: id or field=value)", Args: cobra.ExactArgs(2),
		RunE: action(func(c *cobra.Command, args []string) error { return o.get(c, args[0], args[1]) })}
	put := &cobra.Command{Use: "put ENTITY -", Short: "Insert or change records from JSON lines on standard input, as one revision",
		Long: "Each line is an object of fields; with \"id\" it changes that record (or makes it), without it makes a new one.",
		Args: cobra.ExactArgs(2), RunE: action(func(c *cobra.Command, args []string) error { return o.put(c, args[0], args[1]) })}
	var references string
	del := &cobra.Command{Use: "delete ENTITY KEY", Short: "Delete one record", Args: cobra.ExactArgs(2),
		RunE: action(func(c *cobra.Command, args []string) error { return o.delete(c, args[0], args[1], references) })}
	del.Flags().StringVar(&references, "references", "", "what becomes of references to it: restrict, clear or cascade (default: each field's own rule)")
	history := &cobra.Command{Use: "history ENTITY KEY", Short: "Print who changed what of a record, newest first", Args: cobra.ExactArgs(2),
		RunE: action(func(c *cobra.Command, args []string) error { return o.history(c, args[0], args[1]) })}
	return []*cobra.Command{o.branchFlag(get), o.branchFlag(put), o.branchFlag(del), o.branchFlag(history)}
}

func (o *options) get(c *cobra.Command, entity, key string) error {
	return o.with(c.Context(), func(cl *client) error {
		id, err := cl.keyOf(c.Context(), entity, key, o.branch)
		if err != nil {
			return err
		}
		return cl.show(c.Context(), "GET", path("records", entity, id)+query("branch", o.branch), nil)
	})
}

func (o *options) history(c *cobra.Command, entity, key string) error {
	return o.with(c.Context(), func(cl *client) error {
		id, err := cl.keyOf(c.Context(), entity, key, o.branch)
		if err != nil {
			return err
		}
		return cl.show(c.Context(), "GET", path("records", entity, id, "history")+query("branch", o.branch), nil)
	})
}

func (o *options) delete(c *cobra.Command, entity, key, references string) error {
	return o.with(c.Context(), func(cl *client) error {
		id, err := cl.keyOf(c.Context(), entity, key, o.branch)
		if err != nil {
			return err
		}
		return cl.show(c.Context(), "DELETE", path("records", entity, id)+query("branch", o.branch, "references", references), nil)
	})
}

// batchRecord is one record of a put: cells by field, under an id or a new one.
type batchRecord struct {
	ID    string         `json:"id,omitempty"`
	Cells map[string]any `json:"cells"`
}

func (o *options) put(c *cobra.Command, entity, source string) error {
	in := io.Reader(os.Stdin)
	if source != "-" {
		f, err := os.Open(source)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	records, err := readLines(in)
	if err != nil {
		return err
	}
	return o.withNew(c.Context(), func(cl *client) error {
		var out any
		err := cl.call(c.Context(), "POST", path("records", entity, "batch")+query("branch", o.branch), map[string]any{"records": records}, &out)
		if err != nil {
			return err
		}
		return printLine(out)
	})
}

func readLines(in io.Reader) ([]batchRecord, error) {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 0, 1<<16), 16<<20)
	var out []batchRecord
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var cells map[string]any
		if err := json.Unmarshal(lines.Bytes(), &cells); err != nil {
			return nil, usage("line %d is no JSON object: %v", n, err)
		}
		r := batchRecord{Cells: cells}
		if inner, ok := cells["cells"].(map[string]any); ok { // what get printed can be put back
			r.Cells = inner
		}
		if id, ok := cells["id"].(string); ok {
			r.ID = id
		}
		delete(r.Cells, "id")
		out = append(out, r)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	if len(out) == 0 {
		return nil, usage("there is nothing on standard input")
	}
	return out, nil
}
