package iceberg_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/apache/iceberg-go/table"

	"headwater/lake"
	"headwater/source"
	source_iceberg "headwater/source/iceberg"
)

// serve answers the REST protocol's reading part over the warehouse's catalog.
func (w *warehouse) serve(token string) *httptest.Server {
	mux := http.NewServeMux()
	answer := func(path string, fn func(r *http.Request) (any, error)) {
		mux.HandleFunc("GET /v1/"+path, func(out http.ResponseWriter, r *http.Request) {
			out.Header().Set("Content-Type", "application/json")
			status, kind := http.StatusUnauthorized, "NotAuthorizedException"
			if r.Header.Get("Authorization") == "Bearer "+token {
				body, err := fn(r)
				if err == nil {
					_ = json.NewEncoder(out).Encode(body)
					return
				}
				status, kind = http.StatusNotFound, "NoSuchTableException"
			}
			out.WriteHeader(status)
			fmt.Fprintf(out, `{"error":{"message":"no","type":%q,"code":%d}}`, kind, status)
		})
	}
	answer("config", func(*http.Request) (any, error) {
		return map[string]any{"defaults": map[string]any{}, "overrides": map[string]any{}}, nil
	})
	answer("namespaces", func(r *http.Request) (any, error) {
		list := [][]string{}
		if r.URL.Query().Get("parent") == "" {
			list = append(list, []string{"shop"})
		}
		return map[string]any{"namespaces": list}, nil
	})
	answer("namespaces/{ns}/tables", func(r *http.Request) (any, error) {
		var list []map[string]any
		for ident, err := range w.catalog.ListTables(r.Context(), table.Identifier{r.PathValue("ns")}) {
			if err != nil {
				return nil, err
			}
			list = append(list, map[string]any{"namespace": ident[:len(ident)-1], "name": ident[len(ident)-1]})
		}
		return map[string]any{"identifiers": list}, nil
	})
	answer("namespaces/{ns}/tables/{table}", func(r *http.Request) (any, error) {
		t, err := w.catalog.LoadTable(r.Context(), table.Identifier{r.PathValue("ns"), r.PathValue("table")})
		if err != nil {
			return nil, err
		}
		return map[string]any{"metadata-location": t.MetadataLocation(), "metadata": t.Metadata(), "config": map[string]any{}}, nil
	})
	s := httptest.NewServer(mux)
	w.t.Cleanup(s.Close)
	return s
}

func TestREST(t *testing.T) {
	w := newWarehouse(t)
	o := w.add(w.create("orders", orders, nil), twoOrders)
	first := fmt.Sprint(o.CurrentSnapshot().SnapshotID)
	w.add(o, `[{"id":3,"n":30,"name":"Cy","day":"2024-01-03","amount":"3.00","at":"2024-01-03T00:00:00Z"}]`)
	host := strings.TrimPrefix(w.serve("letmein").URL, "http://")
	c := open(t, "iceberg+rest://token:letmein@"+host+"/?tls=false&local="+w.dir+"/data")
	list, err := c.Tables(t.Context())
	if err != nil || len(list) != 1 || list[0].Name != "shop.orders" {
		t.Fatal(list, err)
	}
	d, err := c.Table(t.Context(), "shop.orders")
	if err != nil || d.Rows != 3 || len(d.Columns) != 6 {
		t.Fatal(d, err)
	}
	check(t, c, lake.Scan{Table: "shop.orders", Columns: columns("id BIGINT")}, "files", "1", "2", "3")
	check(t, c, lake.Scan{Table: "shop.orders", Columns: columns("id BIGINT"), Pin: first}, "files", "1", "2")
	if _, err := c.Table(t.Context(), "shop.none"); code(err) != "table_unknown" {
		t.Error(err)
	}
	for address, want := range map[string]string{
		"iceberg+rest://token:letmein@" + host + "/?tls=false":             "address ok, dns ok, tcp ok, signin ok, permission ok, read ok",
		"iceberg+rest://token:wrong-one@" + host + "/?tls=false":           "address ok, dns ok, tcp ok, signin signin_refused",
		"iceberg+rest://token:letmein@" + host + "/":                       "address ok, dns ok, tcp ok, tls tls_failed",
		"iceberg+rest://token:letmein@nowhere.invalid/?tls=false&local=/x": "address ok, dns dns_unknown",
	} {
		var steps []string
		for _, s := range open(t, address).Test(t.Context()) {
			word := "ok"
			if !s.OK {
				word = s.Code
			}
			steps = append(steps, s.Name+" "+word)
			if strings.Contains(s.Detail, "letmein") || strings.Contains(s.Detail, "wrong-one") {
				t.Error(s.Detail)
			}
		}
		if got := strings.Join(steps, ", "); got != want {
			t.Errorf("%s:\n got %s\nwant %s", address, got, want)
		}
	}
	// Without a local directory, a server's word opens no file here.
	blind := open(t, "iceberg+rest://token:letmein@"+host+"/?tls=false")
	if _, err := read(t, blind, lake.Scan{Table: "shop.orders", Columns: columns("id BIGINT")}); code(err) != "path_outside" {
		t.Error(err)
	}
	u, _ := url.Parse("iceberg+rest://token:letmein@" + host + "/?tls=false")
	guarded, err := source_iceberg.Open(t.Context(), source.Settings{URL: u, Dir: t.TempDir(), Dial: source.Guard{}.Dial})
	if err != nil {
		t.Fatal(err)
	}
	defer guarded.Close()
	if _, err := guarded.Tables(t.Context()); code(err) != "address_private" {
		t.Errorf("a private address without permission: %v", err)
	}
}
