package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"
)

func userCommands(o *options) []*cobra.Command {
	root := &cobra.Command{Use: "user", Short: "Add and list people, make API tokens"}
	list := &cobra.Command{Use: "list", Short: "List people", Args: cobra.NoArgs,
		RunE: action(func(c *cobra.Command, _ []string) error {
			return o.with(c.Context(), func(cl *client) error { return cl.show(c.Context(), "GET", path("users"), nil) })
		})}
	root.AddCommand(o.userAdd(), list, o.userToken())
	return []*cobra.Command{root}
}

func (o *options) userAdd() *cobra.Command {
	var name, role, scope, team, password string
	c := &cobra.Command{Use: "add EMAIL", Short: "Add a person; prints a one-time sign-in link's code unless a password is given", Args: cobra.ExactArgs(1),
		RunE: action(func(c *cobra.Command, args []string) error {
			body := map[string]any{"email": args[0], "name": or(name, args[0]), "role": role}
			for k, v := range map[string]string{"scope": scope, "team": team, "password": password} {
				if v != "" {
					body[k] = v
				}
			}
			return o.withNew(c.Context(), func(cl *client) error {
				if err := cl.haveTeam(c.Context(), team); err != nil {
					return err
				}
				return cl.show(c.Context(), "POST", path("users"), body)
			})
		})}
	c.Flags().StringVar(&name, "name", "", "the person's name")
	c.Flags().StringVar(&role, "role", "seller", "owner, admin, manager, seller or viewer")
	c.Flags().StringVar(&scope, "scope", "", "own, team or all (default: by role)")
	c.Flags().StringVar(&team, "team", "", "team name; made when new")
	c.Flags().StringVar(&password, "password", "", "first password")
	return c
}

// haveTeam makes the team unless there is one of that name or id.
func (cl *client) haveTeam(ctx context.Context, team string) error {
	if team == "" {
		return nil
	}
	var teams struct {
		Items []struct{ ID, Name string }
	}
	if err := cl.call(ctx, "GET", path("teams"), nil, &teams); err != nil {
		return err
	}
	for _, t := range teams.Items {
		if t.Name == team || t.ID == team {
			return nil
		}
	}
	return cl.call(ctx, "POST", path("teams"), map[string]string{"name": team}, nil)
}

func (o *options) userToken() *cobra.Command {
	var name string
	var days int
	c := &cobra.Command{Use: "token EMAIL", Short: "Make an API token for a person and print it once", Args: cobra.ExactArgs(1),
		RunE: action(func(c *cobra.Command, args []string) error {
			if o.server != "" {
				return usage("a token for somebody is made on the data directory; with --server, everybody makes their own in the page")
			}
			if err := o.exists(c.Context()); err != nil {
				return err
			}
			w, err := openWorkspace(c.Context(), workspaceConfig{Dir: o.dir(), Store: o.storeURL()})
			if err != nil {
				return err
			}
			defer w.Close()
			person, err := w.Access.ByEmail(args[0])
			if err != nil {
				return err
			}
			secret, _, err := w.Access.CreateToken(c.Context(), person.Principal(), name, days)
			if err != nil {
				return err
			}
			fmt.Fprintln(os.Stderr, "The token is shown this once; keep it secret.")
			return printLine(map[string]string{"token": secret, "user": person.Email})
		})}
	c.Flags().StringVar(&name, "name", "command line", "what it is for")
	c.Flags().IntVar(&days, "days", 90, "how long it works")
	return c
}
