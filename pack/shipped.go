package pack

import (
	"embed"
	"io/fs"
	"path"
)

//go:embed shipped
var shipped embed.FS

// Shipped are the packs in the binary.
func Shipped(opts Options) ([]*Pack, error) {
	folder, err := fs.Sub(shipped, "shipped")
	if err != nil {
		return nil, err
	}
	return LoadAll(folder, opts)
}

// LoadAll reads every folder that holds a pack.yaml, in the order of the names. The
// packs may depend on each other and on Options.Others. File names of problems begin
// with the folder.
func LoadAll(fsys fs.FS, opts Options) ([]*Pack, error) {
	var packs []*Pack
	var claims [][]claim
	var problems Problems
	files, err := fs.Glob(fsys, "*/pack.yaml")
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		folder := path.Dir(f)
		sub, err := fs.Sub(fsys, folder)
		if err != nil {
			return nil, err
		}
		p, c, wrong := read(sub, &opts)
		if len(wrong) == 0 && p.Meta.ID != folder {
			wrong = Problems{{File: "pack.yaml", Key: "pack.id", Found: as(quoted(p.Meta.ID)), Expected: say("folder_name", folder)}}
		}
		problems = append(problems, within(folder, wrong)...)
		packs, claims = append(packs, p), append(claims, c)
	}
	if len(problems) == 0 {
		others := append(append([]*Pack{}, opts.Others...), packs...)
		for i, p := range packs {
			problems = append(problems, within(p.Meta.ID, resolve(p, claims[i], others))...)
		}
	}
	if len(problems) > 0 {
		return nil, problems.sorted()
	}
	return packs, nil
}

func within(folder string, problems Problems) Problems {
	for i := range problems {
		problems[i].File = folder + "/" + problems[i].File
	}
	return problems
}
