package httpapi

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/document"
)

// propositions are what is said to a customer of one segment, filled with the customer's
// own numbers.
type propositions struct{ *Server }

func (p propositions) register(a api) {
	route(a, operation{id: "listPropositions", method: http.MethodGet, path: "/value/propositions", need: NeedRead, errors: []int{404},
		summary: "The value propositions of a deal's product, filled with the customer's numbers; what is missing is listed"}, p.list)
}

// DealProposition is a value proposition filled for one deal.
type DealProposition struct {
	ID         string               `json:"id"`
	Pack       string               `json:"pack" doc:"The pack that it comes from."`
	Segment    string               `json:"segment,omitempty" doc:"Absent: for every segment."`
	Name       pack.Text            `json:"segment_name"`
	Fits       bool                 `json:"fits" doc:"The account belongs to its segment, or it is for every one."`
	Filled     document.Proposition `json:"filled"`
	Needs      []string             `json:"needs"`
	Benchmarks []pack.Benchmark     `json:"benchmarks"`
	Sources    []pack.Source        `json:"sources" doc:"Where the benchmarks come from."`
}

type propositionsInput struct {
	Place
	Deal     lake.Key `query:"deal" required:"true" maxLength:"200"`
	Language string   `header:"Accept-Language"`
}

func (p propositions) list(ctx context.Context, in *propositionsInput) (*reply[list[DealProposition]], error) {
	f, err := documents{p.Server}.filler(ctx, in.Place, in.Deal, chinese(ctx, in.Language))
	if err != nil {
		return nil, err
	}
	segment, err := f.segment(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]DealProposition, 0, len(f.pack.ValuePropositions))
	for _, v := range f.pack.ValuePropositions {
		values := map[string]document.Value{}
		for _, x := range v.Variables {
			if values[x.ID], err = f.valueAs(ctx, x.ID, x.From, x.Format); err != nil {
				return nil, err
			}
		}
		one := DealProposition{ID: v.ID, Pack: f.pack.From["value_propositions/"+v.ID], Segment: v.Segment, Fits: v.Segment == "" || v.Segment == segment,
			Filled: document.Propose(v, values, langOf(f.zh)), Needs: listOf(v.Needs).Items}
		if i := slices.IndexFunc(f.pack.Segments, func(s pack.Segment) bool { return s.ID == v.Segment }); i >= 0 {
			one.Name = f.pack.Segments[i].Name
		}
		one.Benchmarks, one.Sources = quotedBenchmarks(f.pack, v.Benchmarks)
		one.Filled.Missing = listOf(one.Filled.Missing).Items
		out = append(out, one)
	}
	slices.SortStableFunc(out, func(a, b DealProposition) int { return cmp.Compare(fit(b), fit(a)) })
	return replyWith(listOf(out), nil)
}

// fit puts the propositions of the account's own segment first, then those for everybody.
func fit(p DealProposition) int {
	switch {
	case p.Fits && p.Segment != "":
		return 2
	case p.Fits:
		return 1
	}
	return 0
}

// segment is the account's, as its record says.
func (f *filler) segment(ctx context.Context) (string, error) {
	key := lake.Key(f.deal.Cells["account"])
	if key == "" {
		return "", nil
	}
	found, err := f.reader.GetMany(ctx, "accounts", []lake.Key{key})
	return string(found[key].Cells["segment"]), err
}

// quotedBenchmarks are figures from elsewhere that stand beside a text, and their sources.
func quotedBenchmarks(m *pack.Merged, ids []string) (used []pack.Benchmark, from []pack.Source) {
	used, from = []pack.Benchmark{}, []pack.Source{}
	for _, b := range m.Benchmarks {
		if slices.Contains(ids, b.ID) {
			used = append(used, b)
		}
	}
	for _, s := range m.Meta.Sources {
		if slices.ContainsFunc(used, func(b pack.Benchmark) bool { return b.Source == s.ID }) {
			from = append(from, s)
		}
	}
	return used, from
}
