package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
)

// keepCommands look after the workspace itself.
func keepCommands(o *options) []*cobra.Command {
	backup := &cobra.Command{Use: "backup FILE", Short: "Write a consistent copy of the workspace to a new file", Args: cobra.ExactArgs(1),
		RunE: action(func(c *cobra.Command, args []string) error {
			s, err := o.store(c.Context())
			if err != nil {
				return err
			}
			defer s.Close()
			if err := s.Backup(c.Context(), args[0]); err != nil {
				return err
			}
			return printLine(map[string]any{"backup": args[0], "revision": s.Head()})
		})}
	restore := &cobra.Command{Use: "restore FILE", Short: "Make a workspace from a backup, in an empty data directory or schema of a database", Args: cobra.ExactArgs(1),
		RunE: action(func(c *cobra.Command, args []string) error {
			if o.server != "" {
				return usage("restore works on a data directory or a database")
			}
			where, err := o.restore(c.Context(), args[0])
			if err != nil {
				return err
			}
			return printLine(map[string]any{"restored": where})
		})}
	check := &cobra.Command{Use: "check", Short: "Verify the database and its invariants", Args: cobra.NoArgs,
		RunE: action(func(c *cobra.Command, _ []string) error {
			s, err := o.store(c.Context())
			if err != nil {
				return err
			}
			defer s.Close()
			found, err := s.Check(c.Context())
			if err != nil {
				return err
			}
			for _, f := range found {
				fmt.Fprintln(os.Stderr, f)
			}
			if err := printLine(map[string]any{"ok": len(found) == 0, "findings": len(found), "revision": s.Head()}); err != nil {
				return err
			}
			if len(found) > 0 {
				return &exitError{code: exitFailed}
			}
			return nil
		})}
	return []*cobra.Command{backup, restore, check}
}
