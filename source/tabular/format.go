package tabular

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// ErrFormat says that the file is of a kind that is not read, and what to do.
type ErrFormat struct {
	Code string // stable, for example "xls_not_supported"
	Hint string
}

func (e *ErrFormat) Error() string { return e.Code + ": " + e.Hint }

// ErrBomb says that a workbook would unpack to far more than its size suggests.
var ErrBomb = errors.New("tabular: workbook unpacks to more than is allowed")

// ErrSheet says that the workbook has no such sheet.
var ErrSheet = errors.New("tabular: no such sheet")

var magics = []struct {
	magic, code, hint string
}{
	{"%PDF", "pdf_not_supported", "this is a PDF; export the table as XLSX or CSV"},
	{"\x1f\x8b", "gzip_not_supported", "this is a gzip archive; unpack it and upload the file inside"},
	{"\x89PNG", "image_not_supported", "this is an image; upload the table itself as XLSX or CSV"},
	{"\xff\xd8\xff", "image_not_supported", "this is an image; upload the table itself as XLSX or CSV"},
	{"GIF8", "image_not_supported", "this is an image; upload the table itself as XLSX or CSV"},
	{"7z\xbc\xaf\x27\x1c", "archive_not_supported", "this is a 7z archive; unpack it and upload the file inside"},
	{"Rar!\x1a\x07", "archive_not_supported", "this is a RAR archive; unpack it and upload the file inside"},
	{"\x28\xb5\x2f\xfd", "archive_not_supported", "this is a zstd archive; unpack it and upload the file inside"},
	{"BZh91AY", "archive_not_supported", "this is a bzip2 archive; unpack it and upload the file inside"},
	{"PAR1", "parquet_not_supported", "this is a Parquet file; connect it as a source instead of importing it"},
	{"SQLite format 3\x00", "sqlite_not_supported", "this is a SQLite database; connect it as a source"},
	{"{\\rtf", "rtf_not_supported", "this is a rich text document; export the table as XLSX or CSV"},
}

var oleMagic = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")

// detectFormat tells workbooks and text from files that only look like a table by name.
func detectFormat(r io.ReaderAt, size int64, name string) (Format, error) {
	head, err := readHead(r, size, 64<<10)
	if err != nil {
		return "", err
	}
	if len(head) == 0 {
		return "", &ErrFormat{"empty_file", "the file is empty"}
	}
	for _, m := range magics {
		if bytes.HasPrefix(head, []byte(m.magic)) {
			return "", &ErrFormat{m.code, m.hint}
		}
	}
	switch {
	case bytes.HasPrefix(head, oleMagic):
		return "", oleError(head, name)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return zipFormat(r, size)
	case looksHTML(head):
		return "", &ErrFormat{"html_not_supported", "this is a web page, perhaps named .xls by the system that exported it; open it in a spreadsheet and save as XLSX"}
	case bytes.Contains(head[:min(len(head), 512)], []byte("urn:schemas-microsoft-com:office:spreadsheet")):
		return "", &ErrFormat{"xml_spreadsheet_not_supported", "this is an Excel 2003 XML file; save it as XLSX"}
	}
	return CSV, nil
}

// readHead returns the first n bytes of the file, fewer if it is shorter.
func readHead(r io.ReaderAt, size int64, n int) ([]byte, error) {
	if int64(n) > size {
		n = int(max(size, 0))
	}
	buf := make([]byte, n)
	got, err := r.ReadAt(buf, 0)
	if err == io.EOF {
		err = nil
	}
	return buf[:got], err
}

// oleError tells an encrypted workbook from an old .xls: both are OLE files.
func oleError(head []byte, name string) error {
	// Directory names in OLE are UTF-16; encryption is a stream of this name.
	encrypted := []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")
	if bytes.Contains(head, encrypted) || strings.EqualFold(path.Ext(name), ".xlsx") {
		return &ErrFormat{"encrypted_workbook", "the workbook has a password; remove it (save without password) and upload again"}
	}
	return &ErrFormat{"xls_not_supported", "this is an old Excel .xls file; save it as .xlsx"}
}

// zipFormat looks into a zip: only XLSX is read.
func zipFormat(r io.ReaderAt, size int64) (Format, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return "", &ErrFormat{"damaged_workbook", fmt.Sprintf("the file begins like a workbook but can't be opened (%v); save it again", err)}
	}
	for _, f := range z.File {
		switch name := strings.ToLower(f.Name); {
		case name == "xl/workbook.bin":
			return "", &ErrFormat{"xlsb_not_supported", "this is a binary workbook (.xlsb); save it as .xlsx"}
		case name == "xl/workbook.xml", name == "[content_types].xml" && hasWorkbook(z):
			return XLSX, nil
		case name == "mimetype" && isODS(f):
			return "", &ErrFormat{"ods_not_supported", "this is an OpenDocument spreadsheet; save it as .xlsx"}
		case name == "word/document.xml" || name == "ppt/presentation.xml":
			return "", &ErrFormat{"office_document_not_supported", "this is a text document or presentation; copy the table into a workbook"}
		}
	}
	return "", &ErrFormat{"zip_not_supported", "this is a zip archive; unpack it and upload the files inside"}
}

func hasWorkbook(z *zip.Reader) bool {
	for _, f := range z.File {
		if strings.EqualFold(path.Base(f.Name), "workbook.xml") {
			return true
		}
	}
	return false
}

func isODS(f *zip.File) bool {
	rc, err := f.Open()
	if err != nil {
		return false
	}
	defer rc.Close()
	kind, _ := io.ReadAll(io.LimitReader(rc, 200))
	return bytes.Contains(kind, []byte("opendocument"))
}

func looksHTML(head []byte) bool {
	h := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(head[:min(len(head), 1024)], []byte("\xef\xbb\xbf"))))
	for _, tag := range []string{"<!doctype html", "<html", "<table", "<head"} {
		if bytes.HasPrefix(h, []byte(tag)) {
			return true
		}
	}
	return false
}
