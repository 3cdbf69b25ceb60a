package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"
)

// eraseCommands remove personal values for good.
func eraseCommands(o *options) []*cobra.Command {
	var reason string
	erase := &cobra.Command{Use: "erase ENTITY KEY", Short: "Erase a record's values from all revisions and branches; it can't be undone", Args: cobra.ExactArgs(2),
		RunE: action(func(c *cobra.Command, args []string) error {
			return o.with(c.Context(), func(cl *client) error {
				id, err := cl.keyOf(c.Context(), args[0], args[1], "")
				if err != nil {
					return err
				}
				return cl.erase(c, args[0], id, reason)
			})
		})}
	erase.Flags().StringVar(&reason, "reason", "", "why, for the list of erasures")
	var replay string
	list := &cobra.Command{Use: "erasures", Short: "List what was erased, or erase it again after an older backup was restored", Args: cobra.NoArgs,
		RunE: action(func(c *cobra.Command, _ []string) error {
			return o.with(c.Context(), func(cl *client) error {
				if replay != "" {
					return cl.replay(c, replay)
				}
				var out struct {
					Items []map[string]any `json:"items"`
				}
				if err := cl.call(c.Context(), "GET", path("erasures"), nil, &out); err != nil {
					return err
				}
				for _, e := range out.Items {
					if err := printLine(e); err != nil {
						return err
					}
				}
				return nil
			})
		})}
	list.Flags().StringVar(&replay, "replay", "", "file with lines that this command printed before the backup was restored")
	return []*cobra.Command{erase, list}
}

func (c *client) erase(cmd *cobra.Command, entity, key, reason string) error {
	body := map[string]any{"reason": reason}
	if err := c.call(cmd.Context(), "POST", path("records", entity, key, "erase"), body, nil); err != nil {
		return err
	}
	return printLine(map[string]any{"erased": key, "entity": entity})
}

// replay erases again what a file lists; what isn't there is left out.
func (c *client) replay(cmd *cobra.Command, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := json.NewDecoder(bufio.NewReader(f))
	for {
		var e struct{ Entity, ID, Reason string }
		if err := lines.Decode(&e); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return usage("%s holds no list of erasures: %v", file, err)
		}
		var refused *problem
		if err := c.erase(cmd, e.Entity, e.ID, e.Reason); errors.As(err, &refused) && refused.Status == 404 {
			continue
		} else if err != nil {
			return err
		}
	}
}
