package files

import (
	"context"
	"io"
	"path"
	"strings"
	"time"

	"headwater/lake"
	"headwater/source"
)

// Tree is a place with files. Paths are relative, with slashes, and never leave it.
// Its methods may be called from several goroutines.
type Tree interface {
	// List gives the files whose paths begin with prefix, in the order of their paths.
	List(ctx context.Context, prefix string) ([]File, error)
	// Open reads a file at any place; an error when it isn't the version that File says.
	Open(ctx context.Context, f File) (Reader, error)
	// Local gives the absolute path of a complete copy of the file, or of the file
	// itself, whose folders end in the partition folders of the file's path.
	Local(ctx context.Context, f File) (string, error)
	// Places lists the directories that local paths lie in.
	Places() []string
	// Check goes through the steps of a connection test that come before reading.
	Check(ctx context.Context, w *source.Walk)
	Close() error
}

// File is one version of a file.
type File struct {
	Path     string
	Size     int64
	Modified time.Time
	Tag      string // what else tells versions apart, "" if nothing does
}

// Reader reads a file.
type Reader interface {
	io.ReaderAt
	io.Closer
}

// format is how a file holds its rows.
type format string

const (
	parquetFormat format = "parquet"
	csvFormat     format = "csv"
	jsonFormat    format = "json"
	xlsxFormat    format = "xlsx"
)

var formats = map[string]format{
	".parquet": parquetFormat, ".csv": csvFormat, ".tsv": csvFormat, ".tab": csvFormat, ".txt": csvFormat,
	".json": jsonFormat, ".jsonl": jsonFormat, ".ndjson": jsonFormat, ".xlsx": xlsxFormat, ".xlsm": xlsxFormat,
}

// formatOf tells a file's format by its name; "" if it isn't a table.
func formatOf(name string) (f format, zipped bool) {
	name = strings.ToLower(name)
	if rest, ok := strings.CutSuffix(name, ".gz"); ok {
		f = formats[path.Ext(rest)]
		if f != csvFormat && f != jsonFormat {
			return "", false
		}
		return f, true
	}
	return formats[path.Ext(name)], false
}

// Known tells whether a file of this name can hold a table.
func Known(name string) bool {
	f, _ := formatOf(name)
	return f != ""
}

// Hidden tells files that belong to programs, such as _SUCCESS and .crc, by any part of
// their path; partition folders may begin as they like.
func Hidden(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if (strings.HasPrefix(part, ".") || strings.HasPrefix(part, "_") || strings.HasPrefix(part, "~$")) && !strings.Contains(part, "=") {
			return true
		}
	}
	return false
}

// MaxFiles is how many files a source may hold.
const MaxFiles = 100_000

// TooMany says that a place holds more files than are looked at.
func TooMany() error {
	return lake.Fail(lake.ErrLimit, "files_too_many", "There are more than 100000 files here; point the source to a folder further in.", "limit", MaxFiles)
}

// CleanName brings the name of a table into the form that trees use, and refuses one
// that leads out of the tree.
func CleanName(name string) (string, error) {
	name = strings.TrimPrefix(name, "./")
	clean := path.Clean("/" + name)[1:]
	if strings.HasSuffix(name, "/") && clean != "" {
		clean += "/"
	}
	if clean != name || strings.ContainsAny(name, "\x00\\") {
		return "", lake.Fail(lake.ErrInvalid, "path_outside", "The name of a table is a path below the source, without .. in it.", "table", name)
	}
	return clean, nil
}
