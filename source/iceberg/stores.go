package iceberg

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"time"

	icebergio "github.com/apache/iceberg-go/io"
	"github.com/apache/iceberg-go/table"

	"headwater/lake"
	"headwater/source"
	"headwater/source/files"
	"headwater/source/objects"
)

// stores open what a catalog points to: local files below one directory, and objects
// under the guard of the source's Dial.
type stores struct {
	local    string // "": none
	settings source.Settings
	home     string

	mu      sync.Mutex
	buckets map[string]*objects.Bucket
}

func newStores(s source.Settings, home string) *stores {
	return &stores{settings: s, home: home, buckets: map[string]*objects.Bucket{}}
}

// open is what the library asks for its files.
func (s *stores) open(ctx context.Context) (icebergio.IO, error) { return &reading{ctx, s}, nil }

var _ table.FSysF = (*stores)(nil).open

func (s *stores) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, b := range s.buckets {
		errs = append(errs, b.Close())
	}
	return errors.Join(errs...)
}

// localPath gives the real path of a local location, "" when it is none; an error when
// it lies outside of the directory that the source may read.
func (s *stores) localPath(location string) (string, error) {
	p := location
	if strings.HasPrefix(location, "file:") {
		u, err := url.Parse(location)
		if err != nil || u.Host != "" && u.Host != "localhost" {
			return "", outside(location)
		}
		p = u.Path
	} else if strings.Contains(location, "://") {
		return "", nil
	}
	if s.local == "" || !filepath.IsAbs(p) {
		return "", outside(location)
	}
	base, err := filepath.EvalSymlinks(s.local)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(p)
	if err != nil {
		return "", err
	}
	if rel, err := filepath.Rel(base, real); err != nil || !filepath.IsLocal(rel) {
		return "", outside(location)
	}
	return real, nil
}

func outside(location string) error {
	return lake.Fail(lake.ErrForbidden, "path_outside", "The catalog points to a file outside of the source's directory.", "file", path.Base(location))
}

// bucket opens the bucket of a location like s3://bucket/key, and gives the key.
func (s *stores) bucket(ctx context.Context, location string) (*objects.Bucket, string, error) {
	u, err := url.Parse(location)
	if err != nil {
		return nil, "", invalid("The catalog points to something that is no location.", "reason", "location")
	}
	if u.Scheme == "s3a" || u.Scheme == "s3n" {
		u.Scheme = "s3"
	}
	if u.Scheme != "s3" && u.Scheme != "gs" {
		return nil, "", lake.Fail(lake.ErrInvalid, "store_unsupported", "Iceberg data in "+u.Scheme+" can't be read.", "scheme", u.Scheme)
	}
	key := strings.TrimPrefix(u.Path, "/")
	s.mu.Lock()
	defer s.mu.Unlock()
	name := u.Scheme + "://" + u.Host
	if b := s.buckets[name]; b != nil {
		return b, key, nil
	}
	b, err := objects.OpenBucket(context.WithoutCancel(ctx), source.Settings{Name: s.settings.Name, URL: s.address(u), Dir: s.home, Dial: s.settings.Dial})
	if err == nil {
		s.buckets[name] = b
	}
	return b, key, err
}

// address is a bucket's, with what the source's own address says about its store.
func (s *stores) address(u *url.URL) *url.URL {
	q, own := url.Values{}, s.settings.URL.Query()
	for name, property := range map[string]string{"endpoint": "endpoint", "region": "region", "path_style": "path-style-access", "session_token": "session-token"} {
		if v := own.Get(u.Scheme + "." + property); v != "" {
			q.Set(name, v)
		}
	}
	out := &url.URL{Scheme: u.Scheme, Host: u.Host, RawQuery: q.Encode()}
	if id := own.Get("s3.access-key-id"); id != "" && u.Scheme == "s3" {
		out.User = url.UserPassword(id, own.Get("s3.secret-access-key"))
	}
	return out
}

// fetch gives the path of a data file, brought here when it lies in an object store.
func (s *stores) fetch(ctx context.Context, location string, size int64) (string, error) {
	p, err := s.localPath(location)
	if err != nil {
		return "", err
	}
	if p != "" {
		info, err := os.Stat(p)
		if err == nil && info.Size() != size {
			err = lake.Fail(lake.ErrInvalid, "file_damaged", "The data file "+path.Base(p)+" is cut or damaged.", "file", path.Base(p))
		}
		return p, err
	}
	b, key, err := s.bucket(ctx, location)
	if err != nil {
		return "", err
	}
	return b.Local(ctx, files.File{Path: key, Size: size}) // data files never change
}

// reading opens files for the library.
type reading struct {
	ctx context.Context
	s   *stores
}

func (r *reading) Open(name string) (icebergio.File, error) {
	p, err := r.s.localPath(name)
	if err != nil {
		return nil, err
	}
	if p != "" {
		return os.Open(p)
	}
	b, key, err := r.s.bucket(r.ctx, name)
	if err != nil {
		return nil, err
	}
	f, err := b.Stat(r.ctx, key)
	if err != nil {
		return nil, err
	}
	in, err := b.Open(r.ctx, f)
	if err != nil {
		return nil, err
	}
	return &object{SectionReader: io.NewSectionReader(in, 0, f.Size), in: in, file: f}, nil
}

// Remove is never done here: sources of this kind are read only.
func (*reading) Remove(name string) error {
	return &fs.PathError{Op: "remove", Path: name, Err: fs.ErrPermission}
}

// object is a file of an object store, as the library wants it.
type object struct {
	*io.SectionReader
	in   files.Reader
	file files.File
}

func (o *object) Close() error               { return o.in.Close() }
func (o *object) Stat() (fs.FileInfo, error) { return info{o.file}, nil }

type info struct{ files.File }

func (i info) Name() string       { return path.Base(i.Path) }
func (i info) Size() int64        { return i.File.Size }
func (i info) Mode() fs.FileMode  { return 0o444 }
func (i info) ModTime() time.Time { return i.Modified }
func (i info) IsDir() bool        { return false }
func (i info) Sys() any           { return nil }
