package profile

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"headwater/lake"
	"headwater/lake/filter"
	"headwater/pack"
)

// Alike are accounts that resemble chosen customers, each with the reasons.
type Alike struct {
	Chosen     int              `json:"chosen"`
	Definition []pack.Condition `json:"conditions" doc:"What the chosen share more often than others, as conditions with points; can be saved as a version."`
	Accounts   []Scored         `json:"accounts"`
}

// mostTraits is how many shared traits count; more would only repeat each other.
const mostTraits = 24

// trait is a condition that chosen customers may share.
type trait struct {
	id, of, text string
	what         pack.Text
}

// LookAlikes finds the accounts that share most with chosen ones. A trait counts by how
// many of the chosen have it, and by how much rarer it is elsewhere: share × ln(share of
// the chosen / share of all). Customers and the chosen themselves are left out.
func LookAlikes(ctx context.Context, r *lake.Reader, env filter.Env, chosen []lake.Key, limit int) (*Alike, error) {
	if len(chosen) == 0 || len(chosen) > 200 {
		return nil, lake.Fail(lake.ErrInvalid, "lookalikes_chosen", "Choose 1 to 200 customers.", "count", len(chosen))
	}
	traits, err := traitsOf(ctx, r, chosen)
	if err != nil {
		return nil, err
	}
	conditions, err := weigh(ctx, r, env, traits, chosen)
	if err != nil {
		return nil, err
	}
	out := &Alike{Chosen: len(chosen), Definition: conditions, Accounts: []Scored{}}
	if len(conditions) == 0 {
		return out, nil
	}
	s, err := Compile(Definition{ID: "alike", Conditions: conditions, Threshold: 0.01}, Accounts, r.Schema(), env)
	if err != nil {
		return nil, err
	}
	others := lake.And{lake.Not{E: keysIn(chosen)}, compare("status", lake.NE, "customer"), compare("status", lake.NE, "partner")}
	out.Accounts, err = s.Top(ctx, r, others, limit)
	return out, err
}

func keysIn(keys []lake.Key) lake.In {
	in := lake.In{Path: lake.Path{lake.FieldID}}
	for _, k := range keys {
		in.Values = append(in.Values, lake.Cell(k))
	}
	return in
}

// bands are the sizes that count as alike, by employees.
var bands = []int{0, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000}

// traitsOf are the values that the chosen have: fields of the account, its systems and
// its confirmed needs.
func traitsOf(ctx context.Context, r *lake.Reader, chosen []lake.Key) ([]trait, error) {
	accounts, err := r.Schema().Entity(Accounts)
	if err != nil {
		return nil, err
	}
	var out []trait
	seen := map[string]bool{}
	add := func(t trait) {
		if !seen[t.of+t.text] {
			seen[t.of+t.text] = true
			t.id = fmt.Sprintf("trait-%d", len(out)+1)
			out = append(out, t)
		}
	}
	records, err := r.GetMany(ctx, Accounts, chosen)
	if err != nil {
		return nil, err
	}
	for _, key := range chosen {
		for _, name := range []lake.FieldName{"industry", "region", "province", "source", "country"} {
			f, ok := accounts.Field(name)
			if v := records[key].Cells[name]; ok && v != "" {
				add(trait{text: filter.Format(lake.Compare{Path: lake.Path{name}, Op: lake.EQ, Value: v}, accounts), what: saying(f, v)})
			}
		}
		if n, err := strconv.Atoi(string(records[key].Cells["employees"])); err == nil && n > 0 {
			add(size(n))
		}
	}
	for _, other := range []struct {
		entity lake.EntityName
		field  lake.FieldName
		where  lake.Expr
	}{{"systems", "kind", nil}, {"systems", "vendor", nil}, {"needs", "code", compare("status", lake.EQ, "confirmed")}} {
		more, err := belongings(ctx, r, other.entity, other.field, other.where, chosen)
		if err != nil {
			return nil, err
		}
		for _, t := range more {
			add(t)
		}
	}
	return out, nil
}

func size(n int) trait {
	i, found := slices.BinarySearch(bands, n)
	if !found {
		i--
	}
	if i == len(bands)-1 {
		return trait{text: fmt.Sprintf("employees >= %d", bands[i]), what: pack.Text{ZH: fmt.Sprintf("%d 人以上", bands[i]), EN: fmt.Sprintf("%d employees or more", bands[i])}}
	}
	return trait{text: fmt.Sprintf("employees >= %d AND employees < %d", bands[i], bands[i+1]),
		what: pack.Text{ZH: fmt.Sprintf("%d–%d 人", bands[i], bands[i+1]-1), EN: fmt.Sprintf("%d to %d employees", bands[i], bands[i+1]-1)}}
}

// saying is a field with a value in words.
func saying(f *lake.Field, v lake.Cell) pack.Text {
	zh, en := string(v), string(v)
	for _, o := range f.Options {
		if o.Name == string(v) {
			zh, en = o.Label.ZH, o.Label.EN
		}
	}
	return pack.Text{ZH: f.Label.ZH + "：" + zh, EN: f.Label.EN + ": " + en}
}

// belongings are values of records that belong to the chosen.
func belongings(ctx context.Context, r *lake.Reader, entity lake.EntityName, field lake.FieldName, where lake.Expr, chosen []lake.Key) ([]trait, error) {
	e, err := r.Schema().Entity(entity)
	if err != nil {
		return nil, nil // a workspace without it
	}
	f, ok := e.Field(field)
	if !ok {
		return nil, nil
	}
	in := lake.In{Path: lake.Path{"account"}}
	for _, k := range chosen {
		in.Values = append(in.Values, lake.Cell(k))
	}
	q := lake.And{in, lake.Present{Path: lake.Path{field}}}
	if where != nil {
		q = append(q, where)
	}
	a, err := r.Ask(ctx, lake.Question{Entity: entity, Where: q, Group: []lake.FieldName{field}})
	if err != nil {
		return nil, err
	}
	var out []trait
	for _, g := range a.Groups {
		x := lake.And{lake.Compare{Path: lake.Path{field}, Op: lake.EQ, Value: g.Values[0]}}
		if where != nil {
			x = append(x, where)
		}
		what := saying(f, g.Values[0])
		out = append(out, trait{of: string(entity), text: filter.Format(x, e), what: pack.Text{ZH: e.Label.ZH + " · " + what.ZH, EN: e.Label.EN + ", " + what.EN}})
	}
	return out, nil
}

// weigh counts each trait among the chosen and among all, and keeps those that tell.
func weigh(ctx context.Context, r *lake.Reader, env filter.Env, traits []trait, chosen []lake.Key) ([]pack.Condition, error) {
	out := []pack.Condition{}
	for part := range slices.Chunk(traits, lake.MaxMarks) {
		d := Definition{ID: "traits"}
		for _, t := range part {
			d.Conditions = append(d.Conditions, pack.Condition{ID: t.id, Of: t.of, If: t.text})
		}
		s, err := Compile(d, Accounts, r.Schema(), env)
		if err != nil {
			return nil, err
		}
		all, err := s.Count(ctx, r, nil)
		if err != nil {
			return nil, err
		}
		own, err := s.Count(ctx, r, keysIn(chosen))
		if err != nil {
			return nil, err
		}
		for i, t := range part {
			if own.Total == 0 || all.Total == 0 {
				continue
			}
			share := float64(own.Conditions[i].Holds) / float64(own.Total)
			everywhere := float64(all.Conditions[i].Holds) / float64(all.Total)
			if own.Conditions[i].Holds == 0 || share <= everywhere {
				continue
			}
			weight := math.Round(share*math.Log(share/everywhere)*1000) / 100
			if weight <= 0 {
				continue
			}
			out = append(out, pack.Condition{ID: t.id, Of: t.of, If: t.text, Weight: pack.Number(weight), Why: pack.Text{
				ZH: fmt.Sprintf("%s：所选 %d 家中有 %d 家，全部客户中占 %s", t.what.ZH, own.Total, own.Conditions[i].Holds, share1(everywhere)),
				EN: fmt.Sprintf("%s: %d of the %d chosen, %s of all accounts", t.what.EN, own.Conditions[i].Holds, own.Total, share1(everywhere))}})
		}
	}
	slices.SortStableFunc(out, func(a, b pack.Condition) int { return cmp.Compare(b.Weight, a.Weight) })
	return out[:min(len(out), mostTraits)], nil
}

// share1 is a share in percent, with a decimal where it is small.
func share1(x float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(x*100, 'f', 1, 64), ".0") + "%"
}
