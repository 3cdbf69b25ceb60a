package httpapi

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headwater/lake"
	"headwater/sales/need"
)

// noteFileMost is the size of the largest file that is taken as a note, in bytes.
const noteFileMost = 5 << 20

type mineFileInput struct {
	OnBranch
	requestInput
	Deal    lake.Key `query:"deal" maxLength:"200"`
	Account lake.Key `query:"account" maxLength:"200"`
	Contact lake.Key `query:"contact" maxLength:"200"`
}

func (n needs) mineFile(ctx context.Context, in *mineFileInput) (*reply[MinedNote], error) {
	part, err := filePart(in.http)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(part, noteFileMost+1))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) || len(data) > noteFileMost {
		return nil, lake.Fail(lake.ErrLimit, "note_file_too_large", "A note has at most 5 MiB.")
	}
	if err != nil {
		return nil, err
	}
	text, err := need.Text(part.FileName(), data)
	if err != nil {
		return nil, err
	}
	return n.mine(ctx, &mineInput{OnBranch: in.OnBranch, Body: NoteToMine{Text: text, Deal: in.Deal, Account: in.Account, Contact: in.Contact, Subject: short(part.FileName(), 200)}})
}

// describeFile describes the form of an operation that takes a file.
func describeFile(a api, path string) {
	a.OpenAPI().Paths[path].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"multipart/form-data": {Schema: &huma.Schema{Type: huma.TypeObject, Required: []string{"file"}, Properties: map[string]*huma.Schema{
			"file": {Type: huma.TypeString, Format: "binary"}}}}}}
}
