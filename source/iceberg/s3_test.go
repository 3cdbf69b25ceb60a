package iceberg_test

import (
	"database/sql"
	"io"
	"log"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/iceberg-go"
	sqlcatalog "github.com/apache/iceberg-go/catalog/sql"
	_ "github.com/apache/iceberg-go/io/gocloud/s3"
	"github.com/apache/iceberg-go/table"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"headwater/lake"
	"headwater/source"
)

// TestDataInAnObjectStore: the catalog lies here, metadata and data in S3.
func TestDataInAnObjectStore(t *testing.T) {
	backend := s3mem.New()
	if err := backend.CreateBucket("wh"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend, gofakes3.WithLogger(gofakes3.StdLog(log.New(io.Discard, "", 0)))).Server())
	t.Cleanup(server.Close)
	dir := t.TempDir()
	db, err := sql.Open("sqlite3", filepath.Join(dir, "catalog.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	catalog, err := sqlcatalog.NewCatalog("test", db, sqlcatalog.SQLite, iceberg.Properties{"warehouse": "s3://wh/lake", "s3.endpoint": server.URL,
		"s3.region": "us-east-1", "s3.access-key-id": "reader", "s3.secret-access-key": "secret"})
	if err != nil {
		t.Fatal(err)
	}
	if err := catalog.CreateNamespace(t.Context(), table.Identifier{"shop"}, nil); err != nil {
		t.Fatal(err)
	}
	w := &warehouse{t: t, dir: dir, catalog: catalog}
	o := w.add(w.create("orders", orders, iceberg.Properties{"write.delete.mode": "merge-on-read", "format-version": "2"}), twoOrders)
	c := open(t, "iceberg+sql://"+dir+"/catalog.db?warehouse=s3://wh/lake&s3.access-key-id=reader&s3.secret-access-key=secret&s3.endpoint="+url.QueryEscape(server.URL))
	got := check(t, c, lake.Scan{Table: "shop.orders", Columns: columns("id BIGINT", "n INTEGER")}, "files", "1|10", "2|20")
	for _, p := range got.Files.Paths {
		if !strings.HasPrefix(p, c.(source.Placed).Places()[0]+"/") {
			t.Errorf("%s doesn't lie in the source's directory", p)
		}
	}
	if _, err := o.Delete(t.Context(), iceberg.EqualTo(iceberg.Reference("id"), int64(1)), nil); err != nil {
		t.Fatal(err)
	}
	o, err = catalog.LoadTable(t.Context(), table.Identifier{"shop", "orders"})
	if err != nil {
		t.Fatal(err)
	}
	w.add(o, `[{"id":3,"n":30,"name":"Cy","day":"2024-01-03","amount":"3.00","at":"2024-01-03T00:00:00Z"},{"id":4,"n":40}]`)
	o, err = catalog.LoadTable(t.Context(), table.Identifier{"shop", "orders"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Delete(t.Context(), iceberg.EqualTo(iceberg.Reference("id"), int64(4)), nil); err != nil {
		t.Fatal(err)
	}
	check(t, c, lake.Scan{Table: "shop.orders", Columns: columns("id BIGINT", "n INTEGER")}, "rows", "2|20", "3|30")
	// Without the key, the store says no, and so do we.
	poor := open(t, "iceberg+sql://"+dir+"/catalog.db?warehouse=s3://wh/lake&s3.access-key-id=reader&s3.secret-access-key=secret&s3.endpoint="+url.QueryEscape("http://127.0.0.1:1"))
	if _, err := poor.Table(t.Context(), "shop.orders"); code(err) != "tcp_refused" {
		t.Error(err)
	}
}
