// Package web holds the page: a TypeScript application that is built into dist and
// embedded in the binary.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist unbuilt
var files embed.FS

// Page is the built page, with .gz and .br files beside those that compress. Before
// the first build it holds one file that says so.
func Page() fs.FS {
	dir := "dist"
	if _, err := fs.Stat(files, "dist/index.html"); err != nil {
		dir = "unbuilt"
	}
	page, err := fs.Sub(files, dir)
	if err != nil {
		panic(err) // both names are constants
	}
	return page
}
