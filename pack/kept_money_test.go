package pack_test

import (
	"regexp"
	"testing"

	"headwater/pack"
)

// In filter text an amount with its currency is one value only in quotes; without them
// the currency would be a word to look for in the name, and the condition never hold.
func TestAmountsInConditionsAreQuoted(t *testing.T) {
	bare := regexp.MustCompile(`\d +(CNY|USD|EUR|HKD)(\s|$|\))`)
	_, err := pack.Shipped(pack.Options{Condition: func(_, text string) error {
		if bare.MatchString(text) {
			t.Errorf("%s: the amount isn't quoted", text)
		}
		return nil
	}})
	fine(t, err)
}
