package httpapi

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/profile"
)

// segmentations are the verbs that look at groups of customers: which are worth the work,
// who resembles the best, and whom neighbours can be shown.
type segmentations struct{ *Server }

func (s segmentations) register(a api) {
	route(a, operation{id: "reviewFocus", method: http.MethodGet, path: "/profiles/review", need: NeedRead, errors: []int{404},
		summary: "Focus review: figures per segment, industry or region, and what the pack's rules say to do"}, s.review)
	route(a, operation{id: "lookAlikes", method: http.MethodPost, path: "/profiles/lookalikes", need: NeedRead, errors: []int{404, 422},
		summary: "Accounts that share most with chosen customers, with the reasons"}, s.alike)
	route(a, operation{id: "benchmarkCustomers", method: http.MethodGet, path: "/profiles/benchmarks", need: NeedRead, errors: []int{404},
		summary: "The best customers of each industry and region, to be shown to their neighbours"}, s.benchmarks)
	route(a, operation{id: "industryRoute", method: http.MethodGet, path: "/profiles/routes", need: NeedRead, errors: []int{404},
		summary: "The waves of the industry route, and how far each is"}, s.routes)
}

type reviewInput struct {
	Place
	Pack   string     `query:"pack" maxLength:"100" doc:"Product; absent: the default one."`
	By     profile.By `query:"by" default:"segment" enum:"segment,industry,region"`
	Months int        `query:"months" default:"24" minimum:"1" maximum:"120" doc:"How far back decided deals count."`
}

func (s segmentations) review(ctx context.Context, in *reviewInput) (*reply[profile.Reviewed], error) {
	r, err := s.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	m, err := s.knowledge(ctx, r, in.Pack)
	if err != nil {
		return nil, err
	}
	if len(m.Reviews) == 0 {
		return nil, lake.Fail(lake.ErrNotFound, "review_missing", "The pack "+cmp.Or(in.Pack, DefaultPack)+" has no rules for a focus review.", "pack", cmp.Or(in.Pack, DefaultPack))
	}
	ask := profile.ReviewInput{Reader: r, Rules: m.Reviews[0], By: in.By, Months: in.Months, Now: time.Now()}
	for _, segment := range m.Segments {
		if segment.Group != "" {
			continue
		}
		one, err := profile.Compile(profile.OfSegment(segment), profile.Accounts, r.Schema(), s.filterEnv(ctx))
		if err != nil {
			return nil, err
		}
		ask.Segments, ask.Ranks = append(ask.Segments, one), append(ask.Ranks, segment.Priority)
	}
	out, err := profile.Review(ctx, ask)
	if err != nil {
		return nil, err
	}
	return replyWith(*out, nil)
}

type alikeInput struct {
	Place
	Body struct {
		Accounts []lake.Key `json:"accounts" minItems:"1" maxItems:"200" doc:"The chosen customers."`
		Limit    int        `json:"limit,omitempty" minimum:"1" maximum:"200" doc:"Absent: 20."`
	} `nameHint:"LookAlikeOrder"`
}

func (s segmentations) alike(ctx context.Context, in *alikeInput) (*reply[profile.Alike], error) {
	r, err := s.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	out, err := profile.LookAlikes(ctx, r, s.filterEnv(ctx), in.Body.Accounts, cmp.Or(in.Body.Limit, 20))
	if err != nil {
		return nil, err
	}
	return replyWith(*out, nil)
}

type benchmarksInput struct {
	Place
	Industry string `query:"industry" maxLength:"100" doc:"Option of the field industry; absent: all."`
	Region   string `query:"region" maxLength:"200" doc:"Absent: all."`
	Most     int    `query:"most" default:"2" minimum:"1" maximum:"20" doc:"Of each industry and region."`
}

func (s segmentations) benchmarks(ctx context.Context, in *benchmarksInput) (*reply[list[profile.Benchmark]], error) {
	r, err := s.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	found, err := profile.Benchmarks(ctx, r, in.Industry, in.Region, in.Most)
	return replyWith(listOf(found), err)
}

// RouteProgress is an industry route with how far its waves are.
type RouteProgress struct {
	ID      string         `json:"id"`
	Name    pack.Text      `json:"name"`
	Summary pack.Text      `json:"summary"`
	Steps   []pack.Text    `json:"steps"`
	Waves   []profile.Wave `json:"waves"`
}

type routesInput struct {
	Place
	Pack string `query:"pack" maxLength:"100" doc:"Product; absent: the default one."`
}

func (s segmentations) routes(ctx context.Context, in *routesInput) (*reply[list[RouteProgress]], error) {
	r, err := s.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	m, err := s.knowledge(ctx, r, in.Pack)
	if err != nil {
		return nil, err
	}
	var out []RouteProgress
	for _, route := range m.Routes {
		waves, err := profile.Progress(ctx, r, route)
		if err != nil {
			return nil, err
		}
		out = append(out, RouteProgress{route.ID, route.Name, route.Summary, route.Steps, waves})
	}
	return replyWith(listOf(out), nil)
}
