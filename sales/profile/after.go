package profile

import (
	"context"
	"errors"
	"time"

	"headwater/lake"
)

const afterSample = 200

// after looks, for the fields that the version uses, how often the cell that stands
// there now was written after the outcome. Records that came into the lake after it, as
// by an import, say nothing about that.
func (t *testing) after(ctx context.Context, fields []fieldOf) (map[lake.FieldName]Rate, error) {
	out := map[lake.FieldName]Rate{}
	if t.On.IsZero() || t.Unit != Accounts {
		return out, nil
	}
	used := map[lake.FieldName]bool{}
	for _, u := range t.version.Uses() {
		if u.Entity == Accounts {
			used[u.Field] = true
		}
	}
	if len(used) == 0 {
		return out, nil
	}
	when, err := t.firstWon(ctx)
	if err != nil {
		return nil, err
	}
	type counted struct{ after, n int64 }
	counts := map[lake.FieldName]*counted{}
	for key, at := range when {
		history, err := t.Now.History(ctx, Accounts, key)
		if errors.Is(err, lake.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if len(history) == 0 || !history[len(history)-1].At.Before(at) {
			continue // it came after its outcome
		}
		for field := range used {
			if written, ok := lastWrite(history, field); ok {
				if counts[field] == nil {
					counts[field] = &counted{}
				}
				counts[field].n++
				if !written.Before(at) {
					counts[field].after++
				}
			}
		}
	}
	for field, c := range counts {
		out[field] = Wilson(c.after, c.n)
	}
	return out, nil
}

// lastWrite is when the cell got what stands there now.
func lastWrite(history []lake.HistoryEntry, field lake.FieldName) (time.Time, bool) {
	for _, h := range history { // newest first
		for _, c := range h.Cells {
			if c.Field == field {
				return h.At, c.To != ""
			}
		}
	}
	return time.Time{}, false
}

// firstWon gives, of some accounts with the outcome, the day of it.
func (t *testing) firstWon(ctx context.Context) (map[lake.Key]time.Time, error) {
	a, err := t.Now.Ask(ctx, lake.Question{Entity: Deals, Fields: []lake.Path{{"account"}, {t.closed}}, Limit: 5000,
		Order: []lake.Order{{Path: lake.Path{t.closed}}}, Where: wonBetween(t.On, t.until, t.closed)})
	if err != nil {
		return nil, err
	}
	out := map[lake.Key]time.Time{}
	for _, r := range a.Rows {
		key := lake.Key(r.Cells[0])
		at, err := time.Parse(time.DateOnly, string(r.Cells[1]))
		if _, known := out[key]; err == nil && !known && key != "" {
			out[key] = at
		}
		if len(out) == afterSample {
			break
		}
	}
	return out, nil
}
