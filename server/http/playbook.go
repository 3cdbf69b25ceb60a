package httpapi

import (
	"context"
	"net/http"
	"strings"
	"time"

	"headwater/lake"
	"headwater/sales/deal"
)

// playbooks lead deals through the stages of a pack's playbook.
type playbooks struct{ *Server }

func (p playbooks) register(a api) {
	route(a, operation{id: "dealPlaybook", method: http.MethodGet, path: "/deals/{deal}/playbook", need: NeedRead, errors: []int{404},
		summary: "Where a deal stands in its playbook, what is missing, and what to do about it"}, p.show)
	route(a, operation{id: "moveDeal", method: http.MethodPost, path: "/deals/{deal}/move", need: NeedWrite, errors: []int{404, 409},
		summary: "Move a deal to another stage when the exit criteria hold, or in spite of it with a reason"}, p.move)
	route(a, operation{id: "movesAsked", method: http.MethodGet, path: "/moves/asked", need: NeedRead,
		summary: "Moves of deals that wait for an approval"}, p.asked)
	route(a, operation{id: "decideMove", method: http.MethodPost, path: "/moves/{move}/decision", need: NeedWrite, errors: []int{404, 409},
		summary: "Grant or refuse a move that was asked for"}, p.decide)
}

// DealPlaybook is a deal's progress, what became of earlier moves, and what the caller may do.
type DealPlaybook struct {
	deal.Progress
	MayMove      bool        `json:"may_move" doc:"The caller may change the deal."`
	MayOverride  string      `json:"may_override" enum:"yes,ask,no" doc:"Whether the caller may go on without what is missing: at once, by asking a manager, or not at all."`
	Asked        *MoveRecord `json:"asked,omitempty" doc:"The move that waits for an approval."`
	MayApprove   bool        `json:"may_approve"`
	Milliseconds float64     `json:"ms"`
}

// MoveRecord is a recorded move of a deal.
type MoveRecord struct {
	ID       lake.Key   `json:"id"`
	Deal     lake.Key   `json:"deal"`
	DealName string     `json:"deal_name"`
	From     string     `json:"from"`
	To       string     `json:"to"`
	At       *time.Time `json:"at,omitempty"`
	By       lake.Key   `json:"by,omitempty"`
	ByName   string     `json:"by_name"`
	Status   string     `json:"status" enum:"done,asked,refused"`
	Override bool       `json:"override"`
	Missing  string     `json:"missing" doc:"What was missing then."`
	Reason   string     `json:"reason"`
}

type dealInput struct {
	Place
	DealPath
}

func (p playbooks) show(ctx context.Context, in *dealInput) (*reply[DealPlaybook], error) {
	begin := time.Now()
	d, err := p.openDeal(ctx, in.Place, in.Deal)
	if err != nil {
		return nil, err
	}
	wants := deal.ProgressWants()
	wants["moves"] = append(wants["moves"], moveFields...)
	sight, err := deal.Look(ctx, d.Reader, d.env, []deal.Subject{d.subject()}, deal.ProgressChecks(d.book), wants)
	if err != nil {
		return nil, err
	}
	spells, err := d.spells(ctx, sight)
	if err != nil {
		return nil, err
	}
	out := DealPlaybook{MayMove: d.Rights().Write && in.At == 0 && in.AtTime.IsZero(), MayApprove: manages(d.Reader)}
	out.Progress = deal.Position(sight, d.subject(), d.stage(), d.motion(), d.know, d.book, deal.WayOf(d.Schema()), spells)
	out.MayOverride = mayOverride(out.Override, d.Reader)
	var waiting []deal.Row
	for _, row := range sight.Rows("moves", d.subject()) {
		if row.Cell("status") == "asked" {
			waiting = append(waiting, row)
		}
	}
	if shown, err := p.moveRecords(ctx, d.Reader, waiting); err != nil {
		return nil, err
	} else if len(shown) > 0 {
		out.Asked = &shown[0]
	}
	out.Milliseconds = since(begin)
	return replyWith(out, nil)
}

// manages: whoever may merge other people's work decides on exceptions, too.
func manages(r *lake.Reader) bool { return r.Rights().Merge }

func mayOverride(override string, r *lake.Reader) string {
	switch {
	case !r.Rights().Write || override == deal.ByNobody:
		return "no"
	case override == deal.ByManager && !manages(r):
		return "ask"
	}
	return "yes"
}

type moveInput struct {
	OnBranch
	DealPath
	Body MoveOrder
}

// MoveOrder says where a deal is to go.
type MoveOrder struct {
	To       string `json:"to" minLength:"1" maxLength:"100" doc:"An option of the field stage."`
	Override bool   `json:"override,omitempty" doc:"Go on without what is missing, or ask for it where a manager has to agree."`
	Reason   string `json:"reason,omitempty" maxLength:"1000"`
}

// MoveResult says what became of it.
type MoveResult struct {
	Revision lake.Revision `json:"revision"`
	Move     lake.Key      `json:"move"`
	Status   string        `json:"status" enum:"done,asked"`
}

func (p playbooks) move(ctx context.Context, in *moveInput) (*reply[MoveResult], error) {
	d, err := p.openDeal(ctx, Place{OnBranch: in.OnBranch}, in.Deal)
	if err != nil {
		return nil, err
	}
	way := deal.WayOf(d.Schema())
	if in.Body.To == d.stage() {
		return nil, lake.Fail(lake.ErrInvalid, "move_nowhere", "The deal is in that stage.", "stage", in.Body.To)
	}
	stages := way.Passed(d.book, d.stage(), in.Body.To)
	sight, err := deal.Look(ctx, d.Reader, d.env, []deal.Subject{d.subject()}, deal.Checks(stages), nil)
	if err != nil {
		return nil, err
	}
	m := deal.Move{Deal: in.Deal, From: d.stage(), To: in.Body.To, By: principal(ctx).User, At: d.env.Now, Reason: strings.TrimSpace(in.Body.Reason)}
	missing, override := deal.Missing(deal.Criteria(sight, d.subject(), stages))
	make := m.Make
	out := MoveResult{Status: "done"}
	if len(missing) > 0 {
		may := mayOverride(override, d.Reader)
		switch {
		case !in.Body.Override:
			return nil, criteriaMissing(d.rec, in.Body.To, missing, override)
		case may == "no":
			return nil, lake.Fail(lake.ErrForbidden, "stage_override_forbidden", "Nobody may go on without: "+deal.MissingText(missing, false)+".",
				"count", len(missing), "missing_zh", deal.MissingText(missing, true), "missing_en", deal.MissingText(missing, false))
		case m.Reason == "":
			return nil, lake.Fail(lake.ErrInvalid, "move_reason_missing", "Give the reason for going on without what is missing.", "field", "reason")
		}
		m.Missing, m.Override = missing, true
		make = m.Make
		if may == "ask" {
			make, out.Status = m.Ask, "asked"
		}
	}
	out.Revision, err = p.lake.Write(ctx, principal(ctx), in.Branch, func(tx *lake.Tx) error {
		tx.SetIntent(lake.Intent{Reason: m.Reason})
		var err error
		out.Move, err = make(tx)
		return err
	})
	return replyWith(out, err)
}

type decideMoveInput struct {
	OnBranch
	Move lake.Key `path:"move" maxLength:"200"`
	Body MoveDecision
}

// MoveDecision grants or refuses a move.
type MoveDecision struct {
	Grant  bool   `json:"grant"`
	Reason string `json:"reason,omitempty" maxLength:"1000"`
}

func (p playbooks) decide(ctx context.Context, in *decideMoveInput) (*reply[MoveResult], error) {
	r, err := p.reader(ctx, Place{OnBranch: in.OnBranch})
	if err != nil {
		return nil, err
	}
	if !manages(r) {
		return nil, lake.Fail(lake.ErrForbidden, "move_approval_forbidden", "Managers and above decide on exceptions.")
	}
	out := MoveResult{Move: in.Move, Status: "done"}
	out.Revision, err = p.lake.Write(ctx, principal(ctx), in.Branch, func(tx *lake.Tx) error {
		tx.SetIntent(lake.Intent{Reason: in.Body.Reason})
		_, err := deal.Decide(tx, in.Move, in.Body.Grant, principal(ctx).User, in.Body.Reason, time.Now())
		return err
	})
	return replyWith(out, err)
}

var moveFields = []lake.FieldName{"title", "deal", "account", "from_stage", "to_stage", "moved_at", "moved_by", "status", "override", "missing", "reason"}

func (p playbooks) asked(ctx context.Context, in *struct{ Place }) (*reply[list[MoveRecord]], error) {
	r, err := p.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	items, err := p.movesAsked(ctx, r)
	return replyWith(listOf(items), err)
}

// movesAsked are the moves that wait, oldest first.
func (s *Server) movesAsked(ctx context.Context, r *lake.Reader) ([]MoveRecord, error) {
	q := lake.Question{Entity: "moves", Where: lake.Compare{Path: lake.Path{"status"}, Op: lake.EQ, Value: "asked"}, Limit: 500}
	for _, f := range moveFields {
		q.Fields = append(q.Fields, lake.Path{f})
	}
	a, err := r.Ask(ctx, q)
	if err != nil {
		return nil, err
	}
	var rows []deal.Row
	for _, row := range a.Rows {
		rows = append(rows, deal.NewRow("moves", row.Key, moveFields, row.Cells))
	}
	return s.moveRecords(ctx, r, rows)
}

func (s *Server) moveRecords(ctx context.Context, r *lake.Reader, rows []deal.Row) (out []MoveRecord, err error) {
	refs := mentioned{lake.Users: {}, "deals": {}}
	for _, row := range rows {
		m := MoveRecord{ID: row.ID, Deal: lake.Key(row.Cell("deal")), From: string(row.Cell("from_stage")), To: string(row.Cell("to_stage")), By: lake.Key(row.Cell("moved_by")),
			Status: string(row.Cell("status")), Override: row.Cell("override") == "true", Missing: string(row.Cell("missing")), Reason: string(row.Cell("reason"))}
		if at, err := time.Parse(time.RFC3339Nano, string(row.Cell("moved_at"))); err == nil {
			m.At = &at
		}
		refs[lake.Users][m.By], refs["deals"][m.Deal] = true, true
		out = append(out, m)
	}
	if len(out) == 0 {
		return nil, nil
	}
	titles, err := refs.titles(ctx, r)
	for i := range out {
		out[i].ByName, out[i].DealName = titles[lake.Users][out[i].By], titles["deals"][out[i].Deal]
	}
	return out, err
}
