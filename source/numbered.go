package source

import (
	"errors"
	"strconv"

	"headwater/lake"
)

// Numbered adds to an error of Write which change failed: the place of its table and its
// own place there, both from 0. The params that people see count from 1.
func Numbered(err error, table string, part, change int) error {
	var known *lake.Error
	if errors.As(err, &known) {
		known.Params["table"], known.Params["change"], known.Params["part"] = table, strconv.Itoa(change+1), strconv.Itoa(part+1)
	}
	return err
}

// Number reads what Numbered has added.
func Number(err error) (part, change int, ok bool) {
	var known *lake.Error
	if !errors.As(err, &known) {
		return 0, 0, false
	}
	part, perr := strconv.Atoi(known.Params["part"])
	change, cerr := strconv.Atoi(known.Params["change"])
	return part - 1, change - 1, perr == nil && cerr == nil && part > 0 && change > 0
}
