// Package source brings in rows that the lake doesn't own: databases, files, object
// stores, vector databases. A source is registered under a name with an address;
// its tables are declared as entities, and read in place.
//
// Connector: one kind's code for one open source. Session: what one query reads,
// from one consistent state where the source can give one. Each kind has a folder of
// its own; cmd/headwater says which kinds there are.
package source

import (
	"context"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"headwater/lake"
)

// Connector is one open source. Its methods may be called from several goroutines.
type Connector interface {
	// Test goes through the steps of connecting, up to the first that fails.
	Test(ctx context.Context) []Step
	// Tables lists what can be declared: names and sizes, no columns.
	Tables(ctx context.Context) ([]lake.SourceTable, error)
	// Table describes one table as it is now.
	Table(ctx context.Context, name string) (*lake.SourceTable, error)
	// Session begins a query.
	Session(ctx context.Context) (Session, error)
	Close() error
}

// Session is what one query reads from one source.
type Session interface {
	Scan(ctx context.Context, s lake.Scan) (*lake.Scanned, error)
	Close() error
}

// Opener makes a connector. It checks the settings and doesn't connect yet.
type Opener func(ctx context.Context, s Settings) (Connector, error)

// Settings are what a connector is opened with.
type Settings struct {
	Name string
	URL  *url.URL // with its credentials
	Dir  string   // a directory for what the connector keeps of remote files; it is one of the Places
	// Dial connects to a host; it refuses private addresses unless an administrator
	// allowed them for this source. Every connector that uses the network uses it.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Step is one step of a connection test.
type Step struct {
	Name   string            `json:"name"` // address, dns, tcp, tls, signin, permission, read
	OK     bool              `json:"ok"`
	Took   time.Duration     `json:"took"`
	Detail string            `json:"detail,omitempty"` // what the source said, without credentials
	Params map[string]string `json:"params,omitempty"` // of a failure: facts for its sentence
	Code   string            `json:"code,omitempty"`   // of a failure: dns_unknown, tcp_refused, tcp_timeout, tls_untrusted, signin_refused, permission_missing, address_private …
}

// Writer is a connector that can write back.
type Writer interface {
	// Write applies the changes of all tables in one transaction, in their order, each
	// only if the row is still as its before-image says. Nothing is applied when one of
	// them finds its row changed. The results lie beside the changes.
	Write(ctx context.Context, tables []TableChanges) ([][]RowResult, error)
	// Statements is the SQL that Write would run, with its values as comments; one per change.
	Statements(ctx context.Context, table string, changes []RowChange) ([]string, error)
}

// TableChanges are changes of one table. A table may come several times.
type TableChanges struct {
	Table   string
	Changes []RowChange
}

// TableNames lists the tables of a write, for errors that are of all of them.
func TableNames(tables []TableChanges) string {
	var names []string
	for _, t := range tables {
		if !slices.Contains(names, t.Table) {
			names = append(names, t.Table)
		}
	}
	return strings.Join(names, ", ")
}

// NotDone says of every change that it wasn't applied; the codes stay.
func NotDone(results [][]RowResult) [][]RowResult {
	for _, list := range results {
		for i := range list {
			list[i].Done = false
		}
	}
	return results
}

// RowChange is one row to be written back. Values are in the text form of the engine's
// type of their column; nil is NULL.
type RowChange struct {
	Op     string // insert, update, delete
	Key    map[string]string
	Set    map[string]*string
	Before map[string]*string // of the changed columns (update) or all columns (delete)
	Types  map[string]string  // engine's type per column
}

// RowResult says what became of a change.
type RowResult struct {
	Done bool
	Code string // moved: the row isn't as its before-image says; gone; exists
}

// Placed is a connector whose files lie in directories of their own.
type Placed interface{ Places() []string }
