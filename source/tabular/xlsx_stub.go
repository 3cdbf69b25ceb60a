package tabular

import "io"

var errNotYet = &ErrFormat{"xlsx_not_supported", "save the sheet as CSV"}

func sniffXLSX(r io.ReaderAt, size int64, o Override) (*Sniffed, error) { return nil, errNotYet }

func openXLSX(r io.ReaderAt, size int64, s *Sniffed) (rows, error) { return nil, errNotYet }
