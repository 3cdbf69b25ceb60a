package postgres

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"headwater/lake"
)

// reader answers the store's reads over the pools or, within a write, over the writing
// connection. Every statement names <entity>__versions before <entity>: changes of the
// tables lock them in that order, too.
type reader struct {
	db      source
	tables  *tables
	writing bool // sees tables that the transaction has made
}

// Every query for records selects these first: place, ver, id, rev, branch, deleted.
const leading = 6

// placed is a record and the segment of the lineage that holds it.
type placed struct {
	lake.Record
	place int64
}

func (s *shape) decode(raw [][]byte) placed {
	return placed{place: rawInt(raw[0]), Record: lake.Record{
		Version: lake.VersionID(rawInt(raw[1])), Key: lake.Key(raw[2]), Rev: lake.Revision(rawInt(raw[3])),
		Branch: lake.BranchID(rawInt(raw[4])), Deleted: rawBool(raw[5]), Cells: s.cells(raw[leading:]),
	}}
}

func (s *shape) cells(raw [][]byte) lake.Cells {
	cells := make(lake.Cells, len(s.fields))
	for i, f := range s.fields {
		switch {
		case raw[i] == nil:
		case s.integer[i]:
			cells[f] = lake.Cell(strconv.FormatInt(rawInt(raw[i]), 10))
		default:
			cells[f] = lake.Cell(raw[i])
		}
	}
	return cells
}

// statement is a text with its arguments in the making.
type statement struct {
	text strings.Builder
	args []any
}

// add appends a text; each ? in it becomes the place of one argument.
func (q *statement) add(text string, args ...any) {
	for i, part := range strings.Split(text, "?") {
		if i > 0 {
			q.args = append(q.args, args[i-1])
			fmt.Fprintf(&q.text, "$%d", len(q.args))
		}
		q.text.WriteString(part)
	}
}

// or begins the next part of a union.
func (q *statement) or() {
	if q.text.Len() > 0 {
		q.text.WriteString(" UNION ALL ")
	}
}

func (s *shape) selectCurrent(place int) string {
	return fmt.Sprintf("SELECT %d::bigint, ver, id, rev, 0::bigint, false%s FROM %s c", place, s.selectList, s.current)
}

func (s *shape) selectVersions(place int) string {
	return fmt.Sprintf("SELECT %d::bigint, ver, id, rev_from, branch, deleted%s FROM %s c", place, s.selectList, s.versions)
}

// A branch's own versions as of a revision, and main's superseded ones. Arguments: branch,
// revision, revision; and revision, revision.
const (
	onBranch   = "c.branch > 0 AND c.branch = ? AND c.rev_from <= ? AND (c.rev_to IS NULL OR c.rev_to > ?)"
	superseded = "c.branch = 0 AND c.rev_from <= ? AND c.rev_to > ? AND NOT c.deleted"
)

// records of a statement, all of them at once.
func (r *reader) records(ctx context.Context, s *shape, q *statement) (out []placed, err error) {
	err = r.db.few(ctx, q.text.String(), q.args, func(raw [][]byte) error {
		out = append(out, s.decode(raw))
		return nil
	})
	return out, err
}

// each calls fn for every record of a statement.
func (r *reader) each(ctx context.Context, s *shape, q *statement, fn func(lake.Record) error) error {
	var taken []placed
	return r.db.many(ctx, q.text.String(), q.args, func(raw [][]byte) error {
		taken = append(taken, s.decode(raw))
		return nil
	}, func() error {
		for i := range taken {
			if err := fn(taken[i].Record); err != nil {
				return err
			}
		}
		taken = taken[:0]
		return nil
	})
}

// keyed is a condition on ids and its argument.
func keyed(keys []lake.Key) (string, any) {
	list := make([]string, 0, len(keys))
	for _, k := range keys {
		if storable(string(k)) {
			list = append(list, string(k))
		}
	}
	if len(list) == 1 {
		return "c.id = ?", list[0]
	}
	return "c.id = ANY(?)", list
}

// Get returns the records that exist among keys: of each the nearest version on the lineage.
func (r *reader) Get(ctx context.Context, e *lake.Entity, l lake.Lineage, keys []lake.Key) ([]lake.Record, error) {
	s := r.shape(e)
	if s == nil || len(keys) == 0 {
		return nil, nil
	}
	cond, list := keyed(keys)
	if many, ok := list.([]string); ok && len(many) == 0 {
		return nil, nil
	}
	var q statement
	for i, seg := range l {
		u := int64(seg.Upto)
		q.or()
		if seg.Branch != lake.Main {
			q.add(s.selectVersions(i)+" WHERE "+onBranch+" AND "+cond, int64(seg.Branch), u, u, list)
			continue
		}
		q.add(s.selectVersions(i)+" WHERE "+superseded+" AND "+cond, u, u, list)
		q.or()
		q.add(s.selectCurrent(i)+" WHERE c.rev <= ? AND "+cond, u, list)
	}
	found, err := r.records(ctx, s, &q)
	return nearest(found), err
}

// nearest keeps of each key what the nearest segment holds; a delete hides what lies behind it.
func nearest(found []placed) []lake.Record {
	var out []lake.Record
	if len(found) == 1 {
		if !found[0].Deleted {
			out = append(out, found[0].Record)
		}
		return out
	}
	best := make(map[lake.Key]int, len(found))
	for i := range found {
		if j, ok := best[found[i].Key]; !ok || found[i].place < found[j].place {
			best[found[i].Key] = i
		}
	}
	for i := range found {
		if best[found[i].Key] == i && !found[i].Deleted {
			out = append(out, found[i].Record)
		}
	}
	return out
}

// holding is a condition on a field and its arguments: it holds one of the values. It
// fits the field's index.
func (s *shape) holding(f lake.FieldName, values []lake.Cell) (string, []any) {
	col := "c." + s.column[f]
	if s.number[f] {
		list := make([]int64, 0, len(values))
		for _, v := range values {
			if n, err := strconv.ParseInt(string(v), 10, 64); err == nil {
				list = append(list, n)
			}
		}
		return col + " IS NOT NULL AND " + col + " = ANY(?)", []any{list}
	}
	list, begins := make([]string, 0, len(values)), make([]string, 0, len(values))
	for _, v := range values {
		if v != "" && storable(string(v)) {
			list, begins = append(list, string(v)), append(begins, prefix(string(v)))
		}
	}
	indexed := col + " IS NOT NULL AND left(" + col + ", " + strconv.Itoa(indexedPrefix) + ")"
	if len(list) == 1 {
		return indexed + " = ? AND " + col + " = ?", []any{begins[0], list[0]}
	}
	return indexed + " = ANY(?) AND " + col + " = ANY(?)", []any{begins, list}
}

// prefix is what left() gives: the first characters of a text.
func prefix(s string) string {
	if len(s) <= indexedPrefix {
		return s
	}
	n := 0
	for i := range s {
		if n++; n > indexedPrefix {
			return s[:i]
		}
	}
	return s
}

// Lookup returns the records whose field holds one of the values.
func (r *reader) Lookup(ctx context.Context, e *lake.Entity, l lake.Lineage, f lake.FieldName, values ...lake.Cell) ([]lake.Record, error) {
	s := r.shape(e)
	if s == nil || s.column[f] == "" || len(values) == 0 {
		return nil, nil
	}
	cond, args := s.holding(f, values)
	if len(l) == 1 { // main has nothing before it that could hide what is found
		var q statement
		u := int64(l[0].Upto)
		q.add(s.selectVersions(0)+" WHERE "+superseded+" AND "+cond, append([]any{u, u}, args...)...)
		q.or()
		q.add(s.selectCurrent(0)+" WHERE c.rev <= ? AND "+cond, append([]any{u}, args...)...)
		found, err := r.records(ctx, s, &q)
		return nearest(found), err
	}
	keys, err := r.holders(ctx, s, cond, args)
	if err != nil {
		return nil, err
	}
	records, err := r.Get(ctx, e, l, keys)
	if err != nil {
		return nil, err
	}
	wanted := make(map[lake.Cell]bool, len(values))
	for _, v := range values {
		wanted[v] = v != ""
	}
	hits := records[:0]
	for _, rec := range records {
		if wanted[rec.Cells[f]] {
			hits = append(hits, rec)
		}
	}
	return hits, nil
}

// holders are the keys of which any version fulfils a condition.
func (r *reader) holders(ctx context.Context, s *shape, cond string, args []any) (keys []lake.Key, err error) {
	var q statement
	q.add("SELECT id FROM "+s.versions+" c WHERE "+cond, args...)
	q.text.WriteString(" UNION ")
	q.add("SELECT id FROM "+s.current+" c WHERE "+cond, args...)
	err = r.db.few(ctx, q.text.String(), q.args, func(raw [][]byte) error {
		keys = append(keys, lake.Key(raw[0]))
		return nil
	})
	return keys, err
}

// Scan calls fn for every record of the entity.
func (r *reader) Scan(ctx context.Context, e *lake.Entity, l lake.Lineage, fn func(lake.Record) error) error {
	s := r.shape(e)
	if s == nil {
		return nil
	}
	var q statement
	near, nearArgs := "", []any(nil)
	for _, seg := range l {
		u := int64(seg.Upto)
		q.or()
		if seg.Branch != lake.Main {
			args := []any{int64(seg.Branch), u, u}
			q.add(s.selectVersions(0)+" WHERE "+onBranch+" AND NOT c.deleted"+near, append(args, nearArgs...)...)
			near += " AND NOT EXISTS (SELECT FROM " + s.versions + " o WHERE o.id = c.id AND " + strings.ReplaceAll(onBranch, "c.", "o.") + ")"
			nearArgs = append(nearArgs, int64(seg.Branch), u, u)
			continue
		}
		q.add(s.selectVersions(0)+" WHERE "+superseded+near, append([]any{u, u}, nearArgs...)...)
		q.or()
		q.add(s.selectCurrent(0)+" WHERE c.rev <= ?"+near, append([]any{u}, nearArgs...)...)
	}
	return r.each(ctx, s, &q, fn)
}

// Overlay calls fn for the newest version that the branch itself holds of each key.
func (r *reader) Overlay(ctx context.Context, e *lake.Entity, b lake.BranchID, upto lake.Revision, fn func(lake.Record) error) error {
	s := r.shape(e)
	if s == nil {
		return nil
	}
	var q statement
	q.add(s.selectVersions(0)+" WHERE "+onBranch, int64(b), int64(upto), int64(upto))
	return r.each(ctx, s, &q, fn)
}

// History returns all versions of a key along the lineage, oldest first.
func (r *reader) History(ctx context.Context, e *lake.Entity, l lake.Lineage, key lake.Key) ([]lake.Record, error) {
	s := r.shape(e)
	if s == nil || !storable(string(key)) {
		return nil, nil
	}
	var q statement
	for i, seg := range l {
		q.or()
		q.add(s.selectVersions(-i)+" WHERE c.id = ? AND c.branch = ? AND c.rev_from <= ?", string(key), int64(seg.Branch), int64(seg.Upto))
		if seg.Branch == lake.Main {
			q.or()
			q.add(s.selectCurrent(-i)+" WHERE c.id = ? AND c.rev <= ?", string(key), int64(seg.Upto))
		}
	}
	q.text.WriteString(" ORDER BY 1, 2")
	found, err := r.records(ctx, s, &q)
	var out []lake.Record
	for i := range found {
		out = append(out, found[i].Record)
	}
	return out, err
}

// Changes calls fn for every version written in (after, upto], in order.
func (r *reader) Changes(ctx context.Context, e *lake.Entity, after, upto lake.Revision, fn func(lake.Change) error) error {
	s := r.shape(e)
	if s == nil || after >= upto {
		return nil
	}
	times, first, last, err := r.revisionTimes(ctx, e.Name, after, upto)
	if err != nil || len(times) == 0 {
		return err
	}
	const more = 2 // prev, prev_branch
	var q statement
	q.add("SELECT ver, ver, id, rev_from, branch, deleted, prev, prev_branch"+s.selectList+" FROM "+s.versions+" WHERE ver BETWEEN ? AND ?", first, last)
	q.or()
	q.add("SELECT ver, ver, id, rev, 0::bigint, false, prev, prev_branch"+s.selectList+" FROM "+s.current+" WHERE ver BETWEEN ? AND ? ORDER BY 1", first, last)
	var taken []lake.Change
	return r.db.many(ctx, q.text.String(), q.args, func(raw [][]byte) error {
		c := lake.Change{Prev: lake.VersionID(rawInt(raw[leading])), PrevBranch: lake.BranchID(rawInt(raw[leading+1]))}
		c.Record = lake.Record{Version: lake.VersionID(rawInt(raw[1])), Key: lake.Key(raw[2]), Rev: lake.Revision(rawInt(raw[3])),
			Branch: lake.BranchID(rawInt(raw[4])), Deleted: rawBool(raw[5]), Cells: s.cells(raw[leading+more:])}
		c.At = times[c.Rev]
		taken = append(taken, c)
		return nil
	}, func() error {
		for i := range taken {
			if err := fn(taken[i]); err != nil {
				return err
			}
		}
		taken = taken[:0]
		return nil
	})
}

// revisionTimes lists the revisions in (after, upto] that wrote the entity, and the
// range of their version numbers.
func (r *reader) revisionTimes(ctx context.Context, e lake.EntityName, after, upto lake.Revision) (times map[lake.Revision]time.Time, low, high int64, err error) {
	times = map[lake.Revision]time.Time{}
	// The entity's name is part of the text: so the indexes for those of the schema fit.
	text := "SELECT rev, at, first_ver, last_ver FROM hw_revisions WHERE rev > $1 AND rev <= $2 AND changes ? " + literal(string(e)) + " ORDER BY rev"
	err = r.db.few(ctx, text, []any{int64(after), int64(upto)}, func(raw [][]byte) error {
		if len(times) == 0 {
			low = rawInt(raw[2])
		}
		high = rawInt(raw[3])
		times[lake.Revision(rawInt(raw[0]))] = rawTime(raw[1])
		return nil
	})
	return times, low, high, err
}
