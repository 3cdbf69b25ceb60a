package main

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"headwater/catalog"
	"headwater/demo"
	"headwater/lake"
	"headwater/source"
	"headwater/source/chroma"
	"headwater/source/files"
	"headwater/source/iceberg"
	"headwater/source/mysql"
	"headwater/source/objects"
	"headwater/source/postgres"
	"headwater/source/sqlite"
)

// sourceKinds says which sources there are, by the scheme of their addresses. dir is the
// data directory: what lies in it is the workspace's own.
func sourceKinds(dir string) map[string]source.Opener {
	return map[string]source.Opener{
		"postgres":     postgres.Open,
		"postgresql":   postgres.Open,
		"mysql":        mysql.Open,
		"mariadb":      mysql.Open,
		"sqlite":       outside(dir, sqlite.Open),
		"file":         outside(dir, files.Open),
		"s3":           objects.Open,
		"gs":           objects.Open,
		"azblob":       objects.Open,
		"fileblob":     outside(dir, objects.Open), // a folder as an object store
		"iceberg+sql":  outside(dir, iceberg.Open),
		"iceberg+rest": outside(dir, iceberg.Open), // its data may lie in local files
		"chroma":       chroma.Open,
	}
}

// outside keeps sources away from the data directory, its folder of dropped files and
// the demo's aside: that one holds invented rows and nothing else, whoever reads it.
func outside(dir string, open source.Opener) source.Opener {
	return func(ctx context.Context, s source.Settings) (source.Connector, error) {
		own, err := filepath.Abs(dir)
		if err != nil {
			return nil, err
		}
		at := realPath(own)
		if !slices.ContainsFunc(paths(s.URL), func(p string) bool { return inside(at, realPath(p)) }) {
			return open(ctx, s)
		}
		return nil, lake.Fail(lake.ErrForbidden, "address_own", "The data directory is the workspace's own; it can't be a source.")
	}
}

// inside tells whether a path reaches into the workspace's own files: it lies among them
// or holds them.
func inside(own, path string) bool {
	for _, aside := range []string{catalog.Files, demo.Folder} {
		if within(filepath.Join(own, aside), path) {
			return false
		}
	}
	return within(own, path) || within(path, own)
}

// paths are the local paths that an address names.
func paths(u *url.URL) []string {
	var out []string
	if u.Host == "" {
		out = append(out, u.Path)
	}
	for _, name := range []string{"warehouse", "local"} {
		if p := strings.TrimPrefix(u.Query().Get(name), "file://"); strings.HasPrefix(p, "/") {
			out = append(out, p)
		}
	}
	return out
}

// realPath is a path without links, as far as it is there.
func realPath(path string) string {
	p := filepath.Clean(filepath.FromSlash(path))
	if real, err := filepath.EvalSymlinks(p); err == nil {
		return real
	}
	return p
}

// within tells whether a path lies in a directory or is it.
func within(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}

// copies names the shared directory of kept and pinned rows, if there is one.
func (o *options) copies() string {
	if o.copiesAt != "" {
		return o.copiesAt
	}
	return os.Getenv("HEADWATER_COPIES")
}
