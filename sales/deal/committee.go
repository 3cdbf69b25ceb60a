package deal

import (
	"slices"
	"strconv"
	"time"

	"headwater/lake"
	"headwater/pack"
)

// Person is somebody on the map of a deal: a member of the committee, or a contact of
// the account that isn't one.
type Person struct {
	Member    lake.Key `json:"member,omitempty" doc:"The committee record; absent for contacts that aren't on the map."`
	Contact   lake.Key `json:"contact,omitempty"`
	Name      string   `json:"name"`
	Title     string   `json:"title,omitempty"`
	Role      string   `json:"role,omitempty"`
	Stance    string   `json:"stance,omitempty"`
	Weight    string   `json:"weight,omitempty" doc:"Percent of the decision, decimal; absent: that of the role."`
	Interest  string   `json:"interest,omitempty"`
	Email     string   `json:"email,omitempty"`
	LastMet   string   `json:"last_met,omitempty" format:"date" doc:"The later of what the map says and the last activity."`
	MetBy     lake.Key `json:"met_by,omitempty" doc:"The activity that tells; absent: the map does."`
	Influence lake.Key `json:"influences,omitempty" doc:"The member that this one influences."`
	ReportsTo lake.Key `json:"reports_to,omitempty" doc:"The contact that this one reports to."`
	X         *float64 `json:"x,omitempty"`
	Y         *float64 `json:"y,omitempty"`

	met time.Time
}

// CommitteeWants are the fields that Map reads.
func CommitteeWants() Wants {
	return Wants{
		"committee":  {"name", "title", "contact", "role", "stance", "weight", "interest", "met_on", "influences", "x", "y"},
		"contacts":   {"name", "title", "role", "stance", "email", "reports_to"},
		"activities": {"kind", "happened_at", "done", "contact", "subject"},
	}
}

// Map are the members of a deal's committee and the other contacts of its account.
// number reads a decimal cell.
func Map(s *Sight, b Subject, number func(lake.Cell) *float64) (members, others []Person) {
	last, by := lastActivities(s, b)
	contacts := map[lake.Key]Row{}
	for _, c := range s.Rows("contacts", b) {
		contacts[c.ID] = c
	}
	taken := map[lake.Key]bool{}
	for _, m := range s.Rows("committee", b) {
		p := Person{Member: m.ID, Contact: lake.Key(m.Cell("contact")), Name: m.Title, Title: string(m.Cell("title")), Role: string(m.Cell("role")), Stance: string(m.Cell("stance")),
			Weight: string(m.Cell("weight")), Interest: string(m.Cell("interest")), Influence: lake.Key(m.Cell("influences")), X: number(m.Cell("x")), Y: number(m.Cell("y")), met: lastMet(m, last)}
		if c, ok := contacts[p.Contact]; ok {
			taken[c.ID] = true
			p.Email, p.ReportsTo = string(c.Cell("email")), lake.Key(c.Cell("reports_to"))
			if p.Title == "" {
				p.Title = string(c.Cell("title"))
			}
		}
		if p.met.Equal(last[p.Contact]) && p.Contact != "" {
			p.MetBy = by[p.Contact]
		}
		members = append(members, p.dated())
	}
	for _, c := range s.Rows("contacts", b) {
		if !taken[c.ID] {
			others = append(others, Person{Contact: c.ID, Name: c.Title, Title: string(c.Cell("title")), Role: string(c.Cell("role")), Stance: string(c.Cell("stance")),
				Email: string(c.Cell("email")), ReportsTo: lake.Key(c.Cell("reports_to")), met: last[c.ID], MetBy: by[c.ID]}.dated())
		}
	}
	return members, others
}

func (p Person) dated() Person {
	if !p.met.IsZero() {
		p.LastMet = p.met.Format(time.DateOnly)
	}
	return p
}

// lastActivities also tells which activity it was.
func lastActivities(s *Sight, b Subject) (map[lake.Key]time.Time, map[lake.Key]lake.Key) {
	last, by := LastContacts(s, b), map[lake.Key]lake.Key{}
	for _, r := range s.Rows("activities", b) {
		who := lake.Key(r.Cell("contact"))
		if at, err := time.Parse(time.RFC3339Nano, string(r.Cell("happened_at"))); err == nil && who != "" && at.Equal(last[who]) {
			by[who] = r.ID
		}
	}
	return last, by
}

// Coverage says how much of the decision is with us: the share of the voting roles'
// weights that is held by somebody who supports us and was met within RecentDays. People
// with a weight of their own hold that; the role's is held by the best of the others.
type Coverage struct {
	Score  float64       `json:"score" minimum:"0" maximum:"100" doc:"Percent."`
	Recent int           `json:"recent_days"`
	Roles  []RoleCovered `json:"roles"`
}

// RoleCovered says why a role counts, or doesn't.
type RoleCovered struct {
	Role   string    `json:"role"`
	Name   pack.Text `json:"name"`
	Weight float64   `json:"weight" doc:"Percent of the decision."`
	Own    bool      `json:"own,omitempty" doc:"People on this map have weights of their own."`
	State  string    `json:"state" enum:"covered,not_recent,not_supportive,unmet,nobody"`
	Best   lake.Key  `json:"best,omitempty" doc:"The member that counts most for it."`
	Who    string    `json:"who,omitempty"`
	Reach  pack.Text `json:"reach" doc:"How to meet and what to bring."`
}

// states of a role, from worst to best.
var covers = []string{"nobody", "unmet", "not_supportive", "not_recent", "covered"}

// Cover works out the coverage at a day.
func Cover(members []Person, k *pack.Merged, today time.Time) Coverage {
	out := Coverage{Recent: RecentDays, Roles: []RoleCovered{}}
	held, whole := 0.0, 0.0
	for _, role := range k.Roles {
		r, with := coverOf(role, members, today)
		if r.Weight <= 0 {
			continue
		}
		whole, held = whole+r.Weight, held+with
		out.Roles = append(out.Roles, r)
	}
	if whole > 0 {
		out.Score = 100 * held / whole
	}
	return out
}

// coverOf looks at one role, and says how much of its weight is with us.
func coverOf(role pack.Role, members []Person, today time.Time) (r RoleCovered, held float64) {
	r = RoleCovered{Role: role.ID, Name: role.Name, State: "nobody", Reach: role.Reach}
	shared, anybody := "", false // the best state of those without a weight of their own
	for _, m := range members {
		if m.Role != role.ID {
			continue
		}
		anybody = true
		state := m.covers(today)
		if better(state, r.State) {
			r.State, r.Best, r.Who = state, m.Member, m.Name
		}
		n, err := strconv.ParseFloat(m.Weight, 64)
		switch {
		case err != nil || n <= 0:
			if shared == "" || better(state, shared) {
				shared = state
			}
			continue
		case state == "covered":
			held += n
		}
		r.Weight, r.Own = r.Weight+n, true
	}
	if shared != "" || !anybody {
		r.Weight += float64(role.Weight)
	}
	if shared == "covered" {
		held += float64(role.Weight)
	}
	return r, held
}

func better(a, b string) bool { return slices.Index(covers, a) > slices.Index(covers, b) }

func (p Person) covers(today time.Time) string {
	switch {
	case p.met.IsZero():
		return "unmet"
	case p.Stance != "champion" && p.Stance != "supportive":
		return "not_supportive"
	case today.Sub(p.met) > RecentDays*24*time.Hour:
		return "not_recent"
	}
	return "covered"
}

// WayUp is the shortest way from somebody whom we know to somebody who decides.
type WayUp struct {
	State string `json:"state" enum:"met,found,none,no_decider,no_start"`
	Steps []Step `json:"steps" doc:"From whom we know to who decides."`
}

// Step is one person on the way, and how they are connected to the next.
type Step struct {
	Person
	How string `json:"how,omitempty" enum:"influences,reports_to" doc:"Absent for the last one."`
}

// Up finds the way to the top: along lines of influence and of reporting, over contacts
// that aren't on the map, too. Of ways of one length it takes the one that begins with
// who supports us most.
func Up(members, others []Person) WayUp {
	people := slices.Concat(members, others)
	id := func(p Person) lake.Key {
		if p.Member != "" {
			return p.Member
		}
		return p.Contact
	}
	byMember, byContact := map[lake.Key]int{}, map[lake.Key]int{}
	for i, p := range people {
		if p.Member != "" {
			byMember[p.Member] = i
		}
		if p.Contact != "" {
			byContact[p.Contact] = i
		}
	}
	out := WayUp{State: "no_decider", Steps: []Step{}}
	var starts []int
	for i, p := range people {
		if p.Role == "decides" {
			if !p.met.IsZero() {
				return WayUp{"met", []Step{{Person: p}}}
			}
			out.State = "no_start"
		}
		if !p.met.IsZero() {
			starts = append(starts, i)
		}
	}
	if out.State == "no_decider" || len(starts) == 0 {
		return out
	}
	slices.SortStableFunc(starts, func(a, b int) int { return warmth(people[a]) - warmth(people[b]) })
	type link struct {
		from int
		how  string
	}
	came := map[lake.Key]link{}
	queue := slices.Clone(starts)
	for _, i := range starts {
		came[id(people[i])] = link{-1, ""}
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if people[at].Role == "decides" {
			out.State = "found"
			how := ""
			for i := at; i >= 0; {
				out.Steps = append(out.Steps, Step{people[i], how})
				l := came[id(people[i])]
				i, how = l.from, l.how
			}
			slices.Reverse(out.Steps)
			return out
		}
		next := func(i int, ok bool, how string) {
			if _, seen := came[id(people[i])]; ok && !seen {
				came[id(people[i])] = link{at, how}
				queue = append(queue, i)
			}
		}
		i, ok := byMember[people[at].Influence]
		next(i, ok && people[at].Influence != "", "influences")
		i, ok = byContact[people[at].ReportsTo]
		next(i, ok && people[at].ReportsTo != "", "reports_to")
	}
	out.State = "none"
	return out
}

func warmth(p Person) int {
	return slices.Index([]string{"champion", "supportive", "neutral", "", "sceptical", "opposed"}, p.Stance)
}
