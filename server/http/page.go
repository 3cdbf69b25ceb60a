package httpapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

// page serves the built web application: hashed assets for ever, packed neighbours
// (.br, .gz) where the browser takes them, index.html for every other path.
type page struct {
	files   fs.FS
	entries map[string]entry
}

type entry struct {
	etag   string
	kind   string
	br, gz bool
}

// newPage looks at all files once.
func newPage(files fs.FS) (*page, error) {
	p := &page{files: files, entries: map[string]entry{}}
	if files == nil {
		return p, nil
	}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		kind := mime.TypeByExtension(path.Ext(name))
		if kind == "" {
			kind = http.DetectContentType(content)
		}
		p.entries[name] = entry{etag: hex.EncodeToString(sum[:12]), kind: kind}
		return nil
	})
	for name, e := range p.entries {
		_, e.br = p.entries[name+".br"]
		_, e.gz = p.entries[name+".gz"]
		p.entries[name] = e
	}
	return p, err
}

func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		sendProblem(w, newProblem(http.StatusMethodNotAllowed, "method_unknown", "Only GET is answered here.", nil))
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	e, ok := p.entries[name]
	if !ok && path.Ext(name) != "" && strings.HasPrefix(name, "assets/") {
		http.NotFound(w, r) // a page of an older version asks for its parts: don't feed it HTML
		return
	}
	if !ok {
		name = "index.html"
		if e, ok = p.entries[name]; !ok {
			http.Error(w, "The page isn't built into this program; run make build.", http.StatusNotFound)
			return
		}
	}
	p.send(w, r, name, e)
}

func (p *page) send(w http.ResponseWriter, r *http.Request, name string, e entry) {
	h := w.Header()
	h.Set("Content-Type", e.kind)
	h.Set("Cache-Control", "no-cache")
	if strings.HasPrefix(name, "assets/") {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	etag, file := e.etag, name
	if e.br || e.gz {
		h.Add("Vary", "Accept-Encoding")
		accepted := r.Header.Get("Accept-Encoding")
		switch {
		case e.br && strings.Contains(accepted, "br"):
			h.Set("Content-Encoding", "br")
			etag, file = etag+"-br", name+".br"
		case e.gz && strings.Contains(accepted, "gzip"):
			h.Set("Content-Encoding", "gzip")
			etag, file = etag+"-gz", name+".gz"
		}
	}
	h.Set("ETag", `"`+etag+`"`)
	content, err := fs.ReadFile(p.files, file)
	if err != nil {
		sendProblem(w, problemOf(r.Context(), err))
		return
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
}
