package httpapi

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"headwater/lake"
	"headwater/lake/filter"
	"headwater/pack"
	"headwater/sales/profile"
)

// profiles are the verbs of the ideal customer: versions of the profile, whom they choose
// and would have chosen, and what becomes of segments.
type profiles struct{ *Server }

func (p profiles) register(a api) {
	route(a, operation{id: "listProfiles", method: http.MethodGet, path: "/profiles", need: NeedRead, errors: []int{404},
		summary: "Versions of the ideal customer profile, newest first, and the segments"}, p.list)
	route(a, operation{id: "scoreProfile", method: http.MethodPost, path: "/profiles/score", need: NeedRead, errors: []int{404, 413, 422},
		summary: "Score accounts, leads or deals by conditions; counts, and the best with their reasons"}, p.score)
	route(a, operation{id: "accountProfile", method: http.MethodGet, path: "/profiles/accounts/{key}", need: NeedRead, errors: []int{404},
		summary: "How an account fits the published version and the segments, condition by condition"}, p.account)
	route(a, operation{id: "backtestProfile", method: http.MethodPost, path: "/profiles/backtest", need: NeedRead, errors: []int{404, 413, 422},
		summary: "Whom a version would have chosen on a day, and what became of them"}, p.backtest)
}

type listProfilesInput struct {
	Place
	Pack string `query:"pack" maxLength:"100" doc:"Product; absent: the default one."`
}

// ProfileVersion is a version of the profile with who made it.
type ProfileVersion struct {
	pack.Profile
	State     pack.State    `json:"state" enum:"shipped,changed,added,removed"`
	Published bool          `json:"published" doc:"It is the newest version on main."`
	OnMain    bool          `json:"on_main" doc:"It is on main as it is here."`
	Author    string        `json:"author,omitempty" doc:"Absent: it came with the pack."`
	At        *time.Time    `json:"at,omitempty"`
	Rev       lake.Revision `json:"rev,omitempty"`
	Change    string        `json:"change,omitempty" doc:"The reason of the last change."`
}

// Profiles are the versions of one product's profile.
type Profiles struct {
	Pack     string           `json:"pack"`
	Name     pack.Text        `json:"name"`
	Products []PackInfo       `json:"products" doc:"Packs that one can choose."`
	Versions []ProfileVersion `json:"versions"`
	Segments []pack.Segment   `json:"segments"`
	Revision lake.Revision    `json:"revision"`
}

func (p profiles) list(ctx context.Context, in *listProfilesInput) (*reply[Profiles], error) {
	r, err := p.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	l, err := p.library(ctx, r)
	if err != nil {
		return nil, err
	}
	out := Profiles{Pack: cmp.Or(in.Pack, DefaultPack), Versions: []ProfileVersion{}, Products: []PackInfo{}, Revision: r.Revision()}
	m, err := l.For(out.Pack)
	if err != nil {
		return nil, err
	}
	main, err := p.mainProfiles(ctx, out.Pack)
	if err != nil {
		return nil, err
	}
	tip := newest(main)
	for _, v := range m.Profiles {
		one := ProfileVersion{Profile: v, State: l.State(m.From["profiles/"+v.ID], "profiles", v.ID), Published: tip == v.ID}
		i := slices.IndexFunc(main, func(o pack.Profile) bool { return o.ID == v.ID })
		one.OnMain = i >= 0 && sameItem(main[i], v)
		if err := p.authored(ctx, r, m.From["profiles/"+v.ID], &one); err != nil {
			return nil, err
		}
		out.Versions = append(out.Versions, one)
	}
	slices.SortStableFunc(out.Versions, func(a, b ProfileVersion) int { return byVersion(b.Profile, a.Profile) })
	out.Segments = listOf(m.Segments).Items
	for _, one := range l.Products() {
		info, err := packInfo(l, one)
		if err != nil {
			return nil, err
		}
		if out.Products = append(out.Products, info); one.Meta.ID == out.Pack {
			out.Name = one.Meta.Product
		}
	}
	return replyWith(out, nil)
}

// authored fills in who changed a version last, from the history of its record.
func (p profiles) authored(ctx context.Context, r *lake.Reader, from string, v *ProfileVersion) error {
	if v.State == pack.AsShipped {
		return nil
	}
	history, err := r.History(ctx, pack.Items, pack.RecordKey(from, "profiles", v.ID))
	if errors.Is(err, lake.ErrNotFound) || len(history) == 0 {
		return nil // brought by a record with another key
	}
	if err != nil {
		return err
	}
	h := history[0]
	v.Author, v.At, v.Rev, v.Change = h.ActorName, &h.At, h.Rev, h.Reason
	return nil
}

// mainProfiles are the versions that are published: those on main.
func (p profiles) mainProfiles(ctx context.Context, product string) ([]pack.Profile, error) {
	r, err := p.lake.At(ctx, principal(ctx), lake.MainName, 0)
	if err != nil {
		return nil, err
	}
	m, err := p.knowledge(ctx, r, product)
	if errors.Is(err, lake.ErrNotFound) {
		return nil, nil // the whole pack is on the branch only
	}
	if err != nil {
		return nil, err
	}
	return m.Profiles, nil
}

// newest is the version with the highest number.
func newest(list []pack.Profile) string {
	if len(list) == 0 {
		return ""
	}
	return slices.MaxFunc(list, byVersion).ID
}

// byVersion orders 1.2 before 1.10 before 2.0.
func byVersion(a, b pack.Profile) int {
	return cmp.Or(slices.Compare(numbersOf(a.Version), numbersOf(b.Version)), cmp.Compare(a.ID, b.ID))
}

func numbersOf(version string) (out []int) {
	n, any := 0, false
	for _, r := range version + "." {
		switch {
		case r >= '0' && r <= '9':
			n, any = n*10+int(r-'0'), true
		case any:
			out, n, any = append(out, n), 0, false
		}
	}
	return out
}

func sameItem(a, b pack.Profile) bool {
	x, err := pack.Encode(a)
	y, err2 := pack.Encode(b)
	return err == nil && err2 == nil && string(x) == string(y)
}

// ProfileDraft is a version by its id, or conditions that aren't saved.
type ProfileDraft struct {
	Profile    string           `json:"profile,omitempty" doc:"A version of the pack; or else conditions."`
	Conditions []pack.Condition `json:"conditions,omitempty" maxItems:"63"`
	Threshold  pack.Number      `json:"threshold,omitempty"`
}

// draft finds the definition that a request means.
func draft(m *pack.Merged, d ProfileDraft) (profile.Definition, error) {
	if d.Profile == "" {
		return profile.Definition{ID: "draft", Name: pack.Text{ZH: "未保存的条件", EN: "Unsaved conditions"}, Conditions: d.Conditions, Threshold: d.Threshold}, nil
	}
	for _, v := range m.Profiles {
		if v.ID == d.Profile {
			return profile.OfProfile(v), nil
		}
	}
	return profile.Definition{}, lake.Fail(lake.ErrNotFound, "profile_unknown", "The pack has no profile "+d.Profile+".", "profile", d.Profile)
}

type scoreInput struct {
	Place
	Body struct {
		ProfileDraft
		Pack   string       `json:"pack,omitempty" maxLength:"100" doc:"Product; absent: the default one."`
		Unit   profile.Unit `json:"unit,omitempty" enum:"accounts,leads,deals" doc:"Absent: accounts."`
		Filter string       `json:"filter,omitempty" doc:"Only these records, AIP-160."`
		Limit  int          `json:"limit,omitempty" minimum:"0" maximum:"1000" doc:"How many of the chosen to list; absent: none."`
	} `nameHint:"ScoreOrder"`
}

// ProfileScores is whom conditions choose.
type ProfileScores struct {
	profile.Counts
	Top          []profile.Scored `json:"top"`
	Revision     lake.Revision    `json:"revision"`
	Milliseconds float64          `json:"ms"`
}

func (p profiles) score(ctx context.Context, in *scoreInput) (*reply[ProfileScores], error) {
	begin := time.Now()
	r, err := p.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	m, err := p.knowledge(ctx, r, in.Body.Pack)
	if err != nil {
		return nil, err
	}
	d, err := draft(m, in.Body.ProfileDraft)
	if err != nil {
		return nil, err
	}
	s, err := profile.Compile(d, cmp.Or(in.Body.Unit, profile.Accounts), r.Schema(), p.filterEnv(ctx))
	if err != nil {
		return nil, err
	}
	e, err := r.Schema().Entity(s.Unit)
	if err != nil {
		return nil, err
	}
	where, err := filter.Parse(in.Body.Filter, r.Schema(), e, p.filterEnv(ctx))
	if err != nil {
		return nil, err
	}
	counts, err := s.Count(ctx, r, where)
	if err != nil {
		return nil, err
	}
	out := ProfileScores{Counts: *counts, Top: []profile.Scored{}, Revision: r.Revision()}
	if in.Body.Limit > 0 {
		if out.Top, err = s.Top(ctx, r, where, in.Body.Limit); err != nil {
			return nil, err
		}
	}
	out.Milliseconds = since(begin)
	return replyWith(out, nil)
}

type accountProfileInput struct {
	Place
	Key  lake.Key `path:"key" maxLength:"200"`
	Pack string   `query:"pack" maxLength:"100"`
}

// AccountFit is how one account fits one definition.
type AccountFit struct {
	profile.Scored
	Kind      string      `json:"kind" enum:"profile,segment"`
	Of        string      `json:"of" doc:"The version's or segment's id."`
	Name      pack.Text   `json:"name"`
	Version   string      `json:"version,omitempty"`
	Threshold pack.Number `json:"threshold"`
	Belongs   bool        `json:"belongs" doc:"Of a segment: it is the one of its group with most points."`
}

// AccountFits are all of them.
type AccountFits struct {
	Pack string       `json:"pack"`
	Fits []AccountFit `json:"fits" doc:"The published version first, then the segments, the best first."`
}

func (p profiles) account(ctx context.Context, in *accountProfileInput) (*reply[AccountFits], error) {
	r, err := p.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	if _, err := r.Get(ctx, profile.Accounts, in.Key); err != nil {
		return nil, err
	}
	m, err := p.knowledge(ctx, r, in.Pack)
	if err != nil {
		return nil, err
	}
	out := AccountFits{Pack: cmp.Or(in.Pack, DefaultPack), Fits: []AccountFit{}}
	fit := func(kind string, d profile.Definition) (AccountFit, error) {
		one := AccountFit{Kind: kind, Of: d.ID, Name: d.Name, Version: d.Version, Threshold: d.Threshold}
		s, err := profile.Compile(d, profile.Accounts, r.Schema(), p.filterEnv(ctx))
		if err != nil {
			return one, err
		}
		list, err := s.Of(ctx, r, in.Key)
		if len(list) > 0 {
			one.Scored = list[0]
		}
		return one, err
	}
	if len(m.Profiles) > 0 {
		one, err := fit("profile", profile.OfProfile(slices.MaxFunc(m.Profiles, byVersion)))
		if err != nil {
			return nil, err
		}
		out.Fits = append(out.Fits, one)
	}
	var segments []AccountFit
	groups := map[string]string{}
	for _, s := range m.Segments {
		one, err := fit("segment", profile.OfSegment(s))
		if err != nil {
			return nil, err
		}
		segments, groups[s.ID] = append(segments, one), s.Group
	}
	slices.SortStableFunc(segments, func(a, b AccountFit) int {
		return cmp.Or(compareBool(b.Chosen, a.Chosen), cmp.Compare(b.Points, a.Points))
	})
	taken := map[string]bool{}
	for i := range segments {
		s := &segments[i]
		s.Belongs = s.Chosen && !taken[groups[s.Of]]
		taken[groups[s.Of]] = taken[groups[s.Of]] || s.Chosen
	}
	out.Fits = append(out.Fits, segments...)
	return replyWith(out, nil)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

type backtestInput struct {
	OnBranch
	Body struct {
		ProfileDraft
		Pack    string       `json:"pack,omitempty" maxLength:"100" doc:"Product; absent: the default one."`
		Unit    profile.Unit `json:"unit,omitempty" enum:"accounts,leads,deals" doc:"Absent: accounts."`
		On      string       `json:"on,omitempty" format:"date" doc:"The day of the choice; of leads it may be absent."`
		Months  int          `json:"months,omitempty" minimum:"0" maximum:"120" doc:"How long the outcome may take; absent: until now."`
		Last    string       `json:"last,omitempty" doc:"The version to compare with; absent: the previous one of the version, else the published one."`
		Outcome string       `json:"outcome,omitempty" doc:"Of leads: what counts as converted, AIP-160."`
	} `nameHint:"BacktestOrder"`
}

func (p profiles) backtest(ctx context.Context, in *backtestInput) (*reply[profile.Backtest], error) {
	now, err := p.reader(ctx, Place{OnBranch: in.OnBranch})
	if err != nil {
		return nil, err
	}
	m, err := p.knowledge(ctx, now, in.Body.Pack)
	if err != nil {
		return nil, err
	}
	test := profile.Input{Now: now, Env: p.filterEnv(ctx), Test: profile.Test{Unit: cmp.Or(in.Body.Unit, profile.Accounts), Months: in.Body.Months, Outcome: in.Body.Outcome}}
	if test.Version, err = draft(m, in.Body.ProfileDraft); err != nil {
		return nil, err
	}
	if last, err := p.lastOf(ctx, m, in.Body.Pack, in.Body.Profile, in.Body.Last); err != nil {
		return nil, err
	} else if last != nil {
		d := profile.OfProfile(*last)
		test.Last = &d
	}
	if in.Body.On != "" {
		if test.On, err = time.Parse(time.DateOnly, in.Body.On); err != nil {
			return nil, lake.Fail(lake.ErrInvalid, "value_invalid", in.Body.On+" is no day.", "field", "on", "value", in.Body.On)
		}
		if test.Then, err = p.asOf(ctx, in.OnBranch, test.On); err != nil {
			return nil, err
		}
	}
	out, err := profile.Run(ctx, test)
	if err != nil {
		return nil, err
	}
	return replyWith(*out, nil)
}

// asOf is the branch at the end of a day; nil where its history doesn't reach back.
func (p profiles) asOf(ctx context.Context, b OnBranch, on time.Time) (*lake.Reader, error) {
	rev, err := p.lake.RevisionAt(ctx, on.AddDate(0, 0, 1).Add(-time.Nanosecond))
	if errors.Is(err, lake.ErrNotFound) || rev == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return p.lake.At(ctx, principal(ctx), b.Branch, rev)
}

// lastOf is the version that another is compared with.
func (p profiles) lastOf(ctx context.Context, m *pack.Merged, product, id, wanted string) (*pack.Profile, error) {
	find := func(list []pack.Profile, id string) *pack.Profile {
		for i := range list {
			if list[i].ID == id && id != "" {
				return &list[i]
			}
		}
		return nil
	}
	if wanted != "" {
		if v := find(m.Profiles, wanted); v != nil {
			return v, nil
		}
		return nil, lake.Fail(lake.ErrNotFound, "profile_unknown", "The pack has no profile "+wanted+".", "profile", wanted)
	}
	if v := find(m.Profiles, id); v != nil {
		if before := find(m.Profiles, v.Previous); before != nil {
			return before, nil
		}
	}
	main, err := p.mainProfiles(ctx, product)
	if v := find(main, newest(main)); v != nil && v.ID != id {
		return v, err
	}
	return nil, err
}
