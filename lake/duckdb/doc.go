// Package duckdb answers questions over the lake with an embedded DuckDB.
//
// Mirror: a copy of all versions of all branches, one table per entity, kept up from
// the store's changes. It is a cache: delete the file and it is built again. Head: the
// newest state of one branch. Bit: a head's place in the column _hidden; a version is
// seen by the head exactly when the bit isn't set, so reading a head needs no join.
// Bit 0 is main's; a free bit always equals main's, so a branch of main's head begins
// by taking a free one. Tail: the lineage of a head behind its own branch. Lineage
// read: the slower way, over _branch, _from and _to, for past revisions and for
// branches without a bit. State: what the writer knows of the mirror after a commit;
// readers look up the state that belongs to the snapshot they see.
//
// Entities with a home elsewhere: Base: what lies under an entity's overlay (a source's
// table, a clone's original, a derived entity's SELECT, a kept copy). Relation: a SELECT
// of what a reader sees of an entity, base and overlay. Scan: one reading of a source's
// table within a question, a name in the question's SQL until load puts rows or files in
// its place. Planner: an empty database whose optimizer says what each scan need not
// read. Held rows: batches of a source that a table function shows to the database as
// they came. Scratch: where rows lie that are too many to be held.
//
// One writer applies changes; any number of readers ask. Every answer comes from one
// DuckDB transaction. The mirror decides which records match and in which order; the
// cells of the few rows that a page shows come from the store, which reads by key
// many times faster.
package duckdb
