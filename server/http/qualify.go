package httpapi

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/deal"
)

// qualifications tell whether a deal is worth the effort, and what must be found out.
type qualifications struct{ *Server }

func (q qualifications) register(a api) {
	route(a, operation{id: "dealQualification", method: http.MethodGet, path: "/deals/{deal}/qualification", need: NeedRead, errors: []int{404},
		summary: "Letters with their evidence, scorecards and question lists of a deal"}, q.show)
	route(a, operation{id: "answerQuestion", method: http.MethodPost, path: "/deals/{deal}/answers", need: NeedWrite, errors: []int{404},
		summary: "Answer a question of a list, a scorecard or a matrix; the answer of the same question is replaced"}, q.answer)
	route(a, operation{id: "proveLetter", method: http.MethodPost, path: "/deals/{deal}/letters", need: NeedWrite, status: http.StatusCreated, errors: []int{404},
		summary: "Write down a proof for a letter"}, q.prove)
	route(a, operation{id: "answerOfAccount", method: http.MethodPost, path: "/accounts/{account}/answers", need: NeedWrite, errors: []int{404},
		summary: "Answer a question about an account, whether it has a deal or not; the answer of the same question is replaced"}, q.answerOfAccount)
}

// DealQualification is how far a deal is qualified.
type DealQualification struct {
	Letters    []deal.Letter    `json:"letters"`
	Scorecards []deal.Scorecard `json:"scorecards"`
	Lists      []deal.Questions `json:"lists"`
	Titles     Titles           `json:"titles" doc:"Of the notes and people that answers refer to."`
	Pack       string           `json:"pack"`
}

func (q qualifications) show(ctx context.Context, in *dealInput) (*reply[DealQualification], error) {
	d, err := q.openDeal(ctx, in.Place, in.Deal)
	if err != nil {
		return nil, err
	}
	sight, err := deal.Look(ctx, d.Reader, d.env, []deal.Subject{d.subject()}, deal.QualifyChecks(d.know), deal.QualifyWants())
	if err != nil {
		return nil, err
	}
	b := d.subject()
	out := DealQualification{Letters: deal.Letters(sight, b, d.know), Scorecards: deal.Scorecards(sight, b, d.know), Lists: deal.Lists(sight, b, d.know)}
	if len(d.know.Letters) > 0 {
		out.Pack = d.know.From["letters/"+d.know.Letters[0].ID]
	}
	refs := mentioned{"activities": {}, "contacts": {}}
	for _, r := range append(sight.Rows("answers", b), sight.Rows("letters", b)...) {
		refs["activities"][lake.Key(r.Cell("activity"))] = true
		refs["contacts"][lake.Key(r.Cell("contact"))] = true
	}
	out.Titles, err = refs.titles(ctx, d.Reader)
	return replyWith(out, err)
}

type answerInput struct {
	OnBranch
	DealPath
	Body AnswerGiven
}

// AnswerGiven is an answer to a question.
type AnswerGiven struct {
	List     string   `json:"list" minLength:"1" maxLength:"200" doc:"The question list, scorecard:<id> or matrix:<id>."`
	Question string   `json:"question" minLength:"1" maxLength:"200"`
	Title    string   `json:"title" minLength:"1" maxLength:"500" doc:"The question as it was put."`
	Answer   string   `json:"answer,omitempty" maxLength:"4000"`
	Verdict  string   `json:"verdict,omitempty" enum:"yes,no"`
	Status   string   `json:"status,omitempty" enum:"open,answered,verified"`
	Activity lake.Key `json:"activity,omitempty" maxLength:"200" doc:"The note that answered it."`
	Contact  lake.Key `json:"contact,omitempty" maxLength:"200"`
}

func (q qualifications) answer(ctx context.Context, in *answerInput) (*reply[RevisionMade], error) {
	d, err := q.openDeal(ctx, Place{OnBranch: in.OnBranch}, in.Deal)
	if err != nil {
		return nil, err
	}
	return q.keep(ctx, in.OnBranch, in.Body, deal.Answer{Deal: in.Deal, Account: lake.Key(d.rec.Cells["account"]), Owner: lake.Key(d.rec.Cells["owner"])})
}

// AccountPath names an account.
type AccountPath struct {
	Account lake.Key `path:"account" maxLength:"200"`
}

type accountAnswerInput struct {
	OnBranch
	AccountPath
	Body AnswerGiven
}

func (q qualifications) answerOfAccount(ctx context.Context, in *accountAnswerInput) (*reply[RevisionMade], error) {
	_, rec, err := q.openAccount(ctx, Place{OnBranch: in.OnBranch}, in.Account)
	if err != nil {
		return nil, err
	}
	return q.keep(ctx, in.OnBranch, in.Body, deal.Answer{Account: in.Account, Owner: lake.Key(rec.Cells["owner"])})
}

func (s *Server) openAccount(ctx context.Context, p Place, key lake.Key) (*lake.Reader, lake.Record, error) {
	r, _, err := s.readEntity(ctx, p, "accounts")
	if err != nil {
		return nil, lake.Record{}, err
	}
	rec, err := r.Get(ctx, "accounts", key)
	return r, rec, err
}

// keep writes an answer about what of names.
func (q qualifications) keep(ctx context.Context, b OnBranch, given AnswerGiven, of deal.Answer) (*reply[RevisionMade], error) {
	of.List, of.Question, of.Title, of.Answer, of.Verdict = given.List, given.Question, given.Title, given.Answer, given.Verdict
	of.Status, of.Activity, of.Contact, of.On = cmp.Or(given.Status, "answered"), given.Activity, given.Contact, string(q.today())
	return q.write(ctx, b, of.Keep)
}

type proveInput struct {
	OnBranch
	DealPath
	Body LetterProof
}

// LetterProof is a proof for a letter.
type LetterProof struct {
	Letter   string   `json:"letter" minLength:"1" maxLength:"200"`
	Evidence string   `json:"evidence" minLength:"1" maxLength:"200"`
	Title    string   `json:"title" minLength:"1" maxLength:"500"`
	Status   string   `json:"status,omitempty" enum:"held,open,refuted"`
	Note     string   `json:"note,omitempty" maxLength:"4000"`
	Activity lake.Key `json:"activity,omitempty" maxLength:"200"`
}

func (q qualifications) prove(ctx context.Context, in *proveInput) (*reply[RevisionMade], error) {
	d, err := q.openDeal(ctx, Place{OnBranch: in.OnBranch}, in.Deal)
	if err != nil {
		return nil, err
	}
	b := in.Body
	points, ok := evidencePoints(d.know, b.Letter, b.Evidence)
	if !ok {
		return nil, lake.Fail(lake.ErrInvalid, "evidence_unknown", "The pack has no such letter or evidence.", "letter", b.Letter, "evidence", b.Evidence)
	}
	return q.write(ctx, in.OnBranch, func(tx *lake.Tx) (lake.Key, error) {
		return tx.Create("letters", lake.Cells{"title": lake.Cell(b.Title), "letter": lake.Cell(b.Letter), "evidence": lake.Cell(b.Evidence), "points": lake.Cell(points.String()), "status": lake.Cell(b.Status), "note": lake.Cell(b.Note),
			"activity": lake.Cell(b.Activity), "seen_on": lake.Cell(dayIn(d.env.Now, q.zone).Format(time.DateOnly)), "deal": lake.Cell(in.Deal), "account": d.rec.Cells["account"], "owner": d.rec.Cells["owner"]})
	})
}

func evidencePoints(k *pack.Merged, letter, evidence string) (pack.Number, bool) {
	for _, l := range k.Letters {
		for _, e := range l.Evidence {
			if l.ID == letter && e.ID == evidence {
				return e.Points, true
			}
		}
	}
	return 0, false
}
