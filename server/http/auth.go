package httpapi

import (
	"context"
	"net"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"headwater/access"
	"headwater/lake"
)

// CookieName is the session's cookie.
const CookieName = "headwater_session"

type identityKey struct{}

// who is the caller of the request; ok is false when nobody is signed in.
func who(ctx context.Context) (access.Identity, bool) {
	id, ok := ctx.Value(identityKey{}).(access.Identity)
	return id, ok
}

// principal is the caller as the lake knows them. Only operations that need somebody
// signed in may ask.
func principal(ctx context.Context) lake.Principal {
	id, ok := who(ctx)
	if !ok {
		// A principal without a key would still not be the system's; this one has no rights.
		return lake.Principal{User: "nobody", Name: "nobody"}
	}
	return id.Principal()
}

// authorize is the one place that decides who may call an operation.
func authorize(people *access.Access) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		ctx.SetHeader("Cache-Control", "no-store")
		r, _ := humago.Unwrap(ctx)
		need, _ := ctx.Operation().Metadata[needKey].(Need)
		id, err := identify(people, r)
		if err == nil {
			ctx = huma.WithValue(ctx, identityKey{}, id)
			err = permit(ctx.Context(), people, id, need)
		} else if need == NeedPublic {
			err = nil
		}
		if err != nil {
			writeProblem(ctx, problemOf(ctx.Context(), err))
			return
		}
		next(ctx)
	}
}

// identify finds the caller by token or by session cookie.
func identify(people *access.Access, r *http.Request) (access.Identity, error) {
	if id, ok := localIdentity(r.Context()); ok {
		return id, nil
	}
	if h := r.Header.Get("Authorization"); h != "" {
		scheme, token, _ := strings.Cut(h, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return access.Identity{}, lake.Fail(access.ErrSignedOut, "token_invalid", "The Authorization header must be Bearer and a token.")
		}
		return people.ByToken(strings.TrimSpace(token))
	}
	if c, err := r.Cookie(CookieName); err == nil {
		return people.BySession(c.Value)
	}
	return people.BySession("")
}

func permit(ctx context.Context, people *access.Access, id access.Identity, need Need) error {
	if need == NeedRead || need == NeedPublic {
		return nil
	}
	rights, err := people.Rights(ctx, id.Principal())
	if err != nil {
		return err
	}
	if !need.satisfied(rights, id.Person.Role.Administers()) {
		return lake.Fail(lake.ErrForbidden, string("need_"+need), "Your role doesn't allow this.", "role", id.Person.Role)
	}
	return nil
}

// origin is where a request comes from; behind a trusted proxy, what the proxy says.
func (s *Server) origin(r *http.Request) access.Origin {
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		address = r.RemoteAddr
	}
	if s.config.TrustProxy {
		hops := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
		if last := strings.TrimSpace(hops[len(hops)-1]); last != "" {
			address = last
		}
	}
	return access.Origin{Address: address, Agent: r.UserAgent()}
}

func (s *Server) secure(r *http.Request) bool {
	return r.TLS != nil || s.config.TrustProxy && r.Header.Get("X-Forwarded-Proto") == "https"
}

// Request lets an operation's input carry the HTTP request itself.
type Request struct {
	http *http.Request
}

// Resolve implements huma.Resolver.
func (q *Request) Resolve(ctx huma.Context) []error {
	q.http, _ = humago.Unwrap(ctx)
	return nil
}

// watchers lets programs on this machine and administrators' tokens read the metrics.
func (s *Server) watchers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, err := identify(s.access, r)
		if err == nil && id.Person.Role.Administers() || net.ParseIP(s.origin(r).Address).IsLoopback() {
			next.ServeHTTP(w, r)
			return
		}
		sendProblem(w, newProblem(http.StatusForbidden, "need_admin", "Metrics are for this machine and for administrators.", nil))
	})
}
