// Package promise finds what a text promises to a customer and what stands behind it.
//
// Rules of the pack name the words that promise and the words that promise too much;
// General adds those that hold for any product. A promise is backed by a capability of
// the product that does it, open when nothing is known to back it or a person has to
// look, and over when nobody could keep it, when the capability isn't there yet, or
// when it goes beyond what the capability or the support level says. What a sentence
// denies, asks or only reports as the customer's wish is no promise of ours.
//
// The package is pure: the same text and pack give the same promises.
package promise

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"

	"headwater/lake"
	"headwater/pack"
)

// Statuses of a promise as it is found; they are options of the field status of
// promises, which goes on to withdrawn, delivered, broken.
const (
	Open   = "open"
	Backed = "backed"
	Over   = "over"
)

// Backing is what promises are measured by.
type Backing struct {
	Rules        []pack.PromiseRule
	Capabilities []pack.Capability
	// Support is the support level that the customer gets; nil when it isn't known yet.
	Support *pack.SupportLevel
}

// Promise is one promise in a text. From and To are byte offsets of Evidence in the text
// as it was given; Sentence is the whole sentence around it.
type Promise struct {
	Evidence   string     `json:"evidence"`
	From       int        `json:"from"`
	To         int        `json:"to"`
	Sentence   string     `json:"sentence"`
	Rule       string     `json:"rule"`
	Status     string     `json:"status"`               // open, backed, over
	Capability string     `json:"capability,omitempty"` // what backs it, or would have to
	Why        pack.Text  `json:"why"`
	Limits     *pack.Text `json:"limits,omitempty"`  // where the capability ends
	Instead    *pack.Text `json:"instead,omitempty"` // what to write in place of an over-promise
}

// Find lists the promises of a text in its order. A rule whose pattern can't be read is
// promise_pattern_invalid with the rule's id.
func Find(text string, b Backing) ([]Promise, error) {
	rules, err := compile(b.Rules, General())
	if err != nil {
		return nil, err
	}
	var out []Promise
	for _, s := range sentences(text) {
		out = append(out, b.in(text, s, rules)...)
	}
	return out, nil
}

// compiledRule is a rule with its patterns; general ones give way to those of the pack.
type compiledRule struct {
	pack.PromiseRule
	patterns []*regexp.Regexp
	general  bool
}

func compile(own, general []pack.PromiseRule) ([]compiledRule, error) {
	var out []compiledRule
	for i, r := range slices.Concat(own, general) {
		one := compiledRule{PromiseRule: r, general: i >= len(own)}
		for _, p := range slices.Concat(r.Patterns.ZH, r.Patterns.EN) {
			re, err := pattern(p)
			if err != nil {
				return nil, lake.Fail(lake.ErrInvalid, "promise_pattern_invalid", "A pattern of the rule "+r.ID+" can't be read.", "rule", r.ID, "value", p)
			}
			one.patterns = append(one.patterns, re)
		}
		out = append(out, one)
	}
	return out, nil
}

var patterns sync.Map // text → *regexp.Regexp

func pattern(text string) (*regexp.Regexp, error) {
	if re, ok := patterns.Load(text); ok {
		return re.(*regexp.Regexp), nil // only these are stored
	}
	re, err := regexp.Compile("(?i)" + text)
	if err == nil {
		patterns.Store(text, re)
	}
	return re, err
}

// match is a place where a rule's pattern fits.
type match struct {
	rule     compiledRule
	from, to int
}

// in finds the promises of one sentence.
func (b Backing) in(text string, s span, rules []compiledRule) []Promise {
	sentence := text[s.from:s.to]
	if wish(sentence) {
		return nil
	}
	var found []match
	for _, r := range rules {
		for _, p := range r.patterns {
			for _, at := range p.FindAllStringIndex(sentence, -1) {
				if at[1] > at[0] && !denied(sentence, at[0]) {
					found = append(found, match{r, at[0], at[1]})
				}
			}
		}
	}
	var out []Promise
	for _, m := range strongest(found) {
		p := Promise{Evidence: sentence[m.from:m.to], From: s.from + m.from, To: s.from + m.to, Sentence: strings.TrimSpace(sentence), Rule: m.rule.ID, Why: m.rule.Why, Capability: m.rule.Capability}
		b.judge(&p, m.rule)
		out = append(out, p)
	}
	return out
}

// strongest leaves one match where several overlap: an over-promise goes before a
// promise, the pack's rule before a general one, the longer before the shorter. The
// general words of promising add nothing to a sentence in which a rule found what is
// promised.
func strongest(found []match) []match {
	slices.SortStableFunc(found, func(a, b match) int {
		return cmp.Or(-compareBool(a.rule.Kind == "over_promise", b.rule.Kind == "over_promise"), compareBool(a.rule.general, b.rule.general), cmp.Compare(b.to-b.from, a.to-a.from))
	})
	var out []match
	for _, m := range found {
		weaker := slices.ContainsFunc(out, func(o match) bool {
			return m.from < o.to && o.from < m.to || m.rule.ID == commitment
		})
		if !weaker {
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(a, b match) int { return cmp.Compare(a.from, b.from) })
	return out
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// judge says what stands behind a promise.
func (b Backing) judge(p *Promise, r compiledRule) {
	c := b.capability(p, r)
	if c != nil {
		p.Capability, p.Limits = c.ID, &c.Limits
	}
	if r.Kind == "over_promise" {
		p.Status, p.Instead = Over, r.Instead
		return
	}
	if why, status := b.response(p.Sentence); status != "" {
		p.Status, p.Why = status, why
		return
	}
	switch {
	case c == nil:
		p.Status = Open
	case c.Status == "planned":
		p.Status, p.Why = Over, pack.Text{ZH: "“" + c.Name.ZH + "”还在计划中，产品里还没有。", EN: c.Name.EN + " is planned; the product doesn't have it yet."}
	default:
		p.Status = Backed
		if c.Status == "partial" {
			p.Status, p.Why = Open, pack.Text{ZH: "“" + c.Name.ZH + "”只做到一部分，先核对边界再承诺。", EN: c.Name.EN + " is there in part; check its limits before promising."}
		}
		if why, beyond := beyond(p.Sentence, c); beyond {
			p.Status, p.Why, p.Instead = Over, why, &c.Limits
		}
	}
}

// capability is what backs a promise: what the rule names, else the one whose longest
// words stand in the sentence.
func (b Backing) capability(p *Promise, r compiledRule) *pack.Capability {
	sentence, best, length := strings.ToLower(p.Sentence), -1, 0
	for i, c := range b.Capabilities {
		if c.ID == r.Capability {
			return &b.Capabilities[i]
		}
		names := []string{c.Name.ZH, c.Name.EN}
		if c.Words != nil {
			names = slices.Concat(names, c.Words.ZH, c.Words.EN)
		}
		for _, n := range names {
			if n = strings.ToLower(n); len(n) > length && strings.Contains(sentence, n) {
				best, length = i, len(n)
			}
		}
	}
	if best < 0 {
		return nil
	}
	return &b.Capabilities[best]
}
