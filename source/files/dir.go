package files

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"headwater/lake"
	"headwater/source"
)

// dir is a local directory as a tree. Links that lead out of it aren't followed.
type dir struct {
	base string // absolute, without links
	only string // the one file that the source is; "": all
}

// newDir opens file:///path, a directory or one file in it.
func newDir(u *url.URL) (*dir, error) {
	if u.Host != "" && u.Host != "localhost" || u.Path == "" || !filepath.IsAbs(filepath.FromSlash(u.Path)) || u.User != nil {
		return nil, lake.Fail(lake.ErrInvalid, "address_invalid", "The address isn't of the form file:///folder.", "form", "file:///folder")
	}
	name := filepath.Clean(filepath.FromSlash(u.Path))
	real, err := filepath.EvalSymlinks(name)
	if err != nil { // it may come later; reading says what is wrong
		return &dir{base: name}, nil
	}
	info, err := os.Stat(real)
	if err == nil && !info.IsDir() {
		return &dir{base: filepath.Dir(real), only: filepath.Base(real)}, nil
	}
	return &dir{base: real}, nil
}

func (d *dir) List(ctx context.Context, prefix string) ([]File, error) {
	if d.only != "" {
		return d.listOnly(prefix)
	}
	from := d.base
	if i := strings.LastIndexByte(prefix, '/'); i > 0 {
		var err error
		if from, err = d.inside(prefix[:i]); errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		} else if err != nil {
			return nil, err
		}
	}
	var out []File
	err := filepath.WalkDir(from, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) && p != from {
				return nil // removed in the meantime
			}
			return unreadable(d.name(p), err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		f, ok := d.file(p, e)
		if !ok || !strings.HasPrefix(f.Path, prefix) {
			if e.IsDir() && p != from && (Hidden(e.Name()) || !leads(d.name(p)+"/", prefix)) {
				return filepath.SkipDir
			}
			return nil
		}
		if out = append(out, f); len(out) > MaxFiles {
			return TooMany()
		}
		return nil
	})
	slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return out, err
}

// leads tells whether names with the prefix can lie in a folder.
func leads(folder, prefix string) bool {
	return strings.HasPrefix(folder, prefix) || strings.HasPrefix(prefix, folder)
}

func (d *dir) listOnly(prefix string) ([]File, error) {
	if !strings.HasPrefix(d.only, prefix) {
		return nil, nil
	}
	info, err := os.Stat(filepath.Join(d.base, d.only))
	if err != nil {
		return nil, unreadable(d.only, err)
	}
	return []File{{Path: d.only, Size: info.Size(), Modified: info.ModTime()}}, nil
}

// file tells whether a directory's entry is one that may be read: a regular file, or a
// link to one that lies in the tree.
func (d *dir) file(p string, e fs.DirEntry) (File, bool) {
	name := d.name(p)
	if e.IsDir() || Hidden(name) {
		return File{}, false
	}
	if e.Type()&fs.ModeSymlink != 0 {
		if _, err := d.inside(name); err != nil {
			return File{}, false
		}
	}
	info, err := os.Stat(p)
	if err != nil || !info.Mode().IsRegular() {
		return File{}, false
	}
	return File{Path: name, Size: info.Size(), Modified: info.ModTime()}, true
}

func (d *dir) name(p string) string {
	rel, err := filepath.Rel(d.base, p)
	if err != nil {
		return filepath.Base(p)
	}
	return filepath.ToSlash(rel)
}

// inside gives the real path of a name; an error when it lies out of the tree.
func (d *dir) inside(name string) (string, error) {
	real, err := filepath.EvalSymlinks(filepath.Join(d.base, filepath.FromSlash(name)))
	if err != nil {
		return "", unreadable(name, err)
	}
	base, err := filepath.EvalSymlinks(d.base)
	if err != nil {
		return "", unreadable(name, err)
	}
	rel, err := filepath.Rel(base, real)
	if err != nil || !filepath.IsLocal(rel) {
		return "", lake.Fail(lake.ErrForbidden, "path_outside", "The file is a link that leads out of the source's folder.", "file", name)
	}
	return real, nil
}

func (d *dir) Open(ctx context.Context, f File) (Reader, error) {
	p, err := d.Local(ctx, f)
	if err != nil {
		return nil, err
	}
	r, err := os.Open(p)
	if err != nil {
		return nil, unreadable(f.Path, err)
	}
	return r, nil
}

func (d *dir) Local(_ context.Context, f File) (string, error) {
	p, err := d.inside(f.Path)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(p)
	if err != nil {
		return "", unreadable(f.Path, err)
	}
	if info.Size() != f.Size || !info.ModTime().Equal(f.Modified) {
		return "", Changed(f.Path)
	}
	return p, nil
}

func (d *dir) Places() []string { return []string{d.base} }

func (d *dir) Close() error { return nil }

func (d *dir) Check(_ context.Context, w *source.Walk) {
	w.Do("address", func() (string, error) {
		info, err := os.Stat(filepath.Join(d.base, d.only))
		if err != nil && !errors.Is(err, fs.ErrPermission) {
			return "", lake.Fail(lake.ErrNotFound, "address_unknown", "There is no such file or folder on the server.")
		}
		if err == nil && d.only == "" && !info.IsDir() {
			return "", lake.Fail(lake.ErrInvalid, "address_unknown", "The address is neither a folder nor a file.")
		}
		return d.base, nil
	})
	w.Do("permission", func() (string, error) {
		f, err := os.Open(filepath.Join(d.base, d.only))
		if err == nil && d.only == "" {
			if _, err = f.ReadDir(1); err == io.EOF {
				err = nil
			}
		}
		if err != nil {
			return "", unreadable(d.only, err)
		}
		return "", f.Close()
	})
}

// unreadable says that a file can't be read; the system's own error stays behind it.
func unreadable(name string, err error) error {
	var known *lake.Error
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, fs.ErrPermission):
		return lake.Fail(lake.ErrForbidden, "permission_missing", "The server may not read "+name+".", "file", name)
	case errors.Is(err, fs.ErrNotExist):
		return &missing{lake.Fail(lake.ErrNotFound, "file_missing", "The file "+name+" isn't there.", "file", name)}
	}
	return lake.Fail(lake.ErrInvalid, "file_unreadable", "The file "+name+" can't be read: "+err.Error(), "file", name)
}

// missing is a file that isn't there: fs.ErrNotExist for callers within, a lake.Error for people.
type missing struct{ known *lake.Error }

func (m *missing) Error() string { return m.known.Error() }

func (m *missing) Unwrap() []error { return []error{m.known, fs.ErrNotExist} }

// Changed says that a file isn't the version any more that was listed.
func Changed(name string) error {
	return lake.Fail(lake.ErrConflict, "file_changed", "The file "+name+" changed while it was read; try again.", "file", name)
}
