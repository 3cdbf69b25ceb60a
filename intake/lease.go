package intake

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"headwater/lake"
)

// Several nodes may share a workspace, each with a directory of its own. An import
// belongs to the node whose directory holds its file and its journal. While it runs, the
// node renews its lease; when that has expired, the import counts as interrupted, and
// whoever still works on it writes nothing more. The nodes' clocks must agree within less
// than the lease.
const (
	leaseTime  = 30 * time.Second
	leaseRenew = 5 * time.Second
)

var errLost = errors.New("another node has taken the import over")

// nodeName is the name of the node to which a directory belongs; it stays over restarts.
func nodeName(dir string) (string, error) {
	path := filepath.Join(dir, "node.id")
	text, err := os.ReadFile(path)
	if name := strings.TrimSpace(string(text)); err == nil && name != "" {
		return name, nil
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	name := string(lake.NewKey())
	return name, os.WriteFile(path, []byte(name+"\n"), 0o600)
}

// at tells where an import stands, as this node sees it: one that nobody works on any
// more is interrupted, whatever was written last.
func (m *Imports) at(d *document) State {
	if d.State != Running {
		return d.State
	}
	m.mu.Lock()
	_, here := m.runs[d.ID]
	m.mu.Unlock()
	former := d.Node == m.node && d.Process != m.process // of the two, only one can be alive
	if here || !former && m.now().Before(d.Lease) {
		return Running
	}
	return Interrupted
}

// elsewhere tells whether another node works on an import.
func (m *Imports) elsewhere(d *document) bool { return d.Process != m.process && m.at(d) == Running }

// amend changes an import's document as it stands now.
func (m *Imports) amend(ctx context.Context, id string, fn func(d *document) error) (document, error) {
	var d document
	err := lake.Amend(ctx, m.registry, kind, id, func(body []byte) (any, error) {
		d = document{}
		if err := json.Unmarshal(body, &d); err != nil {
			return nil, err
		}
		return &d, fn(&d)
	})
	if errors.Is(err, lake.ErrNotFound) {
		err = unknown(id)
	}
	return d, err
}

// claim gives an import that is to run to this node; nobody else gets it meanwhile.
func (m *Imports) claim(ctx context.Context, d document) (document, error) {
	return m.amend(ctx, d.ID, func(now *document) error {
		if now.Attempt != d.Attempt || m.at(now) != d.State {
			return errRunning(d.ID)
		}
		now.State, now.FinishedAt, now.Error, now.Stop = Running, nil, nil, false
		now.lease = m.lease(now.Attempt + 1)
		return nil
	})
}

// lease is what an import holds that begins to run here.
func (m *Imports) lease(attempt int) lease {
	return lease{Node: m.node, Process: m.process, Attempt: attempt, Lease: m.now().UTC().Add(leaseTime)}
}

func errRunning(id string) error {
	return lake.Fail(lake.ErrConflict, "import_running", "The import is running.", "import", id)
}

// keep writes how the import stands, unless it isn't this run's any more.
func (r *run) keep(ctx context.Context) error {
	r.saving.Lock() // in order, also with the renewal of the lease
	defer r.saving.Unlock()
	r.mu.Lock()
	doc := r.doc
	r.mu.Unlock()
	now := r.now()
	doc.Lease = now.UTC().Add(leaseTime)
	err := lake.Amend(ctx, r.registry, kind, doc.ID, func(body []byte) (any, error) {
		var kept document
		if err := json.Unmarshal(body, &kept); err != nil {
			return nil, err
		}
		if kept.Process != doc.Process || kept.Attempt != doc.Attempt || kept.State != Running {
			r.taken.Store(true)
			return nil, errLost
		}
		if doc.Stop = kept.Stop; doc.Stop {
			r.cancel.Store(true)
		}
		return &doc, nil
	})
	if err == nil {
		r.renewed.Store(now.UnixNano())
	}
	return err
}

// renew keeps the lease of a running import until it ends.
func (m *Imports) renew(r *run) {
	tick := time.NewTicker(leaseRenew)
	defer tick.Stop()
	for {
		select {
		case <-r.ended:
			return
		case <-tick.C:
		}
		err := r.keep(context.Background())
		if errors.Is(err, errLost) {
			return
		}
		if err != nil {
			m.log.Warn("the lease of an import can't be renewed", "import", r.doc.ID, "error", err)
		}
	}
}

// heard stops an import that another node was asked to stop.
func (m *Imports) heard(ctx context.Context, changed, id string) error {
	if changed != kind || m.ctx.Err() != nil {
		return nil // what isn't heard comes with the next renewal
	}
	m.mu.Lock()
	r := m.runs[id]
	m.mu.Unlock()
	if r == nil {
		return nil
	}
	var d document
	if err := m.registry.Load(ctx, kind, id, &d); err != nil {
		return ignoreUnknown(err)
	}
	if d.Stop && d.Attempt == r.doc.Attempt {
		r.cancel.Store(true)
	}
	return nil
}

func ignoreUnknown(err error) error {
	if errors.Is(err, lake.ErrNotFound) {
		return nil
	}
	return err
}

// askToStop has the node that works on an import stop it, and waits until it has.
func (m *Imports) askToStop(ctx context.Context, id string) error {
	d, err := m.amend(ctx, id, func(d *document) error { d.Stop = d.State == Running; return nil })
	if err != nil {
		return err
	}
	return m.await(ctx, d)
}

// await waits until no other node works on an import any more.
func (m *Imports) await(ctx context.Context, d document) error {
	for m.elsewhere(&d) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
		var err error
		if d, err = m.load(ctx, d.ID); err != nil {
			return err
		}
	}
	return nil
}

// reachable refuses to go on with an import whose file or journal lies with another node.
func (m *Imports) reachable(d *document) error {
	if d.Node == m.node || d.Node == "" {
		return nil
	}
	if _, err := os.Stat(d.Source.Path); err != nil {
		return errElsewhere(d)
	}
	for name, size := range map[string]int64{rejectsName: d.Mark.Rejects, laterName: d.Mark.Later} {
		if info, err := os.Stat(filepath.Join(m.journalDir(d.ID), name)); size > 0 && (err != nil || info.Size() < size) {
			return errElsewhere(d)
		}
	}
	return nil
}

func errElsewhere(d *document) error {
	return lake.Fail(lake.ErrConflict, "import_elsewhere",
		"The file "+d.File+" and what belongs to its import lie on another server; go on there, or undo the import and start again here.",
		"import", d.ID, "file", d.File)
}
