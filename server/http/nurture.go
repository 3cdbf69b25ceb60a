package httpapi

import (
	"context"
	"net/http"
	"slices"
	"time"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/nurture"
)

// nurtures are the verbs of keeping in touch.
type nurtures struct{ *Server }

func (n nurtures) register(a api) {
	route(a, operation{id: "accountNurture", method: http.MethodGet, path: "/accounts/{account}/nurture", need: NeedRead, errors: []int{404},
		summary: "How an account stands to the plans of keeping in touch: which fit, what is under way, what ends them"}, n.account)
	route(a, operation{id: "beginNurture", method: http.MethodPost, path: "/accounts/{account}/nurture", need: NeedWrite, errors: []int{404, 409},
		summary: "Lay out a round of a plan as tasks"}, n.begin)
	route(a, operation{id: "stopNurture", method: http.MethodPost, path: "/accounts/{account}/nurture/stop", need: NeedWrite, errors: []int{404, 409},
		summary: "Drop what is open of a plan; what was done stays"}, n.stop)
}

// NurtureStanding is how an account stands to a plan.
type NurtureStanding struct {
	nurture.Standing
	PackName pack.Text `json:"pack_name"`
}

// AccountNurture is an account's plans: those that run or ran, then those that fit, then the rest.
type AccountNurture struct {
	Plans    []NurtureStanding `json:"plans"`
	Contacts []NurtureContact  `json:"contacts" doc:"Whom touches may go to."`
	Revision lake.Revision     `json:"revision"`
}

// NurtureContact is somebody at the account.
type NurtureContact struct {
	ID     lake.Key `json:"id"`
	Name   string   `json:"name"`
	Role   string   `json:"role,omitempty" doc:"An option of contacts.role."`
	Stance string   `json:"stance,omitempty"`
}

type accountNurtureInput struct {
	Place
	Account lake.Key `path:"account" maxLength:"200"`
}

func (n nurtures) account(ctx context.Context, in *accountNurtureInput) (*reply[AccountNurture], error) {
	r, err := n.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	out, err := n.standings(ctx, r, in.Account)
	return replyWith(out, err)
}

func (n nurtures) standings(ctx context.Context, r *lake.Reader, account lake.Key) (AccountNurture, error) {
	out := AccountNurture{Plans: []NurtureStanding{}, Contacts: []NurtureContact{}, Revision: r.Revision()}
	sight, err := nurture.Look(ctx, r, n.filterEnv(ctx), account)
	if err != nil {
		return out, err
	}
	library, err := n.library(ctx, r)
	if err != nil {
		return out, err
	}
	for _, p := range library.Products() {
		know, err := library.For(p.Meta.ID)
		if err != nil {
			return out, err
		}
		for _, plan := range know.Nurtures {
			if know.From["nurtures/"+plan.ID] != p.Meta.ID {
				continue // another product's, which comes with that
			}
			s, err := sight.Stand(know, p.Meta.ID, plan)
			if err != nil {
				return out, err
			}
			out.Plans = append(out.Plans, NurtureStanding{*s, p.Meta.Name})
		}
	}
	slices.SortStableFunc(out.Plans, func(a, b NurtureStanding) int { return rankOf(a) - rankOf(b) })
	contacts, err := sight.Records("contacts")
	for _, c := range contacts {
		out.Contacts = append(out.Contacts, NurtureContact{c.Key, string(c.Cells["name"]), string(c.Cells["role"]), string(c.Cells["stance"])})
	}
	return out, err
}

func rankOf(s NurtureStanding) int {
	switch {
	case s.Round != nil && s.Round.Running:
		return 0
	case s.Fits && !s.Stopped:
		return 1
	case s.Round != nil:
		return 2
	}
	return 3
}

// NurtureBegin is a round to begin.
type NurtureBegin struct {
	Pack     string              `json:"pack"`
	Plan     string              `json:"plan"`
	StartOn  string              `json:"start_on,omitempty" format:"date" doc:"Absent: today."`
	Contacts map[string]lake.Key `json:"contacts,omitempty" doc:"By touch."`
}

type beginNurtureInput struct {
	OnBranch
	Account  lake.Key `path:"account" maxLength:"200"`
	Language string   `header:"Accept-Language"`
	Body     NurtureBegin
}

// NurtureDone says what was written.
type NurtureDone struct {
	Revision lake.Revision `json:"revision"`
	Tasks    int           `json:"tasks"`
}

func (n nurtures) begin(ctx context.Context, in *beginNurtureInput) (*reply[NurtureDone], error) {
	r, err := n.reader(ctx, Place{OnBranch: in.OnBranch})
	if err != nil {
		return nil, err
	}
	now, err := n.standings(ctx, r, in.Account)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(now.Plans, func(s NurtureStanding) bool { return s.Pack == in.Body.Pack && s.Plan.ID == in.Body.Plan })
	if at < 0 {
		return nil, lake.Fail(lake.ErrNotFound, "nurture_unknown", "There is no such plan.", "plan", in.Body.Plan)
	}
	if now.Plans[at].Stopped {
		return nil, lake.Fail(lake.ErrConflict, "nurture_stopped", "The plan's own conditions say that it is to stop.", "plan", in.Body.Plan)
	}
	start := now.Plans[at].Draft.StartOn
	if in.Body.StartOn != "" {
		start = in.Body.StartOn
	}
	day, err := time.Parse(time.DateOnly, start)
	if err != nil {
		return nil, lake.Fail(lake.ErrInvalid, "value_invalid", "This is no day.", "field", "start_on", "value", start)
	}
	var tasks []lake.Key
	rev, err := n.lake.Write(ctx, principal(ctx), in.Branch, func(tx *lake.Tx) (err error) {
		tasks, err = nurture.Begin{Account: in.Account, From: in.Body.Pack, Plan: now.Plans[at].Plan, Start: day, Contacts: in.Body.Contacts,
			Chinese: chinese(ctx, in.Language), By: principal(ctx).User}.Make(tx)
		return err
	})
	return replyWith(NurtureDone{rev, len(tasks)}, err)
}

type stopNurtureInput struct {
	OnBranch
	Account lake.Key `path:"account" maxLength:"200"`
	Body    struct {
		Pack   string `json:"pack"`
		Plan   string `json:"plan"`
		Reason string `json:"reason,omitempty" maxLength:"1000"`
	}
}

func (n nurtures) stop(ctx context.Context, in *stopNurtureInput) (*reply[NurtureDone], error) {
	out := NurtureDone{}
	var err error
	out.Revision, err = n.lake.Write(ctx, principal(ctx), in.Branch, func(tx *lake.Tx) (err error) {
		out.Tasks, err = nurture.Stop(tx, in.Account, in.Body.Pack, in.Body.Plan, in.Body.Reason)
		return err
	})
	return replyWith(out, err)
}
