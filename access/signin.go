package access

import (
	"cmp"
	"context"
	"errors"
	"net/netip"
)

// SignIn checks an e-mail address and a password. Too many failures for one account
// or from one address must wait. A wrong address and a wrong password look the same
// and take as long.
func (a *Access) SignIn(ctx context.Context, email, password string, from Origin) (Session, error) {
	email = foldEmail(email)
	if err := a.attempt(email, from); err != nil {
		return Session{}, err
	}
	p, weak, err := a.check(ctx, email, password)
	if errors.Is(err, ErrSignedOut) {
		return Session{}, cmp.Or(a.auditFailure(ctx, "sign_in_failed", email, from), err)
	}
	if err != nil {
		return Session{}, err
	}
	hash := p.Password
	if weak {
		if hash, err = a.hasher.hash(ctx, password); err != nil {
			return Session{}, err
		}
	}
	a.accounts.forget(email)
	a.addresses.forgive(addressKey(from.Address))
	return a.admit(ctx, p, hash, from, false)
}

// attempt counts a try by account (where there is one) and address.
func (a *Access) attempt(account string, from Origin) error {
	if wait := a.addresses.begin(addressKey(from.Address)); wait > 0 {
		return errTooMany(wait)
	}
	if account == "" {
		return nil
	}
	if wait := a.accounts.begin(account); wait > 0 {
		return errTooMany(wait)
	}
	return nil
}

// check finds the account and compares the password.
func (a *Access) check(ctx context.Context, email, password string) (*person, bool, error) {
	a.mu.RLock()
	found := a.people[a.emails[email]]
	a.mu.RUnlock()
	phc := a.hasher.dummy
	if found != nil && found.Password != "" && found.maySignIn() {
		phc = found.Password
	}
	if len(password) > 1000 {
		password = ""
	}
	ok, weak, err := a.hasher.matches(ctx, password, phc)
	if err != nil {
		return nil, false, err
	}
	if !ok || phc == a.hasher.dummy {
		return nil, false, errSignIn()
	}
	return found, weak, nil
}

// admit begins a session for p with its password hashed as hash, unless p's password
// or right to sign in changed since p was read.
func (a *Access) admit(ctx context.Context, p *person, hash string, from Origin, byLink bool) (Session, error) {
	a.change.Lock()
	defer a.change.Unlock()
	now, ok := a.person(p.ID)
	if !ok || !now.maySignIn() || now.Password != p.Password {
		return Session{}, errSignIn()
	}
	action := "signed_in"
	if byLink {
		action = "signed_in_by_link"
	}
	if err := a.audit(ctx, p.Principal(), action, Entry{Address: from.Address}); err != nil {
		return Session{}, err
	}
	return a.begin(ctx, p, hash, from, byLink)
}

// addressKey groups addresses that one attacker commonly holds: an IPv6 /64.
func addressKey(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	ip = ip.Unmap()
	if ip.Is4() {
		return ip.String()
	}
	net, err := ip.Prefix(64)
	if err != nil {
		return address
	}
	return net.String()
}
