// Package profile tells which customers fit: segments and versions of the ideal
// customer profile as conditions with points, whether they would have chosen well in the
// past, which segments are worth the work, and who resembles the best customers.
//
// Words. A Definition is what segments and profile versions share: conditions with
// points and reasons, and a threshold. A Scorer is a Definition compiled for one Unit
// (accounts, deals or leads) against a schema: each condition becomes a lake.Mark, so
// that a million accounts are scored by one query. The set of conditions that hold
// decides everything else: points, who is chosen, the figures of a back-test.
//
// A back-test goes to a date, asks whom a version would have chosen of what was known
// then, and counts what became of them. Features come from the lake's own revision of
// that date where it reaches back (History), else from today's values of records that
// are dated before it (Records); a Backtest says which, since the second can leak. What
// a field knows of the outcome by itself is tested and told as a Leak.
//
// Rates come with Wilson's 95% interval, differences with a bootstrap interval over the
// tested records (2,000 draws, the same ones each time).
package profile
