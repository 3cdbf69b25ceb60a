package files

import (
	"context"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"headwater/lake"
)

// set is the files that make up one table.
type set struct {
	name   string
	files  []File
	format format
	sheet  string   // of a workbook
	parts  []string // names of the partition folders, outermost first
}

// resolve finds the files of a table by its name.
func (c *Connector) resolve(ctx context.Context, name string) (*set, error) {
	bare, sheet, _ := strings.Cut(name, "#")
	clean, err := CleanName(bare)
	if err != nil {
		return nil, err
	}
	s := &set{name: name, sheet: sheet}
	switch {
	case strings.ContainsAny(clean, "*?["):
		s.files, err = c.matching(ctx, clean)
	case clean == "" || strings.HasSuffix(clean, "/"):
		if s.files, err = c.tree.List(ctx, clean); err == nil {
			s.files = ofFolder(s.files, clean)
		}
	default:
		s.files, err = c.tree.List(ctx, clean)
		s.files = slices.DeleteFunc(s.files, func(f File) bool { return f.Path != clean })
	}
	if err != nil {
		return nil, err
	}
	if len(s.files) == 0 {
		return nil, unknownTable(name)
	}
	return s, s.settle(clean)
}

// matching lists the files that a pattern matches: * and ? within a part of the path,
// ** for any number of folders.
func (c *Connector) matching(ctx context.Context, pattern string) ([]File, error) {
	if _, err := path.Match(strings.ReplaceAll(pattern, "**", "*"), ""); err != nil {
		return nil, lake.Fail(lake.ErrInvalid, "pattern_invalid", "This isn't a pattern for file names.", "table", pattern)
	}
	fixed := pattern[:strings.IndexAny(pattern, "*?[")]
	list, err := c.tree.List(ctx, fixed[:strings.LastIndexByte(fixed, '/')+1])
	parts := strings.Split(pattern, "/")
	return slices.DeleteFunc(list, func(f File) bool {
		format, _ := formatOf(f.Path)
		return format == "" || !matches(parts, strings.Split(f.Path, "/"))
	}), err
}

func matches(pattern, name []string) bool {
	switch {
	case len(pattern) == 0:
		return len(name) == 0
	case pattern[0] == "**":
		return matches(pattern[1:], name) || len(name) > 0 && matches(pattern, name[1:])
	case len(name) == 0:
		return false
	}
	ok, _ := path.Match(pattern[0], name[0])
	return ok && matches(pattern[1:], name[1:])
}

// ofFolder keeps the files that belong to the folder itself: directly in it, or below
// partition folders.
func ofFolder(list []File, folder string) []File {
	return slices.DeleteFunc(slices.Clone(list), func(f File) bool {
		format, _ := formatOf(f.Path)
		rest, below := strings.CutPrefix(f.Path, folder)
		return format == "" || !below || len(partitions(path.Dir(rest))) != strings.Count(rest, "/")
	})
}

var partition = regexp.MustCompile(`^([^=/]+)=([^/]*)$`)

// partitions gives the parts of a folder's path that are partitions; nil when one isn't.
func partitions(dir string) (out []string) {
	if dir == "." || dir == "" {
		return nil
	}
	for part := range strings.SplitSeq(dir, "/") {
		if !partition.MatchString(part) {
			return nil
		}
		out = append(out, part)
	}
	return out
}

// settle finds format and partitions, which all files must share.
func (s *set) settle(name string) error {
	for i, f := range s.files {
		format, _ := formatOf(f.Path)
		if format == "" {
			return lake.Fail(lake.ErrInvalid, "format_unknown", "The file "+f.Path+" is none of Parquet, CSV, TSV, JSON and XLSX.", "file", f.Path)
		}
		names := s.partitionsOf(f, name)
		if i == 0 {
			s.format, s.parts = format, names
		}
		if format != s.format || !slices.Equal(names, s.parts) {
			return differs(s.name, f.Path, s.files[0].Path, "format or folders")
		}
	}
	if s.sheet != "" && s.format != xlsxFormat {
		return unknownTable(s.name)
	}
	return nil
}

// partitionsOf names the partition folders of a file. A single file has none: they
// belong to a folder or a pattern.
func (s *set) partitionsOf(f File, name string) (out []string) {
	if f.Path == name {
		return nil
	}
	for _, p := range hive(f.Path) {
		n, _, _ := strings.Cut(p, "=")
		out = append(out, unescape(n))
	}
	return out
}

// hive gives the last run of partition folders of a path.
func hive(name string) []string {
	parts := strings.Split(path.Dir(name), "/")
	i := len(parts)
	for i > 0 && partition.MatchString(parts[i-1]) {
		i--
	}
	return parts[i:]
}

// clear refuses partitions below a folder that would take the place of a column: the
// engine reads every part of a path like x=1 as one.
func (s *set) clear(set *lake.FileSet, own []lake.ScanColumn) error {
	if !set.Hive || len(set.Paths) == 0 {
		return nil
	}
	for part := range strings.SplitSeq(path.Dir(set.Paths[0]), "/") {
		name, _, ok := strings.Cut(part, "=")
		if ok && slices.ContainsFunc(own, func(c lake.ScanColumn) bool { return strings.EqualFold(c.Name, unescape(name)) }) {
			return lake.Fail(lake.ErrInvalid, "folder_ambiguous", "The folder "+part+" is named like a column of "+s.name+".", "table", s.name, "column", name)
		}
	}
	return nil
}

func unescape(s string) string {
	if out, err := url.PathUnescape(s); err == nil {
		return out
	}
	return s
}

// candidates groups a tree's files into tables as they are listed. Folders of several
// files of one format may be one table: their shapes decide.
func candidates(list []File) (single []File, folders map[string][]File) {
	folders = map[string][]File{}
	for _, f := range list {
		format, _ := formatOf(f.Path)
		if format == "" {
			continue
		}
		dir := path.Dir(f.Path)
		own := strings.Join(hive(f.Path), "/")
		switch folder := strings.TrimSuffix(strings.TrimSuffix(dir, own), "/"); {
		case own != "":
			folders[folder+"/"] = append(folders[folder+"/"], f)
		case dir == "." || format == xlsxFormat:
			single = append(single, f)
		default:
			folders[dir+"/"] = append(folders[dir+"/"], f)
		}
	}
	return single, folders
}

func unknownTable(name string) error {
	return lake.Fail(lake.ErrNotFound, "table_unknown", "The source has no table "+name+".", "table", name)
}

func differs(table, file, first, what string) error {
	return lake.Fail(lake.ErrInvalid, "shape_differs", "The files of "+table+" aren't one table: "+file+" differs from "+first+" in "+what+".",
		"table", table, "file", file, "first", first, "what", what)
}
