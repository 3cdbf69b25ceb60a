package httpapi

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/need"
)

// noteTextMost is the length of the longest note, in characters.
const noteTextMost = 100_000

type mineInput struct {
	OnBranch
	Body NoteToMine
}

// NoteToMine is a note: a text that is kept, or an activity that is there.
type NoteToMine struct {
	Activity   lake.Key   `json:"activity,omitempty" maxLength:"200" doc:"Mine its text; nothing is written."`
	Text       string     `json:"text,omitempty" doc:"At most 100,000 characters. It is kept as an activity, unless the deal (or account) has one with the same text."`
	Deal       lake.Key   `json:"deal,omitempty" maxLength:"200"`
	Account    lake.Key   `json:"account,omitempty" maxLength:"200"`
	Contact    lake.Key   `json:"contact,omitempty" maxLength:"200" doc:"Who spoke."`
	Subject    string     `json:"subject,omitempty" maxLength:"300" doc:"Absent: how the text begins."`
	HappenedAt *time.Time `json:"happened_at,omitempty" doc:"Absent: now."`
	Assist     bool       `json:"assist,omitempty" doc:"Also ask the language model that this server was given, if any; the note is sent there."`
}

// MinedNote is a note with what was found in it.
type MinedNote struct {
	Revision lake.Revision `json:"revision"`
	Activity lake.Key      `json:"activity"`
	Subject  string        `json:"subject"`
	Text     string        `json:"text" doc:"As it is kept; evidence and places are of this text."`
	Kept     bool          `json:"kept" doc:"The note is new."`
	Pack     string        `json:"pack"`
	Industry string        `json:"industry,omitempty"`
	Findings []NeedFinding `json:"findings" doc:"In the order of the text."`
	Known    []KnownNeed   `json:"known" doc:"The needs of the findings."`
	Model    NeedModel     `json:"model"`
	Assisted *Assisted     `json:"assisted,omitempty" doc:"With assist."`
}

// Assisted says how asking the language model went.
type Assisted struct {
	Model string `json:"model"`
	Found int    `json:"found" doc:"Findings for needs that mining didn't see; what didn't quote the note was dropped."`
	Error string `json:"error,omitempty" doc:"A code: it couldn't be asked, and the findings are mining's alone."`
}

// NeedFinding is a need that mining sees in a note.
type NeedFinding struct {
	Code       string       `json:"code"`
	Kind       string       `json:"kind" enum:"explicit,hidden"`
	Evidence   string       `json:"evidence" doc:"Words of the note, exactly."`
	Start      int          `json:"start" doc:"Where they begin, in characters (code points)."`
	End        int          `json:"end"`
	Confidence float64      `json:"confidence" doc:"0 to 1: how often such a finding is right; 0 where a language model found it, which nobody has measured."`
	Why        []NeedReason `json:"why"`
	Pain       pack.Text    `json:"pain"`
	Goal       pack.Text    `json:"goal"`
	Capability string       `json:"capability,omitempty" doc:"Id of the capability that meets it best."`
	Question   pack.Text    `json:"question" doc:"Its yes confirms the need."`
	FoundBy    string       `json:"found_by" enum:"miner,assistant"`
	Decided    *KeptNeed    `json:"decided,omitempty" doc:"What somebody decided about this finding."`
	Have       *KeptNeed    `json:"have,omitempty" doc:"The deal has this need already, from another sentence."`
}

// NeedReason is something that speaks for a finding.
type NeedReason struct {
	Process string     `json:"process,omitempty"`
	Signal  string     `json:"signal,omitempty"`
	Text    *pack.Text `json:"text,omitempty" doc:"The signal: the fact as one would note it."`
	Because pack.Text  `json:"because" doc:"Why the fact shows the need."`
	Words   []string   `json:"words" doc:"What stands in the evidence."`
}

func (n needs) mine(ctx context.Context, in *mineInput) (*reply[MinedNote], error) {
	r, err := n.reader(ctx, Place{OnBranch: in.OnBranch})
	if err != nil {
		return nil, err
	}
	var about about
	var note lake.Record
	if in.Body.Activity != "" {
		if note, err = r.Get(ctx, activitiesEntity, in.Body.Activity); err != nil {
			return nil, err
		}
		if in.Body.Deal == "" && in.Body.Account == "" {
			about, err = n.aboutRecord(ctx, r, note)
			return n.mined(ctx, r, about, noteAtHand{note, false, in.Body.Assist}, err)
		}
	}
	if about, err = n.about(ctx, r, AboutWhom{in.Body.Deal, in.Body.Account}); err != nil {
		return nil, err
	}
	if note.Key != "" {
		return n.mined(ctx, r, about, noteAtHand{note, false, in.Body.Assist}, nil)
	}
	return n.keep(ctx, in, r, about)
}

// keep writes a note as an activity, and mines it. The same text isn't kept twice.
func (n needs) keep(ctx context.Context, in *mineInput, r *lake.Reader, about about) (*reply[MinedNote], error) {
	text := strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(norm.NFC.String(in.Body.Text), "\r\n", "\n"), "\r", "\n"))
	switch count := utf8.RuneCountInString(text); {
	case text == "":
		return nil, lake.Fail(lake.ErrInvalid, "note_empty", "The note has no text.")
	case count > noteTextMost:
		return nil, lake.Fail(lake.ErrLimit, "note_too_long", "A note has at most 100,000 characters.", "count", count)
	}
	a, err := r.Ask(ctx, lake.Question{Entity: activitiesEntity, Limit: 1,
		Where: lake.And{about.scope(), lake.Compare{Path: lake.Path{"body"}, Op: lake.EQ, Value: lake.Cell(text)}}})
	if err != nil {
		return nil, err
	}
	if len(a.Rows) > 0 {
		note, err := r.Get(ctx, activitiesEntity, a.Rows[0].Key)
		return n.mined(ctx, r, about, noteAtHand{note, false, in.Body.Assist}, err)
	}
	at := time.Now()
	if in.Body.HappenedAt != nil {
		at = *in.Body.HappenedAt
	}
	cells := lake.Cells{"kind": "note", "body": lake.Cell(text), "subject": lake.Cell(cmp.Or(strings.TrimSpace(in.Body.Subject), opening(text))), "happened_at": lake.TimeCell(at), "done": "true"}
	for f, v := range map[lake.FieldName]lake.Cell{"deal": lake.Cell(about.deal.Key), "account": lake.Cell(about.account.Key), "contact": lake.Cell(in.Body.Contact),
		"owner": cmp.Or(lake.Cell(principal(ctx).User), about.owner)} {
		if v != "" {
			cells[f] = v
		}
	}
	var note lake.Record
	_, err = n.lake.Write(ctx, principal(ctx), in.Branch, func(tx *lake.Tx) error {
		key, err := tx.Create(activitiesEntity, cells)
		if err == nil {
			note, err = tx.Get(activitiesEntity, key)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if r, err = n.reader(ctx, Place{OnBranch: in.OnBranch}); err != nil {
		return nil, err
	}
	return n.mined(ctx, r, about, noteAtHand{note, true, in.Body.Assist}, nil)
}

// opening is the first line of a text, as a subject.
func opening(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return short(strings.TrimSpace(line), 40)
}

// noteAtHand is a note to be mined.
type noteAtHand struct {
	lake.Record
	isNew, assist bool
}

// mined finds needs in a note, and tells which of them are known.
func (n needs) mined(ctx context.Context, r *lake.Reader, about about, note noteAtHand, err error) (*reply[MinedNote], error) {
	if err != nil {
		return nil, err
	}
	text := string(note.Cells["body"])
	if strings.TrimSpace(text) == "" {
		return nil, lake.Fail(lake.ErrInvalid, "note_empty", "The note has no text.")
	}
	k, err := n.knowledge(ctx, r, about.product)
	if err != nil {
		return nil, err
	}
	l, err := n.lessons(ctx, r.Branch().Name, about.product, k)
	if err != nil {
		return nil, err
	}
	m, err := n.miners.miner(ctx, l)
	if err != nil {
		return nil, err
	}
	scope := lake.Expr(lake.Compare{Path: lake.Path{"activity"}, Op: lake.EQ, Value: lake.Cell(note.Key)})
	if about.deal.Key != "" || about.account.Key != "" {
		scope = lake.Or{scope, about.scope()}
	}
	kept, err := keptNeeds(ctx, r, scope)
	if err != nil {
		return nil, err
	}
	out := MinedNote{Revision: r.Revision(), Activity: note.Key, Subject: string(note.Cells["subject"]), Text: text, Kept: note.isNew,
		Pack: about.product, Industry: about.industry(), Findings: []NeedFinding{}, Known: []KnownNeed{}, Model: n.miners.state(l)}
	found := m.Mine(text, need.Options{Industry: about.industry()})
	if note.assist && n.config.Assistant != nil {
		out.Assisted = &Assisted{}
		if found, err = n.assisted(ctx, m, text, found, out.Assisted); err != nil {
			return nil, err
		}
	}
	for _, f := range found {
		out.Findings = append(out.Findings, finding(f, text, k, note.Key, kept))
	}
	slices.SortStableFunc(out.Findings, func(a, b NeedFinding) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	for _, x := range knownNeeds(k, about.industry()) {
		if slices.ContainsFunc(out.Findings, func(f NeedFinding) bool { return f.Code == x.Code }) {
			out.Known = append(out.Known, x)
		}
	}
	return replyWith(out, nil)
}

// assisted adds what a language model finds besides. When it can't be asked, the miner's
// findings stand.
func (n needs) assisted(ctx context.Context, m *trainedMiner, text string, own []need.Found, out *Assisted) ([]need.Found, error) {
	a := *n.config.Assistant
	out.Model = a.Model
	more, err := a.Mine(ctx, m.Miner, text)
	if err != nil {
		var known *lake.Error
		if ctx.Err() != nil || !errors.As(err, &known) {
			return nil, err
		}
		n.log.WarnContext(ctx, "the language model wasn't of help", "error", err)
		out.Error = known.Code
		return own, nil
	}
	all := need.Together(own, more)
	out.Found = len(all) - len(own)
	return all, nil
}

// finding shows what the miner found, with what is known of it.
func finding(f need.Found, text string, k *pack.Merged, note lake.Key, kept []KeptNeed) NeedFinding {
	start := utf8.RuneCountInString(text[:f.Start])
	out := NeedFinding{Code: f.Code, Kind: f.Kind, Evidence: f.Evidence, Start: start, End: start + utf8.RuneCountInString(f.Evidence), Confidence: f.Confidence,
		Why: []NeedReason{}, Pain: f.Pain, Goal: f.Goal, Capability: f.Capability, Question: f.Question, FoundBy: "miner"}
	if f.Assisted {
		out.FoundBy = "assistant"
	}
	for _, w := range f.Why {
		reason := NeedReason{Process: w.Process, Signal: w.Signal, Because: w.Because, Words: listOf(w.Words).Items}
		if s, ok := signalOf(k, w.Process, w.Signal); ok {
			reason.Text = &s.Text
		}
		out.Why = append(out.Why, reason)
	}
	for i, x := range kept {
		switch {
		case x.Activity == note && cmp.Or(x.FoundCode, x.Code) == f.Code && overlapping(x.Evidence, f.Evidence):
			out.Decided = &kept[i]
		case x.Code == f.Code && out.Have == nil && (x.Status == needFound || x.Status == needConfirmed):
			out.Have = &kept[i]
		}
	}
	return out
}

func signalOf(k *pack.Merged, process, signal string) (pack.Signal, bool) {
	for _, p := range k.Processes {
		for _, s := range p.Signals {
			if p.ID == process && s.ID == signal {
				return s, true
			}
		}
	}
	return pack.Signal{}, false
}
