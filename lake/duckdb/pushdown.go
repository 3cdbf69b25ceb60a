package duckdb

import (
	"database/sql"
	"encoding/json"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	duck "github.com/duckdb/duckdb-go/v2"

	"headwater/lake"
)

// plan finds out what the scans of some statements need not read. Where it can't tell,
// everything is read. It returns the statements' plans, or nil.
func (h *homes) plan(texts []string) ([]planned, error) {
	if !h.explain && !slices.ContainsFunc(h.scans, func(s *scan) bool { return s.copied == "" && !h.e.isFiles(s) }) {
		return nil, nil
	}
	unlaid := make([]string, len(texts))
	for i, text := range texts {
		unlaid[i] = h.unlaid(text, true)
	}
	texts = unlaid
	key := h.planKey(texts)
	known, ok := h.e.plans.remembered.get(key)
	if !ok {
		var err error
		if known, err = h.planning(texts); known == nil || err != nil {
			return nil, err
		}
		h.e.plans.remembered.keep(key, known)
	}
	for i, s := range h.scans {
		n := known.scans[i]
		s.needed, s.found, s.stayed, s.whole = slices.Clone(n.needed), slices.Clone(n.found), slices.Clone(n.stayed), n.whole
	}
	return known.plans, nil
}

// planning is what the planner says of some statements. It holds no name of a question,
// and nobody changes it.
type planning struct {
	plans []planned
	scans []narrowed // beside those of the question
}

// narrowed is what a scan needs.
type narrowed struct {
	needed []bool
	found  []found
	stayed []lake.Stayed
	whole  bool
}

// planKey is all that a plan depends on.
func (h *homes) planKey(texts []string) string {
	var b strings.Builder
	for _, text := range texts {
		b.WriteString(text + "\x00")
	}
	for _, s := range h.scans {
		b.WriteString(s.name + "(" + strings.Join(s.definitions(), ", ") + ")")
		for i := range s.ent.Fields {
			b.WriteString(" " + string(s.ent.Fields[i].Name))
		}
	}
	tables := h.mirrored(texts)
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		b.WriteString("\x00" + tables[name])
	}
	return h.marked(b.String())
}

// planning asks the planner; nil when it can't tell.
func (h *homes) planning(texts []string) (*planning, error) {
	marked := make([]string, len(texts))
	for i, text := range texts {
		marked[i] = h.marked(text)
	}
	var out *planning
	err := h.e.plans.plans(h, marked, func(conn *sql.Conn, plans []planned) error {
		reads := map[string][]reading{}
		for i := range plans {
			plans[i].walk(func(p *planned) {
				h.scanned(conn, p, reads)
				h.tested(p)
			})
		}
		for _, s := range h.scans {
			s.narrow(reads[h.marked(s.name)])
			if s.nearest != nil {
				s.found = nil // the nearest are chosen before conditions are tested
			}
		}
		if err := h.constants(conn); err != nil {
			return err
		}
		out = &planning{plans: plans}
		for _, s := range h.scans {
			out.scans = append(out.scans, narrowed{s.needed, s.found, s.stayed, s.whole})
		}
		return nil
	})
	var native *duck.Error
	switch {
	case err == nil:
	case h.ctx.Err() != nil:
		return nil, h.ctx.Err()
	case errors.As(err, &native) && (native.Type == duck.ErrorTypeBinder || native.Type == duck.ErrorTypeCatalog):
		return nil, err // the statement makes no sense over the real tables either
	default:
		h.e.log.Warn("engine: a question was not planned", "error", err)
		for _, s := range h.scans {
			s.needed, s.found, s.whole = nil, nil, false
		}
		return nil, nil
	}
	return out, nil
}

// scanOf finds the scan that a plan reads; nil when it reads another table.
func (h *homes) scanOf(p *planned) *scan {
	table, _ := p.Extra["Table"].(string)
	table = table[strings.LastIndexByte(table, '.')+1:]
	i := slices.IndexFunc(h.scans, func(s *scan) bool { return h.marked(s.name) == table })
	if p.Name != "SEQ_SCAN" || i < 0 {
		return nil
	}
	return h.scans[i]
}

// reading is one place of a plan that scans a table.
type reading struct {
	columns []int // needed ones
	found   []found
	exact   bool // found says all that the place asks of the rows
}

// found is a condition of a plan. Its values are expressions until constants has made
// texts of them.
type found struct {
	column int
	op     lake.Op
	values []any
	texts  []string
}

func (f found) same(g found) bool {
	a, _ := json.Marshal([]any{f.column, f.op, f.values})
	b, _ := json.Marshal([]any{g.column, g.op, g.values})
	return string(a) == string(b)
}

// dynamic is a filter that the database sharpens while it sorts.
var dynamic = regexp.MustCompile(`(^| AND )optional: (c\d+ IS NULL OR )?Dynamic Filter \(c\d+\)$`)

// required drops the word that marks conditions which are tested again behind the scan.
func required(text string) (string, bool) {
	const mark = "optional: "
	var b strings.Builder
	quoted, optional := false, false
	for i := 0; i < len(text); i++ {
		if text[i] == '\'' {
			quoted = !quoted
		}
		if !quoted && strings.HasPrefix(text[i:], mark) {
			i += len(mark) - 1
			optional = true
			continue
		}
		b.WriteByte(text[i])
	}
	return b.String(), optional
}

var scanColumn = regexp.MustCompile(`\bc(\d+)\b`)

// scanned notes what a plan asks of a scan.
func (h *homes) scanned(conn *sql.Conn, p *planned, reads map[string][]reading) {
	s := h.scanOf(p)
	if s == nil {
		return
	}
	r := reading{exact: true}
	for _, c := range p.texts("Projections") {
		r.need(c)
	}
	for _, text := range p.texts("Filters") {
		text = dynamic.ReplaceAllString(text, "") // the order's column is among the projections
		if text == "" {
			continue
		}
		text, optional := required(text)
		r.need(text)
		r.exact = r.exact && !optional
		for _, part := range conjuncts(text) {
			list, exact := h.understood(conn, s, part)
			if !exact {
				s.stays(h, part)
			}
			r.found, r.exact = append(r.found, list...), r.exact && exact
		}
	}
	table := h.marked(s.name)
	reads[table] = append(reads[table], r)
}

func (h *homes) understood(conn *sql.Conn, s *scan, text string) ([]found, bool) {
	tree, err := h.e.parser.condition(h.ctx, conn, text)
	if err != nil {
		return nil, false
	}
	return s.understood(tree)
}

// conjuncts takes a condition apart at the ANDs that stand in no parentheses or quotes.
func conjuncts(text string) (out []string) {
	depth, quoted, from := 0, false, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\'':
			quoted = !quoted
		case quoted:
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth--
		case depth == 0 && strings.HasPrefix(text[i:], " AND "):
			out = append(out, text[from:i])
			from = i + len(" AND ")
		case depth == 0 && strings.HasPrefix(text[i:], " OR "):
			return []string{text} // AND binds closer
		}
	}
	return append(out, text[from:])
}

// tested notes the conditions that the engine tests right behind a scan.
func (h *homes) tested(p *planned) {
	if p.Name != "FILTER" || len(p.Children) != 1 {
		return
	}
	if s := h.scanOf(&p.Children[0]); s != nil {
		for _, text := range p.texts("Expression") {
			s.stays(h, text)
		}
	}
}

// stays notes a condition that no source can be asked to apply, for people.
func (s *scan) stays(h *homes, text string) {
	text = scanColumn.ReplaceAllStringFunc(text, func(c string) string {
		if n, _ := strconv.Atoi(c[1:]); n < len(s.ent.Fields) {
			return string(s.ent.Fields[n].Name)
		}
		return c
	})
	if strings.Contains(text, h.e.mark) { // names of the question itself
		text = "…"
	}
	s.stayed = append(s.stayed, lake.Stayed{Condition: text, Why: "expression"})
}

// need notes the columns that a text of the plan names. Texts may hold literals that
// look like columns: then more is read than is needed.
func (r *reading) need(text string) {
	for _, m := range scanColumn.FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(m[1])
		r.columns = append(r.columns, n)
	}
}

// narrow makes a scan read what its places need: the columns of all, the conditions that
// all of them share.
func (s *scan) narrow(places []reading) {
	s.needed = make([]bool, len(s.ent.Fields))
	for _, p := range places {
		for _, c := range p.columns {
			if c < len(s.needed) {
				s.needed[c] = true
			}
		}
	}
	for i := 0; len(places) > 0 && i < len(places[0].found); i++ {
		f := places[0].found[i]
		if !slices.ContainsFunc(places[1:], func(p reading) bool { return !slices.ContainsFunc(p.found, f.same) }) &&
			!slices.ContainsFunc(s.found, f.same) {
			s.found = append(s.found, f)
		}
	}
	s.whole = len(places) == 1 && places[0].exact
}

// share lets scans of the same table with the same conditions be read once.
func (h *homes) share() {
	first := map[string]*scan{}
	for _, s := range h.scans {
		if s.copied != "" || s.limit > 0 || s.count || s.nearest != nil || s.none {
			continue
		}
		id, _ := json.Marshal([]any{s.ent.Home.Source, s.ent.Home.Table, s.pin, s.ent.Name, s.where, s.texts()})
		if f := first[string(id)]; f != nil {
			s.as = f
			f.alsoNeeds(s)
		} else {
			first[string(id)] = s
		}
	}
}

func (s *scan) alsoNeeds(t *scan) {
	if s.needed == nil || t.needed == nil {
		s.needed = nil
		return
	}
	for i, n := range t.needed {
		s.needed[i] = s.needed[i] || n
	}
}

func (s *scan) texts() (out []string) {
	for _, f := range s.found {
		out = append(out, strconv.Itoa(f.column)+string(f.op)+strings.Join(f.texts, "\x00"))
	}
	slices.Sort(out)
	return out
}

// wishes are all conditions that the source is asked to apply.
func (s *scan) wishes() []wish {
	out := slices.Clone(s.where)
	for _, f := range s.found {
		if f.texts == nil && f.op != lake.ScanNull && f.op != lake.ScanNotNull {
			continue
		}
		field := &s.ent.Fields[f.column]
		c := lake.ScanCondition{Column: column0(field), Type: s.types[f.column], Op: f.op, Values: f.texts}
		out = append(out, wish{c, spoken(field, c)})
	}
	return merge(out)
}

// merge makes ScanPrefix of "at least abc and less than abd".
func merge(list []wish) []wish {
	for i := range list {
		for j := range list {
			a, b := &list[i], &list[j]
			if a.Op == lake.GE && b.Op == lake.LT && a.Column == b.Column && strings.ToUpper(a.Type) == "VARCHAR" && follows(a.Values[0], b.Values[0]) {
				a.Op = lake.ScanPrefix
				a.text = strings.TrimSuffix(strings.SplitN(a.text, " ", 2)[0], " ") + " LIKE " + literal(a.Values[0]+"%")
				return merge(slices.Delete(list, j, j+1))
			}
		}
	}
	return list
}

// follows tells whether what lies from a up to b is exactly what begins with a.
func follows(a, b string) bool {
	n := len(a)
	return n > 0 && n == len(b) && a[:n-1] == b[:n-1] && b[n-1] == a[n-1]+1
}

func literal(s string) string { return "'" + sqlText(s) + "'" }

// spoken is a condition for people.
func spoken(f *lake.Field, c lake.ScanCondition) string {
	name := string(f.Name)
	values := make([]string, len(c.Values))
	for i, v := range c.Values {
		values[i] = v
		if f.Kind != lake.Integer && f.Kind != lake.Decimal && f.Kind != lake.Float && f.Kind != lake.Boolean {
			values[i] = literal(v)
		}
	}
	switch c.Op {
	case lake.ScanNull:
		return name + " IS NULL"
	case lake.ScanNotNull:
		return name + " IS NOT NULL"
	case lake.ScanIn:
		if len(values) > 5 {
			return name + " IN (" + strings.Join(values[:5], ", ") + ", … " + strconv.Itoa(len(values)) + ")"
		}
		return name + " IN (" + strings.Join(values, ", ") + ")"
	}
	return name + " " + string(c.Op) + " " + strings.Join(values, ", ")
}

func (e *Engine) isFiles(s *scan) bool {
	_, ok := e.fileTables.Load(s.ent.Home.Source + "\x00" + s.ent.Home.Table)
	return ok
}
