package main

import (
	"errors"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func sourceCommands(o *options) []*cobra.Command {
	root := &cobra.Command{Use: "source", Short: "Add, test and look into sources: databases, folders, buckets"}
	list := &cobra.Command{Use: "list", Short: "List sources as JSON; secrets read ***", Args: cobra.NoArgs,
		RunE: action(func(c *cobra.Command, _ []string) error {
			return o.with(c.Context(), func(cl *client) error { return cl.show(c.Context(), "GET", path("sources"), nil) })
		})}
	test := &cobra.Command{Use: "test NAME", Short: "Try a source step by step", Args: cobra.ExactArgs(1),
		RunE: action(func(c *cobra.Command, args []string) error {
			return o.with(c.Context(), func(cl *client) error {
				var t triedSource
				if err := cl.call(c.Context(), "POST", path("sources", args[0], "test"), nil, &t); err != nil {
					return err
				}
				return t.print()
			})
		})}
	remove := &cobra.Command{Use: "remove NAME", Short: "Forget a source that no entity reads", Args: cobra.ExactArgs(1),
		RunE: action(func(c *cobra.Command, args []string) error {
			return o.with(c.Context(), func(cl *client) error {
				return cl.call(c.Context(), "DELETE", path("sources", args[0]), nil, nil)
			})
		})}
	root.AddCommand(o.sourceAdd(), list, test, o.sourceTables(), remove)
	return []*cobra.Command{root}
}

// triedSource is how far the way to a source goes.
type triedSource struct {
	OK    bool
	Steps []triedStep
}

type triedStep struct {
	Name   string  `json:"name"`
	OK     bool    `json:"ok"`
	Took   float64 `json:"took_ms"`
	Code   string  `json:"code"`
	Detail string  `json:"detail"`
}

func printSteps(f *os.File, steps []triedStep) error {
	w := tabwriter.NewWriter(f, 0, 4, 2, ' ', 0)
	for _, s := range steps {
		mark := "ok"
		if !s.OK {
			mark = "failed: " + s.Code
		}
		fmt.Fprintf(w, "%s\t%s\t%.1f ms\t%s\n", s.Name, mark, s.Took, s.Detail)
	}
	return w.Flush()
}

func (t *triedSource) print() error {
	if err := printSteps(os.Stdout, t.Steps); err != nil || t.OK {
		return err
	}
	return &exitError{code: exitFailed}
}

func (o *options) sourceAdd() *cobra.Command {
	var private, untested bool
	var note string
	c := &cobra.Command{Use: "add NAME URL", Short: "Keep a source; it is tested first", Args: cobra.ExactArgs(2),
		Long: "URL: postgres://user:password@host/database, mysql://…, sqlite:///file.db, file:///folder, s3://bucket/folder, gs://…, azblob://…\n" +
			"The password is kept sealed and never shown again.",
		RunE: action(func(c *cobra.Command, args []string) error {
			body := map[string]any{"name": args[0], "url": args[1], "note": note, "allow_private": private}
			target := path("sources")
			if untested {
				target += "?untested=true"
			}
			return o.withNew(c.Context(), func(cl *client) error {
				err := cl.show(c.Context(), "POST", target, body)
				var p *problem
				if errors.As(err, &p) && len(p.Steps) > 0 {
					if perr := printSteps(os.Stderr, p.Steps); perr != nil {
						return perr
					}
				}
				return err
			})
		})}
	c.Flags().BoolVar(&private, "allow-private", false, "its host may have a private address")
	c.Flags().BoolVar(&untested, "untested", false, "keep it even if it can't be reached now")
	c.Flags().StringVar(&note, "note", "", "what it is")
	return c
}

func (o *options) sourceTables() *cobra.Command {
	var table, format string
	c := &cobra.Command{Use: "tables NAME", Short: "List the tables of a source with their sizes", Args: cobra.ExactArgs(1),
		RunE: action(func(c *cobra.Command, args []string) error {
			return o.with(c.Context(), func(cl *client) error {
				if table != "" {
					return cl.show(c.Context(), "GET", path("sources", args[0], "table")+query("table", table, "branch", o.branch), nil)
				}
				target := path("sources", args[0], "tables") + query("branch", o.branch)
				if format == "json" {
					return cl.show(c.Context(), "GET", target, nil)
				}
				return cl.printTables(c, target)
			})
		})}
	c.Flags().StringVar(&table, "table", "", "show one table with its columns and the entity it would make, as JSON")
	c.Flags().StringVar(&format, "format", "table", "table or json")
	return o.branchFlag(c)
}

func (cl *client) printTables(c *cobra.Command, target string) error {
	var out struct {
		Items []struct {
			Name           string
			Rows, Bytes    int64
			View, Writable bool
			Entities       []string
		}
	}
	if err := cl.call(c.Context(), "GET", target, nil, &out); err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "table\trows\tbytes\tkind\tentities")
	for _, t := range out.Items {
		kind := "read only"
		if t.View {
			kind = "view"
		} else if t.Writable {
			kind = "writable"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%v\n", t.Name, known(t.Rows), known(t.Bytes), kind, t.Entities)
	}
	return w.Flush()
}

// known is a number, or ? where it isn't.
func known(n int64) string {
	if n < 0 {
		return "?"
	}
	return fmt.Sprint(n)
}
