package profile

import (
	"cmp"
	"context"
	"slices"

	"headwater/lake"
	"headwater/pack"
)

// Counts says how a definition divides the records of its unit.
type Counts struct {
	Total      int64            `json:"total"`
	Chosen     int64            `json:"chosen"`
	Conditions []ConditionCount `json:"conditions"`
	Points     []PointsCount    `json:"points" doc:"How many have which points, most points first; those that fail a must aside."`
	Skipped    []Skipped        `json:"skipped,omitempty" doc:"Conditions that can't be asked here."`
}

// ConditionCount says what one condition does.
type ConditionCount struct {
	ID    string `json:"id"`
	Holds int64  `json:"holds"`
	// Decides counts the chosen that wouldn't be without the condition.
	Decides int64 `json:"decides"`
}

// PointsCount is how many records have the same points.
type PointsCount struct {
	Points pack.Number `json:"points"`
	Count  int64       `json:"count"`
	Chosen bool        `json:"chosen"`
}

// Count scores all records of the unit that where admits, by one query.
func (s *Scorer) Count(ctx context.Context, r *lake.Reader, where lake.Expr) (*Counts, error) {
	out := &Counts{Skipped: s.Skipped, Conditions: make([]ConditionCount, len(s.asked)), Points: []PointsCount{}}
	for i, a := range s.asked {
		out.Conditions[i].ID = a.ID
	}
	by := map[pack.Number]*PointsCount{}
	err := r.Mark(ctx, s.Marking(where), func(m lake.Marked) error {
		out.Total += m.Count
		score := s.Score(m.Set)
		if score.Chosen {
			out.Chosen += m.Count
		}
		if len(score.Failed) == 0 {
			if by[score.Points] == nil {
				by[score.Points] = &PointsCount{Points: score.Points, Chosen: score.Chosen}
			}
			by[score.Points].Count += m.Count
		}
		for i := range s.asked {
			if m.Set&(1<<i) == 0 {
				continue
			}
			out.Conditions[i].Holds += m.Count
			if score.Chosen && !s.Score(m.Set&^(1<<i)).Chosen {
				out.Conditions[i].Decides += m.Count
			}
		}
		return nil
	})
	for _, p := range by {
		out.Points = append(out.Points, *p)
	}
	slices.SortFunc(out.Points, func(a, b PointsCount) int { return cmp.Compare(b.Points, a.Points) })
	return out, err
}

// Scored is a record with its points and why.
type Scored struct {
	ID    lake.Key `json:"id"`
	Title string   `json:"title"`
	Score
	Answers []Answer `json:"answers"`
}

// Top gives the chosen records with most points.
func (s *Scorer) Top(ctx context.Context, r *lake.Reader, where lake.Expr, limit int) ([]Scored, error) {
	m := s.Marking(where)
	m.Rows, m.Limit, m.Need, m.AtLeast = true, limit, s.musts(), &s.least
	return s.scored(ctx, r, m)
}

// Of scores some records, chosen or not, in the order of their points.
func (s *Scorer) Of(ctx context.Context, r *lake.Reader, keys ...lake.Key) ([]Scored, error) {
	in := lake.In{Path: lake.Path{lake.FieldID}}
	for _, k := range keys {
		in.Values = append(in.Values, lake.Cell(k))
	}
	m := s.Marking(in)
	m.Rows = true
	return s.scored(ctx, r, m)
}

func (s *Scorer) scored(ctx context.Context, r *lake.Reader, m lake.Marking) ([]Scored, error) {
	out := []Scored{}
	var keys []lake.Key
	err := r.Mark(ctx, m, func(x lake.Marked) error {
		out = append(out, Scored{ID: x.Key, Score: s.Score(x.Set), Answers: s.Answers(x.Set)})
		keys = append(keys, x.Key)
		return nil
	})
	if err != nil {
		return nil, err
	}
	titles, err := r.Titles(ctx, map[lake.EntityName][]lake.Key{s.Unit: keys})
	for i := range out {
		out[i].Title = titles[s.Unit][out[i].ID]
	}
	return out, err
}

// Belongs gives, of every account, the segment of the main group that it belongs to: the
// one with most points among those that it reaches; of equal ones the one with the higher
// priority, then the first. An account that reaches none is absent.
func Belongs(ctx context.Context, r *lake.Reader, segments []*Scorer, priorities []int) (map[lake.Key]string, error) {
	type best struct {
		points pack.Number
		at     int
	}
	found := map[lake.Key]best{}
	for i, s := range segments {
		m := s.Marking(nil)
		m.Rows, m.Need, m.AtLeast = true, s.musts(), &s.least
		err := r.Mark(ctx, m, func(x lake.Marked) error {
			p := s.Score(x.Set).Points
			b, ok := found[x.Key]
			if !ok || p > b.points || p == b.points && priorities[i] > priorities[b.at] {
				found[x.Key] = best{p, i}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	out := make(map[lake.Key]string, len(found))
	for k, b := range found {
		out[k] = segments[b.at].ID
	}
	return out, nil
}
