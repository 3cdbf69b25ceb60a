package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"text/tabwriter"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"headwater/lake"
)

func branchCommands(o *options) []*cobra.Command {
	root := &cobra.Command{Use: "branch", Short: "Make, compare, refresh, merge and discard branches"}
	root.AddCommand(o.branchList(), o.branchCreate(), o.branchDiff(), o.branchJoin("refresh"), o.branchJoin("merge"), o.branchDelete(),
		o.branchDrift(), o.branchPlan())
	undo := &cobra.Command{Use: "undo REVISION|IMPORT", Short: "Take a revision or a whole import back, as a new revision", Args: cobra.ExactArgs(1),
		RunE: action(func(c *cobra.Command, args []string) error { return o.undo(c, args[0]) })}
	log := &cobra.Command{Use: "log", Short: "Print the newest revisions of a branch", Args: cobra.NoArgs,
		RunE: action(func(c *cobra.Command, _ []string) error {
			return o.with(c.Context(), func(cl *client) error {
				return cl.show(c.Context(), "GET", path("revisions")+query("branch", o.branch), nil)
			})
		})}
	return []*cobra.Command{root, o.branchFlag(undo), o.branchFlag(log)}
}

func (o *options) branchList() *cobra.Command {
	var closed bool
	c := &cobra.Command{Use: "list", Short: "List branches as JSON", Args: cobra.NoArgs,
		RunE: action(func(c *cobra.Command, _ []string) error {
			return o.with(c.Context(), func(cl *client) error {
				target := path("branches")
				if closed {
					target += "?closed=true"
				}
				return cl.show(c.Context(), "GET", target, nil)
			})
		})}
	c.Flags().BoolVar(&closed, "closed", false, "merged and discarded ones too")
	return c
}

func (o *options) branchCreate() *cobra.Command {
	var from, note string
	var shared, pin bool
	var only []string
	c := &cobra.Command{Use: "create NAME", Short: "Make a branch", Args: cobra.ExactArgs(1),
		RunE: action(func(c *cobra.Command, args []string) error {
			return o.with(c.Context(), func(cl *client) error {
				return cl.show(c.Context(), "POST", path("branches"), map[string]any{"name": args[0], "from": from, "note": note,
					"shared": shared, "pin": pin || len(only) > 0, "only": append([]string{}, only...)})
			})
		})}
	c.Flags().StringVar(&from, "from", "main", "the parent")
	c.Flags().StringVar(&note, "note", "", "what it is for")
	c.Flags().BoolVar(&shared, "shared", false, "others may see it")
	c.Flags().BoolVar(&pin, "pin", false, "fix what is read from sources: a copy, or the source's own state")
	c.Flags().StringSliceVar(&only, "only", nil, "with --pin: these entities only")
	return c
}

func (o *options) branchDelete() *cobra.Command {
	return &cobra.Command{Use: "delete NAME", Short: "Discard a branch without merging it", Args: cobra.ExactArgs(1),
		RunE: action(func(c *cobra.Command, args []string) error {
			return o.with(c.Context(), func(cl *client) error {
				return cl.call(c.Context(), "DELETE", path("branches", args[0]), nil, nil)
			})
		})}
}

func (o *options) branchDiff() *cobra.Command {
	var format string
	c := &cobra.Command{Use: "diff NAME", Short: "Compare a branch with its parent", Args: cobra.ExactArgs(1),
		RunE: action(func(c *cobra.Command, args []string) error {
			if format != "json" && format != "table" {
				return usage("--format is table or json")
			}
			return o.with(c.Context(), func(cl *client) error {
				var out json.RawMessage
				if err := cl.call(c.Context(), "GET", path("branches", args[0], "diff"), nil, &out); err != nil {
					return err
				}
				if format == "json" {
					return printJSON(out)
				}
				return printDiff(out)
			})
		})}
	c.Flags().StringVar(&format, "format", "table", "table or json")
	return c
}

// shownChange is a changed record as the API shows it.
type shownChange struct {
	Entity   string          `json:"entity"`
	ID       string          `json:"id"`
	Title    string          `json:"title"`
	Op       string          `json:"op"`
	Conflict string          `json:"conflict"`
	Rule     *lake.Violation `json:"rule"`
	Cells    []struct {
		Field              string
		Base, Ours, Theirs any
		Conflict, Masked   bool
	} `json:"cells"`
}

func printDiff(raw json.RawMessage) error {
	var d struct {
		Entities []struct {
			Entity                  string
			Added, Changed, Deleted int
			Rows                    []shownChange
		}
	}
	if err := json.Unmarshal(raw, &d); err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	for _, e := range d.Entities {
		fmt.Fprintf(w, "%s: %d added, %d changed, %d deleted\n", e.Entity, e.Added, e.Changed, e.Deleted)
		for _, r := range e.Rows {
			printChange(w, r)
		}
	}
	if len(d.Entities) == 0 {
		fmt.Fprintln(w, "no difference")
	}
	return w.Flush()
}

var opMark = map[string]string{"added": "+", "changed": "~", "deleted": "-"}

func printChange(w *tabwriter.Writer, r shownChange) {
	fmt.Fprintf(w, "  %s %s\t%s\t%s\n", opMark[r.Op], r.ID, r.Title, r.Conflict)
	if r.Rule != nil {
		fmt.Fprintf(w, "      rule %s on %s %s\n", r.Rule.Code, r.Rule.Field, r.Rule.Value)
	}
	if r.Op == "deleted" {
		return
	}
	for _, x := range r.Cells {
		mark := ""
		if x.Conflict {
			mark = "conflict"
		}
		if x.Masked {
			fmt.Fprintf(w, "      %s\t(hidden)\t%s\n", x.Field, mark)
			continue
		}
		fmt.Fprintf(w, "      %s\tbase %s\tours %s\ttheirs %s\t%s\n", x.Field, cellText(x.Base), cellText(x.Ours), cellText(x.Theirs), mark)
	}
}

func cellText(v any) string {
	switch x := v.(type) {
	case nil:
		return "∅"
	case string:
		return x
	case map[string]any:
		amount, currency := x["amount"], x["currency"]
		if len(x) == 2 && amount != nil && currency != nil { // money; other objects are shown as they are
			return fmt.Sprint(amount, " ", currency)
		}
	}
	b, _ := json.Marshal(v)
	return string(b)
}

// branchJoin is refresh or merge: both bring one side's changes into the other.
func (o *options) branchJoin(verb string) *cobra.Command {
	body := map[string]any{}
	var policy string
	var keep bool
	var choices string
	long := "ours is the branch, theirs its parent."
	if verb == "merge" {
		long = "ours is the parent that receives, theirs the branch that comes in."
	}
	c := &cobra.Command{Use: verb + " NAME", Short: map[string]string{"refresh": "Bring the parent's changes into a branch", "merge": "Bring a branch's changes into its parent"}[verb],
		Long: "Conflicts: --policy ask stops with exit code 3 and prints them; " + long, Args: cobra.ExactArgs(1),
		RunE: action(func(c *cobra.Command, args []string) error {
			if !slices.Contains([]string{"ask", "ours", "theirs"}, policy) {
				return usage("--policy is ask, ours or theirs")
			}
			body["policy"] = policy
			if verb == "merge" {
				body["keep"] = keep
			}
			if choices != "" {
				list, err := readChoices(choices)
				if err != nil {
					return err
				}
				body["choices"] = list
			}
			return o.with(c.Context(), func(cl *client) error { return cl.join(c, path("branches", args[0], verb), body) })
		})}
	c.Flags().StringVar(&policy, "policy", "ask", "conflicts: ask, ours or theirs")
	c.Flags().StringVar(&choices, "choices", "", "JSON file with choices: [{entity, id, field, take}]")
	if verb == "merge" {
		c.Flags().BoolVar(&keep, "keep", false, "leave the branch open")
	}
	return c
}

func readChoices(file string) (list []any, err error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(b, &list); err != nil {
		return nil, usage("%s is no JSON list of choices: %v", file, err)
	}
	return list, nil
}

func (cl *client) join(c *cobra.Command, target string, body any) error {
	var out any
	err := cl.call(c.Context(), "POST", target, body, &out)
	var p *problem
	if errors.As(err, &p) && len(p.Result) > 0 {
		if perr := printJSON(p.Result); perr != nil {
			return perr
		}
		return err
	}
	if err != nil {
		return err
	}
	return printLine(out)
}

func (o *options) undo(c *cobra.Command, what string) error {
	if _, err := strconv.ParseUint(what, 10, 63); err != nil && uuid.Validate(what) != nil {
		return usage("%s is neither a revision's number nor an import's id", what)
	}
	return o.with(c.Context(), func(cl *client) error {
		target := path("revisions", what, "undo")
		if uuid.Validate(what) == nil {
			target = path("imports", what, "undo")
		}
		return cl.join(c, target+query("branch", o.branch), map[string]any{})
	})
}
