package intake

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"

	"headwater/lake"
)

// journal is the directory of one import: rejected rows, self references to set
// later, and the note of the batch that is about to be committed.
type journal struct {
	dir     string
	rejects *os.File
	later   *os.File
}

const (
	rejectsName = "rejects.jsonl"
	laterName   = "later.jsonl"
	noteName    = "note.json"
)

// openJournal opens or makes the journal and cuts off what lies behind the mark.
func openJournal(dir string, m mark) (*journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	j := &journal{dir: dir}
	var err error
	if j.rejects, err = openAt(filepath.Join(dir, rejectsName), m.Rejects); err != nil {
		return nil, err
	}
	if j.later, err = openAt(filepath.Join(dir, laterName), m.Later); err != nil {
		_ = j.rejects.Close()
		return nil, err
	}
	return j, nil
}

func openAt(path string, size int64) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err == nil {
		err = f.Truncate(size)
	}
	return f, err
}

func (j *journal) close() {
	_ = j.rejects.Close()
	_ = j.later.Close()
}

// RejectedRow is one row that was refused.
type RejectedRow struct {
	Row      int64     `json:"row"`
	Line     int       `json:"line"`
	Fields   []string  `json:"fields"`
	Problems []Problem `json:"problems"`
}

// deferred is a reference to a row of the same file: one that wasn't there yet, or
// (Set) one that may yet be rejected.
type deferred struct {
	Row     int64          `json:"row"`
	Line    int            `json:"line"`
	Key     lake.Key       `json:"key"`
	Outcome lake.Outcome   `json:"outcome"`
	Column  string         `json:"column"`
	Field   lake.FieldName `json:"field"`
	Text    string         `json:"text"`
	Set     bool           `json:"set,omitempty"`
	Fields  []string       `json:"fields"`
}

// write puts the outcome of a batch behind the mark and returns the mark behind it.
// It may be called again for the same batch.
func (j *journal) write(m mark, refused []RejectedRow, later []deferred) (mark, error) {
	var err error
	if m.Rejects, err = appendLines(j.rejects, m.Rejects, refused); err != nil {
		return m, err
	}
	m.Later, err = appendLines(j.later, m.Later, later)
	return m, err
}

func appendLines[T any](f *os.File, at int64, list []T) (int64, error) {
	if len(list) == 0 {
		return at, nil
	}
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	for i := range list {
		if err := e.Encode(list[i]); err != nil {
			return at, err
		}
	}
	n, err := f.WriteAt(buf.Bytes(), at)
	return at + int64(n), err
}

// note remembers what the import will have come to once the present batch is
// committed. It replaces the note before.
func (j *journal) note(m mark) error {
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	temp := filepath.Join(j.dir, noteName+".new")
	if err := os.WriteFile(temp, data, 0o600); err != nil {
		return err
	}
	return os.Rename(temp, filepath.Join(j.dir, noteName))
}

// noted reads the note; ok is false when there is none that can be read.
func noted(dir string) (m mark, ok bool) {
	data, err := os.ReadFile(filepath.Join(dir, noteName))
	return m, err == nil && json.Unmarshal(data, &m) == nil
}

// eachLine decodes the lines of a journal file up to a size.
func eachLine[T any](path string, size int64, fn func(T) error) error {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) && size == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	d := json.NewDecoder(bufio.NewReaderSize(io.LimitReader(f, size), 1<<16))
	for {
		var line T
		if err := d.Decode(&line); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := fn(line); err != nil {
			return err
		}
	}
}
