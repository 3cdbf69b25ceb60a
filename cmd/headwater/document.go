package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"headwater/pack"
	"headwater/sales/document"
	"headwater/sales/promise"
)

func documentCommands(o *options) []*cobra.Command {
	root := &cobra.Command{Use: "document", Short: "List, show, make, edit and export the documents of deals"}
	root.AddCommand(o.branchFlag(o.listDocuments()), o.branchFlag(o.listTemplates()), o.branchFlag(o.showDocument()), o.branchFlag(o.makeDocument()), o.branchFlag(o.editDocument()), o.branchFlag(o.exportDocument()))
	return []*cobra.Command{root}
}

func (o *options) listDocuments() *cobra.Command {
	var deal, template string
	c := &cobra.Command{Use: "list", Short: "List documents, the newest first", Args: cobra.NoArgs,
		RunE: action(func(c *cobra.Command, _ []string) error {
			return o.with(c.Context(), func(cl *client) error {
				filter, err := cl.ofDeal(c.Context(), deal, o.branch, "template", template)
				if err != nil {
					return err
				}
				return cl.printKept(c.Context(), "documents", o.branch, filter, "-made_at", "title", "deal", "template", "version", "language", "missing", "sent_on")
			})
		})}
	c.Flags().StringVar(&deal, "deal", "", "only those of a deal (id or field=value)")
	c.Flags().StringVar(&template, "template", "", "only those of a template, by its id")
	return c
}

func (o *options) listTemplates() *cobra.Command {
	var deal string
	c := &cobra.Command{Use: "templates", Short: "List what can be made for a deal, what each still lacks, and what it asks", Args: cobra.NoArgs,
		RunE: action(func(c *cobra.Command, _ []string) error {
			return o.with(c.Context(), func(cl *client) error {
				id, err := cl.keyOf(c.Context(), "deals", deal, o.branch)
				if err != nil {
					return err
				}
				var out struct {
					Items []struct {
						ID      string             `json:"id"`
						Name    pack.Text          `json:"name"`
						Asks    []pack.Input       `json:"asks"`
						Missing []document.Missing `json:"missing"`
					} `json:"items"`
				}
				if err := cl.call(c.Context(), "GET", path("documents", "templates")+query("branch", o.branch, "deal", id), nil, &out); err != nil {
					return err
				}
				w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
				fmt.Fprintln(w, "TEMPLATE\tNAME\tASKS\tLACKS")
				for _, t := range out.Items {
					var asks, lacks []string
					for _, a := range t.Asks {
						asks = append(asks, a.ID)
					}
					for _, m := range t.Missing {
						if m.From != "input" {
							lacks = append(lacks, m.Name)
						}
					}
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", t.ID, inWords(t.Name), strings.Join(asks, ", "), strings.Join(lacks, ", "))
				}
				return w.Flush()
			})
		})}
	c.Flags().StringVar(&deal, "deal", "", "the deal (id or field=value)")
	_ = c.MarkFlagRequired("deal")
	return c
}

// keptDocument is a document as the server shows it.
type keptDocument struct {
	ID       string               `json:"id"`
	SentOn   string               `json:"sent_on"`
	Document document.Document    `json:"document"`
	Promises []promise.Promise    `json:"promises"`
	Parts    []document.Part      `json:"parts"`
	Own      []document.OwnNumber `json:"own"`
	Moved    []document.Moved     `json:"moved"`
	Summary  document.HalfPage    `json:"summary"`
}

// file is where the document is got as a file.
func (d *keptDocument) file(branch, format string) string {
	return path("documents", d.ID, "file") + query("branch", branch, "format", format)
}

func (d *keptDocument) print(out io.Writer) {
	fmt.Fprintf(out, "%s V%d", d.Document.Title, d.Document.Version)
	if d.SentOn != "" {
		fmt.Fprintf(out, "  sent %s", d.SentOn)
	}
	if d.Document.Watermark != "" {
		fmt.Fprintf(out, "  [%s]", d.Document.Watermark)
	}
	fmt.Fprintln(out)
	for _, p := range d.Parts {
		fmt.Fprintf(out, "\n[%s] %s\n%s\n", p.ID, p.Title, p.Text)
	}
	d.notes(out)
}

// notes are what is to be looked at before it is sent.
func (d *keptDocument) notes(out io.Writer) {
	if len(d.Document.Missing)+len(d.Own)+len(d.Moved)+len(d.Promises)+d.Summary.Over > 0 {
		fmt.Fprintln(out)
	}
	for _, m := range d.Document.Missing {
		fmt.Fprintf(out, "missing: %s (%s)\n", m.Name, or(m.How, m.From))
	}
	for _, n := range d.Own {
		fmt.Fprintf(out, "written by hand: %s in %s", n.Text, n.Part)
		if n.Was != "" {
			fmt.Fprintf(out, "; it was %s (%s)", n.Was, or(n.Name, "no input"))
		}
		fmt.Fprintln(out)
	}
	for _, m := range d.Moved {
		fmt.Fprintf(out, "moved since: %s was %s, is %s now (%s)\n", m.Name, m.Shown, or(m.Now, "gone"), m.Source)
	}
	for _, p := range d.Promises {
		fmt.Fprintf(out, "promise, %s: %s\n", p.Status, p.Evidence)
	}
	if d.Summary.Over > 0 {
		fmt.Fprintf(out, "the summary is %d lines over its half page of %d; what is too much begins with %q\n", d.Summary.Over, d.Summary.Most, d.Summary.From)
	}
}

func (o *options) showDocument() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{Use: "show KEY", Short: "Show a document as text, with what is missing, moved, written by hand or promised (KEY: id or field=value)", Args: cobra.ExactArgs(1),
		RunE: action(func(c *cobra.Command, args []string) error {
			return o.with(c.Context(), func(cl *client) error {
				id, err := cl.keyOf(c.Context(), "documents", args[0], o.branch)
				if err != nil {
					return err
				}
				target := path("documents", id) + query("branch", o.branch)
				if asJSON {
					return cl.show(c.Context(), "GET", target, nil)
				}
				var d keptDocument
				if err := cl.call(c.Context(), "GET", target, nil, &d); err != nil {
					return err
				}
				d.print(os.Stdout)
				return nil
			})
		})}
	c.Flags().BoolVar(&asJSON, "json", false, "print the whole answer as JSON")
	return c
}

func (o *options) makeDocument() *cobra.Command {
	var deal, lang, quote string
	var inputs []string
	c := &cobra.Command{Use: "make TEMPLATE", Short: "Make a document from a deal's records and keep it as the next version", Args: cobra.ExactArgs(1),
		Example: "  headwater document make need-document --deal name=统一数据访问 --language zh\n  headwater document make demo-plan --deal 0198… --input day=2026-12-01",
		RunE: action(func(c *cobra.Command, args []string) error {
			given := map[string]string{}
			for _, i := range inputs {
				name, text, ok := strings.Cut(i, "=")
				if !ok {
					return usage("--input is NAME=TEXT, not %q", i)
				}
				given[name] = text
			}
			return o.with(c.Context(), func(cl *client) error {
				key, err := cl.keyOf(c.Context(), "deals", deal, o.branch)
				if err != nil {
					return err
				}
				body := map[string]any{"deal": key, "template": args[0], "inputs": given}
				if quote != "" {
					if body["quote"], err = cl.keyOf(c.Context(), "quotes", quote, o.branch); err != nil {
						return err
					}
				}
				if lang != "" {
					body["language"] = lang
				}
				var d keptDocument
				if err := cl.call(c.Context(), "POST", path("documents")+query("branch", o.branch), body, &d); err != nil {
					return err
				}
				fmt.Printf("%s\n%s V%d\n", d.ID, d.Document.Title, d.Document.Version)
				d.notes(os.Stdout)
				return nil
			})
		})}
	f := c.Flags()
	f.StringVar(&deal, "deal", "", "the deal (id or field=value)")
	f.StringVar(&lang, "language", "", "zh or en (default: yours)")
	f.StringVar(&quote, "quote", "", "for a quotation: which quote (id or field=value; default: the newest)")
	f.StringArrayVar(&inputs, "input", nil, "what no record holds, as NAME=TEXT; several times")
	_ = c.MarkFlagRequired("deal")
	return c
}

func (o *options) editDocument() *cobra.Command {
	var part, reason string
	var fresh bool
	c := &cobra.Command{Use: "edit KEY [FILE|-]", Short: "Put new text into a part of a document that isn't sent, or today's numbers into all of it", Args: cobra.RangeArgs(1, 2),
		Long: "'headwater document show' prints the parts with their ids and their text, which is a small part of Markdown. A number that\nis changed is marked, the others stay tied to their sources. The old text stays in the document's history.",
		RunE: action(func(c *cobra.Command, args []string) error {
			body := map[string]any{"fresh": fresh, "reason": reason}
			if (len(args) == 2) != (part != "") || len(args) == 1 && !fresh {
				return usage("give --part and a file with its text, or --fresh")
			}
			if len(args) == 2 {
				text, err := readText(c.InOrStdin(), args[1])
				if err != nil {
					return err
				}
				body["parts"] = map[string]string{part: text}
			}
			return o.with(c.Context(), func(cl *client) error {
				id, err := cl.keyOf(c.Context(), "documents", args[0], o.branch)
				if err != nil {
					return err
				}
				var d keptDocument
				if err := cl.call(c.Context(), "PUT", path("documents", id, "text")+query("branch", o.branch), body, &d); err != nil {
					return err
				}
				fmt.Printf("%s V%d\n", d.Document.Title, d.Document.Version)
				d.notes(os.Stdout)
				return nil
			})
		})}
	c.Flags().StringVar(&part, "part", "", "the part, by its id: summary, or a section")
	c.Flags().BoolVar(&fresh, "fresh", false, "put today's numbers in the places of those that moved since")
	c.Flags().StringVar(&reason, "reason", "", "why; it is kept in the history")
	return c
}

func readText(in io.Reader, file string) (string, error) {
	if file == "-" {
		data, err := io.ReadAll(io.LimitReader(in, 1<<20))
		return string(data), err
	}
	data, err := os.ReadFile(file)
	return string(data), err
}

func (o *options) exportDocument() *cobra.Command {
	var to, format string
	c := &cobra.Command{Use: "export KEY", Short: "Write a document to a file as DOCX, PDF or HTML", Args: cobra.ExactArgs(1),
		RunE: action(func(c *cobra.Command, args []string) error {
			kind, err := formatOf(format, to, "docx", "pdf", "html")
			if err != nil {
				return err
			}
			return o.with(c.Context(), func(cl *client) error {
				id, err := cl.keyOf(c.Context(), "documents", args[0], o.branch)
				if err != nil {
					return err
				}
				var d keptDocument
				if err := cl.call(c.Context(), "GET", path("documents", id)+query("branch", o.branch), nil, &d); err != nil {
					return err
				}
				return cl.save(c.Context(), d.file(o.branch, kind), or(to, fmt.Sprintf("%s-V%d.%s", d.Document.Template, d.Document.Version, kind)))
			})
		})}
	c.Flags().StringVarP(&to, "output", "o", "", "file to write (default TEMPLATE-V1.FORMAT)")
	c.Flags().StringVar(&format, "format", "", "docx, pdf or html (default: by the file's name, then docx)")
	return c
}
