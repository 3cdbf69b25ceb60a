package pack

import "strconv"

// Number is a finite decimal number. It is written without an exponent, so that
// 1000000 stays readable in a file.
type Number float64

// String is the shortest decimal text that reads back as the same number.
func (n Number) String() string { return strconv.FormatFloat(float64(n), 'f', -1, 64) }
