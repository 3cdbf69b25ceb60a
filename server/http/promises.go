package httpapi

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"headwater/lake"
	"headwater/sales/promise"
)

// promises are the verbs of the ledger of what was promised.
type promises struct{ *Server }

func (p promises) register(a api) {
	route(a, operation{id: "findPromises", method: http.MethodPost, path: "/promises/find", need: NeedRead, errors: []int{404},
		summary: "What a text promises, what backs it, and what goes too far"}, p.find)
	route(a, operation{id: "notePromises", method: http.MethodPost, path: "/promises/note", need: NeedWrite, errors: []int{404},
		summary: "Find the promises in the notes of a deal and keep the new ones"}, p.note)
}

type findPromisesInput struct {
	Place
	Body struct {
		Deal lake.Key `json:"deal,omitempty" maxLength:"200"`
		Text string   `json:"text" maxLength:"200000"`
	} `nameHint:"PromiseText"`
}

func (p promises) find(ctx context.Context, in *findPromisesInput) (*reply[list[promise.Promise]], error) {
	r, err := p.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	found, err := p.search(ctx, r, in.Body.Deal, in.Body.Text)
	return replyWith(listOf(found), err)
}

// search finds promises by the rules of a deal's product.
func (s *Server) search(ctx context.Context, r *lake.Reader, key lake.Key, text string) ([]promise.Promise, error) {
	product := ""
	if key != "" {
		deal, err := r.Get(ctx, "deals", key)
		if err != nil {
			return nil, err
		}
		if product, err = s.packOf(ctx, r, deal); err != nil {
			return nil, err
		}
	}
	m, err := s.knowledge(ctx, r, product)
	if err != nil {
		return nil, err
	}
	return promise.Find(text, promise.Backing{Rules: append(promise.General(), m.PromiseRules...), Capabilities: m.Capabilities})
}

type notePromisesInput struct {
	OnBranch
	Body struct {
		Deal lake.Key `json:"deal" minLength:"1" maxLength:"200"`
	} `nameHint:"PromiseSearch"`
}

// NotedPromises counts what a search through notes brought.
type NotedPromises struct {
	Notes int `json:"notes" doc:"Notes that were read."`
	Found int `json:"found" doc:"Promises in them."`
	Added int `json:"added" doc:"Those that weren't in the ledger yet."`
}

func (p promises) note(ctx context.Context, in *notePromisesInput) (*reply[NotedPromises], error) {
	r, err := p.reader(ctx, Place{OnBranch: in.OnBranch})
	if err != nil {
		return nil, err
	}
	deal, err := r.Get(ctx, "deals", in.Body.Deal)
	if err != nil {
		return nil, err
	}
	notes, err := linked(ctx, r, "activities", "deal", deal.Key)
	if err != nil {
		return nil, err
	}
	known, err := linked(ctx, r, "promises", "deal", deal.Key)
	if err != nil {
		return nil, err
	}
	out := NotedPromises{}
	byNote := map[lake.Key][]promise.Promise{}
	for _, n := range notes {
		if n.Cells["kind"] == "task" || n.Cells["body"] == "" {
			continue
		}
		found, err := p.search(ctx, r, deal.Key, string(n.Cells["body"]))
		if err != nil {
			return nil, err
		}
		out.Notes, out.Found = out.Notes+1, out.Found+len(found)
		byNote[n.Key] = found
	}
	_, err = p.lake.Write(ctx, principal(ctx), in.Branch, func(tx *lake.Tx) error {
		for _, n := range notes {
			n.Cells["deal"] = lake.Cell(deal.Key)
			of := lake.Record{Key: n.Key, Cells: belonging(deal)}
			fresh := newPromises(byNote[n.Key], known)
			out.Added += len(fresh)
			if err := notePromises(tx, of, "activity", fresh, known, p.today()); err != nil {
				return err
			}
		}
		return nil
	})
	return replyWith(out, err)
}

// newPromises leaves out what the ledger has, word for word.
func newPromises(found []promise.Promise, known []lake.Record) []promise.Promise {
	return slices.DeleteFunc(slices.Clone(found), func(f promise.Promise) bool {
		return slices.ContainsFunc(known, func(k lake.Record) bool { return string(k.Cells["text"]) == promiseText(f) })
	})
}

// promiseText is the sentence, in one line.
func promiseText(f promise.Promise) string {
	text := strings.Join(strings.Fields(f.Sentence), " ")
	if r := []rune(text); len(r) > 500 {
		text = string(r[:500]) + "…"
	}
	return text
}

// notePromises keeps promises found in a note, document or quote.
func notePromises(tx *lake.Tx, of lake.Record, field lake.FieldName, found []promise.Promise, known []lake.Record, today lake.Cell) error {
	for _, f := range newPromises(found, known) {
		cells := lake.Cells{"text": lake.Cell(promiseText(f)), "capability": lake.Cell(f.Capability), "status": lake.Cell(f.Status), "why": lake.Cell(f.Why.ZH + "\n" + f.Why.EN), "made_on": today, field: lake.Cell(of.Key),
			"deal": of.Cells["deal"], "account": of.Cells["account"], "owner": of.Cells["owner"]}
		if _, err := tx.Create("promises", cells); err != nil {
			return err
		}
	}
	return nil
}

// mayPromise refuses over-promises, unless somebody who may merge says why they stand.
func mayPromise(r *lake.Reader, found []promise.Promise, anyway string) error {
	var over []string
	for _, f := range found {
		if f.Status == promise.Over {
			over = append(over, f.Evidence)
		}
	}
	switch {
	case len(over) == 0:
		return nil
	case anyway == "":
		return lake.Fail(lake.ErrConflict, "promise_over", "This promises more than the product keeps: "+strings.Join(over, "; ")+".", "count", strconv.Itoa(len(over)), "evidence", strings.Join(over, "; "))
	case !r.Rights().Merge:
		return lake.Fail(lake.ErrForbidden, "promise_over_role", "Only a manager may send this in spite of its over-promises.", "count", strconv.Itoa(len(over)))
	}
	return nil
}
