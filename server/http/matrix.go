package httpapi

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/deal"
)

// matrices put deals and accounts into the four cells of two questions.
type matrices struct{ *Server }

func (m matrices) register(a api) {
	route(a, operation{id: "qualificationBoard", method: http.MethodGet, path: "/qualification", need: NeedRead,
		summary: "Open deals, or accounts, in the four cells of a matrix, each with what to do next"}, m.board)
	route(a, operation{id: "placeDeal", method: http.MethodPost, path: "/deals/{deal}/placement", need: NeedWrite, errors: []int{404},
		summary: "Put a deal into a cell by hand; without a cell it stands by its points again"}, m.placeDeal)
	route(a, operation{id: "placeAccount", method: http.MethodPost, path: "/accounts/{account}/placement", need: NeedWrite, errors: []int{404},
		summary: "Put an account into a cell by hand; without a cell it stands by its points again"}, m.placeAccount)
	route(a, operation{id: "makeAccountTask", method: http.MethodPost, path: "/accounts/{account}/actions", need: NeedWrite, errors: []int{404, 409},
		summary: "Make a task of the play of an account's cell; an open task of the same play is given back instead"}, m.makeTask)
}

type matrixInput struct {
	Place
	Of      string `query:"of" enum:"deals,accounts" default:"deals"`
	Product string `query:"product" maxLength:"100" doc:"The pack of the product; absent: the default."`
	Matrix  string `query:"matrix" maxLength:"100" doc:"Absent: the pack's first."`
	Whose   string `query:"whose" enum:"mine,all" default:"all"`
	Find    string `query:"find" maxLength:"200" doc:"Only those with this in their name."`

	PageToken string `query:"page_token" doc:"next_page_token of the board that shows larger ones."`
}

// QualificationBoard is a matrix with open deals, or accounts, in its cells.
type QualificationBoard struct {
	Matrix    *pack.Matrix   `json:"matrix,omitempty" doc:"Absent: the pack has none."`
	Matrices  []pack.Matrix  `json:"matrices"`
	Products  []PackBrief    `json:"products"`
	Product   string         `json:"product"`
	List      string         `json:"list" doc:"Where its answers are kept."`
	Deals     []BoardDeal    `json:"deals"`
	Accounts  []BoardAccount `json:"accounts"`
	Total     int64          `json:"total" doc:"How many there are in all; these are some of them, by amount or revenue."`
	Millisecs float64        `json:"ms"`

	NextPageToken string `json:"next_page_token,omitempty" doc:"Absent: there are no smaller ones."`
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

// BoardAccount is an account in its cell.
type BoardAccount struct {
	ID        lake.Key `json:"id"`
	Name      string   `json:"name"`
	Industry  string   `json:"industry,omitempty"`
	Status    string   `json:"status,omitempty"`
	Revenue   Value    `json:"revenue"`
	OwnerName string   `json:"owner_name"`
	deal.Placed
}

// mostPlaced is how many deals or accounts a board shows at once.
const mostPlaced = 200

func (m matrices) board(ctx context.Context, in *matrixInput) (*reply[QualificationBoard], error) {
	begin := time.Now()
	r, e, err := m.readEntity(ctx, in.Place, lake.EntityName(cmp.Or(in.Of, "deals")))
	if err != nil {
		return nil, err
	}
	out, err := m.rules(ctx, r, in.Product, in.Matrix)
	if err != nil || out.Matrix == nil {
		return replyWith(out, err)
	}
	find := m.dealsOn
	if e.Name == "accounts" {
		find = m.accountsOn
	}
	recs, subjects, err := find(ctx, r, in, &out)
	if err != nil {
		return nil, err
	}
	sight, err := deal.Look(ctx, r, m.filterEnv(ctx), subjects, deal.MatrixChecks(*out.Matrix), deal.MatrixWants())
	if err != nil {
		return nil, err
	}
	placed := make([]deal.Placed, len(subjects))
	for i, b := range subjects {
		placed[i] = deal.Place(sight, b, *out.Matrix)
	}
	err = m.show(ctx, r, e.Name, recs, placed, &out)
	out.Millisecs = since(begin)
	return replyWith(out, err)
}

// rules finds the matrix that is meant.
func (m matrices) rules(ctx context.Context, r *lake.Reader, product, matrix string) (QualificationBoard, error) {
	out := QualificationBoard{Product: cmp.Or(product, DefaultPack), Products: []PackBrief{}, Deals: []BoardDeal{}, Accounts: []BoardAccount{}}
	lib, err := m.library(ctx, r)
	if err != nil {
		return out, err
	}
	know, err := m.knowledge(ctx, r, product)
	if err != nil {
		return out, err
	}
	out.Matrices = listOf(know.Matrices).Items
	for _, p := range lib.Products() {
		if len(p.Matrices) > 0 {
			out.Products = append(out.Products, PackBrief{p.Meta.ID, p.Meta.Name})
		}
	}
	if x := matrixOf(know, matrix); x != nil {
		out.Matrix, out.List = x, deal.ListOfMatrix(x.ID)
	}
	return out, nil
}

// matrixOf is the matrix of an id, or the first one; nil: there is none.
func matrixOf(know *pack.Merged, id string) *pack.Matrix {
	for i := range know.Matrices {
		if id == "" || know.Matrices[i].ID == id {
			return &know.Matrices[i]
		}
	}
	return nil
}

func (m matrices) dealsOn(ctx context.Context, r *lake.Reader, in *matrixInput, out *QualificationBoard) (recs []lake.Record, subjects []deal.Subject, err error) {
	recs, err = m.found(ctx, r, "deals", "stage != won AND stage != lost AND ("+withPack(out.Product)+")", "-amount", in, out)
	for _, rec := range recs {
		subjects = append(subjects, deal.Subject{Deal: rec.Key, Account: lake.Key(rec.Cells["account"])})
	}
	return recs, subjects, err
}

// withPack is the filter of deals that are sold by a pack: what packOf says of one deal.
func withPack(id string) string {
	filter := "product.pack = " + quoted(id)
	if id == DefaultPack {
		filter += " OR NOT product.pack:*"
	}
	return filter
}

func (m matrices) accountsOn(ctx context.Context, r *lake.Reader, in *matrixInput, out *QualificationBoard) (recs []lake.Record, subjects []deal.Subject, err error) {
	recs, err = m.found(ctx, r, "accounts", "status != partner", "-annual_revenue", in, out)
	for _, rec := range recs {
		subjects = append(subjects, deal.Subject{Account: rec.Key})
	}
	return recs, subjects, err
}

// found are the next records of a filter in order, narrowed by what was asked.
func (m matrices) found(ctx context.Context, r *lake.Reader, entity lake.EntityName, filter, order string, in *matrixInput, out *QualificationBoard) ([]lake.Record, error) {
	if in.Whose == "mine" {
		filter += " AND owner = me()"
	}
	if find := strings.TrimSpace(in.Find); find != "" {
		filter += " AND name:" + quoted(find)
	}
	e, err := r.Schema().Entity(entity)
	if err != nil {
		return nil, err
	}
	sel := Selection{Entity: entity, Filter: filter, Order: []string{order}}
	q, err := m.question(ctx, r, e, sel)
	if err != nil {
		return nil, err
	}
	q.Limit, q.Total = mostPlaced, true
	if q.After, err = readToken(in.PageToken, sel); err != nil {
		return nil, err
	}
	a, err := r.Ask(ctx, q)
	if err != nil {
		return nil, err
	}
	out.Total = a.Total
	if a.More {
		out.NextPageToken = writeToken(a.Rows[len(a.Rows)-1].After, sel)
	}
	return m.records(ctx, r, entity, a.Rows)
}

// records are those of the rows of an answer, in their order.
func (m matrices) records(ctx context.Context, r *lake.Reader, entity lake.EntityName, rows []lake.AnswerRow) ([]lake.Record, error) {
	keys := make([]lake.Key, len(rows))
	for i, row := range rows {
		keys[i] = row.Key
	}
	found, err := r.GetMany(ctx, entity, keys)
	var recs []lake.Record
	for _, k := range keys {
		if rec, ok := found[k]; ok {
			recs = append(recs, rec)
		}
	}
	return recs, err
}

// quoted is text as a value of a filter.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

func (m matrices) show(ctx context.Context, r *lake.Reader, entity lake.EntityName, recs []lake.Record, placed []deal.Placed, out *QualificationBoard) error {
	if entity == "deals" {
		brief, err := briefsOf(ctx, r, recs)
		for i := range brief {
			out.Deals = append(out.Deals, BoardDeal{brief[i], placed[i]})
		}
		return err
	}
	refs := mentioned{lake.Users: {}}
	for _, rec := range recs {
		refs[lake.Users][lake.Key(rec.Cells["owner"])] = true
	}
	titles, err := refs.titles(ctx, r)
	for i, rec := range recs {
		c := rec.Cells
		out.Accounts = append(out.Accounts, BoardAccount{rec.Key, string(c["name"]), string(c["industry"]), string(c["status"]), Value{lake.Money.JSON(c["annual_revenue"])}, titles[lake.Users][lake.Key(c["owner"])], placed[i]})
	}
	return err
}

// Placement says into which cell something goes.
type Placement struct {
	Matrix string `json:"matrix" minLength:"1" maxLength:"200"`
	Cell   string `json:"cell,omitempty" maxLength:"200" doc:"Absent: it stands by its points again."`
	Reason string `json:"reason,omitempty" maxLength:"4000"`
}

type placeDealInput struct {
	OnBranch
	DealPath
	Body Placement
}

func (m matrices) placeDeal(ctx context.Context, in *placeDealInput) (*reply[RevisionMade], error) {
	d, err := m.openDeal(ctx, Place{OnBranch: in.OnBranch}, in.Deal)
	if err != nil {
		return nil, err
	}
	of := deal.Answer{Deal: in.Deal, Account: lake.Key(d.rec.Cells["account"]), Owner: lake.Key(d.rec.Cells["owner"])}
	return m.place(ctx, in.OnBranch, d.Reader, d.know, d.subject(), of, in.Body)
}

type placeAccountInput struct {
	OnBranch
	AccountPath
	Product string `query:"product" maxLength:"100"`
	Body    Placement
}

func (m matrices) placeAccount(ctx context.Context, in *placeAccountInput) (*reply[RevisionMade], error) {
	r, rec, err := m.openAccount(ctx, Place{OnBranch: in.OnBranch}, in.Account)
	if err != nil {
		return nil, err
	}
	know, err := m.knowledge(ctx, r, in.Product)
	if err != nil {
		return nil, err
	}
	of := deal.Answer{Account: in.Account, Owner: lake.Key(rec.Cells["owner"])}
	return m.place(ctx, in.OnBranch, r, know, deal.Subject{Account: in.Account}, of, in.Body)
}

// place writes down what the points don't say themselves.
func (m matrices) place(ctx context.Context, b OnBranch, r *lake.Reader, know *pack.Merged, subject deal.Subject, of deal.Answer, to Placement) (*reply[RevisionMade], error) {
	x, cell, err := cellOf(know, to)
	if err != nil {
		return nil, err
	}
	sight, err := deal.Look(ctx, r, m.filterEnv(ctx), []deal.Subject{subject}, deal.MatrixChecks(*x), deal.MatrixWants())
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, row := range sight.Rows("answers", subject) {
		if lake.Key(row.Cell("deal")) == subject.Deal && string(row.Cell("list")) == deal.ListOfMatrix(x.ID) {
			known[string(row.Cell("question"))] = true
		}
	}
	hands := deal.Place(sight, subject, *x).Hands(*x, cell)
	out := RevisionMade{IDs: []lake.Key{}}
	out.Revision, err = m.lake.Write(ctx, principal(ctx), b.Branch, func(tx *lake.Tx) error {
		tx.SetIntent(lake.Intent{Reason: to.Reason})
		out.IDs = out.IDs[:0]
		for _, h := range hands {
			if h.Verdict == "" && !known[h.Question] {
				continue // nobody said anything, and nothing has to be said
			}
			a := of
			a.List, a.Question, a.Title, a.Verdict = deal.ListOfMatrix(x.ID), h.Question, h.Axis.Question.ZH, h.Verdict
			a.Answer, a.Status, a.On = strings.TrimSpace(to.Reason), "answered", string(m.today())
			if h.Verdict == "" {
				a.Status, a.Answer = "open", ""
			}
			key, err := a.Keep(tx)
			if err != nil {
				return err
			}
			out.IDs = append(out.IDs, key)
		}
		return nil
	})
	return replyWith(out, err)
}

// cellOf finds the matrix of a placement, and its cell unless it is taken back.
func cellOf(know *pack.Merged, to Placement) (*pack.Matrix, *pack.Cell, error) {
	x := matrixOf(know, to.Matrix)
	if x != nil && to.Cell == "" {
		return x, nil, nil
	}
	if x != nil {
		for i := range x.Cells {
			if x.Cells[i].ID == to.Cell {
				return x, &x.Cells[i], nil
			}
		}
	}
	return nil, nil, lake.Fail(lake.ErrInvalid, "cell_unknown", "The pack has no such matrix or cell.", "matrix", to.Matrix, "cell", to.Cell)
}

type accountTaskInput struct {
	OnBranch
	AccountPath
	Product        string `query:"product" maxLength:"100"`
	AcceptLanguage string `header:"Accept-Language"`
	Body           MakeTask
}

func (m matrices) makeTask(ctx context.Context, in *accountTaskInput) (*reply[MadeTask], error) {
	r, _, err := m.openAccount(ctx, Place{OnBranch: in.OnBranch}, in.Account)
	if err != nil {
		return nil, err
	}
	know, err := m.knowledge(ctx, r, in.Product)
	if err != nil {
		return nil, err
	}
	a, ok := deal.CellTask(know, in.Body.Play, deal.Standpoint{Subject: deal.Subject{Account: in.Account}, Know: know, Today: dayIn(time.Now(), m.zone)})
	if !ok {
		return nil, lake.Fail(lake.ErrConflict, "action_gone", "Nothing asks for this any more.", "play", in.Body.Play)
	}
	a.DueOn = cmp.Or(in.Body.DueOn, a.DueOn)
	var out MadeTask
	out.Revision, err = m.lake.Write(ctx, principal(ctx), in.Branch, func(tx *lake.Tx) error {
		tx.SetIntent(lake.Intent{Reason: a.Why.EN})
		var err error
		out.Task, out.Made, err = deal.MakeTask(tx, a, chinese(ctx, in.AcceptLanguage), principal(ctx).User)
		return err
	})
	return replyWith(out, err)
}
