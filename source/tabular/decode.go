package tabular

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/transform"
)

// badSeq is an invalid byte sequence: where its replacement stands in the decoded text.
type badSeq struct {
	off    int64
	detail string
}

// decoder turns source bytes into UTF-8. decode appends to dst and returns how
// much of src it used; offsets in bad count from the end of dst as it was passed.
type decoder interface {
	decode(dst, src []byte, eof bool) (out []byte, used int, bad []badSeq)
}

// newDecoder returns the decoder of an encoding and the length of its mark in head.
func newDecoder(enc string, head []byte) (decoder, int, error) {
	mark := func(bom string) int {
		if bytes.HasPrefix(head, []byte(bom)) {
			return len(bom)
		}
		return 0
	}
	switch enc {
	case EncUTF8, EncUTF8BOM, "":
		return utf8Decoder{}, mark("\xef\xbb\xbf"), nil
	case EncUTF16LE:
		return utf16Decoder{}, mark("\xff\xfe"), nil
	case EncUTF16BE:
		return utf16Decoder{big: true}, mark("\xfe\xff"), nil
	case EncGB18030:
		return gbDecoder(), mark("\x84\x31\x95\x33"), nil
	case EncWindows1252:
		return &transformDecoder{t: charmap.Windows1252.NewDecoder()}, 0, nil
	}
	return nil, 0, fmt.Errorf("tabular: unknown encoding %q", enc)
}

// utf8Decoder passes valid text through; an invalid byte becomes the Windows-1252
// character it most likely was, and is reported.
type utf8Decoder struct{}

func (utf8Decoder) decode(dst, src []byte, eof bool) ([]byte, int, []badSeq) {
	if !eof {
		src = src[:len(src)-cutRune(src)]
	}
	if utf8.Valid(src) {
		return append(dst, src...), len(src), nil
	}
	var bad []badSeq
	base := len(dst)
	for i := 0; i < len(src); {
		r, n := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && n <= 1 {
			bad = append(bad, badSeq{int64(len(dst) - base), fmt.Sprintf("byte 0x%02X", src[i])})
			dst = utf8.AppendRune(dst, charmap.Windows1252.DecodeByte(src[i]))
			i++
			continue
		}
		dst = append(dst, src[i:i+n]...)
		i += n
	}
	return dst, len(src), bad
}

// cutRune is the length of an incomplete character at the end of b.
func cutRune(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if c := b[len(b)-n]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}

type utf16Decoder struct{ big bool }

func (d utf16Decoder) decode(dst, src []byte, eof bool) ([]byte, int, []badSeq) {
	var bad []badSeq
	base, i := len(dst), 0
	report := func(detail string) {
		bad = append(bad, badSeq{int64(len(dst) - base), detail})
		dst = utf8.AppendRune(dst, utf8.RuneError)
	}
	for ; i+1 < len(src); i += 2 {
		u := d.unit(src[i:])
		if !utf16.IsSurrogate(u) {
			dst = utf8.AppendRune(dst, u)
			continue
		}
		if i+3 >= len(src) && !eof {
			break
		}
		var r rune = utf8.RuneError
		if i+3 < len(src) {
			r = utf16.DecodeRune(u, d.unit(src[i+2:]))
		}
		if r == utf8.RuneError {
			report(fmt.Sprintf("lone surrogate %04X", u))
			continue
		}
		dst = utf8.AppendRune(dst, r)
		i += 2
	}
	if eof && i < len(src) {
		report("half a character at the end of the file")
		i = len(src)
	}
	return dst, i, bad
}

func (d utf16Decoder) unit(b []byte) rune {
	if d.big {
		return rune(b[0])<<8 | rune(b[1])
	}
	return rune(b[1])<<8 | rune(b[0])
}

// transformDecoder uses an x/text decoder, which marks bad input by U+FFFD.
type transformDecoder struct {
	t   transform.Transformer
	tmp [8 << 10]byte
}

func (d *transformDecoder) decode(dst, src []byte, eof bool) ([]byte, int, []badSeq) {
	base, used := len(dst), 0
	for used < len(src) {
		n, m, err := d.t.Transform(d.tmp[:], src[used:], eof)
		dst = append(dst, d.tmp[:n]...)
		used += m
		if err != nil && !errors.Is(err, transform.ErrShortDst) || m == 0 {
			break
		}
	}
	var bad []badSeq
	for at := base; ; {
		i := bytes.Index(dst[at:], []byte("\uFFFD"))
		if i < 0 {
			return dst, used, bad
		}
		bad = append(bad, badSeq{int64(at + i - base), "not a character of this encoding"})
		at += i + 3
	}
}

// source streams decoded text out of a file.
type source struct {
	r    io.ReaderAt
	size int64
	off  int64 // next source byte
	dec  decoder
	raw  []byte
	left []byte // read but not decoded yet, at the front of raw
	out  int64  // decoded bytes given so far
	bad  []badSeq
	eof  bool
}

func newSource(r io.ReaderAt, size int64, enc string) (*source, error) {
	head, err := readHead(r, size, 4)
	if err != nil {
		return nil, err
	}
	dec, mark, err := newDecoder(enc, head)
	if err != nil {
		return nil, err
	}
	return &source{r: r, size: size, off: int64(mark), dec: dec, raw: make([]byte, 128<<10)}, nil
}

// read appends some decoded text to dst; s.eof is set with the last of it.
func (s *source) read(dst []byte) ([]byte, error) {
	have := copy(s.raw, s.left)
	n, err := s.r.ReadAt(s.raw[have:], s.off)
	if err != nil && err != io.EOF {
		return dst, err
	}
	s.off += int64(n)
	s.eof = err == io.EOF || s.off >= s.size
	was := len(dst)
	dst, used, bad := s.dec.decode(dst, s.raw[:have+n], s.eof)
	s.left = s.raw[used : have+n]
	for _, b := range bad {
		s.bad = append(s.bad, badSeq{s.out + b.off, b.detail})
	}
	s.out += int64(len(dst) - was)
	return dst, nil
}
