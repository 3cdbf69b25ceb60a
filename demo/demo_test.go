package demo

import (
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"headwater/lake"
	"headwater/sales"
)

var today = time.Date(2026, 11, 21, 15, 30, 0, 0, time.UTC)

func keys() map[string]lake.Key {
	out := map[string]lake.Key{}
	for i, p := range People() {
		out[p.Email] = lake.Key(fmt.Sprintf("person-%02d", i))
	}
	return out
}

// story is every record as the steps leave it.
type story map[lake.EntityName]map[lake.Key]lake.Cells

func told(seed uint64) (story, []Step) { return toldOn(seed, today) }

func toldOn(seed uint64, day time.Time) (story, []Step) {
	s, steps := story{}, []Step(nil)
	for step := range Generate(seed, day, keys()) {
		steps = append(steps, step)
		if s[step.Entity] == nil {
			s[step.Entity] = map[lake.Key]lake.Cells{}
		}
		r := s[step.Entity][step.Key]
		if r == nil {
			r = lake.Cells{}
			s[step.Entity][step.Key] = r
		}
		for f, v := range step.Cells {
			r[f] = v
		}
	}
	return s, steps
}

func fingerprint(steps []Step) string {
	h := sha256.New()
	for _, s := range steps {
		fmt.Fprintf(h, "%s %s %s %v\n", s.Entity, s.Key, s.At, s.Cells) // fmt prints maps in the order of their keys
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

func TestSameSeedSameBytes(t *testing.T) {
	_, a := told(1)
	_, b := told(1)
	_, c := told(2)
	if fingerprint(a) != fingerprint(b) {
		t.Error("the same seed told two stories")
	}
	if fingerprint(a) == fingerprint(c) {
		t.Error("two seeds told the same story")
	}
}

func TestCounts(t *testing.T) {
	s, _ := told(1)
	for k, a := range s["activities"] {
		if a["play"] != "" { // tasks of a plan come on top of what was said and done
			delete(s["activities"], k)
		}
	}
	for e, want := range map[lake.EntityName]int{"accounts": 2000, "contacts": 5000, "leads": 1500, "deals": 700, "activities": 9000, "products": 7} {
		if len(s[e]) != want {
			t.Errorf("%s: %d, want %d", e, len(s[e]), want)
		}
	}
	names := map[lake.Cell]bool{}
	for _, a := range s["accounts"] {
		names[a["name"]] = true
	}
	if len(names) != 2000 {
		t.Errorf("%d different names of accounts", len(names))
	}
}

// Every step must be acceptable to the lake as it stands: canonical cells, required
// fields, references to what was there before, times in order and not after today.
func TestStepsAreSound(t *testing.T) {
	for _, day := range []string{"2026-11-21", "2027-01-01", "2028-02-29", "2027-05-31"} {
		at, _ := time.Parse(time.DateOnly, day)
		checkSteps(t, Seed, at.Add(9*time.Hour))
	}
	checkSteps(t, 1, today)
}

func checkSteps(t *testing.T, seed uint64, today time.Time) {
	t.Helper()
	schema := lake.NewSchema(sales.Entities())
	seen := map[lake.EntityName]map[lake.Key]bool{lake.Users: {}}
	for _, k := range keys() {
		seen[lake.Users][k] = true
	}
	_, steps := toldOn(seed, today)
	last := time.Time{}
	for _, s := range steps {
		e, err := schema.Entity(s.Entity)
		if err != nil {
			t.Fatal(err)
		}
		if seen[s.Entity] == nil {
			seen[s.Entity] = map[lake.Key]bool{}
		}
		first := !seen[s.Entity][s.Key]
		seen[s.Entity][s.Key] = true
		if at := s.Key.CreatedAt(); first && !at.IsZero() && at != s.At.Truncate(time.Millisecond) { // changes of packs have a key of their own
			t.Fatalf("%s %s begins at %s", s.Entity, s.Key, s.At)
		}
		if s.At.Before(last) || !s.At.Before(today) {
			t.Fatalf("%s %s at %s, after %s", s.Entity, s.Key, s.At, last)
		}
		last = s.At
		for i := range e.Fields {
			if f := &e.Fields[i]; first && f.Required && s.Cells[f.Name] == "" {
				t.Fatalf("%s has no %s", s.Entity, f.Name)
			}
		}
		for name, v := range s.Cells {
			f, ok := e.Field(name)
			if !ok {
				t.Fatalf("%s has no field %s", s.Entity, name)
			}
			if got, err := f.Canonical(string(v)); err != nil || got != v {
				t.Fatalf("%s.%s: %q becomes %q, %v", s.Entity, name, v, got, err)
			}
			if f.Kind == lake.Reference && v != "" && !seen[f.Target][lake.Key(v)] {
				t.Fatalf("%s.%s of %s at %s refers to what isn't there yet: %s", s.Entity, name, s.Key, s.At, v)
			}
		}
	}
}

func TestNotesVary(t *testing.T) {
	s, _ := told(1)
	bodies, subjects := map[lake.Cell]int{}, map[lake.Cell]int{}
	for _, a := range s["activities"] {
		bodies[a["body"]]++
		subjects[a["subject"]]++
	}
	if ratio := float64(len(bodies)) / 9000; ratio < 0.9 {
		t.Errorf("only %.0f%% of the notes differ", ratio*100)
	}
	if len(subjects) < 1500 {
		t.Errorf("only %d different subjects", len(subjects))
	}
	for b, n := range bodies {
		if n > 40 {
			t.Errorf("%d times: %s", n, b)
		}
	}
}
