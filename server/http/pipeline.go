package httpapi

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/deal"
)

// pipelines show deals by stage, and what a move would need.
type pipelines struct{ *Server }

func (p pipelines) register(a api) {
	route(a, operation{id: "pipeline", method: http.MethodGet, path: "/pipeline", need: NeedRead,
		summary: "Deals by stage: count and sums per currency of all, and the largest with days, next action and missing evidence"}, p.show)
	route(a, operation{id: "checkMove", method: http.MethodGet, path: "/deals/{deal}/move", need: NeedRead, errors: []int{404},
		summary: "What a move of a deal to a stage lacks, and whether the caller may go on without"}, p.check)
}

type pipelineInput struct {
	Place
	Whose string   `query:"whose" enum:"mine,all" default:"all"`
	Find  string   `query:"find" maxLength:"200" doc:"Only those with this in their name."`
	Cards int      `query:"cards" default:"20" minimum:"1" maximum:"200" doc:"Cards per stage."`
	More  []string `query:"more" maxItems:"20" doc:"Stages with another number of cards: poc.60"`
}

// Pipeline is the open deals' way from stage to stage.
type Pipeline struct {
	Columns   []PipelineColumn `json:"columns"`
	Revision  lake.Revision    `json:"revision"`
	Millisecs float64          `json:"ms"`
}

// PipelineColumn is one stage.
type PipelineColumn struct {
	Stage string         `json:"stage" doc:"An option of the field stage; empty: deals without one."`
	Count int64          `json:"count" doc:"Of all its deals that the caller sees."`
	Sums  []Value        `json:"sums" doc:"Amounts of all its deals, one per currency."`
	Cards []PipelineCard `json:"cards" doc:"The largest; of closed stages the newest."`
}

// PipelineCard is a deal with what decides about its next stage.
type PipelineCard struct {
	DealBrief
	Days    *float64         `json:"days,omitempty" doc:"Days in its stage; absent: unknown, or the deal is closed."`
	Plan    *pack.Bounds     `json:"plan,omitempty" doc:"Days that its playbook plans for the stage."`
	To      string           `json:"to,omitempty" doc:"The next stage of its playbook."`
	Missing []deal.Criterion `json:"missing" doc:"What keeps it from there."`
	Next    *deal.Action     `json:"next,omitempty"`
	Asked   string           `json:"asked,omitempty" doc:"The stage of a move that waits for an approval."`
}

func (p pipelines) show(ctx context.Context, in *pipelineInput) (*reply[Pipeline], error) {
	begin := time.Now()
	r, e, err := p.readEntity(ctx, in.Place, "deals")
	if err != nil {
		return nil, err
	}
	out := Pipeline{Revision: r.Revision(), Columns: []PipelineColumn{}}
	var keys [][]lake.Key
	for _, stage := range append([]string(deal.WayOf(r.Schema())), "") {
		column, found, err := p.column(ctx, r, e, in, stage)
		if err != nil {
			return nil, err
		}
		if stage == "" && column.Count == 0 {
			continue
		}
		out.Columns, keys = append(out.Columns, column), append(keys, found)
	}
	cards, err := p.cards(ctx, r, slices.Concat(keys...))
	if err != nil {
		return nil, err
	}
	for i := range out.Columns {
		for _, k := range keys[i] {
			if c, ok := cards[k]; ok {
				out.Columns[i].Cards = append(out.Columns[i].Cards, c)
			}
		}
	}
	out.Millisecs = since(begin)
	return replyWith(out, nil)
}

// column counts a stage and finds the deals that are shown.
func (p pipelines) column(ctx context.Context, r *lake.Reader, e *lake.Entity, in *pipelineInput, stage string) (PipelineColumn, []lake.Key, error) {
	out := PipelineColumn{Stage: stage, Sums: []Value{}, Cards: []PipelineCard{}}
	where, order := "stage = "+quoted(stage), "-amount"
	switch stage {
	case "":
		where = "NOT stage:*"
	case "won", deal.Lost:
		order = "-closed_on"
	}
	if in.Whose == "mine" {
		where += " AND owner = me()"
	}
	if find := strings.TrimSpace(in.Find); find != "" {
		where += " AND name:" + quoted(find)
	}
	q, err := p.question(ctx, r, e, Selection{Entity: e.Name, Filter: where, Order: []string{order}})
	if err != nil {
		return out, nil, err
	}
	q.Limit, q.Total, q.Sums = in.cards(stage), true, []lake.FieldName{"amount"}
	a, err := r.Ask(ctx, q)
	if err != nil {
		return out, nil, err
	}
	out.Count = a.Total
	if sums := sumsOf(e, a.Sums)["amount"]; sums != nil {
		out.Sums = sums
	}
	var keys []lake.Key
	for _, row := range a.Rows {
		keys = append(keys, row.Key)
	}
	return out, keys, nil
}

// cards is how many of a stage are shown.
func (in *pipelineInput) cards(stage string) int {
	for _, m := range in.More {
		if n, err := strconv.Atoi(strings.TrimPrefix(m, stage+".")); err == nil && strings.HasPrefix(m, stage+".") {
			return min(max(n, 1), 200)
		}
	}
	return in.Cards
}

// cards looks at all deals that are shown at once.
func (p pipelines) cards(ctx context.Context, r *lake.Reader, keys []lake.Key) (map[lake.Key]PipelineCard, error) {
	found, err := r.GetMany(ctx, "deals", keys)
	if err != nil {
		return nil, err
	}
	var recs []lake.Record
	for _, k := range keys {
		if rec, ok := found[k]; ok {
			recs = append(recs, rec)
		}
	}
	brief, err := briefsOf(ctx, r, recs)
	if err != nil {
		return nil, err
	}
	open, err := p.openDeals(ctx, r, recs)
	if err != nil {
		return nil, err
	}
	out := make(map[lake.Key]PipelineCard, len(recs))
	sight, err := lookNext(ctx, r, slices.DeleteFunc(slices.Clone(open), (*openDeal).closed))
	if err != nil {
		return nil, err
	}
	way := deal.WayOf(r.Schema())
	for i, d := range open {
		card := PipelineCard{DealBrief: brief[i], Missing: []deal.Criterion{}}
		if !d.closed() {
			if err := p.fill(ctx, &card, d, sight, way); err != nil {
				return nil, err
			}
		}
		out[d.rec.Key] = card
	}
	return out, nil
}

func (d *openDeal) closed() bool { return d.stage() == "won" || d.stage() == deal.Lost }

// lookNext reads what the next actions of deals rest on.
func lookNext(ctx context.Context, r *lake.Reader, open []*openDeal) (*deal.Sight, error) {
	if len(open) == 0 {
		return nil, nil
	}
	type rules struct {
		know *pack.Merged
		book *pack.Playbook
	}
	seen := map[rules]bool{}
	var checks []pack.Check
	var subjects []deal.Subject
	for _, d := range open {
		subjects = append(subjects, d.subject())
		if x := (rules{d.know, d.book}); !seen[x] {
			seen[x] = true
			checks = append(checks, deal.NextChecks(d.know, d.book)...)
		}
	}
	return deal.Look(ctx, r, open[0].env, subjects, checks, deal.NextWants())
}

func (p pipelines) fill(ctx context.Context, card *PipelineCard, d *openDeal, sight *deal.Sight, way deal.Way) error {
	spells, err := d.lately(ctx, sight)
	if err != nil {
		return err
	}
	at := d.standpoint(spells, way, p.zone)
	card.Days = at.DaysHere
	if st := deal.StageOf(d.book, d.stage()); st != nil {
		card.Plan = st.Days
	}
	if card.To = way.Next(d.book, d.stage()); card.To != "" {
		if missing, _ := deal.Missing(deal.Criteria(sight, d.subject(), way.Passed(d.book, d.stage(), card.To))); missing != nil {
			card.Missing = missing
		}
	}
	if next := deal.Next(sight, at); len(next) > 0 {
		card.Next = &next[0]
	}
	for _, m := range sight.Rows("moves", d.subject()) {
		if m.Cell("status") == "asked" {
			card.Asked = string(m.Cell("to_stage"))
		}
	}
	return nil
}

type checkMoveInput struct {
	Place
	DealPath
	To string `query:"to" required:"true" minLength:"1" maxLength:"100"`
}

// MoveCheck is what a move would meet.
type MoveCheck struct {
	From     string           `json:"from"`
	To       string           `json:"to"`
	Missing  []deal.Criterion `json:"missing"`
	Override string           `json:"override" enum:"yes,ask,no" doc:"Whether the caller may go on without what is missing: at once, by asking a manager, or not at all."`
}

func (p pipelines) check(ctx context.Context, in *checkMoveInput) (*reply[MoveCheck], error) {
	d, err := p.openDeal(ctx, in.Place, in.Deal)
	if err != nil {
		return nil, err
	}
	stages := deal.WayOf(d.Schema()).Passed(d.book, d.stage(), in.To)
	sight, err := deal.Look(ctx, d.Reader, d.env, []deal.Subject{d.subject()}, deal.Checks(stages), nil)
	if err != nil {
		return nil, err
	}
	missing, override := deal.Missing(deal.Criteria(sight, d.subject(), stages))
	return replyWith(MoveCheck{d.stage(), in.To, listOf(missing).Items, mayOverride(override, d.Reader)}, nil)
}
