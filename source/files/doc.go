// Package files reads tables out of files in a directory: Parquet, delimited text,
// JSON and workbooks. Other places that hold files (object stores) use it through Tree.
//
// # Vocabulary
//
// A file is one path of a tree with its size and the time it was changed. A table is
// one file, one sheet of a workbook ("book.xlsx#Sheet1"), or a set of files of one
// format and one shape: a folder ("orders/"), or a pattern ("2024-*.csv"). A shape is
// the columns with their types. Folders like year=2024 are partitions: they give a set
// more columns.
//
// # What the engine gets
//
// Parquet files, always. Parquet is described by its footer alone and read in place.
// Everything else is brought into Parquet once per version of a file (path, size, time
// of change), in the source's own directory, and described by what came out: the types
// hold every value of the file, not only those of a sample. The database's own readers
// of text aren't used, because they change values without saying so, even with types
// given: 1.5 becomes 2 in a column of whole numbers, a time loses its zone or its
// nanoseconds, "true" becomes 1.
//
// # What a read promises
//
// A value that doesn't fit the type that an entity was declared with is an error that
// names file, line and column. So are rows of another width, bytes that are no text of
// the encoding, and files that are cut or change while they are read. Empty values and
// JSON's null are NULL, nothing else is. A line that repeats the header isn't a row.
// Columns of Parquet with decimals of more than 38 digits are left out: the engine has
// no numbers for them.
package files
