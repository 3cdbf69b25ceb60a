package main

import (
	"context"
	"fmt"

	"headwater/pack"
	"headwater/sales/value"
)

// runSimulate runs every shipped value model ten thousand times with its filled example.
// There is no rival; the slowest model counts.
func runSimulate(ctx context.Context, _ *bench) (result, error) {
	const rounds = 20
	res := result{rival: "none", numbers: map[string]float64{}}
	packs, err := pack.Shipped(pack.Options{})
	if err != nil {
		return res, err
	}
	worst, slowest := 0.0, ""
	for _, p := range packs {
		for _, def := range p.ValueModels {
			m, err := value.Compile(def)
			if err != nil {
				return res, err
			}
			var took times
			for round := range rounds {
				if err := took.timed(func() error { _, err := m.Simulate(ctx, m.Example(), 10_000, uint64(round)); return err }); err != nil {
					return res, err
				}
			}
			name := p.Meta.ID + "/" + def.ID
			res.numbers[name] = took.p50()
			if took.p50() > worst {
				worst, slowest = took.p50(), name
			}
		}
	}
	res.measured = fmt.Sprintf("%.1f ms for %s", worst, slowest)
	res.ok = worst > 0 && worst <= 200
	return res, nil
}
