package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"headwater/lake"
)

// changedScan is a SELECT over all rows of a foreign entity: of every cell, or of a few
// columns. The bound is for the worst.
type changedScan struct {
	entity lake.EntityName
	name   string
	text   string
}

func runOverlays(ctx context.Context, b *bench) (result, error) {
	res := result{rival: "the same without changes", numbers: map[string]float64{}}
	scans := []changedScan{
		{"trips", "Parquet, every cell", hashed("trips", tripFields)},
		{"trips", "Parquet, group-by", fmt.Sprintf(byZone, "trips")},
	}
	h, err := b.useTrips(ctx)
	if err != nil {
		return res, err
	}
	left := ""
	if _, err := b.useLines(ctx); errors.Is(err, errNoPostgres) {
		left = "; Parquet only: " + err.Error()
	} else if err != nil {
		return res, err
	} else {
		scans = append(scans, changedScan{"lines", "PostgreSQL, every cell", hashed("lines", lineFields)}, changedScan{"lines", "PostgreSQL, group-by", monthly})
	}
	const name = "one percent abroad"
	if err := h.changeShare(ctx, name, map[lake.EntityName]int{"lines": 2 * b.rows, "trips": 10 * b.rows}, left == ""); err != nil {
		return res, err
	}
	defer h.discard(ctx, name)
	worst, parts := worstOf{}, ""
	for _, s := range scans {
		runs := scanRuns
		if s.entity == "trips" {
			runs = 11
		}
		seen, err := inTurns(b.runs(runs), 1, h.reads(ctx, lake.MainName, s.text), h.reads(ctx, name, s.text))
		if err != nil {
			return res, fmt.Errorf("%s: %w", s.name, err)
		}
		seen[0].note(res.numbers, s.name+", bare")
		seen[1].note(res.numbers, s.name+", branch")
		r := median(ratios(seen[1], seen[0]))
		res.numbers[s.name+": ratio"] = r
		parts += fmt.Sprintf("; %s %.2f", s.name, r)
		worst.note(s.name, r*seen[0].p50(), seen[0].p50())
	}
	res.measured = ratio(worst.ratio) + " (" + strings.TrimPrefix(parts, "; ") + ")" + left
	res.rival += " " + ms(worst.theirs)
	res.ok = worst.ratio <= 1.5 && left == ""
	return res, nil
}

// changed names the field that is changed, and gives what the base holds in row n.
var changedFields = map[lake.EntityName]struct {
	field lake.FieldName
	base  func(n int) lake.Cell
}{
	"lines": {"note", func(n int) lake.Cell { return lake.Cell("a note of some length " + strconv.Itoa(n)) }},
	"trips": {"note", func(n int) lake.Cell { return lake.Cell("trip note " + strconv.Itoa(n*48271%65537)) }},
}

// changeShare makes a branch with one row in a hundred changed, evenly over all. The
// overlay rows go into the store in the form that Put writes, which changes one row per
// entity itself: one by one they would take an hour.
func (h *house) changeShare(ctx context.Context, name string, sizes map[lake.EntityName]int, lines bool) error {
	br, err := h.lake.CreateBranch(ctx, lake.System, lake.NewBranch{Name: name})
	if err != nil {
		return err
	}
	for entity, size := range sizes {
		if entity == "lines" && !lines {
			continue
		}
		field := changedFields[entity].field
		_, err := h.lake.Write(ctx, lake.System, name, func(tx *lake.Tx) error {
			_, err := tx.Put(entity, lake.Key(strconv.Itoa(size/2+1)), lake.Cells{field: "changed by hand"})
			return err
		})
		if err != nil {
			return fmt.Errorf("%s: %w", entity, err)
		}
		if err := h.overlay(ctx, br, entity, size); err != nil {
			return fmt.Errorf("%s: %w", entity, err)
		}
		if err := h.alike(ctx, name, entity, size); err != nil {
			return err
		}
	}
	return h.engine.Sync(ctx)
}

// overlay writes the edits of one in a hundred rows.
func (h *house) overlay(ctx context.Context, br lake.Branch, entity lake.EntityName, size int) error {
	r, err := h.lake.At(ctx, lake.System, br.Name, 0)
	if err != nil {
		return err
	}
	e, err := r.Schema().Entity(entity)
	if err != nil {
		return err
	}
	c := changedFields[entity]
	return h.store.Commit(ctx, true, func(tx lake.StoreTx) error {
		rev, err := tx.Begin(lake.RevisionInfo{Branch: br.ID, At: time.Now().UTC(), ActorName: "bench"})
		if err != nil {
			return err
		}
		for n := 100; n < size; n += 100 {
			before, _ := json.Marshal(lake.Cells{c.field: c.base(n)}) // two texts can't fail
			err := tx.Put(e.Stored(), br.ID, rev, lake.RowWrite{Key: lake.Key(strconv.Itoa(n)), Set: lake.Cells{c.field: lake.Cell("changed " + strconv.Itoa(n)),
				lake.OverlayOp: lake.OpEdit, lake.OverlayTouched: lake.Cell("|" + string(c.field) + "|"), lake.OverlayBefore: lake.Cell(before)}})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

const mostDrift = 1_000_000 // rows of an entity whose before-images are compared with it, too

// alike sees to it that the rows written by the thousand are like the one that Put wrote.
func (h *house) alike(ctx context.Context, branch string, entity lake.EntityName, size int) error {
	c := changedFields[entity]
	got, err := h.sql(ctx, branch, fmt.Sprintf("SELECT count(*), count(*) FILTER (%s LIKE 'changed %%') FROM %s", c.field, entity))
	if err != nil {
		return err
	}
	if want := fmt.Sprint([]any{int64(size), int64((size-1)/100 + 1)}); fmt.Sprint(got[0]) != want {
		return fmt.Errorf("%s shows %v rows and changed ones, not %s", entity, got[0], want)
	}
	if size > mostDrift {
		return nil
	}
	d, err := h.lake.Drift(ctx, lake.System, branch)
	if err == nil && len(d) > 0 {
		err = fmt.Errorf("%s: the overlay's before-images differ from the base: %+v", entity, d[0])
	}
	return err
}
