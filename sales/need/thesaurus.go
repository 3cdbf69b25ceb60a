package need

import (
	"embed"
	"strings"
)

//go:embed thesaurus/*.txt
var thesaurusFiles embed.FS

// thesaurus finds classes of words in tokens.
type thesaurus struct {
	classes []string // names by number
	nodes   []node
	parts   int           // of gapped words, so far
	gaps    map[int][]gap // by number of the part that comes later
}

// node is a place in the tree of all words, one token per step.
type node struct {
	next   map[string]int // token → node
	open   map[string]int // beginning of a token → node
	words  []int          // classes that end here
	before []int          // parts of gapped words that end here
}

// gap is a word in two parts: the earlier part must end a few tokens before the later.
type gap struct{ earlier, class int }

const widest = 10 // tokens that … stands for at most

// hit is a class at a stretch of tokens.
type hit struct{ class, start, end int }

func newThesaurus() *thesaurus {
	t := &thesaurus{nodes: []node{{}}, gaps: map[int][]gap{}}
	files, err := thesaurusFiles.ReadDir("thesaurus")
	if err != nil {
		panic(err) // they are in the binary
	}
	for _, f := range files {
		data, _ := thesaurusFiles.ReadFile("thesaurus/" + f.Name()) // as above
		for line := range strings.Lines(string(data)) {
			name, words, ok := strings.Cut(strings.TrimSpace(line), ": ")
			if !ok || strings.HasPrefix(line, "#") {
				continue
			}
			class := t.class(name)
			for _, w := range strings.Fields(words) {
				t.add(class, w)
			}
		}
	}
	return t
}

// class makes a new class.
func (t *thesaurus) class(name string) int {
	t.classes = append(t.classes, name)
	return len(t.classes) - 1
}

// add puts a word into a class.
func (t *thesaurus) add(class int, word string) {
	earlier, later, gapped := strings.Cut(word, "…")
	at := t.place(earlier)
	if !gapped {
		if at > 0 {
			t.nodes[at].words = append(t.nodes[at].words, class)
		}
		return
	}
	t.nodes[at].before = append(t.nodes[at].before, t.parts)
	at = t.place(later)
	t.nodes[at].before = append(t.nodes[at].before, t.parts+1)
	t.gaps[t.parts+1] = append(t.gaps[t.parts+1], gap{t.parts, class})
	t.parts += 2
}

// place is the node of a word; it is made when it isn't there.
func (t *thesaurus) place(word string) int {
	open := strings.HasSuffix(word, "*")
	steps := tokens(strings.ReplaceAll(strings.TrimSuffix(word, "*"), "_", " "))
	at := 0
	for i, s := range steps {
		n := &t.nodes[at]
		edges := &n.next
		if open && i == len(steps)-1 {
			edges = &n.open
		}
		if *edges == nil {
			*edges = map[string]int{}
		}
		to, ok := (*edges)[s]
		if !ok {
			to = len(t.nodes)
			(*edges)[s] = to
			t.nodes = append(t.nodes, node{})
		}
		at = to
	}
	return at
}

// find gives all classes in tokens, in the order of their ends.
func (t *thesaurus) find(tokens []string) []hit {
	var out []hit
	var ended map[int]int // part → where it ended last
	for i := range tokens {
		t.walk(0, tokens, i, func(n *node, end int) {
			for _, c := range n.words {
				out = append(out, hit{c, i, end})
			}
			for _, p := range n.before {
				for _, g := range t.gaps[p] {
					if at, ok := ended[g.earlier]; ok && at <= i && i-at <= widest {
						out = append(out, hit{g.class, i, end})
					}
				}
				if ended == nil {
					ended = map[int]int{}
				}
				ended[p] = end
			}
		})
	}
	return out
}

func (t *thesaurus) walk(at int, tokens []string, i int, found func(*node, int)) {
	for ; i < len(tokens); i++ {
		n := &t.nodes[at]
		for j := 2; n.open != nil && j <= len(tokens[i]); j++ {
			if to, ok := n.open[tokens[i][:j]]; ok {
				found(&t.nodes[to], i+1)
			}
		}
		to, ok := n.next[tokens[i]]
		if !ok {
			return
		}
		at = to
		if n := &t.nodes[at]; len(n.words)+len(n.before) > 0 {
			found(n, i+1)
		}
	}
}
