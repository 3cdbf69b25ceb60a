package httpapi

import (
	"context"
	"slices"
	"time"

	"headwater/lake"
	"headwater/lake/filter"
	"headwater/pack"
	"headwater/sales/deal"
)

// DealPath names a deal.
type DealPath struct {
	Deal lake.Key `path:"deal" maxLength:"200"`
}

// openDeal is a deal as a reader sees it, with the rules that it is led by.
type openDeal struct {
	*lake.Reader
	rec  lake.Record
	know *pack.Merged
	book *pack.Playbook // nil: the pack has none for its motion
	env  filter.Env
}

func (d *openDeal) stage() string  { return string(d.rec.Cells["stage"]) }
func (d *openDeal) motion() string { return string(d.rec.Cells["motion"]) }

func (d *openDeal) subject() deal.Subject {
	return deal.Subject{Deal: d.rec.Key, Account: lake.Key(d.rec.Cells["account"])}
}

func (s *Server) filterEnv(ctx context.Context) filter.Env {
	return filter.Env{Now: time.Now(), Zone: s.zone, Me: principal(ctx).User}
}

// openDeal reads a deal and its pack.
func (s *Server) openDeal(ctx context.Context, p Place, key lake.Key) (*openDeal, error) {
	r, _, err := s.readEntity(ctx, p, "deals")
	if err != nil {
		return nil, err
	}
	rec, err := r.Get(ctx, "deals", key)
	if err != nil {
		return nil, err
	}
	return s.openedDeal(ctx, r, rec)
}

func (s *Server) openedDeal(ctx context.Context, r *lake.Reader, rec lake.Record) (*openDeal, error) {
	product, err := s.packOf(ctx, r, rec)
	if err != nil {
		return nil, err
	}
	know, err := s.knowledge(ctx, r, product)
	if err != nil {
		return nil, err
	}
	d := &openDeal{Reader: r, rec: rec, know: know, env: s.filterEnv(ctx)}
	d.book = deal.Of(know, d.motion())
	return d, nil
}

// openDeals opens several; each product's pack is looked up once.
func (s *Server) openDeals(ctx context.Context, r *lake.Reader, recs []lake.Record) ([]*openDeal, error) {
	byProduct := map[lake.Cell]*pack.Merged{}
	out := make([]*openDeal, 0, len(recs))
	for _, rec := range recs {
		know := byProduct[rec.Cells["product"]]
		if know == nil {
			d, err := s.openedDeal(ctx, r, rec)
			if err != nil {
				return nil, err
			}
			know = d.know
			byProduct[rec.Cells["product"]] = know
		}
		d := &openDeal{Reader: r, rec: rec, know: know, env: s.filterEnv(ctx)}
		d.book = deal.Of(know, d.motion())
		out = append(out, d)
	}
	return out, nil
}

// stageHistory are the changes of a deal's stage, oldest first.
func stageHistory(ctx context.Context, r *lake.Reader, key lake.Key) ([]deal.Change, error) {
	versions, err := r.History(ctx, "deals", key)
	if err != nil {
		return nil, err
	}
	var out []deal.Change
	for _, v := range versions {
		for _, c := range v.Cells {
			if c.Field == "stage" {
				out = append(out, deal.Change{To: string(c.To), At: v.At})
			}
		}
	}
	slices.Reverse(out)
	return out, nil
}

// spells tells how long the deal was in each stage.
func (d *openDeal) spells(ctx context.Context, sight *deal.Sight) ([]deal.Spell, error) {
	history, err := stageHistory(ctx, d.Reader, d.rec.Key)
	if err != nil {
		return nil, err
	}
	return deal.Spells(d.stage(), dayOf(d.rec.Cells["opened_on"]), sight.Rows("moves", d.subject()), history, d.env.Now), nil
}

// lately is how long the deal has been in its stage; the history is asked only where
// no move is recorded.
func (d *openDeal) lately(ctx context.Context, sight *deal.Sight) ([]deal.Spell, error) {
	spells := deal.Spells(d.stage(), time.Time{}, sight.Rows("moves", d.subject()), nil, d.env.Now)
	if n := len(spells); n > 0 && spells[n-1].Stage == d.stage() {
		return spells, nil
	}
	return d.spells(ctx, sight)
}

// dayOf reads a date cell; zero when there is none.
func dayOf(c lake.Cell) time.Time {
	t, _ := time.Parse(time.DateOnly, string(c))
	return t
}
