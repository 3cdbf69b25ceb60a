package access_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"headwater/access"
	"headwater/lake"
)

var ctx = context.Background()

// office is a workspace with an owner, at a time that the test moves.
type office struct {
	*access.Access
	t        *testing.T
	registry *memory
	now      time.Time
	owner    access.Person
}

const password = "correct horse battery"

var desk = access.Origin{Address: "192.0.2.7", Agent: "test"}

func newOffice(t *testing.T) *office {
	o := &office{t: t, registry: newMemory(), now: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)}
	o.reopen()
	o.owner = o.hire(access.NewPerson{Name: "林岚", Email: "Lin@Example.com", Role: access.Owner, Password: password})
	return o
}

// reopen starts again from what was kept.
func (o *office) reopen() {
	a, err := access.Open(ctx, access.Config{Registry: o.registry, Now: func() time.Time { return o.now }})
	o.must(err)
	o.Access = a
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) refused(err error, family error, code string) {
	o.t.Helper()
	var e *lake.Error
	if !errors.As(err, &e) || !errors.Is(err, family) || e.Code != code {
		o.t.Fatalf("want %v/%s, got %v", family, code, err)
	}
}

func (o *office) hire(n access.NewPerson) access.Person {
	o.t.Helper()
	p, err := o.CreatePerson(ctx, lake.System, n)
	o.must(err)
	return p
}

func (o *office) seller(name string) access.Person {
	return o.hire(access.NewPerson{Name: name, Email: name + "@example.com", Role: access.Seller, Password: password})
}

func (o *office) signIn(email string) access.Session {
	o.t.Helper()
	s, err := o.SignIn(ctx, email, password, desk)
	o.must(err)
	return s
}

func ptr[T any](v T) *T { return &v }

func TestFirstVisitorBecomesOwnerWithTheCode(t *testing.T) {
	o := &office{t: t, registry: newMemory(), now: time.Now()}
	o.reopen()
	if !o.SetupNeeded() || o.SetupCode() == "" {
		t.Fatal("an empty workspace needs a setup")
	}
	visitor := access.NewWorkspace{Code: "AAAA-AAAA-AAAA", Workspace: "湖蓝科技", Name: "Ann", Email: "ann@example.com", Password: password}
	_, err := o.Setup(ctx, visitor, desk)
	o.refused(err, lake.ErrForbidden, "setup_code_wrong")

	visitor.Code = " " + strings.ToLower(o.SetupCode())
	s, err := o.Setup(ctx, visitor, desk)
	o.must(err)
	who, err := o.BySession(s.Secret)
	o.must(err)
	if who.Person.Role != access.Owner || o.Workspace().Name != "湖蓝科技" || o.SetupCode() != "" {
		t.Fatalf("%+v %+v", who, o.Workspace())
	}
	_, err = o.Setup(ctx, visitor, desk)
	o.refused(err, lake.ErrConflict, "setup_done")
}

func TestSignInByPassword(t *testing.T) {
	o := newOffice(t)
	s := o.signIn(" LIN@example.com")
	who, err := o.BySession(s.Secret)
	o.must(err)
	if who.Principal() != (lake.Principal{User: o.owner.ID, Name: "林岚"}) {
		t.Fatalf("%+v", who)
	}
	_, err = o.SignIn(ctx, "lin@example.com", "wrong", desk)
	o.refused(err, access.ErrSignedOut, "sign_in_failed")
	_, err = o.SignIn(ctx, "nobody@example.com", password, desk)
	o.refused(err, access.ErrSignedOut, "sign_in_failed")

	o.must(o.SignOut(ctx, who))
	_, err = o.BySession(s.Secret)
	o.refused(err, access.ErrSignedOut, "no_session")
}

func TestSessionsSurviveARestartAndEndByIdlenessAndAge(t *testing.T) {
	o := newOffice(t)
	idle, used := o.signIn("lin@example.com"), o.signIn("lin@example.com")
	for day := 0; day < 29; day++ {
		o.now = o.now.Add(24 * time.Hour)
		if day%5 == 0 {
			o.Close()
			o.reopen()
		}
		if _, err := o.BySession(used.Secret); err != nil {
			t.Fatalf("day %d: %v", day, err)
		}
	}
	_, err := o.BySession(idle.Secret)
	o.refused(err, access.ErrSignedOut, "no_session")
	o.now = o.now.Add(25 * time.Hour)
	_, err = o.BySession(used.Secret)
	o.refused(err, access.ErrSignedOut, "no_session")
	o.Close()
}

func TestSecretsAreNeverKept(t *testing.T) {
	o := newOffice(t)
	s := o.signIn("lin@example.com")
	token, _, err := o.CreateToken(ctx, o.owner.Principal(), "crontab", 0)
	o.must(err)
	code, err := o.CreateLink(ctx, lake.System, o.owner.ID, time.Hour)
	o.must(err)
	kept := o.registry.text()
	for _, secret := range []string{s.Secret, token, code, password} {
		if strings.Contains(kept, secret) {
			t.Errorf("%q is kept in clear", secret)
		}
	}
	if !strings.Contains(kept, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Error("the password isn't kept as an argon2id PHC string")
	}
}

func TestGuessingIsSlowedDownPerAccount(t *testing.T) {
	o := newOffice(t)
	guess := func() error { _, err := o.SignIn(ctx, "lin@example.com", "guess", desk); return err }
	for range 6 {
		o.refused(guess(), access.ErrSignedOut, "sign_in_failed")
		o.now = o.now.Add(time.Second)
	}
	o.now = o.now.Add(-time.Second)
	err := guess()
	o.refused(err, access.ErrThrottled, "too_many_attempts")
	var e *lake.Error
	if errors.As(err, &e); e.Params["seconds"] != "2" {
		t.Errorf("params %v", e.Params)
	}
	_, err = o.SignIn(ctx, "lin@example.com", password, desk)
	o.refused(err, access.ErrThrottled, "too_many_attempts")
	o.now = o.now.Add(2 * time.Second)
	o.signIn("lin@example.com")
	o.refused(guess(), access.ErrSignedOut, "sign_in_failed") // forgiven: counting begins anew
}

func TestGuessingIsSlowedDownPerAddress(t *testing.T) {
	o := newOffice(t)
	code := func(address string) error {
		_, err := o.SignInLink(ctx, "guess", access.Origin{Address: address})
		return err
	}
	for range 30 {
		o.refused(code("2001:db8::1"), access.ErrSignedOut, "link_invalid")
	}
	o.refused(code("2001:db8::2"), access.ErrThrottled, "too_many_attempts") // the same /64
	o.refused(code("2001:db8:0:1::2"), access.ErrSignedOut, "link_invalid")
}

func TestLinkSignsInOnceAndMaySetAPassword(t *testing.T) {
	o := newOffice(t)
	p := o.hire(access.NewPerson{Name: "Wu", Email: "wu@example.com", Role: access.Viewer})
	old, err := o.CreateLink(ctx, o.owner.Principal(), p.ID, access.LinkAge)
	o.must(err)
	code, err := o.CreateLink(ctx, o.owner.Principal(), p.ID, access.LinkAge)
	o.must(err)
	_, err = o.SignInLink(ctx, old, desk)
	o.refused(err, access.ErrSignedOut, "link_invalid")
	s, err := o.SignInLink(ctx, code, desk)
	o.must(err)
	_, err = o.SignInLink(ctx, code, desk)
	o.refused(err, access.ErrSignedOut, "link_invalid")

	who, err := o.BySession(s.Secret)
	o.must(err)
	_, err = o.ChangeMe(ctx, who, access.MyChange{Password: ptr("12345678")})
	o.refused(err, lake.ErrInvalid, "password_weak")
	_, err = o.ChangeMe(ctx, who, access.MyChange{Password: ptr(password), Language: ptr("en")})
	o.must(err)
	o.signIn("wu@example.com")

	o.now = o.now.Add(2 * time.Hour)
	who, err = o.BySession(s.Secret)
	o.must(err)
	_, err = o.ChangeMe(ctx, who, access.MyChange{Password: ptr("another one entirely"), OldPassword: "guess"})
	o.refused(err, lake.ErrForbidden, "old_password_wrong")
	o.Close()
}

func TestResetEndsSessionsAndThePassword(t *testing.T) {
	o := newOffice(t)
	p := o.seller("wu")
	s := o.signIn("wu@example.com")
	code, err := o.Reset(ctx, o.owner.Principal(), p.ID)
	o.must(err)
	_, err = o.BySession(s.Secret)
	o.refused(err, access.ErrSignedOut, "no_session")
	_, err = o.SignIn(ctx, "wu@example.com", password, desk)
	o.refused(err, access.ErrSignedOut, "sign_in_failed")
	_, err = o.SignInLink(ctx, code, desk)
	o.must(err)
}

func TestTokens(t *testing.T) {
	o := newOffice(t)
	wu, li := o.seller("wu"), o.seller("li")
	secret, token, err := o.CreateToken(ctx, wu.Principal(), "nightly", 10)
	o.must(err)
	if !strings.HasPrefix(secret, "hw_") || len(secret) != 46 {
		t.Fatalf("token %q", secret)
	}
	who, err := o.ByToken(secret)
	o.must(err)
	if who.Person.ID != wu.ID {
		t.Fatal("somebody else's token")
	}
	_, err = o.ChangeMe(ctx, who, access.MyChange{Password: ptr("a stolen token's password"), OldPassword: password})
	o.refused(err, lake.ErrForbidden, "session_needed")
	o.refused(o.DeleteToken(ctx, li.Principal(), token.ID), lake.ErrNotFound, "token_unknown")
	o.Close()
	o.reopen()
	if used := o.Tokens(wu.ID); len(used) != 1 || used[0].LastUsed.IsZero() {
		t.Fatalf("%+v", used)
	}
	o.now = o.now.AddDate(0, 0, 11)
	_, err = o.ByToken(secret)
	o.refused(err, access.ErrSignedOut, "token_invalid")
	o.must(o.DeleteToken(ctx, wu.Principal(), token.ID))
	if len(o.Tokens(wu.ID)) != 0 {
		t.Fatal("still there")
	}
}

func TestAuditTellsWhatHappened(t *testing.T) {
	o := newOffice(t)
	o.signIn("lin@example.com")
	_, _ = o.SignIn(ctx, "lin@example.com", "guess", desk)
	_, err := o.Audit(ctx, o.seller("wu").Principal(), 10)
	o.refused(err, lake.ErrForbidden, "admin_needed")
	entries, err := o.Audit(ctx, o.owner.Principal(), 3)
	o.must(err)
	var actions []string
	for _, e := range entries {
		actions = append(actions, e.Action)
	}
	if got := strings.Join(actions, " "); got != "person_added sign_in_failed signed_in" {
		t.Fatal(got)
	}
	if entries[1].Address != desk.Address || entries[1].Detail["email"] != "lin@example.com" {
		t.Fatalf("%+v", entries[1])
	}
}

func BenchmarkBySession(b *testing.B) {
	o := &office{t: &testing.T{}, registry: newMemory(), now: time.Now()}
	o.reopen()
	o.hire(access.NewPerson{Name: "Ann", Email: "ann@example.com", Role: access.Owner, Password: password})
	s := o.signIn("ann@example.com")
	for b.Loop() {
		if _, err := o.BySession(s.Secret); err != nil {
			b.Fatal(err)
		}
	}
}
