package duckdb

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"

	duck "github.com/duckdb/duckdb-go/v2"

	"headwater/lake"
)

// The database may open files in the places of sources, among the kept copies and where
// it spills, and nowhere else. It can be told so only while it is opened.

// wantedPlaces are the directories that it may open files in.
func (e *Engine) wantedPlaces() []string {
	var out []string
	if e.opt.Sources != nil {
		out = append(out, e.opt.Sources.Places()...)
	}
	if e.opt.Copies != "" {
		out = append(out, e.opt.Copies)
	}
	if e.path != "" {
		out = append(out, e.path+".tmp")
	}
	sort.Strings(out)
	return slices.Compact(out)
}

// filePlaces are the settings for them.
func (e *Engine) filePlaces() []string {
	quoted := make([]string, len(e.places))
	for i, p := range e.places {
		quoted[i] = "'" + sqlText(p) + "'"
	}
	out := []string{"SET allowed_directories = [" + strings.Join(quoted, ", ") + "]"}
	if e.path != "" {
		out = append(out, "SET temp_directory = '"+sqlText(e.path+".tmp")+"'")
	}
	return append(out, "SET enable_external_access = false")
}

// openPlaces opens the database anew when sources have brought further directories.
func (e *Engine) openPlaces(ctx context.Context) error {
	if e.knowsPlaces() {
		return nil
	}
	e.mu.Lock()
	if !e.knowsPlaces() {
		e.broken = true
	}
	e.mu.Unlock()
	return e.syncTo(ctx, 0, false)
}

func (e *Engine) knowsPlaces() bool {
	e.gate.RLock()
	known := e.places
	e.gate.RUnlock()
	for _, p := range e.wantedPlaces() {
		if !slices.Contains(known, p) {
			return false
		}
	}
	return true
}

// fetchFiles has the database read files itself: it picks columns and rows better than
// anybody could tell it.
func (h *homes) fetchFiles(s *scan, fields []int) error {
	set := s.result.Files
	from, err := readFiles(s, set, true)
	if err != nil {
		return err
	}
	s.step.Code = "scan_files"
	h.e.fileTables.Store(s.ent.Home.Source+"\x00"+s.ent.Home.Table, true)
	if len(set.Paths) == 0 {
		return h.noFiles(s)
	}
	columns := s.columns(func(i int) (string, bool) {
		return quote(column0(&s.ent.Fields[i])), slices.Contains(fields, i)
	})
	s.from, s.fields = from, fields
	s.untyped, _ = readFiles(s, set, false)
	if s.nearest != nil {
		h.swap(s, s.choose(columns, from, ""))
		return nil
	}
	h.swap(s, "(SELECT "+strings.Join(columns, ", ")+" FROM "+from+s.narrowed()+")")
	return nil
}

// mostNarrowed is how many values are written into a statement; longer lists cost more
// than they save.
const mostNarrowed = 1000

// narrowed is the condition that only some keys are wanted, on the columns themselves:
// the key as a text, which is tested later, would have every row read.
func (s *scan) narrowed() string {
	if !s.keys {
		return ""
	}
	out := ""
	for _, w := range s.where {
		if w.Op != lake.ScanIn || len(w.Values) == 0 || len(w.Values) > mostNarrowed {
			continue
		}
		values := make([]string, len(w.Values))
		for i, v := range w.Values {
			values[i] = "CAST('" + sqlText(v) + "' AS " + w.Type + ")"
		}
		word := " AND "
		if out == "" {
			word = " WHERE "
		}
		out += word + quote(w.Column) + " IN (" + strings.Join(values, ", ") + ")"
	}
	return out
}

// changed looks for what has changed in files when the database can't make sense of a
// statement that reads them.
func (h *homes) changed(err error) error {
	var native *duck.Error
	if !errors.As(err, &native) || native.Type != duck.ErrorTypeBinder && native.Type != duck.ErrorTypeIO && native.Type != duck.ErrorTypeInvalidInput {
		return err
	}
	h.conn.ExecContext(h.ctx, "ROLLBACK") //nolint:errcheck // the transaction may have been stopped
	for _, s := range h.scans {
		if s.from == "" {
			continue
		}
		if cerr := h.binds(s, s.untyped, s.fields); cerr != nil {
			return cerr
		}
	}
	return err
}

func (h *homes) noFiles(s *scan) error {
	columns := s.columns(func(int) (string, bool) { return "NULL", true })
	h.swap(s, "(SELECT "+strings.Join(columns, ", ")+" WHERE FALSE)")
	return nil
}

// binds looks whether the files have the columns that the entity was declared with.
func (h *homes) binds(s *scan, from string, fields []int) error {
	rows, err := h.conn.QueryContext(h.ctx, "DESCRIBE SELECT * FROM "+from)
	if err != nil {
		return h.e.unreadable(s.ent, err)
	}
	defer rows.Close()
	have := map[string]bool{}
	for rows.Next() {
		var name string
		var rest [5]any
		if err := rows.Scan(&name, &rest[0], &rest[1], &rest[2], &rest[3], &rest[4]); err != nil {
			return err
		}
		have[strings.ToLower(name)] = true
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, i := range fields {
		if c := column0(&s.ent.Fields[i]); !have[strings.ToLower(c)] {
			return sourceChanged(s.ent, c)
		}
	}
	return nil
}

func sourceChanged(ent *lake.Entity, column string) error {
	return lake.Fail(lake.ErrInvalid, "source_changed", "The source of "+string(ent.Name)+" has no column "+strconv.Quote(column)+" any more.",
		"entity", ent.Name, "column", column, "source", ent.Home.Source, "table", ent.Home.Table)
}

// unreadable says that files can't be read, in the database's words for files.
func (e *Engine) unreadable(ent *lake.Entity, err error) error {
	e.log.Warn("engine: files of a source can't be read", "entity", string(ent.Name), "error", err)
	return lake.Fail(lake.ErrInvalid, "source_unreadable", "The files of "+string(ent.Name)+" can't be read: "+plainMessage(err.Error())+".", "entity", ent.Name, "source", ent.Home.Source)
}

// readFiles is the table function that reads a set of files; typed, in the types that
// the entity was declared with.
func readFiles(s *scan, set *lake.FileSet, typed bool) (string, error) {
	paths := make([]string, len(set.Paths))
	for i, p := range set.Paths {
		paths[i] = "'" + sqlText(globbed.Replace(p)) + "'"
	}
	args := []string{"[" + strings.Join(paths, ", ") + "]", "hive_partitioning = " + strconv.FormatBool(set.Hive)}
	if set.Hive && len(set.Partitions) > 0 { // otherwise the text 01 becomes the number 1
		folders := make([]string, len(set.Partitions))
		for i, c := range set.Partitions {
			folders[i] = quote(c.Name) + ": " + c.Type
		}
		args = append(args, "hive_types_autocast = false", "hive_types = {"+strings.Join(folders, ", ")+"}")
	}
	if len(set.Paths) > 1 {
		args = append(args, "union_by_name = true")
	}
	types := make([]string, len(s.types))
	for i := range types {
		types[i] = "'" + sqlText(column0(&s.ent.Fields[i])) + "': '" + sqlText(s.types[i]) + "'"
	}
	switch set.Format {
	case "parquet":
		return "read_parquet(" + strings.Join(args, ", ") + ")", nil
	case "csv":
		for _, o := range csvOptions {
			if v, ok := set.Options[o]; ok {
				args = append(args, o+" = "+csvValue(o, v))
			}
		}
		if typed {
			args = append(args, "types = {"+strings.Join(types, ", ")+"}")
		}
		return "read_csv(" + strings.Join(args, ", ") + ")", nil
	case "json":
		return "read_json(" + strings.Join(append(args, "columns = {"+strings.Join(types, ", ")+"}"), ", ") + ")", nil
	}
	return "", lake.Fail(lake.ErrInvalid, "source_unreadable", "Files of the format "+set.Format+" can't be read.", "entity", s.ent.Name)
}

var csvOptions = []string{"delim", "quote", "escape", "header", "skip", "encoding", "nullstr", "dateformat", "timestampformat", "decimal_separator"}

// csvValue writes an option's value.
func csvValue(name, v string) string {
	switch name {
	case "header":
		return strconv.FormatBool(v == "true")
	case "skip":
		n, _ := strconv.Atoi(v)
		return strconv.Itoa(n)
	}
	return "'" + sqlText(v) + "'"
}

// globbed takes the meaning of patterns out of a path.
var globbed = strings.NewReplacer("[", "[[]", "*", "[*]", "?", "[?]")

func (e *Engine) copyPath(id string) string { return filepath.Join(e.opt.Copies, id+".parquet") }

// copied reads a kept copy of a base.
func (h *homes) copied(v lake.View, ent *lake.Entity, kept lake.CopyOf) (string, error) {
	if h.e.opt.Copies == "" || strings.ContainsAny(kept.ID, `/\`) {
		return "", copyMissing(ent)
	}
	s, err := h.scan(ent, "")
	if err != nil {
		return "", err
	}
	s.copied = h.e.copyPath(kept.ID)
	s.step.Code, s.step.At, s.step.Rows, s.step.Bytes = "scan_copy", kept.At, kept.Rows, kept.Bytes
	s.step.Note = kept.ID
	return "SELECT id, created_at, updated_at" + listed(s.fieldsOf()) + " FROM " + s.name, nil
}

func copyMissing(ent *lake.Entity) error {
	return lake.Fail(lake.ErrNotFound, "copy_missing", "The kept copy of "+string(ent.Name)+" isn't there any more; refresh it.", "entity", ent.Name)
}

// fetchCopy puts a copy's file in its place. A field that was added after the copy was
// made is empty in it.
func (h *homes) fetchCopy(s *scan) error {
	have, err := h.e.copyColumns(h.ctx, h, s)
	if err != nil {
		return err
	}
	columns := []string{"id", "created_at", "updated_at"}
	add := func(column, t, name string) {
		if !have[column] {
			column = "NULL"
		}
		columns = append(columns, column+"::"+t+" AS "+name)
	}
	for i := range s.ent.Fields {
		f, name := &s.ent.Fields[i], "c"+strconv.Itoa(i)
		add(quote(string(f.Name)), s.types[i], name)
		if f.Kind == lake.Money {
			add(quote(string(f.Name)+currencySuffix), "VARCHAR", name+"u")
		}
	}
	h.swap(s, "(SELECT "+strings.Join(columns, ", ")+" FROM read_parquet('"+sqlText(globbed.Replace(s.copied))+"'))")
	return nil
}

func (e *Engine) copyColumns(ctx context.Context, h *homes, s *scan) (map[string]bool, error) {
	if have, ok := e.columnsOf.Load(s.copied); ok {
		return have.(map[string]bool), nil
	}
	if _, err := os.Stat(s.copied); err != nil {
		return nil, copyMissing(s.ent)
	}
	rows, err := h.conn.QueryContext(ctx, "SELECT name FROM parquet_schema('"+sqlText(globbed.Replace(s.copied))+"')")
	if err != nil {
		return nil, e.unreadable(s.ent, err)
	}
	defer rows.Close()
	have := map[string]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		have[quote(name)] = true
	}
	if rows.Err() == nil {
		e.columnsOf.Store(s.copied, have)
	}
	return have, rows.Err()
}
