package httpapi

import (
	"encoding/json"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"headwater/access"
	"headwater/catalog"
	"headwater/intake"
	"headwater/lake"
	"headwater/pack"
	"headwater/sales/need"
	"headwater/sales/recon"
)

// Config is what a Server needs; Lake and Access must be set.
type Config struct {
	Lake       *lake.Lake
	Access     *access.Access
	Page       fs.FS            // the built page; nil: none
	Imports    *intake.Imports  // nil: no import routes
	Catalog    *catalog.Catalog // nil: no sources, and no entities made at run time
	Packs      *pack.Kept       // nil: as shipped
	Recon      *recon.Runner    // nil: no reconnaissance
	Assistant  *need.Assistant  // a language model that is asked for needs when somebody wishes it; nil: none
	Uploads    string           // a folder for files on their way in; "": they can't be brought
	Log        *slog.Logger
	Version    string
	Zone       *time.Location // of "today" in filters and of exported times; nil: the machine's
	TrustProxy bool           // believe X-Forwarded-For and X-Forwarded-Proto
	Ready      func() error
}

// Server answers HTTP for one workspace.
type Server struct {
	config  Config
	lake    *lake.Lake
	access  *access.Access
	log     *slog.Logger
	zone    *time.Location
	queries *running
	metrics *metrics
	handler http.Handler
}

// New makes the server; it is ready to be served.
func New(c Config) (*Server, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Zone == nil {
		c.Zone = time.Local
	}
	if c.Packs == nil {
		c.Packs = pack.NewKept()
	}
	s := &Server{config: c, lake: c.Lake, access: c.Access, log: c.Log, zone: c.Zone, queries: newRunning()}
	s.metrics = newMetrics(func() float64 { return float64(c.Lake.Store().Head()) })
	mux := http.NewServeMux()
	a := newAPI(mux, c.Version)
	a.UseMiddleware(s.metrics.measure, authorize(c.Access), s.watched)
	s.register(a)
	if err := serveDescription(mux, a); err != nil {
		return nil, err
	}
	files, err := newPage(c.Page)
	if err != nil {
		return nil, err
	}
	mux.Handle("/", files)
	mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		sendProblem(w, newProblem(http.StatusNotFound, "route_unknown", "There is no "+r.Method+" "+r.URL.Path+".", nil))
	})
	mux.Handle("GET /metrics", s.watchers(s.metrics.handler()))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", s.ready)
	s.handler = s.recorded(secured(crossOrigin(compressed(mux))))
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

func (s *Server) ready(w http.ResponseWriter, _ *http.Request) {
	if s.config.Ready != nil {
		if err := s.config.Ready(); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
	}
	_, _ = w.Write([]byte("ready\n")) // the client may be gone
}

// register adds every operation, one family of verbs after the other.
func (s *Server) register(a huma.API) {
	sessions{s}.register(api{a, "session"})
	users{s}.register(api{a, "people"})
	tokens{s}.register(api{a, "people"})
	teams{s}.register(api{a, "people"})
	schemas{s}.register(api{a, "schema"})
	lists{s}.register(api{a, "records"})
	records{s}.register(api{a, "records"})
	erasures{s}.register(api{a, "records"})
	history{s}.register(api{a, "records"})
	bulk{s}.register(api{a, "records"})
	batches{s}.register(api{a, "records"})
	exports{s}.register(api{a, "records"})
	branches{s}.register(api{a, "branches"})
	merges{s}.register(api{a, "branches"})
	revisions{s}.register(api{a, "branches"})
	if s.config.Imports != nil {
		uploads{s}.register(api{a, "import"})
		plans{s}.register(api{a, "import"})
		imports{s}.register(api{a, "import"})
	}
	if s.config.Catalog != nil {
		homes{s}.register(api{a, "schema"})
		catalogs{s}.register(api{a, "catalog"})
		sources{s}.register(api{a, "sources"})
		sourceTables{s}.register(api{a, "sources"})
		jobs{s}.register(api{a, "jobs"})
		drifts{s}.register(api{a, "branches"})
		writebacks{s}.register(api{a, "sources"})
		asked{s}.register(api{a, "query"})
	}
	s.registerSelling(a)
	queries{s}.register(api{a, "query"})
	views{s}.register(api{a, "views"})
}

func newAPI(mux *http.ServeMux, version string) huma.API {
	return humago.New(mux, huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Headwater", Version: version, Description: apiDescription},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", schemaName),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"session": {Type: "apiKey", In: "cookie", Name: CookieName},
					"token":   {Type: "http", Scheme: "bearer", Description: "An API token, hw_…"},
				},
			},
		},
		Formats:       huma.DefaultFormats,
		DefaultFormat: "application/json",
	})
}

const apiDescription = "Everything that the page does, for programs. Records, fields, searches and queries take branch=NAME (default main). " +
	"Errors are RFC 9457 problems with a stable code and params."

// described is an API with all operations and nothing behind them.
func described() huma.API {
	a := newAPI(http.NewServeMux(), "1")
	(&Server{config: Config{Imports: new(intake.Imports), Catalog: new(catalog.Catalog)}}).register(a)
	return a
}

// OpenAPI describes the API. It needs no workspace.
func OpenAPI() ([]byte, error) {
	return json.MarshalIndent(described().OpenAPI(), "", "  ")
}

// Needs tells what each operation asks of its caller.
func Needs() map[string]Need {
	out := map[string]Need{}
	for _, item := range described().OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil {
				out[op.OperationID], _ = op.Metadata[needKey].(Need)
			}
		}
	}
	return out
}
