package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"headwater/pack"
	"headwater/sales/profile"
)

func profileCommands(o *options) []*cobra.Command {
	root := &cobra.Command{Use: "profile", Short: "Score customers by the profile, and test its versions on history"}
	root.AddCommand(o.branchFlag(o.scoreProfile()), o.branchFlag(o.backtestProfile()))
	return []*cobra.Command{root}
}

// profileFlags are what both commands ask.
type profileFlags struct {
	pack, version, file, unit string
	json                      bool
}

func (f *profileFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.pack, "pack", "", "product pack (default logical-data-lake)")
	c.Flags().StringVar(&f.version, "profile", "", "version of the pack's profile, by its id (default: the newest)")
	c.Flags().StringVar(&f.file, "conditions", "", "JSON file with conditions and threshold, instead of a version")
	c.Flags().StringVar(&f.unit, "unit", "accounts", "accounts, deals or leads")
	c.Flags().BoolVar(&f.json, "json", false, "print the whole answer as JSON")
}

// order is the request's body; without version or file it is the newest version's.
func (f *profileFlags) order(ctx context.Context, cl *client, branch string) (map[string]any, error) {
	out := map[string]any{"pack": f.pack, "unit": f.unit}
	if f.file != "" {
		data, err := os.ReadFile(f.file)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(data, &out); err != nil {
			return nil, usage("%s: %v", f.file, err)
		}
		return out, nil
	}
	if f.version == "" {
		var list struct {
			Versions []struct {
				ID string `json:"id"`
			} `json:"versions"`
		}
		if err := cl.call(ctx, "GET", path("profiles")+query("branch", branch, "pack", f.pack), nil, &list); err != nil {
			return nil, err
		}
		if len(list.Versions) == 0 {
			return nil, usage("the pack has no profile; give --conditions")
		}
		f.version = list.Versions[0].ID
	}
	out["profile"] = f.version
	return out, nil
}

func (o *options) scoreProfile() *cobra.Command {
	f := &profileFlags{}
	var limit int
	c := &cobra.Command{Use: "score", Short: "Score records by a version; counts, and the best with their reasons", Args: cobra.NoArgs,
		RunE: action(func(c *cobra.Command, _ []string) error {
			return o.with(c.Context(), func(cl *client) error {
				body, err := f.order(c.Context(), cl, o.branch)
				if err != nil {
					return err
				}
				body["limit"] = limit
				target := path("profiles", "score") + query("branch", o.branch)
				if f.json {
					return cl.show(c.Context(), "POST", target, body)
				}
				var out struct {
					profile.Counts
					Top          []profile.Scored `json:"top"`
					Milliseconds float64          `json:"ms"`
				}
				if err := cl.call(c.Context(), "POST", target, body, &out); err != nil {
					return err
				}
				return printScores(out.Counts, out.Top, out.Milliseconds)
			})
		})}
	f.add(c)
	c.Flags().IntVar(&limit, "limit", 20, "how many of the chosen to list")
	return c
}

func printScores(counts profile.Counts, top []profile.Scored, ms float64) error {
	fmt.Printf("%d of %d chosen, in %.0f ms\n\n", counts.Chosen, counts.Total, ms)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "CONDITION\tHOLDS\tDECIDES")
	for _, x := range counts.Conditions {
		fmt.Fprintf(w, "%s\t%d\t%d\n", x.ID, x.Holds, x.Decides)
	}
	for _, x := range counts.Skipped {
		fmt.Fprintf(w, "%s\tskipped: %s\t\n", x.Condition, x.Why)
	}
	if len(top) > 0 {
		fmt.Fprintln(w, "\nPOINTS\tNAME\tWHY")
	}
	for _, x := range top {
		why := ""
		for _, a := range x.Answers {
			if a.Holds {
				why += fmt.Sprintf("%s (%v) ", inWords(a.Why), a.Weight)
			}
		}
		fmt.Fprintf(w, "%v\t%s\t%s\n", x.Points, x.Title, why)
	}
	return w.Flush()
}

// inWords is a text in the language of the person's locale.
func inWords(t pack.Text) string {
	if language() == "en" && t.EN != "" {
		return t.EN
	}
	return t.ZH
}

func (o *options) backtestProfile() *cobra.Command {
	f := &profileFlags{}
	var on, last, outcome string
	var months int
	c := &cobra.Command{Use: "backtest", Short: "Whom a version would have chosen on a day, and what became of them", Args: cobra.NoArgs,
		RunE: action(func(c *cobra.Command, _ []string) error {
			return o.with(c.Context(), func(cl *client) error {
				body, err := f.order(c.Context(), cl, o.branch)
				if err != nil {
					return err
				}
				for name, value := range map[string]string{"on": on, "last": last, "outcome": outcome} {
					if value != "" {
						body[name] = value
					}
				}
				body["months"] = months
				target := path("profiles", "backtest") + query("branch", o.branch)
				if f.json {
					return cl.show(c.Context(), "POST", target, body)
				}
				var out profile.Backtest
				if err := cl.call(c.Context(), "POST", target, body, &out); err != nil {
					return err
				}
				return printBacktest(&out)
			})
		})}
	f.add(c)
	c.Flags().StringVar(&on, "on", "", "day of the choice, such as 2026-01-31 (may be left out for leads)")
	c.Flags().IntVar(&months, "months", 6, "how long the outcome may take; 0: until now")
	c.Flags().StringVar(&last, "last", "", "version to compare with, by its id")
	c.Flags().StringVar(&outcome, "outcome", "", "of leads: filter text that says which are converted")
	return c
}

func printBacktest(b *profile.Backtest) error {
	fmt.Println(inWords(b.Verdict.Words))
	for _, m := range b.Verdict.More {
		fmt.Println(inWords(m))
	}
	fmt.Printf("\n%s %s – %s (%s)\n", b.Unit, b.On, b.Until, b.Source)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\tCHOSEN\tPRECISION\tRECALL\tCOVERAGE\tLIFT\tAUC")
	row := func(name string, r *profile.Result) {
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%.2f\t%.2f\n", name, r.Precision.Of, share(r.Precision), share(r.Recall), share(r.Coverage), r.Lift, r.Area)
	}
	row(b.Version.ID, &b.Version)
	if b.Last != nil {
		row(b.Last.ID, b.Last)
	}
	fmt.Fprintf(w, "everyone\t%d\t%s\t\t\t\t\n", b.Everyone.Of, share(b.Everyone))
	fmt.Fprintln(w, "\nTENTH\tRATE\tLIFT\tCAUGHT\t\t\t")
	for _, d := range b.Version.Deciles {
		fmt.Fprintf(w, "%d\t%.1f%%\t%.2f\t%.0f%%\t\t\t\n", d.Decile, d.Rate*100, d.Lift, d.Caught*100)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, l := range b.Leaks {
		mark := "  "
		if l.Used {
			mark = "! "
		}
		fmt.Printf("%s%s: %s\n", mark, l.Field, inWords(l.Words))
	}
	for _, n := range b.Notes {
		fmt.Println(inWords(n))
	}
	return nil
}

// share is a rate with its interval.
func share(r profile.Rate) string {
	return fmt.Sprintf("%.1f%% (%.1f–%.1f)", r.Rate*100, r.Low*100, r.High*100)
}
