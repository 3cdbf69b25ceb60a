package demo

import (
	"bytes"
	"embed"
	"encoding/json"
	"strings"
	"time"

	"headwater/lake"
)

// documents are deliverables as the product made them, with the names, dates and keys of
// the story left open. A test of the program makes them again from the demo's records and
// compares; with -update it writes them.
//
//go:embed documents/*.json
var documents embed.FS

// toldDocument is a deliverable of a deal: its file, when it was made (days after the deal's
// last move, or below zero: before today), and whether it was sent.
type toldDocument struct {
	file string
	days int
	sent bool
}

// document keeps a deliverable.
func (s *valueStory) document(d toldDocument, last time.Time) {
	at := s.office(last.AddDate(0, 0, d.days))
	if d.days < 0 {
		at = s.office(s.now.AddDate(0, 0, d.days))
	}
	at = s.after(at, s.deal.contact)
	raw, err := documents.ReadFile("documents/" + d.file + ".json")
	if err != nil {
		panic(err) // a file that this package names is missing from it
	}
	var content bytes.Buffer
	if err := json.Compact(&content, []byte(s.open(dateCell(at)).Replace(string(raw)))); err != nil {
		panic(err)
	}
	var said struct {
		Template, Lang, Title string
		Missing               []struct{}
	}
	if err := json.Unmarshal(content.Bytes(), &said); err != nil {
		panic(err)
	}
	cells := lake.Cells{"title": lake.Cell(said.Title), "template": lake.Cell(said.Template), "pack": "logical-data-lake", "version": "1", "language": lake.Cell(said.Lang),
		"made_at": lake.TimeCell(at), "missing": intCell(len(said.Missing)), "content": lake.Cell(content.String())}
	if d.sent {
		cells["sent_on"] = dateCell(at)
		if s.tale.won {
			cells["approved_on"] = dateCell(at)
		}
	}
	s.keep("documents", at, cells)
}

// open puts the story's own names into the places that a file leaves open.
func (s *valueStory) open(made lake.Cell) *strings.Replacer {
	whole, _, _ := strings.Cut(s.expected(), " ")
	amount := grouped(whole)
	return strings.NewReplacer("{{account}}", s.deal.account.name, "{{contact}}", s.deal.contact.human.name, "{{amount.zh}}", amount+" 元", "{{amount.en}}", "CNY "+amount,
		"{{made_on}}", string(made), "{{quote}}", string(s.offered.key), "{{number}}", s.offered.number,
		"{{valid.zh}}", dayIn("zh", s.offered.valid), "{{valid.en}}", dayIn("en", s.offered.valid), "{{starts_on}}", string(s.starts), "{{starts.zh}}", dayIn("zh", s.starts))
}

// expected is the deal's amount as its record has it in the end: whole yuan.
func (s *valueStory) expected() string {
	amount := lake.Cell("")
	for _, x := range s.steps {
		if x.Entity == "deals" && x.Key == s.deal.key && x.Cells["amount"] != "" {
			amount = x.Cells["amount"]
		}
	}
	return string(amount)
}

// dayIn is a date as documents write it.
func dayIn(lang string, date lake.Cell) string {
	t, err := time.Parse(time.DateOnly, string(date))
	switch {
	case err != nil:
		return ""
	case lang == "zh":
		return t.Format("2006年1月2日")
	}
	return t.Format("2 January 2006")
}

// grouped parts the digits of a whole number by thousands.
func grouped(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// touch is a step of the plan that customers are kept in touch by.
type touch struct {
	id, subject, goal string
	day               int
}

// rhythm is the plan customer-rhythm of the product's pack; a test compares them.
var rhythm = []touch{{"first-month", "上线满月，问使用者哪一步最费劲", "找到并解决一个使用障碍", 30}, {"value-review", "对照基线量出实际成效", "预算负责人认可一个数字", 90},
	{"advice", "给出三条优化建议", "至少采纳一条", 180}, {"expand", "走访一个还没用上的部门", "一条新的已确认需求", 240}, {"before-renewal", "带着一年成效谈续约", "续约意向与日期", 275}}

// keepInTouch lays a round out as tasks; those that lie behind are done.
func (s *valueStory) keepInTouch(begun time.Time) {
	at := s.after(begun, s.deal.contact)
	for i, x := range rhythm {
		due := begun.AddDate(0, 0, x.day)
		done := "false"
		if due.Before(s.now.AddDate(0, 0, -1)) {
			done = "true"
		}
		at = at.Add(time.Millisecond)
		s.put("activities", s.keyAt(at), at, lake.Cells{"subject": lake.Cell(x.subject), "body": lake.Cell(x.goal), "kind": "task", "due_on": dateCell(due), "done": lake.Cell(done),
			"play":    lake.Cell("nurture/logical-data-lake/customer-rhythm/" + string(dateCell(begun)) + "/" + x.id),
			"account": lake.Cell(s.deal.account.key), "contact": lake.Cell(s.speaker(i).key), "owner": s.owner(s.deal.owner)})
	}
}
