package httpapi

import (
	"context"
	"net/http"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/deal"
)

// objections are what customers say against us, what to answer, and what helped.
type objections struct{ *Server }

func (o objections) register(a api) {
	route(a, operation{id: "dealObjections", method: http.MethodGet, path: "/deals/{deal}/objections", need: NeedRead, errors: []int{404},
		summary: "Objections with their answers and how these fared, those met in this deal, and the battlecards that fit"}, o.show)
	route(a, operation{id: "recordObjection", method: http.MethodPost, path: "/deals/{deal}/objections", need: NeedWrite, status: http.StatusCreated, errors: []int{404},
		summary: "Record an objection that was met"}, o.record)
}

// DealObjections is what one needs against objections and competitors.
type DealObjections struct {
	Objections []ObjectionNote `json:"objections"`
	Met        []ObjectionMet  `json:"met" doc:"In this deal, newest first."`
	Usage      []deal.Usage    `json:"usage" doc:"Over all deals that the caller sees."`
	Cards      []deal.Fitting  `json:"cards"`
	Competitor string          `json:"competitor"`
}

// ObjectionNote is an objection of the pack.
type ObjectionNote struct {
	pack.Objection
	Pack string `json:"pack"`
}

// ObjectionMet is an objection as a customer raised it.
type ObjectionMet struct {
	ID          lake.Key `json:"id"`
	Title       string   `json:"title"`
	Objection   string   `json:"objection"`
	Answer      string   `json:"answer"`
	Said        string   `json:"said"`
	Result      string   `json:"result"`
	MetOn       string   `json:"met_on"`
	Contact     lake.Key `json:"contact,omitempty"`
	ContactName string   `json:"contact_name"`
}

var metFields = []lake.FieldName{"title", "objection", "answer", "said", "result", "met_on", "contact"}

func (o objections) show(ctx context.Context, in *dealInput) (*reply[DealObjections], error) {
	d, err := o.openDeal(ctx, in.Place, in.Deal)
	if err != nil {
		return nil, err
	}
	sight, err := deal.Look(ctx, d.Reader, d.env, []deal.Subject{d.subject()}, nil, deal.Wants{"objections_met": metFields, "systems": {"name", "vendor"}})
	if err != nil {
		return nil, err
	}
	out := DealObjections{Objections: []ObjectionNote{}, Met: []ObjectionMet{}, Competitor: string(d.rec.Cells["competitor"])}
	for _, x := range d.know.Objections {
		out.Objections = append(out.Objections, ObjectionNote{x, d.know.From["objections/"+x.ID]})
	}
	out.Cards = deal.Cards(sight, d.subject(), d.know, out.Competitor)
	refs := mentioned{"contacts": {}}
	for _, r := range sight.Rows("objections_met", d.subject()) {
		m := ObjectionMet{ID: r.ID, Title: r.Title, Objection: string(r.Cell("objection")), Answer: string(r.Cell("answer")), Said: string(r.Cell("said")), Result: string(r.Cell("result")),
			MetOn: string(r.Cell("met_on")), Contact: lake.Key(r.Cell("contact"))}
		refs["contacts"][m.Contact] = true
		out.Met = append([]ObjectionMet{m}, out.Met...)
	}
	titles, err := refs.titles(ctx, d.Reader)
	if err != nil {
		return nil, err
	}
	for i := range out.Met {
		out.Met[i].ContactName = titles["contacts"][out.Met[i].Contact]
	}
	out.Usage, err = o.usage(ctx, d.Reader)
	return replyWith(out, err)
}

// usage counts over everything in scope.
func (o objections) usage(ctx context.Context, r *lake.Reader) ([]deal.Usage, error) {
	q := lake.Question{Entity: "objections_met", Limit: 20_000, Fields: []lake.Path{{"objection"}, {"answer"}, {"result"}, {"deal"}, {"deal", "stage"}},
		Where: lake.Present{Path: lake.Path{"objection"}}}
	a, err := r.Ask(ctx, q)
	if err != nil {
		return nil, err
	}
	var list []deal.Met
	for _, row := range a.Rows {
		c := row.Cells
		list = append(list, deal.Met{Objection: string(c[0]), Answer: string(c[1]), Result: string(c[2]), Deal: lake.Key(c[3]), Stage: string(c[4])})
	}
	return deal.Statistics(list), nil
}

type recordObjectionInput struct {
	OnBranch
	DealPath
	Body NewObjection
}

// NewObjection is an objection that was met.
type NewObjection struct {
	Title     string   `json:"title" minLength:"1" maxLength:"500" doc:"What was said."`
	Objection string   `json:"objection,omitempty" maxLength:"100" doc:"The pack's objection; absent: a new kind."`
	Answer    string   `json:"answer,omitempty" maxLength:"100" doc:"The pack's answer that was used."`
	Said      string   `json:"said,omitempty" maxLength:"4000" doc:"What we answered."`
	Result    string   `json:"result,omitempty" enum:"open,settled,stands"`
	MetOn     string   `json:"met_on,omitempty" format:"date"`
	Contact   lake.Key `json:"contact,omitempty" maxLength:"200"`
	Activity  lake.Key `json:"activity,omitempty" maxLength:"200"`
}

func (o objections) record(ctx context.Context, in *recordObjectionInput) (*reply[RevisionMade], error) {
	d, err := o.openDeal(ctx, Place{OnBranch: in.OnBranch}, in.Deal)
	if err != nil {
		return nil, err
	}
	b := in.Body
	if !knows(d.know, b.Objection, b.Answer) {
		return nil, lake.Fail(lake.ErrInvalid, "objection_unknown", "The pack has no such objection or answer.", "objection", b.Objection, "answer", b.Answer)
	}
	if b.MetOn == "" {
		b.MetOn = dayIn(d.env.Now, o.zone).Format("2006-01-02")
	}
	return o.write(ctx, in.OnBranch, func(tx *lake.Tx) (lake.Key, error) {
		return tx.Create("objections_met", lake.Cells{"title": lake.Cell(b.Title), "objection": lake.Cell(b.Objection), "answer": lake.Cell(b.Answer), "said": lake.Cell(b.Said), "result": lake.Cell(b.Result),
			"met_on": lake.Cell(b.MetOn), "contact": lake.Cell(b.Contact), "activity": lake.Cell(b.Activity), "deal": lake.Cell(in.Deal), "account": d.rec.Cells["account"], "owner": d.rec.Cells["owner"]})
	})
}

// knows tells whether the pack has an objection and that answer to it; both may be "".
func knows(k *pack.Merged, objection, answer string) bool {
	if objection == "" {
		return answer == ""
	}
	for _, o := range k.Objections {
		if o.ID != objection {
			continue
		}
		if answer == "" {
			return true
		}
		for _, a := range o.Answers {
			if a.ID == answer {
				return true
			}
		}
	}
	return false
}

// write makes one record as one revision.
func (s *Server) write(ctx context.Context, b OnBranch, fn func(tx *lake.Tx) (lake.Key, error)) (*reply[RevisionMade], error) {
	out := RevisionMade{IDs: []lake.Key{}}
	var err error
	out.Revision, err = s.lake.Write(ctx, principal(ctx), b.Branch, func(tx *lake.Tx) error {
		key, err := fn(tx)
		out.IDs = []lake.Key{key}
		return err
	})
	return replyWith(out, err)
}
