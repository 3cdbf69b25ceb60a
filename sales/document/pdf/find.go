package pdf

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"headwater/lake"
)

// known are the beginnings of file names of fonts with Chinese, the best to read first;
// then those without, for text that has none.
var known = []string{
	"notosanscjk-regular", "notosanscjksc-regular", "notosanssc-regular", "notosanssc[", "notosanssc-variable", "sourcehansanssc-regular", "sourcehansanscn-regular", "sourcehansans-regular",
	"pingfang", "hiragino sans gb", "stheiti light", "msyh.", "deng.", "simhei",
	"wqy-microhei", "wqy-zenhei", "droidsansfallback", "notoserifcjk-regular", "sourcehanserif", "songti", "simsun", "uming", "arial unicode", "unifont",
	"notosans-regular", "dejavusans.", "liberationsans-regular", "carlito-regular", "segoeui.", "arial.", "helvetica",
}

// Places are the folders in which fonts are looked for: those of HEADWATER_FONTS (a list
// like PATH), then those of Linux, macOS and Windows.
func Places() []string {
	out := filepath.SplitList(os.Getenv("HEADWATER_FONTS"))
	if home, err := os.UserHomeDir(); err == nil {
		out = append(out, filepath.Join(home, ".local/share/fonts"), filepath.Join(home, ".fonts"), filepath.Join(home, "Library/Fonts"))
	}
	out = append(out, "/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts", "/System/Library/AssetsV2")
	if windows := os.Getenv("WINDIR"); windows != "" {
		out = append(out, filepath.Join(windows, "Fonts"))
	}
	return out
}

// Find is the first known font in the places that can draw a text; nil places are Places().
// One that lacks nothing but signs (an emoji, a rare symbol) will do when none has all. When
// no font has the letters and characters, the error is font_missing, with some of those that
// can't be drawn.
func Find(text string, places []string) (*Font, error) {
	if places == nil {
		places = Places()
	}
	var nearly *Font
	var lacking []rune
	fewest := -1
	for _, path := range files(places) {
		f, err := Open(path)
		if err != nil {
			continue
		}
		lacks := f.lacks(text)
		if len(lacks) == 0 {
			return f, nil
		}
		letters := slices.DeleteFunc(lacks, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsPunct(r) })
		if len(letters) == 0 && nearly == nil {
			nearly = f
		}
		if fewest < 0 || len(letters) < fewest {
			fewest, lacking = len(letters), letters
		}
	}
	if nearly != nil {
		return nearly, nil
	}
	return nil, lake.Fail(lake.ErrNotFound, "font_missing", "No font of this machine has all characters of the document. Install one with Chinese, such as fonts-noto-cjk, or name its folder in HEADWATER_FONTS.",
		"characters", string(lacking[:min(len(lacking), 12)]), "places", strings.Join(places, string(os.PathListSeparator)))
}

// files lists the known fonts in the places, in the order of known.
func files(places []string) []string {
	type found struct {
		path string
		rank int
	}
	var all []found
	for _, p := range places {
		_ = filepath.WalkDir(p, func(path string, e fs.DirEntry, err error) error { // a place that can't be read has no fonts
			if err != nil || e.IsDir() {
				return nil // see above
			}
			name := strings.ToLower(e.Name())
			if ext := filepath.Ext(name); ext != ".ttf" && ext != ".ttc" && ext != ".otf" && ext != ".otc" {
				return nil
			}
			if i := slices.IndexFunc(known, func(k string) bool { return strings.HasPrefix(name, k) }); i >= 0 {
				all = append(all, found{path, i})
			}
			return nil
		})
	}
	slices.SortStableFunc(all, func(a, b found) int { return a.rank - b.rank })
	out := make([]string, len(all))
	for i, f := range all {
		out[i] = f.path
	}
	return out
}
