package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
)

// homeCommands are the commands of entities that are made at run time.
func (o *options) homeCommands() []*cobra.Command {
	return []*cobra.Command{o.branchFlag(o.entityAdd()), o.branchFlag(o.entityClone()), o.branchFlag(o.entityDerive()), o.entityRefresh(),
		o.branchFlag(o.entityGet("lineage ENTITY [FIELD]", "Print where an entity's values come from and go to")),
		o.branchFlag(o.entityProfile()), o.branchFlag(o.entityExplain()), o.branchFlag(o.entityDrift()), o.branchFlag(o.entityRemove())}
}

func (o *options) entityAdd() *cobra.Command {
	var all, open bool
	var name, key, text string
	c := &cobra.Command{Use: "add SOURCE TABLE… | SOURCE --all | NAME FILE", Short: "Make entities of tables of a source, or of a file",
		Long: "The key is proposed and checked; what has none can only be read. With a file (CSV, JSON, XLSX, Parquet), NAME is the new entity's.",
		Args: cobra.MinimumNArgs(1),
		RunE: action(func(c *cobra.Command, args []string) error {
			if len(args) == 2 && !all {
				if info, err := os.Stat(args[1]); err == nil && !info.IsDir() {
					return o.dropFile(c, args[0], args[1])
				}
			}
			body := map[string]any{"source": args[0], "all": all, "open": open}
			if !all {
				list, err := drafts(args[0], args[1:], name, key, c.Flags().Changed("key"), open, commas(text))
				if err != nil {
					return err
				}
				body = map[string]any{"drafts": list}
			} else if len(args) > 1 {
				return usage("give either tables or --all")
			}
			return o.with(c.Context(), func(cl *client) error {
				return cl.declared(c, func(out any) error {
					return cl.call(c.Context(), "POST", path("entities")+query("branch", o.branch), body, out)
				})
			})
		})}
	c.Flags().BoolVar(&all, "all", false, "all tables that nothing is declared over yet")
	c.Flags().BoolVar(&open, "open", false, "everybody may read it, not only those who see all records")
	c.Flags().StringVar(&name, "name", "", "name of the entity, for one table")
	c.Flags().StringVar(&key, "key", "", "fields of the key, for one table; empty: none")
	c.Flags().StringVar(&text, "text", "", "columns that are read as the text that the source writes, for one table (PostgreSQL: NaN, infinite dates, long numbers)")
	return c
}

func drafts(source string, tables []string, name, key string, keyed, open bool, text []string) ([]map[string]any, error) {
	if len(tables) == 0 || len(tables) > 1 && (name != "" || keyed || len(text) > 0) {
		return nil, usage("give the tables, or --all; --name, --key and --text are for one table")
	}
	var out []map[string]any
	for _, t := range tables {
		d := map[string]any{"source": source, "table": t, "open": open}
		if name != "" {
			d["name"] = name
		}
		if len(text) > 0 {
			d["text"] = text
		}
		if keyed {
			d["key"] = commas(key)
		}
		out = append(out, d)
	}
	return out, nil
}

// commas splits a list.
func commas(s string) []string {
	out := []string{}
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// declared prints new entities as short JSON lines, and notes on standard error.
func (cl *client) declared(_ *cobra.Command, ask func(any) error) error {
	var out struct {
		Items []struct {
			Name   string
			Home   json.RawMessage
			Fields []struct{ Name, Kind, Type, Target string }
		}
		Notes []struct{ Entity, Table, Code, Detail string }
	}
	if err := ask(&out); err != nil {
		return err
	}
	for _, e := range out.Items {
		fields := map[string]string{}
		for _, f := range e.Fields {
			fields[f.Name] = or(f.Type, f.Kind)
			if f.Target != "" {
				fields[f.Name] += " → " + f.Target
			}
		}
		if err := printLine(map[string]any{"name": e.Name, "home": e.Home, "fields": fields}); err != nil {
			return err
		}
	}
	for _, n := range out.Notes {
		fmt.Fprintf(os.Stderr, "%s: %s (%s)\n", or(n.Entity, n.Table), n.Detail, n.Code)
	}
	return nil
}

func (o *options) dropFile(c *cobra.Command, name, file string) error {
	return o.withNew(c.Context(), func(cl *client) error {
		return cl.declared(c, func(out any) error {
			return cl.sendFile(c, path("entities", "file")+query("branch", o.branch, "name", name), file, out)
		})
	})
}

func (o *options) entityClone() *cobra.Command {
	var where, columns string
	var masks []string
	var at int64
	c := &cobra.Command{Use: "clone SRC NEW", Short: "Make a writable clone of an entity; no rows are copied",
		Long: "--mask column=rule[:parameter]: null, constant:TEXT, hash, first:N, name[:zh|en], mail, phone[:zh|en], shift:DAYS, round:DIGITS", Args: cobra.ExactArgs(2),
		RunE: action(func(c *cobra.Command, args []string) error {
			body := map[string]any{"name": args[1]}
			if where != "" {
				body["where"] = where
			}
			if columns != "" {
				body["columns"] = commas(columns)
			}
			if at != 0 {
				body["at"] = at
			}
			rules := map[string]any{}
			for _, m := range masks {
				column, rule, err := readMask(m)
				if err != nil {
					return err
				}
				rules[column] = rule
			}
			if len(rules) > 0 {
				body["masks"] = rules
			}
			return o.with(c.Context(), func(cl *client) error {
				return cl.show(c.Context(), "POST", path("entities", args[0], "clone")+query("branch", o.branch), body)
			})
		})}
	c.Flags().StringVar(&where, "where", "", "filter over the original's fields, as in lists")
	c.Flags().StringVar(&columns, "columns", "", "fields, separated by commas (default all)")
	c.Flags().StringArrayVar(&masks, "mask", nil, "column=rule[:parameter], as often as needed")
	c.Flags().Int64Var(&at, "at", 0, "revision that is cloned, of an entity in the lake itself")
	return c
}

// readMask reads column=rule[:parameter].
func readMask(s string) (column string, rule map[string]any, err error) {
	column, text, ok := strings.Cut(s, "=")
	if !ok || column == "" {
		return "", nil, usage("--mask is column=rule[:parameter], not %s", s)
	}
	name, parameter, given := strings.Cut(text, ":")
	rule = map[string]any{"rule": name}
	switch {
	case !given:
	case name == "constant":
		rule["text"] = parameter
	case name == "name" || name == "phone" || name == "mail":
		rule["lang"] = parameter
	default:
		n, err := strconv.Atoi(parameter)
		if err != nil {
			return "", nil, usage("the mask %s needs a number, not %s", name, parameter)
		}
		rule["n"] = n
	}
	return column, rule, nil
}

func (o *options) entityDerive() *cobra.Command {
	var sql, key, water string
	var every time.Duration
	var keep, open bool
	c := &cobra.Command{Use: "derive NAME --sql SELECT", Short: "Make an entity of a SELECT", Args: cobra.ExactArgs(1),
		RunE: action(func(c *cobra.Command, args []string) error {
			if sql == "" {
				return usage("--sql is needed")
			}
			if every < 0 {
				return usage("--every is a time between two refreshes, not %s", every)
			}
			body := map[string]any{"name": args[0], "sql": sql, "open": open}
			if key != "" {
				body["key"] = commas(key)
			}
			if keep || every > 0 || water != "" {
				kept := map[string]any{"every_seconds": int64(every / time.Second)}
				if water != "" {
					kept["high_water"] = water
				}
				body["keep"] = kept
			}
			return o.with(c.Context(), func(cl *client) error {
				if err := cl.show(c.Context(), "POST", path("entities", "derive")+query("branch", o.branch), body); err != nil {
					return err
				}
				if body["keep"] == nil || o.branch != "" && o.branch != "main" {
					return nil
				}
				return cl.refresh(c, args[0], false) // its first copy is being made; wait for it
			})
		})}
	c.Flags().StringVar(&sql, "sql", "", "one SELECT")
	c.Flags().StringVar(&key, "key", "", "columns of the key, separated by commas; checked to be unique")
	c.Flags().DurationVar(&every, "every", 0, "keep a copy and refresh it so often, as in 15m")
	c.Flags().BoolVar(&keep, "keep", false, "keep a copy, refreshed by hand")
	c.Flags().StringVar(&water, "high-water", "", "a column that only grows: a refresh reads what lies above")
	c.Flags().BoolVar(&open, "open", false, "everybody may read the copy")
	return c
}

func (o *options) entityRefresh() *cobra.Command {
	var full bool
	c := &cobra.Command{Use: "refresh ENTITY", Short: "Bring the kept copy of an entity up to date and wait for it", Args: cobra.ExactArgs(1),
		Long: "With a high-water field only what lies above its highest value is read: rows changed below it or deleted aren't noticed. --full reads all.",
		RunE: action(func(c *cobra.Command, args []string) error {
			return o.with(c.Context(), func(cl *client) error { return cl.refresh(c, args[0], full) })
		})}
	c.Flags().BoolVar(&full, "full", false, "read all rows, whatever the high-water mark says")
	return c
}

// jobState is a job as the API shows it.
type jobState struct {
	ID     string `json:"id"`
	Entity string `json:"entity"`
	State  string `json:"state"`
	Rows   int64  `json:"rows"`
	Read   int64  `json:"read"`
	Bytes  int64  `json:"bytes"`
	Full   bool   `json:"full,omitempty"`
	Above  string `json:"high_water,omitempty"`
	Error  string `json:"error,omitempty"`
	Detail string `json:"detail,omitempty"`
}

func (cl *client) refresh(c *cobra.Command, entity string, full bool) error {
	at := path("entities", entity, "refresh")
	if full {
		at += query("full", "true")
	}
	var job jobState
	if err := cl.call(c.Context(), "POST", at, nil, &job); err != nil {
		return err
	}
	for job.State == "running" {
		select {
		case <-c.Context().Done():
			_ = cl.call(c.Context(), "POST", path("jobs", job.ID, "cancel"), nil, nil)
			return c.Context().Err()
		case <-time.After(200 * time.Millisecond):
		}
		if err := cl.call(c.Context(), "GET", path("jobs", job.ID), nil, &job); err != nil {
			return err
		}
	}
	if err := printLine(job); err != nil {
		return err
	}
	if job.State != "done" {
		return errors.New(or(job.Detail, "the job was "+job.State))
	}
	if job.Above != "" {
		fmt.Fprintf(os.Stderr, "%s: only rows above the highest %s were read; rows changed below it or deleted aren't noticed (--full reads all)\n", entity, job.Above)
	}
	return nil
}

func (o *options) entityGet(use, short string) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: cobra.RangeArgs(1, 2),
		RunE: action(func(c *cobra.Command, args []string) error {
			field := ""
			if len(args) == 2 {
				field = args[1]
			}
			return o.with(c.Context(), func(cl *client) error {
				return cl.show(c.Context(), "GET", path("lineage")+query("entity", args[0], "field", field, "branch", o.branch), nil)
			})
		})}
}

func (o *options) entityProfile() *cobra.Command {
	return &cobra.Command{Use: "profile ENTITY FIELD", Short: "Print what values a field holds", Args: cobra.ExactArgs(2),
		RunE: action(func(c *cobra.Command, args []string) error {
			return o.with(c.Context(), func(cl *client) error {
				return cl.show(c.Context(), "GET", path("entities", args[0], "profile")+query("field", args[1], "branch", o.branch), nil)
			})
		})}
}

func (o *options) entityExplain() *cobra.Command {
	return &cobra.Command{Use: "explain ENTITY", Short: "Tell how all records of an entity are read", Args: cobra.ExactArgs(1),
		RunE: action(func(c *cobra.Command, args []string) error {
			return o.with(c.Context(), func(cl *client) error {
				return cl.explain(c, `SELECT * FROM "`+strings.ReplaceAll(args[0], `"`, `""`)+`"`, query("branch", o.branch))
			})
		})}
}

func (o *options) entityDrift() *cobra.Command {
	var adopt []string
	var all bool
	c := &cobra.Command{Use: "drift ENTITY", Short: "Tell how an entity's home differs from what it was declared with, or adopt that", Args: cobra.ExactArgs(1),
		RunE: action(func(c *cobra.Command, args []string) error {
			target := path("entities", args[0], "schema-drift") + query("branch", o.branch)
			return o.with(c.Context(), func(cl *client) error {
				if all || len(adopt) > 0 {
					return cl.show(c.Context(), "POST", target, map[string]any{"adopt": append([]string{}, adopt...)})
				}
				return cl.show(c.Context(), "GET", target, nil)
			})
		})}
	c.Flags().StringSliceVar(&adopt, "adopt", nil, "columns to bring in line with the home")
	c.Flags().BoolVar(&all, "adopt-all", false, "all of them")
	return c
}

func (o *options) entityRemove() *cobra.Command {
	return &cobra.Command{Use: "remove ENTITY", Short: "Take an entity out of the schema; its home isn't touched", Args: cobra.ExactArgs(1),
		RunE: action(func(c *cobra.Command, args []string) error {
			return o.with(c.Context(), func(cl *client) error {
				return cl.call(c.Context(), http.MethodDelete, path("entities", args[0])+query("branch", o.branch), nil, nil)
			})
		})}
}

// explain prints how a SELECT is answered, as a tree.
func (cl *client) explain(c *cobra.Command, sql, where string) error {
	var out struct {
		Steps []struct {
			Depth     int
			Words     string
			Rows      int64
			Bytes     int64
			Took      float64 `json:"took_ms"`
			Statement string
			Stayed    []struct{ Condition, Words string }
		}
		Took float64 `json:"took_ms"`
		Rows int64
	}
	if err := cl.call(c.Context(), "POST", path("query", "explain")+where, map[string]any{"sql": sql}, &out); err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	for _, s := range out.Steps {
		indent := strings.Repeat("  ", s.Depth)
		fmt.Fprintf(w, "%s%s\t%s rows\t%s bytes\t%.1f ms\n", indent, s.Words, known(s.Rows), known(s.Bytes), s.Took)
		for _, y := range s.Stayed {
			fmt.Fprintf(w, "%s    here: %s (%s)\n", indent, y.Condition, y.Words)
		}
		if s.Statement != "" {
			fmt.Fprintf(w, "%s    asked: %s\n", indent, strings.ReplaceAll(s.Statement, "\n", " "))
		}
	}
	fmt.Fprintf(w, "%d row(s) in %.1f ms\n", out.Rows, out.Took)
	return w.Flush()
}
