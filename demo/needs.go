package demo

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"headwater/lake"
)

//go:embed interviews/notes.txt
var interviewText string

// interview is a note of a talk, with the needs that people found in it.
type interview struct {
	industry string
	text     string
	needs    []saidNeed
}

// saidNeed is a sentence of a note and what was decided about it.
type saidNeed struct {
	code, foundCode, kind, status, evidence string
	byPerson                                bool
}

// needNames are what the product's pack calls its needs; the page shows the rest of
// them from the pack.
var needNames = map[string]string{"L01": "多数据源统一访问（数据孤岛）", "L02": "数据复制成本高、副本冗余", "L03": "开发测试环境隔离", "L04": "数据架构演进与迁移风险",
	"L05": "多云管理与多云成本", "L06": "技术栈或厂商锁定", "L07": "容灾与备份恢复", "L08": "数据运维人力与管理成本", "L09": "口径一致、元数据与血缘", "L10": "取数慢、数据时效",
	"L11": "权限、脱敏与数据安全", "L12": "合规审计与国产化", "L13": "团队技术能力有限、要求快速上手", "L14": "向量与 AI 数据"}

func interviews() []interview {
	var out []interview
	for line := range strings.Lines(interviewText) {
		line = strings.TrimRight(line, "\n")
		name, head := strings.CutPrefix(line, "== ")
		if head {
			out = append(out, interview{industry: name})
			continue
		}
		if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
			continue
		}
		x := &out[len(out)-1]
		if said, ok := strings.CutPrefix(line, "> "); ok {
			x.needs = append(x.needs, readNeed(said))
		} else {
			x.text += line + "\n"
		}
	}
	for i := range out {
		out[i].text = strings.TrimSpace(out[i].text)
	}
	return out
}

func readNeed(line string) saidNeed {
	head, evidence, _ := strings.Cut(line, " | ")
	parts := strings.Fields(head)
	n := saidNeed{code: parts[0], kind: parts[1], status: parts[2], evidence: evidence}
	n.code, n.byPerson = strings.CutSuffix(n.code, "*")
	n.code, n.foundCode, _ = strings.Cut(n.code, "<")
	if n.foundCode == "" && !n.byPerson {
		n.foundCode = n.code
	}
	return n
}

// makeNeeds puts the interviews into the notes of deals of their industry, and keeps the
// needs that people found in them.
func (w *world) makeNeeds() {
	m := &needStory{world: w, dice: newDice(w.seed, "needs"), notes: w.dealNotes(), of: map[lake.Key]*deal{}, mains: map[string]lake.Key{}}
	for _, d := range w.deals {
		m.of[d.key] = d
	}
	for _, x := range interviews() {
		m.tell(x)
	}
}

// needStory places interviews.
type needStory struct {
	*world
	*dice
	notes map[string][]int // of an industry: places in steps, those of the deals to be filled first
	of    map[lake.Key]*deal
	mains map[string]lake.Key // deal and code → the need that others support
}

// dealNotes are notes of talks within deals by industry: first those of open deals in
// their later stages; the first deal of an industry gives three of them, others one.
func (w *world) dealNotes() map[string][]int {
	byDeal := map[lake.Key][]int{}
	for i, s := range w.steps {
		kind := s.Cells["kind"]
		if s.Entity == "activities" && s.Cells["deal"] != "" && s.Cells["body"] != "" && s.Cells["happened_at"] != "" && kind != "task" && kind != "wechat" {
			byDeal[lake.Key(s.Cells["deal"])] = append(byDeal[lake.Key(s.Cells["deal"])], i)
		}
	}
	rank := map[string]int{"poc": 0, "negotiate": 1, "demonstrate": 2, "discover": 3, "won": 4, "lost": 5, "prospecting": 6}
	deals := slices.Clone(w.deals)
	slices.SortStableFunc(deals, func(a, b *deal) int { return rank[a.path[len(a.path)-1].stage] - rank[b.path[len(b.path)-1].stage] })
	out := map[string][]int{}
	for _, d := range deals {
		if d.account.foreign == nil {
			list, most := byDeal[d.key], 1
			if len(out[d.account.trade.name]) == 0 {
				most = 3
			}
			out[d.account.trade.name] = append(out[d.account.trade.name], list[:min(most, len(list))]...)
		}
	}
	return out
}

// tell writes an interview into the next note of its industry.
func (m *needStory) tell(x interview) {
	list := m.notes[x.industry]
	if len(list) == 0 {
		return
	}
	m.notes[x.industry] = list[1:]
	note := &m.steps[list[0]]
	line, _, _ := strings.Cut(x.text, "。")
	subject := []rune(strings.TrimSpace(line))
	note.Cells = cloned(note.Cells)
	note.Cells["subject"], note.Cells["body"] = lake.Cell(string(subject[:min(len(subject), 40)])), lake.Cell(x.text)
	for i, n := range x.needs {
		m.keep(*note, n, m.within(note.At.Add(time.Duration(2+i)*time.Hour)))
	}
}

// within keeps a time before today.
func (m *needStory) within(at time.Time) time.Time {
	if !at.Before(m.now) {
		return m.now.Add(-time.Minute)
	}
	return at
}

// keep writes one need; a further sentence for one that the deal has supports that.
func (m *needStory) keep(note Step, n saidNeed, at time.Time) {
	d := m.of[lake.Key(note.Cells["deal"])]
	key := m.keyAt(at)
	cells := lake.Cells{"title": lake.Cell(needNames[n.code]), "code": lake.Cell(n.code), "kind": lake.Cell(n.kind), "status": lake.Cell(n.status), "evidence": lake.Cell(n.evidence),
		"activity": lake.Cell(note.Key), "pack": "logical-data-lake", "account": lake.Cell(d.account.key), "deal": lake.Cell(d.key), "owner": m.owner(d.owner), "found_by": "miner"}
	if n.byPerson {
		cells["found_by"] = "person"
	} else {
		cells["found_code"], cells["confidence"] = lake.Cell(n.foundCode), lake.Cell(strconv.FormatFloat(float64(m.between(45, 95))/100, 'f', -1, 64))
	}
	place := fmt.Sprint(d.key, n.code)
	main, known := m.mains[place]
	switch {
	case n.status == "rejected":
	case known:
		cells["status"], cells["supports"] = "supporting", lake.Cell(main)
	default:
		m.mains[place] = key
		if n.status == "confirmed" {
			cells["confirmed_on"] = dateCell(at)
			if note.Cells["contact"] != "" {
				cells["confirmed_by"] = note.Cells["contact"]
			}
		}
	}
	m.put("needs", key, at, cells)
}
