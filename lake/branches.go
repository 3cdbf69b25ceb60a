package lake

import (
	"context"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// NewBranch describes a branch to be made.
type NewBranch struct {
	Name   string
	From   string // the parent's name; "" is main
	Shared bool
	Note   string
	// Pin freezes the entities that would float on the branch (Only: some of them): by a
	// copy, which takes as long as reading them, or by the source's own time travel.
	Pin  bool
	Only []EntityName
}

// CreateBranch makes a branch of the parent as it is now. It writes one row, whatever
// the size of the data.
func (l *Lake) CreateBranch(ctx context.Context, p Principal, n NewBranch) (Branch, error) {
	rights, err := l.rights(ctx, p)
	if err != nil {
		return Branch{}, err
	}
	if !rights.Branch {
		return Branch{}, Fail(ErrForbidden, "branch_forbidden", "You may not make branches.")
	}
	name, err := branchName(n.Name)
	if err != nil {
		return Branch{}, err
	}
	if err := CheckNote(n.Note); err != nil {
		return Branch{}, err
	}
	from, err := l.visible(p, rights, n.From)
	if err != nil {
		return Branch{}, err
	}
	if len(n.Only) > 0 && !n.Pin {
		return Branch{}, Fail(ErrInvalid, "pin_only", "Entities are named for what is pinned; ask for pinning, too.")
	}
	pins := from.Pins
	if n.Pin {
		if pins, err = l.pin(ctx, from, n.Only); err != nil {
			return Branch{}, err
		}
	}
	var made Branch
	err = l.exclusive(ctx, func(st StoreTx) error {
		parent, err := l.visible(p, rights, n.From)
		if err != nil {
			return err
		}
		if parent.State != BranchOpen {
			return closedError(parent)
		}
		if old, err := l.find(name); err == nil && old.State == BranchOpen {
			return Fail(ErrConflict, "branch_exists", "There is an open branch named "+name+" already.", "branch", name)
		}
		at := l.store.Head()
		made = Branch{ID: l.nextBranch(), Name: name, Parent: parent.ID, Fork: at, Owner: p.User, Shared: n.Shared,
			State: BranchOpen, CreatedAt: l.now().UTC(), Note: n.Note, Pins: pins}
		if err := st.SaveFork(Fork{Branch: made.ID, From: at, At: at}); err != nil {
			return err
		}
		return st.SaveBranch(made)
	})
	return made, err
}

func branchName(s string) (string, error) {
	s = norm.NFC.String(strings.TrimSpace(s))
	bad := s == "" || strings.EqualFold(s, MainName) || s == "." || s == ".." || // dots get lost in addresses
		utf8.RuneCountInString(s) > 80 || strings.ContainsAny(s, "/\\?#%") || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
	if bad {
		return "", Fail(ErrInvalid, "branch_name_invalid",
			"A branch needs a name of 1 to 80 characters without / \\ ? # %, and not "+MainName+".", "branch", s)
	}
	return s, nil
}

func (l *Lake) nextBranch() BranchID {
	l.mu.RLock()
	defer l.mu.RUnlock()
	next := BranchID(1)
	for id := range l.branches {
		next = max(next, id+1)
	}
	return next
}

// UpdateBranch changes who may see a branch, and its note.
func (l *Lake) UpdateBranch(ctx context.Context, p Principal, name string, shared *bool, note *string) error {
	return l.changeBranch(ctx, p, name, func(b *Branch) error {
		if shared != nil {
			b.Shared = *shared
		}
		if note != nil {
			if err := CheckNote(*note); err != nil {
				return err
			}
			b.Note = *note
		}
		return nil
	})
}

// DiscardBranch closes a branch without merging it. Its revisions stay readable.
func (l *Lake) DiscardBranch(ctx context.Context, p Principal, name string) error {
	return l.changeBranch(ctx, p, name, func(b *Branch) error {
		if err := l.childless(*b); err != nil {
			return err
		}
		b.State = BranchDiscarded
		return nil
	})
}

func (l *Lake) changeBranch(ctx context.Context, p Principal, name string, change func(*Branch) error) error {
	rights, err := l.rights(ctx, p)
	if err != nil {
		return err
	}
	return l.exclusive(ctx, func(st StoreTx) error {
		b, err := l.ownBranch(p, rights, name)
		if err != nil {
			return err
		}
		if err := change(&b); err != nil {
			return err
		}
		return st.SaveBranch(b)
	})
}

// ownBranch finds an open branch that the person may rule over.
func (l *Lake) ownBranch(p Principal, rights *Rights, name string) (Branch, error) {
	b, err := l.writable(p, rights, name)
	if err != nil {
		return b, err
	}
	if b.ID == Main {
		return b, Fail(ErrInvalid, "branch_is_main", "This can't be done to main.")
	}
	if b.Owner != p.User && !rights.AllBranch {
		return b, Fail(ErrForbidden, "branch_not_yours", "The branch "+b.Name+" belongs to somebody else.", "branch", b.Name)
	}
	return b, nil
}

// childless refuses to close a branch on which open branches stand.
func (l *Lake) childless(b Branch) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, c := range l.branches {
		if c.ID != Main && c.Parent == b.ID && c.State == BranchOpen {
			return Fail(ErrConflict, "branch_has_children", "The branch "+c.Name+" was made from "+b.Name+" and is still open; merge or discard it first.",
				"branch", b.Name, "child", c.Name)
		}
	}
	return nil
}

// BranchInfo is a branch with what people want to know of it.
type BranchInfo struct {
	Branch
	ParentName string
	Ahead      int // records that differ from the parent; beyond aheadExact, that the branch holds itself
	Behind     int // revisions of the parent since the fork
}

// Branches lists what the person may see, main first, then the newest first.
func (l *Lake) Branches(ctx context.Context, p Principal, closed bool) ([]BranchInfo, error) {
	rights, err := l.rights(ctx, p)
	if err != nil {
		return nil, err
	}
	l.mu.RLock()
	var list []Branch
	for _, b := range l.branches {
		if b.seenBy(p, rights) && (closed || b.State == BranchOpen) {
			list = append(list, b)
		}
	}
	l.mu.RUnlock()
	sort.Slice(list, func(i, j int) bool {
		return list[i].ID == Main || list[j].ID != Main && list[i].ID > list[j].ID
	})
	out := make([]BranchInfo, len(list))
	for i, b := range list {
		if out[i], err = l.describe(ctx, b); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Describe tells about one branch.
func (l *Lake) Describe(ctx context.Context, p Principal, name string) (BranchInfo, error) {
	rights, err := l.rights(ctx, p)
	if err != nil {
		return BranchInfo{}, err
	}
	b, err := l.visible(p, rights, name)
	if err != nil {
		return BranchInfo{}, err
	}
	return l.describe(ctx, b)
}

const aheadExact = 2000 // beyond, comparing would take longer than people wait for a list

// differing counts the records that a compare would show.
func (l *Lake) differing(ctx context.Context, b Branch) (int, error) {
	w, err := l.mergeOf(ctx, l.store, b, l.current())
	if err != nil {
		return 0, err
	}
	rows, err := w.changes(ctx)
	return len(rows), err
}

const behindLimit = 1000 // nobody needs to know more exactly

func (l *Lake) describe(ctx context.Context, b Branch) (BranchInfo, error) {
	info := BranchInfo{Branch: b}
	if b.ID == Main {
		return info, nil
	}
	info.ParentName = l.branch(b.Parent).Name
	schema, err := l.schema(ctx, l.lineage(b.ID, l.current()))
	if err != nil {
		return info, err
	}
	for _, n := range schema.order {
		if e := schema.entities[n]; !e.Directory {
			if err := l.store.Overlay(ctx, keyOnly(e), b.ID, head, func(Record) error { info.Ahead++; return nil }); err != nil {
				return info, err
			}
		}
	}
	if info.Ahead > 0 && info.Ahead <= aheadExact {
		exact, err := l.differing(ctx, b)
		if ctx.Err() != nil {
			return info, err
		}
		if err == nil { // a source that can't be read now doesn't hide the branch
			info.Ahead = exact
		}
	}
	newer, err := l.store.Revisions(ctx, RevisionQuery{Branch: &b.Parent, After: b.Fork, Limit: behindLimit})
	info.Behind = len(newer)
	return info, err
}

// Revisions lists what was written on a branch, newest first.
func (l *Lake) Revisions(ctx context.Context, p Principal, branch string, before Revision, limit int) ([]RevisionInfo, error) {
	rights, err := l.rights(ctx, p)
	if err != nil {
		return nil, err
	}
	b, err := l.visible(p, rights, branch)
	if err != nil {
		return nil, err
	}
	q := RevisionQuery{Branch: &b.ID, Limit: limit}
	if before > 0 {
		q.Upto = before - 1
	}
	return l.store.Revisions(ctx, q)
}
