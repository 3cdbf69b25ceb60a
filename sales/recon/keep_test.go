package recon_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"headwater/lake"
	"headwater/lake/sqlite"
	"headwater/pack"
	"headwater/sales"
	"headwater/sales/recon"
)

// workspace is a lake with a runner over an internet of the test.
type workspace struct {
	t      *testing.T
	lake   *lake.Lake
	net    *internet
	runner *recon.Runner
	now    time.Time
}

func newWorkspace(t *testing.T) *workspace {
	store, err := sqlite.Open(t.TempDir())
	must(t, err)
	t.Cleanup(func() { must(t, store.Close()) })
	w := &workspace{t: t, net: newInternet(t), now: time.Now()}
	w.lake, err = lake.Open(t.Context(), lake.Config{Store: store, Entities: sales.Entities()})
	must(t, err)
	w.open(-1)
	return w
}

func (w *workspace) open(again time.Duration) {
	clock := func() time.Time { return w.now }
	var err error
	w.runner, err = recon.OpenRunner(w.t.Context(), recon.RunnerConfig{Lake: w.lake, Again: again, Node: "here", Now: clock,
		Prober: w.net.prober(func(c *recon.Config) { c.Now = clock })})
	must(w.t, err)
	w.t.Cleanup(w.runner.Close)
}

func (w *workspace) write(fn func(*lake.Tx) error) {
	w.t.Helper()
	_, err := w.lake.Write(w.t.Context(), lake.System, lake.MainName, fn)
	must(w.t, err)
}

func (w *workspace) add(entity lake.EntityName, cells lake.Cells) (key lake.Key) {
	w.t.Helper()
	w.write(func(tx *lake.Tx) (err error) { key, err = tx.Create(entity, cells); return err })
	return key
}

// run looks and waits.
func (w *workspace) run(targets ...recon.Target) recon.Job {
	w.t.Helper()
	j, err := w.runner.Start(w.t.Context(), lake.System, recon.Order{Language: "zh", Targets: targets})
	must(w.t, err)
	return w.wait(j.ID)
}

func (w *workspace) wait(id string) recon.Job {
	w.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		j, err := w.runner.Job(w.t.Context(), id)
		must(w.t, err)
		if j.State != recon.JobRunning {
			return j
		}
	}
	w.t.Fatal("the job doesn't end")
	return recon.Job{}
}

// all gives an entity's records.
func (w *workspace) all(entity lake.EntityName) (out []lake.Record) {
	w.t.Helper()
	r, err := w.lake.At(w.t.Context(), lake.System, lake.MainName, 0)
	must(w.t, err)
	must(w.t, r.Scan(w.t.Context(), entity, func(rec lake.Record) error { out = append(out, rec); return nil }))
	return out
}

func (w *workspace) finding(what, subject string) lake.Cells {
	w.t.Helper()
	for _, rec := range w.all("findings") {
		if string(rec.Cells["what"]) == what && string(rec.Cells["subject"]) == subject {
			return rec.Cells
		}
	}
	return nil
}

func (w *workspace) rules() *recon.Rules {
	w.t.Helper()
	r, err := w.lake.At(w.t.Context(), lake.System, lake.MainName, 0)
	must(w.t, err)
	l, err := pack.NewKept().At(w.t.Context(), r)
	must(w.t, err)
	rules, err := recon.NewRules(l, r.Schema(), w.now)
	must(w.t, err)
	return rules
}

func TestTwoRuns(t *testing.T) {
	w := newWorkspace(t)
	selfHosted(w.net, w.now.AddDate(0, 0, 100))
	account := w.add("accounts", lake.Cells{"name": "客户", "domain": "kehu.cn"})
	target := recon.Target{Account: account, Domain: "kehu.cn"}
	j := w.run(target)
	first := j.Items[0]
	if j.State != recon.JobDone || first.Outcome != recon.Done || first.Kept.Findings != 14 || len(first.Kept.Changes) != 0 || !first.Kept.First || first.Question < 30 {
		t.Fatalf("%+v kept %+v", j, first.Kept)
	}
	if f := w.finding("ptr", "127.0.0.12"); f["code"] != "missing" || f["domain"] != "kehu.cn" || f["account"] != lake.Cell(account) || f["changed"] != "false" || f["run"] != lake.Cell(first.Run) || f["seen_at"] == "" {
		t.Errorf("%v", f)
	}
	events := w.all("events")
	if len(events) != 1 || events[0].Cells["trigger"] != "ip-blacklisted" || events[0].Cells["status"] != "open" || !strings.Contains(string(events[0].Cells["note"]), "Spam (127.0.0.2, 127.0.0.4)") {
		t.Fatalf("events %v", events)
	}

	// Nothing has changed but the day: no change is told and no event is opened twice.
	w.now = w.now.AddDate(0, 0, 5)
	if j = w.run(target); len(j.Items[0].Kept.Changes) != 0 || len(w.all("events")) != 1 || len(w.all("findings")) != 14 {
		t.Errorf("kept %+v", j.Items[0].Kept)
	}

	// The mail has moved to another server, the certificate runs out, one address is gone.
	w.now = w.now.AddDate(0, 0, 70)
	w.net.lacks("kehu.cn", "MX")
	w.net.lacks("kehu.cn", "TXT")
	w.net.has("kehu.cn MX 10 mx2.kehu.cn.", "mx2.kehu.cn A 127.0.0.31", "kehu.cn TXT v=spf1 mx -all")
	w.net.mail("127.0.0.31", &post{greeting: "220 mx2.kehu.cn ESMTP Postfix"})
	kept := w.run(target).Items[0].Kept
	var told []string
	for _, c := range kept.Changes {
		told = append(told, strings.TrimSpace(c.Kind+" "+c.What+" "+c.About))
	}
	slices.Sort(told)
	port := fmt.Sprint(w.net.ports.SMTP)
	want := []string{"changed mx", "changed spf", "gone certificate mail.kehu.cn:" + port, "gone dnsbl 127.0.0.11", "gone dnsbl 127.0.0.12", "gone ptr 127.0.0.11", "gone ptr 127.0.0.12",
		"gone smtp mail.kehu.cn", "gone tls mail.kehu.cn", "new dnsbl 127.0.0.31", "new ptr 127.0.0.31", "new smtp mx2.kehu.cn", "new tls mx2.kehu.cn"}
	if !slices.Equal(told, want) {
		t.Errorf("changes\n%q, want\n%q", told, want)
	}
	if f := w.finding("mx", ""); f["changed"] != "true" || f["before"] != "own_server: 10 mail.kehu.cn (127.0.0.11)" || f["value"] != "10 mx2.kehu.cn (127.0.0.31)" {
		t.Errorf("mx %v", f)
	}
	events = w.all("events")
	if len(events) != 2 || events[1].Cells["trigger"] != "leadership-change" && events[0].Cells["trigger"] != "leadership-change" {
		t.Errorf("events %v", events)
	}

	// The history holds who looked, when and why.
	r, err := w.lake.At(t.Context(), lake.System, lake.MainName, 0)
	must(t, err)
	history, err := r.History(t.Context(), "findings", recon.KeyOf(account, "kehu.cn", "mx", ""))
	must(t, err)
	if len(history) != 3 || !strings.Contains(history[0].Reason, "侦察 kehu.cn") {
		t.Errorf("%d entries, %+v", len(history), history[0])
	}
	// So does the audit, with every question.
	runs, err := w.runner.Runs(t.Context(), "kehu.cn", 10)
	must(t, err)
	if len(runs) != 3 || runs[0].ActorName != "system" || !slices.Contains(runs[0].Asked, "DNS MX kehu.cn") || runs[0].Ended.IsZero() || runs[0].Outcome != recon.Done {
		t.Errorf("%+v", runs)
	}
}

// TestWhatWasntAskedStays: a run that gets no answers takes nothing away.
func TestWhatWasntAskedStays(t *testing.T) {
	w := newWorkspace(t)
	selfHosted(w.net, w.now.AddDate(0, 0, 100))
	target := recon.Target{Account: w.add("accounts", lake.Cells{"name": "客户"}), Domain: "kehu.cn"}
	w.run(target)
	before := len(w.all("findings"))
	for _, mute := range []string{"MX", "TXT"} {
		w.net.breaks(mute)
		j := w.run(target)
		if n := len(w.all("findings")); n != before || slices.ContainsFunc(j.Items[0].Kept.Changes, func(c recon.Change) bool { return c.Kind == "gone" }) {
			t.Errorf("without %s: %d findings of %d, %+v", mute, n, before, j.Items[0].Kept.Changes)
		}
	}
}

func TestOnlyMainSendsAnything(t *testing.T) {
	w := newWorkspace(t)
	_, err := w.runner.Start(t.Context(), lake.System, recon.Order{Branch: "what-if", Targets: []recon.Target{{Domain: "kehu.cn"}}})
	if code(err) != "recon_main_only" {
		t.Error(err)
	}
	if len(w.net.questions()) > 0 {
		t.Error("a branch asked the DNS")
	}
}

func TestOptOutsAndRepeats(t *testing.T) {
	w := newWorkspace(t)
	w.net.has("a.cn NS ns.a.cn.", "b.cn NS ns.b.cn.")
	w.add("opt_outs", lake.Cells{"domain": "B.cn"})
	w.runner.Close()
	w.open(time.Hour)
	j := w.run(recon.Target{Domain: "a.cn"}, recon.Target{Domain: "b.cn"}, recon.Target{Domain: "mail.b.cn"}, recon.Target{Name: "nothing", Err: lake.Fail(lake.ErrInvalid, "recon_domain_missing", "x")})
	var outcomes []string
	for _, i := range j.Items {
		outcomes = append(outcomes, i.Outcome)
	}
	if !slices.Equal(outcomes, []string{recon.Done, recon.OptedOut, recon.OptedOut, recon.Skipped}) || j.Done != 4 || j.Outcomes[recon.OptedOut] != 2 || j.Items[3].Code != "recon_domain_missing" {
		t.Errorf("%v %+v", outcomes, j)
	}
	for _, q := range w.net.questions() {
		if strings.Contains(q, "b.cn") {
			t.Errorf("asked %s", q)
		}
	}
	if len(j.Items[0].Seen) == 0 {
		t.Error("without an account, the job holds what was seen")
	}
	if j = w.run(recon.Target{Domain: "a.cn"}); j.Items[0].Outcome != recon.TooSoon {
		t.Errorf("again: %s", j.Items[0].Outcome)
	}
	w.now = w.now.Add(61 * time.Minute)
	if j = w.run(recon.Target{Domain: "a.cn"}); j.Items[0].Outcome != recon.Done {
		t.Errorf("an hour later: %s", j.Items[0].Outcome)
	}
}

func TestCancelAndInterrupt(t *testing.T) {
	w := newWorkspace(t)
	w.net.behaves(func(string) string { return "dead" }) // every question takes its time
	targets := make([]recon.Target, 40)
	for i := range targets {
		targets[i].Domain = fmt.Sprintf("d%d.cn", i)
	}
	j, err := w.runner.Start(t.Context(), lake.System, recon.Order{Targets: targets})
	must(t, err)
	time.Sleep(50 * time.Millisecond)
	if now, err := w.runner.Job(t.Context(), j.ID); err != nil || now.State != recon.JobRunning || len(now.Now) == 0 {
		t.Errorf("%v %+v", err, now.Now)
	}
	_, err = w.runner.Cancel(t.Context(), j.ID)
	must(t, err)
	if j = w.wait(j.ID); j.State != recon.JobCancelled || j.Done >= 40 {
		t.Errorf("%s, %d done", j.State, j.Done)
	}
	j, err = w.runner.Start(t.Context(), lake.System, recon.Order{Targets: targets})
	must(t, err)
	w.runner.Close()
	if j, err = w.runner.Job(context.Background(), j.ID); err != nil || j.State != recon.JobInterrupted {
		t.Errorf("%v %s", err, j.State)
	}
	if _, err := w.runner.Start(t.Context(), lake.System, recon.Order{Targets: targets}); code(err) != "shutting_down" {
		t.Error(err)
	}
}

func TestWhatFindingsMean(t *testing.T) {
	w := newWorkspace(t)
	rules := w.rules()
	two, zero, soon := 2, 0, 12
	for _, c := range []struct {
		o    recon.Observation
		want string
	}{
		{recon.Observation{What: "mx", Code: "own_server", Count: &two}, "mx-own"},
		{recon.Observation{What: "mx", Code: "hosted", Product: "Google", Count: &two}, "mx-hosted"},
		{recon.Observation{What: "mx", Code: "none", Count: &zero}, "mx-none"},
		{recon.Observation{What: "smtp", Code: "greeting", Product: "Microsoft Exchange"}, "banner-exchange"},
		{recon.Observation{What: "smtp", Code: "greeting", Product: "HCL Domino"}, "banner-domino"},
		{recon.Observation{What: "smtp", Code: "greeting", Product: "IMail"}, "banner-imail"},
		{recon.Observation{What: "smtp", Code: "greeting", Product: "Postfix"}, "banner-postfix"},
		{recon.Observation{What: "smtp", Code: "unreachable"}, "smtp-silent"},
		{recon.Observation{What: "ptr", Code: "generic"}, "ptr-mismatch"}, {recon.Observation{What: "ptr", Code: "match"}, ""},
		{recon.Observation{What: "dnsbl", Code: "listed", Count: &two}, "blacklisted"}, {recon.Observation{What: "dnsbl", Code: "clear", Count: &zero}, ""},
		{recon.Observation{What: "certificate", Code: "ok", DaysLeft: &soon}, "certificate-expiring"},
		{recon.Observation{What: "webmail", Code: "plain_http"}, "webmail-plain"}, {recon.Observation{What: "dmarc", Code: "none"}, "dmarc-missing"},
	} {
		var ids []string
		for _, m := range rules.OfObservation(c.o) {
			if m.Pack != "enterprise-mail" || m.Finding.Say.ZH == "" {
				t.Errorf("%+v", m)
			}
			ids = append(ids, m.Finding.ID)
		}
		if strings.Join(ids, " ") != c.want {
			t.Errorf("%s %s %s: %v, want %s", c.o.What, c.o.Code, c.o.Product, ids, c.want)
		}
	}
}

func TestProposal(t *testing.T) {
	own, smtp := lake.Cells{"what": "mx", "code": "own_server"}, lake.Cells{"what": "smtp", "product": "Postfix", "subject": "mx.a.cn"}
	web := lake.Cells{"what": "webmail", "product": "Coremail"}
	hosted := lake.Cells{"what": "mx", "code": "hosted", "product": "Google Workspace"}
	for _, c := range []struct {
		findings, systems []lake.Cells
		want              string
	}{
		{[]lake.Cells{own, smtp}, nil, "Postfix"}, {[]lake.Cells{own, smtp, web}, nil, "Coremail"}, {[]lake.Cells{hosted, web}, nil, "Google Workspace"}, {[]lake.Cells{smtp}, nil, ""}, {nil, nil, ""},
		{[]lake.Cells{own, smtp}, []lake.Cells{{"name": "postfix 3"}}, ""}, {[]lake.Cells{own, smtp}, []lake.Cells{{"name": "Oracle"}}, "Postfix"},
	} {
		name := ""
		if p := recon.Propose(c.findings, c.systems); p != nil {
			name = p.Name
		}
		if name != c.want {
			t.Errorf("%v: %s, want %s", c, name, c.want)
		}
	}
}

func TestDomainOfAnAccount(t *testing.T) {
	for _, c := range []struct {
		cells      lake.Cells
		want, from string
	}{
		{lake.Cells{"domain": "Kehu.cn", "website": "https://other.cn"}, "kehu.cn", "domain"}, {lake.Cells{"website": "https://www.kehu.cn/zh"}, "kehu.cn", "website"},
		{lake.Cells{"email": "info@kehu.cn"}, "kehu.cn", "email"}, {lake.Cells{"email": "kehu@163.com"}, "recon_domain_missing", ""}, {lake.Cells{}, "recon_domain_missing", ""},
		{lake.Cells{"domain": "printer.local"}, "recon_domain_reserved", ""},
	} {
		d, from, err := recon.DomainOf(c.cells)
		if err != nil {
			d = code(err)
		}
		if d != c.want || string(from) != c.from {
			t.Errorf("%v: %s from %s", c.cells, d, from)
		}
	}
}
