package httpapi

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"strconv"
	"sync"
	"time"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/need"
)

// NeedModel says what mining has learned. It is trained on the packs' sentences and on
// what people of this workspace decided about earlier findings.
type NeedModel struct {
	State       string     `json:"state" enum:"ready,training" doc:"training: a newer one is on its way, or the first."`
	Corrections int        `json:"corrections" doc:"Decisions of people that it knows."`
	Pending     int        `json:"pending" doc:"Decisions that the one on its way will know."`
	TrainedAt   *time.Time `json:"trained_at,omitempty"`
	Took        float64    `json:"ms,omitempty" doc:"How long training took."`
	Assistant   string     `json:"assistant,omitempty" doc:"Name of the language model that can be asked, too; absent: none."`
	Sentences   int        `json:"sentences" doc:"Sentences of the packs that it has learned from."`
}

// mostCorrections is how many decisions, the newest first, a model is trained on.
const mostCorrections = 5000

// lessons are what a model is to be trained on: a product's pack, and decisions.
type lessons struct {
	branch      string
	product     string // id of its pack
	knowledge   *pack.Merged
	corrections []need.Correction
	digest      [32]byte
}

func (l lessons) place() minerPlace { return minerPlace{l.branch, l.product} }
func (l lessons) key() minerKey     { return minerKey{l.knowledge, l.digest} }

// lessons gathers the decisions on a branch's head. The model belongs to the workspace:
// it learns from all of them, and shows none.
func (n needs) lessons(ctx context.Context, branch, product string, k *pack.Merged) (lessons, error) {
	out := lessons{branch: branch, product: product, knowledge: k}
	r, err := n.lake.At(ctx, lake.System, branch, 0)
	if err != nil {
		return out, err
	}
	list, err := n.miners.decisions(ctx, r)
	if err != nil {
		return out, err
	}
	hash := sha256.New()
	for _, c := range list {
		if _, known := needOf(k, c.Code); known {
			out.corrections = append(out.corrections, c)
			fmt.Fprintf(hash, "%q\n", c)
		}
	}
	out.digest = [32]byte(hash.Sum(nil))
	return out, nil
}

// correctionOf reads a decision from the record that it left.
func correctionOf(x KeptNeed) need.Correction {
	c := need.Correction{Evidence: x.Evidence, Code: x.Code, Kind: x.Kind, Verdict: need.Accepted}
	switch {
	case x.Status == needRejected:
		c.Code, c.Verdict = cmp.Or(x.FoundCode, x.Code), need.Rejected
	case x.FoundCode != "" && x.FoundCode != x.Code:
		c.Was, c.Verdict = x.FoundCode, need.Corrected
	}
	return c
}

// minerPlace is where a model is used, minerKey what it knows.
type minerPlace struct{ branch, product string }

type minerKey struct {
	knowledge *pack.Merged // a library isn't changed once it is made
	digest    [32]byte
}

// trainedMiner is a model and what it was made of.
type trainedMiner struct {
	*need.Miner
	lessons lessons
	known   map[need.Correction]bool
	at      time.Time
	took    time.Duration
}

// needMiners keeps the models of a workspace. A request uses the newest one of its
// branch that is ready, and waits only for the first.
type needMiners struct {
	mu      sync.Mutex
	ready   map[minerKey]*trainedMiner
	last    map[minerPlace]*trainedMiner
	wanted  map[minerPlace]lessons
	working map[minerPlace]chan struct{} // closed when there is nothing left to train there
	failed  map[minerPlace]error
	read    map[string]decisionsAt // by branch
	one     sync.Mutex             // held while training: it takes all cores
}

type decisionsAt struct {
	rev  lake.Revision
	list []need.Correction
}

func newNeedMiners() *needMiners {
	return &needMiners{ready: map[minerKey]*trainedMiner{}, last: map[minerPlace]*trainedMiner{}, wanted: map[minerPlace]lessons{},
		working: map[minerPlace]chan struct{}{}, failed: map[minerPlace]error{}, read: map[string]decisionsAt{}}
}

// decisions reads what people decided, once per revision.
func (m *needMiners) decisions(ctx context.Context, r *lake.Reader) ([]need.Correction, error) {
	branch := r.Branch().Name
	m.mu.Lock()
	was, ok := m.read[branch]
	m.mu.Unlock()
	if ok && was.rev == r.Revision() {
		return was.list, nil
	}
	fields := []lake.FieldName{"code", "kind", "status", "evidence", "found_code"}
	q := lake.Question{Entity: needsEntity, Where: lake.Present{Path: lake.Path{"evidence"}}, Limit: mostCorrections,
		Order: []lake.Order{{Path: lake.Path{lake.FieldID}, Desc: true}}}
	for _, f := range fields {
		q.Fields = append(q.Fields, lake.Path{f})
	}
	a, err := r.Ask(ctx, q)
	if err != nil {
		return nil, err
	}
	list := make([]need.Correction, len(a.Rows))
	for i, row := range a.Rows {
		cells := lake.Cells{}
		for j, f := range fields {
			cells[f] = row.Cells[j]
		}
		list[i] = correctionOf(keptNeed(row.Key, cells))
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.read) >= 64 {
		clear(m.read)
	}
	m.read[branch] = decisionsAt{r.Revision(), list}
	return list, nil
}

// want asks for a model that knows these lessons; training begins after a while, so that
// someone who decides quickly doesn't start it each time.
func (m *needMiners) want(l lessons, after time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ask(l, after)
}

func (m *needMiners) ask(l lessons, after time.Duration) {
	p := l.place()
	if t := m.ready[l.key()]; t != nil {
		m.last[p] = t
		delete(m.wanted, p)
		return
	}
	m.wanted[p] = l
	if m.working[p] == nil {
		done := make(chan struct{})
		m.working[p] = done
		go m.work(p, after, done)
	}
}

// work trains until nothing newer is wanted at a place.
func (m *needMiners) work(p minerPlace, after time.Duration, done chan struct{}) {
	time.Sleep(after)
	for {
		m.mu.Lock()
		l, ok := m.wanted[p]
		delete(m.wanted, p)
		if !ok {
			delete(m.working, p)
			m.mu.Unlock()
			close(done)
			return
		}
		m.mu.Unlock()
		t, err := m.train(l)
		m.mu.Lock()
		m.failed[p] = err
		if err == nil {
			m.keep(t)
		}
		m.mu.Unlock()
	}
}

func (m *needMiners) train(l lessons) (*trainedMiner, error) {
	m.one.Lock()
	defer m.one.Unlock()
	began := time.Now()
	miner, err := need.New(l.knowledge, l.corrections)
	if err != nil {
		return nil, err
	}
	t := &trainedMiner{Miner: miner, lessons: l, known: map[need.Correction]bool{}, at: time.Now().UTC(), took: time.Since(began)}
	for _, c := range l.corrections {
		t.known[c] = true
	}
	return t, nil
}

// mostMiners is how many models are kept beside those in use.
const mostMiners = 6

func (m *needMiners) keep(t *trainedMiner) {
	m.last[t.lessons.place()] = t
	if len(m.last) > 4*mostMiners { // branches come and go
		clear(m.last)
		m.last[t.lessons.place()] = t
	}
	if len(m.ready) >= mostMiners {
		clear(m.ready)
	}
	m.ready[t.lessons.key()] = t
}

// miner gives the newest model for a pack that is ready, and has a newer one made where
// that knows less than these lessons.
func (m *needMiners) miner(ctx context.Context, l lessons) (*trainedMiner, error) {
	for {
		m.mu.Lock()
		m.ask(l, 0)
		t, working := m.last[l.place()], m.working[l.place()]
		m.mu.Unlock()
		if t != nil && t.lessons.knowledge == l.knowledge {
			return t, nil
		}
		select {
		case <-working: // the first one here, or the pack was changed
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		m.mu.Lock()
		err := m.failed[l.place()]
		m.mu.Unlock()
		if err != nil {
			return nil, lake.Fail(lake.ErrInvalid, "pack_without_needs", "Needs can't be mined with this knowledge pack: "+err.Error()+".", "pack", l.product)
		}
	}
}

// state tells what is known and what is to come, and begins the first training.
func (m *needMiners) state(l lessons) NeedModel {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ask(l, 0)
	t := m.last[l.place()]
	out := NeedModel{State: "training", Pending: len(l.corrections)}
	for _, e := range l.knowledge.Examples {
		out.Sentences += len(e.ZH) + len(e.EN)
	}
	if t == nil {
		return out
	}
	out.Corrections, out.TrainedAt, out.Took = len(t.lessons.corrections), &t.at, float64(t.took.Milliseconds())
	out.Pending = 0
	for _, c := range l.corrections {
		if !t.known[c] {
			out.Pending++
		}
	}
	if t.lessons.key() == l.key() {
		out.State = "ready"
	}
	return out
}

// decimalOf reads a decimal cell; an empty one is 0.
func decimalOf(c lake.Cell) float64 {
	f, _ := strconv.ParseFloat(string(c), 64) // cells are canonical
	return f
}
