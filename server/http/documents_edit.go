package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/document"
)

func (d documents) registerEditing(a api) {
	route(a, operation{id: "editDocument", method: http.MethodPut, path: "/documents/{key}/text", need: NeedWrite, errors: []int{404, 409, 412},
		summary: "Change the text of a deliverable that isn't sent; numbers that are changed are marked, the others stay tied to their sources"}, d.edit)
}

// documentReserved are the fields of documents that only their own verbs write: they are
// looked through before they are sent, and what was sent stays as it was.
var documentReserved = []lake.FieldName{"content", "template", "pack", "version", "language", "missing", "made_at", "sent_on"}

type editDocumentInput struct {
	OnBranch
	IfMatch
	Key  lake.Key `path:"key" maxLength:"200"`
	Body struct {
		Parts  map[string]string `json:"parts,omitempty" doc:"New text of parts, by their ids; others stay."`
		Fresh  bool              `json:"fresh,omitempty" doc:"Put today's numbers in the places of those that moved since."`
		Check  bool              `json:"check,omitempty" doc:"Only say what it would be; nothing is kept."`
		Reason string            `json:"reason,omitempty" maxLength:"1000" doc:"Why; it is kept in the history."`
	} `nameHint:"DocumentText"`
}

// edit changes a draft. The old text stays in the record's history.
func (d documents) edit(ctx context.Context, in *editDocumentInput) (*reply[DealDocument], error) {
	place := Place{OnBranch: in.OnBranch}
	r, err := d.reader(ctx, place)
	if err != nil {
		return nil, err
	}
	rec, doc, err := readDocument(ctx, r, in.Key)
	if err != nil {
		return nil, err
	}
	if err := unsent(rec); err != nil {
		return nil, err
	}
	if err := doc.Edit(in.Body.Parts); err != nil {
		return nil, err
	}
	if in.Body.Fresh {
		moved, err := d.moved(ctx, r, rec, doc)
		if err != nil {
			return nil, err
		}
		doc.Freshen(moved)
	}
	if in.Body.Check {
		return d.shown(ctx, r, rec, doc)
	}
	content, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	_, err = d.lake.Write(ctx, principal(ctx), in.Branch, func(tx *lake.Tx) error {
		tx.SetIntent(lake.Intent{Reason: in.Body.Reason})
		base := in.IfMatch
		if base.IfMatch == "" {
			base.IfMatch = etag(rec.Rev) // what the new text was made of
		}
		if err := base.unmoved(tx, RecordPath{Entity: "documents", Key: in.Key}); err != nil {
			return err
		}
		_, err := tx.Put("documents", in.Key, lake.Cells{"content": lake.Cell(content), "missing": lake.Cell(strconv.Itoa(len(doc.Missing)))})
		return err
	})
	if err != nil {
		return nil, err
	}
	return d.show(ctx, place, in.Key)
}

func unsent(rec lake.Record) error {
	if on := rec.Cells["sent_on"]; on != "" {
		return lake.Fail(lake.ErrConflict, "document_sent", "This document was sent on "+string(on)+"; make its next version instead.", "document", rec.Key, "date", on)
	}
	return nil
}

// halfPage refuses a summary that the decision maker would have to turn a page for.
func halfPage(doc *document.Document) error {
	h := doc.Half()
	if h.Over == 0 {
		return nil
	}
	return lake.Fail(lake.ErrConflict, "document_summary_long", "The summary takes "+strconv.Itoa(h.Lines)+" lines, half a page has "+strconv.Itoa(h.Most)+"; shorten it by "+strconv.Itoa(h.Over)+".",
		"lines", h.Lines, "most", h.Most, "over", h.Over, "from", h.From)
}

// moved are the figures of a document whose sources say something else by now. There are
// none to tell when the deal or the template can't be read any more.
func (d documents) moved(ctx context.Context, r *lake.Reader, rec lake.Record, doc *document.Document) ([]document.Moved, error) {
	none := []document.Moved{}
	deal, err := r.Get(ctx, "deals", lake.Key(rec.Cells["deal"]))
	if errors.Is(err, lake.ErrNotFound) || errors.Is(err, lake.ErrForbidden) {
		return none, nil
	}
	if err != nil {
		return none, err
	}
	product, err := d.packOf(ctx, r, deal)
	if err != nil {
		return none, err
	}
	m, err := d.knowledge(ctx, r, product)
	if err != nil {
		return none, err
	}
	i := slices.IndexFunc(m.Templates, func(t pack.Template) bool { return t.ID == doc.Template })
	if i < 0 || len(doc.Numbers) == 0 {
		return none, nil
	}
	f := &filler{Server: d.Server, reader: r, pack: m, deal: deal, zh: doc.Lang == "zh", given: doc.Given, only: map[lake.EntityName]lake.Key{}}
	if doc.Quote != "" {
		if _, err := r.Get(ctx, "quotes", lake.Key(doc.Quote)); err == nil {
			f.only["quotes"], f.only["quote_lines"] = lake.Key(doc.Quote), lake.Key(doc.Quote)
		}
	}
	in, err := f.fill(ctx, m.Templates[i])
	if err != nil {
		return none, err
	}
	return doc.Moved(m.Templates[i], in), nil
}
