package deal

import "headwater/lake"

// Answer is what somebody knows about a question of a list, a scorecard or a matrix: for
// a deal, or for an account that may have none.
type Answer struct {
	List, Question, Title       string // Title is the question as it was put
	Answer, Verdict, Status, On string
	Activity, Contact           lake.Key
	Deal, Account, Owner        lake.Key
}

// Keep writes an answer over the earlier one of the same question, deal and account.
func (a Answer) Keep(tx *lake.Tx) (lake.Key, error) {
	field, of := lake.FieldName("deal"), a.Deal
	if of == "" {
		field, of = "account", a.Account
	}
	there, err := tx.Lookup("answers", field, lake.Cell(of))
	if err != nil {
		return "", err
	}
	cells := lake.Cells{"title": lake.Cell(a.Title), "answer": lake.Cell(a.Answer), "verdict": lake.Cell(a.Verdict), "status": lake.Cell(a.Status), "activity": lake.Cell(a.Activity), "contact": lake.Cell(a.Contact), "answered_on": lake.Cell(a.On)}
	for _, r := range there {
		if string(r.Cells["list"]) == a.List && string(r.Cells["question"]) == a.Question && lake.Key(r.Cells["deal"]) == a.Deal {
			_, err := tx.Put("answers", r.Key, cells)
			return r.Key, err
		}
	}
	cells["list"], cells["question"] = lake.Cell(a.List), lake.Cell(a.Question)
	cells["deal"], cells["account"], cells["owner"] = lake.Cell(a.Deal), lake.Cell(a.Account), lake.Cell(a.Owner)
	return tx.Create("answers", cells)
}
