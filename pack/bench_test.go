package pack_test

import (
	"testing"

	"headwater/pack"
)

func BenchmarkShipped(b *testing.B) {
	for b.Loop() {
		if _, err := pack.Shipped(pack.Options{Condition: condition}); err != nil {
			b.Fatal(err)
		}
	}
}
