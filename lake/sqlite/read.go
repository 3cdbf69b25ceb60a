package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"headwater/lake"
)

// reader answers the store's reads over a pool of read-only connections or, within
// a write, over the writing connection.
type reader struct {
	db      *statements
	tables  *tables
	writing bool // sees what the transaction wrote
}

// decoder turns result rows into records; it is used for one result.
type decoder struct {
	s    *shape
	vals []any
	ptrs []any
}

func newDecoder(s *shape, leading int) *decoder {
	d := &decoder{s: s, vals: make([]any, leading+len(s.fields))}
	d.ptrs = make([]any, len(d.vals))
	for i := range d.vals {
		d.ptrs[i] = &d.vals[i]
	}
	return d
}

func (d *decoder) scan(rows *sql.Rows) error { return nativeError(rows.Scan(d.ptrs...)) }

func (d *decoder) int(i int) int64 {
	n, _ := d.vals[i].(int64)
	return n
}

func (d *decoder) text(i int) string {
	s, _ := d.vals[i].(string)
	return s
}

func (d *decoder) cells(leading int) lake.Cells {
	cells := make(lake.Cells, len(d.s.fields))
	for i, f := range d.s.fields {
		switch v := d.vals[leading+i].(type) {
		case string:
			cells[f] = lake.Cell(v)
		case int64:
			cells[f] = lake.Cell(strconv.FormatInt(v, 10))
		case []byte:
			cells[f] = lake.Cell(v)
		}
	}
	return cells
}

// Every query for records selects these first: ver, id, rev, branch, deleted.
const leading = 5

func (d *decoder) record() lake.Record {
	return lake.Record{
		Version: lake.VersionID(d.int(0)), Key: lake.Key(d.text(1)), Rev: lake.Revision(d.int(2)),
		Branch: lake.BranchID(d.int(3)), Deleted: d.int(4) != 0, Cells: d.cells(leading),
	}
}

func (r *reader) records(ctx context.Context, s *shape, text string, args []any, fn func(lake.Record) error) error {
	rows, err := r.db.query(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	d := newDecoder(s, leading)
	for rows.Next() {
		if err := d.scan(rows); err != nil {
			return err
		}
		if err := fn(d.record()); err != nil {
			return err
		}
	}
	return nativeError(rows.Err())
}

func selectCurrent(s *shape) string {
	return "SELECT ver, id, rev, 0, 0" + s.selectList + " FROM " + s.current
}

func selectVersions(s *shape) string {
	return "SELECT ver, id, rev_from, branch, deleted" + s.selectList + " FROM " + s.versions
}

// keyed is a condition on ids and its argument: one key, or a JSON list of them.
func keyed(keys []lake.Key) (string, any) {
	if len(keys) == 1 {
		return "id = ?", string(keys[0])
	}
	list, _ := json.Marshal(keys)
	return "id IN (SELECT value FROM json_each(?))", string(list)
}

// Get returns the records that exist among keys.
func (r *reader) Get(ctx context.Context, e *lake.Entity, l lake.Lineage, keys []lake.Key) ([]lake.Record, error) {
	s := r.shape(e)
	if s == nil || len(keys) == 0 {
		return nil, nil
	}
	var out []lake.Record
	left := make(map[lake.Key]bool, len(keys))
	for _, k := range keys {
		left[k] = true
	}
	take := func(rec lake.Record) error {
		if left[rec.Key] {
			delete(left, rec.Key)
			if !rec.Deleted {
				out = append(out, rec)
			}
		}
		return nil
	}
	for _, seg := range l {
		if len(left) < len(keys) {
			keys = keys[:0:0]
			for k := range left {
				keys = append(keys, k)
			}
		}
		if len(keys) == 0 {
			break
		}
		if err := r.segment(ctx, s, seg, keys, take); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// segment finds the versions of keys that one segment of a lineage holds.
func (r *reader) segment(ctx context.Context, s *shape, seg lake.Segment, keys []lake.Key, take func(lake.Record) error) error {
	cond, list := keyed(keys)
	if seg.Branch != lake.Main {
		return r.records(ctx, s, selectVersions(s)+" WHERE branch > 0 AND branch = ? AND "+cond+" AND rev_from <= ? AND (rev_to IS NULL OR rev_to > ?)",
			[]any{int64(seg.Branch), list, int64(seg.Upto), int64(seg.Upto)}, take)
	}
	found := 0
	err := r.records(ctx, s, selectCurrent(s)+" WHERE "+cond+" AND rev <= ?", []any{list, int64(seg.Upto)},
		func(rec lake.Record) error { found++; return take(rec) })
	if err != nil || found == len(keys) {
		return err
	}
	return r.records(ctx, s, selectVersions(s)+" WHERE "+cond+" AND branch = 0 AND rev_from <= ? AND rev_to > ? AND deleted = 0",
		[]any{list, int64(seg.Upto), int64(seg.Upto)}, take)
}

// Lookup returns the records whose field holds one of the values.
func (r *reader) Lookup(ctx context.Context, e *lake.Entity, l lake.Lineage, f lake.FieldName, values ...lake.Cell) ([]lake.Record, error) {
	s := r.shape(e)
	if s == nil || s.column[f] == "" || len(values) == 0 {
		return nil, nil
	}
	keys, err := r.holders(ctx, s, f, values)
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

// holders are the keys of which any version holds one of the values.
func (r *reader) holders(ctx context.Context, s *shape, f lake.FieldName, values []lake.Cell) ([]lake.Key, error) {
	cond, arg := s.column[f]+" = ?1", any(string(values[0]))
	if len(values) > 1 {
		list, err := json.Marshal(values)
		if err != nil {
			return nil, err
		}
		// The index is partial: only with this can it be used for a list.
		cond, arg = s.column[f]+" IS NOT NULL AND "+s.column[f]+" IN (SELECT value FROM json_each(?1))", string(list)
	}
	rows, err := r.db.query(ctx, "SELECT id FROM "+s.current+" WHERE "+cond+" UNION SELECT id FROM "+s.versions+" WHERE "+cond, arg)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var keys []lake.Key
	for rows.Next() {
		var k string
		if err := rows.Scan(&k); err != nil {
			return nil, nativeError(err)
		}
		keys = append(keys, lake.Key(k))
	}
	return keys, nativeError(rows.Err())
}

// Scan calls fn for every record of the entity.
func (r *reader) Scan(ctx context.Context, e *lake.Entity, l lake.Lineage, fn func(lake.Record) error) error {
	s := r.shape(e)
	if s == nil {
		return nil
	}
	var parts []string
	var args, nearArgs []any
	near := ""
	for _, seg := range l {
		u := int64(seg.Upto)
		if seg.Branch != lake.Main {
			own := "branch > 0 AND branch = ? AND rev_from <= ? AND (rev_to IS NULL OR rev_to > ?)"
			parts = append(parts, selectVersions(s)+" WHERE "+own+" AND deleted = 0"+near)
			args = append(append(args, int64(seg.Branch), u, u), nearArgs...)
			near += " AND id NOT IN (SELECT id FROM " + s.versions + " WHERE " + own + ")"
			nearArgs = append(nearArgs, int64(seg.Branch), u, u)
			continue
		}
		parts = append(parts, selectCurrent(s)+" WHERE rev <= ?"+near,
			selectVersions(s)+" WHERE branch = 0 AND rev_from <= ? AND rev_to > ? AND deleted = 0"+near)
		args = append(append(args, u), nearArgs...)
		args = append(append(args, u, u), nearArgs...)
	}
	return r.records(ctx, s, strings.Join(parts, " UNION ALL "), args, fn)
}

// Overlay calls fn for the newest version that the branch itself holds of each key.
func (r *reader) Overlay(ctx context.Context, e *lake.Entity, b lake.BranchID, upto lake.Revision, fn func(lake.Record) error) error {
	s := r.shape(e)
	if s == nil {
		return nil
	}
	return r.records(ctx, s, selectVersions(s)+" WHERE branch > 0 AND branch = ? AND rev_from <= ? AND (rev_to IS NULL OR rev_to > ?)",
		[]any{int64(b), int64(upto), int64(upto)}, fn)
}

// History returns all versions of a key along the lineage, oldest first.
func (r *reader) History(ctx context.Context, e *lake.Entity, l lake.Lineage, key lake.Key) ([]lake.Record, error) {
	s := r.shape(e)
	if s == nil {
		return nil, nil
	}
	var out []lake.Record
	for i := len(l) - 1; i >= 0; i-- {
		seg := l[i]
		text := selectVersions(s) + " WHERE id = ? AND branch = ? AND rev_from <= ?"
		args := []any{string(key), int64(seg.Branch), int64(seg.Upto)}
		if seg.Branch == lake.Main {
			text += " UNION ALL " + selectCurrent(s) + " WHERE id = ? AND rev <= ?"
			args = append(args, string(key), int64(seg.Upto))
		}
		err := r.records(ctx, s, text+" ORDER BY 1", args, func(rec lake.Record) error {
			out = append(out, rec)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
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
	rows, err := r.db.query(ctx, "SELECT ver, id, rev, 0, 0, prev, prev_branch"+s.selectList+" FROM "+s.current+
		" WHERE ver BETWEEN ? AND ? UNION ALL SELECT ver, id, rev_from, branch, deleted, prev, prev_branch"+s.selectList+
		" FROM "+s.versions+" WHERE ver BETWEEN ? AND ? ORDER BY 1", first, last, first, last)
	if err != nil {
		return err
	}
	defer rows.Close()
	d := newDecoder(s, leading+2)
	for rows.Next() {
		if err := d.scan(rows); err != nil {
			return err
		}
		c := lake.Change{Prev: lake.VersionID(d.int(5)), PrevBranch: lake.BranchID(d.int(6))}
		c.Version, c.Key, c.Rev = lake.VersionID(d.int(0)), lake.Key(d.text(1)), lake.Revision(d.int(2))
		c.Branch, c.Deleted, c.Cells = lake.BranchID(d.int(3)), d.int(4) != 0, d.cells(leading+2)
		c.At = times[c.Rev]
		if err := fn(c); err != nil {
			return err
		}
	}
	return nativeError(rows.Err())
}

// revisionTimes lists the revisions in (after, upto] that wrote the entity, and the
// range of their version numbers.
func (r *reader) revisionTimes(ctx context.Context, e lake.EntityName, after, upto lake.Revision) (map[lake.Revision]time.Time, int64, int64, error) {
	rows, err := r.db.query(ctx, "SELECT rev, at, first_ver, last_ver FROM hw_revisions WHERE rev > ? AND rev <= ? AND json_extract(changes, '$."+string(e)+"') > 0 ORDER BY rev",
		int64(after), int64(upto))
	if err != nil {
		return nil, 0, 0, err
	}
	defer rows.Close()
	times := map[lake.Revision]time.Time{}
	var low, high int64
	for rows.Next() {
		var rev, first, last int64
		var at string
		if err := rows.Scan(&rev, &at, &first, &last); err != nil {
			return nil, 0, 0, nativeError(err)
		}
		if len(times) == 0 {
			low = first
		}
		high = last
		times[lake.Revision(rev)], err = time.Parse(time.RFC3339Nano, at)
		if err != nil {
			return nil, 0, 0, err
		}
	}
	return times, low, high, nativeError(rows.Err())
}
