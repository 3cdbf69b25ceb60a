// Package tabular turns character-delimited text files and XLSX workbooks into
// rows: streaming, with the line each row came from, and losing nothing without
// saying so.
//
// # Vocabulary
//
// A dialect is how a text file writes its table: encoding, delimiter, quote,
// escape, lines before the table (the preamble) and whether a header row
// follows. Sniff finds the dialect on a sample; the caller may override any part
// of it. Open then reads the whole file by what was found.
//
// A record is one row as the file writes it; a quoted field may hold line ends,
// so a record can span several lines. A row is a record brought to the width of
// the table. What did not fit is a problem of the row, with a stable code, the
// line and the column; the row is delivered all the same and the caller decides.
//
// # What a row promises
//
//   - Row.Fields has exactly len(Sniffed.Columns) values. Missing ones are
//     padded and reported (CodeTooFew; not in workbooks, which leave out empty
//     cells), spare ones are in Row.Extra and reported (CodeTooMany).
//   - Rows without any content (empty lines, lines of delimiters only) are
//     skipped and counted in Counts.Blank.
//   - A quote that is never closed doesn't swallow the file: the line it stands
//     on is read again with that quote as text, and reported (CodeUnclosedQuote).
//   - Memory doesn't grow with the file: a text file needs some 20 times
//     Limits.MaxCell at worst. A workbook's shared strings are held in memory,
//     within Limits.MaxUnzip.
package tabular
