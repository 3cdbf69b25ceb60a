package httpapi

import (
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
	route(a, operation{id: "qualificationBoard", method: http.MethodGet, path: "/qualification", need: NeedRead,
		summary: "Open deals in the four cells of a matrix, each with its play"}, q.board)
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
	b := in.Body
	if b.Status == "" {
		b.Status = "answered"
	}
	return q.write(ctx, in.OnBranch, func(tx *lake.Tx) (lake.Key, error) {
		cells := lake.Cells{"title": lake.Cell(b.Title), "answer": lake.Cell(b.Answer), "verdict": lake.Cell(b.Verdict), "status": lake.Cell(b.Status), "activity": lake.Cell(b.Activity), "contact": lake.Cell(b.Contact),
			"answered_on": lake.Cell(dayIn(d.env.Now, q.zone).Format(time.DateOnly))}
		there, err := tx.Lookup("answers", "deal", lake.Cell(in.Deal))
		if err != nil {
			return "", err
		}
		for _, a := range there {
			if string(a.Cells["list"]) == b.List && string(a.Cells["question"]) == b.Question {
				_, err := tx.Put("answers", a.Key, cells)
				return a.Key, err
			}
		}
		cells["list"], cells["question"] = lake.Cell(b.List), lake.Cell(b.Question)
		cells["deal"], cells["account"], cells["owner"] = lake.Cell(in.Deal), d.rec.Cells["account"], d.rec.Cells["owner"]
		return tx.Create("answers", cells)
	})
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

type matrixInput struct {
	Place
	Product string `query:"product" maxLength:"100" doc:"The pack of the product; absent: the default."`
	Matrix  string `query:"matrix" maxLength:"100" doc:"Absent: the pack's first."`
	Whose   string `query:"whose" enum:"mine,all" default:"all"`
}

// QualificationBoard is a matrix with the open deals in its cells.
type QualificationBoard struct {
	Matrix    *pack.Matrix  `json:"matrix,omitempty" doc:"Absent: the pack has none."`
	Matrices  []pack.Matrix `json:"matrices"`
	Products  []PackBrief   `json:"products"`
	Product   string        `json:"product"`
	List      string        `json:"list" doc:"Where its answers are kept."`
	Deals     []BoardDeal   `json:"deals"`
	More      bool          `json:"more" doc:"There are more than 400 open deals; those of the largest amounts are shown."`
	Millisecs float64       `json:"ms"`
}

// PackBrief names a product's pack.
type PackBrief struct {
	ID   string    `json:"id"`
	Name pack.Text `json:"name"`
}

// BoardDeal is a deal in its cell.
type BoardDeal struct {
	DealBrief
	deal.Placed
}

func (q qualifications) board(ctx context.Context, in *matrixInput) (*reply[QualificationBoard], error) {
	begin := time.Now()
	r, _, err := q.readEntity(ctx, in.Place, "deals")
	if err != nil {
		return nil, err
	}
	lib, err := q.library(ctx, r)
	if err != nil {
		return nil, err
	}
	know, err := q.knowledge(ctx, r, in.Product)
	if err != nil {
		return nil, err
	}
	out := QualificationBoard{Product: in.Product, Matrices: listOf(know.Matrices).Items, Products: []PackBrief{}, Deals: []BoardDeal{}}
	if out.Product == "" {
		out.Product = DefaultPack
	}
	for _, p := range lib.Products() {
		if len(p.Matrices) > 0 {
			out.Products = append(out.Products, PackBrief{p.Meta.ID, p.Meta.Name})
		}
	}
	for i := range know.Matrices {
		if m := &know.Matrices[i]; out.Matrix == nil && (in.Matrix == "" || m.ID == in.Matrix) {
			out.Matrix, out.List = m, deal.ListOfMatrix(m.ID)
		}
	}
	if out.Matrix == nil {
		return replyWith(out, nil)
	}
	filter := "stage != won AND stage != lost"
	if in.Whose == "mine" {
		filter += " AND owner = me()"
	}
	keys, err := q.keysOf(ctx, r, "deals", filter, "-amount")
	if err != nil {
		return nil, err
	}
	out.More = len(keys) == mostOpen
	found, err := r.GetMany(ctx, "deals", keys)
	if err != nil {
		return nil, err
	}
	var recs []lake.Record
	var subjects []deal.Subject
	for _, k := range keys {
		rec, ok := found[k]
		if !ok {
			continue
		}
		if product, err := q.packOf(ctx, r, rec); err != nil {
			return nil, err
		} else if product != out.Product {
			continue
		}
		recs = append(recs, rec)
		subjects = append(subjects, deal.Subject{Deal: k, Account: lake.Key(rec.Cells["account"])})
	}
	wants := deal.QualifyWants()
	delete(wants, "letters")
	wants["activities"] = []lake.FieldName{"play", "done", "subject"}
	sight, err := deal.Look(ctx, r, q.filterEnv(ctx), subjects, deal.MatrixChecks(*out.Matrix), wants)
	if err != nil {
		return nil, err
	}
	brief, err := briefsOf(ctx, r, recs)
	if err != nil {
		return nil, err
	}
	for i := range recs {
		out.Deals = append(out.Deals, BoardDeal{brief[i], deal.Place(sight, subjects[i], *out.Matrix)})
	}
	out.Millisecs = since(begin)
	return replyWith(out, nil)
}
