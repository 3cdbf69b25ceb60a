package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"headwater/lake"
	"headwater/lake/laketest/pgtest"
	"headwater/lake/postgres"
)

func sql(t testing.TB, url, text string, args ...any) {
	t.Helper()
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	if _, err := c.Exec(ctx, text, args...); err != nil {
		t.Fatal(err)
	}
}

func TestNewerWorkspaceIsRefused(t *testing.T) {
	url := pgtest.Database(t)
	n := open(t, url)
	sql(t, url, "UPDATE headwater.hw_head SET form = 99")
	if _, err := postgres.Open(ctx, url, postgres.Options{}); !errors.Is(err, lake.ErrNewer) {
		t.Errorf("a newer workspace must be refused, not %v", err)
	}
	// A node that was running already must not write into a form that it doesn't know.
	if err := name(n, "a", "b"); !errors.Is(err, lake.ErrNewer) {
		t.Errorf("an older node must stop writing, not %v", err)
	}
	sql(t, url, "UPDATE headwater.hw_head SET form = 1")
	if err := name(n, "a", "b"); err != nil {
		t.Error(err)
	}
}

// name writes a company.
func name(n node, key lake.Key, v lake.Cell) error {
	_, err := n.Write(ctx, lake.System, "", func(tx *lake.Tx) error {
		_, err := tx.Put("companies", key, lake.Cells{"name": v})
		return err
	})
	return err
}

func TestSchemas(t *testing.T) {
	url := pgtest.Database(t)
	a, b := open(t, url), open(t, url+"?schema=other")
	if err := name(a, "k", "only in one"); err != nil {
		t.Fatal(err)
	}
	if b.store.Head() != 1 || a.store.Head() != 2 || a.store.Identity() == b.store.Identity() {
		t.Errorf("two schemas are two workspaces: %d, %d", a.store.Head(), b.store.Head())
	}
	sql(t, url, "CREATE SCHEMA shop; CREATE TABLE shop.accounts (id int)")
	for address, family := range map[string]error{
		url + "?schema=shop":            lake.ErrConflict,
		url + "?search_path=a%2Cb":      lake.ErrInvalid,
		url + "?schema=pg_catalog":      lake.ErrInvalid,
		url + "missing":                 lake.ErrNotFound,
		"postgres://127.0.0.1:1/nobody": lake.ErrBusy,
		"mysql://somewhere:x@host/":     lake.ErrInvalid,
	} {
		if _, err := postgres.Open(ctx, address, postgres.Options{}); !errors.Is(err, family) {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// TestLostConnections: connections break at any moment, the one that commits included.
// Every write is either acknowledged and there, or refused and not there.
func TestLostConnections(t *testing.T) {
	url := pgtest.Database(t)
	list := []node{open(t, url), open(t, url)}
	stop := make(chan struct{})
	var breaking, all sync.WaitGroup
	var broken, done, refused atomic.Int64
	breaking.Go(func() {
		c, err := pgx.Connect(ctx, url)
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close(ctx)
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Duration(5+rand.IntN(60)) * time.Millisecond):
			}
			tag, err := c.Exec(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
				WHERE datname = current_database() AND pid <> pg_backend_pid() AND (random() < 0.3 OR query LIKE '%COMMIT%')`)
			if err != nil {
				t.Error(err)
			}
			broken.Add(tag.RowsAffected())
		}
	})
	for w := range 6 {
		all.Go(func() {
			for i := range 120 {
				err := name(list[w%2], lake.Key(fmt.Sprintf("w%d-%d", w, i)), "x")
				switch {
				case err == nil:
					done.Add(1)
				case errors.Is(err, lake.ErrBusy):
					refused.Add(1)
				default:
					t.Errorf("a broken connection must be said to be one, not %v", err)
				}
			}
		})
	}
	all.Wait()
	close(stop)
	breaking.Wait()
	t.Logf("%d connections broken, %d writes acknowledged, %d refused", broken.Load(), done.Load(), refused.Load())
	if err := name(list[0], "last", "x"); err != nil {
		t.Fatal(err)
	}
	if err := name(list[1], "last", "y"); err != nil {
		t.Fatal(err)
	}
	r, err := list[1].At(ctx, lake.System, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	n := int64(-1)
	if err := r.Scan(ctx, "companies", func(lake.Record) error { n++; return nil }); err != nil || n != done.Load() {
		t.Errorf("%d writes were acknowledged, %d are there (%v)", done.Load(), n, err)
	}
}

// TestFailingMembers: writers that fail at any point, in a statement that was put off
// too, take nobody else's work along.
func TestFailingMembers(t *testing.T) {
	n := open(t, pgtest.Database(t))
	if err := name(n, "taken", "x"); err != nil {
		t.Fatal(err)
	}
	refuse := errors.New("no")
	var all sync.WaitGroup
	var good atomic.Int64
	for w := range 8 {
		all.Go(func() {
			for i := range 80 {
				how := (w + i) % 6
				_, err := n.Write(ctx, lake.System, "", func(tx *lake.Tx) error {
					if how == 5 { // before anything was sent
						return refuse
					}
					cells := lake.Cells{"name": "x"}
					if i%3 > 0 { // asks whether it is unique, so that nothing is left to wait for
						cells["code"] = lake.Cell(fmt.Sprintf("w%d-%d", w, i))
					}
					err := tx.Insert("companies", lake.Key(fmt.Sprintf("w%d-%d", w, i)), cells)
					switch {
					case err != nil:
						return err
					case how == 1:
						return refuse
					case how == 2: // known to be wrong only when it is executed
						return tx.Insert("companies", "taken", lake.Cells{"name": "x"})
					case how == 3:
						panic("at work")
					}
					return nil
				})
				switch {
				case how == 0 || how == 4:
					good.Add(1)
					if err != nil {
						t.Errorf("somebody else's failure: %v", err)
					}
				case err == nil, how%4 == 1 && !errors.Is(err, refuse), how == 2 && !errors.Is(err, lake.ErrConflict):
					t.Errorf("failure %d came to %v", how, err)
				}
			}
		})
	}
	all.Wait()
	r, err := n.At(ctx, lake.System, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	there := int64(-1)
	if err := r.Scan(ctx, "companies", func(lake.Record) error { there++; return nil }); err != nil || there != good.Load() {
		t.Errorf("%d were acknowledged, %d are there (%v)", good.Load(), there, err)
	}
}

// TestPutOffInserts: long writes go by COPY; they read what they inserted, and one that
// fails in the middle leaves nothing.
func TestPutOffInserts(t *testing.T) {
	n := open(t, pgtest.Database(t))
	write := func(rows, again int) error {
		_, err := n.Write(ctx, lake.System, "", func(tx *lake.Tx) error {
			for i := range rows {
				k := i
				if i == again {
					k = 0
				}
				cells := lake.Cells{"name": "公司", "size": lake.Cell(fmt.Sprint(i)), "code": lake.Cell(fmt.Sprintf("%d of %d", i, rows))}
				if err := tx.Insert("companies", lake.Key(fmt.Sprintf("%d of %d", k, rows)), cells); err != nil {
					return err
				}
				if i%700 == 699 {
					rec, err := tx.Get("companies", lake.Key(fmt.Sprintf("%d of %d", i, rows)))
					if err != nil || rec.Cells["size"] != lake.Cell(fmt.Sprint(i)) {
						return errors.Join(err, fmt.Errorf("reads %v", rec.Cells))
					}
				}
			}
			return nil
		})
		return err
	}
	count := func() (c int) {
		r, err := n.At(ctx, lake.System, "", 0)
		if err == nil {
			err = r.Scan(ctx, "companies", func(lake.Record) error { c++; return nil })
		}
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	want := 0
	for _, rows := range []int{3, 40, 1000, 3500} {
		for _, again := range []int{rows - 1, rows / 2} {
			if err := write(rows, again); !errors.Is(err, lake.ErrConflict) {
				t.Errorf("a key given twice among %d, at %d: %v", rows, again, err)
			}
			if got := count(); got != want {
				t.Fatalf("a refused write of %d left %d records", rows, got-want)
			}
		}
		if err := write(rows, -1); err != nil {
			t.Fatal(err)
		}
		if want += rows; count() != want {
			t.Errorf("%d of %d records are there", count(), want)
		}
	}
}

// TestStrangeTexts: what PostgreSQL can't hold isn't there, and can't be written; long
// unique values and sorts of look-alikes are as elsewhere.
func TestStrangeTexts(t *testing.T) {
	n := open(t, pgtest.Database(t))
	long := lake.Cell(strings.Repeat("长", 300_000))
	for key, code := range map[lake.Key]lake.Cell{"long": long, "longer": long + "x", "é": "é", "e": "e", "Ä": "Ä", "ä": "ä"} {
		_, err := n.Write(ctx, lake.System, "", func(tx *lake.Tx) error {
			_, err := tx.Put("companies", key, lake.Cells{"name": "x", "code": code})
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", key, err)
		}
	}
	r, err := n.At(ctx, lake.System, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	if keys, err := r.Find(ctx, "companies", "code", long); err != nil || len(keys) != 1 || keys[0] != "long" {
		t.Errorf("a long value is found as %v (%v)", keys, err)
	}
	for _, strange := range []lake.Key{"a\x00b", "\xff"} {
		if _, err := r.Get(ctx, "companies", strange); !errors.Is(err, lake.ErrNotFound) {
			t.Errorf("reading %q: %v", strange, err)
		}
		if _, err := r.History(ctx, "companies", strange); !errors.Is(err, lake.ErrNotFound) {
			t.Errorf("the history of %q: %v", strange, err)
		}
		if err := name(n, strange, "x"); !errors.Is(err, lake.ErrInvalid) {
			t.Errorf("writing %q: %v", strange, err)
		}
		var doc any
		if err := n.store.Registry().Load(ctx, "note", string(strange), &doc); !errors.Is(err, lake.ErrNotFound) {
			t.Errorf("the document %q: %v", strange, err)
		}
	}
	_, err = n.Write(ctx, lake.System, "", func(tx *lake.Tx) error {
		tx.SetIntent(lake.Intent{Kind: "write", Reason: "a\x00b\xff"})
		_, err := tx.Create("companies", lake.Cells{"name": "x"})
		return err
	})
	if err != nil {
		t.Error("a strange reason: ", err)
	}
}

func TestRegistry(t *testing.T) {
	n := open(t, pgtest.Database(t))
	r := n.store.Registry()
	if err := r.Create(ctx, "team", "b", "first"); err != nil {
		t.Fatal(err)
	}
	if err := r.Create(ctx, "team", "b", "second"); !errors.Is(err, lake.ErrConflict) {
		t.Errorf("an id is taken once: %v", err)
	}
	for _, id := range []string{"ä", "a", "B"} {
		if err := r.Save(ctx, "team", id, map[string]string{"a": "x\x00"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Remove(ctx, "team", "a"); err != nil {
		t.Fatal(err)
	}
	var ids []string
	err := r.Each(ctx, "team", func(id string, _ []byte) error {
		var other any // documents may be loaded meanwhile
		ids = append(ids, id)
		return r.Load(ctx, "team", id, &other)
	})
	if got := strings.Join(ids, " "); err != nil || got != "B b ä" {
		t.Errorf("in the order of ids: %s (%v)", got, err)
	}
	var doc map[string]string
	if err := r.Load(ctx, "team", "B", &doc); err != nil || doc["a"] != "x\x00" {
		t.Errorf("loaded %q (%v)", doc, err)
	}
}

// TestDurability: commits wait for the disk, also where the database is set not to.
func TestDurability(t *testing.T) {
	url := pgtest.Database(t)
	sql(t, url, "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET synchronous_commit = off'; END $$")
	n := open(t, url)
	sql(t, url, `CREATE TABLE public.seen (setting text);
		CREATE FUNCTION public.look() RETURNS trigger LANGUAGE plpgsql AS
			$$ BEGIN INSERT INTO public.seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
		CREATE TRIGGER look AFTER INSERT ON headwater.hw_revisions EXECUTE FUNCTION public.look();
		CREATE TRIGGER look AFTER INSERT ON headwater.hw_documents EXECUTE FUNCTION public.look()`)
	if err := errors.Join(name(n, "a", "x"), n.store.Registry().Save(ctx, "note", "a", 1)); err != nil {
		t.Fatal(err)
	}
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	var seen string
	if err := c.QueryRow(ctx, "SELECT string_agg(setting, ' ') FROM public.seen").Scan(&seen); err != nil || seen != "on on" {
		t.Errorf("synchronous_commit was %q (%v)", seen, err)
	}
}

// TestLongScans: slow readers of whole tables keep nobody from reading by key or writing.
func TestLongScans(t *testing.T) {
	n := open(t, pgtest.Database(t))
	if err := name(n, "k", "x"); err != nil {
		t.Fatal(err)
	}
	within, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			r, err := n.At(within, lake.System, "", 0)
			if err == nil {
				err = r.Scan(within, "companies", func(rec lake.Record) error {
					time.Sleep(5 * time.Millisecond)
					if _, err := r.Get(within, "companies", rec.Key); err != nil {
						return err
					}
					return name(n, rec.Key, lake.Cell(fmt.Sprint(rand.Int())))
				})
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
