package document

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Written is a text as a person edits it: the markup of this package, with
//
//	**bold**           words set apart
//	> title            a title, and below it the lines that belong to it
//	> line
//	\                  at the end of a line: the next one belongs to it; before a sign: the
//	                   sign itself
//
// Composed again it gives the same blocks.
func Written(list []Block) string {
	var b strings.Builder
	for i, block := range list {
		if i > 0 && (block.Kind != Paragraph || list[i-1].Kind != Paragraph) {
			b.WriteString("\n")
		}
		writeBlock(&b, block)
	}
	return b.String()
}

func writeBlock(b *strings.Builder, block Block) {
	line := func(mark string, text []Run) { b.WriteString(mark + writtenRuns(text, mark == "") + "\n") }
	switch block.Kind {
	case Heading:
		line(strings.Repeat("#", max(block.Level, 1))+" ", block.Text)
	case Bullets:
		for _, i := range block.Items {
			line("- ", i)
		}
	case Numbered:
		for n, i := range block.Items {
			line(strconv.Itoa(n+1)+". ", i)
		}
	case Entry:
		line("> ", lighten(block.Text))
		for _, i := range block.Items {
			line("> ", i)
		}
	case Table:
		row := func(cells [][]Run) {
			b.WriteString("|")
			for _, c := range cells {
				b.WriteString(" " + strings.ReplaceAll(strings.ReplaceAll(writtenRuns(c, false), "|", `\|`), "\\\n", "<br>") + " |")
			}
			b.WriteString("\n")
		}
		if block.Head != nil {
			row(block.Head)
			b.WriteString("|" + strings.Repeat("---|", len(block.Head)) + "\n")
		}
		for _, r := range block.Rows {
			row(r)
		}
	default:
		line("", block.Text)
	}
}

// lighten takes the bold off a title, which has it anyway.
func lighten(text []Run) []Run {
	out := append([]Run{}, text...)
	for i := range out {
		out[i].Bold = false
	}
	return out
}

var escapes = strings.NewReplacer(`\`, `\\`, "*", `\*`, "\n", "\\\n")

// writtenRuns are the runs of one line. What begins a line and would be read as markup is
// told from it by a backslash.
func writtenRuns(text []Run, begins bool) string {
	var b strings.Builder
	bold := false
	turn := func(to bool) {
		if to != bold {
			b.WriteString("**")
			bold = to
		}
	}
	for _, r := range text {
		turn(r.Bold)
		b.WriteString(escapes.Replace(r.Text))
	}
	turn(false)
	out := b.String()
	if kind, _ := sort(out); begins && (kind != Paragraph || strings.HasPrefix(out, ">")) && out != "" {
		return `\` + out
	}
	return out
}

var (
	strong = regexp.MustCompile(`\*\*([^*]+)\*\*`)
	quoted = regexp.MustCompile(`^\s*>\s?`)
)

// composed reads a text that a person wrote. Gaps are the texts that stand where an input
// is missing; where they still stand, it still is.
func composed(text string, gaps []string) []Block {
	text = joined(cleaned(text))
	var b strings.Builder
	var entry []string
	flush := func() {
		if len(entry) > 0 {
			b.WriteString(string(rowOpens) + strings.Join(entry, "\n") + "\n" + string(rowCloses))
			entry = nil
		}
	}
	for l := range strings.SplitSeq(text, "\n") {
		l = literally(strings.TrimSpace(l))
		if quoted.MatchString(l) {
			entry = append(entry, hidden(quoted.ReplaceAllString(l, "")))
			continue
		}
		flush()
		b.WriteString(l + "\n")
	}
	flush()
	out := b.String()
	for _, g := range gaps {
		out = strings.ReplaceAll(out, g, string(missingOpens)+g+string(missingEnds))
	}
	return slices.DeleteFunc(read(out), func(b Block) bool { return len(b.lines()) == 0 })
}

// joined puts a line that ends with a backslash, itself not escaped, before the next one.
func joined(text string) string {
	var b strings.Builder
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		bare := strings.TrimRight(l, `\`)
		switch {
		case i == len(lines)-1:
			b.WriteString(l)
		case (len(l)-len(bare))%2 == 1:
			b.WriteString(l[:len(l)-1] + string(softBreak))
		default:
			b.WriteString(l + "\n")
		}
	}
	return b.String()
}

// cleaned takes out what a text can't hold: our own marks and control characters.
func cleaned(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case r >= '\uE000' && r <= '\uE00F', unicode.Is(unicode.Cc, r), r == '\uFFFE', r == '\uFFFF', r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
}

// literally turns signs of a line into marks: bold, and what a backslash stands before.
func literally(l string) string {
	const star = '\uE00C' // a star of the text
	var b strings.Builder
	escaped := false
	for i, r := range l {
		switch {
		case escaped:
			escaped = false
			switch {
			case r == '*':
				b.WriteRune(star)
			case r == '|':
				b.WriteRune(bar)
			case r == '\\':
				b.WriteRune(r)
			case i == 1 && strings.ContainsRune("#->0123456789", r): // at the beginning: it isn't markup
				b.WriteString(string(valueOpens) + string(r) + string(valueCloses))
			default:
				b.WriteString(`\` + string(r))
			}
		case r == '\\':
			escaped = true
		default:
			b.WriteRune(r)
		}
	}
	if escaped {
		b.WriteRune('\\')
	}
	out := strong.ReplaceAllString(b.String(), string(boldTurns)+"$1"+string(boldTurns))
	if strings.HasPrefix(out, "|") {
		out = strings.ReplaceAll(out, "<br>", string(softBreak))
	}
	return strings.ReplaceAll(out, string(star), "*")
}

// hidden keeps a line within an entry from being read as markup of its own.
func hidden(l string) string {
	if kind, _ := sort(l); kind != "" && kind != Paragraph {
		return string(valueOpens) + string(valueCloses) + l
	}
	return l
}
