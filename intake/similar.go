package intake

import (
	"context"
	"math/bits"

	"headwater/lake"
	"headwater/lake/collate"
)

// likeness is a record that a value may mean.
type likeness struct {
	to, title string
	key       lake.Key
	certain   bool // so near that it is taken as meant
}

const (
	similarValues = 300
	similarTexts  = 100000 // larger entities are searched for the same letters only
)

// wanted is a value that is looked for.
type wanted struct {
	value, letters, core string
	mask                 uint64
	limit                int
	best                 int
	found                likeness
	several              bool
}

// similar finds, for values that no record holds, records that hold nearly the same:
// the same letters, the same company with another ending, or a few letters off.
func similar(ctx context.Context, r *lake.Reader, target *lake.Entity, by lake.FieldName, values []string) (map[string]likeness, error) {
	if len(values) == 0 || by == lake.FieldID {
		return nil, nil
	}
	if len(values) > similarValues {
		values = values[:similarValues]
	}
	list := make([]*wanted, 0, len(values))
	for _, v := range values {
		k := letters(v)
		list = append(list, &wanted{value: v, letters: k, core: core(k), mask: maskOf(k), limit: tolerance(k), best: tolerance(k) + 2})
	}
	n := 0
	err := r.Scan(ctx, target.Name, func(rec lake.Record) error {
		n++
		text := string(rec.Cells[by])
		if text == "" {
			return nil
		}
		k := letters(text)
		c, mask := core(k), maskOf(k)
		for _, w := range list {
			w.compare(k, c, mask, n <= similarTexts, likeness{to: text, title: string(rec.Cells[target.Title]), key: rec.Key})
		}
		return ctx.Err()
	})
	out := map[string]likeness{}
	for _, w := range list {
		if w.found.key != "" {
			w.found.certain = !w.several && certainTypo(w.letters, w.best)
			out[w.value] = w.found
		}
	}
	return out, err
}

func (w *wanted) compare(k, core string, mask uint64, near bool, l likeness) {
	d := w.limit + 2
	switch {
	case k == w.letters:
		d = 0
	case len(w.core) >= 4 && core == w.core:
		d = w.limit + 1 // a suggestion, behind any real nearness
	case near && w.limit > 0 && bits.OnesCount64(mask^w.mask) <= 2*w.limit:
		if d = collate.Distance(k, w.letters, w.limit); d > w.limit {
			return
		}
	}
	switch {
	case d < w.best:
		w.best, w.found, w.several = d, l, false
	case d == w.best && d <= w.limit+1 && l.to != w.found.to:
		w.several = true
	}
}

// maskOf marks which letters occur: texts a few letters apart differ in few marks.
func maskOf(s string) (m uint64) {
	for _, r := range s {
		m |= 1 << (uint32(r) * 2654435761 >> 26)
	}
	return m
}
