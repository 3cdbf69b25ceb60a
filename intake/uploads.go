package intake

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"headwater/lake"
	"headwater/source/tabular"
)

// Upload is a file that a person sent, kept until it is old and no import needs it.
type Upload struct {
	ID    string    `json:"upload"`
	Name  string    `json:"name"`
	Size  int64     `json:"size"`
	Owner lake.Key  `json:"owner"`
	At    time.Time `json:"at"`
	// How it is read, where a person has said so.
	Override tabular.Override `json:"override"`
}

// MaxUpload is the largest file that is taken, in bytes.
const MaxUpload = 4 << 30

func (m *Imports) uploadDir(id string) string { return filepath.Join(m.dir, "uploads", id) }

// Upload keeps a file. Its contents are checked when it is opened.
func (m *Imports) Upload(ctx context.Context, p lake.Principal, name string, in io.Reader) (Upload, error) {
	u := Upload{ID: string(lake.NewKey()), Name: filepath.Base(filepath.Clean("/" + name)), Owner: p.User, At: time.Now().UTC()}
	dir := m.uploadDir(u.ID)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return u, err
	}
	size, err := keepData(filepath.Join(dir, "data"), in)
	if err == nil && size > MaxUpload {
		err = lake.Fail(lake.ErrLimit, "upload_too_large", "The file is larger than 4 GiB.", "file", u.Name)
	}
	if err == nil {
		err = ctx.Err()
	}
	if u.Size = size; err == nil {
		err = m.saveUpload(u)
	}
	if err != nil {
		_ = os.RemoveAll(dir)
	}
	return u, err
}

func keepData(path string, in io.Reader) (int64, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(f, io.LimitReader(in, MaxUpload+1))
	return n, errors.Join(err, f.Sync(), f.Close())
}

func (m *Imports) saveUpload(u Upload) error {
	data, err := json.Marshal(u)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(m.uploadDir(u.ID), "upload.json"), data, 0o600)
}

// OpenUpload finds out how a kept file is to be read. With an override, that is how it
// is read from now on. Only who sent it may open it.
func (m *Imports) OpenUpload(p lake.Principal, id string, o *tabular.Override) (*File, error) {
	u, err := m.upload(id)
	if err != nil {
		return nil, err
	}
	if u.Owner != p.User {
		return nil, uploadUnknown(id)
	}
	if o != nil {
		u.Override = *o
	}
	f, err := OpenFile(filepath.Join(m.uploadDir(id), "data"), u.Name, u.Override)
	if err == nil && o != nil {
		err = m.saveUpload(u)
	}
	return f, err
}

func (m *Imports) upload(id string) (u Upload, err error) {
	if _, err := uuid.Parse(id); err != nil {
		return u, uploadUnknown(id)
	}
	data, err := os.ReadFile(filepath.Join(m.uploadDir(id), "upload.json"))
	if errors.Is(err, os.ErrNotExist) {
		return u, uploadUnknown(id)
	}
	if err == nil {
		err = json.Unmarshal(data, &u)
	}
	return u, err
}

func uploadUnknown(id string) error {
	return lake.Fail(lake.ErrNotFound, "upload_unknown", "There is no upload "+id+", or it is kept no longer; send the file again.", "upload", id)
}

// Sweep removes uploads older than age that no unfinished import needs.
func (m *Imports) Sweep(ctx context.Context, age time.Duration) error {
	needed := map[string]bool{}
	err := m.each(ctx, func(d *document) {
		if d.State != Done && d.State != Undone {
			needed[filepath.Dir(d.Source.Path)] = true
		}
	})
	if err != nil {
		return err
	}
	list, err := os.ReadDir(filepath.Join(m.dir, "uploads"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	for _, entry := range list {
		dir := m.uploadDir(entry.Name())
		if u, uerr := m.upload(entry.Name()); uerr == nil && (needed[dir] || time.Since(u.At) < age) {
			continue
		}
		err = errors.Join(err, os.RemoveAll(dir))
	}
	return err
}
