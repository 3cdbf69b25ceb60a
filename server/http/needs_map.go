package httpapi

import (
	"cmp"
	"context"
	"slices"

	"headwater/lake"
	"headwater/pack"
)

type needMapInput struct {
	Place
	By      lake.FieldName `query:"by" default:"industry" enum:"industry,segment,region" doc:"A field of accounts."`
	Product string         `query:"product" maxLength:"100" doc:"Id of a product's pack; absent: the one that most needs are of."`
}

// NeedMap counts needs by code and by a field of the accounts.
type NeedMap struct {
	Revision lake.Revision   `json:"revision"`
	Product  string          `json:"product"`
	Products []NeedProduct   `json:"products" doc:"Packs that know needs."`
	Known    []KnownNeed     `json:"known" doc:"The rows, in the order of the pack."`
	Columns  []NeedMapColumn `json:"columns" doc:"In the order of the field's options; only those with needs."`
	Cells    []NeedMapCell   `json:"cells" doc:"Only those with needs."`
	Partial  bool            `json:"partial,omitempty" doc:"There are more needs than were counted."`
}

// NeedProduct is a product that needs are told apart for.
type NeedProduct struct {
	ID    string    `json:"id"`
	Name  pack.Text `json:"name"`
	Needs int       `json:"needs" doc:"Kept needs of it."`
}

// NeedMapColumn is one kind of customer.
type NeedMapColumn struct {
	Value    string     `json:"value" doc:"Empty: not known."`
	Label    lake.Label `json:"label"`
	Accounts int        `json:"accounts" doc:"Of which any need of the product is known."`
}

// NeedMapCell is how much a kind of customer has a need.
type NeedMapCell struct {
	Code      string `json:"code"`
	Value     string `json:"value"`
	Accounts  int    `json:"accounts" doc:"Different accounts that have it."`
	Deals     int    `json:"deals"`
	Sentences int    `json:"sentences"`
	Confirmed int    `json:"confirmed" doc:"Accounts where it is confirmed."`
	Hidden    int    `json:"hidden" doc:"Accounts where it was hidden."`
}

func (n needs) heat(ctx context.Context, in *needMapInput) (*reply[NeedMap], error) {
	r, err := n.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	rows, err := n.mapRows(ctx, r, in.By)
	if err != nil {
		return nil, err
	}
	l, err := n.library(ctx, r)
	if err != nil {
		return nil, err
	}
	out := NeedMap{Revision: r.Revision(), Product: in.Product, Cells: []NeedMapCell{}, Columns: []NeedMapColumn{}, Partial: len(rows) == mostNeeds}
	for _, p := range l.Products() {
		if len(p.Needs) > 0 {
			x := NeedProduct{ID: p.Meta.ID, Name: p.Meta.Product}
			for _, row := range rows {
				if row.pack == x.ID {
					x.Needs++
				}
			}
			out.Products = append(out.Products, x)
		}
	}
	if out.Product == "" && len(out.Products) > 0 {
		out.Product = slices.MaxFunc(out.Products, func(a, b NeedProduct) int { return cmp.Compare(a.Needs, b.Needs) }).ID
	}
	k, err := n.knowledge(ctx, r, out.Product)
	if err != nil {
		return nil, err
	}
	out.Product = cmp.Or(out.Product, DefaultPack)
	out.Known = knownNeeds(k, "")
	e, err := r.Schema().Entity("accounts")
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(x mapRow) bool { return x.pack != out.Product })
	out.count(rows, e, in.By)
	return replyWith(out, nil)
}

// mapRow is one sentence of a customer.
type mapRow struct{ code, kind, status, account, deal, pack, value string }

func (n needs) mapRows(ctx context.Context, r *lake.Reader, by lake.FieldName) ([]mapRow, error) {
	fields := []lake.Path{{"code"}, {"kind"}, {"status"}, {"account"}, {"deal"}, {"pack"}, {"account", by}}
	where := lake.And{lake.Present{Path: lake.Path{"account"}}, lake.Compare{Path: lake.Path{"status"}, Op: lake.NE, Value: needRejected}}
	a, err := r.Ask(ctx, lake.Question{Entity: needsEntity, Fields: fields, Where: where, Limit: mostNeeds})
	if err != nil {
		return nil, err
	}
	out := make([]mapRow, len(a.Rows))
	for i, row := range a.Rows {
		c := row.Cells
		out[i] = mapRow{string(c[0]), string(c[1]), string(c[2]), string(c[3]), string(c[4]), cmp.Or(string(c[5]), DefaultPack), string(c[6])}
	}
	return out, nil
}

// count fills columns and cells.
func (m *NeedMap) count(rows []mapRow, accounts *lake.Entity, by lake.FieldName) {
	f, _ := accounts.Field(by)
	place := func(value string) int {
		if f == nil || value == "" {
			return 1 << 20
		}
		return slices.IndexFunc(f.Options, func(o lake.Option) bool { return o.Name == value })
	}
	type cell struct{ code, value string }
	cells := map[cell]*NeedMapCell{}
	seen := map[string]bool{}
	first := func(parts ...string) int { // 1 the first time
		key := ""
		for _, p := range parts {
			key += p + "\x00"
		}
		if seen[key] {
			return 0
		}
		seen[key] = true
		return 1
	}
	columns := map[string]*NeedMapColumn{}
	for _, x := range rows {
		c := columns[x.value]
		if c == nil {
			c = &NeedMapColumn{Value: x.value, Label: lake.Label{ZH: x.value, EN: x.value}}
			if i := place(x.value); f != nil && i >= 0 && i < len(f.Options) {
				c.Label = f.Options[i].Label
			}
			columns[x.value] = c
		}
		c.Accounts += first("column", x.value, x.account)
		at := cells[cell{x.code, x.value}]
		if at == nil {
			at = &NeedMapCell{Code: x.code, Value: x.value}
			cells[cell{x.code, x.value}] = at
		}
		at.Sentences++
		at.Accounts += first("account", x.code, x.value, x.account)
		if x.deal != "" {
			at.Deals += first("deal", x.code, x.value, x.deal)
		}
		if x.status == needConfirmed {
			at.Confirmed += first("confirmed", x.code, x.value, x.account)
		}
		if x.kind == "hidden" {
			at.Hidden += first("hidden", x.code, x.value, x.account)
		}
	}
	for _, c := range columns {
		m.Columns = append(m.Columns, *c)
	}
	slices.SortFunc(m.Columns, func(a, b NeedMapColumn) int {
		return cmp.Or(cmp.Compare(place(a.Value), place(b.Value)), cmp.Compare(a.Value, b.Value))
	})
	for _, c := range cells {
		m.Cells = append(m.Cells, *c)
	}
	slices.SortFunc(m.Cells, func(a, b NeedMapCell) int { return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Value, b.Value)) })
}

type needGraphInput struct {
	Place
	Industry string `query:"industry" maxLength:"100" doc:"An option of accounts.industry; absent: what holds for any industry."`
	Product  string `query:"product" maxLength:"100" doc:"Id of a product's pack; absent: the default one."`
}

// NeedGraph is what the packs know of an industry. Needs name their capabilities and
// metrics, signals their needs.
type NeedGraph struct {
	Revision   lake.Revision  `json:"revision"`
	Product    string         `json:"product"`
	Products   []NeedProduct  `json:"products"`
	Industries []NeedIndustry `json:"industries" doc:"That the packs know."`
	Industry   *pack.Industry `json:"industry,omitempty"`
	Processes  []NeedProcess  `json:"processes" doc:"Of the industry, then of any."`
	Known      []KnownNeed    `json:"known" doc:"All needs of the pack."`
	Heard      []NeedMapCell  `json:"heard" doc:"What accounts of the industry have said so far."`
}

// NeedProcess is a process with the pack that it comes from.
type NeedProcess struct {
	ID       string        `json:"id"`
	Name     pack.Text     `json:"name"`
	Industry string        `json:"industry" doc:"other: any."`
	Systems  []string      `json:"systems"`
	Signals  []pack.Signal `json:"signals"`
	Pack     string        `json:"pack"`
}

// NeedIndustry is an industry that can be looked at.
type NeedIndustry struct {
	ID        string    `json:"id"`
	Name      pack.Text `json:"name"`
	Fit       int       `json:"fit" doc:"1 to 5, 5 is best."`
	Processes int       `json:"processes"`
}

func (n needs) graph(ctx context.Context, in *needGraphInput) (*reply[NeedGraph], error) {
	r, err := n.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	l, err := n.library(ctx, r)
	if err != nil {
		return nil, err
	}
	k, err := n.knowledge(ctx, r, in.Product)
	if err != nil {
		return nil, err
	}
	out := NeedGraph{Revision: r.Revision(), Product: cmp.Or(in.Product, DefaultPack), Industries: []NeedIndustry{}, Processes: []NeedProcess{}, Known: knownNeeds(k, in.Industry), Heard: []NeedMapCell{}}
	for _, p := range l.Products() {
		if len(p.Needs) > 0 {
			out.Products = append(out.Products, NeedProduct{ID: p.Meta.ID, Name: p.Meta.Product})
		}
	}
	for _, x := range k.Industries {
		if x.ID == in.Industry {
			out.Industry = &x
		}
		out.Industries = append(out.Industries, NeedIndustry{x.ID, x.Name, x.Fit, len(processesOf(k, x.ID))})
	}
	out.Processes = processesOf(k, in.Industry)
	if in.Industry != "other" {
		out.Processes = append(out.Processes, processesOf(k, "other")...)
	}
	rows, err := n.mapRows(ctx, r, "industry")
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(x mapRow) bool { return x.pack != out.Product || in.Industry != "" && x.value != in.Industry })
	if in.Industry == "" {
		for i := range rows {
			rows[i].value = ""
		}
	}
	e, err := r.Schema().Entity("accounts")
	if err != nil {
		return nil, err
	}
	var heard NeedMap
	heard.count(rows, e, "industry")
	out.Heard = listOf(heard.Cells).Items
	return replyWith(out, nil)
}

// processesOf are the processes of an industry whose signals show a need of the pack.
func processesOf(k *pack.Merged, industry string) []NeedProcess {
	out := []NeedProcess{}
	for _, p := range k.Processes {
		if p.Industry != industry {
			continue
		}
		x := NeedProcess{ID: p.ID, Name: p.Name, Industry: p.Industry, Systems: listOf(p.Systems).Items, Signals: []pack.Signal{}, Pack: k.From["processes/"+p.ID]}
		for _, s := range p.Signals {
			if slices.ContainsFunc(s.Needs, func(c string) bool { _, ok := needOf(k, c); return ok }) {
				x.Signals = append(x.Signals, s)
			}
		}
		if len(x.Signals) > 0 {
			out = append(out, x)
		}
	}
	return out
}
