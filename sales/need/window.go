package need

import (
	"regexp"
	"unicode/utf8"
)

// window is a run of clauses of one sentence, with what was asked before it.
type window struct {
	span
	asked span // the question that it answers; empty when there is none
	tail  span // the window and what follows it up to a turn: there it may be taken back
}

// answering is what is judged: a stretch, behind the question.
func (w window) answering(text string, s span) string {
	if w.asked.end > w.asked.start {
		return w.asked.of(text) + "？" + s.of(text)
	}
	return s.of(text)
}

const (
	widestWindow  = 4  // clauses
	narrowest     = 8  // bytes of a window, if the sentence has more
	shortQuestion = 12 // characters; such a question names a topic, and shows nothing
	longTail      = 3  // clauses
)

// turn begins a clause that says something else than the one before.
var turn = regexp.MustCompile(`^(?i:但|不过|可是|可|只是|就是|然而|唯独|倒是|除了|问题|主要|最|烦|头疼|真正|其实|反而|but |however|except|though|although|yet |only |what )`)

// deflected is an answer that says nothing about what was asked.
var deflected = regexp.MustCompile(`^.{0,12}(?:(?:问|找|归|得看).{0,8}(?:部|科|处|组|办|局|他|她|别人|领导|上级)|不(?:清楚|知道|了解|归|是我)|(?i:ask (?:somebody|someone|them|him|her)|don't know|not my ))`)

// windows are all runs of up to four clauses, and whole sentences. What our own side says
// or plans is no evidence, but its questions tell what an answer is about.
func windows(text string) []window {
	var out []window
	var asked span
	for _, s := range sentences(text) {
		topic := s.question && utf8.RuneCountInString(s.of(text)) <= shortQuestion
		if s.role == seller || s.role == heading || topic {
			asked = span{}
			if s.question {
				asked = s.span
			}
			continue
		}
		if deflected.MatchString(s.of(text)) {
			asked = span{}
		}
		out = s.windows(text, asked, out)
		asked = span{}
		if s.question {
			asked = s.span
		}
	}
	return out
}

func (s sentence) windows(text string, asked span, out []window) []window {
	for from := range s.clauses {
		for to := from; to < len(s.clauses) && to < from+widestWindow; to++ {
			w := window{span: span{s.clauses[from].start, s.clauses[to].end}}
			if w.end-w.start < narrowest && len(s.clauses) > 1 || s.heads[to] {
				continue
			}
			w.tail = w.span
			for next := to + 1; next < len(s.clauses) && next <= to+longTail && !turn.MatchString(s.clauses[next].of(text)); next++ {
				w.tail.end = s.clauses[next].end
			}
			if s.question && to == len(s.clauses)-1 {
				w.end, w.tail.end = s.end, s.end
			}
			if from == 0 {
				w.asked = asked
			}
			out = append(out, w)
		}
	}
	if len(s.clauses) > widestWindow {
		out = append(out, window{span: s.span, tail: s.span, asked: asked})
	}
	return out
}
