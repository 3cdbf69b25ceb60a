package need

import (
	"hash/fnv"
	"math"
	"sync"
)

// model judges windows. Outputs are the needs, then whether a need stands, then whether
// it is hidden.
type model struct {
	*reader
	needs  int
	linear *linear
	curves []curve    // per output
	taught [][]taught // per need: the sentences that show it
}

// taught is a sentence that a need was learned from.
type taught struct {
	vector
	text string
}

// curve turns a margin into a probability: 1 / (1 + exp(-(slope·margin + shift))).
type curve struct{ slope, shift float64 }

func (c curve) of(margin float32) float64 {
	return 1 / (1 + math.Exp(-(c.slope*float64(margin) + c.shift)))
}

const (
	rounds            = 6   // passes over the lessons
	positive  float32 = 2.0 // an example of a need counts that many times a counterexample
	cost      float32 = 1.0 // of the support vector machines
	untouched float32 = 1.0 // of a sentence that shows another need
	perNeed           = 5.0 // sentences without a need for each that shows one, as in notes
)

const folds = 4 // of the cross-validation that calibrates

func newModel(r *reader, needs int, all []lesson) *model {
	m := &model{reader: r, needs: needs}
	texts := make([]raw, len(all))
	parallel(len(all), func(i int) { texts[i] = r.read(all[i].text) })
	r.learn(texts, all)
	r.settle(texts)
	samples := make([]sample, len(all))
	parallel(len(all), func(i int) {
		samples[i] = sample{vector: r.vector(texts[i]), counts: m.counts(all[i])}
	})
	held := make([][]float32, len(all)) // margins by a model that hasn't seen the sentence
	models := make([]*linear, folds+1)
	parallel(folds+1, func(f int) {
		var part []sample
		for i, s := range samples {
			if f == folds || fold(all[i].group) != f {
				part = append(part, s)
			}
		}
		models[f] = train(part, len(r.idf), needs+2, rounds)
	})
	for i, s := range samples {
		held[i] = make([]float32, needs+2)
		models[fold(all[i].group)].score(s.vector, held[i])
	}
	m.linear = models[folds]
	m.taught = make([][]taught, needs)
	for i, l := range all {
		for _, c := range l.shows {
			m.taught[c] = append(m.taught[c], taught{samples[i].vector, l.text})
		}
	}
	m.curves = calibrate(all, samples, held, needs+2)
	return m
}

// counts says how much a lesson counts for each output.
func (m *model) counts(l lesson) []float32 {
	out := make([]float32, m.needs+2)
	for c := range m.needs {
		out[c] = -cost * l.weight
		if len(l.shows) > 0 {
			out[c] *= untouched
		}
	}
	for _, c := range l.open {
		out[c] = 0
	}
	for _, c := range l.not {
		out[c] = -cost * l.weight
	}
	for _, c := range l.shows {
		out[c] = positive * cost * l.weight
	}
	out[m.needs] = float32(l.stance) * cost * l.weight
	if l.stance < 0 {
		out[m.needs] *= 2
	}
	out[m.needs+1] = float32(l.kind) * cost * l.weight
	return out
}

func fold(group string) int {
	h := fnv.New32a()
	h.Write([]byte(group))
	return int(h.Sum32() % folds)
}

// calibrate fits a curve per output to held-out margins (Platt, 1999), with background
// sentences weighted as often as they stand in notes. There, half of the needs are hidden.
func calibrate(all []lesson, samples []sample, held [][]float32, outputs int) []curve {
	shown, bare, hidden, explicit := 0, 0, 0, 0
	for _, l := range all {
		switch {
		case l.foreign || l.decided:
		case l.kind > 0:
			hidden++
		case l.kind < 0:
			explicit++
		}
		switch {
		case len(l.shows) > 0:
			shown++
		case !l.foreign:
			bare++
		}
	}
	background := perNeed * float64(shown) / float64(max(bare, 1))
	out := make([]curve, outputs)
	parallel(outputs, func(o int) {
		var points []point
		for i, s := range samples {
			if s.counts[o] == 0 || all[i].foreign || all[i].decided {
				continue
			}
			p := point{x: float64(held[i][o]), y: s.counts[o] > 0, weight: 1}
			if len(all[i].shows) == 0 && o < outputs-2 {
				p.weight = background
			}
			if o == outputs-1 && p.y {
				p.weight = float64(explicit) / float64(max(hidden, 1))
			}
			points = append(points, p)
		}
		out[o] = fit(points)
	})
	return out
}

type point struct {
	x, weight float64
	y         bool
}

// fit is a logistic regression on one number, by Newton's method with a little ridge.
func fit(points []point) curve {
	c := curve{slope: 2, shift: 0}
	for range 30 {
		var g0, g1, h00, h01, h11 float64
		for _, p := range points {
			q := c.of(float32(p.x))
			e := q
			if p.y {
				e = q - 1
			}
			w := p.weight * q * (1 - q)
			g0 += p.weight * e
			g1 += p.weight * e * p.x
			h00, h01, h11 = h00+w, h01+w*p.x, h11+w*p.x*p.x
		}
		g1 += 0.1 * (c.slope - 2)
		h00, h11 = h00+1e-3, h11+0.1
		det := h00*h11 - h01*h01
		if det <= 0 {
			break
		}
		d0, d1 := (h11*g0-h01*g1)/det, (h00*g1-h01*g0)/det
		c.shift, c.slope = c.shift-bounded(d0), c.slope-bounded(d1)
		if math.Abs(d0)+math.Abs(d1) < 1e-6 {
			break
		}
	}
	c.slope = max(c.slope, 0.1)
	return c
}

func bounded(step float64) float64 { return max(-2, min(2, step)) }

// judged is what the model says of a window.
type judged struct {
	topic  []float64 // probability per need
	stands float64
	hidden float64
}

func (m *model) judge(text string) judged {
	margins := make([]float32, m.needs+2)
	m.linear.score(m.vector(m.read(text)), margins)
	j := judged{topic: make([]float64, m.needs), stands: m.curves[m.needs].of(margins[m.needs]), hidden: m.curves[m.needs+1].of(margins[m.needs+1])}
	for c := range j.topic {
		j.topic[c] = m.curves[c].of(margins[c])
	}
	return j
}

// parallel runs fn for 0 to n-1 on all cores.
func parallel(n int, fn func(int)) {
	var wait sync.WaitGroup
	next := make(chan int)
	for range workers {
		wait.Go(func() {
			for i := range next {
				fn(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wait.Wait()
}
