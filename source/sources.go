package source

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"headwater/lake"
)

// kindSource is the registry's kind of a source's document.
const kindSource = "source"

// Config is what Open needs.
type Config struct {
	Registry lake.Registry
	Dir      string            // the workspace's data directory
	Key      []byte            // 32 bytes that credentials are encrypted with; nil: what HEADWATER_SECRET_KEY or KeyFile holds
	KeyFile  string            // "": secret.key in Dir; made when the first credentials are kept
	Kinds    map[string]Opener // by the scheme of addresses: "postgres", "file" …
	Log      *slog.Logger
	Now      func() time.Time
	// AllowPrivate, where set, tells whether sources may have private addresses at all:
	// false refuses them even to sources that were allowed to.
	AllowPrivate func() bool
}

// Sources are a workspace's sources. The registry is the only truth about them: what
// another node changes there counts for the next query here. It implements lake.Sources.
type Sources struct {
	registry lake.Registry
	dir      string // of the connectors' own directories
	keys     *keys
	kinds    map[string]Opener
	log      *slog.Logger
	now      func() time.Time
	private  func() bool

	change sync.Mutex // one change at a time, held across its durable write

	mu     sync.Mutex // guards what follows, for moments only
	open   map[string]*held
	closed bool
}

// Spec says what a source is, as a person enters it.
type Spec struct {
	Name string
	// URL is its address with its credentials. Where a secret reads ***, the one that
	// is kept already is meant.
	URL          string
	AllowPrivate bool     // its host may have a private address
	By           lake.Key // who enters it
	Note         string
}

// Info is a source as it may be shown: its secrets are replaced by ***.
type Info struct {
	Name         string    `json:"name"`
	Kind         string    `json:"kind"` // the scheme of its address
	URL          string    `json:"url"`
	AllowPrivate bool      `json:"allow_private,omitempty"`
	Note         string    `json:"note,omitempty"`
	By           lake.Key  `json:"by,omitempty"` // who entered or changed it last
	CreatedAt    time.Time `json:"created_at"`
	UpdatedAt    time.Time `json:"updated_at"`
}

// document is a source as the registry keeps it.
type document struct {
	Info
	Secret string `json:"secret"` // the whole address, sealed
}

// Open gives a workspace's sources. It connects to none of them.
func Open(c Config) (*Sources, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.AllowPrivate == nil {
		c.AllowPrivate = func() bool { return true }
	}
	if c.KeyFile == "" {
		c.KeyFile = filepath.Join(c.Dir, "secret.key")
	}
	k, err := newKeys(c.Key, c.KeyFile)
	if err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(filepath.Join(c.Dir, "sources"))
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return &Sources{registry: c.Registry, dir: dir, keys: k, kinds: c.Kinds, log: c.Log, now: c.Now, private: c.AllowPrivate,
		open: map[string]*held{}}, nil
}

// Kinds lists the schemes that addresses may have.
func (s *Sources) Kinds() []string { return slices.Sorted(maps.Keys(s.kinds)) }

var validName = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,47}$`)

// Fits tells whether a new source may have the name and the note that it is to have.
func (s *Sources) Fits(ctx context.Context, spec Spec) error {
	if !validName.MatchString(spec.Name) {
		return nameInvalid(spec.Name)
	}
	switch _, err := s.load(ctx, spec.Name); {
	case err == nil:
		return exists(spec.Name)
	case !errors.Is(err, lake.ErrNotFound):
		return err
	}
	return lake.CheckNote(spec.Note)
}

func exists(name string) error {
	return lake.Fail(lake.ErrConflict, "source_exists", "There is a source with this name already.", "source", name)
}

// Add keeps a new source. It checks the address but doesn't connect.
func (s *Sources) Add(ctx context.Context, spec Spec) (Info, error) {
	s.change.Lock()
	defer s.change.Unlock()
	if !validName.MatchString(spec.Name) {
		return Info{}, nameInvalid(spec.Name)
	}
	now := s.now().UTC()
	d := document{Info: Info{Name: spec.Name, CreatedAt: now, UpdatedAt: now}}
	if err := s.fill(ctx, &d, spec, nil); err != nil {
		return Info{}, err
	}
	if err := s.registry.Create(ctx, kindSource, spec.Name, d); err != nil {
		if errors.Is(err, lake.ErrConflict) {
			err = exists(spec.Name)
		}
		return Info{}, err
	}
	s.log.Info("source added", "source", spec.Name, "kind", d.Kind)
	return d.Info, nil
}

// Update replaces a source's address, note and permission. An empty URL keeps the
// address. Queries that are under way end on the old one.
func (s *Sources) Update(ctx context.Context, spec Spec) (Info, error) {
	s.change.Lock()
	defer s.change.Unlock()
	d, err := s.load(ctx, spec.Name)
	if err != nil {
		return Info{}, err
	}
	old, err := s.address(d)
	if err != nil && (spec.URL == "" || strings.Contains(spec.URL, hidden)) {
		return Info{}, err
	}
	if spec.URL == "" {
		spec.URL = old.String()
	}
	d.UpdatedAt = s.now().UTC()
	if err := s.fill(ctx, d, spec, old); err != nil {
		return Info{}, err
	}
	if err := s.registry.Save(ctx, kindSource, spec.Name, d); err != nil {
		return Info{}, err
	}
	s.retire(spec.Name)
	s.log.Info("source changed", "source", spec.Name, "kind", d.Kind)
	return d.Info, nil
}

// fill checks a spec and writes it into d.
func (s *Sources) fill(ctx context.Context, d *document, spec Spec, old *url.URL) error {
	if err := lake.CheckNote(spec.Note); err != nil {
		return err
	}
	u, err := s.parse(spec, old)
	if err != nil {
		return err
	}
	if spec.AllowPrivate && !s.private() {
		return lake.Fail(lake.ErrForbidden, "private_disallowed", "This server doesn't allow sources with private addresses.")
	}
	c, err := s.connector(ctx, spec, u)
	if err != nil {
		return err
	}
	if err := c.Close(); err != nil {
		s.log.Warn("source doesn't close", "source", spec.Name, "error", scrubbed(err.Error(), u))
	}
	d.Kind, d.URL, d.AllowPrivate, d.Note, d.By = u.Scheme, Redact(u), spec.AllowPrivate, spec.Note, spec.By
	d.Secret, err = s.keys.seal(spec.Name, u.String())
	return err
}

// parse reads an address, with *** filled in from the old one.
func (s *Sources) parse(spec Spec, old *url.URL) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(spec.URL))
	if err != nil || u.Scheme == "" { // the error's text would hold the address with its password
		return nil, lake.Fail(lake.ErrInvalid, "address_invalid", "The address isn't of the form kind://user:password@host/name.", "form", "kind://user:password@host/name")
	}
	if s.kinds[u.Scheme] == nil {
		return nil, lake.Fail(lake.ErrInvalid, "source_kind_unknown", "No source has this kind of address.",
			"kind", u.Scheme, "kinds", strings.Join(s.Kinds(), ", "))
	}
	return u, restore(u, old)
}

// connector opens what isn't cached.
func (s *Sources) connector(ctx context.Context, spec Spec, u *url.URL) (Connector, error) {
	dir := filepath.Join(s.dir, spec.Name)
	if spec.Name == "" {
		dir = filepath.Join(s.dir, ".test")
	}
	guard := Guard{AllowPrivate: func() bool { return spec.AllowPrivate && s.private() }}
	copied := *u
	c, err := s.kinds[u.Scheme](ctx, Settings{Name: spec.Name, URL: &copied, Dir: dir, Dial: guard.Dial})
	return c, clean(err, u)
}

// Remove forgets a source with its credentials and what was kept of its files. Whether
// an entity still needs it is for the caller to know.
func (s *Sources) Remove(ctx context.Context, name string) error {
	s.change.Lock()
	defer s.change.Unlock()
	if _, err := s.load(ctx, name); err != nil {
		return err
	}
	if err := s.registry.Remove(ctx, kindSource, name); err != nil {
		return err
	}
	s.retire(name)
	s.log.Info("source removed", "source", name)
	return os.RemoveAll(filepath.Join(s.dir, name))
}

// List gives all sources by name.
func (s *Sources) List(ctx context.Context) ([]Info, error) {
	out := []Info{}
	err := s.registry.Each(ctx, kindSource, func(_ string, body []byte) error {
		var i Info
		err := json.Unmarshal(body, &i)
		out = append(out, i)
		return err
	})
	return out, err
}

// Get gives one source.
func (s *Sources) Get(ctx context.Context, name string) (Info, error) {
	d, err := s.load(ctx, name)
	if err != nil {
		return Info{}, err
	}
	return d.Info, nil
}

func (s *Sources) load(ctx context.Context, name string) (*document, error) {
	d := new(document)
	if !validName.MatchString(name) {
		return nil, unknown(name)
	}
	err := s.registry.Load(ctx, kindSource, name, d)
	if errors.Is(err, lake.ErrNotFound) {
		err = unknown(name)
	}
	return d, err
}

// address opens a document's sealed address.
func (s *Sources) address(d *document) (*url.URL, error) {
	text, err := s.keys.unseal(d.Name, d.Secret)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil, secretUnreadable(d.Name)
	}
	return u, nil
}

func unknown(name string) error {
	return lake.Fail(lake.ErrNotFound, "source_unknown", "There is no source with this name.", "source", name)
}

func nameInvalid(name string) error {
	return lake.Fail(lake.ErrInvalid, "source_name_invalid",
		"A source's name begins with a small letter and holds small letters, digits, - and _, at most 48.", "source", name)
}
