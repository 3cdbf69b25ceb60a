package lake_test

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3"

	"headwater/lake"
	"headwater/lake/laketest"
	"headwater/lake/sqlite"
)

// A clone costs no table until something is written over it.
func TestCloneMakesNoTable(t *testing.T) {
	dir := t.TempDir()
	store, err := sqlite.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	entities, bases := laketest.BasedEntities(lake.Foreign)
	l, err := lake.Open(ctx, lake.Config{Store: store, Policy: laketest.Everyone{}, Entities: entities, Engine: bases})
	if err != nil {
		t.Fatal(err)
	}
	copied := entities[0]
	copied.Name, copied.Custom, copied.Home = "copied", true, lake.Home{Kind: lake.Clone, Of: "companies"}
	if err := l.DeclareEntity(ctx, lake.System, "", copied); err != nil {
		t.Fatal(err)
	}
	bases.Rows["copied"] = bases.Rows["companies"]
	tables := func() string {
		db, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, sqlite.FileName)+"?mode=ro")
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		var list string
		if err := db.QueryRow("SELECT coalesce(group_concat(name, ' '), '') FROM (SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'hw!_%' ESCAPE '!' ORDER BY 1)").Scan(&list); err != nil {
			t.Fatal(err)
		}
		return list
	}
	if got := tables(); strings.Contains(got, "co") || strings.Contains(got, "people") {
		t.Errorf("tables are there before the first write: %s", got)
	}
	taken := errors.New("taken back")
	edit := func(end error) error {
		_, err := l.Write(ctx, lake.System, "", func(tx *lake.Tx) error {
			for k := range bases.Rows["copied"] {
				if _, err := tx.Put("copied", k, lake.Cells{"size": "77"}); err != nil {
					return err
				}
			}
			return end
		})
		return err
	}
	if err := edit(taken); !errors.Is(err, taken) {
		t.Errorf("the write ends with %v", err)
	}
	if got := tables(); strings.Contains(got, "copied") {
		t.Errorf("a write that was taken back leaves %s", got)
	}
	if err := edit(nil); err != nil {
		t.Fatal(err)
	}
	if got := tables(); !strings.Contains(got, "copied copied__versions") || strings.Contains(got, "companies") {
		t.Errorf("after the first write over the clone there are %s", got)
	}
}

// The schema that a write builds from what it changed is the one that is in the store.
func TestSchemaBuiltFromChanges(t *testing.T) {
	store, err := sqlite.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	entities, bases := laketest.BasedEntities(lake.Foreign)
	open := func() *lake.Lake {
		l, err := lake.Open(ctx, lake.Config{Store: store, Policy: laketest.Everyone{}, Entities: entities, Engine: bases})
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	l := open()
	field := func(name lake.FieldName) lake.Field {
		return lake.Field{Name: name, Kind: lake.Text, Label: lake.Label{ZH: "栏", EN: "field"}}
	}
	declared := func(name lake.EntityName, of lake.EntityName) lake.Entity {
		return lake.Entity{Name: name, Title: "name", Custom: true, Home: lake.Home{Kind: lake.Clone, Of: of}, Fields: []lake.Field{field("name"), field("note")}}
	}
	var last lake.Revision
	steps := []func() error{
		func() error {
			return l.DeclareEntities(ctx, lake.System, "", []lake.Entity{declared("second", "first"), declared("first", "people")})
		},
		func() error { return l.AddField(ctx, lake.System, "", "people", field("mood")) },
		func() error {
			return l.UpdateField(ctx, lake.System, "", "people", "mood", func(f *lake.Field) { f.Section = "more"; f.Position = -1 })
		},
		func() error {
			_, err := l.CreateBranch(ctx, lake.System, lake.NewBranch{Name: "b"})
			return err
		},
		func() error { return l.RemoveEntity(ctx, lake.System, "", "second") },
		func() error { last = store.Head(); return nil },
		func() error { return l.AddField(ctx, lake.System, "b", "second", field("left")) },
		func() error { return l.AddField(ctx, lake.System, "b", "first", field("right")) },
		func() error { return l.AddField(ctx, lake.System, "", "first", field("wrong")) },
		func() error {
			_, err := l.Refresh(ctx, lake.System, "b", lake.MergeOptions{Policy: lake.TakeOurs})
			return err
		},
		func() error { return l.RemoveField(ctx, lake.System, "", "people", "mood") },
		func() error {
			_, err := l.Merge(ctx, lake.System, "b", lake.MergeOptions{Policy: lake.TakeOurs, Keep: true})
			return err
		},
		func() error {
			_, err := l.Undo(ctx, lake.System, "", last)
			return err
		},
		func() error {
			return l.UpdateEntity(ctx, lake.System, "", "first", func(e *lake.Entity) error {
				e.Fields = e.Fields[1:]
				e.Title = e.Fields[0].Name
				return nil
			})
		},
	}
	for i, step := range steps {
		if err := step(); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
		fresh := open()
		for _, b := range []string{"", "b"} {
			got, err := shapeOf(l, b)
			if errors.Is(err, lake.ErrNotFound) {
				continue
			}
			want, werr := shapeOf(fresh, b)
			if err != nil || werr != nil || got != want {
				t.Fatalf("step %d, branch %q: the schema is\n%s\nbut in the store\n%s\n(%v, %v)", i, b, got, want, err, werr)
			}
		}
	}
}

func shapeOf(l *lake.Lake, branch string) (string, error) {
	r, err := l.At(ctx, lake.System, branch, 0)
	if err != nil {
		return "", err
	}
	out := ""
	for _, e := range r.Schema().Entities() {
		text, err := json.Marshal(e)
		if err != nil {
			return "", err
		}
		out += fmt.Sprintln(string(text))
	}
	return out, nil
}

// A rule that a base's records can't keep is refused in words, not left out in silence.
func TestFieldsOverABaseHaveNoRules(t *testing.T) {
	l, _ := shop(t)
	field := lake.Field{Name: "grade", Kind: lake.Text, Label: lake.Label{ZH: "级", EN: "grade"}}
	for _, with := range []func(*lake.Field){func(f *lake.Field) { f.Required = true }, func(f *lake.Field) { f.Unique = true }} {
		f := field
		with(&f)
		var known *lake.Error
		if err := l.AddField(ctx, lake.System, "", "items", f); !errors.As(err, &known) || known.Code != "field_rule_base" {
			t.Errorf("added: %v", err)
		}
	}
	if err := l.AddField(ctx, lake.System, "", "items", field); err != nil {
		t.Fatal(err)
	}
	var known *lake.Error
	if err := l.UpdateField(ctx, lake.System, "", "items", "grade", func(f *lake.Field) { f.Required = true }); !errors.As(err, &known) || known.Code != "field_rule_base" {
		t.Errorf("changed: %v", err)
	}
	write(t, l, "", "1", lake.Cells{"grade": "A"})
	if got := read(t, l, "", "1"); got["grade"] != "A" {
		t.Errorf("read %v", got)
	}
}
