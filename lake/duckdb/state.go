package duckdb

import (
	"context"
	"database/sql"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"headwater/lake"
)

const (
	noBit   = -1
	allBits = math.MaxUint64
	forever = math.MaxInt64 // _to of a version that its branch still holds
)

// head is what the mirror knows of one branch.
type head struct {
	Bit    int                               `json:"bit"` // noBit: lineage reads only
	Tail   lake.Lineage                      `json:"tail"`
	Closed bool                              `json:"closed,omitempty"`
	Last   map[lake.EntityName]lake.Revision `json:"last"`  // newest revision that the branch itself wrote
	Count  map[lake.EntityName]int64         `json:"count"` // records that the head sees; with a bit only
}

func (h *head) clone() *head {
	c := *h
	c.Last, c.Count = maps.Clone(h.Last), maps.Clone(h.Count)
	return &c
}

// lineage of the head, as far as the mirror reaches.
func (h *head) lineage(b lake.BranchID) lake.Lineage {
	return append(lake.Lineage{{Branch: b, Upto: forever}}, h.Tail...)
}

// state describes the mirror after one commit. It isn't changed once published.
type state struct {
	seq     int64
	applied lake.Revision
	heads   map[lake.BranchID]*head
	tables  map[lake.EntityName]*table
}

func newState() *state {
	return &state{
		heads:  map[lake.BranchID]*head{lake.Main: {Last: map[lake.EntityName]lake.Revision{}, Count: map[lake.EntityName]int64{}}},
		tables: map[lake.EntityName]*table{},
	}
}

// next is a copy to be changed; heads and tables are copied when they are changed.
func (s *state) next() *state {
	return &state{seq: s.seq + 1, applied: s.applied, heads: maps.Clone(s.heads), tables: maps.Clone(s.tables)}
}

// same tells whether nothing was changed in a copy.
func (s *state) same(old *state) bool {
	return s.applied == old.applied && maps.Equal(s.heads, old.heads) && maps.Equal(s.tables, old.tables)
}

// change gives a head that may be changed.
func (s *state) change(b lake.BranchID) *head {
	h, ok := s.heads[b]
	if !ok {
		h = &head{Bit: noBit, Last: map[lake.EntityName]lake.Revision{}, Count: map[lake.EntityName]int64{}}
	}
	h = h.clone()
	s.heads[b] = h
	return h
}

// taken are the bits of branches.
func (s *state) taken() (bits uint64) {
	for b, h := range s.heads {
		if b != lake.Main && h.Bit != noBit {
			bits |= 1 << h.Bit
		}
	}
	return bits
}

func (s *state) freeBit() int {
	taken := s.taken()
	for bit := 1; bit < 64; bit++ {
		if taken&(1<<bit) == 0 {
			return bit
		}
	}
	return noBit
}

// history remembers the states of the last commits, so that a reader finds the one of
// its snapshot.
type history struct {
	mu        sync.RWMutex
	recent    []*state
	committed *state
}

// offer makes a state known just before its commit: a reader that sees the commit must
// find it.
func (h *history) offer(s *state) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.recent) >= 32 {
		h.recent = slices.Clone(h.recent[1:])
	}
	h.recent = append(h.recent, s)
}

func (h *history) confirm(s *state) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.committed = s
}

func (h *history) reset(s *state) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.recent, h.committed = []*state{s}, s
}

func (h *history) latest() *state {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.committed
}

func (h *history) at(seq int64) *state {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for i := len(h.recent) - 1; i >= 0; i-- {
		if h.recent[i].seq == seq {
			return h.recent[i]
		}
	}
	return nil
}

// The state is kept in _mirror._meta, one JSON value per head and table, so that a
// commit writes only what it changed.
const metaTable = "_mirror._meta"

func (e *Engine) saveState(ctx context.Context, old, s *state) error {
	keys, values := []string{"seq", "applied"}, []string{strconv.FormatInt(s.seq, 10), strconv.FormatInt(int64(s.applied), 10)}
	var added []string
	set := func(key string, value any, known bool) {
		text, _ := json.Marshal(value)
		keys, values = append(keys, key), append(values, string(text))
		if !known {
			added = append(added, key)
		}
	}
	for b, h := range s.heads {
		if was, known := old.heads[b]; was != h {
			set("head:"+strconv.FormatInt(int64(b), 10), h, known)
		}
	}
	for n, t := range s.tables {
		if was, known := old.tables[n]; was != t {
			set("table:"+string(n), t, known)
		}
	}
	for _, key := range added {
		if _, err := e.w.ExecContext(ctx, "INSERT INTO "+metaTable+" (key) VALUES ($1)", key); err != nil {
			return err
		}
	}
	_, err := e.saving.ExecContext(ctx, keys, values)
	return err
}

const saveText = "UPDATE " + metaTable + " AS m SET value = u.v FROM (SELECT unnest($1::VARCHAR[]) k, unnest($2::VARCHAR[]) v) u WHERE m.key = u.k"

// loadState reads what saveState wrote; identity and format tell whether it fits.
func loadState(ctx context.Context, c *sql.Conn) (s *state, identity, format string, err error) {
	s = newState()
	rows, err := c.QueryContext(ctx, "SELECT key, value FROM "+metaTable)
	if err != nil {
		return nil, "", "", err
	}
	defer rows.Close()
	for rows.Next() {
		var key, value string
		if err := rows.Scan(&key, &value); err != nil {
			return nil, "", "", err
		}
		kind, name, _ := strings.Cut(key, ":")
		switch kind {
		case "identity":
			identity = value
		case "format":
			format = value
		case "seq":
			s.seq, err = strconv.ParseInt(value, 10, 64)
		case "applied":
			var n int64
			n, err = strconv.ParseInt(value, 10, 64)
			s.applied = lake.Revision(n)
		case "head":
			var n int64
			h := &head{}
			if n, err = strconv.ParseInt(name, 10, 64); err == nil {
				err = json.Unmarshal([]byte(value), h)
			}
			s.heads[lake.BranchID(n)] = h
		case "table":
			t := &table{}
			err = json.Unmarshal([]byte(value), t)
			s.tables[t.Entity] = t.prepare()
		}
		if err != nil {
			return nil, "", "", err
		}
	}
	return s, identity, format, rows.Err()
}
