// Package intake turns files into records.
//
// # Vocabulary
//
// A File is a table on the disk together with how tabular reads it. A Plan says what
// becomes of its columns: the field each one fills, how its texts are read, which
// values are replaced, how references are linked, and what happens to a row that
// matches a record. Suggest makes a plan from names and contents; a person (or the
// command line) may change it. Preview runs a plan without writing. An Import is one
// run of a plan, kept by Imports.
//
// # What holds
//
//   - read = inserted + updated + unchanged + rejected, always. Records that are made
//     on the fly because a reference named them count in Created, not in inserted.
//   - A row is rejected as a whole, with its line, column and reason, and can be
//     downloaded. A cell that can't be read rejects its row; nothing is dropped
//     silently. Words that stand for "nothing" (Select, N/A, 无) are listed in the plan.
//   - An empty cell leaves what a matched record holds, unless the plan says "clear".
//   - Rows that name a record of the same file (a parent company further down) are
//     linked in a second pass of the same import.
//   - Everything an import wrote carries its id, so it is undone as a whole. People
//     added to the directory, and fields added for new columns, stay.
//
// # The way of an import
//
//	           ┌── cancel ──► cancelled ──┐
//	running ───┼── crash ───► interrupted ├── resume ──► running
//	    │      └── error ───► failed ─────┘
//	    ▼                        │
//	  done ──────── undo ◄───────┘──► undone
//
// Rows are committed in batches. Just before a batch commits, what the import will
// have come to is noted in a file; after the commit it is saved in the registry. After
// a crash the revisions in the store tell whether the noted batch was committed, so it
// is neither lost nor applied twice. Should the note be lost too (power failure), the
// batch is replayed: keys of inserted rows derive from the import and the row's
// number, so a row that is there already is recognised.
//
// Where several nodes share a workspace, an import belongs to the node that has its file:
// see lease.go. Any node shows it, stops it and takes it back.
package intake
