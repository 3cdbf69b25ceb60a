package recon_test

import (
	"errors"

	"headwater/lake"
)

// code is the stable word of an error.
func code(err error) string {
	var known *lake.Error
	if errors.As(err, &known) {
		return known.Code
	}
	return ""
}
