package need

import "math/rand/v2"

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
// al., 2008), all outputs in one pass over the samples.
func train(samples []sample, features, outputs, rounds int) *linear {
	m := &linear{outputs: outputs, weights: make([]float32, features*outputs), bias: make([]float32, outputs)}
	alpha := make([]float32, len(samples)*outputs)
	length := make([]float32, len(samples))
	order := make([]int, len(samples))
	for i, s := range samples {
		order[i] = i
		length[i] = 1
		for _, f := range s.vector {
			length[i] += f.weight * f.weight
		}
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
				next := *a - (y*scores[o]-1+d**a)/(length[i]+d)
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
				row := m.weights[int(f.id)*outputs:][:outputs]
				for o := range row {
					row[o] += steps[o] * f.weight
				}
			}
			for o := range m.bias {
				m.bias[o] += steps[o]
			}
		}
	}
	return m
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
