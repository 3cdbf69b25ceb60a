package duckdb

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"headwater/lake"
	"headwater/lake/collate"
)

const (
	maxHits    = 200
	longBudget = 400 * time.Millisecond // for looking into long texts, when titles gave too little
	around     = 30                     // characters of an excerpt on either side
)

// The scores of a hit, best first: the title is the words, begins with them, its
// initials or pinyin begin with them, it holds them, it holds each word, or another
// field does.
const (
	scoreExact = 6 - iota
	scorePrefix
	scoreSpoken
	scoreContains
	scoreWords
	scoreOther
)

// Search finds records by words, substrings or pinyin. Every word must be found.
func (e *Engine) Search(ctx context.Context, v lake.View, words string, limit int) (hits []lake.Hit, err error) {
	defer func() { err = e.hide("search", err) }()
	if limit <= 0 || limit > maxHits {
		limit = min(max(limit, 20), maxHits)
	}
	phrase := strings.Join(strings.Fields(collate.Fold(words)), " ")
	if phrase == "" || v.Schema == nil {
		return nil, nil
	}
	if utf8.RuneCountInString(phrase) > 200 {
		return nil, lake.Fail(lake.ErrLimit, "search_too_long", "The words to search for are longer than 200 characters.")
	}
	s := searching{ctx: ctx, e: e, view: v, phrase: phrase, words: strings.Split(phrase, " "), limit: limit}
	err = e.reading(ctx, v, v.Schema.Entities(), func(ctx context.Context, h *homes) error {
		s.found = nil
		return s.all(ctx, h)
	})
	if err != nil {
		return nil, err
	}
	return s.hits()
}

type searching struct {
	ctx    context.Context
	e      *Engine
	view   lake.View
	phrase string
	words  []string
	limit  int
	found  []foundHit
}

type foundHit struct {
	ent   *lake.Entity
	place int // of the entity in the schema
	key   lake.Key
	score int
	sort  string
	cells lake.Cells // of a record of a kept copy; others are completed from the store
}

func (s *searching) all(ctx context.Context, h *homes) error {
	snap := h.snapshot
	entities := s.view.Schema.Entities()
	for i, ent := range entities {
		if ent.Overlaid() {
			if err := s.kept(h, i, ent); err != nil {
				return err
			}
			continue
		}
		if err := s.entity(ctx, snap, i, ent, false); err != nil {
			return err
		}
	}
	if len(s.found) < s.limit {
		short, cancel := context.WithTimeout(ctx, longBudget)
		defer cancel()
		for i, ent := range entities {
			if ent.Overlaid() {
				continue
			}
			if err := s.entity(short, snap, i, ent, true); err != nil {
				if short.Err() != nil && ctx.Err() == nil {
					break // what was found so far is an answer
				}
				return err
			}
		}
	}
	slices.SortFunc(s.found, func(a, b foundHit) int {
		return cmp.Or(b.score-a.score, a.place-b.place, strings.Compare(a.sort, b.sort), cmp.Compare(a.key, b.key))
	})
	s.found = s.found[:min(len(s.found), s.limit)]
	return nil
}

// entity looks into one entity: its short texts or, in a second turn, its long ones.
func (s *searching) entity(ctx context.Context, snap snapshot, nth int, ent *lake.Entity, long bool) error {
	if _, ok := snap.st.bit(place{s.view.Branch, s.view.Lineage}, ent.Name); ok && !ent.Directory &&
		snap.st.heads[s.view.Branch].Count[ent.Name] == 0 {
		return nil
	}
	c := newCompiler(snap.st, s.view, ent)
	title, err := c.titleForms()
	if err != nil {
		return nil // an entity without a title can't be found by words
	}
	others, err := c.otherTexts(s.words, long)
	if err != nil || long && len(others) == 0 {
		return err
	}
	var conds []string
	for i := range s.words {
		w := c.args.bind(s.words[i])
		any := []string{c.inTitle(title, s.words[i], w)}
		for _, o := range others {
			if long {
				any = append(any, c.inLong(o[i], s.words[i]))
				continue
			}
			any = append(any, "contains("+o[i]+", "+w+")")
		}
		conds = append(conds, "("+strings.Join(any, " OR ")+")")
	}
	order := "NULL::VARCHAR"
	if o, err := c.step(ent, c.main, ent.Title); err == nil && !o.null {
		order = o.sortKey() + "::VARCHAR"
	}
	text := fmt.Sprintf("SELECT %s.id, %s AS score, %s AS sort FROM %s WHERE %s AND %s ORDER BY score DESC, sort NULLS LAST, id LIMIT %d",
		c.main, s.score(c, title), order, c.from, c.where, strings.Join(conds, " AND "), s.limit)
	return s.collect(ctx, snap, nth, ent, text, c.args.values)
}

func (s *searching) score(c *compiler, title string) string {
	phrase := c.args.bind(s.phrase)
	all := make([]string, len(s.words))
	for i, w := range s.words {
		all[i] = c.inTitle(title, w, c.args.bind(w))
	}
	return fmt.Sprintf("CASE WHEN starts_with(%[1]s, %[2]s || chr(10)) THEN %[3]d WHEN starts_with(%[1]s, %[2]s) THEN %[4]d"+
		" WHEN contains(%[1]s, chr(10) || %[2]s) THEN %[5]d WHEN contains(%[1]s, %[2]s) THEN %[6]d WHEN %[7]s THEN %[8]d ELSE %[9]d END",
		title, phrase, scoreExact, scorePrefix, scoreSpoken, scoreContains, strings.Join(all, " AND "), scoreWords, scoreOther)
}

func (s *searching) collect(ctx context.Context, snap snapshot, nth int, ent *lake.Entity, text string, args []any) error {
	rows, err := snap.conn.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		h := foundHit{ent: ent, place: nth}
		var sort *string
		if err := rows.Scan((*string)(&h.key), &h.score, &sort); err != nil {
			return err
		}
		if sort != nil {
			h.sort = *sort
		}
		if !slices.ContainsFunc(s.found, func(o foundHit) bool { return o.ent == ent && o.key == h.key }) {
			s.found = append(s.found, h)
		}
	}
	return rows.Err()
}

// titleForms is the text in which titles are looked for: folded, with its pinyin.
func (c *compiler) titleForms() (string, error) {
	o, err := c.step(c.ent, c.main, c.ent.Title)
	switch {
	case err != nil:
		return "", err
	case o.null || !isText(o.field.Kind):
		return "''", nil
	case c.st.tables[c.ent.Name].Title == c.ent.Title:
		return c.main + "._title", nil
	}
	return "(" + o.folded("A") + " || chr(10))", nil
}

const spokenAnywhere = 3 // shorter words of Latin letters occur in any pinyin

// inTitle looks for a word in a title. A short Latin word counts within the pinyin only
// at its beginning.
func (c *compiler) inTitle(title, word, bound string) string {
	o, err := c.step(c.ent, c.main, c.ent.Title)
	if err != nil || o.null || len(word) >= spokenAnywhere || title != c.main+"._title" {
		return "contains(" + title + ", " + bound + ")"
	}
	return "(contains(" + o.folded(word) + ", " + bound + ") OR contains(" + title + ", chr(10) || " + bound + "))"
}

// inLong looks for a word in a long text as it is usually written: folding millions of
// long texts takes seconds, looking for a handful of forms takes milliseconds.
func (c *compiler) inLong(text, word string) string {
	first, n := utf8.DecodeRuneInString(word)
	forms := []string{word}
	for _, f := range []string{strings.ToUpper(word), string(unicode.ToUpper(first)) + word[n:], widened(word), widened(strings.ToUpper(word))} {
		if !slices.Contains(forms, f) {
			forms = append(forms, f)
		}
	}
	for i, f := range forms {
		forms[i] = "contains(" + text + ", " + c.args.bind(f) + ")"
	}
	return "(" + strings.Join(forms, " OR ") + ")"
}

// widened is a word in full-width letters.
func widened(s string) string {
	return strings.Map(func(r rune) rune {
		if '!' <= r && r <= '~' {
			return r + 0xfee0
		}
		return r
	}, s)
}

// otherTexts are the further texts of an entity, per word, as it must be folded.
// Where nothing is masked or unknown to this branch, one column holds all short ones.
func (c *compiler) otherTexts(words []string, long bool) (out [][]string, err error) {
	if !long && c.whole() {
		same := make([]string, len(words))
		for i := range same {
			same[i] = c.main + "._search"
		}
		return [][]string{same}, nil
	}
	for i := range c.ent.Fields {
		f := &c.ent.Fields[i]
		o, err := c.step(c.ent, c.main, f.Name)
		if err != nil {
			return nil, err
		}
		if !isText(f.Kind) || o.null || f.Name == c.ent.Title || o.col.Short == long {
			continue
		}
		per := make([]string, len(words))
		for j, w := range words {
			if per[j] = o.raw(); !long {
				per[j] = o.folded(w)
			}
		}
		out = append(out, per)
	}
	return out, nil
}

// whole tells whether the reader may see all that lies in _search.
func (c *compiler) whole() bool {
	t := c.st.tables[c.ent.Name]
	for i := range t.Columns {
		col := &t.Columns[i]
		if !col.Short || col.Field == t.Title {
			continue
		}
		f, ok := c.ent.Field(col.Field)
		if !ok || f.Kind != col.Kind || c.view.Rights.MaskedField(c.ent.Name, col.Field) {
			return false
		}
	}
	return t.Title == c.ent.Title
}

// hits completes what was found with titles and excerpts from the store.
func (s *searching) hits() ([]lake.Hit, error) {
	fill := filler{ctx: s.ctx, e: s.e, view: s.view, revs: map[versionOf]lake.Revision{}}
	keys := map[*lake.Entity][]lake.Key{}
	for _, h := range s.found {
		if h.cells != nil {
			continue
		}
		keys[h.ent] = append(keys[h.ent], h.key)
	}
	cells := map[*lake.Entity]map[lake.Key]lake.Cells{}
	for ent, list := range keys {
		var err error
		if cells[ent], err = fill.get(ent, list); err != nil {
			return nil, err
		}
	}
	out := make([]lake.Hit, 0, len(s.found))
	for _, f := range s.found {
		c, ok := cells[f.ent][f.key]
		if f.cells != nil {
			c, ok = f.cells, true
		}
		if !ok {
			continue
		}
		h := lake.Hit{Entity: f.ent.Name, Key: f.key, Field: f.ent.Title, Score: float64(f.score)}
		if !s.view.Rights.MaskedField(f.ent.Name, f.ent.Title) {
			h.Title = string(c[f.ent.Title])
		}
		if f.score == scoreOther {
			s.excerpt(&h, f.ent, c)
		}
		out = append(out, h)
	}
	return out, nil
}

// excerpt shows the field that holds most of the words, around the first of them.
func (s *searching) excerpt(h *lake.Hit, ent *lake.Entity, cells lake.Cells) {
	best := 0
	for i := range ent.Fields {
		f := &ent.Fields[i]
		if !isText(f.Kind) || f.Name == ent.Title || s.view.Rights.MaskedField(ent.Name, f.Name) {
			continue
		}
		text := string(cells[f.Name])
		folded := collate.Fold(text)
		found, first, word := 0, 0, ""
		for _, w := range s.words {
			at := strings.Index(folded, w)
			if at < 0 && f.Kind == lake.Phone && strings.Contains(digits(text), w) {
				at = 0
			}
			if at < 0 {
				continue
			}
			if found++; found == 1 {
				first, word = at, w
			}
		}
		if found > best {
			// Fold changes runes one by one, so their numbers are the same.
			best, h.Field = found, f.Name
			h.Excerpt = cut([]rune(text), utf8.RuneCountInString(folded[:first]), utf8.RuneCountInString(word))
		}
	}
}

func cut(text []rune, at, length int) string {
	from, to := max(0, at-around), min(len(text), at+length+around)
	out := strings.TrimSpace(string(text[from:to]))
	if from > 0 {
		out = "…" + out
	}
	if to < len(text) {
		out += "…"
	}
	return out
}
