// Package httpapi is Headwater's face over HTTP: the API under /api, described by an
// OpenAPI document that is made from the Go types here, and the page.
//
// Every operation is registered with route, which takes the Need that a caller must
// satisfy. One middleware (auth.go) finds out who calls and checks the Need; the
// finer rights (rows, cells, branches) are the lake's. One file (problem.go)
// translates error families to status codes. One type per family of verbs holds the
// handlers; they speak to the lake and to access only.
package httpapi
