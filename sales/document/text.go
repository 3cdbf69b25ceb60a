package document

import "strings"

// Text is the summary and the sections as plain text, a line for each heading,
// paragraph, point and row; cells of a row are parted by " | ".
func (d *Document) Text() string {
	var b strings.Builder
	blocks := func(list []Block) {
		for _, block := range list {
			for _, line := range block.lines() {
				b.WriteString(line + "\n")
			}
		}
	}
	blocks(d.Summary)
	for _, s := range d.Sections {
		b.WriteString(s.Title + "\n")
		blocks(s.Blocks)
	}
	return b.String()
}

func (b Block) lines() (out []string) {
	add := func(runs []Run) {
		if text := plain(runs); text != "" {
			out = append(out, text)
		}
	}
	add(b.Text)
	for _, i := range b.Items {
		add(i)
	}
	for _, row := range append([][][]Run{b.Head}, b.Rows...) {
		var cells []string
		for _, c := range row {
			cells = append(cells, plain(c))
		}
		if len(cells) > 0 {
			out = append(out, strings.Join(cells, " | "))
		}
	}
	return out
}

func plain(runs []Run) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.Text)
	}
	return b.String()
}
