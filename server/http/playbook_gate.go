package httpapi

import (
	"context"
	"errors"
	"strconv"
	"time"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/deal"
)

// guard holds what people's changes of records must respect beyond the rules of the
// lake: a deal goes forward only when its stage's exit criteria hold, and what was agreed
// for a proof of concept stays as agreed. Imports, merges and the system itself aren't held.
type guard struct {
	entity lake.EntityName
	moves  map[lake.Key]deal.Move
}

// guarded looks at changes before they are written; stage gives the stage that a record
// is to get, if its change has one. It fails with stage_criteria_missing where a deal may
// not go on.
func (s *Server) guarded(ctx context.Context, b OnBranch, entity lake.EntityName, changes map[lake.Key]Values) (*guard, error) {
	g := &guard{entity: entity, moves: map[lake.Key]deal.Move{}}
	for _, cells := range changes {
		if err := reserved(entity, cells); err != nil {
			return nil, err
		}
	}
	if entity != "deals" {
		return g, nil
	}
	to := map[lake.Key]string{}
	var keys []lake.Key
	for key, cells := range changes {
		if stage, ok := cells["stage"].(string); ok {
			to[key] = stage
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return g, nil
	}
	r, _, err := s.readEntity(ctx, Place{OnBranch: b}, entity)
	if err != nil {
		return nil, err
	}
	found, err := r.GetMany(ctx, entity, keys)
	if err != nil {
		return nil, err
	}
	var recs []lake.Record
	for key, rec := range found {
		if string(rec.Cells["stage"]) != to[key] {
			recs = append(recs, rec)
		}
	}
	return g, s.plan(ctx, r, g, recs, to)
}

// plan tests each move forward and keeps what is to be recorded.
func (s *Server) plan(ctx context.Context, r *lake.Reader, g *guard, recs []lake.Record, to map[lake.Key]string) error {
	if _, err := r.Schema().Entity("moves"); err != nil {
		return nil // a workspace that doesn't keep moves
	}
	open, err := s.openDeals(ctx, r, recs)
	if err != nil {
		return err
	}
	way := deal.WayOf(r.Schema())
	passed := map[lake.Key][]*pack.Stage{}
	var checks []pack.Check
	var subjects []deal.Subject
	for _, d := range open {
		if stages := way.Passed(d.book, d.stage(), to[d.rec.Key]); len(stages) > 0 {
			passed[d.rec.Key] = stages
			checks, subjects = append(checks, deal.Checks(stages)...), append(subjects, d.subject())
		}
	}
	sight, err := deal.Look(ctx, r, s.filterEnv(ctx), subjects, checks, nil)
	if err != nil {
		return err
	}
	now := time.Now()
	for _, d := range open {
		if stages := passed[d.rec.Key]; stages != nil {
			if missing, override := deal.Missing(deal.Criteria(sight, d.subject(), stages)); len(missing) > 0 {
				return criteriaMissing(d.rec, to[d.rec.Key], missing, override)
			}
		}
		g.moves[d.rec.Key] = deal.Move{Deal: d.rec.Key, From: d.stage(), To: to[d.rec.Key], By: principal(ctx).User, At: now}
	}
	return nil
}

// criteriaMissing says what keeps a deal where it is; reason is who may go on nevertheless.
func criteriaMissing(rec lake.Record, to string, missing []deal.Criterion, override string) error {
	ids := ""
	for i, c := range missing {
		if i > 0 {
			ids += ","
		}
		ids += c.Stage + "/" + c.ID
	}
	return lake.Fail(lake.ErrConflict, "stage_criteria_missing", "The deal lacks what its stage asks for: "+deal.MissingText(missing, false)+
		". Move it on its Progress tab to go on with a reason.", "entity", "deals", "key", rec.Key, "name", rec.Cells["name"], "stage", rec.Cells["stage"], "to", to,
		"count", strconv.Itoa(len(missing)), "criteria", ids, "missing_zh", deal.MissingText(missing, true), "missing_en", deal.MissingText(missing, false), "reason", override)
}

// before is called in the transaction, ahead of a record's change.
func (g *guard) before(tx *lake.Tx, key lake.Key, cells lake.Cells) error {
	if m, moves := g.moves[key]; moves {
		return m.Note(tx)
	}
	if g.entity != "poc_criteria" {
		return nil
	}
	now, err := tx.Get(g.entity, key)
	if errors.Is(err, lake.ErrNotFound) {
		return nil // a new record
	}
	if err != nil {
		return err
	}
	return deal.Unchanged(now, cells)
}

// after is called behind it: the verdicts of a proof of concept follow its results.
func (g *guard) after(tx *lake.Tx, key lake.Key) error {
	switch g.entity {
	case "pocs":
		return deal.Conclude(tx, key)
	case "poc_criteria":
		now, err := tx.Get(g.entity, key)
		if err != nil || now.Cells["poc"] == "" {
			return err
		}
		return deal.Conclude(tx, lake.Key(now.Cells["poc"]))
	}
	return nil
}

// deletable refuses to delete what was agreed.
func deletable(tx *lake.Tx, entity lake.EntityName, key lake.Key) error {
	if entity != "poc_criteria" {
		return nil
	}
	now, err := tx.Get(entity, key)
	if err != nil {
		return err
	}
	return deal.Unchanged(now, lake.Cells{"agreed_on": ""})
}

// one is the change of one record.
func one(key lake.Key, cells Values) map[lake.Key]Values { return map[lake.Key]Values{key: cells} }

// same is one change for many records.
func same(keys []lake.Key, cells Values) map[lake.Key]Values {
	out := make(map[lake.Key]Values, len(keys))
	for _, k := range keys {
		out[k] = cells
	}
	return out
}
