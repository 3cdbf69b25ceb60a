package main

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
)

// equal compares an answer of the lake with the texts of another's, row by row.
func equal(ours [][]any, theirs [][]string) error {
	if len(ours) != len(theirs) {
		return fmt.Errorf("%d rows instead of %d", len(ours), len(theirs))
	}
	for i, row := range ours {
		if len(row) != len(theirs[i]) {
			return fmt.Errorf("row %d has %d columns instead of %d", i+1, len(row), len(theirs[i]))
		}
		for j, v := range row {
			if !same(v, theirs[i][j]) {
				return fmt.Errorf("row %d, column %d: %v instead of %s", i+1, j+1, v, theirs[i][j])
			}
		}
	}
	return nil
}

// tolerance is what two ways of adding up floating-point numbers may differ by.
const tolerance = 1e-9

// same compares numbers as numbers, whole and decimal ones exactly; all else as text.
func same(v any, text string) bool {
	switch v := v.(type) {
	case nil:
		return text == ""
	case float64:
		f, err := strconv.ParseFloat(text, 64)
		return err == nil && math.Abs(v-f) <= tolerance*max(math.Abs(v), math.Abs(f))
	}
	ours := fmt.Sprint(v)
	a, aok := new(big.Rat).SetString(ours)
	b, bok := new(big.Rat).SetString(text)
	if aok && bok {
		return a.Cmp(b) == 0
	}
	return ours == text
}
