package main

import (
	"encoding/json"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

// branchDrift tells which rows under a branch's changes hold something else by now.
func (o *options) branchDrift() *cobra.Command {
	var format string
	c := &cobra.Command{Use: "drift NAME", Short: "List rows of sources that moved under a branch's changes", Args: cobra.ExactArgs(1),
		Long: "Exit code 3 when some did.",
		RunE: action(func(c *cobra.Command, args []string) error {
			if format != "json" && format != "table" {
				return usage("--format is table or json")
			}
			return o.with(c.Context(), func(cl *client) error {
				var raw json.RawMessage
				if err := cl.call(c.Context(), "GET", path("branches", args[0], "drift"), nil, &raw); err != nil {
					return err
				}
				return printDrift(raw, format)
			})
		})}
	c.Flags().StringVar(&format, "format", "table", "table or json")
	return c
}

func printDrift(raw json.RawMessage, format string) error {
	var d struct {
		Items []struct {
			Entity, ID, Title, Code string
			Cells                   []struct {
				Field             string
				Before, Now, Mine any
			}
		}
	}
	if err := json.Unmarshal(raw, &d); err != nil {
		return err
	}
	if format == "json" {
		if err := printJSON(raw); err != nil {
			return err
		}
	} else {
		w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
		for _, r := range d.Items {
			fmt.Fprintf(w, "%s %s\t%s\t%s\n", r.Entity, r.ID, r.Title, r.Code)
			for _, x := range r.Cells {
				fmt.Fprintf(w, "    %s\tbefore %s\tnow %s\tmine %s\n", x.Field, cellText(x.Before), cellText(x.Now), cellText(x.Mine))
			}
		}
		if len(d.Items) == 0 {
			fmt.Fprintln(w, "nothing moved")
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	if len(d.Items) > 0 {
		return &exitError{code: exitConflict}
	}
	return nil
}

// branchPlan shows what main holds over sources and would write back, and does so.
func (o *options) branchPlan() *cobra.Command {
	var apply bool
	var source string
	var ids []string
	c := &cobra.Command{Use: "plan [ENTITY | --source NAME]", Short: "Show what main would write back to sources, or write it with --apply", Args: cobra.MaximumNArgs(1),
		Long: "With --source: all entities of a source. Everything is written in one transaction, or nothing when one of the rows has moved in the source (exit code 3).",
		RunE: action(func(c *cobra.Command, args []string) error {
			body, at := map[string]any{}, ""
			switch {
			case len(args) > 0 && source != "", source != "" && len(ids) > 0:
				return usage("give an entity, with --id where only some records are meant, or --source")
			case len(args) > 0:
				body["entity"], at = args[0], query("entity", args[0])
			case source != "":
				body["source"], at = source, query("source", source)
			case apply:
				return usage("--apply needs an entity or --source")
			}
			if len(ids) > 0 {
				body["ids"] = ids
			}
			return o.with(c.Context(), func(cl *client) error {
				if apply {
					return cl.writeBack(c, body)
				}
				return cl.show(c.Context(), "GET", path("writeback")+at, nil)
			})
		})}
	c.Flags().BoolVar(&apply, "apply", false, "write it")
	c.Flags().StringVar(&source, "source", "", "all that main holds over this source")
	c.Flags().StringSliceVar(&ids, "id", nil, "with --apply: these records only")
	return c
}

func (cl *client) writeBack(c *cobra.Command, body map[string]any) error {
	var out struct {
		Results []struct {
			Entity string `json:"entity"`
			ID     string `json:"id"`
			Done   bool   `json:"done"`
			Code   string `json:"code,omitempty"`
		} `json:"results"`
		Written  int   `json:"written"`
		Cleared  int   `json:"cleared"`
		Revision int64 `json:"revision,omitempty"`
	}
	if err := cl.call(c.Context(), "POST", path("writeback"), body, &out); err != nil {
		return err
	}
	if err := printJSON(out); err != nil {
		return err
	}
	for _, r := range out.Results {
		if !r.Done && r.Code != "skipped" {
			return &exitError{code: exitConflict, err: fmt.Errorf("nothing was written: the row %s of %s %s", r.ID, r.Entity, whyNotWritten(r.Code))}
		}
	}
	return nil
}

// whyNotWritten says what a row's code means.
func whyNotWritten(code string) string {
	switch code {
	case "exists":
		return "exists in the source already"
	case "gone":
		return "has gone from the source"
	case "moved":
		return "has changed in the source"
	}
	return "can't be written: " + code
}
