package pack_test

import (
	"bufio"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"headwater/pack"
)

// count compares how many of a thing a pack holds with what its seed has.
func count(t *testing.T, what string, got, want int) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %d, not %d", what, got, want)
	}
}

func TestLogicalDataLakeHoldsSeed000(t *testing.T) {
	p := load(t, "logical-data-lake")
	count(t, "segments", len(p.Segments), 3)
	count(t, "motions", len(p.Motions), 3)
	count(t, "playbooks", len(p.Playbooks), 3)
	count(t, "price lists", len(p.PriceLists), 1)
	count(t, "editions", len(p.PriceLists[0].Editions), 7)
	count(t, "market phases", len(p.Phases), 3)
	count(t, "key questions", len(p.QuestionLists[0].Questions), 4)
	count(t, "needs", len(p.Needs), 14)
	var rivals []string
	for _, b := range p.Battlecards {
		rivals = append(rivals, b.ID)
	}
	if !slices.Equal(rivals, []string{"denodo", "cloud-vendors", "open-source"}) {
		t.Errorf("battlecards %v", rivals)
	}
	direct := p.Playbooks[0]
	count(t, "stages", len(direct.Stages), 5)
	days := [][2]int{{7, 14}, {14, 28}, {30, 90}, {14, 28}}
	for i, s := range direct.Stages {
		count(t, "goals of "+s.ID, len(s.Goals), 3)
		count(t, "deliverables of "+s.ID, len(s.Deliverables), 3)
		if len(s.Activities) < 4 {
			t.Errorf("%s: %d activities", s.ID, len(s.Activities))
		}
		if i < len(days) && (s.Days == nil || [2]int{s.Days.Min, s.Days.Max} != days[i]) {
			t.Errorf("%s: days %v", s.ID, s.Days)
		}
	}
	prices := map[string][2]int{"large-basic": {50000, 100000}, "large-professional": {100000, 300000}, "large-enterprise": {300000, 0}, "medium-standard": {20000, 50000},
		"medium-professional": {50000, 100000}, "growth-basic": {5000, 10000}, "growth-professional": {10000, 20000}}
	for _, e := range p.PriceLists[0].Editions {
		to := 0
		if e.Price.To != nil {
			to = int(*e.Price.To)
		}
		if e.Sources == nil || e.Volume == nil {
			t.Errorf("%s has no limits", e.ID)
		}
		if prices[e.ID] != [2]int{int(e.Price.From), to} {
			t.Errorf("%s costs %v", e.ID, e.Price)
		}
	}
	models := []string{p.ValueModels[0].ID, p.ValueModels[1].ID}
	if !slices.Equal(models, []string{"benefits", "tco"}) {
		t.Errorf("value models %v", models)
	}
	total := pack.Number(0)
	for _, r := range p.Roles {
		total += r.Weight
	}
	count(t, "weights of the committee", int(total), 100)
}

func TestEnterpriseMailHoldsSeed002(t *testing.T) {
	p := load(t, "enterprise-mail")
	groups := map[string]int{}
	for _, s := range p.Segments {
		groups[s.Group]++
	}
	count(t, "layers of the pyramid", groups["pyramid"], 5)
	count(t, "typical industries", groups["typical"], 6)
	count(t, "criteria", len(p.Scorecards[0].Criteria), 7)
	count(t, "objections", len(p.Objections), 6)
	count(t, "answers on security", len(p.Objections[0].Answers), 5)
	count(t, "questions", len(p.QuestionLists[0].Questions), 11)
	count(t, "triggers", len(p.Triggers), 5)
	count(t, "cases", len(p.Cases), 7)
	count(t, "needs", len(p.Needs), 14)
	count(t, "steps of pursuit, and the service behind", len(p.Playbooks[0].Stages), 6)
	seats, months := 0, pack.Number(0)
	for _, c := range p.Cases {
		seats, months = seats+c.Seats, months+c.CycleMonths
	}
	count(t, "seats of all cases", seats, 8000+700+4000+300+400+250+4000)
	count(t, "months of all cases", int(months), 30+1+12+12+6+18+2)
	total := pack.Number(0)
	for _, c := range p.Scorecards[0].Criteria {
		total += c.Points
	}
	count(t, "points of the scorecard", int(total), 100)
	for _, what := range []string{"mx", "ptr", "smtp", "webmail", "dnsbl"} {
		if !slices.ContainsFunc(p.Findings, func(f pack.Finding) bool { return f.What == what }) {
			t.Errorf("nothing about %s", what)
		}
	}
}

func TestTradeMarketplaceHoldsSeed003(t *testing.T) {
	p := load(t, "trade-marketplace")
	var versions, letters string
	for i, v := range p.Profiles {
		versions += v.Version + " "
		if i > 0 && v.Previous != p.Profiles[i-1].ID {
			t.Errorf("%s follows %q", v.ID, v.Previous)
		}
	}
	for _, l := range p.Letters {
		letters += l.Letter
	}
	if versions != "1.0 2.0 3.0 4.0 5.0 6.0 " || letters != "MAN" {
		t.Errorf("versions %s, letters %s", versions, letters)
	}
	count(t, "cells", len(p.Matrices[0].Cells), 4)
	if len(p.Reviews) == 0 || len(p.Routes) == 0 {
		t.Error("no focus review or industry route")
	}
}

// Codes and names are those in which need mining is judged.
func TestNeedCodesAreThoseOfTheTaxonomy(t *testing.T) {
	folder := os.Getenv("HEADWATER_NEEDS")
	if folder == "" {
		t.Skip("HEADWATER_NEEDS doesn't point to the folder of taxonomy.yaml")
	}
	f, err := os.Open(folder + "/taxonomy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	line := regexp.MustCompile(`^  ([LE]\d\d): \{zh: (.*), en: (.*)\}$`)
	names := map[string]pack.Text{}
	for s := bufio.NewScanner(f); s.Scan(); {
		if m := line.FindStringSubmatch(s.Text()); m != nil {
			names[m[1]] = pack.Text{ZH: m[2], EN: m[3]}
		}
	}
	for _, id := range []string{"logical-data-lake", "enterprise-mail"} {
		for _, n := range load(t, id).Needs {
			if want := names[n.ID]; want.ZH != n.Name.ZH || !strings.EqualFold(want.EN, n.Name.EN) {
				t.Errorf("%s is %v, not %v", n.ID, n.Name, want)
			}
			delete(names, n.ID)
		}
	}
	if len(names) > 0 {
		t.Errorf("left out: %v", names)
	}
}

// Every need can be learned, both ways it shows, and knows when it doesn't.
func TestEveryNeedHasExamples(t *testing.T) {
	packs, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	for id, p := range packs {
		sentences := map[string]int{}
		seen := map[string]string{}
		for _, e := range p.Examples {
			for _, n := range e.Needs {
				sentences[n+" "+e.Kind] += len(e.ZH) + len(e.EN)
			}
			for _, s := range slices.Concat(e.ZH, e.EN) {
				if other := seen[s]; other != "" {
					t.Errorf("%s: %q stands in %s and %s", id, s, other, e.ID)
				}
				seen[s] = e.ID
			}
		}
		for _, n := range p.Needs {
			if sentences[n.ID+" explicit"] < 6 || sentences[n.ID+" hidden"] < 6 {
				t.Errorf("%s: %s has %d explicit and %d hidden sentences", id, n.ID, sentences[n.ID+" explicit"], sentences[n.ID+" hidden"])
			}
		}
		t.Logf("%s: %d sentences", id, len(seen))
	}
}

// A file that one person can oversee.
func TestFilesAreShort(t *testing.T) {
	packs, err := os.ReadDir("shipped")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packs {
		files, _ := os.ReadDir("shipped/" + p.Name())
		for _, f := range files {
			data, err := os.ReadFile("shipped/" + p.Name() + "/" + f.Name())
			if n := strings.Count(string(data), "\n"); err != nil || n > 800 {
				t.Errorf("%s/%s has %d lines", p.Name(), f.Name(), n)
			}
		}
	}
}
