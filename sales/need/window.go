package need

// window is a run of clauses of one sentence, with what was asked before it.
type window struct {
	span
	asked span // the question that it answers; empty when there is none
}

// text is what is judged.
func (w window) text(text string) string {
	if w.asked.end > w.asked.start {
		return w.asked.of(text) + "？" + w.of(text)
	}
	return w.of(text)
}

var widestWindow = 4 // clauses

var narrow = 8

// windows are all runs of up to four clauses, and whole sentences. What our own side says
// or plans is no evidence, but its questions tell what an answer is about.
func windows(text string) []window {
	var out []window
	var asked span
	for _, s := range sentences(text) {
		if s.role == seller || s.role == heading {
			asked = span{}
			if s.question {
				asked = s.span
			}
			continue
		}
		for from := range s.clauses {
			for to := from; to < len(s.clauses) && to < from+widestWindow; to++ {
				w := window{span: span{s.clauses[from].start, s.clauses[to].end}}
				if w.end-w.start < narrow && len(s.clauses) > 1 {
					continue
				}
				if s.question {
					w.end = s.end
				}
				if from == 0 {
					w.asked = asked
				}
				out = append(out, w)
			}
		}
		if len(s.clauses) > widestWindow {
			out = append(out, window{span: s.span, asked: asked})
		}
		asked = span{}
		if s.question {
			asked = s.span
		}
	}
	return out
}
