package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"headwater/lake"
	"headwater/sales/recon"
	"headwater/source"
)

// reconOptions say how domains are looked at; each has a flag and a variable.
type reconOptions struct {
	resolver, blacklists, helo string
	private                    bool
}

func (r *reconOptions) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&r.resolver, "recon-resolver", os.Getenv("HEADWATER_RECON_RESOLVER"), "name servers that reconnaissance asks, host or host:port, separated by commas (default $HEADWATER_RECON_RESOLVER, then the system's)")
	f.StringVar(&r.blacklists, "recon-blacklists", "", "blacklists, zone or name=zone, separated by commas; none: no lists (default $HEADWATER_RECON_BLACKLISTS, then "+listNames()+")")
	f.StringVar(&r.helo, "recon-helo", os.Getenv("HEADWATER_RECON_HELO"), "name given to mail servers (default $HEADWATER_RECON_HELO, then this machine's)")
	f.BoolVar(&r.private, "recon-private", os.Getenv("HEADWATER_RECON_PRIVATE") == "true", "let reconnaissance connect to private addresses")
}

func listNames() string {
	var out []string
	for _, b := range recon.DefaultBlacklists() {
		out = append(out, b.Zone)
	}
	return strings.Join(out, ",")
}

// prober makes what looks at domains; nil with an error says why this machine can't.
func (r reconOptions) prober() (*recon.Prober, error) {
	var servers []string
	for s := range strings.SplitSeq(r.resolver, ",") {
		if s = strings.TrimSpace(s); s != "" {
			servers = append(servers, s)
		}
	}
	resolver, err := recon.NewWire(servers, 0)
	if err != nil {
		return nil, err
	}
	lists := recon.DefaultBlacklists()
	text := r.blacklists
	if text == "" { // a zone may hold a key, so it is no default that help would show
		text = os.Getenv("HEADWATER_RECON_BLACKLISTS")
	}
	if text != "" {
		if lists, err = recon.ParseBlacklists(text); err != nil {
			return nil, err
		}
	}
	guard := source.Guard{AllowPrivate: func() bool { return r.private }}
	return recon.NewProber(recon.Config{Resolver: resolver, Dial: guard.Dial, Blacklists: lists, Helo: r.helo,
		Private: func(ip netip.Addr) bool { return !r.private && source.Private(ip) }}), nil
}

// runner opens reconnaissance for a workspace; a machine without a resolver has none.
func (r reconOptions) runner(ctx context.Context, w *workspace, dir string, log *slog.Logger) (*recon.Runner, error) {
	p, err := r.prober()
	var known *lake.Error
	if errors.As(err, &known) && known.Code == "recon_resolver_missing" {
		if log != nil {
			log.Warn("no reconnaissance", "why", err.Error())
		}
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	host, _ := os.Hostname()
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	return recon.OpenRunner(ctx, recon.RunnerConfig{Lake: w.Lake, Packs: w.Packs, Prober: p, Node: host + ":" + dir, Log: log})
}

func reconCommands(o *options) []*cobra.Command {
	var asJSON, save bool
	c := &cobra.Command{Use: "recon DOMAIN...", Short: "Look at domains from outside: who takes their mail, and how well", Args: cobra.MinimumNArgs(1),
		Long: `Asks the public DNS, greets the mail servers of each domain (EHLO, STARTTLS, QUIT; no mail) and
gets the front page of its webmail once. Prints what was seen and what the packs say about it.
With --save the workspace does it: what is seen becomes findings of the accounts with these
domains, with an audit entry. Domains on the workspace's list of opt-outs get no packet.`,
		RunE: action(func(c *cobra.Command, args []string) error {
			if save {
				return o.with(c.Context(), func(k *client) error { return reconSaved(c.Context(), k, c.OutOrStdout(), args, asJSON) })
			}
			return o.reconNow(c.Context(), c.OutOrStdout(), c.ErrOrStderr(), args, asJSON)
		})}
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object per domain and line")
	c.Flags().BoolVar(&save, "save", false, "keep what is seen in the workspace")
	o.recon.flags(c)
	return []*cobra.Command{c}
}

// reconNow looks without keeping anything.
func (o *options) reconNow(ctx context.Context, out, warn io.Writer, args []string, asJSON bool) error {
	barred, err := o.optOuts(ctx, warn)
	if err != nil {
		return err
	}
	p, err := o.recon.prober()
	if err != nil {
		return err
	}
	rules, err := recon.ShippedRules(time.Now())
	if err != nil {
		return err
	}
	var errs []error
	for _, text := range args {
		domain, err := recon.ParseDomain(text)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", text, err))
			continue
		}
		if barred.Holds(domain) {
			errs = append(errs, fmt.Errorf("%s: opted out, nothing was asked", domain))
			continue
		}
		seen, err := p.Probe(ctx, domain, recon.Watch{Barred: barred.Holds})
		if err != nil {
			return err
		}
		if err := printRecon(out, rules, seen, asJSON); err != nil {
			return err
		}
	}
	return errors.Join(errs...)
}

// optOuts asks the workspace for those who don't want to be looked at, where there is one.
func (o *options) optOuts(ctx context.Context, warn io.Writer) (recon.OptOuts, error) {
	none := recon.NewOptOuts(nil)
	if o.server == "" && o.exists(ctx) != nil {
		_, err := fmt.Fprintln(warn, "No workspace here, so no list of opt-outs is consulted.")
		return none, err
	}
	var list []string
	err := o.with(ctx, func(k *client) error {
		for token := ""; ; {
			var page struct {
				Items []struct {
					Cells struct{ Domain string } `json:"cells"`
				} `json:"items"`
				Next string `json:"next_page_token"`
			}
			if err := k.call(ctx, "GET", path("records", "opt_outs")+query("page_size", "1000", "page_token", token), nil, &page); err != nil {
				return err
			}
			for _, i := range page.Items {
				list = append(list, i.Cells.Domain)
			}
			if token = page.Next; token == "" {
				return nil
			}
		}
	})
	return recon.NewOptOuts(list), err
}

// reconMeant is an observation with the packs' words.
type reconMeant struct {
	recon.Observation
	Meanings []recon.Meaning `json:"meanings"`
}

func printRecon(out io.Writer, rules *recon.Rules, r *recon.Result, asJSON bool) error {
	var all []reconMeant
	for _, x := range r.Observations {
		all = append(all, reconMeant{x, rules.OfObservation(x)})
	}
	if asJSON {
		return printLine(struct {
			Domain     string             `json:"domain"`
			Began      time.Time          `json:"began"`
			Ended      time.Time          `json:"ended"`
			Findings   []reconMeant       `json:"findings"`
			Unanswered []recon.Unanswered `json:"unanswered"`
			Asked      []string           `json:"asked"`
		}{r.Domain, r.Began, r.Ended, all, r.Unanswered, r.Asked})
	}
	fmt.Fprintf(out, "%s  (%d questions, %.1f s)\n", r.Domain, len(r.Asked), r.Ended.Sub(r.Began).Seconds())
	for _, x := range all {
		line := fmt.Sprintf("  %-11s %-12s %s", x.What, x.Code, strings.TrimSpace(x.Subject+"  "+x.Value))
		if x.Product != "" {
			line += "  [" + x.Product + "]"
		}
		if x.DaysLeft != nil {
			line += "  " + strconv.Itoa(*x.DaysLeft) + " d"
		}
		fmt.Fprintln(out, line)
		for _, m := range x.Meanings {
			say := m.Finding.Say.EN
			if language() == "zh-CN" {
				say = m.Finding.Say.ZH
			}
			fmt.Fprintf(out, "  %24s → %s\n", m.Finding.Strength, say)
		}
	}
	for _, u := range r.Unanswered {
		fmt.Fprintf(out, "  %-11s no answer    %s\n", u.What, strings.TrimSpace(u.Subject+"  "+u.Why))
	}
	return nil
}

// reconJobAnswer is as much of a job as is shown.
type reconJobAnswer struct {
	ID    string `json:"id"`
	State string `json:"state"`
	Items []struct {
		Domain   string          `json:"domain"`
		Name     string          `json:"name,omitempty"`
		Account  string          `json:"account,omitempty"`
		Outcome  string          `json:"outcome"`
		Code     string          `json:"code,omitempty"`
		Detail   string          `json:"detail,omitempty"`
		Findings int             `json:"findings"`
		Events   int             `json:"events"`
		Changes  []recon.Change  `json:"changes"`
		Seen     []reconMeantRaw `json:"seen,omitempty"`
	} `json:"items"`
}

type reconMeantRaw struct {
	What    string `json:"what"`
	Subject string `json:"subject,omitempty"`
	Code    string `json:"code"`
	Value   string `json:"value,omitempty"`
	Product string `json:"product,omitempty"`
}

// reconSaved has the workspace look, waits, and shows what came of it.
func reconSaved(ctx context.Context, k *client, out io.Writer, domains []string, asJSON bool) error {
	var j reconJobAnswer
	if err := k.call(ctx, "POST", path("recon", "jobs"), map[string]any{"domains": domains}, &j); err != nil {
		return err
	}
	for j.State == "running" {
		select {
		case <-ctx.Done():
			stopping := context.WithoutCancel(ctx)
			return errors.Join(ctx.Err(), k.call(stopping, "POST", path("recon", "jobs", j.ID, "cancel"), nil, nil))
		case <-time.After(200 * time.Millisecond):
		}
		if err := k.call(ctx, "GET", path("recon", "jobs", j.ID), nil, &j); err != nil {
			return err
		}
	}
	var errs []error
	for _, i := range j.Items {
		if i.Outcome != recon.Done {
			errs = append(errs, fmt.Errorf("%s: %s", i.Domain, strings.TrimSpace(strings.ReplaceAll(i.Outcome, "_", " ")+" "+i.Detail)))
		}
		if asJSON {
			if err := printLine(i); err != nil {
				return err
			}
			continue
		}
		if i.Account != "" {
			fmt.Fprintf(out, "%s  %s: %d findings, %d changes, %d events\n", i.Domain, i.Name, i.Findings, len(i.Changes), i.Events)
		} else if i.Outcome == recon.Done {
			fmt.Fprintf(out, "%s  no account has this domain, so nothing was kept\n", i.Domain)
		}
		for _, c := range i.Changes {
			fmt.Fprintf(out, "  %-8s %-11s %s  %s → %s\n", c.Kind, c.What, c.About, c.Before, c.Now)
		}
		for _, s := range i.Seen {
			fmt.Fprintf(out, "  %-11s %-12s %s %s\n", s.What, s.Code, strings.TrimSpace(s.Subject+"  "+s.Value), s.Product)
		}
	}
	return errors.Join(errs...)
}
