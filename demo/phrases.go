package demo

import (
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"
)

//go:embed text/*.txt
var texts embed.FS

// phrases are named lists of sentences. A sentence names other lists in braces, and
// {2-6} is a number between; {name} takes the list "name.topic" before "name".
type phrases map[string][]string

var loadPhrases = sync.OnceValue(func() phrases {
	p := phrases{}
	files, _ := fs.Glob(texts, "text/*.txt")
	for _, file := range files {
		b, err := texts.ReadFile(file)
		if err != nil {
			panic(err) // embedded
		}
		p.add(string(b))
	}
	return p
})

func (p phrases) add(text string) {
	list := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch name, head := strings.CutPrefix(line, "== "); {
		case line == "" || strings.HasPrefix(line, "#"):
		case head:
			list = name
		default:
			p[list] = append(p[list], strings.ReplaceAll(line, `\n`, "\n"))
		}
	}
}

// speaker fills sentences for one occasion.
type speaker struct {
	phrases
	*dice
	topic string            // an industry: lists of this topic go before general ones
	vars  map[string]string // fixed words
	used  map[string]bool   // sentences that this text already has
}

// say fills a sentence of a list.
func (s *speaker) say(list string) string { return s.fill("{"+list+"}", 0) }

func (s *speaker) fill(text string, depth int) string {
	if depth > 8 {
		panic("sentences go in circles: " + text)
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		b.WriteString(s.word(name, depth))
		text = after
	}
}

func (s *speaker) word(name string, depth int) string {
	if v, ok := s.vars[name]; ok {
		return v
	}
	if low, high, ok := numbers(name); ok {
		return strconv.Itoa(low + s.IntN(high-low+1))
	}
	return s.fill(s.choose(name), depth+1)
}

func numbers(name string) (low, high int, ok bool) {
	a, b, found := strings.Cut(name, "-")
	if !found {
		return 0, 0, false
	}
	low, err1 := strconv.Atoi(a)
	high, err2 := strconv.Atoi(b)
	return low, high, err1 == nil && err2 == nil && high >= low
}

// choose prefers the topic's list (three times in four, where a general one exists
// too) and avoids what was said already.
func (s *speaker) choose(name string) string {
	list, general := s.phrases[name+"."+s.topic], s.phrases[name]
	if len(list) == 0 || len(general) > 0 && s.chance(0.25) {
		list = general
	}
	if len(list) == 0 {
		list = s.phrases[name+"."+s.topic]
	}
	if len(list) == 0 {
		panic(fmt.Sprintf("no sentences for %q (%s)", name, s.topic))
	}
	pick := list[s.IntN(len(list))]
	for range 4 {
		if !s.used[pick] {
			break
		}
		pick = list[s.IntN(len(list))]
	}
	s.used[pick] = true
	return pick
}
