package httpapi

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"headwater/lake"
)

// contentPolicy lets the page load from here only. Ant Design writes style elements.
const contentPolicy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; " +
	"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// secured sets the headers that every answer carries.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

// crossOrigin refuses writes that another site's page started.
func crossOrigin(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		sendProblem(w, newProblem(http.StatusForbidden, "cross_origin", "The request comes from another site.", nil))
	}))
	return guard.Handler(next)
}

// sendProblem writes a problem outside of the API's operations.
func sendProblem(w http.ResponseWriter, p *Problem) {
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client may be gone
}

type logKey struct{}

// logger is the server's log, as the request carries it.
func logger(ctx context.Context) *slog.Logger {
	if l, ok := ctx.Value(logKey{}).(*slog.Logger); ok {
		return l
	}
	return slog.Default()
}

// recorded gives each request an id, writes the access log and survives panics.
func (s *Server) recorded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := requestID(r)
		w.Header().Set("X-Request-Id", id)
		ctx := lake.WithRequestID(context.WithValue(r.Context(), logKey{}, s.log), id)
		begin := time.Now()
		out := &answer{ResponseWriter: w}
		defer func() {
			fault := recover()
			if fault != nil && fault != http.ErrAbortHandler {
				s.log.LogAttrs(ctx, slog.LevelError, "panic", slog.String("request", id), slog.Any("fault", fault), slog.String("stack", string(debug.Stack())))
				if out.status == 0 {
					sendProblem(out, newProblem(http.StatusInternalServerError, "internal",
						"Something went wrong here; the log has it under the request id.", map[string]string{"request": id}))
				}
			}
			s.log.LogAttrs(ctx, slog.LevelInfo, "request", slog.String("request", id), slog.String("method", r.Method), slog.String("path", r.URL.Path),
				slog.Int("status", out.status), slog.Int64("bytes", out.bytes), slog.Duration("took", time.Since(begin)), slog.String("from", r.RemoteAddr))
			if fault != nil && out.bytes > 0 {
				panic(http.ErrAbortHandler) // what was sent is cut off, not complete
			}
		}()
		r = r.WithContext(ctx)
		if r.Body != http.NoBody {
			r.Body = &patientBody{r.Body, http.NewResponseController(w)}
		}
		next.ServeHTTP(out, r)
	})
}

// stall is how long a client may take between two pieces of a body.
const stall = time.Minute

// patientBody lets a body take its time, as long as it goes on. A deadline left behind
// would end the request while it is being answered, so the last read lifts it.
type patientBody struct {
	io.ReadCloser
	connection *http.ResponseController
}

func (b *patientBody) Read(p []byte) (int, error) {
	_ = b.connection.SetReadDeadline(time.Now().Add(stall)) // not every connection has deadlines
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		_ = b.connection.SetReadDeadline(time.Time{})
	}
	return n, err
}

func (b *patientBody) Close() error {
	_ = b.connection.SetReadDeadline(time.Time{})
	return b.ReadCloser.Close()
}

// requestID takes over an id that a proxy gave, when it looks like one.
func requestID(r *http.Request) string {
	id := r.Header.Get("X-Request-Id")
	ok := len(id) >= 8 && len(id) <= 64
	for _, c := range id {
		ok = ok && (c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_')
	}
	if ok {
		return id
	}
	var b [8]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// answer notes what became of a request.
type answer struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	n, err := a.ResponseWriter.Write(b)
	a.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
