package lake

import (
	"context"
	"encoding/json"
	"time"
)

// Store is the system of record. Its reads answer three things only: records by
// key (or by the value of an indexed field), an entity at a revision, and changes
// since a revision. All other questions go to an Engine.
//
// A read with a lineage is repeatable: later commits never change its answer. All
// methods may be called from several goroutines.
type Store interface {
	StoreReader
	// Commit runs fn under the commit lock. What fn did becomes durable and visible
	// as a whole, or not at all; Commit returns after that. Several calls may share
	// one durable write (group commit). With exclusive, the call shares with nobody.
	Commit(ctx context.Context, exclusive bool, fn func(StoreTx) error) error
	// Registry keeps what belongs to the workspace and not to a branch.
	Registry() Registry
	// Head is the newest committed revision.
	Head() Revision
	// Identity changes when the contents were replaced (restore); caches compare it.
	Identity() string
	// Backup writes a consistent copy of everything to a new file.
	Backup(ctx context.Context, path string) error
	// Check verifies the store's own invariants and says what is wrong.
	Check(ctx context.Context) ([]string, error)
	Close() error
}

// StoreReader reads what is committed; within a StoreTx also what the transaction wrote.
type StoreReader interface {
	// Get returns the records that exist among keys, in no promised order.
	Get(ctx context.Context, e *Entity, l Lineage, keys []Key) ([]Record, error)
	// Lookup returns the records whose field holds one of the values; fields that are
	// unique or references have an index, others cost a scan.
	Lookup(ctx context.Context, e *Entity, l Lineage, f FieldName, values ...Cell) ([]Record, error)
	// Scan calls fn for every record, in no promised order.
	Scan(ctx context.Context, e *Entity, l Lineage, fn func(Record) error) error
	// Overlay calls fn for the newest version that the branch itself holds of each
	// key, deletes included, as of upto.
	Overlay(ctx context.Context, e *Entity, b BranchID, upto Revision, fn func(Record) error) error
	// Changes calls fn for every version written in (after, upto], on all branches,
	// in ascending order of Version.
	Changes(ctx context.Context, e *Entity, after, upto Revision, fn func(Change) error) error
	// History returns all versions of a key along the lineage, oldest first, deletes included.
	History(ctx context.Context, e *Entity, l Lineage, key Key) ([]Record, error)
	// Written returns the keys that revision r wrote, by entity.
	Written(ctx context.Context, r Revision) (map[EntityName][]Key, error)

	Branches(ctx context.Context) ([]Branch, error)
	Forks(ctx context.Context) ([]Fork, error) // ascending by From
	Revision(ctx context.Context, r Revision) (RevisionInfo, error)
	Revisions(ctx context.Context, q RevisionQuery) ([]RevisionInfo, error) // newest first
}

// RevisionQuery selects revisions; zero fields select all.
type RevisionQuery struct {
	Branch      *BranchID
	Import      string
	After, Upto Revision // After < rev <= Upto; Upto 0: the head
	Limit       int
}

// Change is one version as an engine needs it.
type Change struct {
	Record
	Prev VersionID // the version that the branch saw before; 0: none
	// PrevBranch is the branch that holds Prev; a version of another branch stays
	// current there.
	PrevBranch BranchID
	At         time.Time // when the revision was written
}

// StoreTx is one commit in the making.
type StoreTx interface {
	StoreReader
	// Begin allots the next revision and records who writes it and why. A second call
	// begins a second revision; both become visible together.
	Begin(info RevisionInfo) (Revision, error)
	// Ensure makes room for the entity's fields as they are in e.
	Ensure(e *Entity) error
	// Put writes a new version of a key on a branch at revision r.
	Put(e *Entity, b BranchID, r Revision, w RowWrite) error
	// Erase empties all cells of all versions of a key, on all branches, at all revisions.
	Erase(e *Entity, key Key) error
	// SaveBranch inserts or updates a branch.
	SaveBranch(b Branch) error
	// SaveFork records a fork.
	SaveFork(f Fork) error
}

// RowWrite is one new version. Set holds the changed cells only ("" empties one);
// everything else is kept from Prev, fields that this schema doesn't know included.
type RowWrite struct {
	Key    Key
	Prev   *Record // what the branch sees now, nil: nothing
	Set    Cells
	Delete bool
}

// Registry keeps JSON documents by kind and id: people, teams, tokens, views, jobs,
// audit. They are workspace-wide: no branch, no revision.
type Registry interface {
	// Load fills doc; ErrNotFound when there is none.
	Load(ctx context.Context, kind, id string, doc any) error
	// Save inserts or replaces, durably.
	Save(ctx context.Context, kind, id string, doc any) error
	// Create inserts; ErrConflict when the id is taken.
	Create(ctx context.Context, kind, id string, doc any) error
	Remove(ctx context.Context, kind, id string) error
	// Each calls fn with the raw JSON of every document of a kind, by ascending id.
	Each(ctx context.Context, kind string, fn func(id string, doc []byte) error) error
}

// SharedRegistry is a registry that other nodes write, too.
type SharedRegistry interface {
	Registry
	// Follow has heard called soon after another node wrote or removed a document, and
	// with an empty id, or an empty kind too, when that may have been any of them (a
	// connection was lost meanwhile). It is called by one goroutine; when it fails, it is
	// called again, for everything. It may be set several times, each for another listener.
	Follow(heard func(ctx context.Context, kind, id string) error)
	// Amend replaces a document by what fn makes of it; fn may be called again when
	// somebody else has written it meanwhile. ErrNotFound when there is none (any more).
	Amend(ctx context.Context, kind, id string, fn func(doc []byte) (any, error)) error
	// Alone runs fn while no other node runs one under the same name.
	Alone(ctx context.Context, name string, fn func() error) error
}

// Amend changes a document where it is as it stands now, even when another node changes
// it at the same moment; see SharedRegistry. Callers of one node take turns.
func Amend(ctx context.Context, r Registry, kind, id string, fn func(doc []byte) (any, error)) error {
	if s, ok := r.(SharedRegistry); ok {
		return s.Amend(ctx, kind, id, fn)
	}
	var doc json.RawMessage
	if err := r.Load(ctx, kind, id, &doc); err != nil {
		return err
	}
	next, err := fn(doc)
	if err != nil {
		return err
	}
	return r.Save(ctx, kind, id, next)
}

// Alone runs fn while no other node runs one under the same name; see SharedRegistry.
// Callers of one node take turns.
func Alone(ctx context.Context, r Registry, name string, fn func() error) error {
	if s, ok := r.(SharedRegistry); ok {
		return s.Alone(ctx, name, fn)
	}
	return fn()
}
