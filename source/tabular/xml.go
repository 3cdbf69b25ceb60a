package tabular

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"html"
	"io"
	"strings"
)

// xmlReader is a small pull reader for the XML that workbooks are made of. It
// knows no namespaces (prefixes are dropped) and no DTDs (refused), and is
// several times faster than encoding/xml, which large sheets need.
type xmlReader struct {
	r       *bufio.Reader
	tag     []byte // of the current start tag: name and attributes
	name    []byte // local name of the current start or end tag
	text    []byte // of the current text
	lost    int    // bytes of the text beyond maxText
	maxText int
	empty   bool // <a/>: its end comes next
}

type xmlEvent int

const (
	xmlStart xmlEvent = iota
	xmlEnd
	xmlText
)

var errXML = errors.New("tabular: the workbook holds damaged XML")

func newXMLReader(r io.Reader, maxText int) *xmlReader {
	return &xmlReader{r: bufio.NewReaderSize(r, 64<<10), maxText: maxText}
}

// next returns the next event, or io.EOF.
func (x *xmlReader) next() (xmlEvent, error) {
	if x.empty {
		x.empty = false
		return xmlEnd, nil
	}
	c, err := x.r.ReadByte()
	if err != nil {
		return 0, err
	}
	if c != '<' {
		x.r.UnreadByte()
		return xmlText, x.readText()
	}
	if err := x.readTag(); err != nil {
		return 0, noEOF(err)
	}
	switch x.tag[0] {
	case '?':
		return x.next()
	case '!':
		return x.special()
	case '/':
		x.name = local(bytes.TrimSpace(x.tag[1:]))
		return xmlEnd, nil
	}
	if n := len(x.tag); x.tag[n-1] == '/' {
		x.tag, x.empty = x.tag[:n-1], true
	}
	end := bytes.IndexAny(x.tag, " \t\r\n")
	if end < 0 {
		end = len(x.tag)
	}
	x.name = local(x.tag[:end])
	return xmlStart, nil
}

// readTag reads up to the closing bracket, minding brackets within attributes.
func (x *xmlReader) readTag() error {
	x.tag = x.tag[:0]
	for {
		part, err := x.r.ReadSlice('>')
		x.tag = append(x.tag, part...)
		switch {
		case err == bufio.ErrBufferFull || err == nil && openAttribute(x.tag):
		case err != nil:
			return err
		default:
			x.tag = x.tag[:len(x.tag)-1]
			if len(x.tag) == 0 || len(x.tag) == 1 && x.tag[0] == '/' {
				return errXML
			}
			return nil
		}
		if len(x.tag) > 1<<20 {
			return errXML
		}
	}
}

// openAttribute says that b ends within a quoted attribute.
func openAttribute(b []byte) bool {
	if b[0] == '!' || b[0] == '?' {
		return false
	}
	var quote byte
	for _, c := range b {
		switch {
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == quote:
			quote = 0
		}
	}
	return quote != 0
}

// special passes over comments and returns CDATA as text.
func (x *xmlReader) special() (xmlEvent, error) {
	open, end := "!--", "--"
	cdata := bytes.HasPrefix(x.tag, []byte("![CDATA["))
	if cdata {
		open, end = "![CDATA[", "]]"
	} else if !bytes.HasPrefix(x.tag, []byte(open)) {
		return 0, fmt.Errorf("%w: it has a document type", errXML)
	}
	for len(x.tag) < len(open)+len(end) || !bytes.HasSuffix(x.tag, []byte(end)) {
		part, err := x.r.ReadSlice('>')
		if err != nil && err != bufio.ErrBufferFull {
			return 0, noEOF(err)
		}
		x.tag = append(append(x.tag, '>'), part...)
		if err == nil {
			x.tag = x.tag[:len(x.tag)-1]
		}
		if len(x.tag) > x.maxText+(1<<20) {
			return 0, errXML
		}
	}
	if !cdata {
		return x.next()
	}
	x.text, x.lost = append(x.text[:0], x.tag[len(open):len(x.tag)-len(end)]...), 0
	return xmlText, nil
}

// readText reads up to the next tag and resolves entities.
func (x *xmlReader) readText() error {
	x.text, x.lost = x.text[:0], 0
	for {
		part, err := x.r.ReadSlice('<')
		if err == nil {
			part = part[:len(part)-1]
			x.r.UnreadByte()
		}
		room := max(0, x.maxText-len(x.text))
		x.text = append(x.text, part[:min(room, len(part))]...)
		x.lost += max(0, len(part)-room)
		if err == bufio.ErrBufferFull {
			continue
		}
		if err == io.EOF {
			err = nil
		}
		if bytes.IndexByte(x.text, '&') >= 0 {
			x.text = append(x.text[:0], html.UnescapeString(string(x.text))...)
		}
		return err
	}
}

// attr returns an attribute of the current start tag by its local name.
func (x *xmlReader) attr(name string) string {
	b := x.tag
	for {
		i := bytes.IndexByte(b, '=')
		if i < 0 || i+1 >= len(b) {
			return ""
		}
		key := bytes.TrimRight(b[:i], " \t\r\n")
		key = local(key[bytes.LastIndexAny(key, " \t\r\n")+1:])
		b = bytes.TrimLeft(b[i+1:], " \t\r\n")
		if len(b) == 0 {
			return ""
		}
		end := bytes.IndexByte(b[1:], b[0])
		if end < 0 {
			return ""
		}
		if string(key) == name {
			return attrText(b[1 : end+1])
		}
		b = b[end+2:]
	}
}

func attrText(b []byte) string {
	if bytes.IndexByte(b, '&') < 0 {
		return string(b)
	}
	return html.UnescapeString(string(b))
}

// local drops a namespace prefix.
func local(name []byte) []byte {
	return name[bytes.IndexByte(name, ':')+1:]
}

func noEOF(err error) error {
	if err == io.EOF {
		return errXML
	}
	return err
}

// unescapeX resolves the _x000D_ escapes by which Excel writes control characters.
func unescapeX(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var out strings.Builder
	for {
		i := strings.Index(s, "_x")
		if i < 0 || i+7 > len(s) {
			out.WriteString(s)
			return out.String()
		}
		var r rune
		if _, err := fmt.Sscanf(s[i:i+7], "_x%04X_", &r); err != nil || s[i+6] != '_' {
			out.WriteString(s[:i+2])
			s = s[i+2:]
			continue
		}
		out.WriteString(s[:i])
		out.WriteRune(r)
		s = s[i+7:]
	}
}
