package httpapi

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"headwater/lake"
	"headwater/pack"
)

// needs are the verbs of what customers lack: found in notes, decided on, looked at.
type needs struct {
	*Server
	miners *needMiners
}

func (n needs) register(a api) {
	route(a, operation{id: "mineNote", method: http.MethodPost, path: "/needs/mine", need: NeedWrite, errors: []int{404, 413}, body: 6 << 20,
		summary: "Find needs in a note; a new note is kept as an activity"}, n.mine)
	route(a, operation{id: "mineFile", method: http.MethodPost, path: "/needs/mine/file", need: NeedWrite, errors: []int{404, 413}, body: 6 << 20,
		summary: "Keep a file (text, Markdown, DOCX, e-mail) as a note and find needs in it"}, n.mineFile)
	route(a, operation{id: "decideNeeds", method: http.MethodPost, path: "/needs/decide", need: NeedWrite, errors: []int{404, 409},
		summary: "Accept, confirm, correct or reject findings, as one revision"}, n.decide)
	route(a, operation{id: "needsOf", method: http.MethodGet, path: "/needs", need: NeedRead, errors: []int{404},
		summary: "The needs of a deal or an account, beside all that the pack knows"}, n.board)
	route(a, operation{id: "needMap", method: http.MethodGet, path: "/needs/map", need: NeedRead, errors: []int{404},
		summary: "What customers need, by need and by industry or segment"}, n.heat)
	route(a, operation{id: "needGraph", method: http.MethodGet, path: "/needs/graph", need: NeedRead, errors: []int{404},
		summary: "What is known of an industry: process, signal, need, capability, value metric"}, n.graph)
	describeFile(a, "/api/needs/mine/file")
}

const (
	needsEntity      lake.EntityName = "needs"
	activitiesEntity lake.EntityName = "activities"
)

// The states of a need; see sales.
const (
	needFound      = "found"
	needConfirmed  = "confirmed"
	needRejected   = "rejected"
	needSupporting = "supporting"
)

// KnownNeed is what a pack says of one need.
type KnownNeed struct {
	Code         string            `json:"code" example:"L01"`
	Name         pack.Text         `json:"name"`
	Pain         pack.Text         `json:"pain"`
	Goal         pack.Text         `json:"goal"`
	Confirm      pack.Text         `json:"confirm" doc:"The question whose yes confirms it."`
	Neighbours   []pack.Neighbour  `json:"neighbours"`
	Capabilities []pack.Capability `json:"capabilities"`
	Metrics      []pack.Metric     `json:"metrics"`
	Pack         string            `json:"pack"`
	Expected     bool              `json:"expected,omitempty" doc:"Customers of this industry typically have it."`
}

// knownNeeds are the needs of a pack with what meets and measures them, in its order.
func knownNeeds(k *pack.Merged, industry string) []KnownNeed {
	var typical []string
	if i := slices.IndexFunc(k.Industries, func(i pack.Industry) bool { return i.ID == industry }); i >= 0 {
		typical = k.Industries[i].Needs
	}
	out := make([]KnownNeed, len(k.Needs))
	for i, x := range k.Needs {
		out[i] = KnownNeed{Code: x.ID, Name: x.Name, Pain: x.Pain, Goal: x.Goal, Confirm: x.Confirm, Neighbours: listOf(x.Neighbours).Items,
			Capabilities: []pack.Capability{}, Metrics: []pack.Metric{}, Pack: k.From["needs/"+x.ID], Expected: slices.Contains(typical, x.ID)}
		for _, c := range k.Capabilities {
			if slices.Contains(x.Capabilities, c.ID) {
				out[i].Capabilities = append(out[i].Capabilities, c)
			}
		}
		for _, m := range k.Metrics {
			if slices.Contains(x.Metrics, m.ID) {
				out[i].Metrics = append(out[i].Metrics, m)
			}
		}
	}
	return out
}

// needOf finds a need of a pack.
func needOf(k *pack.Merged, code string) (pack.Need, bool) {
	i := slices.IndexFunc(k.Needs, func(n pack.Need) bool { return n.ID == code })
	if i < 0 {
		return pack.Need{}, false
	}
	return k.Needs[i], true
}

// AboutWhom names what needs are about: a deal, or an account.
type AboutWhom struct {
	Deal    lake.Key `query:"deal" maxLength:"200"`
	Account lake.Key `query:"account" maxLength:"200"`
}

// about is a deal with its account, or an account alone, as a reader sees them.
type about struct {
	deal, account lake.Record // with an empty key: none
	owner         lake.Cell
	product       string // id of the pack that it is sold by
}

func (a about) industry() string { return string(a.account.Cells["industry"]) }

// scope selects records about it: those of the deal, or of the account.
func (a about) scope() lake.Expr {
	if a.deal.Key != "" {
		return lake.Compare{Path: lake.Path{"deal"}, Op: lake.EQ, Value: lake.Cell(a.deal.Key)}
	}
	return lake.Compare{Path: lake.Path{"account"}, Op: lake.EQ, Value: lake.Cell(a.account.Key)}
}

// about reads the records; a deal brings its account with it.
func (n needs) about(ctx context.Context, r *lake.Reader, in AboutWhom) (out about, err error) {
	if in.Deal == "" && in.Account == "" {
		return out, lake.Fail(lake.ErrInvalid, "need_about_nothing", "Say which deal or account it is about.")
	}
	if in.Deal != "" {
		if out.deal, err = r.Get(ctx, "deals", in.Deal); err != nil {
			return out, err
		}
		in.Account = lake.Key(out.deal.Cells["account"])
		out.owner = out.deal.Cells["owner"]
	}
	if in.Account != "" {
		if out.account, err = r.Get(ctx, "accounts", in.Account); err != nil {
			return out, err
		}
		out.owner = cmp.Or(out.owner, out.account.Cells["owner"])
	}
	out.product, err = n.packOf(ctx, r, out.deal)
	return out, err
}

// KeptNeed is a need of a customer with the sentence that shows it.
type KeptNeed struct {
	ID          lake.Key `json:"id"`
	Title       string   `json:"title"`
	Code        string   `json:"code"`
	Kind        string   `json:"kind" enum:"explicit,hidden,"`
	Status      string   `json:"status" enum:"found,confirmed,rejected,supporting,"`
	Evidence    string   `json:"evidence"`
	Confidence  float64  `json:"confidence,omitempty"`
	Pain        string   `json:"pain,omitempty"`
	Goal        string   `json:"goal,omitempty"`
	Capability  string   `json:"capability,omitempty" doc:"Id of a capability of the pack."`
	Question    string   `json:"question,omitempty"`
	FoundBy     string   `json:"found_by,omitempty" enum:"miner,person,assistant,"`
	FoundCode   string   `json:"found_code,omitempty" doc:"What mining said, before anybody corrected it."`
	Pack        string   `json:"pack,omitempty"`
	Supports    lake.Key `json:"supports,omitempty" doc:"Of a further sentence: the need that it supports."`
	Activity    lake.Key `json:"activity,omitempty" doc:"The note that it was found in."`
	Account     lake.Key `json:"account,omitempty"`
	Deal        lake.Key `json:"deal,omitempty"`
	ConfirmedBy lake.Key `json:"confirmed_by,omitempty"`
	ConfirmedOn string   `json:"confirmed_on,omitempty" format:"date"`
}

// keptFields are the fields that a KeptNeed is made of.
var keptFields = []lake.FieldName{"title", "code", "kind", "status", "evidence", "confidence", "pain", "goal", "capability", "question", "found_by", "found_code",
	"pack", "supports", "activity", "account", "deal", "confirmed_by", "confirmed_on"}

func keptNeed(key lake.Key, c lake.Cells) KeptNeed {
	text := func(n lake.FieldName) string { return string(c[n]) }
	key2 := func(n lake.FieldName) lake.Key { return lake.Key(c[n]) }
	return KeptNeed{ID: key, Title: text("title"), Code: text("code"), Kind: text("kind"), Status: text("status"), Evidence: text("evidence"),
		Confidence: decimalOf(c["confidence"]), Pain: text("pain"), Goal: text("goal"), Capability: text("capability"), Question: text("question"),
		FoundBy: text("found_by"), FoundCode: text("found_code"), Pack: text("pack"), Supports: key2("supports"), Activity: key2("activity"),
		Account: key2("account"), Deal: key2("deal"), ConfirmedBy: key2("confirmed_by"), ConfirmedOn: text("confirmed_on")}
}

// mostNeeds is how many records of one deal, account or map are looked at.
const mostNeeds = 50_000

// keptNeeds are the needs that a condition selects, oldest first.
func keptNeeds(ctx context.Context, r *lake.Reader, where lake.Expr) ([]KeptNeed, error) {
	q := lake.Question{Entity: needsEntity, Where: where, Limit: mostNeeds}
	for _, f := range keptFields {
		q.Fields = append(q.Fields, lake.Path{f})
	}
	a, err := r.Ask(ctx, q)
	if err != nil {
		return nil, err
	}
	out := make([]KeptNeed, len(a.Rows))
	for i, row := range a.Rows {
		cells := lake.Cells{}
		for j, f := range keptFields {
			cells[f] = row.Cells[j]
		}
		out[i] = keptNeed(row.Key, cells)
	}
	return out, nil
}

type boardInput struct {
	Place
	AboutWhom
}

// NeedBoard is where a deal, or an account, stands.
type NeedBoard struct {
	Revision lake.Revision `json:"revision"`
	Pack     string        `json:"pack" doc:"Id of the product's pack."`
	PackName pack.Text     `json:"pack_name"`
	Industry string        `json:"industry,omitempty"`
	Known    []KnownNeed   `json:"known" doc:"All needs of the pack, in its order."`
	Needs    []KeptNeed    `json:"needs" doc:"Oldest first; rejected ones, too."`
	Notes    []NoteLine    `json:"notes" doc:"Activities with a text, newest first."`
	Titles   Titles        `json:"titles"`
	Model    NeedModel     `json:"model"`
}

// NoteLine is a note that can be mined.
type NoteLine struct {
	ID         lake.Key   `json:"id"`
	Subject    string     `json:"subject"`
	Kind       string     `json:"kind"`
	HappenedAt *time.Time `json:"happened_at,omitempty"`
	Opening    string     `json:"opening" doc:"How the text begins."`
	Characters int        `json:"characters"`
	Needs      int        `json:"needs" doc:"Sentences of it that were kept as needs."`
	Decided    int        `json:"decided" doc:"Findings in it that somebody decided on, rejected ones included."`
}

// mostNotes is how many notes of a deal are listed.
const mostNotes = 300

func (n needs) board(ctx context.Context, in *boardInput) (*reply[NeedBoard], error) {
	r, err := n.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	about, err := n.about(ctx, r, in.AboutWhom)
	if err != nil {
		return nil, err
	}
	k, err := n.knowledge(ctx, r, about.product)
	if err != nil {
		return nil, err
	}
	out := NeedBoard{Revision: r.Revision(), Pack: about.product, Industry: about.industry(), Known: knownNeeds(k, about.industry())}
	out.PackName = metaOf(k, about.product).Name
	if out.Needs, err = keptNeeds(ctx, r, about.scope()); err != nil {
		return nil, err
	}
	if out.Notes, err = n.notes(ctx, r, about, out.Needs); err != nil {
		return nil, err
	}
	if out.Titles, err = needTitles(ctx, r, out.Needs); err != nil {
		return nil, err
	}
	l, err := n.lessons(ctx, r.Branch().Name, about.product, k)
	if err != nil {
		return nil, err
	}
	out.Model = n.miners.state(l)
	if a := n.config.Assistant; a != nil {
		out.Model.Assistant = a.Model
	}
	return replyWith(out, nil)
}

func metaOf(k *pack.Merged, id string) pack.Meta {
	i := slices.IndexFunc(k.Packs, func(m pack.Meta) bool { return m.ID == id })
	if i < 0 {
		return k.Meta
	}
	return k.Packs[i]
}

// needTitles names notes, deals, accounts and people of needs.
func needTitles(ctx context.Context, r *lake.Reader, list []KeptNeed) (Titles, error) {
	e, err := r.Schema().Entity(needsEntity)
	if err != nil {
		return nil, err
	}
	refs := mentioned{}
	for _, x := range list {
		refs.noteAll(e, lake.Cells{"activity": lake.Cell(x.Activity), "account": lake.Cell(x.Account), "deal": lake.Cell(x.Deal), "confirmed_by": lake.Cell(x.ConfirmedBy)})
	}
	return refs.titles(ctx, r)
}

func (n needs) notes(ctx context.Context, r *lake.Reader, about about, kept []KeptNeed) ([]NoteLine, error) {
	fields := []lake.Path{{"subject"}, {"kind"}, {"happened_at"}, {"body"}}
	where := lake.And{about.scope(), lake.Present{Path: lake.Path{"body"}}, lake.Compare{Path: lake.Path{"kind"}, Op: lake.NE, Value: "task"}}
	a, err := r.Ask(ctx, lake.Question{Entity: activitiesEntity, Fields: fields, Where: where, Limit: mostNotes,
		Order: []lake.Order{{Path: lake.Path{"happened_at"}, Desc: true}}})
	if err != nil {
		return nil, err
	}
	out := make([]NoteLine, len(a.Rows))
	for i, row := range a.Rows {
		text := []rune(string(row.Cells[3]))
		out[i] = NoteLine{ID: row.Key, Subject: string(row.Cells[0]), Kind: string(row.Cells[1]), Characters: len(text), Opening: string(text[:min(len(text), 120)])}
		if t, err := time.Parse(time.RFC3339Nano, string(row.Cells[2])); err == nil {
			out[i].HappenedAt = &t
		}
		for _, x := range kept {
			if x.Activity == row.Key {
				out[i].Decided++
				if x.Status != needRejected {
					out[i].Needs++
				}
			}
		}
	}
	return out, nil
}
