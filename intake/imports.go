package intake

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"headwater/lake"
)

const kind = "import" // of documents in the registry

// Config is what Imports is made of.
type Config struct {
	Lake     *lake.Lake
	Dir      string // for uploads and for the journals of imports
	Synonyms Synonyms
	People   People // nil: nobody is added to the directory
	Log      *slog.Logger
	Now      func() time.Time
}

// Imports starts and keeps the imports of one workspace. Its methods may be called
// from several goroutines.
type Imports struct {
	lake     *lake.Lake
	registry lake.Registry
	dir      string
	words    *Synonyms
	people   People
	log      *slog.Logger
	ctx      context.Context
	stop     context.CancelFunc
	now      func() time.Time
	node     string           // to which dir belongs
	process  string           // this one
	crash    func(mark) error // tests

	turn sync.Mutex // one import is begun or resumed at a time
	mu   sync.Mutex
	runs map[string]*run // at work
	all  sync.WaitGroup
}

// New opens the imports of a workspace. Those that a former process left running, and
// those of nodes that have fallen silent, are interrupted: they wait for Resume or Undo.
func New(ctx context.Context, c Config) (*Imports, error) {
	m := &Imports{lake: c.Lake, registry: c.Lake.Store().Registry(), dir: c.Dir, words: &c.Synonyms, people: c.People, log: c.Log, runs: map[string]*run{}}
	if m.log == nil {
		m.log = slog.New(slog.DiscardHandler)
	}
	if m.now = c.Now; m.now == nil {
		m.now = time.Now
	}
	m.ctx, m.stop = context.WithCancel(context.WithoutCancel(ctx))
	m.process = string(lake.NewKey())
	var err error
	if m.node, err = nodeName(filepath.Join(m.dir, "imports")); err != nil {
		return nil, err
	}
	if shared, ok := m.registry.(lake.SharedRegistry); ok {
		shared.Follow(m.heard)
	}
	return m, m.interrupt(ctx)
}

// interrupt notes which imports nobody works on any more.
func (m *Imports) interrupt(ctx context.Context) error {
	var left []string
	err := m.each(ctx, func(d *document) {
		if d.State != m.at(d) {
			left = append(left, d.ID)
		}
	})
	for _, id := range left {
		if err == nil {
			_, err = m.amend(ctx, id, func(d *document) error { d.State = m.at(d); return nil })
		}
	}
	return err
}

// Close interrupts what is at work, between two batches, and waits for it.
func (m *Imports) Close() {
	m.stop()
	m.all.Wait()
}

func (m *Imports) each(ctx context.Context, fn func(*document)) error {
	return m.registry.Each(ctx, kind, func(_ string, body []byte) error {
		var d document
		if err := json.Unmarshal(body, &d); err != nil {
			return err
		}
		fn(&d)
		return nil
	})
}

func (m *Imports) journalDir(id string) string { return filepath.Join(m.dir, "imports", id) }

// Suggest makes a plan for a file; see the function Suggest.
func (m *Imports) Suggest(ctx context.Context, p lake.Principal, branch string, entity lake.EntityName, f *File) (Plan, error) {
	r, err := m.lake.At(ctx, p, branch, 0)
	if err != nil {
		return Plan{}, err
	}
	return Suggest(ctx, r, entity, f, m.words)
}

// Preview runs a plan without writing; see the function Preview.
func (m *Imports) Preview(ctx context.Context, p lake.Principal, branch string, plan Plan, f *File, limit int64) (*Report, error) {
	r, err := m.lake.At(ctx, p, branch, 0)
	if err != nil {
		return nil, err
	}
	return Preview(ctx, r, plan, f, m.words, limit)
}

// Start begins an import and returns at once; Wait and Get tell how it goes. What is
// wrong with the plan, the file or the person's rights is told here, before anything
// is written. Fields that the plan adds are added first, as a revision of their own.
func (m *Imports) Start(ctx context.Context, p lake.Principal, branch string, plan Plan, f *File) (Import, error) {
	reader, err := m.lake.At(ctx, p, branch, 0)
	if err != nil {
		return Import{}, err
	}
	if _, err := m.compile(ctx, reader, plan, f); err != nil {
		return Import{}, err
	}
	if added, err := m.addFields(ctx, p, branch, reader, plan); err != nil {
		return Import{}, err
	} else if added {
		if reader, err = m.lake.At(ctx, p, branch, 0); err != nil {
			return Import{}, err
		}
	}
	print, err := f.fingerprint()
	if err != nil {
		return Import{}, err
	}
	how := *f.Sniffed
	how.Sample, how.Notes = nil, nil
	d := document{BranchID: reader.Branch().ID, Plan: plan, Source: source{f.Path, print, &how}}
	d.Import = Import{ID: string(lake.NewKey()), State: Running, Entity: plan.Entity, Branch: reader.Branch().Name, File: f.Name,
		StartedAt: time.Now().UTC().Truncate(time.Millisecond), Actor: p.User, ActorName: p.Name, TotalBytes: f.Size}
	d.lease = m.lease(1)
	m.turn.Lock()
	defer m.turn.Unlock()
	if err := m.registry.Create(ctx, kind, d.ID, &d); err != nil {
		return Import{}, err
	}
	return m.launch(ctx, p, reader, d, f)
}

// compile checks a plan and the person's right to run it.
func (m *Imports) compile(ctx context.Context, r *lake.Reader, plan Plan, f *File) (*program, error) {
	p, err := compile(r.Schema(), r.Rights(), plan, f.Sniffed.Columns, m.words)
	switch {
	case err != nil:
		return nil, err
	case !r.Rights().Write:
		return nil, lake.Fail(lake.ErrForbidden, "write_forbidden", "You may read here, but not change anything.")
	case r.Branch().State != lake.BranchOpen:
		return nil, lake.Fail(lake.ErrConflict, "branch_closed", "The branch "+r.Branch().Name+" is closed; nothing more can be written on it.", "branch", r.Branch().Name)
	}
	return p, ctx.Err()
}

// addFields adds the fields that the plan chose to add.
func (m *Imports) addFields(ctx context.Context, p lake.Principal, branch string, r *lake.Reader, plan Plan) (added bool, err error) {
	e, err := r.Schema().Entity(plan.Entity)
	if err != nil {
		return false, err
	}
	for _, c := range plan.Columns {
		if c.NewField == nil || c.Field == "" || c.NewField.Name != c.Field {
			continue
		}
		if _, there := e.Field(c.Field); there {
			continue
		}
		if err := m.lake.AddField(ctx, p, branch, plan.Entity, *c.NewField); err != nil {
			return added, err
		}
		added = true
	}
	return added, nil
}

// launch puts a worker to an import whose document is saved.
func (m *Imports) launch(ctx context.Context, p lake.Principal, reader *lake.Reader, d document, f *File) (Import, error) {
	program, err := m.compile(ctx, reader, d.Plan, f)
	if err != nil {
		return Import{}, err
	}
	r := &run{program: program, lake: m.lake, registry: m.registry, who: p, branch: d.Branch, branchID: d.BranchID, newcomers: m.people,
		nobody: map[sum]Problem{}, mark: d.Mark, doc: d, ended: make(chan struct{}), crash: m.crash, now: m.now}
	r.renewed.Store(m.now().UnixNano())
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, busy := m.runs[d.ID]; busy {
		return Import{}, errRunning(d.ID)
	}
	if m.ctx.Err() != nil {
		return Import{}, lake.Fail(lake.ErrBusy, "import_closing", "The program is about to end.")
	}
	m.runs[d.ID] = r
	m.all.Add(1)
	work := lake.WithRequestID(m.ctx, lake.RequestID(ctx))
	go m.drive(work, r, reader, f)
	go m.renew(r)
	return r.show(), nil
}

// drive is the life of a worker.
func (m *Imports) drive(ctx context.Context, r *run, reader *lake.Reader, f *File) {
	defer m.all.Done()
	defer close(r.ended)
	err := m.prepareAndWork(ctx, r, reader, f)
	if !errors.Is(err, errCrash) {
		r.finish(err)
	}
	if err != nil && !errors.Is(err, errCancelled) && !errors.Is(err, errInterrupted) {
		m.log.Error("import stopped", "import", r.doc.ID, "error", err)
	}
	m.mu.Lock()
	delete(m.runs, r.doc.ID)
	m.mu.Unlock()
}

// errCrash stands for the end of the process, in tests.
var errCrash = errors.New("crash")

func (m *Imports) prepareAndWork(ctx context.Context, r *run, reader *lake.Reader, f *File) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = lake.Fail(lake.ErrInvalid, "import_failed", "The import stopped because of a mistake in the program.")
			m.log.Error("import panicked", "import", r.doc.ID, "panic", p)
		}
	}()
	dir := m.journalDir(r.doc.ID)
	r.journal = &journal{dir: dir}
	if err := r.settle(ctx); err != nil {
		return err
	}
	if r.journal, err = openJournal(dir, r.mark); err != nil {
		return err
	}
	defer r.journal.close()
	r.began, r.before = time.Now(), r.mark
	if !r.entity.Directory {
		if r.catalog, err = newCatalog(ctx, reader, r.places()); err != nil {
			return err
		}
		file, err := r.survey(ctx, f)
		if err != nil {
			return err
		}
		r.inFile = file.has
	}
	return r.work(ctx, f)
}

// Resume goes on with an import that was interrupted, cancelled or failed, exactly
// behind what is committed. It is refused where the file isn't at hand.
func (m *Imports) Resume(ctx context.Context, p lake.Principal, id string) (Import, error) {
	m.turn.Lock()
	defer m.turn.Unlock()
	d, err := m.managed(ctx, p, id)
	if err != nil {
		return Import{}, err
	}
	if !slices.Contains([]State{Interrupted, Cancelled, Failed}, d.State) {
		return Import{}, stateError(d, "import_not_resumable", "can't be resumed")
	}
	if err := m.reachable(&d); err != nil {
		return Import{}, err
	}
	f := &File{Name: d.File, Path: d.Source.Path, Size: d.TotalBytes, Sniffed: d.Source.Sniffed}
	print, err := f.fingerprint()
	if err != nil {
		return Import{}, err
	}
	if print != d.Source.Print {
		return Import{}, lake.Fail(lake.ErrConflict, "import_file_changed", "The file "+d.File+" has changed since the import began; undo the import and start again.", "file", d.File)
	}
	reader, err := m.lake.At(ctx, p, d.Branch, 0)
	if err != nil {
		return Import{}, err
	}
	if reader.Branch().ID != d.BranchID {
		return Import{}, lake.Fail(lake.ErrConflict, "branch_closed", "The branch "+d.Branch+" is not the one that the import began on.", "branch", d.Branch)
	}
	if d, err = m.claim(ctx, d); err != nil {
		return Import{}, err
	}
	return m.launch(ctx, p, reader, d, f)
}

func stateError(d document, code, what string) error {
	return lake.Fail(lake.ErrConflict, code, "The import of "+d.File+" is "+string(d.State)+" and "+what+".", "import", d.ID, "state", d.State)
}

// Cancel stops an import after the batch at work and, with undo, takes back what it
// wrote. It returns when that is done.
func (m *Imports) Cancel(ctx context.Context, p lake.Principal, id string, undo bool) (Import, error) {
	d, err := m.managed(ctx, p, id)
	if err != nil {
		return Import{}, err
	}
	m.mu.Lock()
	r := m.runs[id]
	m.mu.Unlock()
	switch {
	case r != nil:
		r.cancel.Store(true)
		select {
		case <-r.ended:
		case <-ctx.Done():
			return r.show(), ctx.Err()
		}
	case m.elsewhere(&d):
		if err := m.askToStop(ctx, id); err != nil {
			return Import{}, err
		}
	}
	if undo {
		if _, err := m.Undo(ctx, p, id); err != nil {
			return Import{}, err
		}
	}
	return m.Get(ctx, p, id)
}

// Undo takes back all that an import wrote: cells edited since, and records that
// others refer to by now, are kept and listed. People and fields stay.
func (m *Imports) Undo(ctx context.Context, p lake.Principal, id string) (*lake.MergeResult, error) {
	d, err := m.managed(ctx, p, id)
	if err != nil {
		return nil, err
	}
	if d.State == Running || d.State == Undone {
		return nil, stateError(d, "import_not_undoable", "can't be undone")
	}
	res := &lake.MergeResult{}
	if list, err := revisions(ctx, m.lake.Store(), id); err != nil {
		return nil, err
	} else if len(list) > 0 {
		if res, err = m.lake.UndoImport(ctx, p, d.Branch, id); err != nil {
			return nil, err
		}
	} else if d.Entity == lake.Users && d.Mark.Counts.Inserted > 0 {
		return nil, lake.Fail(lake.ErrInvalid, "import_of_people", "People stay in the directory; deactivate them there.", "import", id)
	}
	_, err = m.amend(ctx, id, func(d *document) error { d.State = Undone; return nil })
	return res, err
}

// Get tells how an import goes.
func (m *Imports) Get(ctx context.Context, p lake.Principal, id string) (Import, error) {
	d, err := m.load(ctx, id)
	if err != nil {
		return Import{}, err
	}
	if _, err := m.lake.At(ctx, p, d.Branch, 0); err != nil && !errors.Is(err, lake.ErrNotFound) {
		return Import{}, err
	} else if err != nil {
		return Import{}, unknown(id)
	}
	i := d.show()
	i.Revisions, err = revisions(ctx, m.lake.Store(), id)
	return i, err
}

// Wait returns when an import has ended, in whatever way.
func (m *Imports) Wait(ctx context.Context, p lake.Principal, id string) (Import, error) {
	m.mu.Lock()
	r := m.runs[id]
	m.mu.Unlock()
	if r != nil {
		select {
		case <-r.ended:
		case <-ctx.Done():
			return r.show(), ctx.Err()
		}
	} else if d, err := m.load(ctx, id); err != nil {
		return Import{}, err
	} else if err := m.await(ctx, d); err != nil {
		return d.show(), err
	}
	return m.Get(ctx, p, id)
}

// List tells of the imports into a branch, newest first.
func (m *Imports) List(ctx context.Context, p lake.Principal, branch string) ([]Import, error) {
	r, err := m.lake.At(ctx, p, branch, 0)
	if err != nil {
		return nil, err
	}
	out := []Import{}
	err = m.each(ctx, func(d *document) {
		if d.BranchID == r.Branch().ID {
			d.State = m.at(d)
			out = append(out, d.show())
		}
	})
	slices.Reverse(out) // ids ascend with time
	for i := range out {
		m.mu.Lock()
		if run := m.runs[out[i].ID]; run != nil {
			out[i] = run.show()
		}
		m.mu.Unlock()
	}
	return out, err
}

// load is an import as it stands now.
func (m *Imports) load(ctx context.Context, id string) (document, error) {
	m.mu.Lock()
	r := m.runs[id]
	m.mu.Unlock()
	if r != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.doc, nil
	}
	var d document
	err := m.registry.Load(ctx, kind, id, &d)
	if errors.Is(err, lake.ErrNotFound) {
		err = unknown(id)
	}
	d.State = m.at(&d)
	return d, err
}

func unknown(id string) error {
	return lake.Fail(lake.ErrNotFound, "import_unknown", "There is no import "+id+".", "import", id)
}

// managed is an import that the person may steer: who started it, and those who see
// and write everything.
func (m *Imports) managed(ctx context.Context, p lake.Principal, id string) (document, error) {
	d, err := m.load(ctx, id)
	if err != nil {
		return d, err
	}
	r, err := m.lake.At(ctx, p, d.Branch, 0)
	if err != nil {
		return d, err
	}
	if !r.Rights().Write || d.Actor != p.User && !r.Rights().AllRows {
		return d, lake.Fail(lake.ErrForbidden, "import_not_yours", "The import was started by somebody else.", "import", id)
	}
	return d, nil
}

// Rejects writes the rejected rows as CSV: the columns of the file, then line, column,
// code and reason, in Chinese ("zh") or English.
func (m *Imports) Rejects(ctx context.Context, p lake.Principal, id, language string, w io.Writer) error {
	d, err := m.managed(ctx, p, id)
	if err != nil {
		return err
	}
	columns := d.Source.Sniffed.Columns
	out := newRejectsWriter(w, columns, language)
	err = eachLine(filepath.Join(m.journalDir(id), rejectsName), d.Mark.Rejects, out.row)
	if errors.Is(err, os.ErrNotExist) && d.Node != "" && d.Node != m.node {
		err = lake.Fail(lake.ErrNotFound, "rejects_elsewhere", "The rejected rows lie on the server that ran the import.", "import", id)
	} else if errors.Is(err, os.ErrNotExist) {
		err = lake.Fail(lake.ErrNotFound, "rejects_missing", "The rejected rows of this import are no longer kept.", "import", id)
	}
	return errors.Join(err, out.flush())
}
