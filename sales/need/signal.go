package need

import (
	"slices"

	"headwater/pack"
)

// knownSignal is a signal of a process, ready to be looked for.
type knownSignal struct {
	pack.Signal
	process  string
	industry string
	words    [][]string // tokens of each of its words
}

// enough words of a signal must be there for it to fire.
const enough = 2

func signalsOf(processes []pack.Process) []knownSignal {
	var out []knownSignal
	for _, p := range processes {
		for _, s := range p.Signals {
			k := knownSignal{Signal: s, process: p.ID, industry: p.Industry}
			if s.Words != nil {
				for _, w := range slices.Concat(s.Words.ZH, s.Words.EN) {
					k.words = append(k.words, tokens(w))
				}
			}
			out = append(out, k)
		}
	}
	return out
}

// firing are the signals of which enough words stand in the tokens.
func firing(signals []knownSignal, toks []string, _ []int) []int {
	at := map[string][]int{}
	for i, t := range toks {
		at[t] = append(at[t], i)
	}
	var out []int
	for i, s := range signals {
		n := 0
		for _, w := range s.words {
			if len(w) > 0 && slices.ContainsFunc(at[w[0]], func(from int) bool {
				return from+len(w) <= len(toks) && slices.Equal(toks[from:from+len(w)], w)
			}) {
				n++
			}
		}
		if n >= enough {
			out = append(out, i)
		}
	}
	return out
}
