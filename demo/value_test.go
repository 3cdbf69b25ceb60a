package demo

import (
	"strconv"
	"testing"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/quote"
	"headwater/sales/value"
)

// The figures that the demo keeps are those that the product works out for its numbers.
func TestToldFiguresAreThoseOfTheModelAndTheList(t *testing.T) {
	packs, err := pack.Shipped(pack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var product *pack.Pack
	for _, p := range packs {
		if p.Meta.ID == "logical-data-lake" {
			product = p
		}
	}
	var model *value.Model
	for _, m := range product.ValueModels {
		if m.ID == "benefits" {
			if model, err = value.Compile(m); err != nil {
				t.Fatal(err)
			}
		}
	}
	book := quote.Book{List: product.PriceLists[0], Forms: product.ContractForms, Support: product.SupportLevels}
	for _, tale := range valueTales {
		in := value.Inputs{}
		for _, n := range tale.numbers {
			in[n.variable] = value.Input{Low: n.low, Likely: n.likely, High: n.high, Source: n.source}
		}
		r, err := model.Evaluate(in, value.Likely)
		if err != nil {
			t.Fatal(err)
		}
		yearly, _, _ := r.Figure("yearly_gain")
		if got := [5]lake.Cell{r.NPV, r.ROI, r.IRR, r.Payback, yearly}; got != [5]lake.Cell{tale.npv + " USD", tale.roi, tale.irr, tale.payback, tale.yearly} {
			t.Errorf("%s: the model says %v", tale.title, got)
		}
		for _, q := range tale.quotes {
			o, err := book.Price(quote.Ask{Edition: q.edition, Sources: lake.Cell(q.sources), VolumeGB: lake.Cell(q.volume), Months: q.months, Form: "long-term", Discount: q.discount})
			if err != nil {
				t.Fatal(err)
			}
			if o.ListAmount != q.list+" USD" || o.Amount != q.amount+" USD" || o.Yearly != q.yearly+" USD" || len(o.Lines) != len(q.lines) || o.Name.ZH != q.name {
				t.Fatalf("%s: the list says %+v", q.name, o)
			}
			for i, l := range o.Lines {
				if want := []string{"edition:" + q.edition + " by-sources", "discount:" + q.approver + " "}[i]; l.Item+" "+l.Reason != want {
					t.Errorf("line %d is of %s %s, told as %s", i, l.Item, l.Reason, want)
				}
				if said := q.lines[i]; l.Name.ZH != said.name || string(l.Quantity) != said.quantity || l.Unit.ZH != said.unit || l.Price != said.price+" USD" || l.Amount != said.amount+" USD" || l.Note.ZH != said.note {
					t.Errorf("line %d: the list says %+v", i, l)
				}
			}
			if o.Approval != nil && (o.Approval.Role != q.approver || o.Approval.Gives.ZH != q.gives) {
				t.Errorf("approval: the list says %+v", o.Approval)
			}
		}
	}
}

// Deals are told with quotes, contracts and promises in several states, whatever the seed.
func TestValueIsTold(t *testing.T) {
	for seed := range uint64(3) {
		s, _ := told(seed + 1)
		statuses := map[string]map[lake.Cell]bool{}
		for _, e := range []lake.EntityName{"value_cases", "quotes", "promises", "agreements"} {
			statuses[string(e)] = map[lake.Cell]bool{}
			for _, r := range s[e] {
				statuses[string(e)][r["status"]] = true
				if d := s["deals"][lake.Key(r["deal"])]; d == nil || d["account"] != r["account"] || d["owner"] != r["owner"] {
					t.Fatalf("seed %d: %s %v doesn't fit its deal", seed+1, e, r)
				}
			}
		}
		for e, least := range map[string]int{"value_cases": 2, "quotes": 3, "promises": 3} {
			if len(statuses[e]) < least {
				t.Errorf("seed "+strconv.Itoa(int(seed)+1)+": %s in %d states, want at least %d", e, len(statuses[e]), least)
			}
		}
	}
}

// The steps by which a won customer is kept in touch with are those of the pack's plan.
func TestRhythmIsThePacks(t *testing.T) {
	packs, err := pack.Shipped(pack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packs {
		for _, plan := range p.Nurtures {
			if p.Meta.ID != "logical-data-lake" || plan.ID != "customer-rhythm" {
				continue
			}
			if len(plan.Touches) != len(rhythm) {
				t.Fatalf("the plan has %d touches", len(plan.Touches))
			}
			for i, x := range plan.Touches {
				if told := (touch{x.ID, x.Text.ZH, x.Goal.ZH, x.Day}); told != rhythm[i] {
					t.Errorf("touch %d is %+v in the pack, told as %+v", i, told, rhythm[i])
				}
			}
			return
		}
	}
	t.Fatal("the pack has no such plan")
}
