package access_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"headwater/access"
	"headwater/lake"
	"headwater/lake/laketest/pgtest"
	"headwater/lake/postgres"
)

// branchOffice is a workspace on one database, seen from two nodes.
type branchOffice struct {
	t     *testing.T
	url   string
	a, b  *access.Access
	ahead atomic.Int64 // how far the nodes' clocks are moved on, in seconds
	owner access.Person
}

func newBranchOffice(t *testing.T) *branchOffice {
	o := &branchOffice{t: t, url: pgtest.Database(t)}
	o.a, o.b = o.node(), o.node()
	o.owner = o.hire("lin", access.Owner)
	return o
}

func (o *branchOffice) node() *access.Access {
	o.t.Helper()
	s, err := postgres.Open(ctx, o.url, postgres.Options{})
	o.must(err)
	a, err := access.Open(ctx, access.Config{Registry: s.Registry(), Now: func() time.Time {
		return time.Now().Add(time.Duration(o.ahead.Load()) * time.Second)
	}})
	o.must(err)
	o.t.Cleanup(func() {
		a.Close()
		_ = s.Close()
	})
	return a
}

func (o *branchOffice) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *branchOffice) hire(name string, role access.Role) access.Person {
	o.t.Helper()
	p, err := o.a.CreatePerson(ctx, lake.System, access.NewPerson{Name: name, Email: name + "@example.com", Role: role, Password: password})
	o.must(err)
	return p
}

func (o *branchOffice) signIn(on *access.Access, name string) access.Session {
	o.t.Helper()
	s, err := on.SignIn(ctx, name+"@example.com", password, desk)
	o.must(err)
	return s
}

// patience is how long a loaded machine may take for what takes milliseconds.
const patience = 20 * time.Second

// soon waits until it holds; the log tells after how long, which is less than a second on a machine with nothing else to do.
func (o *branchOffice) soon(what string, holds func() bool) {
	o.t.Helper()
	o.within(patience, what, holds)
}

func (o *branchOffice) within(limit time.Duration, what string, holds func() bool) {
	o.t.Helper()
	began := time.Now()
	for !holds() {
		if time.Since(began) > limit {
			o.t.Fatalf("%s: not after %v", what, limit)
		}
		time.Sleep(time.Millisecond)
	}
	o.t.Logf("%s: after %v", what, time.Since(began).Round(time.Millisecond))
}

func (o *branchOffice) out(on *access.Access, s access.Session) func() bool {
	return func() bool { _, err := on.BySession(s.Secret); return err != nil }
}

// kept counts the registry's documents of a kind.
func (o *branchOffice) kept(kind string) (n int) {
	o.t.Helper()
	o.sql("SELECT count(*) FROM headwater.hw_documents WHERE kind = '"+kind+"'", &n)
	return n
}

func (o *branchOffice) sql(text string, into ...any) {
	o.t.Helper()
	c, err := pgx.Connect(ctx, o.url)
	o.must(err)
	defer func() { _ = c.Close(context.Background()) }()
	if len(into) > 0 {
		o.must(c.QueryRow(ctx, text).Scan(into...))
		return
	}
	_, err = c.Exec(ctx, text)
	o.must(err)
}

func TestASessionHoldsOnAllNodesAndEndsOnAll(t *testing.T) {
	o := newBranchOffice(t)
	o.hire("wu", access.Seller)
	s := o.signIn(o.a, "wu") // without a pause: the other node hasn't heard of any of it
	who, err := o.b.BySession(s.Secret)
	o.must(err)
	if who.Person.Name != "wu" {
		t.Fatalf("%+v", who)
	}
	token, info, err := o.a.CreateToken(ctx, who.Principal(), "nightly", 0)
	o.must(err)
	_, err = o.b.ByToken(token)
	o.must(err)

	o.must(o.b.SignOut(ctx, who))
	o.soon("signed out", o.out(o.a, s))
	o.must(o.a.DeleteToken(ctx, who.Principal(), info.ID))
	o.soon("token deleted", func() bool { _, err := o.b.ByToken(token); return err != nil })

	code, err := o.a.CreateLink(ctx, lake.System, who.Person.ID, time.Hour)
	o.must(err)
	_, err = o.b.SignInLink(ctx, code, desk)
	o.must(err)
	if _, err = o.a.SignInLink(ctx, code, desk); err == nil {
		t.Error("a link signed in twice")
	}
}

// TestAnEndedSessionIsNeverWrittenBack: a node that notes the last use of a session late
// doesn't bring one back that another node has ended meanwhile, even unheard.
func TestAnEndedSessionIsNeverWrittenBack(t *testing.T) {
	o := newBranchOffice(t)
	o.hire("wu", access.Seller)
	s := o.signIn(o.a, "wu")
	who, err := o.b.BySession(s.Secret)
	o.must(err)
	token, _, err := o.b.CreateToken(ctx, who.Principal(), "nightly", 0)
	o.must(err)
	o.ahead.Store(600)
	o.sql("DELETE FROM headwater.hw_documents WHERE kind IN ('session', 'token')") // and nobody is told
	_, err = o.b.BySession(s.Secret)
	o.must(err)
	_, err = o.b.ByToken(token)
	o.must(err)
	o.b.Close() // waits for the late write
	if n := o.kept("session") + o.kept("token"); n != 0 {
		t.Errorf("%d proofs were written back", n)
	}
	if !o.out(o.b, s)() {
		t.Error("the node that found out lets the session in still")
	}
}

func TestRightsFollowTheOtherNode(t *testing.T) {
	o := newBranchOffice(t)
	p := o.hire("wu", access.Seller)
	s := o.signIn(o.a, "wu")
	_, err := o.b.BySession(s.Secret)
	o.must(err)
	rights := func() lake.Rights {
		r, _ := o.b.Rights(ctx, p.Principal())
		return r
	}
	o.soon("hired", func() bool { return rights().Write })
	stamp := o.b.PeopleStamp()
	_, err = o.a.UpdatePerson(ctx, o.owner.Principal(), p.ID, access.PersonChange{Role: ptr(access.Viewer), Team: ptr("")})
	o.must(err)
	o.soon("demoted", func() bool { return !rights().Write })
	if o.b.PeopleStamp() == stamp {
		t.Error("the directory changed under the same stamp")
	}
	o.must(o.a.SetMasks(ctx, o.owner.Principal(), []access.Mask{{Entity: "contacts", Field: "phone", Roles: []access.Role{access.Viewer}}}))
	o.soon("masked", func() bool { return rights().Masked["contacts"]["phone"] })
	o.must(o.a.SetWorkspace(ctx, o.owner.Principal(), access.Workspace{Name: "湖蓝科技"}))
	o.soon("renamed", func() bool { return o.b.Workspace().Name == "湖蓝科技" })
	_, err = o.a.CreateTeam(ctx, o.owner.Principal(), "华北")
	o.must(err)
	o.soon("team", func() bool { return len(o.b.Teams()) == 1 })

	_, err = o.a.UpdatePerson(ctx, o.owner.Principal(), p.ID, access.PersonChange{Active: ptr(false)})
	o.must(err)
	o.soon("deactivated", func() bool { _, err := o.b.Rights(ctx, p.Principal()); return err != nil && o.out(o.b, s)() })
	_, err = o.a.UpdatePerson(ctx, o.owner.Principal(), p.ID, access.PersonChange{Active: ptr(true)})
	o.must(err)
	o.soon("active again", func() bool { return len(o.b.All()) == 2 && rights().AllRows })
	if !o.out(o.b, s)() || o.kept("session") != 0 {
		t.Error("the session from before came back with the person")
	}
}

// TestUnheardChangesCountAfterTheConnectionIsBack: announcements need a connection; what
// was changed while it was broken is found when it stands again.
func TestUnheardChangesCountAfterTheConnectionIsBack(t *testing.T) {
	o := newBranchOffice(t)
	p := o.hire("wu", access.Seller)
	s := o.signIn(o.a, "wu")
	who, err := o.b.BySession(s.Secret)
	o.must(err)
	o.soon("hired", func() bool { r, _ := o.b.Rights(ctx, p.Principal()); return r.Write })
	o.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`)
	o.must(o.a.SignOut(ctx, who))
	_, err = o.a.UpdatePerson(ctx, lake.System, p.ID, access.PersonChange{Role: ptr(access.Viewer)})
	o.must(err)
	o.within(patience, "known again", func() bool {
		r, _ := o.b.Rights(ctx, p.Principal())
		return o.out(o.b, s)() && !r.Write
	})
}

// TestRulesHoldAcrossNodes: what must be so in the whole directory is so when two nodes
// change it at the same moment.
func TestRulesHoldAcrossNodes(t *testing.T) {
	o := newBranchOffice(t)
	both := func(fn func(on *access.Access) error) (succeeded int) {
		var all sync.WaitGroup
		var n atomic.Int32
		for _, on := range []*access.Access{o.a, o.b} {
			all.Go(func() {
				if fn(on) == nil {
					n.Add(1)
				}
			})
		}
		all.Wait()
		return int(n.Load())
	}
	for i := range 5 {
		email := fmt.Sprintf("p%d@example.com", i)
		if n := both(func(on *access.Access) error {
			_, err := on.CreatePerson(ctx, lake.System, access.NewPerson{Name: email, Email: email, Role: access.Seller})
			return err
		}); n != 1 {
			t.Errorf("%d people have one e-mail address", n)
		}
		if n := both(func(on *access.Access) error { _, err := on.CreateTeam(ctx, lake.System, email); return err }); n != 1 {
			t.Errorf("%d teams have one name", n)
		}
		keys := make(chan lake.Key, 2)
		both(func(on *access.Access) error {
			p, _, err := on.EnsurePerson(ctx, lake.System, "listed "+email, "", "team of "+email)
			keys <- p.ID
			return err
		})
		if x, y := <-keys, <-keys; x == "" || x != y {
			t.Errorf("one person was listed as %s and %s", x, y)
		}
	}
	second := o.hire("ann", access.Owner)
	left := 0
	var all sync.WaitGroup
	var mu sync.Mutex
	for i, id := range []lake.Key{o.owner.ID, second.ID} {
		all.Go(func() {
			if _, err := []*access.Access{o.a, o.b}[i].UpdatePerson(ctx, lake.System, id, access.PersonChange{Active: ptr(false)}); err == nil {
				mu.Lock()
				defer mu.Unlock()
				left++
			}
		})
	}
	all.Wait()
	if left != 1 {
		t.Errorf("%d of two owners left", left)
	}
}

// TestSignInAgainstDeactivation: whoever is deactivated on one node while they sign in on
// the other has no session afterwards.
func TestSignInAgainstDeactivation(t *testing.T) {
	o := newBranchOffice(t)
	p := o.hire("wu", access.Seller)
	for round := range 8 {
		var all sync.WaitGroup
		for range 2 {
			all.Go(func() { _, _ = o.b.SignIn(ctx, "wu@example.com", password, desk) })
		}
		time.Sleep(time.Duration(20+10*round) * time.Millisecond) // a password takes about that long
		_, err := o.a.UpdatePerson(ctx, lake.System, p.ID, access.PersonChange{Active: ptr(false)})
		o.must(err)
		all.Wait()
		if n := o.kept("session"); n != 0 {
			t.Fatalf("%d sessions of a deactivated person are left", n)
		}
		_, err = o.a.UpdatePerson(ctx, lake.System, p.ID, access.PersonChange{Active: ptr(true)})
		o.must(err)
		o.soon("active again", func() bool { _, err := o.b.Rights(ctx, p.Principal()); return err == nil })
	}
}
