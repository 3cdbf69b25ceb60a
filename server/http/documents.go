package httpapi

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/document"
	"headwater/sales/promise"
)

// documents are the verbs of deliverables: made from the records of a deal, kept by
// version, handed out as page, DOCX and PDF, and looked through for promises before they
// are sent.
type documents struct{ *Server }

func (d documents) register(a api) {
	route(a, operation{id: "listTemplates", method: http.MethodGet, path: "/documents/templates", need: NeedRead, errors: []int{404},
		summary: "The deliverables of a deal's product, with what each still lacks"}, d.templates)
	route(a, operation{id: "makeDocument", method: http.MethodPost, path: "/documents", need: NeedWrite, status: http.StatusCreated, errors: []int{404},
		summary: "Make a deliverable from the records of a deal; it is kept as the next version"}, d.make)
	route(a, operation{id: "getDocument", method: http.MethodGet, path: "/documents/{key}", need: NeedRead, errors: []int{404},
		summary: "A deliverable, with the promises in it"}, d.get)
	route(a, operation{id: "documentFile", method: http.MethodGet, path: "/documents/{key}/file", need: NeedRead, errors: []int{404, 409},
		summary: "A deliverable as a file", produces: []string{kindDOCX, kindPDF, kindHTML}}, d.file)
	route(a, operation{id: "sendDocument", method: http.MethodPost, path: "/documents/{key}/send", need: NeedWrite, errors: []int{404, 409},
		summary: "Note that a deliverable was sent; over-promises and a summary of more than half a page stop it, what it promises goes into the ledger"}, d.send)
	d.registerEditing(a)
}

const (
	kindDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	kindPDF  = "application/pdf"
	kindHTML = "text/html; charset=utf-8"
)

var documentKinds = map[string]string{"docx": kindDOCX, "pdf": kindPDF, "html": kindHTML}

// DealTemplate is a deliverable that can be made for a deal.
type DealTemplate struct {
	ID      string             `json:"id"`
	Name    pack.Text          `json:"name"`
	For     pack.Text          `json:"for"`
	Formats []string           `json:"formats"`
	Asks    []pack.Input       `json:"asks" doc:"Inputs that a person types; no record holds them."`
	Missing []document.Missing `json:"missing" doc:"What isn't there yet, and how to get it."`
	Stages  []string           `json:"stages" doc:"The stages of playbooks that want it."`
}

type templatesInput struct {
	Place
	Deal     lake.Key `query:"deal" required:"true" maxLength:"200"`
	Language string   `header:"Accept-Language"`
}

func (d documents) templates(ctx context.Context, in *templatesInput) (*reply[list[DealTemplate]], error) {
	f, err := d.filler(ctx, in.Place, in.Deal, chinese(ctx, in.Language))
	if err != nil {
		return nil, err
	}
	if err := f.chooseQuote(ctx, ""); err != nil {
		return nil, err
	}
	out := make([]DealTemplate, 0, len(f.pack.Templates))
	for _, t := range f.pack.Templates {
		doc, err := f.make(ctx, t, document.Options{Lang: langOf(f.zh)})
		if err != nil {
			return nil, err
		}
		asks := slices.DeleteFunc(slices.Clone(t.Inputs), func(i pack.Input) bool { return i.From != "input" })
		out = append(out, DealTemplate{t.ID, t.Name, t.For, t.Formats, listOf(asks).Items, listOf(doc.Missing).Items, stagesWith(f.pack, t.ID)})
	}
	return replyWith(listOf(out), nil)
}

// stagesWith are the stages whose deliverables come from a template.
func stagesWith(m *pack.Merged, template string) []string {
	out := []string{}
	for _, p := range m.Playbooks {
		for _, s := range p.Stages {
			if slices.Contains(s.Deliverables, template) && !slices.Contains(out, s.DealStage) {
				out = append(out, s.DealStage)
			}
		}
	}
	return out
}

func langOf(zh bool) string {
	if zh {
		return "zh"
	}
	return "en"
}

func (d documents) filler(ctx context.Context, p Place, key lake.Key, zh bool) (*filler, error) {
	r, err := d.reader(ctx, p)
	if err != nil {
		return nil, err
	}
	deal, err := r.Get(ctx, "deals", key)
	if err != nil {
		return nil, err
	}
	product, err := d.packOf(ctx, r, deal)
	if err != nil {
		return nil, err
	}
	m, err := d.knowledge(ctx, r, product)
	return &filler{Server: d.Server, reader: r, pack: m, deal: deal, zh: zh, only: map[lake.EntityName]lake.Key{}}, err
}

func (f *filler) make(ctx context.Context, t pack.Template, o document.Options) (*document.Document, error) {
	inputs, err := f.fill(ctx, t)
	if err != nil {
		return nil, err
	}
	return document.Make(t, inputs, o)
}

type makeDocumentInput struct {
	OnBranch
	Language string `header:"Accept-Language"`
	Body     struct {
		Deal     lake.Key          `json:"deal" minLength:"1" maxLength:"200"`
		Template string            `json:"template" minLength:"1" maxLength:"100"`
		Language string            `json:"language,omitempty" enum:"zh,en" doc:"Absent: the caller's."`
		Inputs   map[string]string `json:"inputs,omitempty" doc:"What a person types, by input."`
		Quote    lake.Key          `json:"quote,omitempty" maxLength:"200" doc:"For a quotation: which quote; absent: the newest."`
	} `nameHint:"NewDocument"`
}

func (d documents) make(ctx context.Context, in *makeDocumentInput) (*reply[DealDocument], error) {
	lang := in.Body.Language
	if lang == "" {
		lang = languageOf(ctx, in.Language)
	}
	place := Place{OnBranch: in.OnBranch}
	f, err := d.filler(ctx, place, in.Body.Deal, lang == "zh")
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(f.pack.Templates, func(t pack.Template) bool { return t.ID == in.Body.Template })
	if i < 0 {
		return nil, lake.Fail(lake.ErrNotFound, "template_unknown", "The pack has no template "+in.Body.Template+".", "template", in.Body.Template)
	}
	t := f.pack.Templates[i]
	f.given = in.Body.Inputs
	if err := f.chooseQuote(ctx, in.Body.Quote); err != nil {
		return nil, err
	}
	before, err := linked(ctx, f.reader, "documents", "deal", f.deal.Key)
	if err != nil {
		return nil, err
	}
	version := 1
	for _, b := range before {
		if string(b.Cells["template"]) == t.ID {
			version++
		}
	}
	customer, err := titleOf(ctx, f.reader, "accounts", lake.Key(f.deal.Cells["account"]))
	if err != nil {
		return nil, err
	}
	doc, err := f.make(ctx, t, document.Options{Lang: lang, Company: d.access.Workspace().Name, Customer: customer, MadeOn: string(d.today()), Version: version})
	if err != nil {
		return nil, err
	}
	doc.Given, doc.Quote = f.given, string(f.only["quotes"])
	content, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	cells := belonging(f.deal)
	cells["title"], cells["template"], cells["pack"], cells["version"] = lake.Cell(doc.Title), lake.Cell(t.ID), lake.Cell(f.pack.From["templates/"+t.ID]), lake.Cell(strconv.Itoa(version))
	cells["language"], cells["made_at"], cells["missing"], cells["content"] = lake.Cell(lang), lake.TimeCell(time.Now()), lake.Cell(strconv.Itoa(len(doc.Missing))), lake.Cell(content)
	var key lake.Key
	if _, err := d.lake.Write(ctx, principal(ctx), in.Branch, func(tx *lake.Tx) error {
		key, err = tx.Create("documents", cells)
		return err
	}); err != nil {
		return nil, err
	}
	return d.show(ctx, place, key)
}

// chooseQuote says which quote a quotation is about: the newest, unless one is named.
func (f *filler) chooseQuote(ctx context.Context, key lake.Key) error {
	if key == "" {
		all, err := linked(ctx, f.reader, "quotes", "deal", f.deal.Key)
		if err != nil || len(all) == 0 {
			return err
		}
		key = all[len(all)-1].Key
	}
	f.only["quotes"], f.only["quote_lines"] = key, key
	return nil
}

// DealDocument is a kept deliverable: its record, what it says, and what it promises.
type DealDocument struct {
	ID       lake.Key           `json:"id"`
	Rev      lake.Revision      `json:"rev"`
	Deal     lake.Key           `json:"deal"`
	SentOn   string             `json:"sent_on,omitempty"`
	Document *document.Document `json:"document"`
	Page     string             `json:"page" doc:"The same as one HTML page that needs nothing else."`
	Promises []promise.Promise  `json:"promises" doc:"Found in its text; from and to are bytes of the text as it is read."`
	Formats  []string           `json:"formats"`

	Parts   []document.Part      `json:"parts" doc:"The summary and the sections as text that can be changed until it is sent."`
	Own     []document.OwnNumber `json:"own" doc:"Numbers that a person wrote into it."`
	Moved   []document.Moved     `json:"moved" doc:"Figures whose sources say something else by now."`
	Summary document.HalfPage    `json:"summary" doc:"How much of its half page the summary takes; more than that isn't sent."`
}

// DocumentPath names a deliverable in a place.
type DocumentPath struct {
	Place
	Key lake.Key `path:"key" maxLength:"200"`
}

func (d documents) get(ctx context.Context, in *DocumentPath) (*reply[DealDocument], error) {
	return d.show(ctx, in.Place, in.Key)
}

func (d documents) show(ctx context.Context, p Place, key lake.Key) (*reply[DealDocument], error) {
	r, err := d.reader(ctx, p)
	if err != nil {
		return nil, err
	}
	rec, doc, err := readDocument(ctx, r, key)
	if err != nil {
		return nil, err
	}
	return d.shown(ctx, r, rec, doc)
}

func (d documents) shown(ctx context.Context, r *lake.Reader, rec lake.Record, doc *document.Document) (*reply[DealDocument], error) {
	found, err := d.promisesIn(ctx, r, rec, doc)
	if err != nil {
		return nil, err
	}
	moved, err := d.moved(ctx, r, rec, doc)
	if err != nil {
		return nil, err
	}
	return replyWith(DealDocument{ID: rec.Key, Rev: rec.Rev, Deal: lake.Key(rec.Cells["deal"]), SentOn: string(rec.Cells["sent_on"]), Document: doc, Page: string(doc.HTML()),
		Promises: listOf(found).Items, Formats: []string{"html", "docx", "pdf"}, Parts: doc.Parts(), Own: doc.Own(), Moved: moved, Summary: doc.Half()}, nil)
}

// readDocument reads a kept document. On a branch it bears a watermark, wherever it was
// made; what is merged loses it.
func readDocument(ctx context.Context, r *lake.Reader, key lake.Key) (lake.Record, *document.Document, error) {
	rec, err := r.Get(ctx, "documents", key)
	if err != nil {
		return rec, nil, err
	}
	doc := &document.Document{}
	if err := json.Unmarshal([]byte(rec.Cells["content"]), doc); err != nil {
		return rec, nil, lake.Fail(lake.ErrConflict, "document_unreadable", "The content of this document can't be read; make it again.", "document", key)
	}
	doc.Missing = listOf(doc.Missing).Items // none is an empty list, not null
	branch := ""
	if r.Branch().Name != lake.MainName {
		branch = r.Branch().Name
	}
	doc.OnBranch(branch)
	return rec, doc, nil
}

// promisesIn looks a document through for what it promises.
func (d documents) promisesIn(ctx context.Context, r *lake.Reader, rec lake.Record, doc *document.Document) ([]promise.Promise, error) {
	m, err := d.knowledge(ctx, r, productOf(rec))
	if err != nil {
		return nil, err
	}
	return promise.Find(doc.Text(), promise.Backing{Rules: append(promise.General(), m.PromiseRules...), Capabilities: m.Capabilities})
}

// productOf is the pack that a record of the process was made by.
func productOf(rec lake.Record) string { return string(rec.Cells["pack"]) }

type documentFileInput struct {
	DocumentPath
	Format string `query:"format" default:"docx" enum:"docx,pdf,html"`
}

func (d documents) file(ctx context.Context, in *documentFileInput) (*file, error) {
	r, err := d.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	rec, doc, err := readDocument(ctx, r, in.Key)
	if err != nil {
		return nil, err
	}
	var data []byte
	switch in.Format {
	case "docx":
		data, err = doc.DOCX()
	case "pdf":
		data, err = doc.PDF(nil)
	default:
		data = doc.HTML()
	}
	if err != nil {
		return nil, err
	}
	name := string(rec.Cells["title"]) + "-V" + string(rec.Cells["version"]) + "." + in.Format
	return deliver(documentKinds[in.Format], name, func(_ context.Context, w io.Writer) error {
		_, err := w.Write(data)
		return err
	}), nil
}

type sendDocumentInput struct {
	OnBranch
	Key  lake.Key `path:"key" maxLength:"200"`
	Body struct {
		Anyway string `json:"anyway,omitempty" maxLength:"1000" doc:"Why it is sent in spite of over-promises; only a manager may say so."`
	} `nameHint:"DocumentSending"`
}

// send notes the sending and writes what the document promises into the ledger, once.
func (d documents) send(ctx context.Context, in *sendDocumentInput) (*reply[DealDocument], error) {
	place := Place{OnBranch: in.OnBranch}
	r, err := d.reader(ctx, place)
	if err != nil {
		return nil, err
	}
	rec, doc, err := readDocument(ctx, r, in.Key)
	if err != nil {
		return nil, err
	}
	found, err := d.promisesIn(ctx, r, rec, doc)
	if err != nil {
		return nil, err
	}
	if err := halfPage(doc); err != nil && rec.Cells["sent_on"] == "" {
		return nil, err
	}
	if err := mayPromise(r, found, in.Body.Anyway); err != nil {
		return nil, err
	}
	known, err := linked(ctx, r, "promises", "document", in.Key)
	if err != nil {
		return nil, err
	}
	_, err = d.lake.Write(ctx, principal(ctx), in.Branch, func(tx *lake.Tx) error {
		tx.SetIntent(lake.Intent{Reason: in.Body.Anyway})
		if _, err := tx.Put("documents", in.Key, lake.Cells{"sent_on": d.today()}); err != nil {
			return err
		}
		return notePromises(tx, rec, "document", found, known, d.today())
	})
	if err != nil {
		return nil, err
	}
	return d.show(ctx, place, in.Key)
}
