package objects

import (
	"context"
	"encoding/hex"
	"net/url"
	"path/filepath"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"

	"headwater/lake"
	"headwater/source"
)

type localStore struct{ dir string }

// holds tells whether a key is a file of the directory itself: links may lead out of it.
func (l localStore) holds(key string) bool {
	base, err := filepath.EvalSymlinks(l.dir)
	if err != nil {
		return false
	}
	real, err := filepath.EvalSymlinks(filepath.Join(l.dir, filepath.FromSlash(key)))
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(base, real)
	return err == nil && filepath.IsLocal(rel)
}

// openLocal opens fileblob:///folder[?prefix=…]: a bucket that is a local directory.
func openLocal(_ context.Context, s source.Settings) (*blob.Bucket, store, error) {
	dir := filepath.FromSlash(s.URL.Path)
	if s.URL.Host != "" || !filepath.IsAbs(dir) {
		return nil, nil, invalid("The address isn't of the form fileblob:///folder.", "form", "fileblob:///folder")
	}
	b, err := fileblob.OpenBucket(dir, &fileblob.Options{Metadata: fileblob.MetadataDontWrite, NoTempDir: true})
	if err != nil {
		return nil, nil, lake.Fail(lake.ErrNotFound, "address_unknown", "There is no such folder on the server.")
	}
	return b, localStore{dir}, nil
}

func (localStore) endpoint() *url.URL                         { return nil }
func (localStore) tag(o *blob.ListObject) string              { return hex.EncodeToString(o.MD5) }
func (localStore) matching(string) func(func(any) bool) error { return nil }
func (localStore) summed(*blob.Reader) bool                   { return true }
func (localStore) explain(error) error                        { return nil }
