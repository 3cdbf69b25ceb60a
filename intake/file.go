package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"headwater/lake"
	"headwater/source/tabular"
)

// File is a table on the disk and how it is read.
type File struct {
	Name    string // what a person calls it
	Path    string
	Size    int64
	Sniffed *tabular.Sniffed
}

// OpenFile finds out how a file is to be read.
func OpenFile(path, name string, o tabular.Override) (*File, error) {
	if name == "" {
		name = filepath.Base(path)
	}
	f, size, err := openData(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s, err := tabular.Sniff(f, size, name, o)
	if err != nil {
		return nil, fileError(err, name)
	}
	return &File{Name: name, Path: path, Size: size, Sniffed: s}, nil
}

func openData(path string) (*os.File, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			err = lake.Fail(lake.ErrNotFound, "file_missing", "The file "+filepath.Base(path)+" isn't there.", "file", filepath.Base(path))
		}
		return nil, 0, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = lake.Fail(lake.ErrInvalid, "file_irregular", filepath.Base(path)+" is no file with rows.", "file", filepath.Base(path))
	}
	if err != nil {
		_ = f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// fileError tells about files that can't be read.
func fileError(err error, name string) error {
	var format *tabular.ErrFormat
	switch {
	case errors.As(err, &format):
		return lake.Fail(lake.ErrInvalid, format.Code, name+": "+format.Hint, "file", name, "hint", format.Hint)
	case errors.Is(err, tabular.ErrBomb):
		return lake.Fail(lake.ErrLimit, "workbook_too_large", name+" would unpack to far more than is allowed.", "file", name)
	case errors.Is(err, tabular.ErrSheet):
		return lake.Fail(lake.ErrNotFound, "sheet_unknown", name+" has no such sheet.", "file", name)
	}
	return err
}

// rows reads the file from its beginning.
type rows struct {
	*tabular.Reader
	file *os.File
	n    int64 // rows read so far
}

func (f *File) rows() (*rows, error) {
	data, size, err := openData(f.Path)
	if err != nil {
		return nil, err
	}
	r, err := tabular.Open(data, size, f.Sniffed)
	if err != nil {
		_ = data.Close()
		return nil, fileError(err, f.Name)
	}
	return &rows{Reader: r, file: data}, nil
}

func (r *rows) next() (tabular.Row, error) {
	row, err := r.Reader.Next()
	if err == nil {
		r.n++
	}
	return row, err
}

// skip passes over the first rows.
func (r *rows) skip(n int64) error {
	for r.n < n {
		if _, err := r.next(); err != nil {
			return err
		}
	}
	return nil
}

func (r *rows) close() {
	_ = r.Reader.Close()
	_ = r.file.Close()
}

const printed = 1 << 20 // bytes at either end that a fingerprint covers

// fingerprint tells whether a file is still the one that an import began with.
func (f *File) fingerprint() (string, error) {
	data, size, err := openData(f.Path)
	if err != nil {
		return "", err
	}
	defer data.Close()
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(data, 0, printed)); err != nil {
		return "", err
	}
	if _, err := io.Copy(h, io.NewSectionReader(data, max(0, size-printed), printed)); err != nil {
		return "", err
	}
	return strconv.FormatInt(size, 10) + "-" + hex.EncodeToString(h.Sum(nil)[:16]), nil
}
