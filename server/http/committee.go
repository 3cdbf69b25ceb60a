package httpapi

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/deal"
)

// committees show who decides on a deal and how one gets to them.
type committees struct{ *Server }

func (c committees) register(a api) {
	route(a, operation{id: "dealCommittee", method: http.MethodGet, path: "/deals/{deal}/committee", need: NeedRead, errors: []int{404},
		summary: "Who decides, how much of the decision is with us, and the way to the top"}, c.show)
	route(a, operation{id: "addMembers", method: http.MethodPost, path: "/deals/{deal}/committee", need: NeedWrite, errors: []int{404, 409},
		summary: "Put contacts of the account on the map"}, c.add)
	route(a, operation{id: "writeInferred", method: http.MethodPost, path: "/deals/{deal}/committee/{contact}/address", need: NeedWrite, errors: []int{404, 409},
		summary: "Write the address that was inferred for a contact without one"}, c.writeInferred)
}

// DealCommittee is the map of a deal.
type DealCommittee struct {
	Members   []deal.Person              `json:"members"`
	Others    []deal.Person              `json:"others" doc:"Contacts of the account that aren't on the map."`
	Roles     []pack.Role                `json:"roles"`
	Coverage  deal.Coverage              `json:"coverage"`
	Way       deal.WayUp                 `json:"way"`
	Addresses map[lake.Key]deal.Inferred `json:"addresses" doc:"By contact: addresses that follow the pattern of the domain; nobody gave them to us."`
	Pack      string                     `json:"pack"`
}

func (c committees) look(ctx context.Context, p Place, key lake.Key) (*openDeal, DealCommittee, error) {
	var out DealCommittee
	d, err := c.openDeal(ctx, p, key)
	if err != nil {
		return nil, out, err
	}
	sight, err := deal.Look(ctx, d.Reader, d.env, []deal.Subject{d.subject()}, nil, deal.CommitteeWants())
	if err != nil {
		return nil, out, err
	}
	out.Members, out.Others = deal.Map(sight, d.subject(), numberIn)
	out.Members, out.Others = listOf(out.Members).Items, listOf(out.Others).Items
	out.Roles, out.Pack = listOf(d.know.Roles).Items, d.know.Packs[len(d.know.Packs)-1].ID
	if len(d.know.Roles) > 0 {
		out.Pack = d.know.From["roles/"+d.know.Roles[0].ID]
	}
	out.Coverage = deal.Cover(out.Members, d.know, dayIn(d.env.Now, c.zone))
	out.Way = deal.Up(out.Members, out.Others)
	var known []deal.Known
	people := append(append([]deal.Person{}, out.Members...), out.Others...)
	for _, p := range people {
		if p.Email != "" {
			known = append(known, deal.Known{Name: p.Name, Email: p.Email})
		}
	}
	out.Addresses = map[lake.Key]deal.Inferred{}
	for _, p := range people {
		if p.Email == "" && p.Contact != "" {
			if a, ok := deal.Infer(p.Name, known); ok {
				out.Addresses[p.Contact] = a
			}
		}
	}
	return d, out, nil
}

// numberIn reads a decimal cell; nil when it is empty.
func numberIn(c lake.Cell) *float64 {
	n, err := strconv.ParseFloat(string(c), 64)
	if err != nil {
		return nil
	}
	return &n
}

func (c committees) show(ctx context.Context, in *dealInput) (*reply[DealCommittee], error) {
	_, out, err := c.look(ctx, in.Place, in.Deal)
	return replyWith(out, err)
}

type addMembersInput struct {
	OnBranch
	DealPath
	Body AddMembers
}

// AddMembers says who comes onto the map.
type AddMembers struct {
	Contacts []lake.Key `json:"contacts" minItems:"1" maxItems:"100"`
}

// RevisionMade is the revision of a write and what it made.
type RevisionMade struct {
	Revision lake.Revision `json:"revision"`
	IDs      []lake.Key    `json:"ids"`
}

func (c committees) add(ctx context.Context, in *addMembersInput) (*reply[RevisionMade], error) {
	d, err := c.openDeal(ctx, Place{OnBranch: in.OnBranch}, in.Deal)
	if err != nil {
		return nil, err
	}
	out := RevisionMade{IDs: []lake.Key{}}
	out.Revision, err = c.lake.Write(ctx, principal(ctx), in.Branch, func(tx *lake.Tx) error {
		out.IDs = out.IDs[:0]
		there, err := tx.Lookup("committee", "deal", lake.Cell(in.Deal))
		if err != nil {
			return err
		}
		for _, key := range in.Body.Contacts {
			person, err := tx.Get("contacts", key)
			if err != nil {
				return err
			}
			if onMap(there, key) {
				continue
			}
			id, err := tx.Create("committee", lake.Cells{"name": person.Cells["name"], "title": person.Cells["title"], "contact": lake.Cell(key), "role": person.Cells["role"], "stance": person.Cells["stance"],
				"deal": lake.Cell(in.Deal), "account": d.rec.Cells["account"], "owner": d.rec.Cells["owner"]})
			if err != nil {
				return err
			}
			out.IDs = append(out.IDs, id)
		}
		return nil
	})
	return replyWith(out, err)
}

func onMap(members []lake.Record, contact lake.Key) bool {
	for _, m := range members {
		if lake.Key(m.Cells["contact"]) == contact {
			return true
		}
	}
	return false
}

type inferInput struct {
	OnBranch
	DealPath
	Contact lake.Key `path:"contact" maxLength:"200"`
}

func (c committees) writeInferred(ctx context.Context, in *inferInput) (*reply[RevisionMade], error) {
	_, shown, err := c.look(ctx, Place{OnBranch: in.OnBranch}, in.Deal)
	if err != nil {
		return nil, err
	}
	guess, ok := shown.Addresses[in.Contact]
	if !ok {
		return nil, lake.Fail(lake.ErrConflict, "address_not_inferred", "No pattern of known addresses fits this contact.", "contact", in.Contact)
	}
	out := RevisionMade{IDs: []lake.Key{in.Contact}}
	out.Revision, err = c.lake.Write(ctx, principal(ctx), in.Branch, func(tx *lake.Tx) error {
		tx.SetIntent(lake.Intent{Reason: "inferred by the pattern " + guess.Pattern + " (" + strconv.Itoa(guess.Agree) + " of " + strconv.Itoa(guess.Of) + " known addresses), " + time.Now().UTC().Format(time.DateOnly)})
		now, err := tx.Get("contacts", in.Contact)
		if err != nil {
			return err
		}
		if now.Cells["email"] != "" {
			return lake.Fail(lake.ErrConflict, "address_known", "This contact has an address now.", "contact", in.Contact)
		}
		_, err = tx.Put("contacts", in.Contact, lake.Cells{"email": lake.Cell(guess.Address)})
		return err
	})
	return replyWith(out, err)
}
