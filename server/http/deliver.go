package httpapi

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// file is an answer that is written piece by piece.
type file struct {
	Body func(huma.Context)
}

// deliver answers with a file that fill writes. What goes wrong within the first
// buffer is told as a problem; later the connection is cut, so that nobody takes a
// part for the whole.
func deliver(kind, name string, fill func(context.Context, io.Writer) error) *file {
	return &file{func(ctx huma.Context) {
		_, w := humago.Unwrap(ctx)
		late := &lateWriter{ctx: ctx, w: w, kind: kind, name: name}
		out := bufio.NewWriterSize(late, 32<<10)
		err := fill(ctx.Context(), out)
		if err == nil {
			err = out.Flush()
		}
		switch {
		case err == nil:
			late.begin()
		case !late.begun:
			writeProblem(ctx, problemOf(ctx.Context(), err))
		default:
			problemOf(ctx.Context(), err) // logs what is our fault
			panic(http.ErrAbortHandler)
		}
	}}
}

// lateWriter announces the file when its first bytes come.
type lateWriter struct {
	ctx        huma.Context
	w          http.ResponseWriter
	kind, name string
	begun      bool
}

func (l *lateWriter) Write(b []byte) (int, error) {
	l.begin()
	return l.w.Write(b)
}

func (l *lateWriter) begin() {
	if !l.begun {
		l.begun = true
		attach(l.w, l.kind, l.name)
		l.ctx.SetStatus(http.StatusOK)
	}
}

// attach announces a file to be saved; its name may be in any script.
func attach(w http.ResponseWriter, kind, name string) {
	ascii := strings.Map(func(r rune) rune {
		if r < 32 || r > 126 || r == '"' || r == '\\' {
			return '_'
		}
		return r
	}, name)
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+ascii+`"; filename*=UTF-8''`+url.PathEscape(name))
}
