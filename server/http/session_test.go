package httpapi_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"headwater/access"
	"headwater/lake"
)

func (o *office) invite(role string) string {
	o.t.Helper()
	code, err := o.access.CreateLink(context.Background(), lake.System, o.people[role].ID, access.LinkAge)
	must(o.t, err)
	return code
}

func TestSigningIn(t *testing.T) {
	o := newOffice(t)
	o.tell(story{name: "a stranger learns little", ask: "GET /api/session", status: 200,
		want: []string{`"user":null`, `"setup_needed":false`, `"version":"test"`}, absent: []string{"example.com"}})

	r := o.ask("", "POST", "/api/session/link", `{"code":"`+o.invite("seller")+`"}`)
	cookie := r.Header.Get("Set-Cookie")
	if r.StatusCode != 200 || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") || !strings.HasPrefix(cookie, "headwater_session=") {
		t.Fatalf("%d %s %s", r.StatusCode, cookie, r.text)
	}
	cookie, _, _ = strings.Cut(cookie, ";")
	o.tell(
		story{name: "the cookie signs in", ask: "GET /api/session", header: []string{"Cookie", cookie}, status: 200,
			want: []string{`"email":"seller@example.com"`, `"write":true`, `"merge":false`, `"team":"North"`}},
		story{name: "set a password after a link", ask: "PATCH /api/me", body: `{"password":"` + password + `","language":"zh"}`,
			header: []string{"Cookie", cookie}, status: 200, want: []string{`"language":"zh"`, `"has_password":true`}, absent: []string{password}},
		story{name: "sign in with it", ask: "POST /api/session", body: `{"email":"Seller@example.com","password":"` + password + `"}`, status: 200,
			want: []string{`"role":"seller"`}},
		story{name: "a wrong password", ask: "POST /api/session", body: `{"email":"seller@example.com","password":"guess"}`, status: 401,
			want: []string{`"code":"sign_in_failed"`}},
		story{name: "the session is closed", ask: "DELETE /api/session", header: []string{"Cookie", cookie}, status: 204},
		story{name: "and stays closed", ask: "GET /api/entities", header: []string{"Cookie", cookie}, status: 401, want: []string{`"code":"no_session"`}},
	)
}

func TestGuessingIsThrottled(t *testing.T) {
	o := newOffice(t)
	for range 5 {
		o.ask("", "POST", "/api/session", `{"email":"viewer@example.com","password":"guess"}`)
	}
	o.ask("", "POST", "/api/session", `{"email":"viewer@example.com","password":"guess"}`)
	r := o.ask("", "POST", "/api/session", `{"email":"viewer@example.com","password":"guess"}`)
	if r.StatusCode != 429 || r.at(t, "code") != "too_many_attempts" || r.at(t, "params.seconds") == "" || r.Header.Get("Retry-After") == "" {
		t.Fatalf("%d %s", r.StatusCode, r.text)
	}
}

func TestOtherSitesAreRefused(t *testing.T) {
	o := newOffice(t)
	o.tell(
		story{name: "a form on another site", as: "seller", ask: "POST /api/records/accounts", body: `{"cells":{"name":"x"}}`,
			header: []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, status: 403, want: []string{`"code":"cross_origin"`}},
		story{name: "the page itself", as: "seller", ask: "POST /api/records/accounts", body: `{"cells":{"name":"x"}}`,
			header: []string{"Sec-Fetch-Site", "same-origin"}, status: 201},
	)
}

func TestEveryAnswerIsGuarded(t *testing.T) {
	o := newOffice(t)
	for _, path := range []string{"/", "/api/session", "/api/nowhere", "/api/docs/", "/healthz"} {
		h := o.ask("", "GET", path, "").Header
		if !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") || h.Get("X-Content-Type-Options") != "nosniff" ||
			h.Get("Referrer-Policy") == "" || h.Get("X-Request-Id") == "" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

func TestPeopleAreForAdministrators(t *testing.T) {
	o := newOffice(t)
	o.tell(
		story{name: "the directory is everybody's, roles aren't", as: "viewer", ask: "GET /api/users", status: 200,
			want: []string{`"name":"The owner"`, `"team":"North"`}, absent: []string{`"role"`, `"last_seen"`, "argon2id"}},
		story{name: "administrators see more", as: "admin", ask: "GET /api/users", status: 200, want: []string{`"role":"viewer"`, `"has_password":false`}, absent: []string{"argon2id"}},
		story{name: "managers add nobody", as: "manager", ask: "POST /api/users", body: `{"name":"N","email":"n@example.com","role":"viewer"}`, status: 403, want: []string{`"code":"need_admin"`}},
		story{name: "a new person gets a link", as: "admin", ask: "POST /api/users", body: `{"name":"N","email":"n@example.com","role":"viewer","team":"North"}`, status: 200,
			want: []string{`"link":"/#/sign-in?code=`, `"scope":"all"`}},
		story{name: "an address is taken once", as: "admin", ask: "POST /api/users", body: `{"name":"N","email":"N@example.com","role":"viewer"}`, status: 409, want: []string{`"code":"email_taken"`}},
		story{name: "the last owner stays", as: "owner", ask: "PATCH /api/users/" + string(o.people["owner"].ID), body: `{"active":false}`, status: 409, want: []string{`"code":"last_owner"`}},
		story{name: "deactivation", as: "owner", ask: "PATCH /api/users/" + string(o.people["viewer"].ID), body: `{"active":false}`, status: 200, want: []string{`"active":false`}},
		story{name: "acts on the next request", as: "viewer", ask: "GET /api/users", status: 401, want: []string{`"code":"token_invalid"`}},
		story{name: "unknown properties are refused", as: "owner", ask: "POST /api/teams", body: `{"name":"South","boss":1}`, status: 422, want: []string{`"code":"request_invalid"`, "boss"}},
		story{name: "broken JSON is refused", as: "owner", ask: "POST /api/teams", body: `{"name`, status: 400, want: []string{`"code":"request_invalid"`}},
	)
}

func TestPageAndPlumbing(t *testing.T) {
	o := newOffice(t)
	o.tell(
		story{name: "any path is the page", ask: "GET /records/accounts", status: 200, want: []string{"<title>Headwater"}},
		story{name: "an old asset is missing, not HTML", ask: "GET /assets/app-0000.js", status: 404, absent: []string{"<title>"}},
		story{name: "unknown routes are problems", as: "owner", ask: "GET /api/nowhere", status: 404, want: []string{`"code":"route_unknown"`}},
		story{name: "an operation to be measured", as: "viewer", ask: "GET /api/session", status: 200},
		story{name: "metrics", ask: "GET /metrics", status: 200, want: []string{"headwater_revision_head", "headwater_request_seconds", "go_goroutines"}},
		story{name: "alive", ask: "GET /healthz", status: 200},
		story{name: "ready", ask: "GET /readyz", status: 200},
	)
	r := o.ask("", "GET", "/assets/app-1234.js", "", "Accept-Encoding", "br, gzip")
	if r.text != "packed" || r.Header.Get("Content-Encoding") != "br" || !strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("%q %v", r.text, r.Header)
	}
	again := o.ask("", "GET", "/assets/app-1234.js", "", "Accept-Encoding", "br", "If-None-Match", r.Header.Get("ETag"))
	if again.StatusCode != http.StatusNotModified {
		t.Errorf("status %d", again.StatusCode)
	}
	if r := o.ask("owner", "GET", "/api/entities", "", "Accept-Encoding", "gzip"); r.Header.Get("Content-Encoding") != "gzip" || len(r.text) > 30_000 {
		t.Errorf("%d bytes, %v", len(r.text), r.Header)
	}
}
