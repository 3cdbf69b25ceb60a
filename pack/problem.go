package pack

import (
	"fmt"
	"sort"
	"strings"
)

// Problem is one thing that is wrong in a file of a pack.
type Problem struct {
	File     string `json:"file"`
	Line     int    `json:"line"` // from 1; 0: the file as a whole
	Column   int    `json:"column"`
	Key      string `json:"key"`           // such as segments[large].conditions[0].weight
	Found    Said   `json:"found"`         // what stands there
	Why      *Said  `json:"why,omitempty"` // what a reader or a test said of it
	Expected Said   `json:"expected"`      // what would be right, as the end of "expected …"
}

func (p Problem) Error() string {
	at := p.File
	if p.Line > 0 {
		at += fmt.Sprintf(":%d:%d", p.Line, p.Column)
	}
	if p.Key != "" {
		at += ": " + p.Key
	}
	why := ""
	if p.Why != nil {
		why = " (" + p.Why.EN + ")"
	}
	return at + ": " + p.Found.EN + why + "; expected " + p.Expected.EN
}

// Problems are everything that is wrong with a pack; all of it is told at once.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

func (p Problems) sorted() Problems {
	sort.SliceStable(p, func(i, j int) bool {
		a, b := p[i], p[j]
		if a.File != b.File {
			return a.File < b.File
		}
		return a.Line < b.Line || a.Line == b.Line && a.Column < b.Column
	})
	return p
}

// quoted shows what was found without flooding the screen.
func quoted(s string) string {
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
