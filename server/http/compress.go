package httpapi

import (
	"compress/gzip"
	"net/http"
	"strings"
	"sync"
)

// smallest is the length in bytes from which an answer is worth compressing.
const smallest = 2048

var gzips = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	return z
}}

// compressed packs JSON and text answers whose first write is large enough.
func compressed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") || r.Method == http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		p := &packer{ResponseWriter: w}
		defer p.close()
		next.ServeHTTP(p, r)
	})
}

// packer holds back the header until the first write decides.
type packer struct {
	http.ResponseWriter
	status  int
	decided bool
	gzip    *gzip.Writer
}

func (p *packer) WriteHeader(status int) {
	if p.status == 0 {
		p.status = status
	}
}

func (p *packer) Write(b []byte) (int, error) {
	p.decide(len(b))
	if p.gzip != nil {
		return p.gzip.Write(b)
	}
	return p.ResponseWriter.Write(b)
}

func (p *packer) decide(first int) {
	if p.decided {
		return
	}
	p.decided = true
	h := p.Header()
	if worthPacking(h.Get("Content-Type")) && h.Get("Content-Encoding") == "" {
		h.Add("Vary", "Accept-Encoding")
		if first >= smallest {
			h.Set("Content-Encoding", "gzip")
			h.Del("Content-Length")
			p.gzip = gzips.Get().(*gzip.Writer)
			p.gzip.Reset(p.ResponseWriter)
		}
	}
	if p.status != 0 {
		p.ResponseWriter.WriteHeader(p.status)
	}
}

func worthPacking(kind string) bool {
	return strings.HasPrefix(kind, "application/json") || strings.HasPrefix(kind, "application/problem+json") ||
		strings.HasPrefix(kind, "application/openapi+json") || strings.HasPrefix(kind, "text/")
}

// Flush sends what was written so far.
func (p *packer) Flush() {
	p.decide(0)
	if p.gzip != nil {
		_ = p.gzip.Flush() // the next write tells
	}
	_ = http.NewResponseController(p.ResponseWriter).Flush() // not every writer can
}

// Unwrap lets http.ResponseController reach the connection.
func (p *packer) Unwrap() http.ResponseWriter { return p.ResponseWriter }

func (p *packer) close() {
	p.decide(0)
	if p.gzip == nil {
		return
	}
	_ = p.gzip.Close() // the client may be gone
	gzips.Put(p.gzip)
}
