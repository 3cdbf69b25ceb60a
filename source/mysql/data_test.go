package mysql_test

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"headwater/lake"
	"headwater/source/mysql/mysqltest"
	"headwater/source/sourcetest"
)

// load runs dumps with the server's own client program.
func load(t *testing.T, u *url.URL, folder string, files ...string) {
	t.Helper()
	client, err := exec.LookPath("mariadb")
	if err != nil {
		t.Skip("skipped: the client program mariadb isn't installed")
	}
	for _, name := range files {
		f, err := os.Open(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		cmd := exec.Command(client, "--no-defaults", "--protocol=tcp", "--host="+u.Hostname(), "--port="+u.Port(), "--user=tester", "--default-character-set=utf8mb4", "--init-command=SET sql_mode=''")
		cmd.Env = append(os.Environ(), "MYSQL_PWD="+mysqltest.Password)
		cmd.Stdin = f
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
	}
}

// TestPublicDatabases loads three well-known schemas and compares each table's rows with
// what the server counts, and some values.
func TestPublicDatabases(t *testing.T) {
	data := os.Getenv("HEADWATER_DATA")
	if data == "" {
		t.Skip("skipped: no data folder (HEADWATER_DATA)")
	}
	u := mysqltest.Start(t)
	u.Path = ""
	load(t, u, filepath.Join(data, "sql_sakila", "mysql"), "sakila-mv-schema.sql", "sakila-mv-data.sql")
	load(t, u, filepath.Join(data, "sql_chinook"), "Chinook_MySql.sql")
	load(t, u, filepath.Join(data, "sql_northwind"), "mysql_northwind.sql", "mysql_northwind-data.sql")
	c := open(t, u)
	list, err := c.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	db := mysqltest.Open(t, u)
	defer db.Close()
	r := sourcetest.NewReferee(t)
	tables, rows := 0, int64(0)
	for _, x := range list {
		d := describe(t, c, x.Name)
		if x.View {
			continue // one of them takes the server a minute
		}
		s, err := c.Session(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		n := count(t, scan(t, s, sourcetest.Whole(d)).Rows)
		s.Close()
		if d.Key == nil {
			t.Errorf("%s has no key", x.Name)
		}
		var want int64
		if err := db.QueryRow("SELECT COUNT(*) FROM " + x.Name).Scan(&want); err != nil || n != want {
			t.Errorf("%s: %d rows, not %d (%v)", x.Name, n, want, err)
		}
		tables, rows = tables+1, rows+n
	}
	t.Logf("%d tables, %d rows", tables, rows)
	for table, want := range map[string]int{"Chinook.Track": 3503, "Chinook.PlaylistTrack": 8715, "sakila.payment": 16049, "sakila.rental": 16044, "sakila.film": 1000, "northwind.order_details": 58} {
		got := scan(t, session(t, c), lake.Scan{Table: table, Count: true})
		r.Take("n", got.Rows)
		if n := r.Lines("SELECT * FROM n"); !got.Counted || n[0] != "("+strconv.Itoa(want)+")" {
			t.Errorf("%s: %v, not %d", table, n, want)
		}
	}
	film := describe(t, c, "sakila.film")
	r.Take("film", scan(t, session(t, c), sourcetest.Whole(film)).Rows)
	if got := r.Lines("SELECT title, release_year, rental_rate, rating, special_features, last_update FROM film WHERE film_id = 129"); got[0] != "(CAUSE DATE, 2006, 2.99, R, 'Commentaries,Deleted Scenes,Behind the Scenes', '2006-02-15 05:03:42+00')" {
		t.Errorf("%q", got)
	}
	total := describe(t, c, "Chinook.Invoice")
	r.Take("invoice", scan(t, session(t, c), sourcetest.Whole(total)).Rows)
	if got := r.Lines("SELECT sum(Total), min(InvoiceDate) FROM invoice"); got[0] != "(2328.60, '2021-01-01 00:00:00')" && got[0] != "(2328.60, '2009-01-01 00:00:00')" {
		t.Errorf("%q", got)
	}
}
