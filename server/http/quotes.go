package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"headwater/access"
	"headwater/lake"
	"headwater/pack"
	"headwater/sales/quote"
)

// quotes are the verbs of offers: what an edition costs, who approves its discount, and
// how it goes on to a contract.
type quotes struct{ *Server }

func (q quotes) register(a api) {
	route(a, operation{id: "listPrices", method: http.MethodGet, path: "/quotes/prices", need: NeedRead, errors: []int{404},
		summary: "Price lists with their editions, support levels and contract forms"}, q.prices)
	route(a, operation{id: "priceQuote", method: http.MethodPost, path: "/quotes/price", need: NeedRead, errors: []int{404},
		summary: "What an edition costs, whether it is enough, who approves the discount; nothing is kept"}, q.price)
	route(a, operation{id: "createQuote", method: http.MethodPost, path: "/quotes", need: NeedWrite, status: http.StatusCreated, errors: []int{404},
		summary: "Keep an offer as a quote of a deal"}, q.create)
	route(a, operation{id: "getQuote", method: http.MethodGet, path: "/quotes/{key}", need: NeedRead, errors: []int{404},
		summary: "A quote with its lines and the customer's gain beside it"}, q.get)
	route(a, operation{id: "advanceQuote", method: http.MethodPost, path: "/quotes/{key}/{step}", need: NeedWrite, errors: []int{404, 409},
		summary: "Submit, approve, return, send, accept or refuse a quote"}, q.advance)
}

// PriceBook is what a product can be sold for.
type PriceBook struct {
	Pack    string               `json:"pack"`
	Lists   []pack.PriceList     `json:"lists"`
	Support []pack.SupportLevel  `json:"support_levels"`
	Forms   []pack.ContractForm  `json:"contract_forms"`
	Sources []pack.Source        `json:"sources"`
	Names   map[string]pack.Text `json:"segments" doc:"Names of the segments that editions are for, by id."`
}

func (q quotes) prices(ctx context.Context, in *modelsInput) (*reply[PriceBook], error) {
	r, err := q.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	product, err := in.product(ctx, q.Server, r)
	if err != nil {
		return nil, err
	}
	m, err := q.knowledge(ctx, r, product)
	if err != nil {
		return nil, err
	}
	names := map[string]pack.Text{}
	for _, s := range m.Segments {
		names[s.ID] = s.Name
	}
	return replyWith(PriceBook{product, listOf(m.PriceLists).Items, listOf(m.SupportLevels).Items, listOf(m.ContractForms).Items, listOf(m.Meta.Sources).Items, names}, nil)
}

// PricedOffer is an offer with the customer's gain beside it, where a value case of the
// deal says one in the same currency.
type PricedOffer struct {
	Offer     quote.Offer `json:"offer"`
	Gain      *quote.Gain `json:"gain,omitempty"`
	ValueCase lake.Key    `json:"value_case,omitempty" doc:"Where the gain comes from."`
	Anchor    *pack.Text  `json:"anchor,omitempty" doc:"How the price is shown beside the gain."`
}

type priceInput struct {
	Place
	Body struct {
		Deal lake.Key  `json:"deal,omitempty" maxLength:"200"`
		Pack string    `json:"pack,omitempty" maxLength:"100" doc:"Without a deal: a product's pack."`
		List string    `json:"list" minLength:"1" maxLength:"100"`
		Ask  quote.Ask `json:"ask"`
	} `nameHint:"PriceQuestion"`
}

func (q quotes) price(ctx context.Context, in *priceInput) (*reply[PricedOffer], error) {
	r, err := q.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	product := in.Body.Pack
	if in.Body.Deal != "" {
		deal, err := r.Get(ctx, "deals", in.Body.Deal)
		if err != nil {
			return nil, err
		}
		if product, err = q.packOf(ctx, r, deal); err != nil {
			return nil, err
		}
	}
	p, err := q.priced(ctx, r, product, in.Body.List, in.Body.Deal, in.Body.Ask)
	if err != nil {
		return nil, err
	}
	return replyWith(*p, nil)
}

// priced prices an ask and looks for the customer's gain in the deal's value cases: the
// confirmed one first, then the newest.
func (q quotes) priced(ctx context.Context, r *lake.Reader, product, listID string, deal lake.Key, ask quote.Ask) (*PricedOffer, error) {
	m, err := q.knowledge(ctx, r, product)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(m.PriceLists, func(l pack.PriceList) bool { return l.ID == listID })
	if i < 0 {
		return nil, lake.Fail(lake.ErrNotFound, "price_list_unknown", "The pack has no price list "+listID+".", "list", listID)
	}
	offer, err := quote.Book{List: m.PriceLists[i], Forms: m.ContractForms, Support: m.SupportLevels}.Price(ask)
	if err != nil {
		return nil, err
	}
	out := &PricedOffer{Offer: offer, Anchor: &m.PriceLists[i].Anchor}
	if deal == "" {
		return out, nil
	}
	cases, err := valueCases(ctx, r, deal)
	if err != nil {
		return nil, err
	}
	for _, c := range cases {
		if c.Cells["yearly_benefit"] == "" || string(c.Cells["currency"]) != offer.Currency {
			continue
		}
		gain, err := offer.Beside(c.Cells["yearly_benefit"] + lake.Cell(" "+offer.Currency))
		if err != nil {
			return nil, err
		}
		out.Gain, out.ValueCase = &gain, c.Key
		break
	}
	return out, nil
}

// valueCases are the value cases of a deal, the one that counts first: a confirmed one,
// then the newest.
func valueCases(ctx context.Context, r *lake.Reader, deal lake.Key) ([]lake.Record, error) {
	cases, err := linked(ctx, r, "value_cases", "deal", deal)
	slices.Reverse(cases)
	slices.SortStableFunc(cases, func(a, b lake.Record) int { return confirmed(b) - confirmed(a) })
	return cases, err
}

func confirmed(c lake.Record) int {
	if c.Cells["status"] == "confirmed" {
		return 1
	}
	return 0
}

type createQuoteInput struct {
	OnBranch
	Language string `header:"Accept-Language"`
	Body     struct {
		Deal       lake.Key  `json:"deal" minLength:"1" maxLength:"200"`
		List       string    `json:"list" minLength:"1" maxLength:"100"`
		Ask        quote.Ask `json:"ask"`
		Title      string    `json:"title,omitempty" maxLength:"200"`
		Contact    lake.Key  `json:"contact,omitempty" maxLength:"200" doc:"Whom it goes to."`
		ValidUntil string    `json:"valid_until,omitempty" format:"date"`
		Note       string    `json:"note,omitempty" maxLength:"4000"`
	} `nameHint:"NewQuote"`
}

func (q quotes) create(ctx context.Context, in *createQuoteInput) (*reply[Quote], error) {
	place := Place{OnBranch: in.OnBranch}
	r, err := q.reader(ctx, place)
	if err != nil {
		return nil, err
	}
	deal, err := r.Get(ctx, "deals", in.Body.Deal)
	if err != nil {
		return nil, err
	}
	product, err := q.packOf(ctx, r, deal)
	if err != nil {
		return nil, err
	}
	p, err := q.priced(ctx, r, product, in.Body.List, deal.Key, in.Body.Ask)
	if err != nil {
		return nil, err
	}
	before, err := linked(ctx, r, "quotes", "deal", deal.Key)
	if err != nil {
		return nil, err
	}
	zh := chinese(ctx, in.Language)
	title := in.Body.Title
	if title == "" {
		title = string(deal.Cells["name"]) + " · " + choose(zh, lake.Label(p.Offer.Name))
	}
	key := lake.NewKey()
	cells := quoteCells(deal, in, p, len(before)+1)
	cells["title"], cells["pack"], cells["number"] = lake.Cell(title), lake.Cell(product), quoteNumber(key, time.Now().In(q.zone))
	_, err = q.lake.Write(ctx, principal(ctx), in.Branch, func(tx *lake.Tx) error {
		if err := tx.Insert("quotes", key, cells); err != nil {
			return err
		}
		for i, l := range p.Offer.Lines {
			line := belonging(deal)
			line["name"], line["quote"], line["position"], line["unit"] = lake.Cell(choose(zh, lake.Label(l.Name))), lake.Cell(key), lake.Cell(strconv.Itoa(i+1)), lake.Cell(choose(zh, lake.Label(l.Unit)))
			line["quantity"], line["price"], line["amount"], line["note"] = l.Quantity, bareAmount(l.Price), bareAmount(l.Amount), lake.Cell(choose(zh, lake.Label(l.Note)))
			line["item"], line["reason"] = lake.Cell(l.Item), lake.Cell(l.Reason)
			if _, err := tx.Create("quote_lines", line); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return q.show(ctx, place, key, zh)
}

func quoteCells(deal lake.Record, in *createQuoteInput, p *PricedOffer, version int) lake.Cells {
	c, ask, o := belonging(deal), in.Body.Ask, p.Offer
	c["version"], c["price_list"], c["edition"], c["term_months"] = lake.Cell(strconv.Itoa(version)), lake.Cell(in.Body.List), lake.Cell(o.Edition), lake.Cell(strconv.Itoa(ask.Months))
	c["contract_form"], c["seats"], c["sources"], c["volume_gb"], c["support"] = lake.Cell(ask.Form), ask.Seats, ask.Sources, ask.VolumeGB, lake.Cell(ask.Support)
	c["discount"], c["list_amount"], c["amount"], c["yearly"], c["currency"] = o.Discount, bareAmount(o.ListAmount), bareAmount(o.Amount), bareAmount(o.Yearly), lake.Cell(o.Currency)
	c["value_case"], c["contact"], c["valid_until"], c["note"] = lake.Cell(p.ValueCase), lake.Cell(in.Body.Contact), lake.Cell(in.Body.ValidUntil), lake.Cell(in.Body.Note)
	c["status"], c["approver"] = "draft", "seller"
	if o.Approval != nil {
		c["approver"], c["gives"] = lake.Cell(o.Approval.Role), lake.Cell(o.Approval.Gives.ZH)
	}
	return c
}

// bareAmount leaves the currency of money out.
func bareAmount(money lake.Cell) lake.Cell {
	a, _ := lake.SplitMoney(money)
	return lake.Cell(a)
}

// quoteNumber is readable and needs no counter that nodes would have to share: the day,
// and the end of the record's key.
func quoteNumber(key lake.Key, at time.Time) lake.Cell {
	return lake.Cell("Q" + at.Format("20060102") + "-" + string(key[len(key)-4:]))
}

// Quote is a quote as it is kept, with what stands beside it.
type Quote struct {
	Record
	Lines    []Record    `json:"lines"`
	Gain     *quote.Gain `json:"gain,omitempty" doc:"The customer's yearly gain beside the price, from the quote's value case."`
	MaySteps []string    `json:"may" doc:"The steps that the caller may take now."`
}

// QuotePath names a quote in a place.
type QuotePath struct {
	Place
	Key      lake.Key `path:"key" maxLength:"200"`
	Language string   `header:"Accept-Language"`
}

func (q quotes) get(ctx context.Context, in *QuotePath) (*reply[Quote], error) {
	return q.show(ctx, in.Place, in.Key, chinese(ctx, in.Language))
}

func (q quotes) show(ctx context.Context, p Place, key lake.Key, zh bool) (*reply[Quote], error) {
	r, e, err := q.readEntity(ctx, p, "quotes")
	if err != nil {
		return nil, err
	}
	rec, err := r.Get(ctx, "quotes", key)
	if err != nil {
		return nil, err
	}
	shown, err := showRecord(ctx, r, e, rec, time.Time{})
	if err != nil {
		return nil, err
	}
	out := Quote{Record: shown.Body, Lines: []Record{}, MaySteps: q.steps(ctx, rec, p)}
	lines, err := linked(ctx, r, "quote_lines", "quote", key)
	if err != nil {
		return nil, err
	}
	le, err := r.Schema().Entity("quote_lines")
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(lines, func(a, b lake.Record) int { return position(a) - position(b) })
	book, err := q.bookOf(ctx, r, rec)
	if err != nil {
		return nil, err
	}
	if kept, ok := out.Cells["gives"].(string); ok {
		out.Cells["gives"] = givesIn(book, kept, zh)
	}
	for _, l := range lines {
		inWords(book, rec, l, zh)
		out.Lines = append(out.Lines, Record{ID: l.Key, Rev: l.Rev, Branch: r.Branch().Name, Cells: valuesOf(le, l.Cells), Titles: Titles{}})
	}
	if out.Gain, err = q.gain(ctx, r, rec); err != nil {
		return nil, err
	}
	return replyWith(out, nil)
}

func position(l lake.Record) int {
	n, _ := strconv.Atoi(string(l.Cells["position"])) // empty for lines made by hand
	return n
}

// gain puts the yearly gain of the quote's value case beside its price.
func (q quotes) gain(ctx context.Context, r *lake.Reader, rec lake.Record) (*quote.Gain, error) {
	key := lake.Key(rec.Cells["value_case"])
	if key == "" {
		return nil, nil
	}
	c, err := r.Get(ctx, "value_cases", key)
	if err != nil || c.Cells["yearly_benefit"] == "" || rec.Cells["yearly"] == "" || c.Cells["currency"] != rec.Cells["currency"] {
		return nil, nil // gone, or not for this reader: the price stands alone
	}
	currency := lake.Cell(" " + string(rec.Cells["currency"]))
	g, err := quote.Offer{Currency: string(rec.Cells["currency"]), Yearly: rec.Cells["yearly"] + currency}.Beside(c.Cells["yearly_benefit"] + currency)
	return &g, err
}

// quoteSteps are where a quote may go from each status, and to which one each step leads.
var quoteSteps = map[string]map[string]string{
	"draft":    {"submit": "approval", "refuse": "refused"},
	"approval": {"approve": "approved", "return": "draft"},
	"approved": {"send": "sent", "return": "draft"},
	"sent":     {"accept": "accepted", "refuse": "refused"},
}

// approvalRole is the caller's role as price lists name it: a manager who sees all rows
// is a director, an administrator too; the owner is the executive.
func approvalRole(ctx context.Context, all bool) string {
	id, _ := who(ctx)
	switch {
	case id.Person.Role == access.Owner:
		return "executive"
	case id.Person.Role == access.Admin, id.Person.Role == access.Manager && all:
		return "director"
	case id.Person.Role == access.Manager:
		return "manager"
	}
	return "seller"
}

// steps are those that the caller may take from here; in the past there are none.
func (q quotes) steps(ctx context.Context, rec lake.Record, p Place) []string {
	out := []string{}
	if p.At != 0 || !p.AtTime.IsZero() {
		return out
	}
	for step := range quoteSteps[string(rec.Cells["status"])] {
		if step != "approve" || q.mayApprove(ctx, rec) {
			out = append(out, step)
		}
	}
	slices.Sort(out)
	return out
}

func (q quotes) mayApprove(ctx context.Context, rec lake.Record) bool {
	rights, err := q.access.Rights(ctx, principal(ctx))
	return err == nil && quote.May(approvalRole(ctx, rights.AllRows), string(rec.Cells["approver"]))
}

type advanceInput struct {
	OnBranch
	Language string   `header:"Accept-Language"`
	Key      lake.Key `path:"key" maxLength:"200"`
	Step     string   `path:"step" enum:"submit,approve,return,send,accept,refuse"`
	Body     struct {
		Reason string `json:"reason,omitempty" maxLength:"1000"`
	} `nameHint:"QuoteStep"`
}

// advance takes a quote one step on. What a seller may discount needs nobody: submitted,
// it is approved at once. Sending is noted here; the product sends nothing itself.
func (q quotes) advance(ctx context.Context, in *advanceInput) (*reply[Quote], error) {
	_, err := q.lake.Write(ctx, principal(ctx), in.Branch, func(tx *lake.Tx) error {
		rec, err := tx.Get("quotes", in.Key)
		if err != nil {
			return err
		}
		status := string(rec.Cells["status"])
		next, ok := quoteSteps[status][in.Step]
		if !ok {
			return lake.Fail(lake.ErrConflict, "quote_step_impossible", fmt.Sprintf("A quote in status %s can't take the step %s.", status, in.Step), "status", status, "step", in.Step)
		}
		cells := lake.Cells{}
		switch in.Step {
		case "submit":
			if q.mayApprove(ctx, rec) {
				next, cells["approved_by"] = "approved", lake.Cell(principal(ctx).User)
			}
		case "approve":
			if !q.mayApprove(ctx, rec) {
				return lake.Fail(lake.ErrForbidden, "quote_approval_role", "This discount is approved by a "+string(rec.Cells["approver"])+".", "approver", rec.Cells["approver"])
			}
			cells["approved_by"] = lake.Cell(principal(ctx).User)
		case "return":
			cells["approved_by"] = ""
		case "send":
			cells["sent_on"] = q.today()
		}
		cells["status"] = lake.Cell(next)
		tx.SetIntent(lake.Intent{Reason: in.Body.Reason})
		_, err = tx.Put("quotes", in.Key, cells)
		return err
	})
	if err != nil {
		return nil, err
	}
	return q.show(ctx, Place{OnBranch: in.OnBranch}, in.Key, chinese(ctx, in.Language))
}

// priced fields of quotes are worked out and approved; nobody types them.
var quoteReserved = []lake.FieldName{"status", "amount", "list_amount", "yearly", "discount", "approver", "approved_by", "edition", "price_list", "currency"}
