package deal

import (
	"slices"
	"strings"
	"unicode"

	"headwater/lake/collate"
)

// Inferred is an address that nobody gave us: it follows how other addresses of the
// domain are made from names.
type Inferred struct {
	Address  string   `json:"address"`
	Pattern  string   `json:"pattern" doc:"How addresses are made, such as given.family; in Chinese names by pinyin."`
	Agree    int      `json:"agree" doc:"How many known addresses are made so."`
	Of       int      `json:"of" doc:"How many known addresses of the domain could be compared."`
	Examples []string `json:"examples" doc:"Up to three of those that agree."`
}

// Known is a person whose address is known.
type Known struct{ Name, Email string }

// patterns make the local part of an address from given name and family name, most
// usual first. Initials are of the syllables of a Chinese given name.
var patterns = []struct {
	name string
	make func(n spelled) string
}{
	{"given.family", func(n spelled) string { return n.given + "." + n.family }},
	{"family.given", func(n spelled) string { return n.family + "." + n.given }},
	{"familygiven", func(n spelled) string { return n.family + n.given }},
	{"givenfamily", func(n spelled) string { return n.given + n.family }},
	{"gfamily", func(n spelled) string { return first(n.given) + n.family }},
	{"g.family", func(n spelled) string { return first(n.given) + "." + n.family }},
	{"familyg", func(n spelled) string { return n.family + n.initials }},
	{"family.g", func(n spelled) string { return n.family + "." + n.initials }},
	{"given_family", func(n spelled) string { return n.given + "_" + n.family }},
	{"initials", func(n spelled) string { return first(n.family) + n.initials }},
	{"given", func(n spelled) string { return n.given }},
	{"family", func(n spelled) string { return n.family }},
}

func first(s string) string { return s[:min(1, len(s))] }

// spelled is a name in lower-case Latin letters.
type spelled struct{ given, family, initials string }

// double are family names of two characters.
var double = []string{"欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "长孙", "宇文", "司徒", "夏侯", "端木", "南宫", "轩辕"}

// spell takes a name apart; ok is false where that isn't possible.
func spell(name string) (spelled, bool) {
	name = strings.TrimSpace(name)
	if collate.HasHan(name) {
		runes := []rune(name)
		n := 1
		if slices.ContainsFunc(double, func(d string) bool { return strings.HasPrefix(name, d) }) {
			n = 2
		}
		if len(runes) <= n || len(runes) > n+2 || slices.ContainsFunc(runes, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
			return spelled{}, false
		}
		_, family := collate.Spoken(string(runes[:n]))
		initials, given := collate.Spoken(string(runes[n:]))
		return spelled{letters(given), letters(family), letters(initials)}, true
	}
	words := strings.Fields(strings.ToLower(name))
	if len(words) != 2 {
		return spelled{}, false
	}
	s := spelled{given: letters(words[0]), family: letters(words[1])}
	s.initials = first(s.given)
	return s, s.given != "" && s.family != ""
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, strings.ToLower(s))
}

// Infer makes an address for a name, by the pattern that most known addresses of a
// domain follow. At least two must, and more than half of those that can be compared;
// an address that is somebody's already isn't given.
func Infer(name string, known []Known) (Inferred, bool) {
	who, ok := spell(name)
	if !ok {
		return Inferred{}, false
	}
	domain := usual(known)
	counts := make([]int, len(patterns))
	examples := make([][]string, len(patterns))
	of := 0
	for _, k := range known {
		local, at, _ := strings.Cut(strings.ToLower(k.Email), "@")
		n, ok := spell(k.Name)
		if at != domain || !ok {
			continue
		}
		of++
		for i, p := range patterns {
			if p.make(n) == local {
				if counts[i]++; len(examples[i]) < 3 {
					examples[i] = append(examples[i], k.Email)
				}
			}
		}
	}
	best := 0
	for i := range patterns {
		if counts[i] > counts[best] {
			best = i
		}
	}
	if counts[best] < 2 || 2*counts[best] <= of {
		return Inferred{}, false
	}
	out := Inferred{patterns[best].make(who) + "@" + domain, patterns[best].name, counts[best], of, examples[best]}
	taken := slices.ContainsFunc(known, func(k Known) bool { return strings.EqualFold(k.Email, out.Address) })
	return out, !taken
}

// usual is the domain of most addresses.
func usual(known []Known) (best string) {
	n := map[string]int{}
	for _, k := range known {
		if _, domain, ok := strings.Cut(strings.ToLower(k.Email), "@"); ok {
			if n[domain]++; n[domain] > n[best] || best == "" {
				best = domain
			}
		}
	}
	return best
}
