package httpapi

import (
	"context"
	"net/http"
	"time"

	"headwater/catalog"
	"headwater/lake"
	"headwater/source"
)

// sources are the verbs of what lies outside of the lake: databases, folders, buckets.
type sources struct{ *Server }

const kindSourceTest = "source_test"

func (s sources) register(a api) {
	route(a, operation{id: "listSources", method: http.MethodGet, path: "/sources", need: NeedRead,
		summary: "The sources of the workspace"}, s.list)
	route(a, operation{id: "testSourceUrl", method: http.MethodPost, path: "/sources/test", need: NeedSchema,
		summary: "Try an address step by step before it is kept"}, s.try)
	route(a, operation{id: "createSource", method: http.MethodPost, path: "/sources", need: NeedSchema, status: http.StatusCreated, errors: []int{409},
		summary: "Keep a source; it is tested first"}, s.create)
	route(a, operation{id: "updateSource", method: http.MethodPatch, path: "/sources/{name}", need: NeedSchema, errors: []int{404},
		summary: "Change a source's address, note or permission"}, s.update)
	route(a, operation{id: "deleteSource", method: http.MethodDelete, path: "/sources/{name}", need: NeedSchema, status: http.StatusNoContent, errors: []int{404, 409},
		summary: "Forget a source that no entity reads"}, s.remove)
	route(a, operation{id: "testSource", method: http.MethodPost, path: "/sources/{name}/test", need: NeedSchema, errors: []int{404},
		summary: "Try a source step by step"}, s.test)
}

// Source is where rows come from that the lake doesn't own.
type Source struct {
	Name          string      `json:"name"`
	Kind          string      `json:"kind" doc:"postgres, mysql, sqlite, file, s3, gs, azblob, iceberg, chroma"`
	URL           string      `json:"url" doc:"Secrets read ***. Empty for those who don't manage sources."`
	Note          string      `json:"note"`
	AllowPrivate  bool        `json:"allow_private" doc:"Its host may have a private address."`
	CreatedAt     time.Time   `json:"created_at"`
	CreatedByName string      `json:"created_by_name"`
	Entities      int         `json:"entities" doc:"Declared over it on this branch."`
	BuiltIn       bool        `json:"built_in" doc:"The folder of dropped files."`
	Tested        *SourceTest `json:"tested,omitempty" doc:"The last test."`
}

// SourceTest is when a source was last tried, and how that ended.
type SourceTest struct {
	At     time.Time         `json:"at"`
	OK     bool              `json:"ok"`
	Step   string            `json:"step,omitempty" doc:"The step that failed."`
	Code   string            `json:"code,omitempty"`
	Params map[string]string `json:"params,omitempty" doc:"Facts for the code's sentence."`
}

// SourceKind is a kind of sources that this server can read.
type SourceKind struct {
	Scheme  string `json:"scheme"`
	Example string `json:"example"`
}

// SourceList also tells what the caller may do.
type SourceList struct {
	Items           []Source     `json:"items"`
	Kinds           []SourceKind `json:"kinds"`
	MayManage       bool         `json:"may_manage"`
	MayAllowPrivate bool         `json:"may_allow_private"`
}

var examples = map[string]string{
	"postgres": "postgres://user:password@host:5432/database", "postgresql": "postgresql://user:password@host:5432/database",
	"mysql": "mysql://user:password@host:3306/database", "mariadb": "mariadb://user:password@host:3306/database",
	"sqlite": "sqlite:///folder/data.db", "file": "file:///folder", "s3": "s3://bucket/folder?region=eu-central-1",
	"gs": "gs://bucket/folder", "azblob": "azblob://container/folder", "fileblob": "fileblob:///folder",
	"iceberg+sql": "iceberg+sql:///folder/catalog.db?warehouse=/folder", "iceberg+rest": "iceberg+rest://token:TOKEN@host/path?warehouse=name",
	"chroma": "chroma://:token@host:8000",
}

func (s sources) list(ctx context.Context, in *OnBranch) (*reply[SourceList], error) {
	infos, err := s.sources().List(ctx)
	if err != nil {
		return nil, err
	}
	r, err := s.lake.At(ctx, principal(ctx), in.Branch, 0)
	if err != nil {
		return nil, err
	}
	out := SourceList{Items: []Source{}, Kinds: []SourceKind{}, MayManage: r.Rights().Schema, MayAllowPrivate: s.administers(ctx)}
	for _, i := range infos {
		one, err := s.show(ctx, r, i)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, one)
	}
	for _, k := range s.sources().Kinds() {
		out.Kinds = append(out.Kinds, SourceKind{k, examples[k]})
	}
	return replyWith(out, nil)
}

func (s *Server) sources() *source.Sources { return s.config.Catalog.Sources() }

func (s *Server) administers(ctx context.Context) bool {
	id, ok := who(ctx)
	return ok && id.Person.Role.Administers()
}

func (s sources) show(ctx context.Context, r *lake.Reader, i source.Info) (Source, error) {
	out := Source{Name: i.Name, Kind: i.Kind, URL: i.URL, Note: i.Note, AllowPrivate: i.AllowPrivate, CreatedAt: i.CreatedAt, BuiltIn: i.Name == catalog.Files}
	if p, err := s.access.Person(i.By); err == nil {
		out.CreatedByName = p.Name
	}
	for _, e := range r.Schema().Entities() {
		if e.Home.Kind == lake.Foreign && e.Home.Source == i.Name {
			out.Entities++
		}
	}
	if !r.Rights().Schema {
		out.URL = ""
		return out, nil
	}
	var t SourceTest
	err := s.lake.Store().Registry().Load(ctx, kindSourceTest, i.Name, &t)
	if err == nil {
		out.Tested = &t
	}
	return out, absentIsFine(err)
}

// SourceStep is one step of reaching a source; the first that fails is the last.
type SourceStep struct {
	Name         string            `json:"name" doc:"address, dns, tcp, tls, signin, permission, read"`
	OK           bool              `json:"ok"`
	Milliseconds float64           `json:"took_ms"`
	Code         string            `json:"code,omitempty"`
	Detail       string            `json:"detail,omitempty"`
	Params       map[string]string `json:"params,omitempty" doc:"Facts for the code's sentence."`
}

// SourceTried says how far the way to a source goes.
type SourceTried struct {
	OK    bool         `json:"ok"`
	Steps []SourceStep `json:"steps"`
}

func tried(steps []source.Step) SourceTried {
	out := SourceTried{OK: true, Steps: []SourceStep{}}
	for _, x := range steps {
		out.OK = out.OK && x.OK
		out.Steps = append(out.Steps, SourceStep{x.Name, x.OK, float64(x.Took.Microseconds()) / 1000, x.Code, x.Detail, x.Params})
	}
	return out
}

func (t SourceTried) last() SourceTest {
	out := SourceTest{At: time.Now().UTC(), OK: t.OK}
	if n := len(t.Steps); n > 0 && !t.OK {
		out.Step, out.Code, out.Params = t.Steps[n-1].Name, t.Steps[n-1].Code, t.Steps[n-1].Params
	}
	return out
}

// unreachable is the problem of a source that can't be read.
func (t SourceTried) unreachable() *Problem {
	last := t.last()
	p := newProblem(http.StatusUnprocessableEntity, "source_unreachable", "The source can't be read: the step "+last.Step+" failed.",
		map[string]string{"step": last.Step, "code": last.Code})
	if n := len(t.Steps); n > 0 {
		p.Detail = "The source can't be read: " + t.Steps[n-1].Detail
	}
	p.Steps = t.Steps
	return p
}

// remember keeps how a test ended.
func (s sources) remember(ctx context.Context, name string, t SourceTried) error {
	return s.lake.Store().Registry().Save(ctx, kindSourceTest, name, t.last())
}

type tryInput struct {
	Body struct {
		URL          string `json:"url" maxLength:"4000"`
		AllowPrivate bool   `json:"allow_private,omitempty"`
		Name         string `json:"name,omitempty" doc:"Of a source that is kept: *** stands for its secrets."`
	} `nameHint:"SourceAddress"`
}

func (s sources) try(ctx context.Context, in *tryInput) (*reply[SourceTried], error) {
	if err := s.mayAllow(ctx, in.Body.AllowPrivate); err != nil {
		return nil, err
	}
	steps := s.sources().TestURL(ctx, source.Spec{Name: in.Body.Name, URL: in.Body.URL, AllowPrivate: in.Body.AllowPrivate})
	return replyWith(tried(steps), nil)
}

func (s sources) mayAllow(ctx context.Context, private bool) error {
	if private && !s.administers(ctx) {
		return lake.Fail(lake.ErrForbidden, "private_forbidden", "Only administrators allow private addresses.")
	}
	return nil
}

type createSourceInput struct {
	Untested bool `query:"untested" doc:"Keep it even if it can't be reached now."`
	Body     struct {
		Name         string `json:"name" maxLength:"48"`
		URL          string `json:"url" maxLength:"4000"`
		Note         string `json:"note,omitempty" maxLength:"2000"`
		AllowPrivate bool   `json:"allow_private,omitempty"`
	} `nameHint:"NewSource"`
}

func (s sources) create(ctx context.Context, in *createSourceInput) (*reply[Source], error) {
	b := in.Body
	if err := s.mayAllow(ctx, b.AllowPrivate); err != nil {
		return nil, err
	}
	if b.Name == catalog.Files {
		return nil, lake.Fail(lake.ErrInvalid, "source_name_reserved", "The name files belongs to the folder of dropped files.", "source", b.Name)
	}
	spec := source.Spec{Name: b.Name, URL: b.URL, AllowPrivate: b.AllowPrivate, Note: b.Note, By: principal(ctx).User}
	if err := s.sources().Fits(ctx, spec); err != nil {
		return nil, err
	}
	var t SourceTried
	if !in.Untested {
		if t = tried(s.sources().TestURL(ctx, spec)); !t.OK {
			return nil, t.unreachable()
		}
	}
	if _, err := s.sources().Add(ctx, spec); err != nil {
		return nil, err
	}
	if !in.Untested {
		if err := s.remember(ctx, b.Name, t); err != nil {
			return nil, err
		}
	}
	return s.one(ctx, b.Name)
}

func (s sources) one(ctx context.Context, name string) (*reply[Source], error) {
	i, err := s.sources().Get(ctx, name)
	if err != nil {
		return nil, err
	}
	r, err := s.lake.At(ctx, principal(ctx), "", 0)
	if err != nil {
		return nil, err
	}
	return replyWith(s.show(ctx, r, i))
}

// NamedSource is a source in the path.
type NamedSource struct {
	Name string `path:"name" maxLength:"100"`
}

type updateSourceInput struct {
	NamedSource
	Body struct {
		URL          *string `json:"url,omitempty" maxLength:"4000" doc:"Where a secret reads ***, the one that is kept is meant."`
		Note         *string `json:"note,omitempty" maxLength:"2000"`
		AllowPrivate *bool   `json:"allow_private,omitempty"`
	} `nameHint:"SourceChange"`
}

func (s sources) update(ctx context.Context, in *updateSourceInput) (*reply[Source], error) {
	now, err := s.sources().Get(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	if in.Name == catalog.Files {
		return nil, lake.Fail(lake.ErrInvalid, "source_name_reserved", "The folder of dropped files isn't changed.", "source", in.Name)
	}
	spec := source.Spec{Name: in.Name, AllowPrivate: now.AllowPrivate, Note: now.Note, By: principal(ctx).User}
	set(&spec.URL, in.Body.URL)
	set(&spec.Note, in.Body.Note)
	set(&spec.AllowPrivate, in.Body.AllowPrivate)
	if err := s.mayAllow(ctx, spec.AllowPrivate && !now.AllowPrivate); err != nil {
		return nil, err
	}
	if _, err := s.sources().Update(ctx, spec); err != nil {
		return nil, err
	}
	return s.one(ctx, in.Name)
}

func (s sources) remove(ctx context.Context, in *NamedSource) (*nothing, error) {
	if _, err := s.sources().Get(ctx, in.Name); err != nil {
		return nil, err
	}
	users, err := s.config.Catalog.UsedBy(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	if len(users) > 0 {
		return nil, lake.Fail(lake.ErrConflict, "source_used", "The entity "+users[0]+" is read from the source; remove it first.", "source", in.Name, "by", users[0], "count", len(users))
	}
	if err := s.sources().Remove(ctx, in.Name); err != nil {
		return nil, err
	}
	return nil, absentIsFine(s.lake.Store().Registry().Remove(ctx, kindSourceTest, in.Name))
}

func (s sources) test(ctx context.Context, in *NamedSource) (*reply[SourceTried], error) {
	steps, err := s.sources().Test(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	t := tried(steps)
	return replyWith(t, s.remember(ctx, in.Name, t))
}
