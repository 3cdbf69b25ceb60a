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
}

// enough words of a signal must be there for it to fire.
const enough = 2

func signalsOf(processes []pack.Process) []knownSignal {
	var out []knownSignal
	for _, p := range processes {
		for _, s := range p.Signals {
			k := knownSignal{Signal: s, process: p.ID, industry: p.Industry}
			out = append(out, k)
		}
	}
	return out
}

// firing are the signals of which enough words are among the classes that were found.
func firing(signals []knownSignal, of map[int]int, found []int) []int {
	count := map[int]int{}
	for _, c := range found {
		if s, ok := of[c]; ok {
			count[s]++
		}
	}
	var out []int
	for s, n := range count {
		if n >= enough {
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return out
}
