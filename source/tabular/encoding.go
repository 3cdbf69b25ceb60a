package tabular

import (
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Encodings that Sniff finds and Open reads.
const (
	EncUTF8        = "utf-8"
	EncUTF8BOM     = "utf-8-bom"
	EncUTF16LE     = "utf-16le"
	EncUTF16BE     = "utf-16be"
	EncGB18030     = "gb18030" // GBK and GB2312 included
	EncWindows1252 = "windows-1252"
)

// asciiScan is how far past a pure ASCII sample we look for the first other byte:
// exports often begin with thousands of plain rows before the first 张三.
const asciiScan = 64 << 20

// detectEncoding names the encoding of the file and how sure that is.
func detectEncoding(r io.ReaderAt, size int64, sample []byte) (string, float64, error) {
	switch {
	case bytes.HasPrefix(sample, []byte("\xef\xbb\xbf")):
		return EncUTF8BOM, 1, nil
	case bytes.HasPrefix(sample, []byte("\xff\xfe")):
		return EncUTF16LE, 1, nil
	case bytes.HasPrefix(sample, []byte("\xfe\xff")):
		return EncUTF16BE, 1, nil
	}
	if enc := utf16Pattern(sample); enc != "" {
		return enc, 0.9, nil
	}
	if isASCII(sample) && size > int64(len(sample)) {
		window, err := firstNonASCII(r, size, int64(len(sample)))
		if err != nil {
			return "", 0, err
		}
		if window == nil {
			return EncUTF8, 0.95, nil
		}
		sample = window
	}
	enc, sure := detectBytes(sample)
	return enc, sure, nil
}

// detectBytes decides between UTF-8, GB18030 and Windows-1252 by validity and habit.
func detectBytes(b []byte) (string, float64) {
	good, bad := utf8Sequences(b)
	if bad == 0 {
		return EncUTF8, 1
	}
	pairs, common, broken := gbPairs(b)
	switch {
	case good > 20*bad: // UTF-8 with some damage
		return EncUTF8, float64(good) / float64(good+bad)
	case broken*50 <= pairs && common*10 >= pairs*6:
		return EncGB18030, 0.5 + 0.5*float64(common)/float64(pairs+broken)
	case good > bad:
		return EncUTF8, float64(good) / float64(good+bad)
	}
	return EncWindows1252, 0.6
}

// utf16Pattern recognises UTF-16 without a mark: text has its NULs on one side only.
func utf16Pattern(b []byte) string {
	var even, odd int
	n := len(b) &^ 1
	for i := 0; i < n; i += 2 {
		if b[i] == 0 {
			even++
		}
		if b[i+1] == 0 {
			odd++
		}
	}
	pairs := n / 2
	switch {
	case pairs == 0:
		return ""
	case odd*20 >= pairs && odd >= 10*even && odd > 1:
		return EncUTF16LE
	case even*20 >= pairs && even >= 10*odd && even > 1:
		return EncUTF16BE
	}
	return ""
}

func isASCII(b []byte) bool {
	for len(b) >= 8 {
		if (b[0]|b[1]|b[2]|b[3]|b[4]|b[5]|b[6]|b[7])&0x80 != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// firstNonASCII returns a window that begins at the first byte above 0x7F, nil if none is near.
func firstNonASCII(r io.ReaderAt, size, from int64) ([]byte, error) {
	buf := make([]byte, 256<<10)
	for off := from; off < size && off < asciiScan; off += int64(len(buf)) {
		n, err := r.ReadAt(buf, off)
		if err != nil && err != io.EOF {
			return nil, err
		}
		if isASCII(buf[:n]) {
			continue
		}
		for i, c := range buf[:n] {
			if c >= 0x80 {
				n, err = r.ReadAt(buf, off+int64(i))
				if err == io.EOF {
					err = nil
				}
				return buf[:n], err
			}
		}
	}
	return nil, nil
}

// utf8Sequences counts multi-byte sequences that are valid and bytes that are not;
// a sequence cut by the end of b counts as neither.
func utf8Sequences(b []byte) (good, bad int) {
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		switch {
		case r != utf8.RuneError || n > 1:
			good++
		case len(b)-i < utf8.UTFMax && !utf8.FullRune(b[i:]):
			return good, bad
		default:
			bad++
		}
		i += n
	}
	return good, bad
}

// gbPairs counts two-byte characters of GB18030, those of them that are in daily
// use (GB2312), and bytes that can't be GB18030 at all.
func gbPairs(b []byte) (pairs, common, broken int) {
	for i := 0; i < len(b); i++ {
		c := b[i]
		if c < 0x80 {
			continue
		}
		if i+1 >= len(b) {
			break
		}
		d := b[i+1]
		switch {
		case c >= 0x81 && c <= 0xFE && d >= 0x30 && d <= 0x39: // four bytes
			pairs++
			i += 3
		case c >= 0x81 && c <= 0xFE && d >= 0x40 && d != 0x7F && d != 0xFF:
			pairs++
			if d >= 0xA1 && (c >= 0xB0 && c <= 0xF7 || c >= 0xA1 && c <= 0xA9) {
				common++
			}
			i++
		default:
			broken++
		}
	}
	return pairs, common, broken
}

// gbDecoder is the decoder that Open uses for GB18030.
func gbDecoder() decoder { return &transformDecoder{t: simplifiedchinese.GB18030.NewDecoder()} }
