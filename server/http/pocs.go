package httpapi

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/deal"
)

// pocs are proofs of concept: criteria agreed beforehand, results, a verdict by rule.
type pocs struct{ *Server }

func (p pocs) register(a api) {
	route(a, operation{id: "dealPOCs", method: http.MethodGet, path: "/deals/{deal}/pocs", need: NeedRead, errors: []int{404},
		summary: "The proofs of concept of a deal, templates to start from, and the trust ladder"}, p.show)
	route(a, operation{id: "startPOC", method: http.MethodPost, path: "/deals/{deal}/pocs", need: NeedWrite, status: http.StatusCreated, errors: []int{404},
		summary: "Start a proof of concept from a template"}, p.start)
	route(a, operation{id: "agreePOC", method: http.MethodPost, path: "/pocs/{poc}/agreement", need: NeedWrite, errors: []int{404, 409},
		summary: "Agree on the criteria; from then on they are fixed"}, p.agree)
	route(a, operation{id: "reopenPOC", method: http.MethodDelete, path: "/pocs/{poc}/agreement", need: NeedWrite, errors: []int{404, 409},
		summary: "Take the agreement back, so that criteria can change; results are emptied"}, p.reopen)
}

// DealPOCs are the proofs of a deal.
type DealPOCs struct {
	Items     []POCShown  `json:"items" doc:"Newest first."`
	Templates []pack.POC  `json:"templates"`
	Ladder    *TrustShown `json:"ladder,omitempty"`
	Pack      string      `json:"pack"`
}

// POCShown is one proof with its criteria.
type POCShown struct {
	ID        lake.Key      `json:"id"`
	Cells     Values        `json:"cells"`
	Template  *pack.POC     `json:"template,omitempty"`
	Criteria  []POCMeasured `json:"criteria"`
	MendRule  bool          `json:"mend_rule" doc:"A date to mend what was missed would make it passed in part."`
	AgreedBy  string        `json:"agreed_by_name"`
	WouldBe   string        `json:"would_be,omitempty" doc:"The verdict that the results give by now, were those not measured left out."`
	CreatedAt time.Time     `json:"created_at"`
}

// POCMeasured is a criterion with its proof.
type POCMeasured struct {
	ID        lake.Key `json:"id"`
	Cells     Values   `json:"cells"`
	ProofName string   `json:"proof_name"`
}

// TrustShown is the trust ladder of the deal.
type TrustShown struct {
	ID    string           `json:"id"`
	Name  pack.Text        `json:"name"`
	Rungs []deal.RungState `json:"rungs"`
}

func (p pocs) show(ctx context.Context, in *dealInput) (*reply[DealPOCs], error) {
	d, err := p.openDeal(ctx, in.Place, in.Deal)
	if err != nil {
		return nil, err
	}
	out := DealPOCs{Items: []POCShown{}, Templates: listOf(d.know.POCs).Items}
	var checks []pack.Check
	for _, l := range d.know.Ladders {
		for _, r := range l.Rungs {
			if r.Check != nil {
				checks = append(checks, *r.Check)
			}
		}
	}
	sight, err := deal.Look(ctx, d.Reader, d.env, []deal.Subject{d.subject()}, checks, nil)
	if err != nil {
		return nil, err
	}
	if len(d.know.Ladders) > 0 {
		l := d.know.Ladders[0]
		out.Ladder = &TrustShown{l.ID, l.Name, deal.Climb(sight, d.subject(), l)}
		out.Pack = d.know.From["ladders/"+l.ID]
	}
	keys, err := d.Find(ctx, "pocs", "deal", lake.Cell(in.Deal))
	if err != nil {
		return nil, err
	}
	found, err := d.GetMany(ctx, "pocs", keys)
	if err != nil {
		return nil, err
	}
	for _, key := range slices.Sorted(maps.Keys(found)) {
		shown, err := p.shown(ctx, d, found[key])
		if err != nil {
			return nil, err
		}
		out.Items = append([]POCShown{shown}, out.Items...)
	}
	return replyWith(out, nil)
}

func (p pocs) shown(ctx context.Context, d *openDeal, rec lake.Record) (POCShown, error) {
	e, err := d.Schema().Entity("pocs")
	if err != nil {
		return POCShown{}, err
	}
	of, err := d.Schema().Entity("poc_criteria")
	if err != nil {
		return POCShown{}, err
	}
	out := POCShown{ID: rec.Key, Cells: valuesOf(e, rec.Cells), Criteria: []POCMeasured{}, CreatedAt: rec.Key.CreatedAt()}
	for i := range d.know.POCs {
		if d.know.POCs[i].ID == string(rec.Cells["template"]) {
			out.Template = &d.know.POCs[i]
		}
	}
	keys, err := d.Find(ctx, "poc_criteria", "poc", lake.Cell(rec.Key))
	if err != nil {
		return out, err
	}
	found, err := d.GetMany(ctx, "poc_criteria", keys)
	if err != nil {
		return out, err
	}
	refs := mentioned{"attachments": {}, "contacts": {}}
	var measured []string
	by := lake.Key("")
	for _, key := range slices.Sorted(maps.Keys(found)) {
		c := found[key]
		refs["attachments"][lake.Key(c.Cells["proof"])] = true
		if by = lake.Key(c.Cells["agreed_by"]); by != "" {
			refs["contacts"][by] = true
		}
		if v := string(c.Cells["verdict"]); v == "passed" || v == "failed" {
			measured = append(measured, v)
		}
		out.Criteria = append(out.Criteria, POCMeasured{ID: key, Cells: valuesOf(of, c.Cells)})
	}
	out.WouldBe = deal.POCVerdict(measured, rec.Cells["mend_by"])
	out.MendRule = deal.POCVerdict(measured, "") == "failed" && deal.POCVerdict(measured, "x") == "partly"
	titles, err := refs.titles(ctx, d.Reader)
	for i := range out.Criteria {
		if proof, ok := out.Criteria[i].Cells["proof"].(string); ok {
			out.Criteria[i].ProofName = titles["attachments"][lake.Key(proof)]
		}
	}
	out.AgreedBy = titles["contacts"][by]
	return out, err
}

type startPOCInput struct {
	OnBranch
	DealPath
	AcceptLanguage string `header:"Accept-Language"`
	Body           struct {
		Template string `json:"template" minLength:"1" maxLength:"100"`
	} `nameHint:"StartPOC"`
}

func (p pocs) start(ctx context.Context, in *startPOCInput) (*reply[RevisionMade], error) {
	d, err := p.openDeal(ctx, Place{OnBranch: in.OnBranch}, in.Deal)
	if err != nil {
		return nil, err
	}
	for i := range d.know.POCs {
		if t := &d.know.POCs[i]; t.ID == in.Body.Template {
			return p.write(ctx, in.OnBranch, func(tx *lake.Tx) (lake.Key, error) {
				return deal.StartPOC(tx, t, chinese(ctx, in.AcceptLanguage), d.rec)
			})
		}
	}
	return nil, lake.Fail(lake.ErrNotFound, "poc_template_unknown", "The pack has no such template.", "template", in.Body.Template)
}

// POCPath names a proof of concept.
type POCPath struct {
	POC lake.Key `path:"poc" maxLength:"200"`
}

type pocInput struct {
	OnBranch
	POCPath
}

type agreeInput struct {
	OnBranch
	POCPath
	Body struct {
		On string   `json:"on,omitempty" format:"date" doc:"Absent: today."`
		By lake.Key `json:"by,omitempty" maxLength:"200" doc:"The contact who agreed."`
	} `nameHint:"POCAgreement"`
}

func (p pocs) agree(ctx context.Context, in *agreeInput) (*reply[RevisionMade], error) {
	on := dayIn(time.Now(), p.zone)
	if in.Body.On != "" {
		var err error
		if on, err = time.Parse(time.DateOnly, in.Body.On); err != nil {
			return nil, lake.Fail(lake.ErrInvalid, "date_invalid", "This is no day of the form 2026-11-21.", "field", "on", "value", in.Body.On)
		}
	}
	return p.write(ctx, in.OnBranch, func(tx *lake.Tx) (lake.Key, error) {
		if _, err := tx.Get("pocs", in.POC); err != nil {
			return "", err
		}
		return in.POC, deal.Agree(tx, in.POC, on, in.Body.By)
	})
}

func (p pocs) reopen(ctx context.Context, in *pocInput) (*reply[RevisionMade], error) {
	return p.write(ctx, in.OnBranch, func(tx *lake.Tx) (lake.Key, error) {
		if _, err := tx.Get("pocs", in.POC); err != nil {
			return "", err
		}
		return in.POC, deal.Reopen(tx, in.POC)
	})
}
