package duckdb

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"

	"headwater/lake"
)

// homes is what one question needs to read entities that have a home elsewhere: their
// relations as SQL, the scans under them, and one session with the sources.
//
// A relation is written with names of scans in it (tokens). When all are known, load
// fetches what they stand for, and final puts the real tables in their place.
type homes struct {
	snapshot
	e       *Engine
	ctx     context.Context
	tag     string // makes the names of this question its own
	n       int
	base    bool // the lake itself reads what lies under overlays: nothing is refused
	simple  bool // everything that is scanned is needed: no plan is made
	shape   bool // only names and types matter: nothing is read
	scans   []*scan
	swaps   []string           // token, what stands for it …
	known   map[string]string  // relations by place and entity, where they are shared
	laid    []laid             // overlays that can be read in two ways
	way     []lake.EntityName  // the homes that are being expanded
	session lake.SourceSession // nil until something is scanned
	narrow  want               // of the next relation that a compiler asks for
	masked  string             // the table with the masks' key, once it is needed
	explain bool               // the plan is wanted for itself
	planned func([]planned)    // is told the plans before anything is read
	tree    map[string]any     // of the person's text

	recursive bool     // it, or a SELECT that an entity is made of, has a recursive part
	named     []naming // the entities that it names
	rows      []string // tables in the scratch database
	held      []int64  // rows that are held as they came
	steps     []*step
	depth     int
}

// reading runs fn in a transaction with a fresh homes. When fn finds that another place
// it reads needs a newer mirror, the mirror is brought there and fn runs again.
func (e *Engine) reading(ctx context.Context, v lake.View, entities []*lake.Entity, fn func(context.Context, *homes) error) error {
	if err := e.openPlaces(ctx); err != nil {
		return err
	}
	for tries := 0; ; tries++ {
		err := e.read(ctx, v, entities, func(ctx context.Context, s snapshot) (err error) {
			h := e.homes(ctx, s)
			defer func() {
				if cerr := h.close(); err == nil {
					err = cerr
				}
			}()
			return fn(ctx, h)
		})
		var b behind
		if !errors.As(err, &b) || tries == 3 {
			return err
		}
		if err := e.prepare(ctx, b.view, b.view.Schema.Entities()); err != nil {
			return err
		}
	}
}

func (e *Engine) homes(ctx context.Context, s snapshot) *homes {
	return &homes{snapshot: s, e: e, ctx: ctx, tag: newTag(), known: map[string]string{}}
}

// newTag is a part of names that nobody can guess.
func newTag() string {
	var tag [6]byte
	rand.Read(tag[:]) //nolint:errcheck // it never fails
	return hex.EncodeToString(tag[:])
}

// close ends the session with the sources and drops the rows that came from them. What
// else was made in the database goes with the transaction.
func (h *homes) close() error {
	h.dropRows()
	if h.session == nil {
		return nil
	}
	err := h.session.Close()
	h.session = nil
	return err
}

// ready loads everything that a statement needs and gives the statement that can run.
func (h *homes) ready(texts ...string) (string, error) {
	if len(texts) == 0 {
		return "", nil
	}
	if h.shape {
		h.stubs()
		return h.final(texts[0]), nil
	}
	if !h.simple {
		plans, err := h.plan(texts)
		if err != nil {
			return "", err
		}
		if plans != nil && h.planned != nil {
			h.planned(plans)
		}
		h.share()
	}
	if err := h.loadKey(); err != nil {
		return "", err
	}
	if err := h.load(); err != nil {
		return "", err
	}
	if err := h.settle(texts); err != nil {
		return "", err
	}
	return h.final(texts[0]), nil
}

// name gives a name that nothing else has.
func (h *homes) name(sort string) string {
	h.n++
	return "_" + sort + "_" + strconv.Itoa(h.n) + "_" + h.tag
}

// final puts what was loaded in the place of the tokens.
func (h *homes) final(text string) string {
	text = h.unlaid(text, false)
	if len(h.swaps) == 0 {
		return text
	}
	return strings.NewReplacer(h.swaps...).Replace(text)
}

// behind says that a view needs a newer mirror than the snapshot's.
type behind struct{ view lake.View }

func (behind) Error() string { return "the mirror lacks what another place needs" }

// reaches makes sure that the snapshot can answer for a view.
func (h *homes) reaches(v lake.View) error {
	need := v.Lineage[0].Upto
	if h.st.applied < need {
		return behind{v}
	}
	for _, ent := range v.Schema.Entities() {
		if !h.st.covers(ent.Stored()) {
			return behind{v}
		}
	}
	return nil
}

// overlaid tells whether any of a schema's entities has a home elsewhere.
func overlaid(s *lake.Schema) bool {
	for _, e := range s.Entities() {
		if e.Overlaid() {
			return true
		}
	}
	return false
}

func viewName(v lake.View) string {
	var b strings.Builder
	for _, s := range v.Lineage {
		b.WriteString(strconv.FormatInt(int64(s.Branch), 36) + "@" + strconv.FormatInt(int64(s.Upto), 36) + "/")
	}
	return b.String()
}
