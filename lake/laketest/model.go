package laketest

import (
	"maps"
	"slices"
	"strings"

	"headwater/lake"
)

// state is everything that one branch shows at one revision.
type state struct {
	rows   map[rowKey]lake.Cells // cells of hidden fields are kept too
	fields map[fieldKey]lake.Kind
}

type rowKey struct {
	entity lake.EntityName
	key    lake.Key
}

type fieldKey struct {
	entity lake.EntityName
	field  lake.FieldName
}

func (s *state) clone() *state {
	return &state{rows: maps.Clone(s.rows), fields: maps.Clone(s.fields)}
}

// visible are the cells that the state's schema shows. A cell is kept under its name
// and kind, as two branches may give a name different kinds.
func (s *state) visible(k rowKey) lake.Cells {
	row, ok := s.rows[k]
	if !ok {
		return nil
	}
	out := lake.Cells{}
	for f, kind := range s.fields {
		if f.entity != k.entity {
			continue
		}
		if v := row[stored(f.field, kind)]; v != "" {
			out[f.field] = v
		}
	}
	return out
}

func stored(f lake.FieldName, k lake.Kind) lake.FieldName {
	return f + lake.FieldName("|"+string(k))
}

func (s *state) set(k rowKey, cells lake.Cells) {
	row := maps.Clone(s.rows[k])
	if row == nil {
		row = lake.Cells{}
	}
	for n, v := range cells {
		row[stored(n, s.fields[fieldKey{k.entity, n}])] = v
	}
	s.rows[k] = row
}

// branchModel is one branch: what it showed after each revision that changed it.
type branchModel struct {
	name    string
	parent  *branchModel
	fork    *state // what the parent showed at the fork
	open    bool
	history []snapshot
	own     map[rowKey]bool // rows that the branch itself wrote
	ownDefs map[fieldKey]bool
}

type snapshot struct {
	rev   lake.Revision
	state *state
}

func (b *branchModel) head() *state { return b.history[len(b.history)-1].state }

func (b *branchModel) at(rev lake.Revision) *state {
	i := len(b.history) - 1
	for i > 0 && b.history[i].rev > rev {
		i--
	}
	return b.history[i].state
}

func (b *branchModel) commit(rev lake.Revision, s *state) {
	before := b.head()
	for k, row := range s.rows {
		if old, ok := before.rows[k]; !ok || !old.Equal(row) {
			b.own[k] = true
		}
	}
	for k := range before.rows {
		if _, ok := s.rows[k]; !ok {
			b.own[k] = true
		}
	}
	b.history = append(b.history, snapshot{rev, s})
}

// broken tells whether a state breaks a rule of the schema.
func (s *state) broken(rules *lake.Schema) string {
	unique := map[string]lake.Key{}
	for k := range s.rows {
		e, err := rules.Entity(k.entity)
		if err != nil {
			return "no entity"
		}
		cells := s.visible(k)
		for _, f := range e.Fields {
			v := cells[f.Name]
			switch {
			case v == "" && f.Required:
				return "required " + string(f.Name)
			case v == "":
			case f.Unique:
				id := string(k.entity) + "/" + string(f.Name) + "/" + string(v)
				if _, taken := unique[id]; taken {
					return "unique " + id
				}
				unique[id] = k.key
			case f.Kind == lake.Reference:
				if _, ok := s.rows[rowKey{f.Target, lake.Key(v)}]; !ok {
					return "reference " + string(k.key) + "." + string(f.Name)
				}
			}
		}
	}
	return ""
}

// merged is the three-way merge of whole states, written without regard to cost.
// ok is false when a conflict stays open.
func merged(base, ours, theirs *state, policy lake.MergePolicy, own func(rowKey) bool) (out *state, ok bool) {
	out = ours.clone()
	if !mergeFields(out, base, ours, theirs, policy) {
		return nil, false
	}
	keys := map[rowKey]bool{}
	for _, s := range []*state{base, theirs} {
		for k := range s.rows {
			keys[k] = true
		}
	}
	for k := range keys {
		if !own(k) {
			continue
		}
		if !mergeRow(out, base, ours, theirs, k, policy) {
			return nil, false
		}
	}
	return out, true
}

func mergeFields(out, base, ours, theirs *state, policy lake.MergePolicy) bool {
	keys := map[fieldKey]bool{}
	for _, s := range []*state{base, ours, theirs} {
		for k := range s.fields {
			keys[k] = true
		}
	}
	for k := range keys {
		b, o, t := base.fields[k], ours.fields[k], theirs.fields[k]
		if t == b || t == o {
			continue
		}
		if o != b { // both changed, differently
			if policy == lake.Ask {
				return false
			}
			if policy == lake.TakeOurs {
				continue
			}
		}
		if t == "" {
			delete(out.fields, k)
		} else {
			out.fields[k] = t
		}
	}
	return true
}

// shown is a row in the fields of schema s; fields of another kind don't count.
func shown(schema, from *state, k rowKey) (lake.Cells, bool) {
	row, ok := from.rows[k]
	if !ok {
		return nil, false
	}
	cells := lake.Cells{}
	for f, kind := range schema.fields {
		if f.entity == k.entity {
			cells[f.field] = row[stored(f.field, kind)]
		}
	}
	return cells, true
}

func mergeRow(out, base, ours, theirs *state, k rowKey, policy lake.MergePolicy) bool {
	b, inBase := shown(out, base, k)
	o, inOurs := shown(out, ours, k)
	t, inTheirs := shown(out, theirs, k)
	same := func(x, y lake.Cells, inX, inY bool) bool { return inX == inY && x.Equal(y) }
	if same(t, b, inTheirs, inBase) || same(t, o, inTheirs, inOurs) {
		return true
	}
	if !inTheirs || inBase && !inOurs { // a delete against an update, or the reverse
		clash := !same(o, b, inOurs, inBase)
		if clash && policy == lake.Ask {
			return false
		}
		if clash && policy == lake.TakeOurs {
			return true
		}
		delete(out.rows, k)
		if inTheirs {
			out.set(k, t)
		}
		return true
	}
	if !inOurs {
		out.set(k, t)
		return true
	}
	set := lake.Cells{}
	for n := range t {
		switch {
		case t[n] == b[n] || t[n] == o[n]:
		case o[n] == b[n] || policy == lake.TakeTheirs:
			set[n] = t[n]
		case policy == lake.Ask:
			return false
		}
	}
	if inBase || len(set) > 0 {
		out.set(k, set)
	}
	return true
}

// text shows a state, for failures.
func (s *state) text() string {
	var lines []string
	for k := range s.rows {
		c := s.visible(k)
		names := slices.Sorted(maps.Keys(c))
		line := string(k.entity) + " " + string(k.key)
		for _, n := range names {
			line += " " + string(n) + "=" + string(c[n])
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
