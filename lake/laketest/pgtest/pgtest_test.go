package pgtest_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"headwater/lake/laketest/pgtest"
)

// TestDatabase: two databases know nothing of each other, and letters aren't sorted as bytes.
func TestDatabase(t *testing.T) {
	ctx := context.Background()
	a, b := connect(t, pgtest.Database(t)), connect(t, pgtest.Database(t))
	if _, err := a.Exec(ctx, "CREATE TABLE only_here (x int)"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Exec(ctx, "SELECT * FROM only_here"); err == nil {
		t.Error("a table of one database is seen in another")
	}
	var bytewise bool
	if err := a.QueryRow(ctx, "SELECT 'B' < 'a'").Scan(&bytewise); err != nil || bytewise {
		t.Errorf("the default collation is the byte order: %v", err)
	}
}

func connect(t *testing.T, url string) *pgx.Conn {
	c, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	return c
}
