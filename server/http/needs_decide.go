package httpapi

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"headwater/lake"
	"headwater/pack"
)

type decideInput struct {
	OnBranch
	Language string `header:"Accept-Language"`
	Body     NeedDecisions
}

// NeedDecisions are what somebody says about findings of one deal or account.
type NeedDecisions struct {
	Deal      lake.Key       `json:"deal,omitempty" maxLength:"200"`
	Account   lake.Key       `json:"account,omitempty" maxLength:"200" doc:"Where there is no deal."`
	Decisions []NeedDecision `json:"decisions" minItems:"1" maxItems:"500"`
	Reason    string         `json:"reason,omitempty" maxLength:"1000"`
}

// NeedDecision is about a finding (activity, code, evidence), or about a need that is
// kept already (need). Said twice, it changes nothing.
type NeedDecision struct {
	Decision    string          `json:"decision" enum:"accept,confirm,correct,reject,reopen" doc:"accept: the customer has it; what they said themselves counts as confirmed. confirm: they said yes to it. correct: it is what to says. reject: it isn't there, don't propose it again. reopen: forget what was decided."`
	Need        lake.Key        `json:"need,omitempty" maxLength:"200" doc:"A need that is kept already, instead of activity, code and evidence."`
	Activity    lake.Key        `json:"activity,omitempty" maxLength:"200"`
	Code        string          `json:"code,omitempty" maxLength:"100" doc:"As mining found it, or as a person says."`
	Kind        string          `json:"kind,omitempty" enum:"explicit,hidden,"`
	Evidence    string          `json:"evidence,omitempty" maxLength:"10000" doc:"Words of the note, exactly."`
	Confidence  float64         `json:"confidence,omitempty" minimum:"0" maximum:"1"`
	FoundBy     string          `json:"found_by,omitempty" enum:"miner,person,assistant," doc:"Absent: miner."`
	To          *NeedCorrection `json:"to,omitempty" doc:"With correct."`
	ConfirmedBy lake.Key        `json:"confirmed_by,omitempty" maxLength:"200" doc:"The contact who said so; absent: the note's."`
	ConfirmedOn string          `json:"confirmed_on,omitempty" format:"date" doc:"Absent: the note's day, or today."`
}

// NeedCorrection is what a finding should have been; what is absent was right.
type NeedCorrection struct {
	Code     string `json:"code,omitempty" maxLength:"100"`
	Kind     string `json:"kind,omitempty" enum:"explicit,hidden,"`
	Evidence string `json:"evidence,omitempty" maxLength:"10000"`
}

// NeedsDecided is what the decisions left.
type NeedsDecided struct {
	Revision lake.Revision `json:"revision"`
	Needs    []KeptNeed    `json:"needs" doc:"The records that were written, in the order of the decisions."`
	Removed  []lake.Key    `json:"removed" doc:"By reopen."`
}

// trainAfter is how long a model waits for further decisions before it is trained.
const trainAfter = 3 * time.Second

func (n needs) decide(ctx context.Context, in *decideInput) (*reply[NeedsDecided], error) {
	r, err := n.reader(ctx, Place{OnBranch: in.OnBranch})
	if err != nil {
		return nil, err
	}
	whom := AboutWhom{Deal: in.Body.Deal, Account: in.Body.Account}
	var about about
	if whom != (AboutWhom{}) {
		about, err = n.about(ctx, r, whom)
	} else {
		about, err = n.aboutDecision(ctx, r, in.Body.Decisions[0])
	}
	if err != nil {
		return nil, err
	}
	k, err := n.knowledge(ctx, r, about.product)
	if err != nil {
		return nil, err
	}
	var d *deciding
	rev, err := n.lake.Write(ctx, principal(ctx), in.Branch, func(tx *lake.Tx) error {
		d = &deciding{tx: tx, about: about, knowledge: k, zh: chinese(ctx, in.Language)}
		tx.SetIntent(lake.Intent{Reason: in.Body.Reason})
		if err := d.read(); err != nil {
			return err
		}
		for i, x := range in.Body.Decisions {
			if err := d.decide(x); err != nil {
				return atRecord(err, i+1)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if l, err := n.lessons(ctx, in.Branch, about.product, k); err == nil { // what was decided stands; training can wait
		n.miners.want(l, trainAfter)
	}
	return replyWith(NeedsDecided{Revision: rev, Needs: listOf(d.written()).Items, Removed: listOf(d.removed).Items}, nil)
}

// aboutDecision finds out whom a decision is about by the record that it names.
func (n needs) aboutDecision(ctx context.Context, r *lake.Reader, x NeedDecision) (about, error) {
	entity, key := activitiesEntity, x.Activity
	if x.Need != "" {
		entity, key = needsEntity, x.Need
	}
	rec, err := r.Get(ctx, entity, key)
	if err != nil {
		return about{}, err
	}
	return n.aboutRecord(ctx, r, rec)
}

// aboutRecord is whom a record of the deal or the account is about; nobody, for a lead's.
func (n needs) aboutRecord(ctx context.Context, r *lake.Reader, rec lake.Record) (about, error) {
	whom := AboutWhom{Deal: lake.Key(rec.Cells["deal"]), Account: lake.Key(rec.Cells["account"])}
	if whom == (AboutWhom{}) {
		return about{owner: rec.Cells["owner"], product: DefaultPack}, nil
	}
	return n.about(ctx, r, whom)
}

// deciding applies decisions within one transaction.
type deciding struct {
	tx        *lake.Tx
	about     about
	knowledge *pack.Merged
	zh        bool
	kept      []lake.Record // needs of the deal or account, as they stand now
	touched   []lake.Key
	removed   []lake.Key
}

// read brings the needs that are kept.
func (d *deciding) read() error {
	field, of := lake.FieldName("deal"), d.about.deal.Key
	if of == "" {
		field, of = "account", d.about.account.Key
	}
	if of == "" {
		return nil
	}
	var err error
	d.kept, err = d.tx.Lookup(needsEntity, field, lake.Cell(of))
	slices.SortFunc(d.kept, func(a, b lake.Record) int { return cmp.Compare(a.Key, b.Key) })
	return err
}

func (d *deciding) decide(x NeedDecision) error {
	at, err := d.find(x)
	if err != nil {
		return err
	}
	switch {
	case x.Decision == "reopen" && at < 0:
		return nil
	case x.Decision == "reopen":
		return d.forget(at)
	case at >= 0 && d.kept[at].Cells["status"] == needSupporting && (x.Decision == "accept" || x.Decision == "confirm"):
		if x.Decision == "accept" {
			return nil
		}
		main := d.kept[at].Cells["supports"]
		at = slices.IndexFunc(d.kept, func(r lake.Record) bool { return r.Key == lake.Key(main) })
	}
	cells, err := d.cells(x, at)
	if err != nil {
		return err
	}
	if at < 0 {
		key, err := d.tx.Create(needsEntity, cells)
		if err != nil {
			return err
		}
		d.kept = append(d.kept, lake.Record{Key: key, Cells: cells})
		d.touch(key)
		return d.settle(len(d.kept)-1, lake.Cells{})
	}
	was := d.kept[at].Cells.Clone()
	if err := d.put(at, cells); err != nil {
		return err
	}
	return d.settle(at, was)
}

// find is the place of the need that a decision is about, -1: a new one. A sentence that
// somebody corrected still overlaps with the one that was found.
func (d *deciding) find(x NeedDecision) (int, error) {
	if x.Need != "" {
		i := slices.IndexFunc(d.kept, func(r lake.Record) bool { return r.Key == x.Need })
		if i >= 0 {
			return i, nil
		}
		rec, err := d.tx.Get(needsEntity, x.Need)
		if err != nil {
			return -1, err
		}
		d.kept = append(d.kept, rec)
		return len(d.kept) - 1, nil
	}
	if x.Activity == "" || x.Code == "" || strings.TrimSpace(x.Evidence) == "" {
		return -1, lake.Fail(lake.ErrInvalid, "need_unnamed", "A decision names the note, the need and the sentence, or a need that is kept already.")
	}
	evidence := norm.NFC.String(x.Evidence)
	if d.about.deal.Key == "" && d.about.account.Key == "" {
		var err error
		if d.kept, err = d.tx.Lookup(needsEntity, "activity", lake.Cell(x.Activity)); err != nil {
			return -1, err
		}
	}
	return slices.IndexFunc(d.kept, func(r lake.Record) bool {
		mined := string(cmp.Or(r.Cells["found_code"], r.Cells["code"]))
		return r.Cells["activity"] == lake.Cell(x.Activity) && mined == x.Code && overlapping(string(r.Cells["evidence"]), evidence)
	}), nil
}

// overlapping tells whether one of two quotations of a note holds the other.
func overlapping(a, b string) bool {
	return a != "" && b != "" && (strings.Contains(a, b) || strings.Contains(b, a))
}

// cells are what a decision writes.
func (d *deciding) cells(x NeedDecision, at int) (lake.Cells, error) {
	code, kind, evidence := x.Code, x.Kind, norm.NFC.String(x.Evidence)
	c := lake.Cells{}
	if at >= 0 {
		now := d.kept[at].Cells
		code, evidence = string(now["code"]), string(now["evidence"])
		kind = string(now["kind"])
	}
	if x.Decision == "correct" {
		if x.To == nil {
			return nil, lake.Fail(lake.ErrInvalid, "need_correction_missing", "Say what the finding should have been.")
		}
		code, kind, evidence = cmp.Or(x.To.Code, code), cmp.Or(x.To.Kind, kind), cmp.Or(norm.NFC.String(x.To.Evidence), evidence)
	}
	known, ok := needOf(d.knowledge, code)
	if !ok {
		return nil, lake.Fail(lake.ErrInvalid, "need_code_unknown", "The knowledge pack has no need "+code+".", "code", code, "pack", d.about.product)
	}
	kind = cmp.Or(kind, "explicit")
	note, err := d.note(x, at)
	if err != nil {
		return nil, err
	}
	if note.Key != "" && !strings.Contains(string(note.Cells["body"]), evidence) {
		return nil, lake.Fail(lake.ErrInvalid, "need_not_quoted", "The note doesn't hold these words.", "value", short(evidence, 60))
	}
	if at < 0 {
		d.first(c, x, note)
	}
	c["code"], c["kind"], c["evidence"] = lake.Cell(code), lake.Cell(kind), lake.Cell(evidence)
	if at < 0 || d.kept[at].Cells["code"] != lake.Cell(code) {
		d.describe(c, known)
	}
	c["status"] = lake.Cell(statusOf(x.Decision, kind))
	if at >= 0 && x.Decision == "accept" && d.kept[at].Cells["status"] == needConfirmed {
		c["status"] = needConfirmed // accepting doesn't take back that it was confirmed
	}
	if c["status"] == needConfirmed {
		d.confirmed(c, x, note, at)
	} else {
		c["confirmed_by"], c["confirmed_on"] = "", ""
	}
	return c, nil
}

// statusOf says where a need stands after a decision: what the customers said themselves
// is confirmed by that, what a fact implies isn't before they say yes.
func statusOf(decision, kind string) string {
	switch {
	case decision == "reject":
		return needRejected
	case decision == "confirm" || kind == "explicit":
		return needConfirmed
	}
	return needFound
}

func (d *deciding) note(x NeedDecision, at int) (lake.Record, error) {
	key := x.Activity
	if at >= 0 {
		key = lake.Key(d.kept[at].Cells["activity"])
	}
	if key == "" {
		return lake.Record{}, nil
	}
	return d.tx.Get(activitiesEntity, key)
}

// first fills what stays as it was found.
func (d *deciding) first(c lake.Cells, x NeedDecision, note lake.Record) {
	c["activity"], c["found_by"], c["pack"] = lake.Cell(x.Activity), lake.Cell(cmp.Or(x.FoundBy, "miner")), lake.Cell(d.about.product)
	if c["found_by"] != "person" {
		c["found_code"] = lake.Cell(x.Code)
		c["confidence"] = lake.Cell(strconv.FormatFloat(x.Confidence, 'f', 2, 64))
	}
	c["account"], c["deal"] = cmp.Or(lake.Cell(d.about.account.Key), note.Cells["account"]), cmp.Or(lake.Cell(d.about.deal.Key), note.Cells["deal"])
	c["owner"] = cmp.Or(d.about.owner, note.Cells["owner"])
	for f, v := range c {
		if v == "" {
			delete(c, f)
		}
	}
}

// describe fills in what the pack says of the need.
func (d *deciding) describe(c lake.Cells, x pack.Need) {
	say := func(t pack.Text) lake.Cell { return lake.Cell(choose(d.zh, lake.Label{ZH: t.ZH, EN: t.EN})) }
	c["title"], c["pain"], c["goal"], c["question"] = say(x.Name), say(x.Pain), say(x.Goal), say(x.Confirm)
	c["capability"] = ""
	if len(x.Capabilities) > 0 {
		c["capability"] = lake.Cell(x.Capabilities[0])
	}
}

func (d *deciding) confirmed(c lake.Cells, x NeedDecision, note lake.Record, at int) {
	by, on := lake.Cell(x.ConfirmedBy), lake.Cell(x.ConfirmedOn)
	if at >= 0 {
		by, on = cmp.Or(by, d.kept[at].Cells["confirmed_by"]), cmp.Or(on, d.kept[at].Cells["confirmed_on"])
	}
	if x.Decision != "confirm" { // in the note itself
		by = cmp.Or(by, note.Cells["contact"])
		if at := string(note.Cells["happened_at"]); on == "" && len(at) >= len(time.DateOnly) {
			on = lake.Cell(at[:len(time.DateOnly)])
		}
	}
	c["confirmed_by"], c["confirmed_on"] = by, cmp.Or(on, lake.Cell(time.Now().UTC().Format(time.DateOnly)))
}

// settle sees to it that a deal has each need once: a further sentence supports the need
// that is there. was is what the record at a place held before.
func (d *deciding) settle(at int, was lake.Cells) error {
	x := d.kept[at]
	live := func(c lake.Cells) bool { return c["status"] == needFound || c["status"] == needConfirmed }
	if live(was) && (!live(x.Cells) || was["code"] != x.Cells["code"]) { // what supported it is without support
		if err := d.promote(x.Key, was["status"]); err != nil {
			return err
		}
	}
	if !live(x.Cells) || live(was) && was["code"] == x.Cells["code"] {
		if x.Cells["supports"] != "" {
			return d.put(at, lake.Cells{"supports": ""})
		}
		return nil
	}
	main := slices.IndexFunc(d.kept, func(r lake.Record) bool {
		return r.Key != x.Key && r.Cells["code"] == x.Cells["code"] && live(r.Cells) && r.Cells["deal"] == x.Cells["deal"]
	})
	if main < 0 {
		return nil
	}
	if x.Cells["status"] == needConfirmed && d.kept[main].Cells["status"] == needFound {
		if err := d.put(main, lake.Cells{"status": needConfirmed, "confirmed_by": x.Cells["confirmed_by"], "confirmed_on": x.Cells["confirmed_on"]}); err != nil {
			return err
		}
		d.touch(d.kept[main].Key)
	}
	return d.put(at, lake.Cells{"status": needSupporting, "supports": lake.Cell(d.kept[main].Key), "confirmed_by": "", "confirmed_on": ""})
}

// promote makes the first sentence that supported a need that need itself.
func (d *deciding) promote(gone lake.Key, status lake.Cell) error {
	first := lake.Cell("")
	for i, r := range d.kept {
		if r.Cells["supports"] != lake.Cell(gone) {
			continue
		}
		change := lake.Cells{"supports": first}
		if first == "" {
			first, change = lake.Cell(r.Key), lake.Cells{"supports": "", "status": status}
		}
		if err := d.put(i, change); err != nil {
			return err
		}
	}
	return nil
}

// forget deletes a decision, so that what it was about is proposed again.
func (d *deciding) forget(at int) error {
	x := d.kept[at]
	if err := d.promote(x.Key, x.Cells["status"]); err != nil {
		return err
	}
	if _, err := d.tx.Delete(needsEntity, x.Key, ""); err != nil {
		return err
	}
	d.kept = slices.Delete(d.kept, at, at+1)
	d.removed = append(d.removed, x.Key)
	return nil
}

func (d *deciding) put(at int, c lake.Cells) error {
	key := d.kept[at].Key
	if _, err := d.tx.Put(needsEntity, key, c); err != nil {
		return err
	}
	now := d.kept[at].Cells.Clone()
	for f, v := range c {
		now[f] = v
	}
	d.kept[at].Cells = now
	d.touch(key)
	return nil
}

func (d *deciding) touch(key lake.Key) {
	if !slices.Contains(d.touched, key) {
		d.touched = append(d.touched, key)
	}
}

func (d *deciding) written() []KeptNeed {
	var out []KeptNeed
	for _, key := range d.touched {
		if i := slices.IndexFunc(d.kept, func(r lake.Record) bool { return r.Key == key }); i >= 0 {
			out = append(out, keptNeed(key, d.kept[i].Cells))
		}
	}
	return out
}

// short is the beginning of a text.
func short(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
