package main

import (
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
)

// importFlags steer one import.
type importFlags struct {
	mapFile, match, onMatch, rejects, saveMap string
	dryRun                                    bool
}

func importCommands(o *options) []*cobra.Command {
	f := &importFlags{}
	c := &cobra.Command{Use: "import ENTITY FILE", Short: "Import a CSV or XLSX file",
		Long: "Columns are matched to fields by name and content; --save-map writes the plan that was used, --map reads one.\n" +
			"Ends with one JSON object on standard output; exit code 3 when rows were rejected.", Args: cobra.ExactArgs(2),
		RunE: action(func(c *cobra.Command, args []string) error { return o.importFile(c, args[0], args[1], f) })}
	c.Flags().StringVar(&f.mapFile, "map", "", "JSON file with the plan: columns, links, match")
	c.Flags().StringVar(&f.saveMap, "save-map", "", "write the plan that is used to this file")
	c.Flags().StringVar(&f.match, "match", "", "field by which rows find existing records")
	c.Flags().StringVar(&f.onMatch, "on-match", "", "what to do then: update, skip or reject")
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, "only say what would happen")
	c.Flags().StringVar(&f.rejects, "rejects", "", "write rejected rows with their reasons to this CSV file")
	return []*cobra.Command{o.branchFlag(c)}
}

// importState is an import as the API shows it.
type importState struct {
	ID        string          `json:"id"`
	State     string          `json:"state"`
	Read      int64           `json:"read"`
	Inserted  int64           `json:"inserted"`
	Updated   int64           `json:"updated"`
	Unchanged int64           `json:"unchanged"`
	Rejected  int64           `json:"rejected"`
	Revisions []int64         `json:"revisions"`
	LeftEmpty int64           `json:"left_empty"`
	Rate      float64         `json:"rate"`
	Error     json.RawMessage `json:"error"`
}

func (o *options) importFile(c *cobra.Command, entity, file string, f *importFlags) error {
	return o.withNew(c.Context(), func(cl *client) error {
		upload, err := cl.upload(c, file)
		if err != nil {
			return err
		}
		plan, err := cl.plan(c, o.branch, entity, upload, f)
		if err != nil {
			return err
		}
		body := map[string]any{"upload": upload, "plan": plan}
		if f.dryRun {
			return cl.rehearse(c, path("imports", "preview")+query("branch", o.branch), body)
		}
		var s importState
		if err := cl.call(c.Context(), "POST", path("imports")+query("branch", o.branch), body, &s); err != nil {
			return err
		}
		if err := cl.follow(c, &s); err != nil {
			return err
		}
		return cl.finishImport(c, &s, f)
	})
}

// rehearse prints what an import would do; rows that it would reject count as such.
func (cl *client) rehearse(c *cobra.Command, target string, body any) error {
	var out map[string]any
	if err := cl.call(c.Context(), "POST", target, body, &out); err != nil {
		return err
	}
	if err := printJSON(out); err != nil {
		return err
	}
	if n, _ := out["rejected"].(json.Number); n != "" && n != "0" {
		return &exitError{code: exitConflict, err: fmt.Errorf("%s row(s) would be rejected", n)}
	}
	return nil
}

func (cl *client) upload(c *cobra.Command, file string) (string, error) {
	var out struct {
		Upload string `json:"upload"`
	}
	err := cl.sendFile(c, path("uploads"), file, &out)
	return out.Upload, err
}

// sendFile sends a file as a form and decodes the answer.
func (cl *client) sendFile(c *cobra.Command, target, file string, out any) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	r, w := io.Pipe()
	form := multipart.NewWriter(w)
	go func() {
		part, err := form.CreateFormFile("file", filepath.Base(file))
		if err == nil {
			_, err = io.Copy(part, in)
		}
		if err == nil {
			err = form.Close()
		}
		w.CloseWithError(err)
	}()
	res, err := cl.sendBody(c.Context(), "POST", target, form.FormDataContentType(), r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	return json.NewDecoder(res.Body).Decode(out)
}

// plan is the file's plan: the one given, or the suggested one with the flags applied.
func (cl *client) plan(c *cobra.Command, branch, entity, upload string, f *importFlags) (map[string]any, error) {
	var plan map[string]any
	if f.mapFile != "" {
		b, err := os.ReadFile(f.mapFile)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(b, &plan); err != nil {
			return nil, usage("%s is no JSON plan: %v", f.mapFile, err)
		}
	} else {
		var out struct {
			Plan map[string]any `json:"plan"`
		}
		err := cl.call(c.Context(), "POST", path("imports", "plan")+query("branch", branch), map[string]any{"upload": upload, "entity": entity}, &out)
		if err != nil {
			return nil, err
		}
		plan = out.Plan
	}
	plan["entity"] = entity
	if f.match != "" {
		plan["match"] = f.match
	}
	if f.onMatch != "" {
		plan["on_match"] = f.onMatch
	}
	sayUnmapped(plan)
	if f.saveMap != "" {
		b, err := json.MarshalIndent(plan, "", "  ")
		if err != nil {
			return nil, err
		}
		return plan, os.WriteFile(f.saveMap, append(b, '\n'), 0o644)
	}
	return plan, nil
}

func sayUnmapped(plan map[string]any) {
	columns, _ := plan["columns"].([]any)
	for _, col := range columns {
		m, _ := col.(map[string]any)
		if field, _ := m["field"].(string); field == "" && !currencyOf(columns, m["column"]) {
			fmt.Fprintf(os.Stderr, "column %q is left out; map it with --map\n", m["column"])
		}
	}
}

// currencyOf tells whether a column holds the currency of another one's amounts.
func currencyOf(columns []any, name any) bool {
	for _, col := range columns {
		if m, _ := col.(map[string]any); m["currency_column"] == name && name != "" {
			return true
		}
	}
	return false
}

// follow waits for the import, showing its progress on standard error.
func (cl *client) follow(c *cobra.Command, s *importState) error {
	said := time.Now()
	for s.State == "running" {
		time.Sleep(50 * time.Millisecond)
		if err := cl.call(c.Context(), "GET", path("imports", s.ID), nil, s); err != nil {
			return err
		}
		if time.Since(said) > time.Second {
			said = time.Now()
			fmt.Fprintf(os.Stderr, "%d rows read, %.0f rows/s\n", s.Read, s.Rate)
		}
	}
	return nil
}

func (cl *client) finishImport(c *cobra.Command, s *importState, f *importFlags) error {
	revision := int64(0)
	if n := len(s.Revisions); n > 0 {
		revision = s.Revisions[n-1]
	}
	err := printLine(map[string]any{"import": s.ID, "read": s.Read, "inserted": s.Inserted, "updated": s.Updated,
		"unchanged": s.Unchanged, "rejected": s.Rejected, "revision": revision})
	if err != nil {
		return err
	}
	if s.LeftEmpty > 0 {
		fmt.Fprintf(os.Stderr, "%d reference(s) found nothing and were left empty; --dry-run lists them, --map changes that\n", s.LeftEmpty)
	}
	if s.Rejected > 0 && f.rejects != "" {
		if err := cl.saveRejects(c, s.ID, f.rejects); err != nil {
			return err
		}
	}
	switch {
	case s.State != "done":
		return fmt.Errorf("the import ended as %s: %s", s.State, s.Error)
	case s.Rejected > 0:
		where := "; --rejects FILE writes them with their reasons"
		if f.rejects != "" {
			where = "; see " + f.rejects
		}
		return &exitError{code: exitConflict, err: fmt.Errorf("%d row(s) were rejected%s", s.Rejected, where)}
	}
	return nil
}

func (cl *client) saveRejects(c *cobra.Command, id, file string) error {
	res, err := cl.send(c.Context(), http.MethodGet, path("imports", id, "rejects"), nil)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer out.Close()
	_, err = io.Copy(out, res.Body)
	return err
}
