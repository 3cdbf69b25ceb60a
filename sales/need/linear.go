package need

import (
	"math"
	"math/rand/v2"
)

// linear is one linear model per output over the same vectors.
type linear struct {
	outputs int
	weights []float32 // of feature f and output o at f*outputs+o
	bias    []float32
}

// sample is a vector with, for each output, how much it counts: positive as an example,
// negative as a counterexample, 0 not at all.
type sample struct {
	vector
	counts []float32
}

// train fits squared-hinge support vector machines by dual coordinate descent (Hsieh et
// al., 2008), all outputs in one pass over the samples. Each output sees the features
// scaled by how much they tell about it (Wang and Manning, 2012).
func train(samples []sample, features, outputs, rounds int) *linear {
	m := &linear{outputs: outputs, weights: make([]float32, features*outputs), bias: make([]float32, outputs)}
	alpha := make([]float32, len(samples)*outputs)
	told := tells(samples, features, outputs)
	lengths := squares(samples, told, outputs)
	order := make([]int, len(samples))
	for i := range order {
		order[i] = i
	}
	random := rand.New(rand.NewPCG(7, 7))
	scores, steps := make([]float32, outputs), make([]float32, outputs)
	for range rounds {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			s := samples[i]
			m.score(s.vector, scores)
			moved := false
			for o, c := range s.counts {
				steps[o] = 0
				if c == 0 {
					continue
				}
				y := float32(1)
				if c < 0 {
					y, c = -1, -c
				}
				a := &alpha[i*outputs+o]
				d := 1 / (2 * c)
				next := *a - (y*scores[o]-1+d**a)/(lengths[i*outputs+o]+d)
				if next < 0 {
					next = 0
				}
				if next != *a {
					steps[o], moved = (next-*a)*y, true
					*a = next
				}
			}
			if !moved {
				continue
			}
			for _, f := range s.vector {
				row, scale := m.weights[int(f.id)*outputs:][:outputs], told[int(f.id)*outputs:][:outputs]
				for o := range row {
					row[o] += steps[o] * f.weight * scale[o]
				}
			}
			for o := range m.bias {
				m.bias[o] += steps[o]
			}
		}
	}
	return m
}

const (
	unsure = 6.0 // samples' worth of doubt about what a feature tells
	little = 0.3 // weight of a feature that tells nothing, beside its log odds ratio
)

// tells says how much each feature tells about each output, 1 on average: the distance
// between the log odds of the output with the feature and without looking. They are the
// squares of the scales, so that weights can be kept for unscaled vectors.
func tells(samples []sample, features, outputs int) []float32 {
	with, against := make([]float64, features*outputs), make([]float64, features*outputs)
	all, none := make([]float64, outputs), make([]float64, outputs)
	for _, s := range samples {
		for o, c := range s.counts {
			switch {
			case c > 0:
				all[o]++
			case c < 0:
				none[o]++
			}
			for _, f := range s.vector {
				switch {
				case c > 0:
					with[int(f.id)*outputs+o]++
				case c < 0:
					against[int(f.id)*outputs+o]++
				}
			}
		}
	}
	out := make([]float32, features*outputs)
	for o := range outputs {
		base, sum := (all[o]+1)/(all[o]+none[o]+2), 0.0
		for at := o; at < len(out); at += outputs {
			p := (with[at] + unsure*base) / (with[at] + against[at] + unsure)
			told := little + math.Abs(logit(p)-logit(base))
			out[at] = float32(told)
			sum += told
		}
		mean := float32(sum / float64(max(features, 1)))
		for at := o; at < len(out); at += outputs {
			out[at] /= mean
		}
	}
	return out
}

func logit(p float64) float64 { return math.Log(p / (1 - p)) }

// squares are the squared lengths of the samples as each output sees them, with 1 for
// the bias.
func squares(samples []sample, told []float32, outputs int) []float32 {
	out := make([]float32, len(samples)*outputs)
	for i, s := range samples {
		row := out[i*outputs:][:outputs]
		for o := range row {
			row[o] = 1
		}
		for _, f := range s.vector {
			for o, t := range told[int(f.id)*outputs:][:outputs] {
				row[o] += t * f.weight * f.weight
			}
		}
	}
	return out
}

// score writes the margins of a vector.
func (m *linear) score(v vector, into []float32) {
	copy(into, m.bias)
	for _, f := range v {
		row := m.weights[int(f.id)*m.outputs:][:m.outputs]
		for o, w := range row {
			into[o] += w * f.weight
		}
	}
}
