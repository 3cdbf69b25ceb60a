package pack

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// What a pack may be at most.
const (
	MaxFile  = 2 << 20  // bytes of one file
	MaxPack  = 32 << 20 // bytes of all files
	MaxFiles = 200
)

// Options say what a pack is tested against.
type Options struct {
	// Condition tests filter text on an entity; nil: brackets and quotes only.
	Condition func(entity, text string) error
	// Others are packs that this one may depend on.
	Others []*Pack
}

// Load reads the pack in the root of a file system: every .yaml file, in the order of
// the names. When something is wrong it returns Problems, all of them, and no pack.
func Load(fsys fs.FS, opts Options) (*Pack, error) {
	p, claims, problems := read(fsys, &opts)
	if p != nil {
		problems = append(problems, resolve(p, claims, opts.Others)...)
	}
	if len(problems) > 0 {
		return nil, problems.sorted()
	}
	return p, nil
}

// LoadZip reads a pack from a zip archive, whether its files lie in the root or in one
// folder.
func LoadZip(data []byte, opts Options) (*Pack, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, Problems{{File: "archive", Found: say("no_archive"), Expected: say("zip")}}
	}
	var fsys fs.FS = z
	if tops, err := fs.Glob(z, "*/pack.yaml"); err == nil && len(tops) == 1 {
		if fsys, err = fs.Sub(z, path.Dir(tops[0])); err != nil {
			return nil, err
		}
	}
	return Load(fsys, opts)
}

// read decodes all files; references stay claims.
func read(fsys fs.FS, opts *Options) (*Pack, []claim, Problems) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err == nil && !slices.Contains(names, "pack.yaml") {
		err = said(say("no_pack_file"))
	}
	if err == nil && len(names) > MaxFiles {
		err = said(say("files_many", len(names)))
	}
	if err != nil {
		return nil, nil, Problems{{File: "pack.yaml", Found: *because(err), Expected: say("folder", MaxFiles)}}
	}
	p := &Pack{}
	var claims []claim
	var problems Problems
	seen := map[string]bool{} // section/id
	total := 0
	for _, name := range names {
		data, err := readFile(fsys, name)
		if total += len(data); err == nil && total > MaxPack {
			err = said(say("pack_large", MaxPack))
		}
		if err != nil {
			problems = append(problems, Problem{File: name, Found: *because(err), Expected: say("file_of", MaxFile)})
			continue
		}
		d := &decoder{file: name, opts: opts}
		d.document(data, p, seen)
		claims, problems = append(claims, d.claims...), append(problems, d.problems...)
	}
	return p, claims, problems
}

func readFile(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err == nil && len(data) > MaxFile {
		err = said(say("file_large"))
	}
	return data, err
}

// document decodes a file and adds its sections to the pack.
func (d *decoder) document(data []byte, p *Pack, seen map[string]bool) {
	var doc, second yaml.Node
	stream := yaml.NewDecoder(bytes.NewReader(data))
	if err := stream.Decode(&doc); err == io.EOF {
		d.problems = append(d.problems, Problem{File: d.file, Line: 1, Column: 1, Found: say("file_empty"), Expected: say("mapping_sections")})
		return
	} else if err != nil {
		line := 0
		fmt.Sscanf(strings.TrimPrefix(err.Error(), "yaml: "), "line %d:", &line)
		d.problems = append(d.problems, Problem{File: d.file, Line: line, Column: min(line, 1), Found: say("not_yaml"), Why: because(err), Expected: say("mapping_sections")})
		return
	}
	if stream.Decode(&second) == nil {
		d.problem(&second, "", say("document_again"), say("one_document"))
	}
	root := doc.Content[0]
	part := reflect.New(reflect.TypeFor[Pack]()).Elem()
	meta := at(root, "pack")
	switch isMeta := root.Kind == yaml.MappingNode && meta != root; {
	case d.file == "pack.yaml" || isMeta:
		if d.file != "pack.yaml" {
			d.problem(meta, "pack", say("pack_meta_here"), say("meta_in_pack_file"))
		}
		d.value(root, part, "", "")
	default: // the key pack isn't missing: it stands in pack.yaml
		d.section(root, part)
	}
	d.add(root, part, reflect.ValueOf(p).Elem(), seen)
}

// section decodes a file without the key pack.
func (d *decoder) section(root *yaml.Node, part reflect.Value) {
	before := len(d.problems)
	d.value(root, part, "", "")
	d.problems = slices.DeleteFunc(d.problems, func(p Problem) bool { return p.Key == "pack" && p.Found.Code == "nothing" })
	if len(d.problems) == before && root.Kind == yaml.MappingNode && len(root.Content) == 0 {
		d.problem(root, "", say("no_section"), say("a_section", strings.Join(Sections(), ", ")))
	}
}

// add appends the sections of one file and finds ids that another file has already.
func (d *decoder) add(root *yaml.Node, part, whole reflect.Value, seen map[string]bool) {
	for i := range part.NumField() {
		name, _ := yamlName(part.Type().Field(i))
		if part.Field(i).Kind() != reflect.Slice {
			if d.file == "pack.yaml" {
				whole.Field(i).Set(part.Field(i))
			}
			continue
		}
		inThis := map[string]bool{}
		for j := range part.Field(i).Len() {
			id := part.Field(i).Index(j).FieldByName("ID").String()
			if key := name + "/" + id; seen[key] && !inThis[id] {
				d.problem(at(root, fmt.Sprintf("%s[%d]", name, j)), name+"["+id+"]", say("id_elsewhere", quoted(id)), say("id_once"))
			}
			inThis[id] = true
		}
		for id := range inThis {
			seen[name+"/"+id] = true
		}
		whole.Field(i).Set(reflect.AppendSlice(whole.Field(i), part.Field(i)))
	}
}

// Sections are the keys that files of a pack may hold, besides pack.
func Sections() []string { return keysOf(reflect.TypeFor[Pack]())[1:] }
