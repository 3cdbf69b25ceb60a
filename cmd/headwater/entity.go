package main

import (
	"strings"

	"github.com/spf13/cobra"
)

func entityCommands(o *options) []*cobra.Command {
	root := &cobra.Command{Use: "entity", Short: "List, show, add, clone and derive entities; add fields"}
	list := &cobra.Command{Use: "list", Short: "List entities", Args: cobra.NoArgs,
		RunE: action(func(c *cobra.Command, _ []string) error { return o.entities(c, "") })}
	show := &cobra.Command{Use: "show ENTITY", Short: "Show an entity with its fields", Args: cobra.ExactArgs(1),
		RunE: action(func(c *cobra.Command, args []string) error { return o.entities(c, args[0]) })}
	root.AddCommand(o.branchFlag(list), o.branchFlag(show), o.branchFlag(o.addField()))
	root.AddCommand(o.homeCommands()...)
	return []*cobra.Command{root}
}

func (o *options) entities(c *cobra.Command, name string) error {
	return o.with(c.Context(), func(cl *client) error {
		var out struct {
			Items []map[string]any `json:"items"`
		}
		if err := cl.call(c.Context(), "GET", path("entities")+query("branch", o.branch), nil, &out); err != nil {
			return err
		}
		var short []map[string]any
		for _, e := range out.Items {
			if e["name"] == name {
				return printJSON(e)
			}
			fields, _ := e["fields"].([]any)
			short = append(short, map[string]any{"name": e["name"], "label": e["label"], "fields": len(fields), "directory": e["directory"] == true, "home": e["home"], "state": e["state"]})
		}
		if name != "" {
			return usage("there is no entity named %s", name)
		}
		return printJSON(short)
	})
}

func (o *options) addField() *cobra.Command {
	var zh, en, target, options string
	var required, unique bool
	c := &cobra.Command{Use: "add-field ENTITY FIELD TYPE", Short: "Add a custom field",
		Long: "TYPE: text, integer, decimal, money, boolean, date, timestamp, enum, reference, email, phone or url.", Args: cobra.ExactArgs(3),
		RunE: action(func(c *cobra.Command, args []string) error {
			f := map[string]any{"name": args[1], "kind": args[2], "label": map[string]string{"zh": or(zh, args[1]), "en": or(en, args[1])},
				"required": required, "unique": unique}
			if target != "" {
				f["target"] = target
			}
			var list []map[string]any
			for _, v := range strings.Split(options, ",") {
				if v = strings.TrimSpace(v); v != "" {
					list = append(list, map[string]any{"name": v, "label": map[string]string{"zh": v, "en": v}})
				}
			}
			if list != nil {
				f["options"] = list
			}
			return o.withNew(c.Context(), func(cl *client) error {
				return cl.show(c.Context(), "POST", path("entities", args[0], "fields")+query("branch", o.branch), f)
			})
		})}
	c.Flags().StringVar(&zh, "zh", "", "Chinese label")
	c.Flags().StringVar(&en, "en", "", "English label")
	c.Flags().StringVar(&target, "target", "", "entity that a reference points to")
	c.Flags().StringVar(&options, "options", "", "options of an enum, separated by commas")
	c.Flags().BoolVar(&required, "required", false, "must not be empty")
	c.Flags().BoolVar(&unique, "unique", false, "no two records may hold the same value")
	return c
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
