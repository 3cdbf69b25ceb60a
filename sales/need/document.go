package need

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"html"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"

	"headwater/lake"
)

// What a document may be at most.
const (
	MaxDocument = 10 << 20 // bytes of a file
	MaxText     = 4 << 20  // bytes of text in it, which also bounds what an archive unpacks to
	maxDepth    = 8        // parts of a mail within parts
)

// Text reads the text of a file: plain text, Markdown, CSV and JSON as they are, DOCX
// (paragraphs, table cells parted by tabs) and e-mail (.eml: subject and body, of plain
// text or HTML). The name's ending says what it is. Errors are of the family Invalid:
// document_too_large, document_type, document_broken.
func Text(name string, data []byte) (string, error) {
	if len(data) > MaxDocument {
		return "", lake.Fail(lake.ErrInvalid, "document_too_large", "the file has more than 10 MB")
	}
	var text string
	var err error
	switch strings.ToLower(path.Ext(name)) {
	case ".txt", ".md", ".csv", ".tsv", ".json", ".log", "":
		text, err = decoded(data, "")
	case ".html", ".htm":
		if text, err = decoded(data, ""); err == nil {
			text = fromHTML(text)
		}
	case ".docx":
		text, err = fromDOCX(data)
	case ".eml":
		text, err = fromMail(data)
	default:
		return "", lake.Fail(lake.ErrInvalid, "document_type", "text, DOCX and e-mail (.eml) can be read", "name", name)
	}
	if errors.Is(err, errTooLong) {
		return "", lake.Fail(lake.ErrInvalid, "document_too_large", "the file holds more than 4 MB of text", "name", name)
	}
	if err != nil {
		return "", lake.Fail(lake.ErrInvalid, "document_broken", err.Error(), "name", name)
	}
	return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")), nil
}

var errTooLong = errors.New("too long")

// readText reads at most MaxText bytes and says so when there are more.
func readText(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxText+1))
	if err == nil && len(data) > MaxText {
		err = errTooLong
	}
	return data, err
}

// decoded is text in UTF-8. Without a charset it is UTF-8 or else GB 18030.
func decoded(data []byte, charset string) (string, error) {
	if len(data) > MaxText {
		return "", errTooLong
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if charset == "" || strings.EqualFold(charset, "us-ascii") {
		if utf8.Valid(data) {
			return string(data), nil
		}
		out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
		return string(out), err
	}
	e, err := htmlindex.Get(charset)
	if err != nil {
		return "", err
	}
	out, err := e.NewDecoder().Bytes(data)
	return string(out), err
}

// fromDOCX reads the main part of a Word document.
func fromDOCX(data []byte) (string, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return "", err
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		return "", err
	}
	defer f.Close()
	part, err := readText(f) // what the archive claims to hold isn't trusted
	if err != nil {
		return "", err
	}
	var out strings.Builder
	d := xml.NewDecoder(bytes.NewReader(part))
	inText := false
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out.String(), nil
		}
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "t":
				inText = true
			case "tab":
				out.WriteByte('\t')
			case "br", "cr":
				out.WriteByte('\n')
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "t":
				inText = false
			case "p":
				out.WriteByte('\n')
			}
		case xml.CharData:
			if inText {
				out.Write(t)
			}
		}
	}
}

// fromMail reads subject and body of a message.
func fromMail(data []byte) (string, error) {
	m, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		return "", err
	}
	body, err := partText(mailHeader(m.Header), m.Body, 0)
	if err != nil {
		return "", err
	}
	words := mime.WordDecoder{CharsetReader: func(charset string, in io.Reader) (io.Reader, error) {
		e, err := htmlindex.Get(charset)
		if err != nil {
			return nil, err
		}
		return e.NewDecoder().Reader(in), nil
	}}
	subject := m.Header.Get("Subject")
	if s, err := words.DecodeHeader(subject); err == nil {
		subject = s
	}
	return subject + "\n" + body, nil
}

// mailHeader reads keys of a header, whatever their case.
type mailHeader map[string][]string

func (h mailHeader) get(key string) string { return mail.Header(h).Get(key) }

// partText is the text of a part: of several it takes the plain one, or else the HTML
// one; attachments are left out.
func partText(h mailHeader, body io.Reader, depth int) (string, error) {
	kind, params, err := mime.ParseMediaType(h.get("Content-Type"))
	if err != nil {
		kind, params = "text/plain", map[string]string{}
	}
	if strings.HasPrefix(kind, "multipart/") && depth < maxDepth {
		return partsText(kind, multipart.NewReader(body, params["boundary"]), depth)
	}
	disposition, _, _ := mime.ParseMediaType(h.get("Content-Disposition")) // none is fine
	if disposition == "attachment" || kind != "text/plain" && kind != "text/html" {
		return "", nil
	}
	switch strings.ToLower(h.get("Content-Transfer-Encoding")) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	data, err := readText(body)
	if err != nil {
		return "", err
	}
	text, err := decoded(data, params["charset"])
	if kind == "text/html" {
		text = fromHTML(text)
	}
	return text, err
}

func partsText(kind string, r *multipart.Reader, depth int) (string, error) {
	var out []string
	for {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return strings.Join(out, "\n"), nil
		}
		if err != nil {
			return "", err
		}
		text, err := partText(mailHeader(p.Header), p, depth+1)
		if err != nil {
			return "", err
		}
		if kind == "multipart/alternative" && len(out) > 0 {
			continue // the same again, in another form
		}
		if strings.TrimSpace(text) != "" {
			out = append(out, text)
		}
	}
}

var (
	hiddenHTML = regexp.MustCompile(`(?is)<(script|style|head)\b.*?</(script|style|head)>|<!--.*?-->`)
	breakHTML  = regexp.MustCompile(`(?i)<(br|/p|/div|/li|/tr|/h[1-6]|/table)\b[^>]*>`)
	cellHTML   = regexp.MustCompile(`(?i)</t[dh]\s*>`)
	tagHTML    = regexp.MustCompile(`<[^>]*>`)
	blankLines = regexp.MustCompile(`[ \t]*\n[ \t\n]*`)
)

// fromHTML keeps what a reader would see.
func fromHTML(text string) string {
	text = hiddenHTML.ReplaceAllString(text, "")
	text = strings.Join(strings.Fields(text), " ")
	text = cellHTML.ReplaceAllString(breakHTML.ReplaceAllString(text, "\n"), "\t")
	text = html.UnescapeString(tagHTML.ReplaceAllString(text, ""))
	return blankLines.ReplaceAllString(strings.ReplaceAll(text, "\u00a0", " "), "\n")
}
