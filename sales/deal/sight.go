package deal

import (
	"context"
	"slices"
	"sync"

	"headwater/lake"
	"headwater/lake/filter"
	"headwater/pack"
)

// Subject is what checks are asked about: a deal with its account ("" if it has none),
// or an account alone.
type Subject struct{ Deal, Account lake.Key }

// Witness is a record that an answer rests on.
type Witness struct {
	Entity lake.EntityName `json:"entity"`
	ID     lake.Key        `json:"id"`
	Title  string          `json:"title"`
}

// Found is the answer to a check.
type Found struct {
	Holds     bool      `json:"holds"`
	Count     int       `json:"count" doc:"Records that match."`
	AtLeast   int       `json:"at_least" doc:"How many must match."`
	AtMost    *int      `json:"at_most,omitempty" doc:"How many may match."`
	Of        string    `json:"of" doc:"The entity that was counted."`
	Where     string    `json:"where,omitempty" doc:"The condition, as filter text."`
	Witnesses []Witness `json:"witnesses" doc:"Some of the records that match."`
	Problem   string    `json:"problem,omitempty" doc:"Why the check can't be made here; it then doesn't hold."`
}

// Sight holds the records that checks speak of, as a reader saw them. It doesn't change.
type Sight struct {
	schema *lake.Schema
	env    filter.Env
	parsed map[condition]parsed
	tables map[lake.EntityName]*table
	whole  bool // subjects are so many that everything was read
}

type condition struct{ of, where string }

type parsed struct {
	expr lake.Expr
	err  error
}

// table is what was read of one entity.
type table struct {
	entity    *lake.Entity
	paths     []lake.Path
	at        map[string]int // where a path stands in a row
	kinds     []lake.Kind
	rows      []lake.AnswerRow
	byDeal    map[lake.Key][]int
	byAccount map[lake.Key][]int // those without a deal too
}

// Wants are fields that are read for other purposes than checks.
type Wants map[lake.EntityName][]lake.FieldName

// wholeFrom is how many subjects are so many that reading everything in scope is less
// work than naming them.
const wholeFrom = 400

// Look reads what the checks (and wants) speak of for the subjects. Conditions are as
// of env; a check that the schema doesn't understand is answered with a problem.
func Look(ctx context.Context, r *lake.Reader, env filter.Env, subjects []Subject, checks []pack.Check, wants Wants) (*Sight, error) {
	s := &Sight{schema: r.Schema(), env: env, parsed: map[condition]parsed{}, tables: map[lake.EntityName]*table{}, whole: len(subjects) > wholeFrom}
	for _, c := range checks {
		s.prepare(c)
	}
	for name, fields := range wants {
		if t := s.table(name); t != nil {
			for _, f := range fields {
				t.want(s.schema, lake.Path{f})
			}
		}
	}
	var wait sync.WaitGroup
	errs := make(chan error, len(s.tables))
	for _, t := range s.tables {
		wait.Go(func() { errs <- t.read(ctx, r, s.scope(t, subjects)) })
	}
	wait.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return s, nil
}

// prepare compiles a check's condition and notes what it reads.
func (s *Sight) prepare(c pack.Check) {
	key := condition{c.Of, c.Where}
	if _, known := s.parsed[key]; known {
		return
	}
	t := s.table(lake.EntityName(c.Of))
	if t == nil {
		_, err := s.schema.Entity(lake.EntityName(c.Of))
		if err == nil {
			err = lake.Fail(lake.ErrInvalid, "check_of_nothing", "Records of "+c.Of+" don't belong to deals or accounts.", "entity", c.Of)
		}
		s.parsed[key] = parsed{err: err}
		return
	}
	x, err := filter.Parse(c.Where, s.schema, t.entity, s.env)
	s.parsed[key] = parsed{x, err}
	if err == nil {
		for _, p := range pathsOf(x) {
			t.want(s.schema, p)
		}
	}
}

// table makes room for an entity whose records belong to deals or accounts; nil for others.
func (s *Sight) table(name lake.EntityName) *table {
	if t := s.tables[name]; t != nil {
		return t
	}
	e, err := s.schema.Entity(name)
	if err != nil {
		return nil
	}
	t := &table{entity: e, at: map[string]int{}}
	for _, f := range []lake.FieldName{"deal", "account"} {
		if _, ok := e.Field(f); ok {
			t.want(s.schema, lake.Path{f})
		}
	}
	if len(t.paths) == 0 && name != "accounts" {
		return nil
	}
	t.want(s.schema, lake.Path{e.Title})
	s.tables[name] = t
	return t
}

func (t *table) want(s *lake.Schema, p lake.Path) {
	if _, known := t.at[p.String()]; known {
		return
	}
	kind, ok := kindAt(s, t.entity, p)
	if !ok {
		return
	}
	t.at[p.String()] = len(t.paths)
	t.paths, t.kinds = append(t.paths, p), append(t.kinds, kind)
}

func kindAt(s *lake.Schema, e *lake.Entity, p lake.Path) (lake.Kind, bool) {
	var kind lake.Kind
	for _, name := range p {
		if e == nil {
			return "", false
		}
		f, ok := e.Column(name)
		if !ok {
			return "", false
		}
		kind = f.Kind
		e, _ = s.Entity(f.Target)
	}
	return kind, kind != ""
}

// pathsOf are the fields that a condition reads.
func pathsOf(x lake.Expr) (out []lake.Path) {
	switch x := x.(type) {
	case lake.And:
		for _, y := range x {
			out = append(out, pathsOf(y)...)
		}
	case lake.Or:
		for _, y := range x {
			out = append(out, pathsOf(y)...)
		}
	case lake.Not:
		return pathsOf(x.E)
	case lake.Compare:
		return []lake.Path{x.Path}
	case lake.In:
		return []lake.Path{x.Path}
	case lake.Present:
		return []lake.Path{x.Path}
	}
	return out
}

// scope says which records belong to the subjects: those of the deal, and those of its
// account that are of no deal.
func (s *Sight) scope(t *table, subjects []Subject) lake.Expr {
	if s.whole {
		return nil
	}
	var deals, accounts, alone []lake.Cell
	for _, b := range subjects {
		switch {
		case b.Deal == "":
			alone = append(alone, lake.Cell(b.Account))
		case b.Account != "":
			accounts = append(accounts, lake.Cell(b.Account))
			fallthrough
		default:
			deals = append(deals, lake.Cell(b.Deal))
		}
	}
	of := func(f lake.FieldName, keys []lake.Cell) lake.Expr {
		slices.Sort(keys)
		return lake.In{Path: lake.Path{f}, Values: slices.Compact(keys)}
	}
	_, hasDeal := t.at["deal"]
	switch {
	case t.entity.Name == "accounts":
		return of(lake.FieldID, append(accounts, alone...))
	case t.entity.Name == "deals":
		return lake.Or{of(lake.FieldID, deals), of("account", alone)}
	case !hasDeal:
		return of("account", append(accounts, alone...))
	}
	or := lake.Or{of("deal", deals)}
	if _, both := t.at["account"]; both {
		or = append(or, lake.And{lake.Not{E: lake.Present{Path: lake.Path{"deal"}}}, of("account", accounts)}, of("account", alone))
	}
	return or
}

const readAtOnce = 20_000

func (t *table) read(ctx context.Context, r *lake.Reader, where lake.Expr) error {
	q := lake.Question{Entity: t.entity.Name, Fields: t.paths, Where: where, Limit: readAtOnce}
	for {
		a, err := r.Ask(ctx, q)
		if err != nil {
			return err
		}
		t.rows = append(t.rows, a.Rows...)
		if !a.More || len(a.Rows) == 0 {
			break
		}
		q.After = a.Rows[len(a.Rows)-1].After
	}
	t.byDeal, t.byAccount = map[lake.Key][]int{}, map[lake.Key][]int{}
	for i := range t.rows {
		if d := t.cell(i, "deal"); d != "" {
			t.byDeal[lake.Key(d)] = append(t.byDeal[lake.Key(d)], i)
		}
		if a := t.cell(i, "account"); a != "" {
			t.byAccount[lake.Key(a)] = append(t.byAccount[lake.Key(a)], i)
		}
		switch t.entity.Name {
		case "deals":
			t.byDeal[t.rows[i].Key] = []int{i}
		case "accounts":
			t.byAccount[t.rows[i].Key] = []int{i}
		}
	}
	return nil
}

func (t *table) cell(row int, field lake.FieldName) lake.Cell {
	i, ok := t.at[string(field)]
	if !ok {
		return ""
	}
	return t.rows[row].Cells[i]
}

// of are the rows that belong to a subject.
func (t *table) of(b Subject) []int {
	_, hasDeal := t.at["deal"]
	switch {
	case b.Deal == "", t.entity.Name == "accounts":
		return t.byAccount[b.Account]
	case t.entity.Name == "deals":
		return t.byDeal[b.Deal]
	case !hasDeal:
		return t.byAccount[b.Account]
	}
	out := t.byDeal[b.Deal]
	for _, i := range t.byAccount[b.Account] {
		if b.Account != "" && t.cell(i, "deal") == "" {
			out = append(slices.Clip(out), i)
		}
	}
	return out
}

func (t *table) witness(row int) Witness {
	return Witness{t.entity.Name, t.rows[row].Key, string(t.cell(row, t.entity.Title))}
}

// mostWitnesses is how many records an answer shows; Count has them all.
const mostWitnesses = 12

// Count answers a check about a subject. Look must have been given both.
func (s *Sight) Count(c pack.Check, b Subject) Found {
	out := Found{Of: c.Of, Where: c.Where, AtMost: c.AtMost, AtLeast: 1, Witnesses: []Witness{}}
	switch {
	case c.AtLeast != nil:
		out.AtLeast = *c.AtLeast
	case c.AtMost != nil:
		out.AtLeast = 0
	}
	p, known := s.parsed[condition{c.Of, c.Where}]
	if !known || p.err != nil {
		out.Problem = "this check wasn't prepared"
		if p.err != nil {
			out.Problem = p.err.Error()
		}
		return out
	}
	t := s.tables[lake.EntityName(c.Of)]
	for _, i := range t.of(b) {
		if !t.matches(i, p.expr) {
			continue
		}
		if out.Count++; len(out.Witnesses) < mostWitnesses {
			out.Witnesses = append(out.Witnesses, t.witness(i))
		}
	}
	out.Holds = out.Count >= out.AtLeast && (out.AtMost == nil || out.Count <= *out.AtMost)
	return out
}

func (t *table) matches(row int, x lake.Expr) bool {
	return filter.Eval(x, func(p lake.Path) (lake.Cell, lake.Kind) {
		i, ok := t.at[p.String()]
		if !ok {
			return "", ""
		}
		return t.rows[row].Cells[i], t.kinds[i]
	})
}

// Row is one record of a sight.
type Row struct {
	Witness
	cell func(lake.FieldName) lake.Cell
}

// Cell is a field that was wanted, or that a check reads.
func (r Row) Cell(f lake.FieldName) lake.Cell { return r.cell(f) }

// Rows are a subject's records of an entity that was wanted, oldest first.
func (s *Sight) Rows(name lake.EntityName, b Subject) (out []Row) {
	t := s.tables[name]
	if t == nil {
		return nil
	}
	list := slices.Clone(t.of(b))
	slices.SortFunc(list, func(i, j int) int { return compareKeys(t.rows[i].Key, t.rows[j].Key) })
	for _, i := range list {
		out = append(out, Row{t.witness(i), func(f lake.FieldName) lake.Cell { return t.cell(i, f) }})
	}
	return out
}

// NewRow is a row of an answer; cells lie beside fields, the first of which names it.
func NewRow(e lake.EntityName, key lake.Key, fields []lake.FieldName, cells []lake.Cell) Row {
	return Row{Witness{e, key, string(cells[0])}, func(f lake.FieldName) lake.Cell {
		if i := slices.Index(fields, f); i >= 0 {
			return cells[i]
		}
		return ""
	}}
}
