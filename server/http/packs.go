package httpapi

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"path"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"headwater/lake"
	"headwater/pack"
)

// packs are the verbs of knowledge packs: what a branch knows about selling, item by item.
type packs struct{ *Server }

func (p packs) register(a api) {
	route(a, operation{id: "listPacks", method: http.MethodGet, path: "/packs", need: NeedRead, errors: []int{404},
		summary: "The knowledge packs, and what can't be read of them"}, p.list)
	route(a, operation{id: "packSchema", method: http.MethodGet, path: "/packs/schema", need: NeedRead,
		summary: "The JSON Schema of a file of a pack"}, p.schema)
	route(a, operation{id: "packContents", method: http.MethodGet, path: "/packs/{pack}", need: NeedRead, errors: []int{404},
		summary: "Sections and items of a pack"}, p.contents)
	route(a, operation{id: "packItem", method: http.MethodGet, path: "/packs/{pack}/{section}/{item}", need: NeedRead, errors: []int{404},
		summary: "One item of a pack, as YAML and as values"}, p.item)
	route(a, operation{id: "putPackItem", method: http.MethodPut, path: "/packs/{pack}/{section}/{item}", need: NeedSchema, errors: []int{404, 422},
		summary: "Change an item of a pack or add one"}, p.put)
	route(a, operation{id: "removePackItem", method: http.MethodDelete, path: "/packs/{pack}/{section}/{item}", need: NeedSchema, status: http.StatusNoContent, errors: []int{404, 422},
		summary: "Leave an item of a pack out"}, p.remove)
	route(a, operation{id: "resetPackItem", method: http.MethodPost, path: "/packs/{pack}/{section}/{item}/reset", need: NeedSchema, status: http.StatusNoContent, errors: []int{404, 422},
		summary: "Make an item again what was shipped"}, p.reset)
	route(a, operation{id: "exportPack", method: http.MethodGet, path: "/packs/{pack}/export", need: NeedRead, errors: []int{404},
		summary: "A pack as a zip archive of YAML files", produces: []string{kindZip}}, p.export)
	route(a, operation{id: "importPack", method: http.MethodPost, path: "/packs/import", need: NeedSchema, body: pack.MaxPack + 1<<20, errors: []int{413, 422},
		summary: "Take in a pack: one zip archive, or the YAML files of its folder; with check nothing is written"}, p.take)
	route(a, operation{id: "dropPack", method: http.MethodDelete, path: "/packs/{pack}", need: NeedSchema, status: http.StatusNoContent, errors: []int{404, 422},
		summary: "Take every change of a pack back; an uploaded pack is gone"}, p.drop)
	a.OpenAPI().Paths["/api/packs/import"].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"multipart/form-data": {Schema: &huma.Schema{Type: huma.TypeObject, Required: []string{"file"}, Properties: map[string]*huma.Schema{
			"file": {Type: huma.TypeString, Format: "binary"}}}}}}
}

const kindZip = "application/zip"

// PackInfo is a pack in the list.
type PackInfo struct {
	ID      string    `json:"id"`
	Version string    `json:"version"`
	Name    pack.Text `json:"name"`
	Product pack.Text `json:"product"`
	Summary pack.Text `json:"summary"`
	Depends []string  `json:"depends,omitempty"`
	Extends []string  `json:"extends,omitempty"`
	State   string    `json:"state" enum:"shipped,changed,uploaded"`
	Items   int       `json:"items"`
	Changes int       `json:"changes" doc:"Items that differ from what was shipped."`
}

// PackList are the packs of a branch.
type PackList struct {
	Items    []PackInfo     `json:"items"`
	Problems []pack.Problem `json:"problems" doc:"Items whose records can't be read; their packs are without them."`
}

func (p packs) list(ctx context.Context, in *Place) (*reply[PackList], error) {
	_, l, err := p.opened(ctx, *in)
	if err != nil {
		return nil, err
	}
	out := PackList{Items: []PackInfo{}, Problems: listOf([]pack.Problem(l.Problems)).Items}
	for _, one := range l.Packs() {
		info, err := packInfo(l, one)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, info)
	}
	return replyWith(out, nil)
}

func packInfo(l *pack.Library, one *pack.Pack) (PackInfo, error) {
	m := one.Meta
	out := PackInfo{ID: m.ID, Version: m.Version, Name: m.Name, Product: m.Product, Summary: m.Summary, Depends: m.Depends, Extends: m.Extends, State: "shipped"}
	sections, err := l.Contents(m.ID)
	for _, s := range sections {
		for _, i := range s.Items {
			if i.State != pack.Removed {
				out.Items++
			}
			if i.State != pack.AsShipped {
				out.Changes++
			}
		}
	}
	switch {
	case l.State(m.ID, "pack", m.ID) == pack.Added:
		out.State, out.Changes = "uploaded", 0
	case out.Changes > 0:
		out.State = "changed"
	}
	return out, err
}

func (p packs) opened(ctx context.Context, at Place) (*lake.Reader, *pack.Library, error) {
	r, err := p.reader(ctx, at)
	if err != nil {
		return nil, nil, err
	}
	l, err := p.library(ctx, r)
	return r, l, err
}

func (p packs) schema(context.Context, *nothing) (*reply[any], error) {
	text, err := pack.Schema()
	if err != nil {
		return nil, err
	}
	return replyWith[any](json.RawMessage(text), nil)
}

// PackPath names a pack.
type PackPath struct {
	Pack string `path:"pack" maxLength:"100"`
}

// PackItemPath names an item of a pack.
type PackItemPath struct {
	PackPath
	Section string `path:"section" maxLength:"40"`
	Item    string `path:"item" maxLength:"200"`
}

type packInput struct {
	Place
	PackPath
}

// PackContents is a pack with its sections.
type PackContents struct {
	Pack     PackInfo       `json:"pack"`
	Sections []pack.Section `json:"sections"`
	Revision lake.Revision  `json:"revision"`
}

func (p packs) contents(ctx context.Context, in *packInput) (*reply[PackContents], error) {
	r, l, err := p.opened(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	out := PackContents{Revision: r.Revision()}
	if out.Sections, err = l.Contents(in.Pack); err != nil {
		return nil, err
	}
	one, _ := l.Pack(in.Pack)
	out.Pack, err = packInfo(l, one)
	return replyWith(out, err)
}

type packItemInput struct {
	Place
	PackItemPath
}

// PackItem is an item of a pack.
type PackItem struct {
	Pack    string     `json:"pack"`
	Section string     `json:"section"`
	ID      string     `json:"id"`
	Name    pack.Text  `json:"name"`
	State   pack.State `json:"state" enum:"shipped,changed,added,removed"`
	YAML    string     `json:"yaml"`
	Value   any        `json:"value" doc:"The same, as values by the keys of the section's schema."`
	Shipped string     `json:"shipped,omitempty" doc:"The YAML that was shipped, where that differs."`
}

func (p packs) item(ctx context.Context, in *packItemInput) (*reply[PackItem], error) {
	_, l, err := p.opened(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	return replyWith(showItem(l, in.PackItemPath))
}

func showItem(l *pack.Library, at PackItemPath) (PackItem, error) {
	out := PackItem{Pack: at.Pack, Section: at.Section, ID: at.Item, State: l.State(at.Pack, at.Section, at.Item)}
	was, shipped, err := l.AsItWas(at.Pack, at.Section, at.Item)
	if err != nil {
		return out, err
	}
	if shipped && out.State != pack.AsShipped {
		out.Shipped = string(was)
	}
	now, ok, err := l.Find(at.Pack, at.Section, at.Item)
	if err != nil {
		return out, err
	}
	if !ok {
		if out.State != pack.Removed {
			return out, lake.Fail(lake.ErrNotFound, "pack_item_unknown", "The pack "+at.Pack+" has no "+at.Section+"/"+at.Item+".", "pack", at.Pack, "section", at.Section, "item", at.Item)
		}
		return out, nil
	}
	entry, _ := l.Entry(at.Pack, at.Section, at.Item)
	out.YAML, out.Value, out.Name = string(now.Body), entry, pack.NameOf(entry)
	return out, nil
}

type putItemInput struct {
	OnBranch
	PackItemPath
	Body struct {
		YAML   string          `json:"yaml,omitempty" maxLength:"2000000" doc:"The item as YAML; or else value."`
		Value  json.RawMessage `json:"value,omitempty" doc:"The item by the keys of the section's schema."`
		Reason string          `json:"reason,omitempty" maxLength:"1000" doc:"Why; it is kept in the history."`
	} `nameHint:"PackItemChange"`
}

func (p packs) put(ctx context.Context, in *putItemInput) (*reply[PackItem], error) {
	body := []byte(in.Body.YAML)
	if len(in.Body.Value) > 0 {
		var err error
		if body, err = pack.FromJSON(in.Section, in.Body.Value); err != nil {
			return nil, packProblem(ctx, err)
		}
	}
	err := p.change(ctx, in.OnBranch, in.Body.Reason, func(l *pack.Library, tx *lake.Tx, condition condition) error {
		if _, ok := l.Pack(in.Pack); !ok {
			return lake.Fail(lake.ErrNotFound, "pack_unknown", "There is no knowledge pack "+in.Pack+".", "pack", in.Pack)
		}
		return l.Put(tx, in.Pack, pack.Item{Section: in.Section, ID: in.Item, Body: body}, condition)
	})
	if err != nil {
		return nil, err
	}
	_, l, err := p.opened(ctx, Place{OnBranch: in.OnBranch})
	if err != nil {
		return nil, err
	}
	return replyWith(showItem(l, in.PackItemPath))
}

type condition = func(entity, text string) error

// change writes packs as one revision with a reason.
func (p packs) change(ctx context.Context, b OnBranch, reason string, fn func(*pack.Library, *lake.Tx, condition) error) error {
	r, l, err := p.opened(ctx, Place{OnBranch: b})
	if err != nil {
		return err
	}
	_, err = p.lake.Write(ctx, principal(ctx), b.Branch, func(tx *lake.Tx) error {
		tx.SetIntent(lake.Intent{Reason: reason})
		return fn(l, tx, p.condition(ctx, r))
	})
	return packProblem(ctx, err)
}

// packProblem tells everything that is wrong with a pack, place by place.
func packProblem(ctx context.Context, err error) error {
	var list pack.Problems
	if !errors.As(err, &list) {
		return err
	}
	zh := chinese(ctx, "")
	said := func(s pack.Said) string { return choose(zh, lake.Label{ZH: s.ZH, EN: s.EN}) }
	out := newProblem(http.StatusUnprocessableEntity, "pack_invalid", "The pack isn't right: "+list[0].Error(), map[string]string{
		"file": list[0].File, "key": list[0].Key, "found": said(list[0].Found), "expected": said(list[0].Expected)})
	out.Problems = list
	return out
}

type itemChangeInput struct {
	OnBranch
	PackItemPath
	Reason string `query:"reason" maxLength:"1000" doc:"Why; it is kept in the history."`
}

func (p packs) remove(ctx context.Context, in *itemChangeInput) (*nothing, error) {
	return nil, p.change(ctx, in.OnBranch, in.Reason, func(l *pack.Library, tx *lake.Tx, c condition) error {
		return l.Remove(tx, in.Pack, in.Section, in.Item, c)
	})
}

func (p packs) reset(ctx context.Context, in *itemChangeInput) (*nothing, error) {
	return nil, p.change(ctx, in.OnBranch, in.Reason, func(l *pack.Library, tx *lake.Tx, c condition) error {
		if l.State(in.Pack, in.Section, in.Item) == pack.AsShipped {
			return nil
		}
		return l.Reset(tx, in.Pack, in.Section, in.Item, c)
	})
}

type dropPackInput struct {
	OnBranch
	PackPath
	Reason string `query:"reason" maxLength:"1000" doc:"Why; it is kept in the history."`
}

func (p packs) drop(ctx context.Context, in *dropPackInput) (*nothing, error) {
	return nil, p.change(ctx, in.OnBranch, in.Reason, func(l *pack.Library, tx *lake.Tx, _ condition) error {
		_, err := l.DropPack(tx, in.Pack)
		return err
	})
}

func (p packs) export(ctx context.Context, in *packInput) (*file, error) {
	_, l, err := p.opened(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	one, ok := l.Pack(in.Pack)
	if !ok {
		return nil, lake.Fail(lake.ErrNotFound, "pack_unknown", "There is no knowledge pack "+in.Pack+".", "pack", in.Pack)
	}
	data, err := pack.ExportZip(one)
	if err != nil {
		return nil, err
	}
	return deliver(kindZip, in.Pack+"-"+one.Meta.Version+".zip", func(_ context.Context, w io.Writer) error {
		_, err := w.Write(data)
		return err
	}), nil
}

type takeInput struct {
	OnBranch
	Check  bool   `query:"check" doc:"Only say what is wrong; write nothing."`
	Reason string `query:"reason" maxLength:"1000" doc:"Why; it is kept in the history."`
	Request
}

// PackTaken says what a pack that was taken in changed.
type PackTaken struct {
	Pack    string    `json:"pack"`
	Version string    `json:"version"`
	Name    pack.Text `json:"name"`
	Items   int       `json:"items" doc:"That the pack holds."`
	Written int       `json:"written" doc:"Items that differ from what was there; with check none is written."`
}

func (p packs) take(ctx context.Context, in *takeInput) (*reply[PackTaken], error) {
	r, l, err := p.opened(ctx, Place{OnBranch: in.OnBranch})
	if err != nil {
		return nil, err
	}
	one, err := readPack(in.http, pack.Options{Condition: p.condition(ctx, r), Others: l.Packs()})
	if err != nil {
		return nil, packProblem(ctx, err)
	}
	out := PackTaken{Pack: one.Meta.ID, Version: one.Meta.Version, Name: one.Meta.Name}
	items, err := pack.Split(one)
	if out.Items = len(items); err != nil || in.Check {
		return replyWith(out, err)
	}
	err = p.change(ctx, in.OnBranch, in.Reason, func(l *pack.Library, tx *lake.Tx, _ condition) error {
		var err error
		out.Written, err = l.PutPack(tx, one)
		return err
	})
	return replyWith(out, err)
}

// readPack reads the files of a form: a zip archive alone, or the YAML files of a folder.
func readPack(r *http.Request, opts pack.Options) (*pack.Pack, error) {
	form, err := r.MultipartReader()
	if err != nil {
		return nil, lake.Fail(lake.ErrInvalid, "upload_invalid", "The body must be a form (multipart/form-data) with the part file.")
	}
	var folder bytes.Buffer // the files as an archive
	out := zip.NewWriter(&folder)
	total := 0
	for {
		part, err := form.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, lake.Fail(lake.ErrInvalid, "upload_invalid", "The form can't be read.")
		}
		data, err := io.ReadAll(io.LimitReader(part, pack.MaxPack+1))
		if total += len(data); err != nil || total > pack.MaxPack {
			return nil, lake.Fail(lake.ErrLimit, "pack_too_large", "A pack holds at most 32 MiB.", "limit", pack.MaxPack)
		}
		name := path.Base(strings.ReplaceAll(part.FileName(), `\`, "/"))
		if strings.HasSuffix(strings.ToLower(name), ".zip") {
			return pack.LoadZip(data, opts)
		}
		w, err := out.Create(name)
		if err == nil {
			_, err = w.Write(data)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := out.Close(); err != nil {
		return nil, err
	}
	return pack.LoadZip(folder.Bytes(), opts)
}
