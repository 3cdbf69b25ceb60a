package objects

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"io"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gocloud.dev/blob"

	"headwater/lake"
	"headwater/source"
	"headwater/source/files"
)

// Bucket is a bucket, or the part of one below a prefix, as a tree.
type Bucket struct {
	blobs  *blob.Bucket
	prefix string // of all keys; ends with / unless it is empty
	only   string // the one object that the source is, below prefix; "": all
	kept   *files.Kept
	store  store
	dial   Dialer
}

// store is what the providers do differently.
type store interface {
	// endpoint is where requests go: scheme and host.
	endpoint() *url.URL
	// tag is what the store says of an object's version beside size and time.
	tag(o *blob.ListObject) string
	// matching restricts a read to the version with a tag, where the store can.
	matching(tag string) func(as func(any) bool) error
	// summed tells whether the MD5 in the tag is that of the bytes that r gives.
	summed(r *blob.Reader) bool
	// explain gives the lake's error for one of the store's, nil if it is none.
	explain(err error) error
}

// mostKept is how many bytes of objects a source keeps.
const mostKept = 64 << 30

// Open makes the connector of a bucket. It doesn't connect yet.
func Open(ctx context.Context, s source.Settings) (source.Connector, error) {
	b, err := OpenBucket(ctx, s)
	if err != nil {
		return nil, err
	}
	b.place(prefixOf(s.URL))
	return files.New(b, s.Dir)
}

// OpenBucket opens a whole bucket, for callers who know what lies in it.
func OpenBucket(ctx context.Context, s source.Settings) (*Bucket, error) {
	open := map[string]func(context.Context, source.Settings) (*blob.Bucket, store, error){
		"s3": openS3, "gs": openGCS, "azblob": openAzure, "fileblob": openLocal}[s.URL.Scheme]
	if open == nil {
		return nil, invalid("The address isn't of the form s3://bucket/prefix.", "form", "s3://bucket/prefix")
	}
	blobs, st, err := open(ctx, s)
	if err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(s.Dir)
	if err != nil {
		return nil, err
	}
	return &Bucket{blobs: blobs, store: st, dial: s.Dial, kept: files.NewKept(filepath.Join(dir, "objects"), mostKept)}, nil
}

// Stat looks for one object.
func (b *Bucket) Stat(ctx context.Context, key string) (files.File, error) {
	a, err := b.blobs.Attributes(ctx, b.prefix+key)
	if err != nil {
		return files.File{}, b.failed(key, err)
	}
	return files.File{Path: key, Size: a.Size, Modified: a.ModTime, Tag: strings.Trim(a.ETag, `"`)}, nil
}

func prefixOf(u *url.URL) string {
	if u.Scheme == "fileblob" {
		return u.Query().Get("prefix")
	}
	return strings.TrimPrefix(u.Path, "/")
}

// place takes a prefix, which may be the key of one object.
func (b *Bucket) place(prefix string) {
	if files.Known(prefix) {
		b.prefix, b.only = path.Split(prefix)
		return
	}
	if prefix != "" && !strings.HasSuffix(prefix, "/") {
		prefix += "/"
	}
	b.prefix = prefix
}

func invalid(detail string, params ...any) error {
	return lake.Fail(lake.ErrInvalid, "address_invalid", detail, params...)
}

func (b *Bucket) List(ctx context.Context, prefix string) ([]files.File, error) {
	var out []files.File
	it := b.blobs.List(&blob.ListOptions{Prefix: b.prefix + prefix})
	for {
		o, err := it.Next(ctx)
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, b.failed("", err)
		}
		name := strings.TrimPrefix(o.Key, b.prefix)
		if o.IsDir || b.only != "" && name != b.only || files.Hidden(name) || !plainKey(name) {
			continue
		}
		if local, ok := b.store.(localStore); ok && !local.holds(o.Key) {
			continue
		}
		out = append(out, files.File{Path: name, Size: o.Size, Modified: o.ModTime, Tag: b.store.tag(o)})
		if len(out) > files.MaxFiles {
			return nil, files.TooMany()
		}
	}
	slices.SortFunc(out, func(x, y files.File) int { return strings.Compare(x.Path, y.Path) })
	return out, nil
}

// plainKey leaves out keys that can't be paths: "a//b", "../x", "folder/".
func plainKey(name string) bool {
	return name != "" && path.Clean("/"+name) == "/"+name && !strings.ContainsAny(name, "\x00\\")
}

func (b *Bucket) Open(ctx context.Context, f files.File) (files.Reader, error) {
	return &ranges{ctx: ctx, bucket: b, file: f, blocks: map[int64][]byte{}}, nil
}

// attempts are how often an object is asked for when the connection breaks.
const attempts = 3

func (b *Bucket) Local(ctx context.Context, f files.File) (string, error) {
	ending := path.Ext(f.Path)
	return b.kept.Get(ctx, f, "object", files.Base(f, ending), func(ctx context.Context, to string) error {
		var err error
		for try := range attempts {
			if try > 0 {
				select {
				case <-time.After(time.Duration(try) * 300 * time.Millisecond):
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			var known *lake.Error
			if err = b.download(ctx, f, to); err == nil || errors.As(err, &known) && known.Code != "object_cut" {
				return err
			}
		}
		return err
	})
}

// download brings one whole object, with its length and checksum verified.
func (b *Bucket) download(ctx context.Context, f files.File, to string) error {
	r, err := b.blobs.NewReader(ctx, b.prefix+f.Path, &blob.ReaderOptions{BeforeRead: b.store.matching(f.Tag)})
	if err != nil {
		return b.failed(f.Path, err)
	}
	defer r.Close()
	if r.Size() != f.Size {
		return files.Changed(f.Path)
	}
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	sum := md5.New()
	n, err := io.Copy(io.MultiWriter(out, sum), io.LimitReader(r, f.Size+1))
	if e := out.Sync(); err == nil {
		err = e
	}
	if e := out.Close(); err == nil {
		err = e
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return b.failed(f.Path, err)
	case n != f.Size:
		return cut(f.Path)
	case len(f.Tag) == 2*md5.Size && b.store.summed(r) && hex.EncodeToString(sum.Sum(nil)) != f.Tag:
		return cut(f.Path)
	}
	return nil
}

func cut(name string) error {
	return lake.Fail(lake.ErrBusy, "object_cut", "The object "+name+" didn't come as it lies in the store; try again.", "file", name)
}

func (b *Bucket) Places() []string { return nil } // they lie in the source's own directory

func (b *Bucket) Close() error { return b.blobs.Close() }

// Check connects to the store, then lists one object.
func (b *Bucket) Check(ctx context.Context, w *source.Walk) {
	if u := b.store.endpoint(); u != nil {
		port := u.Port()
		if port == "" {
			port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
		}
		if !w.Do("address", func() (string, error) { return u.Host, nil }) || !w.Reach(ctx, b.dial, "tcp", hostPort(u.Hostname(), port)) {
			return
		}
		if u.Scheme == "https" && !w.Do("tls", func() (string, error) { return "", Handshake(ctx, b.dial, u.Hostname(), hostPort(u.Hostname(), port)) }) {
			return
		}
	}
	_, _, err := b.blobs.ListPage(ctx, blob.FirstPageToken, 1, &blob.ListOptions{Prefix: b.prefix})
	err = b.failed("", err)
	var known *lake.Error
	if signin := errors.As(err, &known) && strings.HasPrefix(known.Code, "signin_"); signin || b.store.endpoint() != nil {
		if !w.Do("signin", func() (string, error) {
			if signin {
				return "", err
			}
			return "", nil
		}) {
			return
		}
	}
	w.Do("permission", func() (string, error) { return "", err })
}
