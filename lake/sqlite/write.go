package sqlite

import (
	"context"
	"encoding/json"
	"sort"
	"strings"

	"headwater/lake"
)

// storeTx is one member of a group; it is used under the commit lock only.
type storeTx struct {
	reader
	ctx       context.Context
	committer *committer
	info      *lake.RevisionInfo
	first     lake.VersionID
}

func (tx *storeTx) exec(text string, args ...any) (int64, error) {
	return tx.committer.stmts.exec(tx.ctx, text, args...)
}

// Begin allots the next revision; the one before it in this transaction is finished.
func (tx *storeTx) Begin(info lake.RevisionInfo) (lake.Revision, error) {
	if err := tx.finish(); err != nil {
		return 0, err
	}
	tx.committer.rev++
	info.Rev = tx.committer.rev
	info.Changes = map[lake.EntityName]int{}
	tx.info, tx.first = &info, tx.committer.ver+1
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
	_, err = tx.exec(`INSERT INTO hw_revisions (rev, branch, at, actor, actor_name, request_id, kind, reason, import, undoes, source, first_ver, last_ver, changes)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		int64(i.Rev), int64(i.Branch), string(lake.TimeCell(i.At)), text(string(i.Actor)), i.ActorName, text(i.RequestID), i.Kind,
		text(i.Reason), text(i.Import), number(int64(i.Undoes)), int64(i.Source), int64(tx.first), int64(tx.committer.ver), string(changes))
	return err
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
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
	tx.committer.ver++
	tx.info.Changes[e.Name]++
	p := put{tx: tx, s: s, branch: b, rev: r, ver: tx.committer.ver, w: w}
	if w.Prev != nil {
		p.prev, p.prevBranch = w.Prev.Version, w.Prev.Branch
	}
	if b == lake.Main {
		return p.onMain()
	}
	return p.onBranch()
}

// put is the writing of one version.
type put struct {
	tx         *storeTx
	s          *shape
	branch     lake.BranchID
	rev        lake.Revision
	ver, prev  lake.VersionID
	prevBranch lake.BranchID
	w          lake.RowWrite
}

func (p *put) exec(text string, args ...any) error {
	_, err := p.tx.exec(text, args...)
	return err
}

func (p *put) onMain() error {
	if p.w.Prev == nil {
		return p.insertCurrent()
	}
	err := p.exec("INSERT INTO "+p.s.versions+" (ver, id, branch, rev_from, rev_to, prev, prev_branch"+p.s.all+
		") SELECT ver, id, 0, rev, ?, prev, prev_branch"+p.s.all+" FROM "+p.s.current+" WHERE id = ?", int64(p.rev), string(p.w.Key))
	if err != nil {
		return err
	}
	if !p.w.Delete {
		set, args := p.assignments()
		return p.exec("UPDATE "+p.s.current+" SET ver = ?, rev = ?, prev = ?, prev_branch = 0"+set+" WHERE id = ?",
			append(append([]any{int64(p.ver), int64(p.rev), int64(p.prev)}, args...), string(p.w.Key))...)
	}
	if err := p.exec("DELETE FROM "+p.s.current+" WHERE id = ?", string(p.w.Key)); err != nil {
		return err
	}
	return p.tombstone()
}

func (p *put) insertCurrent() error {
	return p.tx.committer.stmts.later(p.s.insertCurrent, p.values(int64(p.ver), string(p.w.Key), int64(p.rev)))
}

// values gives the leading arguments of an insert and then all stored fields.
func (p *put) values(leading ...any) []any {
	args := make([]any, 0, len(leading)+len(p.s.stored))
	args = append(args, leading...)
	for _, f := range p.s.stored {
		args = append(args, text(string(p.w.Set[f])))
	}
	return args
}

// assignments sets the changed cells only.
func (p *put) assignments() (string, []any) {
	names := make([]string, 0, len(p.w.Set))
	for f := range p.w.Set {
		names = append(names, string(f))
	}
	sort.Strings(names)
	var set strings.Builder
	args := make([]any, 0, len(names))
	for _, f := range names {
		col := p.s.column[lake.FieldName(f)]
		if col == "" {
			continue
		}
		set.WriteString(", " + col + " = ?")
		args = append(args, text(string(p.w.Set[lake.FieldName(f)])))
	}
	return set.String(), args
}

func (p *put) tombstone() error {
	return p.exec("INSERT INTO "+p.s.versions+" (ver, id, branch, rev_from, prev, prev_branch, deleted) VALUES (?, ?, ?, ?, ?, ?, 1)",
		int64(p.ver), string(p.w.Key), int64(p.branch), int64(p.rev), int64(p.prev), int64(p.prevBranch))
}

func (p *put) onBranch() error {
	err := p.exec("UPDATE "+p.s.versions+" SET rev_to = ? WHERE branch > 0 AND branch = ? AND id = ? AND rev_to IS NULL",
		int64(p.rev), int64(p.branch), string(p.w.Key))
	if err != nil {
		return err
	}
	if p.w.Delete {
		return p.tombstone()
	}
	head := []any{int64(p.ver), string(p.w.Key), int64(p.branch), int64(p.rev), int64(p.prev), int64(p.prevBranch)}
	if p.w.Prev == nil {
		return p.exec(p.s.insertVersion, p.values(head...)...)
	}
	if err := p.copyPrev(head); err != nil {
		return err
	}
	set, args := p.assignments()
	if set == "" {
		return nil
	}
	return p.exec("UPDATE "+p.s.versions+" SET "+set[2:]+" WHERE ver = ?", append(args, int64(p.ver))...)
}

// copyPrev begins the new version as a copy of the one that the branch saw, with the
// fields that this schema doesn't know.
func (p *put) copyPrev(head []any) error {
	for _, from := range []string{p.s.versions, p.s.current} {
		n, err := p.tx.exec("INSERT INTO "+p.s.versions+" (ver, id, branch, rev_from, prev, prev_branch"+p.s.all+
			") SELECT ?, ?, ?, ?, ?, ?"+p.s.all+" FROM "+from+" WHERE ver = ?", append(head, int64(p.prev))...)
		if err != nil || n > 0 {
			return err
		}
	}
	return lake.Fail(lake.ErrStale, "version_unknown", "The version that was to be changed isn't there.", "key", p.w.Key)
}
