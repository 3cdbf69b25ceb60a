package demo

import (
	"cmp"
	"slices"
	"time"

	"headwater/lake"
)

// pursuedCount is how many open deals have a committee, answers and what else leads a deal.
const pursuedCount = 16

// pursuit writes what leads one deal; what belongs to it is filled in.
type pursuit struct {
	*world
	*dice
	deal *deal
}

// put adds a record of the deal and returns its key. Nothing happens after today.
func (p *pursuit) put(e lake.EntityName, at time.Time, cells lake.Cells) lake.Key {
	if last := p.now.Add(-time.Hour); at.After(last) {
		at = last
	}
	key := p.keyAt(at)
	cells["deal"], cells["account"], cells["owner"] = lake.Cell(p.deal.key), lake.Cell(p.deal.account.key), p.owner(p.deal.owner)
	p.world.put(e, key, at, cells)
	return key
}

// makeProcess records the moves of all open deals, and leads the largest ones: their
// committee, answers, objections, a proof of concept.
func (w *world) makeProcess() {
	d := newDice(w.seed, "process")
	var open []*deal
	for _, x := range w.deals {
		if x.outcome != "" {
			continue
		}
		p := &pursuit{world: w, dice: d, deal: x}
		p.moves()
		if stage := x.path[len(x.path)-1].stage; stage != "prospecting" {
			open = append(open, x)
		}
	}
	slices.SortStableFunc(open, func(a, b *deal) int { return cmp.Compare(b.amount, a.amount) })
	for _, x := range open[:min(pursuedCount, len(open))] {
		p := &pursuit{world: w, dice: d, deal: x}
		people := p.committee()
		p.answers()
		p.objections(people)
		switch x.path[len(x.path)-1].stage {
		case "poc", "negotiate":
			p.poc()
		}
	}
	w.wonObjections(d)
}

func (p *pursuit) stage() string { return p.deal.path[len(p.deal.path)-1].stage }

// entered is when the deal came into its stage.
func (p *pursuit) entered() time.Time { return p.deal.path[len(p.deal.path)-1].at }

// after is some days behind a time, in working hours.
func (p *pursuit) after(t time.Time, n int) time.Time { return p.office(t.AddDate(0, 0, n)) }

func (p *pursuit) moves() {
	for i, l := range p.deal.path {
		if i == 0 {
			continue
		}
		from := p.deal.path[i-1].stage
		p.put("moves", l.at, lake.Cells{"title": lake.Cell(from + " → " + l.stage), "from_stage": lake.Cell(from), "to_stage": lake.Cell(l.stage), "moved_at": lake.TimeCell(l.at),
			"moved_by": p.owner(p.deal.owner), "status": "done"})
	}
}

var interests = map[string][]string{
	"decides": {"今年要有一项看得见的数字化成果", "不想再为选型失误担责"}, "budget": {"压住旧平台的续费", "拿一张经得起审计的测算表"}, "technical": {"少值几个夜班", "把手写脚本换成能交接的东西"},
	"business": {"月底不再等三天才看到数", "会上说得出数从哪来"}, "insider": {"借这个项目评上骨干"}, "blocker": {"担心自己维护的平台被替掉"},
}

// committee puts most of the account's people onto the map; it returns their contacts.
func (p *pursuit) committee() []*contact {
	roles := map[string]lake.Key{}
	var on []*contact
	first := p.after(p.deal.opened, 4)
	for i, c := range p.deal.account.contacts {
		if i >= 6 || !c.created.Before(first.Add(-time.Hour)) {
			continue
		}
		cells := lake.Cells{"name": lake.Cell(c.human.name), "contact": lake.Cell(c.key), "role": lake.Cell(c.role), "stance": lake.Cell(c.stance)}
		if list := interests[c.role]; len(list) > 0 && p.chance(0.75) {
			cells["interest"] = lake.Cell(pick(p.dice, list))
		}
		if p.chance(map[string]float64{"technical": 0.95, "business": 0.8, "insider": 0.9, "budget": 0.6, "decides": 0.4}[c.role]) {
			met := p.after(p.entered(), p.between(-20, 12))
			if met.After(p.now) {
				met = p.now.AddDate(0, 0, -p.between(1, 9))
			}
			cells["met_on"] = dateCell(met)
		}
		to := roles["decides"]
		if to == "" || c.role == "technical" && roles["budget"] != "" {
			to = cmp.Or(roles["budget"], roles["technical"])
		}
		if to != "" && c.role != "decides" {
			cells["influences"] = lake.Cell(to)
		}
		key := p.put("committee", first.Add(time.Duration(i)*time.Minute), cells)
		if roles[c.role] == "" {
			roles[c.role] = key
		}
		on = append(on, c)
	}
	return on
}

// said are answers to the four key questions and the criteria of the matrix.
var said = []struct{ list, question, title, answer string }{
	{"four-questions", "pains", "数据上最痛的三件事是什么，一年各花多少？", "对账、备份、取数；光对账每月要两个人五天"},
	{"four-questions", "cost", "现在的数据架构一年总共花多少？", "许可和存储约九十万，人力没算过"},
	{"four-questions", "evolution", "三年内架构会怎么变？", "明年要把数仓搬出机房，后年接大模型"},
	{"four-questions", "clouds", "用了几朵云，数据怎么来回走？", "生产在阿里云，灾备在自有机房，每晚全量拷贝"},
	{"matrix:condition-awareness", "sources", "有几套系统存着业务数据？", "四套：ERP、MES、商城和客服"},
	{"matrix:condition-awareness", "owner", "谁对数据负责？", "去年成立了数据部，五个人"},
	{"matrix:condition-awareness", "says", "上一次为这事付出了什么？", "去年审计补材料，十二个人加班两周"},
	{"matrix:condition-awareness", "tried", "之前试过什么？为什么停了？", "试过自建 Trino，写的人走了就停了"},
}

func (p *pursuit) answers() {
	share := map[string]float64{"discover": 0.45, "demonstrate": 0.75, "poc": 0.9, "negotiate": 0.95}[p.stage()]
	for i, a := range said {
		if !p.chance(share) {
			continue
		}
		at := p.after(p.deal.opened, 3+i)
		cells := lake.Cells{"title": lake.Cell(a.title), "list": lake.Cell(a.list), "question": lake.Cell(a.question), "answer": lake.Cell(a.answer), "status": "answered", "answered_on": dateCell(at)}
		if a.list != "four-questions" {
			cells["verdict"] = "yes"
			if p.chance(0.25) {
				cells["verdict"] = "no"
			}
		}
		p.put("answers", at, cells)
	}
	if p.chance(0.6) {
		at := p.after(p.deal.opened, 9)
		p.put("letters", at, lake.Cells{"title": "财务总监在会上说从数字化专项列支", "letter": "man-money", "evidence": "budget-said", "points": "3", "status": "held", "seen_on": dateCell(at)})
	}
}

// doubts are objections of the pack with answers that are used against them.
var doubts = []struct{ objection, title, answer, said string }{
	{"performance", "隔着一层，查询会不会把生产库拖慢？", "mirror", "热数据走内置镜像，生产库只读增量；验证时一起看负载曲线。"},
	{"performance", "性能肯定不如直接查吧。", "measure", "把贵方最慢的三条查询写进验证标准，用结果说话。"},
	{"already-have-warehouse", "我们的数仓刚建完，领导不会再批一个平台。", "beside", "数仓照用，没进仓的表就地接上，测试环境改用分支。"},
}

func (p *pursuit) objections(people []*contact) {
	for _, o := range doubts {
		if p.chance(0.55) {
			p.objection(o.objection, o.title, o.answer, o.said, people)
		}
	}
}

func (p *pursuit) objection(objection, title, answer, said string, people []*contact) {
	at := p.after(p.deal.opened, p.between(6, 30))
	if at.After(p.now) {
		at = p.now.AddDate(0, 0, -2)
	}
	cells := lake.Cells{"objection": lake.Cell(objection), "title": lake.Cell(title), "answer": lake.Cell(answer), "said": lake.Cell(said), "met_on": dateCell(at), "result": lake.Cell(weighted(p.dice, []string{"settled", "open", "stands"}, func(r string) float64 {
		return map[string]float64{"settled": 5, "open": 2, "stands": 2}[r]
	}))}
	if len(people) > 0 {
		cells["contact"] = lake.Cell(pick(p.dice, people).key)
	}
	p.put("objections_met", at, cells)
}

// wonObjections are those of closed deals, so that answers have a record.
func (w *world) wonObjections(d *dice) {
	n := 0
	for _, x := range w.deals {
		if x.outcome == "" || x.kind != "new_business" || n >= 60 || !d.chance(0.3) {
			continue
		}
		n++
		o := pick(d, doubts)
		p := &pursuit{world: w, dice: d, deal: x}
		p.objection(o.objection, o.title, o.answer, o.said, nil)
	}
}

// measures are the criteria of the pack's standard proof, with a result that passes.
var measures = []struct{ id, name, unit, method, threshold, result string }{
	{"first-query", "从安装到第一个跨源查询", "小时", "由客户员工按文档操作并计时，不含开网时间", "4", "2.5"},
	{"cross-question", "一个跨系统问题的作答时间", "分钟", "业务人员出题，现用做法与新做法各计时一次，结果须一致", "10", "6"},
	{"copy-time", "最大表开一份可写副本", "秒", "连续三次取最大值，记录存储增量", "1", "0.4"},
	{"isolation", "十个分支互不影响", "处差异", "十人同时改同一张表，逐一核对他人分支与主线", "0", "0"},
	{"move", "把一个实体从关系库移到对象存储并回退", "小时", "影子读一致率须为百分之百，切换与回退各演练一次", "8", "5"},
	{"masks", "三个入口的权限与脱敏一致", "处不一致", "同一账号在页面、SQL、导出中抽查五十条", "0", "0"},
}

// poc is agreed when the deal enters that stage; in negotiation it is concluded.
func (p *pursuit) poc() {
	start := p.entered()
	for _, l := range p.deal.path {
		if l.stage == "poc" {
			start = l.at
		}
	}
	agreed, done := p.after(start, 3), p.stage() == "negotiate"
	fixed := agreed.Before(p.now)
	cells := lake.Cells{"title": "标准验证", "template": "standard", "verdict": "open"}
	if fixed {
		cells["agreed_on"], cells["started_on"] = dateCell(agreed), dateCell(agreed)
	}
	if done {
		cells["verdict"], cells["ended_on"] = "passed", dateCell(p.entered())
	}
	poc := p.put("pocs", start, cells)
	for i, m := range measures {
		c := lake.Cells{"name": lake.Cell(m.name), "poc": lake.Cell(poc), "criterion": lake.Cell(m.id), "method": lake.Cell(m.method), "unit": lake.Cell(m.unit), "better": "lower", "threshold": lake.Cell(m.threshold), "verdict": "open"}
		if fixed {
			c["agreed_on"] = dateCell(agreed)
		}
		if done || fixed && i < 2 {
			c["result"], c["verdict"] = lake.Cell(m.result), "passed"
		}
		p.put("poc_criteria", start.Add(time.Duration(i)*time.Second), c)
	}
}
