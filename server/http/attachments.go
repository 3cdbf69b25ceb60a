package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"

	"headwater/lake"
)

// attachments are small files that prove something.
type attachments struct{ *Server }

// MaxAttachment is the largest file that is kept, in bytes.
const MaxAttachment = 2 << 20

// A cell holds 1 MiB; the content goes over these fields, 768 KiB of the file in each.
var contentFields = []lake.FieldName{"content", "content_2", "content_3"}

const contentPart = 768 << 10

func (f attachments) register(a api) {
	route(a, operation{id: "attach", method: http.MethodPost, path: "/deals/{deal}/attachments", need: NeedWrite, status: http.StatusCreated, errors: []int{404, 413}, body: MaxAttachment + 64<<10,
		summary: "Keep a file of at most 2 MiB with a deal"}, f.keep)
	route(a, operation{id: "attachment", method: http.MethodGet, path: "/attachments/{attachment}/content", need: NeedRead, errors: []int{404}, produces: []string{"application/octet-stream"},
		summary: "Download a file"}, f.download)
	describeFile(a, "/api/deals/{deal}/attachments")
}

type attachInput struct {
	OnBranch
	DealPath
	Request
}

func (f attachments) keep(ctx context.Context, in *attachInput) (*reply[RevisionMade], error) {
	d, err := f.openDeal(ctx, Place{OnBranch: in.OnBranch}, in.Deal)
	if err != nil {
		return nil, err
	}
	part, err := filePart(in.http)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(part, MaxAttachment+1))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge) || len(body) > MaxAttachment:
		return nil, lake.Fail(lake.ErrLimit, "attachment_too_large", "A file has at most 2 MiB.", "most", MaxAttachment)
	case err != nil:
		return nil, err
	case len(body) == 0:
		return nil, lake.Fail(lake.ErrInvalid, "attachment_empty", "The file is empty.")
	}
	sum := sha256.Sum256(body)
	cells := lake.Cells{"name": lake.Cell(fileName(part.FileName())), "media_type": lake.Cell(http.DetectContentType(body)), "size": lake.Cell(strconv.Itoa(len(body))), "sha256": lake.Cell(hex.EncodeToString(sum[:])),
		"deal": lake.Cell(in.Deal), "account": d.rec.Cells["account"], "owner": d.rec.Cells["owner"]}
	for i, field := range contentFields {
		if from := i * contentPart; from < len(body) {
			cells[field] = lake.Cell(base64.StdEncoding.EncodeToString(body[from:min(from+contentPart, len(body))]))
		}
	}
	return f.write(ctx, in.OnBranch, func(tx *lake.Tx) (lake.Key, error) { return tx.Create("attachments", cells) })
}

// fileName keeps the last part of a name without control characters, at most 200 bytes.
func fileName(s string) string {
	s = strings.ToValidUTF8(filepath.Base(strings.ReplaceAll(s, `\`, "/")), "")
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, s)
	for len(s) > 200 {
		r := []rune(s)
		s = string(r[1:]) // the ending says what it is
	}
	if s == "" || s == "." || s == "/" {
		return "file"
	}
	return s
}

type attachmentInput struct {
	Place
	Attachment lake.Key `path:"attachment" maxLength:"200"`
}

// fileReply is a download that no browser opens as a page.
type fileReply struct {
	ContentType   string `header:"Content-Type"`
	Disposition   string `header:"Content-Disposition"`
	NoSniff       string `header:"X-Content-Type-Options"`
	Policy        string `header:"Content-Security-Policy"`
	CacheControl  string `header:"Cache-Control"`
	ContentLength string `header:"Content-Length"`
	Body          []byte
}

func (f attachments) download(ctx context.Context, in *attachmentInput) (*fileReply, error) {
	r, _, err := f.readEntity(ctx, in.Place, "attachments")
	if err != nil {
		return nil, err
	}
	rec, err := r.Get(ctx, "attachments", in.Attachment)
	if err != nil {
		return nil, err
	}
	var body []byte
	for _, field := range contentFields {
		part, err := base64.StdEncoding.DecodeString(string(rec.Cells[field]))
		if err != nil {
			return nil, lake.Fail(lake.ErrConflict, "attachment_broken", "The content of this file can't be read.", "key", rec.Key)
		}
		body = append(body, part...)
	}
	sum := sha256.Sum256(body)
	if hex.EncodeToString(sum[:]) != string(rec.Cells["sha256"]) {
		return nil, lake.Fail(lake.ErrConflict, "attachment_broken", "The content of this file isn't what was kept.", "key", rec.Key)
	}
	return &fileReply{ContentType: "application/octet-stream", NoSniff: "nosniff", Policy: "sandbox; default-src 'none'", CacheControl: "private, no-store", ContentLength: strconv.Itoa(len(body)),
		Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": string(rec.Cells["name"])}), Body: body}, nil
}
