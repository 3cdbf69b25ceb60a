package httpapi

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"headwater/lake"
	"headwater/pack"
)

// agreements are the verbs of contracts that come from quotes.
type agreements struct{ *Server }

func (g agreements) register(a api) {
	route(a, operation{id: "createAgreement", method: http.MethodPost, path: "/quotes/{key}/agreement", need: NeedWrite, status: http.StatusCreated, errors: []int{404, 409},
		summary: "Make a contract of an accepted quote, with its end and the day its renewal begins"}, g.create)
}

type agreementInput struct {
	OnBranch
	Key  lake.Key `path:"key" maxLength:"200"`
	Body struct {
		Title    string `json:"title,omitempty" maxLength:"200"`
		Number   string `json:"number,omitempty" maxLength:"100"`
		StartsOn string `json:"starts_on" format:"date"`
		SignedOn string `json:"signed_on,omitempty" format:"date" doc:"Absent: not signed yet."`
	} `nameHint:"NewAgreement"`
}

func (g agreements) create(ctx context.Context, in *agreementInput) (*recordReply, error) {
	r, err := g.reader(ctx, Place{OnBranch: in.OnBranch})
	if err != nil {
		return nil, err
	}
	q, err := r.Get(ctx, "quotes", in.Key)
	if err != nil {
		return nil, err
	}
	if q.Cells["status"] != "accepted" {
		return nil, lake.Fail(lake.ErrConflict, "quote_not_accepted", "Only an accepted quote becomes a contract.", "status", q.Cells["status"])
	}
	m, err := g.knowledge(ctx, r, string(q.Cells["pack"]))
	if err != nil {
		return nil, err
	}
	cells, err := termOf(q, m.ContractForms, in.Body.StartsOn)
	if err != nil {
		return nil, err
	}
	for _, f := range []lake.FieldName{"deal", "account", "owner", "edition"} {
		cells[f] = q.Cells[f]
	}
	money := func(f lake.FieldName) lake.Cell {
		if q.Cells[f] == "" {
			return ""
		}
		return q.Cells[f] + " " + q.Cells["currency"]
	}
	cells["title"], cells["number"], cells["quote"], cells["status"], cells["signed_on"] = q.Cells["title"], lake.Cell(in.Body.Number), lake.Cell(in.Key), "review", lake.Cell(in.Body.SignedOn)
	cells["value"], cells["yearly_value"] = money("amount"), money("yearly")
	if in.Body.Title != "" {
		cells["title"] = lake.Cell(in.Body.Title)
	}
	if in.Body.SignedOn != "" {
		cells["status"] = "signed"
	}
	var key lake.Key
	rev, err := g.lake.Write(ctx, principal(ctx), in.Branch, func(tx *lake.Tx) error {
		key, err = tx.Create("agreements", cells)
		return err
	})
	if err != nil {
		return nil, err
	}
	return records{g.Server}.written(ctx, in.OnBranch, "agreements", key, rev)
}

// termOf works the dates of a contract out: it ends the day before the same day after
// its months, and its renewal begins as many days earlier as the contract form says.
func termOf(q lake.Record, forms []pack.ContractForm, startsOn string) (lake.Cells, error) {
	start, err := time.Parse(time.DateOnly, startsOn)
	if err != nil {
		return nil, lake.Fail(lake.ErrInvalid, "value_malformed", "A date looks like 2027-01-31.", "field", "starts_on")
	}
	months, err := strconv.Atoi(string(q.Cells["term_months"]))
	if err != nil || months <= 0 {
		return nil, lake.Fail(lake.ErrConflict, "quote_term_missing", "The quote has no term.", "quote", q.Key)
	}
	end := afterMonths(start, months).AddDate(0, 0, -1)
	cells := lake.Cells{"starts_on": lake.Cell(startsOn), "ends_on": lake.Cell(end.Format(time.DateOnly))}
	i := slices.IndexFunc(forms, func(f pack.ContractForm) bool { return f.ID == string(q.Cells["contract_form"]) })
	if i >= 0 {
		cells["model"], cells["renews"] = lake.Cell(forms[i].Model), lake.Cell(forms[i].Renews)
		if forms[i].Renews != "never" {
			cells["renew_on"] = lake.Cell(end.AddDate(0, 0, -forms[i].NoticeDays).Format(time.DateOnly))
		}
	}
	return cells, nil
}

// afterMonths is the same day of a later month, or its last one: a month after 31
// January is 28 February.
func afterMonths(t time.Time, months int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}
