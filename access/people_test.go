package access_test

import (
	"slices"
	"sync"
	"testing"

	"headwater/access"
	"headwater/lake"
)

func (o *office) rights(p access.Person) lake.Rights {
	o.t.Helper()
	r, err := o.Rights(ctx, p.Principal())
	o.must(err)
	return r
}

func TestRightsByRole(t *testing.T) {
	o := newOffice(t)
	want := map[access.Role]lake.Rights{
		access.Viewer:  {AllRows: true},
		access.Seller:  {Write: true, Branch: true},
		access.Manager: {Write: true, Branch: true, Merge: true},
		access.Admin:   {Write: true, Branch: true, Merge: true, Schema: true, AllBranch: true, AllRows: true},
		access.Owner:   {Write: true, Branch: true, Merge: true, Schema: true, AllBranch: true, AllRows: true},
	}
	for role, w := range want {
		p := o.hire(access.NewPerson{Name: string(role), Email: string(role) + "@example.com", Role: role})
		r := o.rights(p)
		if r.Write != w.Write || r.Branch != w.Branch || r.Merge != w.Merge || r.Schema != w.Schema ||
			r.AllBranch != w.AllBranch || r.AllRows != w.AllRows {
			t.Errorf("%s: %+v", role, r)
		}
		if !w.AllRows && !slices.Equal(r.Owners, []lake.Key{p.ID}) {
			t.Errorf("%s owns %v", role, r.Owners)
		}
	}
	if r, err := o.Rights(ctx, lake.System); err != nil || !r.AllRows || !r.Schema {
		t.Errorf("system: %+v %v", r, err)
	}
}

func TestTeamScopeFollowsTheTeam(t *testing.T) {
	o := newOffice(t)
	north, err := o.CreateTeam(ctx, o.owner.Principal(), "华北")
	o.must(err)
	boss := o.hire(access.NewPerson{Name: "boss", Email: "boss@example.com", Role: access.Manager, Team: north.ID})
	wu, li := o.seller("wu"), o.seller("li")
	stamp := o.PeopleStamp()
	for _, p := range []access.Person{wu, li} {
		_, err := o.UpdatePerson(ctx, o.owner.Principal(), p.ID, access.PersonChange{Team: ptr("华北")})
		o.must(err)
	}
	if r := o.rights(boss); len(r.Owners) != 3 || !r.Owns(wu.ID) || !r.Owns(li.ID) || !slices.IsSorted(r.Owners) {
		t.Fatalf("%+v", r)
	}
	_, err = o.UpdatePerson(ctx, o.owner.Principal(), li.ID, access.PersonChange{Team: ptr("")})
	o.must(err)
	if r := o.rights(boss); r.Owns(li.ID) {
		t.Fatal("left the team, still in scope")
	}
	if o.PeopleStamp() == stamp {
		t.Fatal("the stamp didn't move")
	}
	stamp = o.PeopleStamp()
	o.signIn("wu@example.com")
	if o.PeopleStamp() != stamp {
		t.Fatal("a sign-in changed the directory")
	}
}

func TestDeactivationAndDemotionActAtOnce(t *testing.T) {
	o := newOffice(t)
	p := o.seller("wu")
	s := o.signIn("wu@example.com")
	token, _, err := o.CreateToken(ctx, p.Principal(), "nightly", 0)
	o.must(err)
	o.rights(p)

	_, err = o.UpdatePerson(ctx, o.owner.Principal(), p.ID, access.PersonChange{Role: ptr(access.Viewer)})
	o.must(err)
	if r := o.rights(p); r.Write || !r.AllRows {
		t.Fatalf("%+v", r)
	}
	_, err = o.UpdatePerson(ctx, o.owner.Principal(), p.ID, access.PersonChange{Active: ptr(false)})
	o.must(err)
	_, err = o.BySession(s.Secret)
	o.refused(err, access.ErrSignedOut, "no_session")
	_, err = o.ByToken(token)
	o.refused(err, access.ErrSignedOut, "token_invalid")
	_, err = o.Rights(ctx, p.Principal())
	o.refused(err, lake.ErrForbidden, "person_inactive")
}

func TestTheLastOwnerStays(t *testing.T) {
	o := newOffice(t)
	_, err := o.UpdatePerson(ctx, o.owner.Principal(), o.owner.ID, access.PersonChange{Role: ptr(access.Admin)})
	o.refused(err, lake.ErrConflict, "last_owner")
	_, err = o.UpdatePerson(ctx, o.owner.Principal(), o.owner.ID, access.PersonChange{Active: ptr(false)})
	o.refused(err, lake.ErrConflict, "last_owner")

	second := o.hire(access.NewPerson{Name: "Ann", Email: "ann@example.com", Role: access.Owner})
	var left sync.WaitGroup
	refusals := make(chan error, 2)
	for _, id := range []lake.Key{o.owner.ID, second.ID} {
		left.Go(func() {
			_, err := o.UpdatePerson(ctx, lake.System, id, access.PersonChange{Active: ptr(false)})
			refusals <- err
		})
	}
	left.Wait()
	if a, b := <-refusals, <-refusals; (a == nil) == (b == nil) {
		t.Fatalf("exactly one may leave: %v, %v", a, b)
	}
}

func TestOnlyAdministratorsChangePeopleAndOnlyOwnersMakeOwners(t *testing.T) {
	o := newOffice(t)
	wu := o.seller("wu")
	admin := o.hire(access.NewPerson{Name: "adm", Email: "adm@example.com", Role: access.Admin})
	_, err := o.CreatePerson(ctx, wu.Principal(), access.NewPerson{Name: "x", Email: "x@example.com", Role: access.Viewer})
	o.refused(err, lake.ErrForbidden, "admin_needed")
	_, err = o.UpdatePerson(ctx, admin.Principal(), wu.ID, access.PersonChange{Role: ptr(access.Owner)})
	o.refused(err, lake.ErrForbidden, "owner_needed")
	_, err = o.Reset(ctx, admin.Principal(), o.owner.ID)
	o.refused(err, lake.ErrForbidden, "owner_needed")
	_, err = o.UpdatePerson(ctx, admin.Principal(), wu.ID, access.PersonChange{Role: ptr(access.Manager)})
	o.must(err)
}

func TestEmailsAreUniqueInAnyCase(t *testing.T) {
	o := newOffice(t)
	_, err := o.CreatePerson(ctx, lake.System, access.NewPerson{Name: "x", Email: "LIN@EXAMPLE.COM", Role: access.Viewer})
	o.refused(err, lake.ErrConflict, "email_taken")
	_, err = o.CreatePerson(ctx, lake.System, access.NewPerson{Name: "x", Email: "no address", Role: access.Viewer})
	o.refused(err, lake.ErrInvalid, "email_invalid")
}

func TestAFileNamesPeopleWhoAreThenInvited(t *testing.T) {
	o := newOffice(t)
	moses, added, err := o.EnsurePerson(ctx, o.owner.Principal(), "Moses  Frase", "", "Central")
	o.must(err)
	if !added || moses.Name != "Moses Frase" || moses.TeamName != "Central" || moses.Role != "" {
		t.Fatalf("%+v", moses)
	}
	again, added, err := o.EnsurePerson(ctx, o.owner.Principal(), "moses frase", "", "")
	o.must(err)
	if added || again.ID != moses.ID {
		t.Fatal("added twice")
	}
	_, err = o.Rights(ctx, moses.Principal())
	o.refused(err, lake.ErrForbidden, "person_inactive")
	_, err = o.CreateLink(ctx, o.owner.Principal(), moses.ID, access.LinkAge)
	o.refused(err, lake.ErrConflict, "person_inactive")
	if people, _ := o.People(ctx); !slices.ContainsFunc(people, func(p lake.Person) bool { return p.Key == moses.ID && p.Team == "Central" }) {
		t.Fatal("not in the directory")
	}

	_, err = o.UpdatePerson(ctx, o.owner.Principal(), moses.ID, access.PersonChange{Role: ptr(access.Seller)})
	o.refused(err, lake.ErrInvalid, "email_needed")
	_, err = o.UpdatePerson(ctx, o.owner.Principal(), moses.ID, access.PersonChange{Role: ptr(access.Seller), Email: ptr("moses@example.com")})
	o.must(err)
	code, err := o.CreateLink(ctx, o.owner.Principal(), moses.ID, access.LinkAge)
	o.must(err)
	_, err = o.SignInLink(ctx, code, desk)
	o.must(err)
}

func TestPeopleOfOneNameAreToldApartByTeam(t *testing.T) {
	o := newOffice(t)
	for _, n := range []access.NewPerson{{Name: "王伟", Email: "w1@example.com", Role: access.Seller}, {Name: "王伟", Email: "w2@example.com", Role: access.Seller}} {
		o.hire(n)
	}
	_, _, err := o.EnsurePerson(ctx, lake.System, "王伟", "", "")
	o.refused(err, lake.ErrConflict, "person_ambiguous")
	second, _, err := o.EnsurePerson(ctx, lake.System, "王伟", "W2@example.com", "")
	o.must(err)
	if second.Email != "w2@example.com" {
		t.Fatalf("%+v", second)
	}
	_, _, err = o.EnsurePerson(ctx, o.seller("wu").Principal(), "Somebody New", "", "")
	o.refused(err, lake.ErrForbidden, "people_forbidden")
}

func TestMasksHideFieldsFromRoles(t *testing.T) {
	o := newOffice(t)
	wu := o.seller("wu")
	hidden := []access.Mask{{Entity: "contacts", Field: "phone", Roles: []access.Role{access.Seller, access.Viewer}}}
	o.refused(o.SetMasks(ctx, wu.Principal(), nil), lake.ErrForbidden, "admin_needed")
	o.refused(o.SetMasks(ctx, o.owner.Principal(), []access.Mask{{Roles: []access.Role{access.Owner}}}), lake.ErrInvalid, "mask_owner")
	o.must(o.SetMasks(ctx, o.owner.Principal(), hidden))
	o.reopen()
	seller, owner := o.rights(wu), o.rights(o.owner)
	if !seller.MaskedField("contacts", "phone") || seller.MaskedField("contacts", "name") || owner.MaskedField("contacts", "phone") {
		t.Fatalf("%+v %+v", seller.Masked, owner.Masked)
	}
}
