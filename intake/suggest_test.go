package intake_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"headwater/intake"
	"headwater/lake"
)

// fields lists what a plan makes of the columns: field, or field+part.
func fields(p intake.Plan) string {
	var out []string
	for _, c := range p.Columns {
		f := string(c.Field)
		if c.Part != "" {
			f += "/" + c.Part
		}
		if f == "" && c.NewField != nil {
			f = "+" + string(c.NewField.Kind)
		}
		out = append(out, f)
	}
	return strings.Join(out, " ")
}

func TestColumnsFindTheirFields(t *testing.T) {
	w := newWorld(t)
	for i, c := range []struct {
		entity lake.EntityName
		lines  []string
		want   string
	}{
		{"accounts", []string{"account_name,BillingCity,Phone Numbers,Industry", "Alpha,北京,010-8888 6666,Banking", "Beta,上海,+86 21 5555 4444,保险"}, "name city phone industry"},
		{"accounts", []string{"客户名称*,年营收（万元）,官网,所在省份,备注信息", "甲公司,1200,www.a.example,上海,无", "乙公司,3.5,b.example,江苏,老客户"}, "name annual_revenue website province description"},
		{"contacts", []string{"First Name,Last Name,E-mail,Who", "Ada,Lovelace,ada@example.com,x", "明,李,li@example.com,y"}, "name/given name/family email +text"},
		{"contacts", []string{"Full Name,A,B,C", "Ada,ada@example.com,+86 138 0000 0000,2024-01-05", "Bob,bob@example.com,+86 139 0000 0001,2024-02-07"}, "name email mobile +date"},
		{"deals", []string{"Opportunity Name,Close Date,Stage,Amount,Currency,Probability (%)", "A,2024-03-05,Closed Won,5,USD,100%", "B,,Prospecting,6,EUR,10%", "C,2024-03-07,Closed Lost,7,USD,0%"}, "name closed_on stage amount  probability"},
		{"deals", []string{"Opportunity Name,Close Date,Stage", "A,2024-03-05,Closed Won", "B,2024-06-05,Prospecting"}, "name expected_close stage"},
		{"products", []string{"Product,Unit Price,Launched,Weight,Notes ", "A,5,13/02/2024,1.5,x", "B,6,01/03/2024,2,y"}, "name price +date +decimal description"},
		{"accounts", []string{"x,y", "p,q"}, "column_1 column_2"},
	} {
		p := w.plan(c.entity, w.file(fmt.Sprintf("f%d.csv", i), c.lines...))
		if got := fields(p); got != c.want {
			t.Errorf("%s: %q, not %q", c.lines[0], got, c.want)
		}
	}
}

func TestWhatAPlanSays(t *testing.T) {
	w := newWorld(t)
	f := w.file("deals.csv", "Deal Name,Amount,Currency,Opened,Stage,Owner,Source,Lost reason",
		`A,"1.200,50",EUR,03/04/2024,Closed-Won,Boss,Select,N/A`, `B,"7,5",USD,05/06/2024,Negotaition,boss,Newsletter,`, `C,12,,01/02/2024,No such stage,Bosss,-,Price`)
	p := w.plan("deals", f)
	if strings.Join(p.Empties, " ") != "- N/A Select" && strings.Join(p.Empties, " ") != "N/A Select -" && strings.Join(p.Empties, " ") != "- Select N/A" {
		t.Errorf("empties %q", p.Empties)
	}
	at := func(column string) intake.Column {
		for _, c := range p.Columns {
			if c.Column == column {
				return c
			}
		}
		return intake.Column{}
	}
	if c := at("Amount"); c.NumberForm != intake.CommaForm || c.CurrencyColumn != "Currency" {
		t.Errorf("%+v", c)
	}
	if c := at("Stage"); c.Values["Negotaition"] != "negotiate" || c.Values["Closed-Won"] != "won" || len(c.Suggestions) != 1 {
		t.Errorf("%+v", c)
	}
	if c := at("Owner"); c.LinkBy != "name" || len(c.Suggestions) != 1 || c.Suggestions[0].To != "Boss" || c.Values["Bosss"] != "" {
		t.Errorf("%+v", c)
	}
	notes := fmt.Sprint(p.Notes)
	for _, must := range []string{"date_form_guessed"} {
		if !strings.Contains(notes, must) {
			t.Errorf("no note %s in %s", must, notes)
		}
	}
	if p.Match != "name" {
		t.Errorf("matches by %q", p.Match)
	}
	i := w.run("", p, f)
	w.wantCounts(i, 3, 2, 0, 0, 1)
	c := w.all("", "deals")["A"].Cells
	if c["amount"] != "1200.5 EUR" || c["opened_on"] != "2024-03-04" || c["owner"] != "boss" || c["source"] != "" {
		t.Errorf("%v", c)
	}
}

func TestLinksByOtherFields(t *testing.T) {
	w := newWorld(t)
	f := w.file("a.csv", "Account ID,Account Name,Domain,E-mail", "001A,Alpha,alpha.example,info@alpha.example", "002B,Beta,beta.example,info@beta.example", "003C,Alpha,third.example,x@third.example")
	w.run("", w.plan("accounts", f), f)
	for i, c := range []struct{ heading, a, b, by string }{
		{"Account ID", "001A", "002B", "external_id"}, {"Company", "beta", "BETA ", "name"}, {"Company Domain", "alpha.example", "third.example", "domain"},
		{"Contact of", "info@alpha.example", "info@beta.example", "email"}, {"Account", string(w.all("", "accounts")["Beta"].Key), string(w.all("", "accounts")["Beta"].Key), "id"},
	} {
		f := w.file(fmt.Sprintf("c%d.csv", i), "Full Name,"+c.heading+",Job title", "Ann,"+c.a+",Boss", "Bob,"+c.b+",Clerk")
		p := w.plan("contacts", f)
		if i == 3 {
			p = p.With(intake.Plan{Columns: []intake.Column{{Column: c.heading, Field: "account", LinkBy: "email"}}})
		}
		if got := string(p.Columns[1].LinkBy); got != c.by || p.Columns[1].Field != "account" {
			t.Errorf("%s: links %s by %q, not %q", c.heading, p.Columns[1].Field, got, c.by)
			continue
		}
		p.Match = ""
		w.wantCounts(w.run("", p, f), 2, 2, 0, 0, 0)
	}
	f = w.file("d.csv", "Full Name,Company", "Ann,Alpha")
	i := w.run("", w.plan("contacts", f), f)
	w.wantCounts(i, 1, 0, 0, 0, 1)
	if s := w.rejects(i.ID, "zh"); !strings.Contains(s, "不止一条") {
		t.Error(s)
	}
}

// Whatever a file holds and a plan says, every row is accounted for, the preview says
// what the import comes to, and undo leaves nothing.
func TestEveryRowIsAccountedFor(t *testing.T) {
	w := newWorld(t)
	round := 0
	rapid.Check(t, func(r *rapid.T) {
		round++
		cell := rapid.SampledFrom([]string{"", "A", "B", "C", " a ", "N/A", "1", "12", "x1", "2024-01-05", "13/02/2024", "Won", "customer", "Sofware", "=1+1", "ann@example.com", "a,b", "￥5万", "99999999999999999999", "'"})
		lines := []string{"Account ID,Account Name,Employees,Revenue,Status,Parent,Industry"}
		for range rapid.IntRange(0, 30).Draw(r, "rows") {
			var row []string
			for range rapid.SampledFrom([]int{7, 7, 7, 7, 6, 2, 9}).Draw(r, "width") {
				row = append(row, `"`+cell.Draw(r, "cell")+`"`)
			}
			lines = append(lines, strings.Join(row, ","))
		}
		f := w.file(fmt.Sprintf("r%d.csv", round), lines...)
		var p intake.Plan
		p.Entity = "accounts"
		for i, name := range []lake.FieldName{"external_id", "name", "employees", "annual_revenue", "status", "parent", "industry"} {
			p.Columns = append(p.Columns, intake.Column{Column: f.Sniffed.Columns[min(i, len(f.Sniffed.Columns)-1)], Field: name,
				Missing: rapid.SampledFrom([]string{"", intake.Reject, intake.Empty, intake.Create}).Draw(r, "missing")})
		}
		if len(f.Sniffed.Columns) != 7 {
			r.Skip("another width was found")
		}
		p.Match = rapid.SampledFrom([]lake.FieldName{"", "external_id", "name"}).Draw(r, "match")
		p.OnMatch = rapid.SampledFrom([]string{intake.Update, intake.Skip, intake.Reject}).Draw(r, "on match")
		p.EmptyCells = rapid.SampledFrom([]string{"", intake.Blank}).Draw(r, "empty cells")
		p.Empties = []string{"n/a"}
		report, err := w.imports.Preview(ctx, boss, "", p, f, 0)
		if err != nil {
			r.Fatal(err)
		}
		i := w.run("", p, f)
		if i.State != intake.Done || i.Read != i.Inserted+i.Updated+i.Unchanged+i.Rejected || i.Read != report.Read {
			r.Fatalf("%+v, error %+v, preview %+v", i.Counts, i.Error, report.Counts)
		}
		if got := strings.Count(w.rejects(i.ID, "en"), "\n"); got < int(i.Rejected)+1 {
			r.Fatalf("%d lines of rejected rows, not %d", got, i.Rejected+1)
		}
		if n := int64(w.count("", "accounts")); n != i.Inserted+i.Created["accounts"] {
			r.Fatalf("%d accounts of %+v", n, i.Counts)
		}
		if missing := p.Columns[5].Missing; missing != intake.Reject && missing != "" && (report.Inserted != i.Inserted || report.Rejected != i.Rejected) {
			r.Fatalf("%+v, preview %+v", i.Counts, report.Counts) // else a row may name one that is rejected
		}
		if res, err := w.imports.Undo(ctx, boss, i.ID); err != nil || len(res.Kept) > 0 {
			r.Fatalf("undo: %v %+v", err, res)
		}
		if n := w.count("", "accounts"); n != 0 {
			r.Fatalf("%d accounts are left", n)
		}
	})
}
