package postgres

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3"

	"headwater/lake"
	"headwater/lake/sqlite"
)

// A backup is a file of lake/sqlite, whichever store wrote it: so a workspace moves from
// a data directory to PostgreSQL and back, with every version under its own number. The
// tables of the file are made by lake/sqlite itself; here they are only filled.

// Backup writes everything as of one moment to a new file.
func (s *Store) Backup(ctx context.Context, path string) error {
	if _, err := os.Stat(path); err == nil {
		return lake.Fail(lake.ErrConflict, "file_exists", "The file "+path+" exists already.", "file", path)
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".headwater-backup-")
	if err != nil {
		return nativeError(err)
	}
	defer os.RemoveAll(dir)
	if err := s.write(ctx, dir); err != nil {
		return err
	}
	made := filepath.Join(dir, sqlite.FileName)
	if err := synced(made); err != nil {
		return nativeError(err)
	}
	if err := os.Rename(made, path); err != nil {
		return nativeError(err)
	}
	return nativeError(synced(filepath.Dir(path)))
}

// synced makes a file or a directory last.
func synced(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// write makes an SQLite workspace in an empty directory.
func (s *Store) write(ctx context.Context, dir string) error {
	snap, end, err := s.freeze(ctx)
	if err != nil {
		return err
	}
	defer end()
	r := reader{db: snap, tables: &tables{}}
	if err := r.tables.load(ctx, snap); err != nil {
		return err
	}
	entities, err := r.entities(ctx)
	if err != nil {
		return err
	}
	if err := prepareFile(ctx, dir, &r, entities); err != nil {
		return err
	}
	file, err := openFile(ctx, filepath.Join(dir, sqlite.FileName))
	if err != nil {
		return err
	}
	defer file.close()
	if err := file.fill(ctx, &r, entities); err != nil {
		return err
	}
	identity, _, _ := strings.Cut(s.identity, ".")
	if _, err := file.tx.ExecContext(ctx, "UPDATE hw_workspace SET value = ? WHERE name = 'identity'", identity); err != nil {
		return err
	}
	return file.tx.Commit()
}

// entities describes what has tables here: fields of all branches, whatever became of them.
func (r *reader) entities(ctx context.Context) (out []lake.Entity, err error) {
	indexed := map[string]bool{}
	err = r.db.few(ctx, "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()", nil, func(raw [][]byte) error {
		indexed[string(raw[0])] = true
		return nil
	})
	for _, name := range r.tables.names() {
		e := lake.Entity{Name: name}
		for key, column := range r.tables.Seen(false)[name].columns {
			e.Fields = append(e.Fields, lake.Field{Name: key.field, Kind: key.kind,
				Unique: key.kind != lake.Reference && indexed[named(versionsOf(name), column)]})
		}
		sortFields(e.Fields)
		out = append(out, e)
	}
	return out, err
}

// sortFields makes the order of columns the same each time.
func sortFields(list []lake.Field) {
	slices.SortFunc(list, func(a, b lake.Field) int {
		return strings.Compare(string(a.Name)+" "+string(a.Kind), string(b.Name)+" "+string(b.Kind))
	})
}

// prepareFile lets lake/sqlite make the tables, and writes what has a call for it.
func prepareFile(ctx context.Context, dir string, r *reader, entities []lake.Entity) error {
	branches, err := r.Branches(ctx)
	if err != nil {
		return err
	}
	forks, err := r.Forks(ctx)
	if err != nil {
		return err
	}
	to, err := sqlite.Open(dir)
	if err != nil {
		return err
	}
	err = to.Commit(ctx, true, func(tx lake.StoreTx) error {
		for i := range entities {
			if err := tx.Ensure(&entities[i]); err != nil {
				return err
			}
		}
		for _, b := range branches {
			if err := tx.SaveBranch(b); err != nil {
				return err
			}
		}
		for _, f := range forks {
			if err := tx.SaveFork(f); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, to.Close())
}

// file is an SQLite workspace that is filled or read, in one transaction.
type file struct {
	db      *sql.DB
	tx      *sql.Tx
	columns map[lake.EntityName]map[columnKey]string
}

func openFile(ctx context.Context, path string) (*file, error) {
	uri := "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
	// It counts only when it is whole: it is synced once, at the end.
	db, err := sql.Open("sqlite3", uri+"?_journal_mode=DELETE&_synchronous=OFF&_busy_timeout=10000")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	f := &file{db: db, columns: map[lake.EntityName]map[columnKey]string{}}
	if f.tx, err = db.BeginTx(ctx, nil); err == nil {
		err = f.loadColumns(ctx)
	}
	if err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

func (f *file) close() {
	if f.tx != nil {
		_ = f.tx.Rollback()
	}
	_ = f.db.Close()
}

// loadColumns learns how the file names its columns; that needn't be as here.
func (f *file) loadColumns(ctx context.Context) error {
	return f.each(ctx, "SELECT entity, field, kind, name FROM hw_columns", 4, func(v []any) error {
		e := lake.EntityName(text(v[0]))
		if f.columns[e] == nil {
			f.columns[e] = map[columnKey]string{}
		}
		if text(v[1]) != "" {
			f.columns[e][columnKey{lake.FieldName(text(v[1])), lake.Kind(text(v[2]))}] = text(v[3])
		}
		return nil
	})
}

// each reads rows of a query; the values are valid during the call only.
func (f *file) each(ctx context.Context, query string, n int, fn func([]any) error) error {
	rows, err := f.tx.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	values, ptrs := make([]any, n), make([]any, n)
	for i := range values {
		ptrs[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(ptrs...); err != nil {
			return err
		}
		if err := fn(values); err != nil {
			return err
		}
	}
	return rows.Err()
}

func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	}
	return ""
}

// transfer is one table: what to read here and where it goes there.
type transfer struct {
	query  string
	table  string
	names  []string
	decode []func([]byte) any
}

func (f *file) fill(ctx context.Context, r *reader, entities []lake.Entity) error {
	list := []transfer{revisionsTransfer, documentsTransfer}
	for i := range entities {
		list = append(list, f.transfers(&entities[i], r.tables.Seen(false)[entities[i].Name].columns)...)
	}
	for _, t := range list {
		if err := f.receive(ctx, r.db, t); err != nil {
			return err
		}
	}
	return nil
}

func (f *file) receive(ctx context.Context, from source, t transfer) error {
	quoted := make([]string, len(t.names))
	for i, n := range t.names {
		quoted[i] = quote(n)
	}
	st, err := f.tx.PrepareContext(ctx, "INSERT INTO "+quote(t.table)+" ("+strings.Join(quoted, ", ")+") VALUES (?"+
		strings.Repeat(", ?", len(t.names)-1)+")")
	if err != nil {
		return err
	}
	defer st.Close()
	values := make([]any, len(t.names))
	return from.few(ctx, t.query, nil, func(raw [][]byte) error {
		for i, b := range raw {
			values[i] = nil
			if b != nil {
				values[i] = t.decode[i](b)
			}
		}
		_, err := st.ExecContext(ctx, values...)
		return err
	})
}

func asInt(b []byte) any  { return rawInt(b) }
func asText(b []byte) any { return string(b) }
func asFlag(b []byte) any { return rawBool(b) }
func asTime(b []byte) any { return string(lake.TimeCell(rawTime(b))) }

type decoder = func([]byte) any

var revisionsTransfer = transfer{
	query:  "SELECT rev, branch, at, actor, actor_name, request_id, kind, reason, import, undoes, source, first_ver, last_ver, changes::text FROM hw_revisions ORDER BY rev",
	table:  "hw_revisions",
	names:  []string{"rev", "branch", "at", "actor", "actor_name", "request_id", "kind", "reason", "import", "undoes", "source", "first_ver", "last_ver", "changes"},
	decode: []decoder{asInt, asInt, asTime, asText, asText, asText, asText, asText, asText, asInt, asInt, asInt, asInt, asText},
}

var documentsTransfer = transfer{
	query:  "SELECT kind, id, body::text FROM hw_documents ORDER BY kind, id",
	table:  "hw_documents",
	names:  []string{"kind", "id", "body"},
	decode: []decoder{asText, asText, asText},
}

// head columns of an entity's tables, the same in both stores.
var (
	currentColumns = []string{"ver", "id", "rev", "prev", "prev_branch"}
	versionColumns = []string{"ver", "id", "branch", "rev_from", "rev_to", "prev", "prev_branch", "deleted"}
)

// transfers of an entity's two tables, by ascending version.
func (f *file) transfers(e *lake.Entity, here map[columnKey]string) []transfer {
	out := []transfer{
		{table: string(e.Name), names: slices.Clone(currentColumns), decode: []decoder{asInt, asText, asInt, asInt, asInt}},
		{table: versionsOf(e.Name), names: slices.Clone(versionColumns), decode: []decoder{asInt, asText, asInt, asInt, asInt, asInt, asInt, asFlag}},
	}
	for i := range out {
		t := &out[i]
		columns := slices.Clone(t.names)
		for _, x := range e.Fields {
			key := columnKey{x.Name, x.Kind}
			columns = append(columns, quote(here[key]))
			t.names = append(t.names, f.columns[e.Name][key])
			if x.Kind == lake.Integer {
				t.decode = append(t.decode, asInt)
			} else {
				t.decode = append(t.decode, asText)
			}
		}
		t.query = "SELECT " + strings.Join(columns, ", ") + " FROM " + quote(t.table) + " ORDER BY ver"
	}
	return out
}
