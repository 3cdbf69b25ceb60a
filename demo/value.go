package demo

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"headwater/lake"
)

// valueTale is what a deal was worth and offered for. The figures are those that the
// product's value model and price list give for the numbers; a test works them out again.
type valueTale struct {
	won                            bool // told of a deal that was won
	stage                          string
	title, status                  string
	npv, roi, irr, payback, yearly lake.Cell
	numbers                        []toldNumber
	quotes                         []toldQuote
	promises                       []toldPromise
	documents                      []toldDocument
	rhythm                         bool // the customer is kept in touch with
	months                         int  // of the contract, when there is one
}

type toldNumber struct {
	variable, name, unit string
	low, likely, high    lake.Cell
	source, note         string
}

type toldQuote struct {
	edition, name, sources, volume string
	months                         int
	discount                       lake.Cell
	list, amount, yearly           lake.Cell
	approver, gives, status        string
	lines                          []toldLine
}

type toldLine struct {
	name, quantity, unit string
	price, amount        lake.Cell
	note                 string
}

type toldPromise struct {
	text, capability, status string
	due                      int // days from today; 0: none
}

var (
	spanned      = "按数据源在价目区间内插值"
	withinSeller = "本季度内签约"
	withinTerm   = "两年以上期限或一次付清"
)

var valueTales = []valueTale{
	{stage: "negotiate", title: "数据平台收益测算", status: "confirmed", npv: "200483.29", roi: "0.7936", irr: "1.744", payback: "1.09", yearly: "223300",
		numbers: []toldNumber{
			{"people", "数据团队人数", "人", "9", "10", "12", "customer", "访谈时逐个数过，含两名外包"},
			{"upkeep_share", "团队用于维护与搬运的时间", "占比", "0.45", "0.5", "0.6", "customer", "按上季度工单估算"},
			{"storage_cost", "每年存储费用", "美元/年", "90000", "110000", "130000", "customer", "财务给出的去年账单"},
			{"sources", "接入的数据源", "个", "8", "8", "8", "measured", "系统清单盘点"},
			{"licence_price", "年度订阅价格", "美元/年", "71000", "71250", "75000", "price", "以报价为准"}},
		quotes: []toldQuote{
			{"large-basic", "大型企业基础版", "8", "40000", 24, "0", "160000", "160000", "80000", "seller", "", "refused", []toldLine{{"大型企业基础版", "2", "年", "80000", "160000", spanned}}},
			{"large-basic", "大型企业基础版", "8", "40000", 24, "5", "160000", "152000", "76000", "seller", withinSeller, "sent",
				[]toldLine{{"大型企业基础版", "2", "年", "80000", "160000", spanned}, {"折扣 5%", "1", "次", "-8000", "-8000", "客户的对价：" + withinSeller}}}},
		documents: []toldDocument{{"roi-report.zh", 0, true}, {"quotation.zh", 0, true}},
		promises:  []toldPromise{{"两朵云上的报表库可以一起查询，不用先搬数据。", "connect-in-place", "backed", 21}, {"上线前为客户的六名工程师做两天培训。", "", "open", 45}}},
	{stage: "negotiate", title: "集团数据底座收益测算", status: "shared", npv: "197275.89", roi: "0.394", irr: "1.3124", payback: "1.36", yearly: "351300",
		numbers: []toldNumber{
			{"people", "数据团队人数", "人", "14", "16", "18", "customer", "三个事业部合计"},
			{"person_cost", "人均年成本", "美元/年", "42000", "48000", "52000", "customer", "人力部门口径"},
			{"storage_cost", "每年存储费用", "美元/年", "180000", "210000", "240000", "customer", "含异地备份"},
			{"platform_cost", "每年数据平台许可与维保", "美元/年", "150000", "170000", "190000", "customer", "现有数仓明年到期"},
			{"licence_price", "年度订阅价格", "美元/年", "176000", "176000", "200000", "price", "以报价为准"}},
		quotes: []toldQuote{{"large-professional", "大型企业专业版", "15", "300000", 36, "12", "600000", "528000", "176000", "manager", withinTerm, "approval",
			[]toldLine{{"大型企业专业版", "3", "年", "200000", "600000", spanned}, {"折扣 12%", "1", "次", "-72000", "-72000", "客户的对价：" + withinTerm}}}},
		documents: []toldDocument{{"quotation-waiting.zh", 0, false}, {"roi-report-waiting.en", 0, false}},
		promises:  []toldPromise{{"迁移期间保证零停机，永远不会丢数据。", "", "over", 0}, {"每周书面通报一次进度。", "", "open", -3}}},
	{won: true, title: "数据整合收益测算", status: "confirmed", npv: "147379.67", roi: "0.6416", irr: "1.3549", payback: "1.21", yearly: "188125",
		numbers: []toldNumber{
			{"people", "数据团队人数", "人", "6", "7", "8", "customer", "访谈所述"},
			{"storage_cost", "每年存储费用", "美元/年", "70000", "80000", "95000", "measured", "按监控月均折算"},
			{"change_weeks", "一次变更的周数", "周", "18", "22", "26", "customer", "上次换库的实际用时"},
			{"licence_price", "年度订阅价格", "美元/年", "63000", "63000", "70000", "price", "以报价为准"}},
		quotes: []toldQuote{{"large-basic", "大型企业基础版", "7", "30000", 12, "10", "70000", "63000", "63000", "manager", withinTerm, "accepted",
			[]toldLine{{"大型企业基础版", "1", "年", "70000", "70000", spanned}, {"折扣 10%", "1", "次", "-7000", "-7000", "客户的对价：" + withinTerm}}}},
		documents: []toldDocument{{"contract-won.zh", 0, true}, {"service-agreement-won.zh", 0, true}, {"implementation-plan-won.zh", 1, false}, {"case-study-won.zh", -60, false}}, rhythm: true,
		promises: []toldPromise{{"一个月内接通七个数据源。", "connect-in-place", "delivered", -60}, {"上线后一个月内给出与财务系统对账的样例。", "", "broken", -90}, {"免费支持客户的全部下属公司。", "", "withdrawn", 0}}, months: 12},
	{stage: "demonstrate", title: "初步收益测算", status: "draft", npv: "-7062.96", roi: "0.0074", irr: "0.021", payback: "2.92", yearly: "160175",
		numbers: []toldNumber{
			{"people", "数据团队人数", "人", "4", "5", "6", "customer", "电话里说的，待核"},
			{"sources", "接入的数据源", "个", "6", "6", "7", "measured", "系统清单盘点"}},
		documents: []toldDocument{{"roi-report-first.zh", 0, false}}},
}

// makeValue tells of a few large customers at home what the product is worth to them,
// what they were offered and promised.
func (w *world) makeValue() {
	d := newDice(w.seed, "value")
	taken := map[*deal]bool{}
	for _, tale := range valueTales {
		if x := w.dealFor(tale, taken); x != nil {
			taken[x] = true
			(&valueStory{world: w, dice: d, deal: x, tale: tale}).tell()
		}
	}
}

// dealFor is the largest deal that a tale fits, of a large account if there is one; won
// ones closed eight to twelve months ago, so that the renewal is near.
func (w *world) dealFor(tale valueTale, taken map[*deal]bool) *deal {
	var fit []*deal
	for _, x := range w.deals {
		if taken[x] || x.account.foreign != nil {
			continue
		}
		closed := x.closed()
		switch {
		case tale.won && x.outcome == "won" && closed.After(w.now.AddDate(0, -12, 7)) && closed.Before(w.now.AddDate(0, -8, 0)),
			!tale.won && x.outcome == "" && x.path[len(x.path)-1].stage == tale.stage:
			fit = append(fit, x)
		}
	}
	if len(fit) == 0 {
		return nil
	}
	large := func(x *deal) int {
		if x.account.segment == "large" {
			return 1
		}
		return 0
	}
	return slices.MaxFunc(fit, func(a, b *deal) int { return cmp.Or(large(a)-large(b), cmp.Compare(a.amount, b.amount)) })
}

type valueStory struct {
	*world
	*dice
	deal    *deal
	tale    valueTale
	offered offered   // the last quote
	starts  lake.Cell // of the contract
}

// offered is what documents name of a quote.
type offered struct {
	key    lake.Key
	number string
	valid  lake.Cell
}

// keep adds a record of the deal and returns its key.
func (s *valueStory) keep(e lake.EntityName, at time.Time, cells lake.Cells) lake.Key {
	key := s.keyAt(at)
	cells["deal"], cells["account"], cells["owner"] = lake.Cell(s.deal.key), lake.Cell(s.deal.account.key), s.owner(s.deal.owner)
	s.put(e, key, at, cells)
	return key
}

func (s *valueStory) tell() {
	last := s.deal.path[len(s.deal.path)-1].at
	at := s.office(last.AddDate(0, 0, -12))
	value := s.worth(at)
	for i, q := range s.tale.quotes {
		quoted := s.office(last.AddDate(0, 0, -6+3*i))
		key := s.offer(q, i+1, value, quoted)
		if q.status == "accepted" {
			s.sign(q, key, s.office(last))
		}
	}
	for _, p := range s.tale.promises {
		s.promise(p, s.office(last.AddDate(0, 0, -2)))
	}
	for _, d := range s.tale.documents {
		s.document(d, last)
	}
	if s.tale.rhythm {
		s.keepInTouch(s.office(last.AddDate(0, 0, 1)))
	}
}

// speaker is who confirms a number: the deal's contact, and who holds the budget.
func (s *valueStory) speaker(i int) *contact {
	all := []*contact{s.deal.contact}
	for _, c := range s.deal.account.contacts {
		if c.role == "budget" || c.role == "decides" {
			all = append(all, c)
		}
	}
	return all[i%len(all)]
}

func (s *valueStory) worth(at time.Time) lake.Key {
	t := s.tale
	cells := lake.Cells{"title": lake.Cell(t.title), "model": "benefits", "pack": "logical-data-lake", "status": lake.Cell(t.status), "currency": "USD",
		"npv": t.npv, "roi": t.roi, "irr": t.irr, "payback_years": t.payback, "yearly_benefit": t.yearly}
	at = s.after(at, s.speaker(1))
	if t.status == "confirmed" {
		cells["confirmed_by"], cells["confirmed_on"] = lake.Cell(s.speaker(1).key), dateCell(at)
	}
	key := s.keep("value_cases", at, cells)
	for i, n := range t.numbers {
		cells := lake.Cells{"name": lake.Cell(n.name), "value_case": lake.Cell(key), "variable": lake.Cell(n.variable), "unit": lake.Cell(n.unit), "low": n.low, "likely": n.likely, "high": n.high,
			"source": lake.Cell(n.source), "note": lake.Cell(n.note), "deal": lake.Cell(s.deal.key), "account": lake.Cell(s.deal.account.key), "owner": s.owner(s.deal.owner)}
		if c := s.speaker(i); n.source == "customer" && c.created.Before(at) {
			cells["confirmed_by"], cells["confirmed_on"] = lake.Cell(c.key), dateCell(at)
		}
		s.put("value_variables", lake.KeyOf(lake.Cell(key), lake.Cell(n.variable)), at, cells)
	}
	return key
}

// after is a time at which a contact is known, and no later than now.
func (s *valueStory) after(at time.Time, c *contact) time.Time {
	if at.Before(c.created) {
		at = c.created.Add(time.Hour)
	}
	if last := s.now.Add(-time.Hour); at.After(last) {
		return last
	}
	return at
}

func (s *valueStory) offer(q toldQuote, version int, value lake.Key, at time.Time) lake.Key {
	at = s.after(at, s.speaker(1))
	cells := lake.Cells{"title": lake.Cell(s.deal.project + " · " + q.name), "version": intCell(version), "pack": "logical-data-lake", "price_list": "list-usd", "edition": lake.Cell(q.edition),
		"term_months": intCell(q.months), "contract_form": "long-term", "sources": lake.Cell(q.sources), "volume_gb": lake.Cell(q.volume), "discount": q.discount, "gives": lake.Cell(q.gives), "list_amount": q.list, "amount": q.amount, "yearly": q.yearly,
		"currency": "USD", "status": lake.Cell(q.status), "approver": lake.Cell(q.approver), "valid_until": dateCell(at.AddDate(0, 0, 45)), "value_case": lake.Cell(value), "contact": lake.Cell(s.deal.contact.key),
		"number": lake.Cell("Q" + at.In(china).Format("20060102") + "-" + strconv.Itoa(version+1000+s.IntN(8000)))}
	if q.status == "sent" || q.status == "accepted" || q.status == "refused" {
		cells["sent_on"], cells["approved_by"] = dateCell(at), s.owner(s.deal.owner)
	}
	if q.approver == "manager" && q.status == "accepted" {
		cells["approved_by"] = s.manager()
	}
	for f, c := range cells {
		if c == "" {
			delete(cells, f)
		}
	}
	key := s.keep("quotes", at, cells)
	s.offered = offered{key, string(cells["number"]), cells["valid_until"]}
	for i, l := range q.lines {
		item, reason := "edition:"+q.edition, "by-sources"
		if i > 0 {
			item, reason = "discount:"+q.approver, ""
		}
		s.keep("quote_lines", at.Add(time.Duration(i+1)*time.Millisecond), lake.Cells{"name": lake.Cell(l.name), "quote": lake.Cell(key), "position": intCell(i + 1), "quantity": lake.Cell(l.quantity), "unit": lake.Cell(l.unit),
			"price": l.price, "amount": l.amount, "note": lake.Cell(l.note), "item": lake.Cell(item), "reason": lake.Cell(reason)})
	}
	return key
}

// manager is the one of the seller's team.
func (s *valueStory) manager() lake.Cell {
	for _, p := range People() {
		if p.Role == "manager" && p.Team == s.deal.owner.Team {
			return lake.Cell(s.people[p.Email])
		}
	}
	return ""
}

// sign makes the contract of an accepted quote; its renewal begins 180 days before its
// end, as the price list's long terms say.
func (s *valueStory) sign(q toldQuote, quote lake.Key, at time.Time) {
	starts := at.AddDate(0, 0, 7)
	s.starts = dateCell(starts)
	ends := starts.AddDate(0, s.tale.months, -1)
	s.keep("agreements", s.after(at, s.speaker(1)), lake.Cells{"title": lake.Cell(s.deal.project + " 合同"), "number": lake.Cell("HT-" + at.In(china).Format("200601") + "-07"), "status": "signed", "model": "subscription", "edition": lake.Cell(q.edition),
		"value": q.amount + " USD", "yearly_value": q.yearly + " USD", "signed_on": dateCell(at), "starts_on": dateCell(starts), "ends_on": dateCell(ends), "renew_on": dateCell(ends.AddDate(0, 0, -180)), "renews": "by_signature", "quote": lake.Cell(quote)})
}

func (s *valueStory) promise(p toldPromise, at time.Time) {
	at = s.after(at, s.deal.contact)
	cells := lake.Cells{"text": lake.Cell(p.text), "status": lake.Cell(p.status), "made_to": lake.Cell(s.deal.contact.key), "made_on": dateCell(at)}
	if p.capability != "" {
		cells["capability"] = lake.Cell(p.capability)
	}
	if p.due != 0 {
		cells["due_on"] = dateCell(s.now.AddDate(0, 0, p.due))
	}
	if p.status == "delivered" || p.status == "broken" {
		cells["settled_on"] = dateCell(s.now.AddDate(0, 0, p.due+2))
	}
	s.keep("promises", at, cells)
}
