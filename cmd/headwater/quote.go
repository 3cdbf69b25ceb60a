package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"headwater/lake"
	"headwater/sales/quote"
)

func quoteCommands(o *options) []*cobra.Command {
	root := &cobra.Command{Use: "quote", Short: "List, show, make and export quotes"}
	root.AddCommand(o.branchFlag(o.listQuotes()), o.branchFlag(o.showQuote()), o.branchFlag(o.makeQuote()), o.branchFlag(o.exportQuote()))
	return []*cobra.Command{root}
}

// keptRow is a record of a list, with the titles of what it refers to.
type keptRow struct {
	ID    string         `json:"id"`
	Cells map[string]any `json:"cells"`
}

// cell is a cell as text; "" for an empty one.
func (r keptRow) cell(name string) string {
	switch v := r.Cells[name].(type) {
	case nil:
		return ""
	case string:
		return v
	case map[string]any: // money
		return fmt.Sprint(v["amount"], " ", v["currency"])
	default:
		return fmt.Sprint(v)
	}
}

// keptList is a list of records, and what the records that it names are called.
type keptList struct {
	Items  []keptRow                    `json:"items"`
	Titles map[string]map[string]string `json:"titles"`
}

// printKept lists records of an entity as a table: a column for each field, and the id.
func (c *client) printKept(ctx context.Context, entity, branch, filter, order string, fields ...string) error {
	var out keptList
	err := c.call(ctx, "GET", path("records", entity)+query("branch", branch, "fields", strings.Join(fields, ","), "filter", filter, "order", order, "page_size", "500"), nil, &out)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, strings.ToUpper(strings.Join(fields, "\t"))+"\tID")
	for _, r := range out.Items {
		for _, f := range fields {
			text := r.cell(f)
			if f == "deal" {
				text = or(out.Titles["deals"][text], text)
			}
			fmt.Fprint(w, text, "\t")
		}
		fmt.Fprintln(w, r.ID)
	}
	return w.Flush()
}

// ofDeal is filter text for the records of a deal; KEY is an id or field=value.
func (c *client) ofDeal(ctx context.Context, deal, branch string, more ...string) (string, error) {
	var all []string
	if deal != "" {
		id, err := c.keyOf(ctx, "deals", deal, branch)
		if err != nil {
			return "", err
		}
		all = append(all, "deal = "+literal(id))
	}
	for i := 0; i+1 < len(more); i += 2 {
		if more[i+1] != "" {
			all = append(all, more[i]+" = "+literal(more[i+1]))
		}
	}
	return strings.Join(all, " AND "), nil
}

// literal is a text as filters quote it.
func literal(s string) string {
	b, _ := json.Marshal(s) // a string always is
	return string(b)
}

func (o *options) listQuotes() *cobra.Command {
	var deal, status string
	c := &cobra.Command{Use: "list", Short: "List quotes, the newest first", Args: cobra.NoArgs,
		RunE: action(func(c *cobra.Command, _ []string) error {
			return o.with(c.Context(), func(cl *client) error {
				filter, err := cl.ofDeal(c.Context(), deal, o.branch, "status", status)
				if err != nil {
					return err
				}
				return cl.printKept(c.Context(), "quotes", o.branch, filter, "-created_at", "number", "deal", "version", "edition", "status", "amount", "currency", "valid_until")
			})
		})}
	c.Flags().StringVar(&deal, "deal", "", "only those of a deal (id or field=value)")
	c.Flags().StringVar(&status, "status", "", "only those that stand so: draft, approval, approved, sent, accepted, refused")
	return c
}

// keptQuote is a quote as the server shows it.
type keptQuote struct {
	keptRow
	Titles map[string]map[string]string `json:"titles"`
	Lines  []keptRow                    `json:"lines"`
	Gain   *quote.Gain                  `json:"gain"`
	May    []string                     `json:"may"`
}

func (o *options) showQuote() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{Use: "show KEY", Short: "Show a quote: its lines, its price, and the customer's gain beside it (KEY: id or field=value, such as number=Q20261122-0042)", Args: cobra.ExactArgs(1),
		RunE: action(func(c *cobra.Command, args []string) error {
			return o.with(c.Context(), func(cl *client) error {
				id, err := cl.keyOf(c.Context(), "quotes", args[0], o.branch)
				if err != nil {
					return err
				}
				target := path("quotes", id) + query("branch", o.branch)
				if asJSON {
					return cl.show(c.Context(), "GET", target, nil)
				}
				var q keptQuote
				if err := cl.call(c.Context(), "GET", target, nil, &q); err != nil {
					return err
				}
				return q.print(os.Stdout)
			})
		})}
	c.Flags().BoolVar(&asJSON, "json", false, "print the whole answer as JSON")
	return c
}

func (q *keptQuote) print(out io.Writer) error {
	fmt.Fprintf(out, "%s V%s  %s  %s\n", q.cell("number"), q.cell("version"), q.cell("status"), q.cell("title"))
	for _, f := range []string{"valid_until", "sent_on", "term_months", "support", "approver", "gives"} {
		if text := q.cell(f); text != "" {
			fmt.Fprintf(out, "%s: %s\n", f, text)
		}
	}
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ITEM\tQUANTITY\tUNIT\tPRICE\tAMOUNT\tWHY")
	for _, l := range q.Lines {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", l.cell("name"), l.cell("quantity"), l.cell("unit"), l.cell("price"), l.cell("amount"), l.cell("note"))
	}
	fmt.Fprintf(w, "total\t\t\t\t%s %s\t\n", q.cell("amount"), q.cell("currency"))
	if err := w.Flush(); err != nil {
		return err
	}
	if q.Gain != nil {
		fmt.Fprintf(out, "\ngain a year %s, price a year %s, left a year %s\n", q.Gain.Gain, q.Gain.Yearly, q.Gain.Net)
	}
	if len(q.May) > 0 {
		fmt.Fprintf(out, "next: %s\n", strings.Join(q.May, ", "))
	}
	return nil
}

// newQuote are the flags of making a quote.
type newQuote struct {
	deal, list, title, contact, valid, note string
	ask                                     quote.Ask
	seats, sources, volume, discount        string
	dry, json                               bool
}

func (n *newQuote) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&n.deal, "deal", "", "the deal (id or field=value)")
	f.StringVar(&n.list, "list", "", "price list, by its id (default: the product's first)")
	f.StringVar(&n.ask.Edition, "edition", "", "edition, by its id")
	f.IntVar(&n.ask.Months, "months", 12, "term in months")
	f.StringVar(&n.seats, "seats", "", "how many seats")
	f.StringVar(&n.sources, "sources", "", "how many data sources")
	f.StringVar(&n.volume, "volume", "", "how many GB")
	f.StringVar(&n.ask.Support, "support", "", "support level, by its id (default: what the edition includes)")
	f.StringVar(&n.ask.Form, "form", "", "contract form, by its id")
	f.StringVar(&n.discount, "discount", "", "per cent off the list price")
	f.StringVar(&n.title, "title", "", "name of the quote (default: the deal and the edition)")
	f.StringVar(&n.contact, "contact", "", "whom it goes to (id or field=value)")
	f.StringVar(&n.valid, "valid-until", "", "last day of the offer, such as 2026-12-31")
	f.StringVar(&n.note, "note", "", "a note for the customer")
	f.BoolVar(&n.dry, "dry-run", false, "only say what it costs, who approves it and what is exceeded")
	f.BoolVar(&n.json, "json", false, "print the whole answer as JSON")
	_ = c.MarkFlagRequired("deal")
	_ = c.MarkFlagRequired("edition")
}

func (o *options) makeQuote() *cobra.Command {
	n := &newQuote{}
	c := &cobra.Command{Use: "make", Short: "Price an edition for a deal and keep it as a quote", Args: cobra.NoArgs,
		RunE: action(func(c *cobra.Command, _ []string) error {
			return o.with(c.Context(), func(cl *client) error { return n.run(c.Context(), cl, o.branch) })
		})}
	n.flags(c)
	return c
}

func (n *newQuote) run(ctx context.Context, cl *client, branch string) error {
	var err error
	if n.deal, err = cl.keyOf(ctx, "deals", n.deal, branch); err != nil {
		return err
	}
	if n.contact, err = cl.keyOf(ctx, "contacts", n.contact, branch); err != nil {
		return err
	}
	if n.list == "" {
		var book struct {
			Lists []struct {
				ID string `json:"id"`
			} `json:"lists"`
		}
		if err := cl.call(ctx, "GET", path("quotes", "prices")+query("branch", branch, "deal", n.deal), nil, &book); err != nil {
			return err
		}
		if len(book.Lists) == 0 {
			return usage("the product of this deal has no price list")
		}
		n.list = book.Lists[0].ID
	}
	n.ask.Seats, n.ask.Sources, n.ask.VolumeGB, n.ask.Discount = lake.Cell(n.seats), lake.Cell(n.sources), lake.Cell(n.volume), lake.Cell(n.discount)
	body := map[string]any{"deal": n.deal, "list": n.list, "ask": n.ask}
	if n.dry {
		return n.price(ctx, cl, path("quotes", "price")+query("branch", branch), body)
	}
	for name, text := range map[string]string{"title": n.title, "contact": n.contact, "valid_until": n.valid, "note": n.note} {
		if text != "" {
			body[name] = text
		}
	}
	target := path("quotes") + query("branch", branch)
	if n.json {
		return cl.show(ctx, "POST", target, body)
	}
	var q keptQuote
	if err := cl.call(ctx, "POST", target, body, &q); err != nil {
		return err
	}
	fmt.Println(q.ID)
	return q.print(os.Stdout)
}

// price says what an ask costs; nothing is kept.
func (n *newQuote) price(ctx context.Context, cl *client, target string, body map[string]any) error {
	if n.json {
		return cl.show(ctx, "POST", target, body)
	}
	var p struct {
		Offer quote.Offer `json:"offer"`
		Gain  *quote.Gain `json:"gain"`
	}
	if err := cl.call(ctx, "POST", target, body, &p); err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ITEM\tQUANTITY\tUNIT\tPRICE\tAMOUNT\tWHY")
	for _, l := range p.Offer.Lines {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", inWords(l.Name), l.Quantity, inWords(l.Unit), l.Price, l.Amount, inWords(l.Note))
	}
	fmt.Fprintf(w, "total\t\t\t\t%s\t\n", p.Offer.Amount)
	if err := w.Flush(); err != nil {
		return err
	}
	if a := p.Offer.Approval; a != nil {
		fmt.Printf("approved by: %s (up to %s%%; %s)\n", a.Role, a.UpTo, inWords(a.Gives))
	}
	for _, l := range p.Offer.Limits {
		if l.Exceeded {
			fmt.Printf("exceeded: %s, %s asked, %s included\n", l.Limit, l.Asked, l.To)
		}
	}
	if p.Offer.Suggested != "" {
		fmt.Printf("what does: --edition %s\n", p.Offer.Suggested)
	}
	if p.Gain != nil {
		fmt.Printf("gain a year %s, price a year %s, left a year %s\n", p.Gain.Gain, p.Gain.Yearly, p.Gain.Net)
	}
	return nil
}

func (o *options) exportQuote() *cobra.Command {
	var to, format string
	c := &cobra.Command{Use: "export KEY", Short: "Write a quote to a file: its quotation as DOCX or PDF, or its value case as XLSX", Args: cobra.ExactArgs(1),
		Long: "DOCX, PDF and HTML are the newest quotation kept of the quote; when there is none, it is made and kept on the deal.\nXLSX is the value case that stands beside the price, as a live spreadsheet.",
		RunE: action(func(c *cobra.Command, args []string) error {
			kind, err := formatOf(format, to, "docx", "pdf", "html", "xlsx")
			if err != nil {
				return err
			}
			return o.with(c.Context(), func(cl *client) error {
				id, err := cl.keyOf(c.Context(), "quotes", args[0], o.branch)
				if err != nil {
					return err
				}
				var q keptQuote
				if err := cl.call(c.Context(), "GET", path("quotes", id)+query("branch", o.branch), nil, &q); err != nil {
					return err
				}
				target, err := q.file(c.Context(), cl, o.branch, kind)
				if err != nil {
					return err
				}
				return cl.save(c.Context(), target, or(to, q.cell("number")+"."+kind))
			})
		})}
	c.Flags().StringVarP(&to, "output", "o", "", "file to write (default NUMBER.FORMAT)")
	c.Flags().StringVar(&format, "format", "", "docx, pdf, html or xlsx (default: by the file's name, then docx)")
	return c
}

// file is where a quote's file is got from. The quotation is made when none is kept.
func (q *keptQuote) file(ctx context.Context, cl *client, branch, kind string) (string, error) {
	if kind == "xlsx" {
		if q.cell("value_case") == "" {
			return "", errors.New("no value case stands beside this quote, so there is no spreadsheet of it")
		}
		return path("value", "cases", q.cell("value_case"), "workbook") + query("branch", branch), nil
	}
	filter, err := cl.ofDeal(ctx, q.cell("deal"), branch, "template", "quotation")
	if err != nil {
		return "", err
	}
	var kept keptList
	if err := cl.call(ctx, "GET", path("records", "documents")+query("branch", branch, "fields", "title", "filter", filter, "order", "-made_at", "page_size", "100"), nil, &kept); err != nil {
		return "", err
	}
	var d keptDocument
	for _, row := range kept.Items {
		if err := cl.call(ctx, "GET", path("documents", row.ID)+query("branch", branch), nil, &d); err != nil {
			return "", err
		}
		if d.Document.Quote == q.ID {
			return d.file(branch, kind), nil
		}
	}
	body := map[string]any{"deal": q.cell("deal"), "template": "quotation", "quote": q.ID}
	if err := cl.call(ctx, "POST", path("documents")+query("branch", branch), body, &d); err != nil {
		return "", err
	}
	return d.file(branch, kind), nil
}

// formatOf is the format that is meant: the named one, the file name's, or the first.
func formatOf(format, file string, known ...string) (string, error) {
	asked := format
	if asked == "" {
		asked = strings.ToLower(strings.TrimPrefix(filepath.Ext(file), "."))
	}
	if asked == "" {
		return known[0], nil
	}
	if !slices.Contains(known, asked) {
		return "", usage("--format is one of %s, not %q", strings.Join(known, ", "), asked)
	}
	return asked, nil
}

// save writes what a GET answers to a file.
func (c *client) save(ctx context.Context, target, file string) error {
	res, err := c.send(ctx, "GET", target, nil)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	if _, err = io.Copy(f, res.Body); errors.Join(err, f.Close()) != nil {
		return errors.Join(err, os.Remove(file))
	}
	fmt.Println(file)
	return nil
}
