package document

import (
	"slices"
	"strings"

	"headwater/lake"
)

// Summary is the id of the summary among the parts of a document.
const Summary = "summary"

// Part is a part of a document as a person edits it.
type Part struct {
	ID     string `json:"id"` // of the section, or "summary"
	Title  string `json:"title"`
	Text   string `json:"text"` // see Written
	Edited bool   `json:"edited,omitempty"`
}

type part struct {
	id, title string
	blocks    *[]Block
	edited    *bool
}

func (d *Document) parts() []part {
	out := []part{{Summary, d.words().summary, &d.Summary, &d.Edited}}
	for i := range d.Sections {
		s := &d.Sections[i]
		out = append(out, part{s.ID, s.Title, &s.Blocks, &s.Edited})
	}
	return out
}

// Parts are the summary and the sections as text, to be changed and given to Edit.
func (d *Document) Parts() []Part {
	var out []Part
	for _, p := range d.parts() {
		out = append(out, Part{p.id, p.title, strings.TrimSuffix(Written(*p.blocks), "\n"), *p.edited})
	}
	return out
}

// Edit changes the text of parts, by their ids; others stay. Numbers keep their sources
// where they stay what they were, and are the person's own where not; an input whose gap
// was filled is missing no more. A part that isn't there is invalid,
// document_part_unknown, with part.
func (d *Document) Edit(texts map[string]string) error {
	for id := range texts {
		if !slices.ContainsFunc(d.parts(), func(p part) bool { return p.id == id }) {
			return lake.Fail(lake.ErrInvalid, "document_part_unknown", "The document has no part "+id+".", "part", id)
		}
	}
	var gaps []string
	for _, m := range d.Missing {
		gaps = append(gaps, missingText(d.Lang, m.Name))
	}
	before := d.gapsShown()
	for _, p := range d.parts() {
		text, ok := texts[p.id]
		if !ok || strings.TrimSpace(cleaned(text)) == strings.TrimSpace(Written(*p.blocks)) {
			continue
		}
		was := figures(*p.blocks)
		*p.blocks, *p.edited = composed(text, gaps), true
		tie(*p.blocks, was, d.Numbers)
	}
	after := d.gapsShown()
	d.Missing = slices.DeleteFunc(d.Missing, func(m Missing) bool {
		gap := missingText(d.Lang, m.Name)
		return before[gap] && !after[gap]
	})
	return nil
}

// gapsShown are the texts of gaps that stand in the document.
func (d *Document) gapsShown() map[string]bool {
	out := map[string]bool{}
	for _, p := range d.parts() {
		each(*p.blocks, func(text []Run) []Run {
			for _, r := range text {
				if r.Missing {
					out[r.Text] = true
				}
			}
			return text
		})
	}
	return out
}
