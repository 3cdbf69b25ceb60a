package duckdb

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
	"sync"
)

// What follows from a text alone is worked out once: its tree, the text of a tree, and what
// its scans need not read. Names that a question makes hold its tag, which nobody can
// guess; remembered texts hold the engine's mark in its place.

const (
	rememberedMost = 256      // entries, twice
	rememberedText = 64 << 10 // bytes of a text; longer ones are worked out each time
)

// remembered keeps what was asked for lately.
type remembered[V any] struct {
	mu          sync.Mutex
	now, before map[string]V
}

func (r *remembered[V]) get(key string) (v V, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if v, ok = r.now[key]; ok {
		return v, true
	}
	if v, ok = r.before[key]; ok {
		r.put(key, v)
	}
	return v, ok
}

func (r *remembered[V]) keep(key string, v V) {
	if len(key) > rememberedText {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.put(key, v)
}

// put is called with mu held. When there are too many, those that weren't asked for since
// the last time are forgotten.
func (r *remembered[V]) put(key string, v V) {
	if r.now == nil || len(r.now) >= rememberedMost {
		r.before, r.now = r.now, map[string]V{}
	}
	r.now[key] = v
}

// marked is a text without the question's tag, which is as long as the mark.
func (h *homes) marked(text string) string { return strings.ReplaceAll(text, h.tag, h.e.mark) }

// parser is the database's own parser.
type parser struct{ known remembered[string] }

const (
	toTree = "SELECT json_serialize_sql($1::VARCHAR)::VARCHAR"
	toText = "SELECT json_deserialize_sql($1::JSON)"
)

func (p *parser) run(ctx context.Context, conn *sql.Conn, function, text string) (out string, err error) {
	key := function + text
	if out, ok := p.known.get(key); ok {
		return out, nil
	}
	if err = conn.QueryRowContext(ctx, function, text).Scan(&out); err == nil {
		p.known.keep(key, out)
	}
	return out, err
}

// tree is the tree of a text.
func (p *parser) tree(ctx context.Context, conn *sql.Conn, text string) (map[string]any, error) {
	out, err := p.run(ctx, conn, toTree, text)
	if err != nil {
		return nil, err
	}
	return parsedSQL(out)
}

// text is the text of a tree.
func (p *parser) text(ctx context.Context, conn *sql.Conn, tree map[string]any) (string, error) {
	plain, err := json.Marshal(tree)
	if err != nil {
		return "", err
	}
	return p.run(ctx, conn, toText, string(plain))
}

// selecting makes a SELECT's tree one of other expressions.
func selecting(tree map[string]any, expressions ...any) map[string]any {
	object(object(list(tree["statements"])[0])["node"])["select_list"] = expressions
	return tree
}

// run has the parser do its work on a text with names of the question.
func (h *homes) run(function, text string) (string, error) {
	if strings.Contains(text, h.e.mark) { // somebody knows what nobody can know
		return "", invalidSQL("The text can't be read.")
	}
	out, err := h.e.parser.run(h.ctx, h.conn, function, h.marked(text))
	return strings.ReplaceAll(out, h.e.mark, h.tag), personError(err)
}

// parsed is the tree of a person's text.
func (h *homes) parsed(text string) (map[string]any, error) {
	out, err := h.run(toTree, text)
	if err != nil {
		return nil, err
	}
	return parsedSQL(out)
}

// written is the text of a tree that was a person's.
func (h *homes) written(tree map[string]any) (string, error) {
	plain, err := json.Marshal(tree)
	if err != nil {
		return "", err
	}
	return h.run(toText, string(plain))
}
