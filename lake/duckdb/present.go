package duckdb

import (
	"database/sql"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"headwater/lake"
)

// A large overlay over files is joined with all rows of the base, because an edit may
// have lost its row there. Once it is known that every edit's row is in the files as they
// are, the base alone says which rows there are: then the overlay's rows are looked up
// beside it, and not at all where a question wants no cell that an edit holds, which the
// planner tells.
//
// That every edit has its row is found out when the same overlay over the same files is
// read for the second time; when either changes, it is no longer known.

// laid is an overlay over files that can be read in two ways. In the question's SQL it is
// a name until the files are known.
type laid struct {
	name    string
	full    string   // right in any case
	beside  string   // right when every edit has its row
	bare    string   // right when, moreover, no cell that an edit holds is wanted
	columns []string // of the relation, c0, c1 … for those of the fields, with types
	held    []bool   // beside columns: edits hold it
	check   string   // counts the edits and those that have their row
	overlay string   // what lies there: changes with every edit
	base    *scan
	count   int64

	settled bool // whether every edit has its row
	present bool // … and whether that is so
	read    string
}

// lay gives the relation of an overlay over files as its name; where it can be read in
// one way only, that.
func (h *homes) lay(v lake.View, ent *lake.Entity, over overlaying, l laid, base, rows string, tests []string) (string, error) {
	head := h.st.heads[v.Branch]
	_, ok := h.st.bit(place{v.Branch, v.Lineage}, ent.Name)
	names, parts, err := typedKey(ent)
	if err != nil || !ok || len(names) == 0 || l.base.copied == "" && !h.e.isFiles(l.base) {
		return l.full, err
	}
	columns, err := writtenColumns(ent, h.st.tables[ent.Name], tests, nil)
	if err != nil {
		return "", err
	}
	keys := make([]string, len(parts))
	for i := range parts {
		keys[i] = "o." + besideKey(i)
	}
	on := equalKeys(names, keys)
	l.name, l.count = h.name("laid"), over.count
	l.bare = "SELECT b.id, b.created_at, b.updated_at, 0::BIGINT AS _from" + listed(prefixed("b", fieldColumns(ent))) + " FROM (" + base + ") AS b"
	l.beside = "SELECT b.id, coalesce(b.created_at, o.created_at) AS created_at, CASE WHEN o.id IS NULL THEN b.updated_at ELSE o.updated_at END AS updated_at, coalesce(o._from, 0::BIGINT) AS _from" +
		listed(columns) + " FROM (" + base + ") AS b LEFT JOIN (" + keyed(rows, parts) + ") AS o ON " + on
	edits := "SELECT DISTINCT " + strings.Join(keys, ", ") + " FROM (" + keyed(over.rows, parts) + ") AS o"
	l.check = "SELECT (SELECT count(*) FROM (" + edits + ")), (SELECT count(*) FROM (" + edits + ") AS o SEMI JOIN (" + base + ") AS b ON " + on + ")"
	l.overlay = fmt.Sprint(ent.Name, v.Branch, head.Tail, head.Last[ent.Name], over.count, ent.Home.Source, ent.Home.Table, l.base.pin, l.base.types, ent.Home.Key)
	shown, err := l.define(ent, tests)
	h.laid = append(h.laid, l)
	return "SELECT id, created_at, updated_at, _from" + listed(shown) + " FROM " + l.name, err
}

// define gives the relation's columns names that a plan can be searched for; shown are
// the columns under the fields' names.
func (l *laid) define(ent *lake.Entity, tests []string) (shown []string, err error) {
	l.columns, l.held = []string{"id VARCHAR", "created_at TIMESTAMP", "updated_at TIMESTAMP", "_from BIGINT"}, []bool{false, true, true, true}
	var named []string
	for i := range ent.Fields {
		t, err := homeType(&ent.Fields[i])
		if err != nil {
			return nil, err
		}
		for j, c := range fieldColumns(&lake.Entity{Fields: ent.Fields[i : i+1]}) {
			if j > 0 {
				t = "VARCHAR"
			}
			name := "c" + strconv.Itoa(len(named))
			named, shown = append(named, c+" AS "+name), append(shown, name+" AS "+c)
			l.columns, l.held = append(l.columns, name+" "+t), append(l.held, tests[i] != "")
		}
	}
	for _, text := range []*string{&l.full, &l.beside, &l.bare} {
		*text = "SELECT id, created_at, updated_at, _from" + listed(named) + " FROM (" + *text + ")"
	}
	l.read = l.full
	return shown, nil
}

func besideKey(i int) string { return "_key" + strconv.Itoa(i) }

// unlaid puts overlays in the place of their names, in full or as they are to be read.
func (h *homes) unlaid(text string, full bool) string {
	for _, l := range slices.Backward(h.laid) {
		in := l.read
		if full {
			in = l.full
		}
		text = strings.ReplaceAll(text, l.name, "("+in+")")
	}
	return text
}

// settle decides how overlays are read by the statements that come next, when the files
// are known.
func (h *homes) settle(texts []string) (err error) {
	any := false
	for i := range h.laid {
		l := &h.laid[i]
		if !l.settled {
			if l.present, err = h.present(l); err != nil {
				return err
			}
			l.settled = true
		}
		any = any || l.present
	}
	if !any {
		return nil
	}
	wants, err := h.wants(texts)
	for i := range h.laid {
		switch l := &h.laid[i]; {
		case l.present && wants[h.marked(l.name)]:
			l.read = l.beside
		case l.present:
			l.read = l.bare
		}
	}
	return err
}

// wants are the overlays that statements want cells of that edits hold.
func (h *homes) wants(texts []string) (map[string]bool, error) {
	key, marked := h.planKey(texts), make([]string, len(texts))
	for i, text := range texts {
		marked[i] = h.marked(text)
	}
	for _, l := range h.laid {
		key += h.marked(l.name) + strings.Join(l.columns, ",") + fmt.Sprint(l.held)
	}
	if known, ok := h.e.plans.wants.get(key); ok {
		return known, nil
	}
	out := map[string]bool{}
	err := h.e.plans.plans(h, marked, func(_ *sql.Conn, plans []planned) error {
		for i := range plans {
			plans[i].walk(func(p *planned) {
				for _, l := range h.laid {
					if table, _ := p.Extra["Table"].(string); strings.HasSuffix(table, "."+h.marked(l.name)) && l.wanted(p) {
						out[h.marked(l.name)] = true
					}
				}
			})
		}
		return nil
	})
	if err == nil {
		h.e.plans.wants.keep(key, out)
	} else if h.ctx.Err() == nil { // it can't tell: they are wanted
		for _, l := range h.laid {
			out[h.marked(l.name)] = true
		}
		err = nil
	}
	return out, err
}

// wanted tells whether a place of a plan names a column that edits hold. Texts may hold
// literals that look like columns: then the overlay is read in vain.
func (l *laid) wanted(p *planned) bool {
	texts := append(p.texts("Projections"), p.texts("Filters")...)
	for i, c := range l.columns {
		name, _, _ := strings.Cut(c, " ")
		word := regexp.MustCompile(`\b` + name + `\b`)
		if l.held[i] && slices.ContainsFunc(texts, word.MatchString) {
			return true
		}
	}
	return false
}

// presence is what is known of an overlay over files.
type presence int

const (
	readOnce presence = iota + 1
	allPresent
	someMissing
)

func (h *homes) present(l *laid) (bool, error) {
	files, ok := l.base.version()
	if !ok {
		return false, nil
	}
	key := l.overlay + files
	known, _ := h.e.presences.get(key)
	switch known {
	case 0:
		h.e.presences.keep(key, readOnce)
	case readOnce:
		var edits, there int64
		if err := h.conn.QueryRowContext(h.ctx, h.final(l.check)).Scan(&edits, &there); err != nil {
			return false, err
		}
		known = someMissing
		if after, ok := l.base.version(); ok && after == files && edits == l.count && there == l.count {
			known = allPresent
		}
		h.e.presences.keep(key, known)
	}
	return known == allPresent, nil
}

// version tells the files of a scan from what they were or will be.
func (s *scan) version() (string, bool) {
	paths := []string{s.copied}
	if s.copied == "" {
		if s.result == nil || s.result.Files == nil {
			return "", false
		}
		paths = s.result.Files.Paths
	}
	var b strings.Builder
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return "", false
		}
		b.WriteString("\x00" + p + "\x00" + strconv.FormatInt(info.Size(), 36) + "\x00" + strconv.FormatInt(info.ModTime().UnixNano(), 36))
	}
	return b.String(), true
}

// keyed are the overlay's rows with the columns of the key.
func keyed(rows string, parts []string) string {
	text := "SELECT o.*"
	for i, part := range parts {
		text += ", " + part + " AS " + besideKey(i)
	}
	return text + " FROM (" + rows + ") AS o"
}
