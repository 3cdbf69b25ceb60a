package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"headwater/pack"
	"headwater/sales/need"
)

// labelledNote is a line of the development notes.
type labelledNote struct {
	ID, Pack, Text string
	Labels         []needLabel
}

type needLabel struct{ Code, Kind, Evidence string }

const (
	noteFolds = 5
	notesWide = 300   // characters of a note whose time is taken
	notesMany = 1_000 // of them
)

// runMine measures need mining on the notes in HEADWATER_NEEDS, or beside HEADWATER_DATA:
// as shipped, which never saw a note; out of fold, where people decided on the findings in
// the other notes; and in sample.
func runMine(ctx context.Context, b *bench) (result, error) {
	notes, err := labelledNotes()
	if err != nil {
		return result{skipped: "no development notes: " + err.Error()}, nil
	}
	res := result{numbers: map[string]float64{}}
	shipped, folded, seen := tally{}, tally{}, tally{}
	wide := 0.0
	for _, product := range []string{"logical-data-lake", "enterprise-mail"} {
		k, err := productPacks(product)
		if err != nil {
			return res, err
		}
		own := slices.DeleteFunc(slices.Clone(notes), func(n labelledNote) bool { return n.Pack != product })
		began := time.Now()
		m, err := need.New(k, nil)
		if err != nil {
			return res, err
		}
		res.numbers["training "+product] = float64(time.Since(began)) / 1e6
		shipped.mine(m, own)
		wide = max(wide, timeOfNotes(m, own))
		if err := folded.outOfFold(ctx, k, m, own); err != nil {
			return res, err
		}
		taught, err := need.New(k, decisions(m, own))
		if err != nil {
			return res, err
		}
		seen.mine(taught, own)
	}
	for name, t := range map[string]tally{"shipped": shipped, "out of fold": folded, "in sample": seen} {
		p, r, f, h := t.figures("")
		res.numbers[name+" precision"], res.numbers[name+" recall"], res.numbers[name+" F1"], res.numbers[name+" hidden recall"] = p, r, f, h
	}
	res.numbers["1,000 notes of 300 characters"] = wide
	start, err := startOfMining(ctx, b.binary)
	if err != nil {
		return res, err
	}
	res.numbers["start of the command"] = start
	p, r, f, h := folded.figures("")
	ps, rs, fs, hs := shipped.figures("")
	res.measured = fmt.Sprintf("out of fold P %.3f R %.3f F1 %.3f, hidden R %.3f; as shipped P %.3f R %.3f F1 %.3f, hidden R %.3f; weakest as shipped: %s; 1,000 notes %s, start %s",
		p, r, f, h, ps, rs, fs, hs, shipped.weakest(5), ms(wide), ms(start))
	res.ok = p >= 0.80 && r >= 0.75 && h >= 0.65 && wide <= 10_000
	return res, nil
}

func labelledNotes() ([]labelledNote, error) {
	folder := os.Getenv("HEADWATER_NEEDS")
	if data := os.Getenv("HEADWATER_DATA"); folder == "" && data != "" {
		folder = filepath.Join(data, "..", "needs")
	}
	f, err := os.Open(filepath.Join(folder, "dev.jsonl"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []labelledNote
	for s := bufio.NewScanner(f); s.Scan(); {
		var n labelledNote
		if err := json.Unmarshal(s.Bytes(), &n); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

// productPacks is a product's pack with those of the industries that extend it.
func productPacks(product string) (*pack.Merged, error) {
	packs, err := pack.Shipped(pack.Options{})
	if err != nil {
		return nil, err
	}
	return pack.Merge(slices.DeleteFunc(packs, func(p *pack.Pack) bool {
		return p.Meta.ID != product && !slices.Contains(p.Meta.Extends, product)
	})...)
}

// decisions are what people would decide on the notes: labels are accepted, other
// findings rejected.
func decisions(m *need.Miner, notes []labelledNote) []need.Correction {
	var out []need.Correction
	for _, n := range notes {
		for _, l := range n.Labels {
			out = append(out, need.Correction{Evidence: l.Evidence, Code: l.Code, Kind: l.Kind, Verdict: need.Accepted})
		}
		for _, f := range m.Mine(n.Text, need.Options{}) {
			if !n.labelled(f.Code) {
				out = append(out, need.Correction{Evidence: f.Evidence, Code: f.Code, Verdict: need.Rejected})
			}
		}
	}
	return out
}

func (n labelledNote) labelled(code string) bool {
	return slices.ContainsFunc(n.Labels, func(l needLabel) bool { return l.Code == code })
}

// tally counts codes of notes, by code and under "" together.
type tally map[string]*codeCount

type codeCount struct{ right, wrong, missed, hidden, hit float64 }

func (t tally) of(code string) *codeCount {
	if t[code] == nil {
		t[code] = &codeCount{}
	}
	return t[code]
}

func (t tally) mine(m *need.Miner, notes []labelledNote) {
	for _, n := range notes {
		got := m.Mine(n.Text, need.Options{})
		for _, l := range n.Labels {
			found := slices.ContainsFunc(got, func(f need.Found) bool { return f.Code == l.Code })
			for _, c := range []*codeCount{t.of(""), t.of(l.Code)} {
				if found {
					c.right++
				} else {
					c.missed++
				}
				if l.Kind == need.Hidden {
					c.hidden++
					if found {
						c.hit++
					}
				}
			}
		}
		for _, f := range got {
			if !n.labelled(f.Code) {
				t.of("").wrong++
				t.of(f.Code).wrong++
			}
		}
	}
}

// outOfFold mines each part of the notes after decisions on the others.
func (t tally) outOfFold(ctx context.Context, k *pack.Merged, shipped *need.Miner, notes []labelledNote) error {
	for fold := range noteFolds {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var others, these []labelledNote
		for _, n := range notes {
			h := fnv.New32a()
			h.Write([]byte(n.ID))
			if int(h.Sum32()%noteFolds) == fold {
				these = append(these, n)
			} else {
				others = append(others, n)
			}
		}
		m, err := need.New(k, decisions(shipped, others))
		if err != nil {
			return err
		}
		t.mine(m, these)
	}
	return nil
}

func (t tally) figures(code string) (precision, recall, f1, hidden float64) {
	c := t.of(code)
	precision, recall = c.right/max(1, c.right+c.wrong), c.right/max(1, c.right+c.missed)
	return precision, recall, 2 * precision * recall / max(1e-9, precision+recall), c.hit / max(1, c.hidden)
}

// weakest are the codes with the lowest F1.
func (t tally) weakest(n int) string {
	var codes []string
	for c := range t {
		if c != "" {
			codes = append(codes, c)
		}
	}
	f1 := func(c string) float64 { _, _, f, _ := t.figures(c); return f }
	slices.SortFunc(codes, func(a, b string) int { return cmp.Or(cmp.Compare(f1(a), f1(b)), strings.Compare(a, b)) })
	var out []string
	for _, c := range codes[:min(n, len(codes))] {
		p, r, _, _ := t.figures(c)
		out = append(out, fmt.Sprintf("%s (P %.2f R %.2f)", c, p, r))
	}
	return strings.Join(out, ", ")
}

// timeOfNotes takes the milliseconds for a thousand notes of 300 characters, one after
// the other.
func timeOfNotes(m *need.Miner, notes []labelledNote) float64 {
	var texts []string
	for i := range notesMany {
		text := []rune(strings.Repeat(notes[i%len(notes)].Text+"\n", 6))
		texts = append(texts, string(text[:min(len(text), notesWide)]))
	}
	began := time.Now()
	for _, t := range texts {
		m.Mine(t, need.Options{})
	}
	return float64(time.Since(began)) / 1e6
}

// startOfMining takes the milliseconds that the command needs before its first note.
func startOfMining(ctx context.Context, binary string) (float64, error) {
	c := exec.CommandContext(ctx, binary, "mine", "--pack", "logical-data-lake")
	c.Stdin = strings.NewReader("")
	var told bytes.Buffer
	c.Stderr = &told
	began := time.Now()
	if err := c.Run(); err != nil {
		return 0, fmt.Errorf("%w: %s", err, told.String())
	}
	return float64(time.Since(began)) / 1e6, nil
}
