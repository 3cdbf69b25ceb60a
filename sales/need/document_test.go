package need_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"headwater/lake"
	"headwater/sales/need"
)

// docx builds a document of one part.
func docx(t *testing.T, body string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	f, err := z.Create("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	f.Write([]byte(`<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + body + `</w:body></w:document>`))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTextOfDocuments(t *testing.T) {
	encoded := base64.StdEncoding.EncodeToString([]byte("报价单又被退回来了。"))
	for name, c := range map[string]struct {
		file string
		data []byte
		want string
	}{
		"text":             {"a.txt", []byte("\xef\xbb\xbf一行\r\n二行"), "一行\n二行"},
		"gbk":              {"a.txt", []byte{0xb1, 0xb8, 0xb7, 0xdd}, "备份"},
		"docx":             {"a.docx", docx(t, `<w:p><w:r><w:t>备份</w:t></w:r><w:r><w:t>没演练</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>a &amp; b</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>`), "备份没演练\na & b"},
		"plain":            {"a.EML", []byte("Subject: =?utf-8?B?" + base64.StdEncoding.EncodeToString([]byte("退信")) + "?=\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded + "\r\n"), "退信\n报价单又被退回来了。"},
		"quoted-printable": {"a.eml", []byte("Subject: x\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nCaf=E9 =\nclosed\n"), "x\nCafé closed"},
		"alternative":      {"a.eml", []byte("Subject: s\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nfirst\n--b\nContent-Type: text/html\n\n<p>second</p>\n--b--\n"), "s\nfirst"},
		"html":             {"a.eml", []byte("Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html; charset=utf-8\n\n<style>p{}</style><p>one&nbsp;&amp; two</p><p>three<br>four</p>\n--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=x.txt\n\nnot this\n--b--\n"), "s\none & two\nthree\nfour"},
	} {
		got, err := need.Text(c.file, c.data)
		if err != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
}

func TestTextRefuses(t *testing.T) {
	bomb := docx(t, "<w:p><w:r><w:t>"+strings.Repeat("x", need.MaxText)+"</w:t></w:r></w:p>")
	for name, c := range map[string]struct {
		file string
		data []byte
		code string
	}{
		"kind":    {"a.pdf", []byte("%PDF"), "document_type"},
		"broken":  {"a.docx", []byte("no zip"), "document_broken"},
		"no part": {"a.docx", emptyZip(t), "document_broken"},
		"bomb":    {"a.docx", bomb, "document_too_large"},
		"large":   {"a.txt", make([]byte, need.MaxDocument+1), "document_too_large"},
		"charset": {"a.eml", []byte("Content-Type: text/plain; charset=none-such\n\nx"), "document_broken"},
	} {
		_, err := need.Text(c.file, c.data)
		var told *lake.Error
		if !errors.As(err, &told) || told.Code != c.code || !errors.Is(err, lake.ErrInvalid) {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	if len(bomb) > 1<<16 {
		t.Errorf("the archive of that much text has %d bytes: it tests nothing", len(bomb))
	}
}

func emptyZip(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := zip.NewWriter(&b).Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
