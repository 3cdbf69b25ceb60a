package httpapi

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"headwater/lake"
	"headwater/sales/deal"
)

// actions say what to do next, and make tasks of it.
type actions struct{ *Server }

func (n actions) register(a api) {
	route(a, operation{id: "dealActions", method: http.MethodGet, path: "/deals/{deal}/actions", need: NeedRead, errors: []int{404},
		summary: "What to do next about a deal, with reasons"}, n.ofDeal)
	route(a, operation{id: "makeTask", method: http.MethodPost, path: "/deals/{deal}/actions", need: NeedWrite, errors: []int{404, 409},
		summary: "Make a task of a next action, or of an activity of the playbook; an open task of the same rule is given back instead"}, n.make)
	route(a, operation{id: "today", method: http.MethodGet, path: "/today", need: NeedRead,
		summary: "What to do today: next actions across deals, tasks that are due, and moves to approve"}, n.today)
}

// DealActions are the next actions of one deal, best first.
type DealActions struct {
	Items        []deal.Action `json:"items"`
	Milliseconds float64       `json:"ms"`
}

func (n actions) ofDeal(ctx context.Context, in *dealInput) (*reply[DealActions], error) {
	begin := time.Now()
	d, err := n.openDeal(ctx, in.Place, in.Deal)
	if err != nil {
		return nil, err
	}
	items, err := n.next(ctx, []*openDeal{d})
	return replyWith(DealActions{listOf(items).Items, since(begin)}, err)
}

// next ranks what to do about several deals, which one reader sees.
func (s *Server) next(ctx context.Context, open []*openDeal) ([]deal.Action, error) {
	if len(open) == 0 {
		return nil, nil
	}
	sight, err := lookNext(ctx, open[0].Reader, open)
	if err != nil {
		return nil, err
	}
	way := deal.WayOf(open[0].Schema())
	amounts := map[lake.Key]float64{}
	var out []deal.Action
	for _, d := range open {
		spells, err := d.lately(ctx, sight)
		if err != nil {
			return nil, err
		}
		amounts[d.rec.Key] = amountOf(d.rec.Cells["amount"])
		out = append(out, deal.Next(sight, d.standpoint(spells, way, s.zone))...)
	}
	slices.SortStableFunc(out, func(a, b deal.Action) int {
		return cmp.Or(cmp.Compare(b.Priority, a.Priority), cmp.Compare(a.DueOn, b.DueOn), cmp.Compare(amounts[b.Deal], amounts[a.Deal]))
	})
	return out, nil
}

func (d *openDeal) standpoint(spells []deal.Spell, way deal.Way, zone *time.Location) deal.Standpoint {
	at := deal.Standpoint{Subject: d.subject(), Stage: d.stage(), Know: d.know, Book: d.book, Way: way, Today: dayIn(d.env.Now, zone)}
	if n := len(spells); n > 0 && spells[n-1].Stage == d.stage() {
		at.DaysHere = &spells[n-1].Days
	}
	return at
}

// dayIn is the calendar day of a zone, as dates are kept: midnight UTC.
func dayIn(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// MakeTask says which action becomes a task.
type MakeTask struct {
	Play  string `json:"play" minLength:"1" maxLength:"300"`
	DueOn string `json:"due_on,omitempty" format:"date" doc:"Instead of the day that the rule says."`
}

// MadeTask is the task of an action.
type MadeTask struct {
	Task     lake.Key      `json:"task"`
	Made     bool          `json:"made" doc:"False: there was one already."`
	Revision lake.Revision `json:"revision"`
}

type makeTaskInput struct {
	OnBranch
	DealPath
	AcceptLanguage string `header:"Accept-Language"`
	Body           MakeTask
}

func (n actions) make(ctx context.Context, in *makeTaskInput) (*reply[MadeTask], error) {
	d, err := n.openDeal(ctx, Place{OnBranch: in.OnBranch}, in.Deal)
	if err != nil {
		return nil, err
	}
	a, err := n.play(ctx, d, in.Body.Play)
	if err != nil {
		return nil, err
	}
	a.DueOn = cmp.Or(in.Body.DueOn, a.DueOn)
	var out MadeTask
	out.Revision, err = n.lake.Write(ctx, principal(ctx), in.Branch, func(tx *lake.Tx) error {
		tx.SetIntent(lake.Intent{Reason: a.Why.EN})
		var err error
		out.Task, out.Made, err = deal.MakeTask(tx, a, chinese(ctx, in.AcceptLanguage), principal(ctx).User)
		return err
	})
	return replyWith(out, err)
}

// play finds an action that applies now, an activity of the deal's playbook, or the play
// of a matrix's cell.
func (n actions) play(ctx context.Context, d *openDeal, play string) (deal.Action, error) {
	if a, ok := deal.PlaybookTask(d.book, play, d.rec.Key, dayIn(d.env.Now, n.zone)); ok {
		return a, nil
	}
	if a, ok := deal.CellTask(d.know, play, d.standpoint(nil, nil, n.zone)); ok {
		return a, nil
	}
	items, err := n.next(ctx, []*openDeal{d})
	if err != nil {
		return deal.Action{}, err
	}
	for _, a := range items {
		if a.Play == play {
			return a, nil
		}
	}
	return deal.Action{}, lake.Fail(lake.ErrConflict, "action_gone", "Nothing asks for this any more.", "play", play)
}

type todayInput struct {
	Place
	Whose string `query:"whose" enum:"mine,all" default:"mine" doc:"One's own deals and tasks, or all that one sees."`
}

// Today is what there is to do.
type Today struct {
	Actions      []deal.Action  `json:"actions" doc:"The best three per deal."`
	More         int            `json:"more" doc:"Actions that aren't listed."`
	Deals        []DealBrief    `json:"deals" doc:"The deals that the actions are about."`
	Tasks        []TaskBrief    `json:"tasks" doc:"Open tasks, due within seven days or before, earliest first."`
	Approvals    []MoveRecord   `json:"approvals" doc:"Moves that wait for the caller's decision."`
	DealCount    int            `json:"deal_count" doc:"Deals looked at."`
	Limits       map[string]int `json:"limits" doc:"Days after which somebody counts as silent, and so on."`
	Milliseconds float64        `json:"ms"`
}

// DealBrief is what one needs to see of a deal in a list.
type DealBrief struct {
	ID          lake.Key `json:"id"`
	Name        string   `json:"name"`
	Stage       string   `json:"stage"`
	Amount      Value    `json:"amount"`
	Account     lake.Key `json:"account,omitempty"`
	AccountName string   `json:"account_name"`
	OwnerName   string   `json:"owner_name"`
}

// TaskBrief is an open task.
type TaskBrief struct {
	ID       lake.Key `json:"id"`
	Subject  string   `json:"subject"`
	Kind     string   `json:"kind"`
	DueOn    string   `json:"due_on"`
	Late     bool     `json:"late"`
	Play     string   `json:"play,omitempty"`
	Deal     lake.Key `json:"deal,omitempty"`
	DealName string   `json:"deal_name"`
	Account  lake.Key `json:"account,omitempty"`
	Name     string   `json:"account_name"`
}

const (
	mostActions  = 60
	mostPerDeal  = 3
	mostOpen     = 400
	tasksForDays = 7
)

func (n actions) today(ctx context.Context, in *todayInput) (*reply[Today], error) {
	begin := time.Now()
	r, _, err := n.readEntity(ctx, in.Place, "deals")
	if err != nil {
		return nil, err
	}
	recs, err := n.workedOn(ctx, r, in.Whose == "mine")
	if err != nil {
		return nil, err
	}
	open, err := n.openDeals(ctx, r, recs)
	if err != nil {
		return nil, err
	}
	items, err := n.next(ctx, open)
	if err != nil {
		return nil, err
	}
	out := Today{DealCount: len(open), Limits: deal.Limits()}
	out.Actions, out.More = best(items)
	if out.Deals, err = briefs(ctx, r, recs, out.Actions); err != nil {
		return nil, err
	}
	if out.Tasks, err = n.tasks(ctx, r, in.Whose == "mine"); err != nil {
		return nil, err
	}
	if manages(r) {
		if out.Approvals, err = n.movesAsked(ctx, r); err != nil {
			return nil, err
		}
	}
	out.Approvals = listOf(out.Approvals).Items
	out.Milliseconds = since(begin)
	return replyWith(out, nil)
}

// best keeps a few actions per deal.
func best(items []deal.Action) (out []deal.Action, more int) {
	per := map[lake.Key]int{}
	out = []deal.Action{}
	for _, a := range items {
		if a.Task != nil {
			continue // it stands among the tasks
		}
		if per[a.Deal]++; per[a.Deal] > mostPerDeal || len(out) >= mostActions {
			more++
			continue
		}
		out = append(out, a)
	}
	return out, more
}

// workedOn are open deals, and won ones whose contract ends within half a year.
func (n actions) workedOn(ctx context.Context, r *lake.Reader, mine bool) ([]lake.Record, error) {
	own := ""
	if mine {
		own = " AND owner = me()"
	}
	keys, err := n.keysOf(ctx, r, "deals", "stage != won AND stage != lost"+own, "-amount")
	if err != nil {
		return nil, err
	}
	ending, err := n.fieldOf(ctx, r, "agreements", "status = signed AND renew_on >= today() AND renew_on <= today(180)"+own, "deal")
	if err != nil {
		return nil, err
	}
	found, err := r.GetMany(ctx, "deals", append(keys, ending...))
	if err != nil {
		return nil, err
	}
	out := make([]lake.Record, 0, len(found))
	for _, k := range append(keys, ending...) {
		if rec, ok := found[k]; ok {
			out = append(out, rec)
			delete(found, k)
		}
	}
	return out, nil
}

// keysOf are the keys that a filter finds, at most 400.
func (s *Server) keysOf(ctx context.Context, r *lake.Reader, entity lake.EntityName, filter string, order ...string) ([]lake.Key, error) {
	e, err := r.Schema().Entity(entity)
	if err != nil {
		return nil, err
	}
	q, err := s.question(ctx, r, e, Selection{Entity: entity, Filter: filter, Order: order})
	if err != nil {
		return nil, err
	}
	q.Limit = mostOpen
	a, err := r.Ask(ctx, q)
	if err != nil {
		return nil, err
	}
	var out []lake.Key
	for _, row := range a.Rows {
		out = append(out, row.Key)
	}
	return out, nil
}

// fieldOf are the references that found records hold in a field.
func (s *Server) fieldOf(ctx context.Context, r *lake.Reader, entity lake.EntityName, filter string, field lake.FieldName) ([]lake.Key, error) {
	e, err := r.Schema().Entity(entity)
	if err != nil {
		return nil, err
	}
	q, err := s.question(ctx, r, e, Selection{Entity: entity, Filter: filter})
	if err != nil {
		return nil, err
	}
	q.Limit, q.Fields = mostOpen, []lake.Path{{field}}
	a, err := r.Ask(ctx, q)
	if err != nil {
		return nil, err
	}
	var out []lake.Key
	for _, row := range a.Rows {
		if row.Cells[0] != "" {
			out = append(out, lake.Key(row.Cells[0]))
		}
	}
	return out, nil
}

// briefs are those of the deals that actions speak of.
func briefs(ctx context.Context, r *lake.Reader, recs []lake.Record, shown []deal.Action) ([]DealBrief, error) {
	wanted := map[lake.Key]bool{}
	for _, a := range shown {
		wanted[a.Deal] = true
	}
	return briefsOf(ctx, r, slices.DeleteFunc(recs, func(rec lake.Record) bool { return !wanted[rec.Key] }))
}

func briefsOf(ctx context.Context, r *lake.Reader, recs []lake.Record) ([]DealBrief, error) {
	refs := mentioned{"accounts": {}, lake.Users: {}}
	out := []DealBrief{}
	for _, rec := range recs {
		b := DealBrief{ID: rec.Key, Name: string(rec.Cells["name"]), Stage: string(rec.Cells["stage"]), Amount: Value{lake.Money.JSON(rec.Cells["amount"])}, Account: lake.Key(rec.Cells["account"])}
		refs["accounts"][b.Account], refs[lake.Users][lake.Key(rec.Cells["owner"])] = true, true
		out = append(out, b)
	}
	titles, err := refs.titles(ctx, r)
	for i := range out {
		out[i].AccountName, out[i].OwnerName = titles["accounts"][out[i].Account], titles[lake.Users][lake.Key(recs[i].Cells["owner"])]
	}
	return out, err
}

var taskFields = []lake.FieldName{"subject", "kind", "due_on", "play", "deal", "account"}

func (n actions) tasks(ctx context.Context, r *lake.Reader, mine bool) ([]TaskBrief, error) {
	e, err := r.Schema().Entity("activities")
	if err != nil {
		return nil, err
	}
	filter := "due_on:* AND due_on <= today(7) AND done != true"
	if mine {
		filter += " AND owner = me()"
	}
	q, err := n.question(ctx, r, e, Selection{Entity: e.Name, Filter: filter, Order: []string{"due_on"}})
	if err != nil {
		return nil, err
	}
	q.Limit = 100
	for _, f := range taskFields {
		q.Fields = append(q.Fields, lake.Path{f})
	}
	a, err := r.Ask(ctx, q)
	if err != nil {
		return nil, err
	}
	out := []TaskBrief{}
	refs := mentioned{"deals": {}, "accounts": {}}
	now := dayIn(time.Now(), n.zone).Format(time.DateOnly)
	for _, row := range a.Rows {
		t := deal.NewRow(e.Name, row.Key, taskFields, row.Cells)
		b := TaskBrief{ID: row.Key, Subject: t.Title, Kind: string(t.Cell("kind")), DueOn: string(t.Cell("due_on")), Play: string(t.Cell("play")), Deal: lake.Key(t.Cell("deal")), Account: lake.Key(t.Cell("account"))}
		b.Late = b.DueOn < now
		refs["deals"][b.Deal], refs["accounts"][b.Account] = true, true
		out = append(out, b)
	}
	titles, err := refs.titles(ctx, r)
	for i := range out {
		out[i].DealName, out[i].Name = titles["deals"][out[i].Deal], titles["accounts"][out[i].Account]
	}
	return out, err
}

// amountOf is for ranking only; currencies aren't converted.
func amountOf(c lake.Cell) float64 {
	amount, _ := lake.SplitMoney(c)
	n, _ := strconv.ParseFloat(amount, 64)
	return n
}
