// Package demo makes the demo workspace: a Chinese vendor of a logical data lake, its
// customers and two years of its selling. Everything is invented: companies and people
// by combination, addresses under .example, and notes from sentences of our own. The
// same seed and day give the same bytes.
//
// A Step is one write: records appear when they did in the story, and deals come back
// with changed cells, so that stages have a history. Load writes the steps into a lake.
//
// Beside the records lie books that other systems keep: contracts and invoices in a
// SQLite file, usage by month in Parquet files, a partner's tickets as a GB18030 export.
// Fill registers them as sources and declares entities over them, before the records are
// there, so that the engine's mirror isn't filled while somebody waits for the start.
//
// WriteDirtyFiles is the other half: related files with the dirt that exports of real
// systems have, and the count of each kind, for tests of imports.
package demo
