// Package lake holds the words and the contracts of the logical data lake.
//
// Workspace: one company's lake. Entity: a logical dataset with a typed schema
// and a key. Record: one row of an entity, a set of cells under a key. Branch: a
// line of revisions with a parent and a fork. Revision: one committed write;
// numbers are allotted under the workspace's commit lock, so the order in which
// revisions become visible is the order of their numbers. Version: what one
// revision made of one record on one branch; a delete is a version too.
//
// Truth is the lineage rule: what a reader at (branch, r) sees of a key is the
// newest version on the nearest branch of the lineage (branch, r), (parent, fork),
// (grandparent, fork of the parent) … Everything faster must equal this rule.
//
// Two seams carry everything. Read: Lake.At gives a Reader fixed to one revision
// on one branch, seen with one person's rights. Write: Lake.Write runs a function
// as one transaction and one new revision. Nothing else touches storage.
//
// The package knows three contracts that leaf packages fulfil: Store (the system
// of record), Engine (answers questions) and Policy (who may see and do what).
package lake
