package document

import (
	"regexp"
	"strings"
)

// Kinds of blocks.
const (
	Heading   = "heading"
	Paragraph = "paragraph"
	Bullets   = "bullets"
	Numbered  = "numbered"
	Entry     = "entry" // a title and the lines that belong to it
	Table     = "table"
)

// Block is one piece of a text.
type Block struct {
	Kind  string    `json:"kind"`
	Level int       `json:"level,omitempty"` // of a heading, 1 to 3
	Text  []Run     `json:"text,omitempty"`  // of a heading or paragraph; the title of an entry
	Items [][]Run   `json:"items,omitempty"` // points of a list, lines of an entry
	Head  [][]Run   `json:"head,omitempty"`  // of a table
	Rows  [][][]Run `json:"rows,omitempty"`
}

// Run is a stretch of text. Within it, "\n" is a line end.
type Run struct {
	Text    string `json:"text"`
	Bold    bool   `json:"bold,omitempty"`
	Missing bool   `json:"missing,omitempty"` // stands where an input is missing
	Input   string `json:"input,omitempty"`   // of a figure: the input that it shows, or showed before a person changed it
	Own     bool   `json:"own,omitempty"`     // a number that a person wrote; no record holds it
	Was     string `json:"was,omitempty"`     // what stood in its place
}

// shown is the text as it is written: a number that a person wrote bears a star, which
// the list of numbers explains.
func (r Run) shown() string {
	if r.Own {
		return r.Text + "*"
	}
	return r.Text
}

// reader builds blocks from what a template gave.
type reader struct {
	out  []Block
	line strings.Builder // text outside of rows that hasn't been read yet
}

func read(text string) []Block {
	r := &reader{}
	for text != "" {
		before, rest, found := strings.Cut(text, string(rowOpens))
		r.line.WriteString(before)
		if !found {
			break
		}
		row, after, _ := strings.Cut(rest, string(rowCloses))
		r.row(row)
		text = after
	}
	r.flush()
	return r.out
}

// row is one row of a range. One that doesn't fill its line, or holds markup, is read
// like any text.
func (r *reader) row(text string) {
	if !strings.HasSuffix(text, "\n") || markup(text) || r.line.Len() > 0 && !strings.HasSuffix(r.line.String(), "\n") {
		r.line.WriteString(text)
		return
	}
	r.flush()
	var lines []string
	for _, l := range strings.Split(text, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			lines = append(lines, l)
		}
	}
	switch len(lines) {
	case 0:
	case 1:
		r.item(Bullets, lines[0])
	default:
		e := Block{Kind: Entry, Text: embolden(runs(lines[0]))}
		for _, l := range lines[1:] {
			e.Items = append(e.Items, labelled(l))
		}
		r.out = append(r.out, e)
	}
}

func embolden(text []Run) []Run {
	for i := range text {
		text[i].Bold = true
	}
	return text
}

// flush reads the text outside of rows, line by line.
func (r *reader) flush() {
	text := r.line.String()
	r.line.Reset()
	fresh := true // the next point or row begins a new block
	for l := range strings.SplitSeq(text, "\n") {
		l = strings.TrimSpace(l)
		switch kind, rest := sort(l); kind {
		case "":
			fresh = true
			continue
		case Heading:
			level := len(l) - len(strings.TrimLeft(l, "#"))
			r.out = append(r.out, Block{Kind: Heading, Level: level, Text: runs(rest)})
		case Bullets, Numbered:
			if fresh {
				r.out = append(r.out, Block{Kind: kind})
			}
			r.item(kind, rest)
		case Table:
			if fresh || len(r.out) == 0 || r.out[len(r.out)-1].Kind != Table {
				r.out = append(r.out, Block{Kind: Table})
			}
			r.tableRow(l)
		default:
			r.out = append(r.out, Block{Kind: Paragraph, Text: labelled(l)})
		}
		fresh = false
	}
}

// item adds a point to the list that stands last, or begins one.
func (r *reader) item(kind, text string) {
	if n := len(r.out); n == 0 || r.out[n-1].Kind != kind {
		r.out = append(r.out, Block{Kind: kind})
	}
	last := &r.out[len(r.out)-1]
	last.Items = append(last.Items, labelled(text))
}

var (
	ordered  = regexp.MustCompile(`^[0-9]+[.)]\s+`)
	heads    = regexp.MustCompile(`^#{1,3}\s+`)
	dividing = regexp.MustCompile(`^\|(\s*:?-+:?\s*\|)+$`)
)

// sort says what kind of block a line belongs to, and what of it is text.
func sort(l string) (kind, rest string) {
	switch {
	case l == "":
		return "", ""
	case heads.MatchString(l):
		return Heading, heads.ReplaceAllString(l, "")
	case strings.HasPrefix(l, "- ") || strings.HasPrefix(l, "* "):
		return Bullets, l[2:]
	case ordered.MatchString(l):
		return Numbered, ordered.ReplaceAllString(l, "")
	case strings.HasPrefix(l, "|") && strings.HasSuffix(l, "|") && len(l) > 1:
		return Table, l
	}
	return Paragraph, l
}

func markup(text string) bool {
	for l := range strings.SplitSeq(text, "\n") {
		if kind, _ := sort(strings.TrimSpace(l)); kind != "" && kind != Paragraph {
			return true
		}
	}
	return false
}

func (r *reader) tableRow(l string) {
	t := &r.out[len(r.out)-1]
	if dividing.MatchString(l) {
		if len(t.Rows) == 1 && t.Head == nil {
			t.Head, t.Rows = t.Rows[0], nil
		}
		return
	}
	var cells [][]Run
	for c := range strings.SplitSeq(strings.Trim(l, "|"), "|") {
		cells = append(cells, runs(strings.TrimSpace(c)))
	}
	t.Rows = append(t.Rows, cells)
}

// labelled sets what leads a line apart: words of the template before a colon and a
// value, or a value before a colon.
func labelled(l string) []Run {
	all := runs(l)
	lead, rest := "", ""
	if first := strings.IndexRune(l, valueOpens); first > 0 {
		if at := colon(l[:first]); at > 0 && strings.Trim(l[at:first], " “\"「『‘'") == "" {
			lead, rest = l[:at], l[at:]
		}
	} else if first == 0 {
		if end := strings.IndexRune(l, valueCloses); end > 0 {
			end += len(string(valueCloses))
			if at := colon(l[end:]); at > 0 && strings.TrimLeft(l[end:end+at], ":： ") == "" {
				lead, rest = l[:end+at], l[end+at:]
			}
		}
	}
	if lead == "" || len([]rune(lead)) > 60 {
		return all
	}
	return append(embolden(runs(lead)), runs(rest)...)
}

// colon is where the text behind the first colon begins; 0 without one.
func colon(s string) int {
	for i, r := range s {
		if r == '：' || r == ':' {
			return i + len(string(r))
		}
	}
	return 0
}

var plainly = strings.NewReplacer(string(valueOpens), "", string(valueCloses), "", string(softBreak), "\n", string(bar), "|")

// runs takes the marks out of a text. What lies between two turns is bold; a figure is a
// run of its own.
func runs(s string) []Run {
	var out []Run
	bold := false
	add := func(text string, missing bool, input string) {
		for i, part := range strings.Split(text, string(boldTurns)) {
			if i > 0 {
				bold = !bold
			}
			if part = plainly.Replace(part); part != "" {
				out = append(out, Run{Text: part, Bold: bold, Missing: missing, Input: input})
			}
		}
	}
	for s != "" {
		at := strings.IndexAny(s, string(missingOpens)+string(figureOpens))
		if at < 0 {
			add(s, false, "")
			break
		}
		add(s[:at], false, "")
		if strings.HasPrefix(s[at:], string(missingOpens)) {
			gap, after, _ := strings.Cut(s[at+len(string(missingOpens)):], string(missingEnds))
			add(gap, true, "")
			s = after
			continue
		}
		input, rest, _ := strings.Cut(s[at+len(string(figureOpens)):], string(figureEnds))
		text, after, _ := strings.Cut(rest, string(valueCloses))
		add(text, false, input)
		s = after
	}
	return out
}
