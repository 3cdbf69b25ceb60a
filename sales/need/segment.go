package need

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// span is a stretch of a text in bytes.
type span struct{ start, end int }

func (s span) of(text string) string { return text[s.start:s.end] }

// role is who speaks.
type role int

const (
	anyone   role = iota
	seller        // our own side: asks, promises, plans
	heading       // a label such as next step: what stands there isn't evidence
	customer      // somebody who is named before a colon or in a chat
)

// sentence is what stands between two full stops, within one line.
type sentence struct {
	span
	clauses  []span
	heads    []bool // of each clause: a colon follows, and it is short
	role     role
	question bool // ends with a question mark
}

// sentences cuts a text. Marks at the start of a line (bullets, numbers, quotation of
// mails, names of speakers) belong to no sentence.
func sentences(text string) []sentence {
	var out []sentence
	dialogue := isDialogue(text)
	at := 0
	for at < len(text) {
		end := strings.IndexByte(text[at:], '\n')
		if end < 0 {
			end = len(text)
		} else {
			end += at
		}
		start, who := lineStart(text, at, end, dialogue)
		for start < end {
			stop, question := sentenceEnd(text, start, end)
			if s := trim(text, span{start, stop}); s.start < s.end {
				speaks := who
				if speaks == anyone && ownStep.MatchString(s.of(text)) {
					speaks = heading
				}
				cs, heads := clauses(text, s)
				out = append(out, sentence{span: s, clauses: cs, heads: heads, role: speaks, question: question})
			}
			start = stop
		}
		at = end + 1
	}
	return out
}

var (
	bullet  = regexp.MustCompile(`^(?:[ \t　>|*•·\-–—]+|\(?\d{1,2}[.、)）]\s*|[一二三四五六七八九十]{1,2}、|[（(][一二三四五六七八九十\d]{1,2}[)）]|[①-⑳])+`)
	chat    = regexp.MustCompile(`^(\S{1,10}) \d{1,2}:\d\d(?::\d\d)? `)
	label   = regexp.MustCompile(`^[【\[]?([^\s：:，,。？?【】\[\]]{1,10}(?: [A-Za-z]{1,10})?)[】\]]?\s?[：:]|^【([^】]{1,12})】`)
	ours    = regexp.MustCompile(`(?i)^(我|我方|我们|销售|售前|me|us|rep|ae|se|seller|sales|interviewer)$`)
	steps   = regexp.MustCompile(`(?i)^(下一步|下步|后续|下次|计划|行动|待办|打法|策略|next|next steps?|todo|to do|action|actions|follow-?up|plan)`)
	ownStep = regexp.MustCompile(`(?i)^(下一步|下次(带|约|见|来|去)|我(说|问|回|答|讲|建议|判断|估计|猜|感觉)|我方|个人判断|打法建议|next:|next step|follow up|follow-up|action:|send (him|her|them|pricing)|i (guess|think|suspect|said|asked)\b)`)
)

// isDialogue is whether our own side speaks in a text, so that names before colons are
// those of speakers.
func isDialogue(text string) bool {
	for line := range strings.Lines(text) {
		if m := label.FindStringSubmatch(line); m != nil && speaker(m[1]+m[2]) == seller {
			return true
		}
	}
	return false
}

// lineStart skips the marks of a line and tells who speaks in it.
func lineStart(text string, start, end int, dialogue bool) (int, role) {
	start += len(bullet.FindString(text[start:end]))
	line := text[start:end]
	if m := chat.FindStringSubmatch(line); m != nil {
		return start + len(m[0]), speaker(m[1])
	}
	if m := label.FindStringSubmatch(line); m != nil && !strings.HasPrefix(line[len(m[0]):], "//") {
		if who := speaker(m[1] + m[2]); who != customer || dialogue {
			return start + len(m[0]), who
		}
	}
	return start, anyone
}

func speaker(name string) role {
	switch {
	case ours.MatchString(name):
		return seller
	case steps.MatchString(name):
		return heading
	}
	return customer
}

// sentenceEnd is where the sentence that begins at start ends.
func sentenceEnd(text string, start, end int) (stop int, question bool) {
	for i := start; i < end; {
		r, n := utf8.DecodeRuneInString(text[i:])
		i += n
		full := r == '。' || r == '！' || r == '？' || r == '!' || r == '?' || r == '；' || r == ';' || r == '…'
		if r == '.' {
			full = i == end || text[i] == ' ' && !abbreviation(text[start:i-1]) || text[i] == '"' || strings.HasPrefix(text[i:], "”")
		}
		if !full {
			continue
		}
		question = r == '？' || r == '?'
		for i < end { // what closes belongs to it
			c, n := utf8.DecodeRuneInString(text[i:])
			if !strings.ContainsRune("”’」』）)\"。！？!?…", c) {
				break
			}
			question = question || c == '？' || c == '?'
			i += n
		}
		return i, question
	}
	return end, false
}

// abbreviation tells the full stop of "e.g." from that of a sentence.
func abbreviation(before string) bool {
	at := strings.LastIndexAny(before, " (") + 1
	word := before[at:]
	return len(word) == 1 && unicode.IsLetter(rune(word[0])) || strings.Contains(word, ".") && len(word) <= 4 ||
		word == "vs" || word == "etc" || word == "approx" || word == "Mr" || word == "Ms" || word == "Dr" || word == "No"
}

// widestHead is how many characters before a colon are taken for a heading.
const widestHead = 10

// clauses cuts a sentence at commas, colons and dashes.
func clauses(text string, s span) (out []span, heads []bool) {
	start := s.start
	add := func(end int, colon bool) {
		if c := trim(text, span{start, end}); c.start < c.end {
			out = append(out, c)
			heads = append(heads, colon && utf8.RuneCountInString(c.of(text)) <= widestHead)
		}
	}
	for i := s.start; i < s.end; {
		r, n := utf8.DecodeRuneInString(text[i:])
		colon := r == '：' || r == ':'
		cut := colon || r == '，' || r == '—' || r == ','
		if (r == ',' || r == ':') && i+n < s.end && text[i+n] != ' ' && text[i+n] < utf8.RuneSelf {
			cut = false // 1,000 and 12:30
		}
		if cut {
			add(i, colon)
			start = i + n
		}
		i += n
	}
	add(s.end, false)
	return out, heads
}

// trim leaves out blanks and marks at both ends.
func trim(text string, s span) span {
	for s.start < s.end {
		r, n := utf8.DecodeRuneInString(text[s.start:s.end])
		if !unicode.IsSpace(r) && !strings.ContainsRune("，,。.；;：:、！!—-·", r) {
			break
		}
		s.start += n
	}
	for s.start < s.end {
		r, n := utf8.DecodeLastRuneInString(text[s.start:s.end])
		if !unicode.IsSpace(r) && !strings.ContainsRune("，,。.；;：:、！!—-·？?…", r) {
			break
		}
		s.end -= n
	}
	return s
}
