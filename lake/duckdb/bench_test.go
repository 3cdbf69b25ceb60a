package duckdb_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"headwater/lake"
	"headwater/lake/duckdb"
	"headwater/lake/filter"
	"headwater/lake/laketest"
	"headwater/lake/sqlite"
)

// TestSpeed measures the engine on HEADWATER_ROWS accounts of 15 fields. It prints
// figures and fails on none: machines differ.
func TestSpeed(t *testing.T) {
	rows, _ := strconv.Atoi(os.Getenv("HEADWATER_ROWS"))
	if rows == 0 {
		t.Skip("HEADWATER_ROWS isn't set")
	}
	dir := t.TempDir()
	store, err := sqlite.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	l, err := lake.Open(ctx, lake.Config{Store: store, Policy: laketest.Everyone{}, Entities: []lake.Entity{wide()}})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	fillStore(t, l, store, rows)
	t.Logf("store filled in %v", time.Since(began))
	began = time.Now()
	e, err := duckdb.Open(filepath.Join(dir, "m.duckdb"), store, duckdb.Options{Policy: laketest.Everyone{}, Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("mirror of %d × 15 built in %v", rows, time.Since(began))
	began = time.Now()
	e.Close()
	e, err = duckdb.Open(filepath.Join(dir, "m.duckdb"), store, duckdb.Options{Policy: laketest.Everyone{}, Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("closed and opened again in %v", time.Since(began))
	defer e.Close()
	if l, err = lake.Open(ctx, lake.Config{Store: store, Policy: laketest.Everyone{}, Engine: e}); err != nil {
		t.Fatal(err)
	}
	measureReads(t, l, "main")
	measureSync(t, l, e)
	if _, err := l.CreateBranch(ctx, lake.System, lake.NewBranch{Name: "b"}); err != nil {
		t.Fatal(err)
	}
	measure(t, "first count on a fresh branch", 1, func(int) { total(t, l, "b", 0) })
	put(t, l, "b", keysAt(t, l, 3))
	measureReads(t, l, "b")
	measure(t, "filter + top 50, past revision of main", 3, func(int) {
		page(t, l, "main", store.Head()-20, `city = "城市7"`, lake.Order{Path: lake.Path{"name"}})
	})
}

func wide() lake.Entity {
	label := lake.Label{ZH: "客户", EN: "account"}
	e := lake.Entity{Name: "accounts", Title: "name", Label: label, Plural: label}
	for _, f := range []struct {
		n lake.FieldName
		k lake.Kind
	}{{"name", lake.Text}, {"industry", lake.Enum}, {"city", lake.Text}, {"phone", lake.Phone}, {"email", lake.Email}, {"size", lake.Integer},
		{"revenue", lake.Money}, {"score", lake.Decimal}, {"active", lake.Boolean}, {"founded", lake.Date}, {"seen", lake.Timestamp},
		{"website", lake.URL}, {"source", lake.Text}, {"notes", lake.Text}, {"code", lake.Text}} {
		x := lake.Field{Name: f.n, Kind: f.k, Label: label, Long: f.n == "notes"}
		if f.k == lake.Enum {
			x.Options = []lake.Option{{Name: "retail"}, {Name: "energy"}, {Name: "health"}}
		}
		e.Fields = append(e.Fields, x)
	}
	return e
}

func fillStore(t *testing.T, l *lake.Lake, store lake.Store, rows int) {
	r, err := l.At(ctx, lake.System, "main", 0)
	if err != nil {
		t.Fatal(err)
	}
	e, _ := r.Schema().Entity("accounts")
	rnd := rand.New(rand.NewPCG(1, 1))
	han := []rune("阿里巴巴腾讯华为重庆长安北京上海深圳科技有限公司集团能源水务数据云制造国际贸易股份银行")
	for done := 0; done < rows; done += 100_000 {
		err := store.Commit(ctx, false, func(tx lake.StoreTx) error {
			rev, err := tx.Begin(lake.RevisionInfo{Branch: lake.Main, At: time.Now()})
			for i := done; i < min(done+100_000, rows) && err == nil; i++ {
				name := make([]rune, 8)
				for j := range name {
					name[j] = han[rnd.IntN(len(han))]
				}
				c := lake.Cells{"name": lake.Cell(name), "industry": []lake.Cell{"retail", "energy", "health"}[i%3], "city": lake.Cell(fmt.Sprint("城市", i%50)),
					"phone": lake.Cell(fmt.Sprintf("138%08d", i)), "email": lake.Cell(fmt.Sprintf("p%d@example.com", i)), "size": lake.Cell(fmt.Sprint(rnd.IntN(10000))),
					"revenue": lake.Cell(fmt.Sprint(rnd.IntN(1e6), " CNY")), "score": lake.Cell(fmt.Sprint("0.", 1+rnd.IntN(8))), "active": "true",
					"founded": "2001-02-03", "seen": "2026-11-21T08:30:00Z", "website": lake.Cell(fmt.Sprintf("https://www.c%d.cn", i)), "source": "展会",
					"notes": "这是一个长期客户，需要继续跟进。", "code": lake.Cell(fmt.Sprintf("C%07d", i))}
				err = tx.Put(e, lake.Main, rev, lake.RowWrite{Key: lake.NewKey(), Set: c})
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func measure(t *testing.T, what string, n int, fn func(i int)) {
	t.Helper()
	var all []time.Duration
	for i := range n {
		began := time.Now()
		fn(i)
		all = append(all, time.Since(began))
	}
	slices.Sort(all)
	t.Logf("%-45s median %v, best %v, worst %v", what, all[n/2].Round(10*time.Microsecond), all[0].Round(10*time.Microsecond), all[n-1].Round(10*time.Microsecond))
}

func page(t *testing.T, l *lake.Lake, branch string, rev lake.Revision, where string, order ...lake.Order) *lake.Answer {
	r, err := l.At(ctx, lake.System, branch, rev)
	if err != nil {
		t.Fatal(err)
	}
	e, _ := r.Schema().Entity("accounts")
	x, err := filter.Parse(where, r.Schema(), e, filter.Env{})
	if err != nil {
		t.Fatal(err)
	}
	q := lake.Question{Entity: "accounts", Where: x, Order: order, Limit: 50}
	for _, f := range e.Fields[:8] {
		q.Fields = append(q.Fields, lake.Path{f.Name})
	}
	a, err := r.Ask(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func total(t *testing.T, l *lake.Lake, branch string, rev lake.Revision) int64 {
	r, err := l.At(ctx, lake.System, branch, rev)
	if err != nil {
		t.Fatal(err)
	}
	a, err := r.Ask(ctx, lake.Question{Entity: "accounts", Total: true})
	if err != nil {
		t.Fatal(err)
	}
	return a.Total
}

func measureReads(t *testing.T, l *lake.Lake, branch string) {
	name := lake.Order{Path: lake.Path{"name"}}
	measure(t, branch+": count", 10, func(int) { total(t, l, branch, 0) })
	measure(t, branch+": filter + sort by name + top 50", 10, func(int) { page(t, l, branch, 0, `city = "城市7"`, name) })
	measure(t, branch+": filter + sort by size + top 50", 10, func(int) { page(t, l, branch, 0, `city = "城市7"`, lake.Order{Path: lake.Path{"size"}, Desc: true}) })
	measure(t, branch+": sort by name + top 50, no filter", 10, func(int) { page(t, l, branch, 0, ``, name) })
	measure(t, branch+": default order, top 50", 10, func(int) { page(t, l, branch, 0, ``) })
	measure(t, branch+": group by city with sum", 5, func(int) {
		r, _ := l.At(ctx, lake.System, branch, 0)
		if _, err := r.Ask(ctx, lake.Question{Entity: "accounts", Group: []lake.FieldName{"city"}, Sums: []lake.FieldName{"revenue"}}); err != nil {
			t.Fatal(err)
		}
	})
	for _, w := range []string{"阿里巴", "albb", "公司", "13800012345", "nothing"} {
		measure(t, branch+": search "+w, 5, func(int) {
			r, _ := l.At(ctx, lake.System, branch, 0)
			if _, err := r.Search(ctx, w, 20); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func keysAt(t *testing.T, l *lake.Lake, n int) []lake.Key {
	r, _ := l.At(ctx, lake.System, "main", 0)
	a, err := r.Ask(ctx, lake.Question{Entity: "accounts", Limit: n, Order: []lake.Order{{Path: lake.Path{"size"}}}})
	if err != nil {
		t.Fatal(err)
	}
	var keys []lake.Key
	for _, row := range a.Rows {
		keys = append(keys, row.Key)
	}
	return keys
}

func put(t *testing.T, l *lake.Lake, branch string, keys []lake.Key) {
	_, err := l.Write(ctx, lake.System, branch, func(tx *lake.Tx) error {
		for _, k := range keys {
			if _, err := tx.Put("accounts", k, lake.Cells{"code": lake.Cell(fmt.Sprint(time.Now().UnixNano()))}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func measureSync(t *testing.T, l *lake.Lake, e *duckdb.Engine) {
	keys := keysAt(t, l, 1000)
	for _, n := range []int{1, 1000} {
		var all []time.Duration
		for i := range 20 {
			put(t, l, "main", keys[i%(1001-n):][:n])
			began := time.Now()
			if err := e.Sync(ctx); err != nil {
				t.Fatal(err)
			}
			all = append(all, time.Since(began))
		}
		slices.Sort(all)
		t.Logf("apply %d changes: median %v, best %v, worst %v", n, all[10], all[0], all[19])
	}
}
