// Package pdf writes PDF files with text in one font, of which the characters in use are
// embedded.
//
// A program of this size can't bring a Chinese font along (8 to 20 MB), so one of the
// system is used: Find looks where Linux, macOS and Windows keep theirs. Fonts may be
// TrueType or CFF, single or in a collection: the outlines of the characters in use are
// read, and written as a new, small CFF font. Text can be searched and copied.
//
// Lengths are points (1/72 inch), measured from the top left corner of an A4 page.
package pdf
