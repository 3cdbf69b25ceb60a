// Package demo makes the demo workspace: a Chinese vendor of a logical data lake, its
// customers and two years of its selling. Everything is invented: companies and people
// by combination, addresses under .example, and notes from sentences of our own. The
// same seed and day give the same bytes.
//
// A Step is one write: records appear when they did in the story, and deals come back
// with changed cells, so that stages have a history. Load writes the steps into a lake.
//
// WriteDirtyFiles is the other half: related files with the dirt that exports of real
// systems have, and the count of each kind, for tests of imports.
package demo
