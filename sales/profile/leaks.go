package profile

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"regexp"
	"slices"
	"sort"
	"strconv"

	"headwater/lake"
	"headwater/pack"
)

// Leak is a field that seems to know the outcome before it happens.
type Leak struct {
	Field lake.FieldName `json:"field"`
	Of    Unit           `json:"of"`
	Label lake.Label     `json:"label"`
	Used  bool           `json:"used" doc:"A condition of the version reads it."`
	// Signs: separates (alone it nearly tells the outcome), filled (filled more often for
	// those with the outcome), rewritten (its name says that it is written over during the
	// sale, and it tells the outcome), after (its history shows writes after the outcome).
	Signs []string `json:"signs"`
	// Strong is false for a field that predicts well without other signs: worth a look.
	Strong  bool      `json:"strong"`
	Area    float64   `json:"auc" doc:"How well the field alone orders the records; 0.5 is chance."`
	AreaLow float64   `json:"auc_low" doc:"Lower end of its 95% interval."`
	Hits    Rate      `json:"filled_hits" doc:"Filled among those with the outcome."`
	Others  Rate      `json:"filled_others" doc:"Filled among the others."`
	After   *Rate     `json:"after,omitempty" doc:"Of a sample, those whose cell was written after the outcome."`
	Words   pack.Text `json:"words"`
}

// What makes a leak. Of the fields that sellers know before they choose, hardly any
// reaches these alone.
const (
	separates  = 0.85 // area under the curve of one field
	looksGood  = 0.70
	telling    = 0.52 // the lower end of the area, for names that say it
	fillGap    = 0.15 // difference of fill rates whose interval is away from 0
	afterShare = 0.5
	afterLeast = 5
	leakSample = 20_000
)

// rewritten are names of what is written over while one sells.
var rewritten = regexp.MustCompile(`(?i)(^|[^a-z])(last|latest|recent|next|current stage|status|stage|tags?|score|index|quality|rating|grade|closed?|won|lost|reason|converted|outcome|result|probability)([^a-z]|$)|最近|最后|最新|下一步|阶段|状态|标签|评分|得分|指数|热度|质量|赢率|成交|丢单|输单|结果|转化`)

// fieldOf is a field to look at, and the path to it from the unit.
type fieldOf struct {
	of    Unit
	field *lake.Field
	path  lake.Path
}

// leaks looks at every field of the unit (of deals: of their accounts).
func (t *testing) leaks(ctx context.Context) ([]Leak, error) {
	fields, err := t.suspects()
	if err != nil {
		return nil, err
	}
	keys := sample(t.keys, leakSample)
	rows, err := t.values(ctx, fields, keys)
	if err != nil {
		return nil, err
	}
	after, err := t.after(ctx, fields)
	if err != nil {
		return nil, err
	}
	out := []Leak{}
	for i, f := range fields {
		column := make([]lake.Cell, len(rows))
		for j, r := range rows {
			column[j] = r.cells[i]
		}
		l := t.suspect(f, column, rows)
		if a, ok := after[f.field.Name]; ok {
			l.After = &a
			if a.Of >= afterLeast && a.Rate >= afterShare {
				l.Signs, l.Strong = append(l.Signs, "after"), true
			}
		}
		if len(l.Signs) > 0 {
			l.Words = l.words()
			out = append(out, l)
		}
	}
	slices.SortStableFunc(out, func(a, b Leak) int {
		return cmp.Or(cmp.Compare(btoi(b.Used), btoi(a.Used)), cmp.Compare(btoi(b.Strong), btoi(a.Strong)), cmp.Compare(b.Area, a.Area))
	})
	return out, nil
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// outcomeFields are what tells the outcome of leads by its nature.
var outcomeFields = []lake.FieldName{"converted_account", "converted_contact", "converted_deal"}

func (t *testing) suspects() ([]fieldOf, error) {
	s := t.features.Schema()
	unit, way := t.Unit, lake.Path(nil)
	if unit == Deals {
		unit, way = Accounts, lake.Path{"account"}
	}
	e, err := s.Entity(unit)
	if err != nil {
		return nil, err
	}
	var told []Used
	if t.Unit == Leads {
		x, err := t.converted()
		if err != nil {
			return nil, err
		}
		told = usedBy(x, e, s)
	}
	var out []fieldOf
	for i := range e.Fields {
		f := &e.Fields[i]
		skip := f.Long || f.Kind == lake.JSON || f.Kind == lake.Vector || f.Name == e.Title || t.features.Rights().MaskedField(e.Name, f.Name) ||
			t.Unit == Leads && slices.Contains(outcomeFields, f.Name) || slices.Contains(told, Used{unit, f.Name})
		if !skip {
			out = append(out, fieldOf{unit, f, append(slices.Clone(way), f.Name)})
		}
	}
	return out, nil
}

func sample(keys []lake.Key, most int) []lake.Key {
	step := (len(keys) + most - 1) / most
	if step <= 1 {
		return keys
	}
	var out []lake.Key
	for i := 0; i < len(keys); i += step {
		out = append(out, keys[i])
	}
	return out
}

type valued struct {
	cells []lake.Cell
	hit   bool
	fold  int
}

const folds = 5

// values reads the fields of some records, as the test saw them.
func (t *testing) values(ctx context.Context, fields []fieldOf, keys []lake.Key) ([]valued, error) {
	q := lake.Question{Entity: t.Unit, Limit: 2000}
	for _, f := range fields {
		q.Fields = append(q.Fields, f.path)
	}
	var out []valued
	for part := range slices.Chunk(keys, q.Limit) {
		in := lake.In{Path: lake.Path{lake.FieldID}}
		for _, k := range part {
			in.Values = append(in.Values, lake.Cell(k))
		}
		q.Where = in
		a, err := t.features.Ask(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, r := range a.Rows {
			h := fnv.New32a()
			h.Write([]byte(r.Key))
			out = append(out, valued{r.Cells, t.hits[r.Key], int(h.Sum32() % folds)})
		}
	}
	return out, nil
}

// suspect looks at one field alone.
func (t *testing) suspect(f fieldOf, column []lake.Cell, rows []valued) Leak {
	l := Leak{Field: f.field.Name, Of: f.of, Label: f.field.Label, Used: slices.Contains(t.version.Uses(), Used{f.of, f.field.Name})}
	var hits, others, filledHits, filledOthers int64
	for i, r := range rows {
		filled := int64(btoi(column[i] != ""))
		if r.hit {
			hits, filledHits = hits+1, filledHits+filled
		} else {
			others, filledOthers = others+1, filledOthers+filled
		}
	}
	l.Hits, l.Others = Wilson(filledHits, hits), Wilson(filledOthers, others)
	if hits < 10 || others < 10 {
		return l
	}
	l.Area = alone(binned(f.field, column), rows)
	l.AreaLow = areaLow(l.Area, float64(hits), float64(others))
	gap := l.Hits.Rate - l.Others.Rate
	spread := z95 * math.Sqrt(l.Hits.Rate*(1-l.Hits.Rate)/float64(hits)+l.Others.Rate*(1-l.Others.Rate)/float64(others))
	if l.Area >= separates {
		l.Signs = append(l.Signs, "separates")
	}
	if math.Abs(gap) >= fillGap && math.Abs(gap) > spread {
		l.Signs = append(l.Signs, "filled")
	}
	if l.AreaLow > telling && (rewritten.MatchString(f.field.Label.EN) || rewritten.MatchString(f.field.Label.ZH) || rewritten.MatchString(string(f.field.Name))) {
		l.Signs = append(l.Signs, "rewritten")
	}
	if l.Strong = len(l.Signs) > 0; !l.Strong && l.Area >= looksGood {
		l.Signs = append(l.Signs, "predicts")
	}
	return l
}

// binned makes numbers, days and instants with many values twenty bins of equal size;
// others stay. An empty cell is a value of its own.
func binned(f *lake.Field, column []lake.Cell) []lake.Cell {
	number := func(c lake.Cell) (float64, bool) {
		switch f.Kind {
		case lake.Integer, lake.Decimal, lake.Float, lake.Money:
			amount, _ := lake.SplitMoney(c)
			n, err := strconv.ParseFloat(amount, 64)
			return n, err == nil && c != ""
		}
		return 0, false
	}
	var all []float64
	distinct := map[lake.Cell]bool{}
	for _, c := range column {
		distinct[c] = true
		if n, ok := number(c); ok {
			all = append(all, n)
		}
	}
	if len(all) == 0 || len(distinct) <= 40 {
		return column
	}
	sort.Float64s(all)
	out := make([]lake.Cell, len(column))
	for i, c := range column {
		if n, ok := number(c); ok {
			out[i] = lake.Cell("bin" + strconv.Itoa(sort.SearchFloat64s(all, n)*20/len(all)))
		} else {
			out[i] = c
		}
	}
	return out
}

// alone is the area under the curve when records are ordered by the rate of outcomes
// that their value has in the other folds, so that a field of names or numbers, where
// each value is rare, tells nothing.
func alone(column []lake.Cell, rows []valued) float64 {
	type count struct{ n, hits [folds + 1]float64 } // by fold; the last is all
	seen := map[lake.Cell]*count{}
	n, hits := 0.0, 0.0
	for i, r := range rows {
		c := seen[column[i]]
		if c == nil {
			c = &count{}
			seen[column[i]] = c
		}
		h := float64(btoi(r.hit))
		c.n[r.fold], c.n[folds] = c.n[r.fold]+1, c.n[folds]+1
		c.hits[r.fold], c.hits[folds] = c.hits[r.fold]+h, c.hits[folds]+h
		n, hits = n+1, hits+h
	}
	const prior = 5 // records at the base rate that every value begins with
	groups := map[float64]*ranked{}
	for i, r := range rows {
		c := seen[column[i]]
		score := (c.hits[folds] - c.hits[r.fold] + prior*hits/n) / (c.n[folds] - c.n[r.fold] + prior)
		g := groups[score]
		if g == nil {
			g = &ranked{score: score}
			groups[score] = g
		}
		if r.hit {
			g.hits++
		} else {
			g.others++
		}
	}
	var list []ranked
	for _, g := range groups {
		list = append(list, *g)
	}
	return area(list)
}

func percent(x float64) string { return strconv.Itoa(int(math.Round(x*100))) + "%" }

// words say what was found, with its numbers.
func (l Leak) words() pack.Text {
	var zh, en string
	add := func(z, e string) {
		if zh != "" {
			zh, en = zh+"；", en+"; "
		}
		zh, en = zh+z, en+e
	}
	for _, s := range l.Signs {
		switch s {
		case "separates":
			add(fmt.Sprintf("单凭它就几乎能分出结果（AUC %.2f）", l.Area), fmt.Sprintf("alone it nearly tells the outcome (AUC %.2f)", l.Area))
		case "filled":
			add("有结果的 "+percent(l.Hits.Rate)+" 已填，其余只有 "+percent(l.Others.Rate)+" 已填", "filled for "+percent(l.Hits.Rate)+" of those with the outcome and "+percent(l.Others.Rate)+" of the others")
		case "rewritten":
			add(fmt.Sprintf("名称表明它在销售过程中会被改写，而且与结果相关（AUC %.2f）", l.Area), fmt.Sprintf("its name says that it is written over while one sells, and it tells the outcome (AUC %.2f)", l.Area))
		case "after":
			add(fmt.Sprintf("抽查 %d 条，%s 是在结果之后才写入的", l.After.Of, percent(l.After.Rate)), fmt.Sprintf("of %d looked at, %s were written after the outcome", l.After.Of, percent(l.After.Rate)))
		case "predicts":
			add(fmt.Sprintf("单独就预测得很好（AUC %.2f），请确认它是在接触客户之前填的", l.Area), fmt.Sprintf("it predicts well alone (AUC %.2f); make sure that it is filled before the first contact", l.Area))
		}
	}
	return pack.Text{ZH: zh, EN: en}
}
