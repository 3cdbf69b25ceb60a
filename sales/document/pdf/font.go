package pdf

import (
	"os"
	"strings"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"headwater/lake"
)

// Font is a font of the system. It may be used by several files at once.
type Font struct {
	Path string
	Name string // as people know it: Noto Sans CJK SC

	sfnt            *sfnt.Font
	ascent, descent float64 // of an em, the descent below zero
}

// em is the grid on which outlines are read: PDF counts glyphs in thousandths.
const em = 1000

var ppem = fixed.I(em)

// Open opens a font file; of a collection, its font for simplified Chinese, if it has one.
// The file stays open as long as the font is used. A file that can't be read is
// font_unreadable.
func Open(path string) (*Font, error) {
	file, err := os.Open(path) // a font that the system or its owner names
	if err != nil {
		return nil, unreadable(path, err)
	}
	all, err := sfnt.ParseCollectionReaderAt(file)
	if err != nil {
		_ = file.Close()
		return nil, unreadable(path, err)
	}
	best, most := (*Font)(nil), -1
	for i := range all.NumFonts() {
		one, err := all.Font(i)
		if err != nil {
			continue
		}
		f := &Font{Path: path, sfnt: one}
		var b sfnt.Buffer
		f.Name, _ = one.Name(&b, sfnt.NameIDFull) // a font without a name has an empty one
		if m, err := one.Metrics(&b, ppem, font.HintingNone); err == nil {
			f.ascent, f.descent = points(m.Ascent)/em, -points(m.Descent)/em
		}
		if p := preference(f.Name); p > most {
			best, most = f, p
		}
	}
	if best == nil {
		_ = file.Close()
		return nil, unreadable(path, nil)
	}
	return best, nil
}

func unreadable(path string, err error) error {
	reason := "no font in it"
	if err != nil {
		reason = err.Error()
	}
	return lake.Fail(lake.ErrInvalid, "font_unreadable", "The font file can't be read: "+reason, "path", path, "reason", reason)
}

// preference ranks the fonts of a collection for Chinese text.
func preference(name string) int {
	switch n := strings.ToLower(name); {
	case strings.Contains(n, "mono"):
		return 0
	case strings.Contains(n, " sc") || strings.Contains(n, " gb") || strings.Contains(n, " cn") || strings.Contains(n, "yahei") && !strings.Contains(n, "ui"):
		return 2
	}
	return 1
}

func points(x fixed.Int26_6) float64 { return float64(x) / 64 }

// lacks lists the characters of a text that the font can't draw.
func (f *Font) lacks(text string) []rune {
	var b sfnt.Buffer
	var out []rune
	seen := map[rune]bool{}
	drawn := false
	for _, r := range text {
		if seen[r] || unicode.IsControl(r) || unicode.IsSpace(r) {
			continue
		}
		seen[r] = true
		g, err := f.sfnt.GlyphIndex(&b, r)
		if err == nil && g != 0 && !drawn { // one outline tells whether this kind of font can be read
			_, err = f.sfnt.LoadGlyph(&b, g, ppem, nil)
			drawn = err == nil
		}
		if err != nil || g == 0 {
			out = append(out, r)
		}
	}
	return out
}
