package pdf

import (
	"encoding/binary"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// subset is the characters of a font that a file uses. Each gets a number (CID) from 1
// on; 0 is the box for what the font lacks.
type subset struct {
	font   *Font
	buffer sfnt.Buffer
	cids   map[rune]int
	runes  []rune // by CID; the first is 0
	widths []int  // thousandths of an em, by CID
}

func newSubset(f *Font) *subset {
	s := &subset{font: f, cids: map[rune]int{}}
	s.add(0)
	return s
}

// add numbers a character.
func (s *subset) add(r rune) int {
	if cid, ok := s.cids[r]; ok {
		return cid
	}
	width := em
	if a, err := s.font.sfnt.GlyphAdvance(&s.buffer, s.glyph(r), ppem, font.HintingNone); err == nil {
		width = int(math.Round(points(a)))
	}
	cid := len(s.runes)
	s.cids[r] = cid
	s.runes, s.widths = append(s.runes, r), append(s.widths, width)
	return cid
}

func (s *subset) glyph(r rune) sfnt.GlyphIndex {
	if r == 0 {
		return 0
	}
	g, err := s.font.sfnt.GlyphIndex(&s.buffer, r)
	if err != nil {
		return 0
	}
	return g
}

// cff writes the subset as a CID-keyed CFF font (Adobe Technical Note 5176): header, name,
// top dictionary, strings, no subroutines, character set, one private dictionary, and a
// charstring for each CID.
func (s *subset) cff(name string) []byte {
	strings := index([][]byte{[]byte("Adobe"), []byte("Identity")})
	charstrings := make([][]byte, len(s.runes))
	for i, r := range s.runes {
		charstrings[i] = s.charstring(r, s.widths[i])
	}
	n := len(s.runes)
	charset := []byte{2, 0, 1, byte((n - 2) >> 8), byte(n - 2)} // CIDs 1 to n-1 in order
	if n == 1 {
		charset = []byte{0}
	}
	fdSelect := []byte{3, 0, 1, 0, 0, 0, byte(n >> 8), byte(n)} // all by the one dictionary
	private := append(dictNumber(0), 20)                        // the default width is 0
	head := []byte{1, 0, 4, 4}
	names := index([][]byte{[]byte(name)})
	build := func(charsetAt, fdSelectAt, charstringsAt, fdArrayAt int) []byte {
		var d []byte
		op := func(operator []byte, numbers ...int) {
			for _, x := range numbers {
				d = append(d, dictNumber(x)...)
			}
			d = append(d, operator...)
		}
		op([]byte{12, 30}, 391, 392, 0) // registry, ordering, supplement: the first strings of our own
		op([]byte{5}, -em, -em, 2*em, 2*em)
		op([]byte{15}, charsetAt)
		op([]byte{17}, charstringsAt)
		op([]byte{12, 34}, n)
		op([]byte{12, 36}, fdArrayAt)
		op([]byte{12, 37}, fdSelectAt)
		return index([][]byte{d})
	}
	start := len(head) + len(names) + len(build(0, 0, 0, 0)) + len(strings) + 2
	chars := index(charstrings)
	charsetAt := start
	fdSelectAt := charsetAt + len(charset)
	charstringsAt := fdSelectAt + len(fdSelect)
	privateAt := charstringsAt + len(chars)
	fdArrayAt := privateAt + len(private)
	fd := append(dictNumber(len(private)), dictNumber(privateAt)...)
	fdArray := index([][]byte{append(fd, 18)})
	var out []byte
	for _, part := range [][]byte{head, names, build(charsetAt, fdSelectAt, charstringsAt, fdArrayAt), strings, {0, 0}, charset, fdSelect, chars, private, fdArray} {
		out = append(out, part...)
	}
	return out
}

// index is a CFF INDEX with offsets of four bytes.
func index(items [][]byte) []byte {
	out := binary.BigEndian.AppendUint16(nil, uint16(len(items))) // at most 65,535 characters
	out = append(out, 4)
	at := uint32(1)
	out = binary.BigEndian.AppendUint32(out, at)
	for _, i := range items {
		at += uint32(len(i)) // small
		out = binary.BigEndian.AppendUint32(out, at)
	}
	for _, i := range items {
		out = append(out, i...)
	}
	return out
}

// dictNumber is an integer of a dictionary, always in five bytes so that lengths don't
// depend on offsets.
func dictNumber(x int) []byte {
	return binary.BigEndian.AppendUint32([]byte{29}, uint32(int32(x))) // fits
}

// charstring writes a character's outline as a Type 2 charstring: its width, then moves,
// lines and curves relative to the point before.
func (s *subset) charstring(r rune, width int) []byte {
	c := &charstring{}
	c.number(width)
	segments, err := s.font.sfnt.LoadGlyph(&s.buffer, s.glyph(r), ppem, nil)
	if err != nil {
		segments = nil // drawn as nothing
	}
	for _, seg := range segments {
		a := seg.Args
		switch seg.Op {
		case sfnt.SegmentOpMoveTo:
			c.to(a[0])
			c.op(21) // rmoveto
		case sfnt.SegmentOpLineTo:
			c.to(a[0])
			c.op(5) // rlineto
		case sfnt.SegmentOpQuadTo: // raised to a cubic curve
			fx, fy := c.exactX, c.exactY
			c.curve(fx+2*(points(a[0].X)-fx)/3, fy+2*(-points(a[0].Y)-fy)/3,
				points(a[1].X)+2*(points(a[0].X)-points(a[1].X))/3, -points(a[1].Y)+2*(points(a[1].Y)-points(a[0].Y))/3, points(a[1].X), -points(a[1].Y))
		case sfnt.SegmentOpCubeTo:
			c.curve(points(a[0].X), -points(a[0].Y), points(a[1].X), -points(a[1].Y), points(a[2].X), -points(a[2].Y))
		}
	}
	c.op(14) // endchar
	return c.bytes
}

// charstring is an outline being written; x and y are where its rounded pen stands.
type charstring struct {
	bytes          []byte
	x, y           int
	exactX, exactY float64
}

func (c *charstring) to(p fixed.Point26_6) { c.step(points(p.X), -points(p.Y)) }

// step moves the pen to a point, rounded to the grid.
func (c *charstring) step(x, y float64) {
	c.exactX, c.exactY = x, y
	nx, ny := int(math.Round(x)), int(math.Round(y))
	c.number(nx - c.x)
	c.number(ny - c.y)
	c.x, c.y = nx, ny
}

func (c *charstring) curve(x1, y1, x2, y2, x3, y3 float64) {
	c.step(x1, y1)
	c.step(x2, y2)
	c.step(x3, y3)
	c.op(8) // rrcurveto
}

func (c *charstring) op(b byte) { c.bytes = append(c.bytes, b) }

func (c *charstring) number(x int) {
	switch {
	case x >= -107 && x <= 107:
		c.bytes = append(c.bytes, byte(x+139)) // 32 to 246
	case x >= 108 && x <= 1131:
		x -= 108
		c.bytes = append(c.bytes, byte(x>>8+247), byte(x)) // as the note says
	case x <= -108 && x >= -1131:
		x = -x - 108
		c.bytes = append(c.bytes, byte(x>>8+251), byte(x)) // as the note says
	default:
		c.bytes = append(c.bytes, 28, byte(x>>8), byte(x)) // 16 bits
	}
}
