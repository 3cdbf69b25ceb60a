package demo

import (
	"bytes"
	"encoding/csv"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// dialect is a way to write a table as bytes.
type dialect struct {
	name      string // the end of the file's name
	encoding  string
	delimiter rune
	crlf      bool
	preamble  []string
	blank     int // an empty line after each so many rows; 0: none
}

// dialects are what spreadsheets and systems in China export.
func dialects() []dialect {
	return []dialect{
		{name: ".bom.csv", encoding: "utf-8 bom", delimiter: ',', crlf: true},
		{name: ".gb18030.csv", encoding: "gb18030", delimiter: ',', crlf: true},
		{name: ".utf16le.txt", encoding: "utf-16le", delimiter: '\t', crlf: true},
		{name: ".utf16be.csv", encoding: "utf-16be", delimiter: ','},
		{name: ".semicolon.csv", encoding: "utf-8", delimiter: ';'},
		{name: ".tab.tsv", encoding: "utf-8", delimiter: '\t'},
		{name: ".pipe.csv", encoding: "utf-8", delimiter: '|'},
		{name: ".preamble.csv", encoding: "utf-8", delimiter: ',', preamble: []string{"商机导出报表", "导出人：周予安  导出时间：2026-11-20 18:05", ""}},
		{name: ".gb18030.preamble.csv", encoding: "gb18030", delimiter: ';', crlf: true, preamble: []string{"机密；仅供内部使用", ""}},
		{name: ".blank.csv", encoding: "utf-8", delimiter: ',', blank: 25},
	}
}

func (d dialect) codec() encoding.Encoding {
	switch d.encoding {
	case "gb18030":
		return simplifiedchinese.GB18030
	case "utf-16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case "utf-8 bom":
		return unicode.UTF8BOM
	}
	return encoding.Nop
}

// table is headings and rows, which may be ragged, and the dirt in them.
type table struct {
	headings []string
	rows     [][]string
	dirt     map[Dirt][]int
}

// add appends a row.
func (t *table) add(row []string, dirt ...Dirt) {
	t.rows = append(t.rows, row)
	for _, d := range dirt {
		t.mark(d)
	}
}

// mark notes dirt in the last row, once.
func (t *table) mark(d Dirt) {
	if t.dirt == nil {
		t.dirt = map[Dirt][]int{}
	}
	n := len(t.rows)
	if list := t.dirt[d]; len(list) == 0 || list[len(list)-1] != n {
		t.dirt[d] = append(list, n)
	}
}

func (t *table) file(name string, d dialect) DirtyFile {
	var b bytes.Buffer
	end := "\n"
	if d.crlf {
		end = "\r\n"
	}
	for _, line := range d.preamble {
		b.WriteString(line + end)
	}
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = d.delimiter, d.crlf
	write := func(row []string) {
		if err := w.Write(row); err != nil {
			panic(err) // a buffer takes everything
		}
	}
	write(t.headings)
	for i, row := range t.rows {
		write(row)
		if d.blank > 0 && i%d.blank == d.blank-1 {
			w.Flush()
			b.WriteString(end)
		}
	}
	w.Flush()
	data, err := d.codec().NewEncoder().Bytes(b.Bytes())
	if err != nil {
		panic(err) // all texts are ours
	}
	return DirtyFile{Name: name + d.name, Data: data, Encoding: d.encoding, Delimiter: d.delimiter, Preamble: len(d.preamble), Rows: len(t.rows), Dirt: t.dirt}
}

// fullWidth writes digits as Chinese input methods do.
func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r - '0' + '０'
		}
		return r
	}, s)
}
