// Package document makes deliverables: a pack.Template, filled with what the records
// hold, becomes a Document, and that is written as DOCX, PDF or HTML.
//
// Nothing is invented. An input without a value is listed in Document.Missing, with how
// to get it, and its place in the text says so; only optional inputs are left out in
// silence. Numbers are listed once more with their sources at the end.
//
// The text of a template is text/template over its inputs. What it gives is read line by
// line, as a small part of Markdown:
//
//	# Heading          ## and ### likewise, below the section's own heading
//	- point            1. point
//	| a | b |          rows of a table; the first is its head when |---|---| follows
//	anything else      a paragraph; an empty line ends what was before
//
// A row of {{range}} that ends with its line is a point of a list; one of several lines is
// an entry, whose first line is its title. What comes from the records is never read as
// markup, whatever it holds.
//
// A Document is plain data: its JSON can be kept, and every format made from it again.
package document
