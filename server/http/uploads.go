package httpapi

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"headwater/intake"
	"headwater/lake"
	"headwater/source/tabular"
)

// uploads are the verbs of files on their way into the lake. A file lies in a folder of
// the workspace until it is a week old; only who brought it can use it.
type uploads struct{ *Server }

const (
	kindUpload = "upload"
	uploadAge  = 7 * 24 * time.Hour
	uploadMost = 4 << 30 // bytes
)

func (u uploads) register(a api) {
	route(a, operation{id: "upload", method: http.MethodPost, path: "/uploads", need: NeedWrite, errors: []int{413, 507},
		summary: "Bring a file and learn what it holds"}, u.create)
	route(a, operation{id: "resniff", method: http.MethodPost, path: "/uploads/{upload}/sniff", need: NeedWrite, errors: []int{404},
		summary: "Read a file again in another way"}, u.sniff)
	a.OpenAPI().Paths["/api/uploads"].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"multipart/form-data": {Schema: &huma.Schema{Type: huma.TypeObject, Required: []string{"file"}, Properties: map[string]*huma.Schema{
			"file": {Type: huma.TypeString, Format: "binary"}}}}}}
}

// uploadDoc is an upload as it is kept.
type uploadDoc struct {
	ID      string          `json:"id"`
	Owner   lake.Key        `json:"owner"`
	Name    string          `json:"name"`
	Size    int64           `json:"size"`
	At      time.Time       `json:"at"`
	Sniffed tabular.Sniffed `json:"sniffed"` // without the sample
}

func (u uploads) path(id string) string { return filepath.Join(u.config.Uploads, id) }

func (u uploads) create(ctx context.Context, in *requestInput) (*reply[Upload], error) {
	if u.config.Uploads == "" {
		return nil, lake.Fail(lake.ErrInvalid, "uploads_off", "This server takes no files.")
	}
	if err := u.sweep(ctx); err != nil {
		return nil, err
	}
	part, err := filePart(in.http)
	if err != nil {
		return nil, err
	}
	d := uploadDoc{ID: string(lake.NewKey()), Owner: principal(ctx).User, Name: part.FileName(), At: time.Now().UTC()}
	if d.Size, err = u.store(d.ID, part); err != nil {
		return nil, err
	}
	out, err := u.look(ctx, &d, tabular.Override{})
	if err != nil {
		err = errors.Join(err, os.Remove(u.path(d.ID)))
	}
	return replyWith(out, err)
}

// filePart finds the file in a form without reading it.
func filePart(r *http.Request) (*multipart.Part, error) {
	form, err := r.MultipartReader()
	if err != nil {
		return nil, lake.Fail(lake.ErrInvalid, "upload_invalid", "The body must be a form (multipart/form-data) with the part file.")
	}
	for {
		part, err := form.NextPart()
		if err != nil {
			return nil, lake.Fail(lake.ErrInvalid, "upload_invalid", "The form has no part named file.")
		}
		if part.FormName() == "file" {
			return part, nil
		}
	}
}

// store writes a file completely or not at all.
func (u uploads) store(id string, from io.Reader) (size int64, err error) {
	if err := os.MkdirAll(u.config.Uploads, 0o700); err != nil {
		return 0, diskError(err)
	}
	f, err := os.OpenFile(u.path(id), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, diskError(err)
	}
	size, err = io.Copy(f, io.LimitReader(from, uploadMost+1))
	if err == nil && size > uploadMost {
		err = lake.Fail(lake.ErrLimit, "upload_too_large", "The file is larger than 4 GiB.")
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return 0, errors.Join(diskError(err), os.Remove(f.Name()))
	}
	return size, nil
}

func diskError(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return lake.Fail(lake.ErrFull, "disk_full", "There is no room left on the disk.")
	}
	return err
}

// sweep removes what nobody will use any more.
func (u uploads) sweep(ctx context.Context) error {
	entries, err := os.ReadDir(u.config.Uploads)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || time.Since(info.ModTime()) < uploadAge {
			continue
		}
		if err := os.Remove(u.path(e.Name())); err != nil {
			return err
		}
		if err := u.lake.Store().Registry().Remove(ctx, kindUpload, e.Name()); err != nil && !errors.Is(err, lake.ErrNotFound) {
			return err
		}
	}
	return nil
}

// own finds an upload of the caller.
func (u uploads) own(ctx context.Context, id string) (uploadDoc, error) {
	var d uploadDoc
	err := u.lake.Store().Registry().Load(ctx, kindUpload, id, &d)
	if errors.Is(err, lake.ErrNotFound) || err == nil && d.Owner != principal(ctx).User {
		return d, lake.Fail(lake.ErrNotFound, "upload_unknown", "The file isn't here any more; upload it again.", "upload", id)
	}
	return d, err
}

type sniffInput struct {
	Upload string `path:"upload"`
	Body   Reading
}

// Reading overrides how a file is read; what is absent is found by itself.
type Reading struct {
	Encoding  *string `json:"encoding,omitempty"`
	Delimiter *string `json:"delimiter,omitempty" maxLength:"4" doc:"One character; empty: a single column."`
	Quote     *string `json:"quote,omitempty" maxLength:"4" doc:"One character; empty: none."`
	SkipLines *int    `json:"skip_lines,omitempty" minimum:"0"`
	Header    *bool   `json:"header,omitempty"`
	Sheet     *string `json:"sheet,omitempty"`
}

func (r Reading) override() tabular.Override {
	o := tabular.Override{Delimiter: character(r.Delimiter), Quote: character(r.Quote), SkipLines: r.SkipLines, Header: r.Header}
	set(&o.Encoding, r.Encoding)
	set(&o.Sheet, r.Sheet)
	return o
}

func character(s *string) rune {
	if s == nil {
		return 0
	}
	for _, r := range *s {
		return r
	}
	return tabular.None
}

func (u uploads) sniff(ctx context.Context, in *sniffInput) (*reply[Upload], error) {
	d, err := u.own(ctx, in.Upload)
	if err != nil {
		return nil, err
	}
	return replyWith(u.look(ctx, &d, in.Body.override()))
}

// look finds out how to read the file and remembers it.
func (u uploads) look(ctx context.Context, d *uploadDoc, o tabular.Override) (Upload, error) {
	f, err := intake.OpenFile(u.path(d.ID), d.Name, o)
	if err != nil {
		return Upload{}, err
	}
	out := d.show(f.Sniffed)
	d.Sniffed = *f.Sniffed
	d.Sniffed.Sample = nil
	return out, u.lake.Store().Registry().Save(ctx, kindUpload, d.ID, d)
}

// file is an upload as imports read it.
func (u uploads) file(ctx context.Context, id string) (*intake.File, error) {
	d, err := u.own(ctx, id)
	if err != nil {
		return nil, err
	}
	return &intake.File{Name: d.Name, Path: u.path(d.ID), Size: d.Size, Sniffed: &d.Sniffed}, nil
}
