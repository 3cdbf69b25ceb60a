package demo

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"headwater/lake"
)

// How much there is.
const (
	accountCount  = 2000
	contactCount  = 5000
	leadCount     = 1500
	dealCount     = 700
	activityCount = 9000
	months        = 24 // of deals
)

// Step is one write of the story: the cells that a record got at a time.
type Step struct {
	Entity lake.EntityName
	Key    lake.Key
	Cells  lake.Cells
	At     time.Time
}

// Generate tells the story until today, oldest step first. People gives the keys of
// those in People by e-mail address. A record's first step has all that it begins
// with; what it refers to came before.
func Generate(seed uint64, today time.Time, people map[string]lake.Key) iter.Seq[Step] {
	return func(yield func(Step) bool) {
		for _, s := range tell(seed, today, people).steps {
			if !yield(s) {
				return
			}
		}
	}
}

// tell makes a whole story.
func tell(seed uint64, today time.Time, people map[string]lake.Key) *world {
	w := &world{seed: seed, people: people, phrases: loadPhrases(), sellers: sellers(), now: midnight(today)}
	w.start = w.now.AddDate(0, -months, 0)
	w.makeProducts()
	w.makeAccounts()
	w.makeContacts()
	w.makeDeals()
	w.makeLeads()
	w.makeActivities()
	w.makeNeeds()
	w.makeRecon()
	w.makeProcess()
	w.makeProfile()
	w.makeValue()
	slices.SortStableFunc(w.steps, func(a, b Step) int { return cmp.Compare(a.At.UnixNano(), b.At.UnixNano()) })
	return w
}

// world is what has been made so far.
type world struct {
	seed       uint64
	now, start time.Time
	people     map[string]lake.Key
	phrases    phrases
	sellers    []*seller
	accounts   []*account
	deals      []*deal
	leads      []*lead
	editions   map[string]lake.Key
	steps      []Step
}

// put notes a step; empty cells are left out of a record's first step by their maker.
func (w *world) put(e lake.EntityName, k lake.Key, at time.Time, cells lake.Cells) {
	w.steps = append(w.steps, Step{e, k, cells, at.UTC()})
}

func (w *world) owner(s *seller) lake.Cell { return lake.Cell(w.people[s.Email]) }

// speaker fills sentences about an account, from a stream of its own.
func (w *world) speaker(d *dice, a *account, c *contact, s *seller) *speaker {
	place := ""
	topic, somebody := "", "对方"
	if a != nil {
		place, topic = a.city, a.trade.name
		if a.foreign != nil {
			somebody = "The team"
		}
	}
	vars := map[string]string{"me": s.Name, "manager": s.manager, "city": place, "contact": somebody, "amount": "报价"}
	if c != nil {
		vars["contact"] = c.address
	}
	return &speaker{phrases: w.phrases, dice: d, topic: topic, vars: vars, used: map[string]bool{}}
}

func dateCell(t time.Time) lake.Cell { return lake.Cell(t.In(china).Format(time.DateOnly)) }

func intCell(n int) lake.Cell { return lake.Cell(strconv.Itoa(n)) }

// yuan is a money cell of whole yuan.
func yuan(amount float64) lake.Cell { return lake.Cell(fmt.Sprintf("%.0f CNY", amount)) }

// tidy rounds an amount as people do.
func tidy(amount float64) float64 {
	step := 1000.0
	switch {
	case amount >= 1_000_000:
		step = 10_000
	case amount >= 200_000:
		step = 5_000
	}
	return step * float64(int(amount/step+0.5))
}

// wan writes an amount as in a note: 48万.
func wan(amount float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(amount/10000, 'f', 1, 64), ".0") + "万"
}
