package files

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"headwater/lake"
)

// document reads JSON: one array of objects, or objects one after the other.
type document struct {
	file   *os.File
	name   string
	text   *textReader
	dec    *json.Decoder
	array  bool
	names  []string
	index  map[string]int // of members as they are written, quotes and escapes included
	places map[string]int // of members
	raw    json.RawMessage
	seen   map[string]bool
	line   int
	row    []value
	given  []bool
}

func openJSON(in *os.File, f File) (*document, error) {
	d := &document{file: in, name: f.Path, index: map[string]int{}, places: map[string]int{}, seen: map[string]bool{}, line: 1}
	d.text = &textReader{r: in, line: 1}
	buffered := bufio.NewReaderSize(d.text, 1<<20)
	if mark, _ := buffered.Peek(3); string(mark) == "\xef\xbb\xbf" {
		_, _ = buffered.Discard(3)
		d.text.mark = 3
	}
	first, skipped, err := firstByte(buffered)
	switch {
	case err == io.EOF:
		return nil, lake.Fail(lake.ErrInvalid, "empty_file", "The file "+f.Path+" is empty.", "file", f.Path)
	case err != nil:
		return nil, d.damaged(err)
	}
	d.text.mark += int64(skipped)
	d.dec = json.NewDecoder(buffered)
	if d.array = first == '['; d.array {
		if _, err := d.dec.Token(); err != nil {
			return nil, d.damaged(err)
		}
	}
	return d, nil
}

// firstByte peeks at the first byte that isn't a space.
func firstByte(r *bufio.Reader) (b byte, skipped int, err error) {
	for {
		if b, err = r.ReadByte(); err != nil {
			return 0, skipped, err
		}
		if !strings.ContainsRune(" \t\r\n", rune(b)) {
			return b, skipped, r.UnreadByte()
		}
		skipped++
	}
}

func (d *document) columns() []string { return d.names }
func (d *document) at() int           { return d.line }
func (d *document) Close() error      { return d.file.Close() }

func (d *document) next() ([]value, error) {
	if d.array && !d.dec.More() {
		return nil, d.end()
	}
	d.raw = d.raw[:0]
	err := d.dec.Decode(&d.raw)
	if err == io.EOF && !d.array {
		return nil, io.EOF
	}
	if err != nil {
		return nil, d.damaged(err)
	}
	d.line = d.text.lineOf(d.dec.InputOffset() - int64(len(d.raw)) + 1)
	if d.raw[0] != '{' {
		return nil, d.invalid("the rows of a table are objects, and this is none")
	}
	clear(d.row)
	clear(d.given)
	return d.row, d.members(d.raw)
}

// end reads what closes the array; nothing may follow.
func (d *document) end() error {
	if _, err := d.dec.Token(); err != nil {
		return d.damaged(err)
	}
	if _, err := d.dec.Token(); err != io.EOF {
		return d.invalid("something follows the array of rows")
	}
	return io.EOF
}

// members takes an object apart. It is known to be valid.
func (d *document) members(raw []byte) error {
	i := space(raw, 1)
	for raw[i] != '}' {
		from := i
		i = past(raw, i)
		name := raw[from:i]
		i = space(raw, space(raw, i)+1) // behind the colon
		from = i
		i = past(raw, i)
		if err := d.member(name, raw[from:i]); err != nil {
			return err
		}
		if i = space(raw, i); raw[i] == ',' {
			i = space(raw, i+1)
		}
	}
	return nil
}

func space(b []byte, i int) int {
	for b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r' {
		i++
	}
	return i
}

// past gives the end of the value that begins at i.
func past(b []byte, i int) int {
	switch b[i] {
	case '"':
		for i++; b[i] != '"'; i++ {
			if b[i] == '\\' {
				i++
			}
		}
		return i + 1
	case '{', '[':
		for depth := 0; ; {
			switch b[i] {
			case '"':
				i = past(b, i)
				continue
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
			i++
		}
	}
	for i < len(b) && !strings.ContainsRune(",]} \n\t\r", rune(b[i])) {
		i++
	}
	return i
}

func (d *document) member(quoted, raw []byte) error {
	i, known := d.index[string(quoted)] // as written: most objects write it alike
	if !known {
		var name string
		if err := json.Unmarshal(quoted, &name); err != nil {
			return d.damaged(err)
		}
		i = d.column(name)
		d.index[string(quoted)] = i
	}
	if d.given[i] {
		return d.invalid(fmt.Sprintf("the object has %s twice", quoted))
	}
	d.given[i] = true
	var err error
	d.row[i], err = d.value(raw)
	return err
}

// column gives the place of a member, which may be a new column.
func (d *document) column(name string) int {
	if i, known := d.places[name]; known {
		return i
	}
	i := len(d.names)
	d.places[name] = i
	d.names = append(d.names, unused(name, d.seen))
	d.row = append(d.row, value{})
	d.given = append(d.given, false)
	return i
}

func (d *document) value(raw []byte) (value, error) {
	switch raw[0] {
	case 'n':
		return value{}, nil
	case 't', 'f':
		return value{string(raw), boolean}, nil
	case '{', '[':
		var out bytes.Buffer
		if err := json.Compact(&out, raw); err != nil {
			return value{}, d.damaged(err)
		}
		return value{out.String(), nested}, nil
	case '"':
		if bytes.IndexByte(raw, '\\') < 0 {
			if len(raw) == 2 {
				return value{}, nil
			}
			return value{string(raw[1 : len(raw)-1]), quoted}, nil
		}
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			return value{}, d.damaged(err)
		}
		if strings.ContainsRune(text, utf8.RuneError) && !bytes.ContainsRune(raw, utf8.RuneError) && !bytes.Contains(bytes.ToLower(raw), []byte(`\ufffd`)) {
			return value{}, d.invalid("a text holds half a character")
		}
		return value{text, quoted}, nil
	}
	return value{string(raw), number}, nil
}

func (d *document) invalid(what string) error {
	return lake.Fail(lake.ErrInvalid, "row_invalid", fmt.Sprintf("%s, line %d: %s", d.name, d.line, what), "file", d.name, "line", d.line)
}

func (d *document) damaged(err error) error {
	if d.dec != nil {
		d.line = d.text.lineOf(d.dec.InputOffset())
	}
	if errors.Is(err, errEncoding) {
		d.line = d.text.badLine
		return d.invalid("the bytes aren't UTF-8; save the file as UTF-8")
	}
	if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		d.line = d.text.seen + 1
		err = errors.New("the file ends in the middle of a row")
	}
	return lake.Fail(lake.ErrInvalid, "file_damaged", fmt.Sprintf("%s, line %d: %s", d.name, d.line, err), "file", d.name, "line", d.line)
}

var errEncoding = errors.New("no UTF-8")

// textReader checks that what passes is UTF-8, and remembers where lines begin.
type textReader struct {
	r       io.Reader
	off     int64   // bytes given
	mark    int64   // bytes that the decoder didn't see
	lines   []int64 // offsets of line ends
	told    int     // how many of them lineOf has passed
	line    int     // that lineOf told last
	rest    []byte  // an incomplete character
	seen    int     // line ends given
	badLine int
	bad     bool
}

func (t *textReader) Read(p []byte) (int, error) {
	if t.bad {
		return 0, errEncoding
	}
	n, err := t.r.Read(p)
	t.lines = append(t.lines[:0], t.lines[t.told:]...)
	t.told = 0
	for i := 0; i < n; {
		j := bytes.IndexByte(p[i:n], '\n')
		if j < 0 {
			break
		}
		i += j + 1
		t.lines = append(t.lines, t.off+int64(i))
		t.seen++
	}
	t.off += int64(n)
	if !t.valid(p[:n], err == io.EOF) {
		t.bad, t.badLine = true, t.seen+1
		return 0, errEncoding
	}
	return n, err
}

func (t *textReader) valid(p []byte, last bool) bool {
	text := p
	if len(t.rest) > 0 {
		text = append(t.rest, p...)
	}
	t.rest = nil
	if utf8.Valid(text) {
		return true
	}
	for cut := 1; cut < utf8.UTFMax && cut <= len(text); cut++ {
		if tail := text[len(text)-cut:]; utf8.RuneStart(tail[0]) {
			if last || utf8.FullRune(tail) || !utf8.Valid(text[:len(text)-cut]) {
				return false
			}
			t.rest = bytes.Clone(tail)
			return true
		}
	}
	return false
}

// lineOf tells the line of an offset of the decoder. Offsets only grow.
func (t *textReader) lineOf(off int64) int {
	off += t.mark
	for t.told < len(t.lines) && t.lines[t.told] < off {
		t.told++
		t.line++
	}
	return t.line
}
