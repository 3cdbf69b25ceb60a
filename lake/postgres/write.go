package postgres

import (
	"context"
	"encoding/json"
	"sort"
	"strconv"
	"strings"

	"headwater/lake"
)

// storeTx is one member of a group; it is used under the commit lock only.
type storeTx struct {
	reader
	ctx       context.Context
	committer *committer
	info      *lake.RevisionInfo
	first     int64
	ahead     ahead
}

// later puts a statement off.
func (tx *storeTx) later(text string, args ...any) error {
	return tx.committer.link.later(op{text: text, args: args})
}

// shaped notes that branches, forks or schema change, so that the other nodes look.
func (tx *storeTx) shaped() {
	c := tx.committer
	c.now.epoch = c.open.began.epoch + 1
}

// Begin allots the next revision; the one before it in this transaction is finished.
func (tx *storeTx) Begin(info lake.RevisionInfo) (lake.Revision, error) {
	if err := tx.finish(); err != nil {
		return 0, err
	}
	now := &tx.committer.now
	now.rev++
	info.Rev = lake.Revision(now.rev)
	info.Changes = map[lake.EntityName]int{}
	tx.info, tx.first = &info, now.ver+1
	return info.Rev, nil
}

// finish records the revision itself, when all of its versions are known.
func (tx *storeTx) finish() error {
	i := tx.info
	if i == nil {
		return nil
	}
	changes, err := json.Marshal(i.Changes)
	if err != nil {
		return err
	}
	name, _ := described(i.ActorName).(string)
	return tx.committer.link.later(op{sure: true, text: `INSERT INTO hw_revisions (rev, branch, at, actor, actor_name, request_id, kind, reason, import, undoes, source, first_ver, last_ver, changes)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::text::jsonb)`, args: []any{
		int64(i.Rev), int64(i.Branch), i.At, described(string(i.Actor)), name, described(i.RequestID), i.Kind,
		described(i.Reason), described(i.Import), number(int64(i.Undoes)), int64(i.Source), tx.first, tx.committer.now.ver, string(changes)}})
}

func number(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

// Put writes a new version of a key.
func (tx *storeTx) Put(e *lake.Entity, b lake.BranchID, r lake.Revision, w lake.RowWrite) error {
	s := tx.shape(e)
	if s == nil {
		return lake.Fail(lake.ErrNotFound, "entity_unknown", "There are no tables for "+string(e.Name)+".", "entity", e.Name)
	}
	if tx.info == nil || tx.info.Rev != r {
		return lake.Fail(lake.ErrInvalid, "revision_unknown", "A version is written within its revision only.")
	}
	if !storable(string(w.Key)) {
		return lake.Fail(lake.ErrInvalid, "key_invalid", "A key is a text without zero bytes.", "key", strconv.Quote(string(w.Key)))
	}
	tx.ahead.note(e, w)
	if e.Internal {
		tx.shaped()
	}
	now := &tx.committer.now
	now.ver++
	tx.info.Changes[e.Name]++
	p := put{tx: tx, s: s, branch: int64(b), rev: int64(r), ver: now.ver, w: w}
	if w.Prev != nil {
		p.prev, p.prevBranch = int64(w.Prev.Version), int64(w.Prev.Branch)
	}
	if b == lake.Main {
		return p.onMain()
	}
	return p.onBranch()
}

// put is the writing of one version.
type put struct {
	tx          *storeTx
	s           *shape
	branch, rev int64
	ver, prev   int64
	prevBranch  int64
	w           lake.RowWrite
}

// later puts a statement off that must touch as many rows; 0: any number.
func (p *put) later(want int64, text string, args ...any) error {
	return p.tx.committer.link.later(op{text: text, args: args, want: want})
}

func (p *put) onMain() error {
	if p.w.Prev == nil {
		args, err := p.values(p.ver, string(p.w.Key), p.rev)
		if err != nil {
			return err
		}
		return p.tx.committer.link.later(op{text: p.s.insertCurrent, args: args, into: p.s.copyCurrent})
	}
	err := p.later(1, "INSERT INTO "+p.s.versions+" (ver, id, branch, rev_from, rev_to, prev, prev_branch"+p.s.all+
		") SELECT ver, id, 0, rev, $1, prev, prev_branch"+p.s.all+" FROM "+p.s.current+" WHERE id = $2", p.rev, string(p.w.Key))
	if err != nil {
		return err
	}
	if p.w.Delete {
		if err := p.later(1, "DELETE FROM "+p.s.current+" WHERE id = $1", string(p.w.Key)); err != nil {
			return err
		}
		return p.tombstone()
	}
	set, args, err := p.assignments(5)
	if err != nil {
		return err
	}
	return p.later(1, "UPDATE "+p.s.current+" SET ver = $1, rev = $2, prev = $3, prev_branch = 0"+set+" WHERE id = $4",
		append([]any{p.ver, p.rev, p.prev, string(p.w.Key)}, args...)...)
}

// values gives the leading arguments of an insert and then all stored fields.
func (p *put) values(leading ...any) ([]any, error) {
	args := make([]any, 0, len(leading)+len(p.s.stored))
	args = append(args, leading...)
	for _, f := range p.s.stored {
		v, err := p.s.value(f, p.w.Set[f])
		if err != nil {
			return nil, err
		}
		args = append(args, v)
	}
	return args, nil
}

// value is a cell as its column holds it.
func (s *shape) value(f lake.FieldName, c lake.Cell) (any, error) {
	if c == "" {
		return nil, nil
	}
	if !s.number[f] {
		return string(c), nil
	}
	n, err := strconv.ParseInt(string(c), 10, 64)
	if err != nil {
		return nil, lake.Fail(lake.ErrInvalid, "integer_invalid", "This is no whole number of at most 18 digits.", "field", f, "value", c)
	}
	return n, nil
}

// assignments sets the changed cells only, with arguments from number first on.
func (p *put) assignments(first int) (string, []any, error) {
	names := make([]string, 0, len(p.w.Set))
	for f := range p.w.Set {
		names = append(names, string(f))
	}
	sort.Strings(names)
	var set strings.Builder
	args := make([]any, 0, len(names))
	for _, n := range names {
		f := lake.FieldName(n)
		if p.s.column[f] == "" {
			continue
		}
		v, err := p.s.value(f, p.w.Set[f])
		if err != nil {
			return "", nil, err
		}
		set.WriteString(", " + p.s.column[f] + " = $" + strconv.Itoa(first+len(args)))
		args = append(args, v)
	}
	return set.String(), args, nil
}

func (p *put) tombstone() error {
	return p.later(1, "INSERT INTO "+p.s.versions+" (ver, id, branch, rev_from, prev, prev_branch, deleted) VALUES ($1, $2, $3, $4, $5, $6, true)",
		p.head()...)
}

func (p *put) head() []any {
	return []any{p.ver, string(p.w.Key), p.branch, p.rev, p.prev, p.prevBranch}
}

func (p *put) onBranch() error {
	if p.w.Prev != nil || p.w.Delete { // nothing is seen, but the branch may hold a delete of its own
		return p.superseding()
	}
	if err := p.close(); err != nil {
		return err
	}
	args, err := p.values(p.head()...)
	if err != nil {
		return err
	}
	return p.tx.committer.link.later(op{text: p.s.insertVersion, args: args, into: p.s.copyVersion})
}

// close ends the version that the branch itself holds of the key, if any.
func (p *put) close() error {
	return p.later(0, "UPDATE "+p.s.versions+" SET rev_to = $1 WHERE branch > 0 AND branch = $2 AND id = $3 AND rev_to IS NULL",
		p.rev, p.branch, string(p.w.Key))
}

func (p *put) superseding() error {
	if err := p.close(); err != nil {
		return err
	}
	if p.w.Delete {
		return p.tombstone()
	}
	// The new version begins as a copy of the one that the branch saw, with the fields
	// that this schema doesn't know.
	source := "SELECT ver" + p.s.all + " FROM " + p.s.versions + " WHERE ver = $7 UNION ALL SELECT ver" + p.s.all + " FROM " + p.s.current + " WHERE ver = $7"
	err := p.later(1, "INSERT INTO "+p.s.versions+" (ver, id, branch, rev_from, prev, prev_branch"+p.s.all+
		") SELECT $1::bigint, $2, $3::bigint, $4::bigint, $5::bigint, $6::bigint"+p.s.all+" FROM ("+source+") AS seen", append(p.head(), p.prev)...)
	if err != nil {
		return err
	}
	set, args, err := p.assignments(2)
	if err != nil || set == "" {
		return err
	}
	return p.later(1, "UPDATE "+p.s.versions+" SET "+set[2:]+" WHERE ver = $1", append([]any{p.ver}, args...)...)
}

// SaveBranch inserts or updates a branch.
func (tx *storeTx) SaveBranch(b lake.Branch) error {
	tx.shaped()
	text, args, err := saveBranch(b)
	if err != nil {
		return err
	}
	return tx.later(text, args...)
}

func saveBranch(b lake.Branch) (string, []any, error) {
	var pins any
	if len(b.Pins) > 0 {
		text, err := json.Marshal(b.Pins)
		if err != nil {
			return "", nil, err
		}
		pins = string(text)
	}
	name, _ := described(b.Name).(string)
	return `INSERT INTO hw_branches (id, name, parent, fork, owner, shared, state, created_at, note, pins)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text::json)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, parent = excluded.parent, fork = excluded.fork, owner = excluded.owner,
		shared = excluded.shared, state = excluded.state, note = excluded.note, pins = excluded.pins`,
		[]any{int64(b.ID), name, int64(b.Parent), int64(b.Fork), described(string(b.Owner)), b.Shared, string(b.State),
			b.CreatedAt, described(b.Note), pins}, nil
}

// SaveFork records a fork.
func (tx *storeTx) SaveFork(f lake.Fork) error {
	tx.shaped()
	return tx.later("INSERT INTO hw_forks VALUES ($1, $2, $3) ON CONFLICT (branch, from_rev) DO UPDATE SET at_rev = excluded.at_rev",
		int64(f.Branch), int64(f.From), int64(f.At))
}
