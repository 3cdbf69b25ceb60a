package httpapi

import (
	"context"
	"errors"

	"github.com/danielgtaylor/huma/v2"

	"headwater/lake"
	"headwater/lake/filter"
	"headwater/pack"
)

// registerSelling adds the operations of the selling layers.
func (s *Server) registerSelling(a huma.API) {
	packs{s}.register(api{a, "packs"})
	profiles{s}.register(api{a, "match"})
	segmentations{s}.register(api{a, "match"})
	needs{s, newNeedMiners()}.register(api{a, "needs"})
	playbooks{s}.register(api{a, "deals"})
	actions{s}.register(api{a, "deals"})
	pipelines{s}.register(api{a, "deals"})
	committees{s}.register(api{a, "deals"})
	objections{s}.register(api{a, "deals"})
	pocs{s}.register(api{a, "deals"})
	attachments{s}.register(api{a, "deals"})
	qualifications{s}.register(api{a, "deals"})
	matrices{s}.register(api{a, "deals"})
	values{s}.register(api{a, "value"})
	propositions{s}.register(api{a, "value"})
	quotes{s}.register(api{a, "value"})
	agreements{s}.register(api{a, "value"})
	recons{s}.register(api{a, "recon"})
	nurtures{s}.register(api{a, "nurture"})
	documents{s}.register(api{a, "value"})
	promises{s}.register(api{a, "value"})
}

// DefaultPack is the product sold where a deal doesn't name a product with a pack.
const DefaultPack = "logical-data-lake"

// library gives the packs as a reader sees them.
func (s *Server) library(ctx context.Context, r *lake.Reader) (*pack.Library, error) {
	return s.config.Packs.At(ctx, r)
}

// knowledge gives one product's pack with what extends it; "" is the default product.
func (s *Server) knowledge(ctx context.Context, r *lake.Reader, product string) (*pack.Merged, error) {
	l, err := s.library(ctx, r)
	if err != nil {
		return nil, err
	}
	if product == "" {
		product = DefaultPack
	}
	return l.For(product)
}

// packOf says which product's pack a deal is sold by: that of its product, else the
// default. Without a deal it is the default, too.
func (s *Server) packOf(ctx context.Context, r *lake.Reader, deal lake.Record) (string, error) {
	product := lake.Key(deal.Cells["product"])
	if product == "" {
		return DefaultPack, nil
	}
	rec, err := r.Get(ctx, "products", product)
	switch {
	case errors.Is(err, lake.ErrNotFound): // a product that one may not see
		return DefaultPack, nil
	case err != nil:
		return "", err
	case rec.Cells["pack"] == "":
		return DefaultPack, nil
	}
	return string(rec.Cells["pack"]), nil
}

// condition tests filter text of packs against the schema that a reader sees.
func (s *Server) condition(ctx context.Context, r *lake.Reader) func(entity, text string) error {
	env := s.filterEnv(ctx)
	return func(entity, text string) error {
		e, err := r.Schema().Entity(lake.EntityName(entity))
		if err != nil {
			return err
		}
		_, err = filter.Parse(text, r.Schema(), e, env)
		return err
	}
}
