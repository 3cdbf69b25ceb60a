package recon

import (
	"context"
	"strings"

	"headwater/lake"
)

// OptOuts are domains whose owners don't want to be looked at.
type OptOuts struct{ domains map[string]bool }

// NewOptOuts reads them as people write them. One that can't be read is kept as it
// stands: it must not be lost for a slip.
func NewOptOuts(list []string) OptOuts {
	o := OptOuts{map[string]bool{}}
	for _, text := range list {
		d, err := ParseDomain(text)
		if err != nil {
			d = plainName(strings.TrimSpace(text))
		}
		if d = strings.TrimPrefix(d, "www."); d != "" {
			o.domains[d] = true
		}
	}
	return o
}

// ReadOptOuts gives those of a workspace, whoever asks: a person's rights must not hide one.
func ReadOptOuts(ctx context.Context, l *lake.Lake) (OptOuts, error) {
	r, err := l.At(ctx, lake.System, lake.MainName, 0)
	if err != nil {
		return OptOuts{}, err
	}
	var list []string
	err = r.Scan(ctx, "opt_outs", func(rec lake.Record) error {
		list = append(list, string(rec.Cells["domain"]))
		return nil
	})
	return NewOptOuts(list), err
}

// Holds tells whether a name is one of them or lies below one.
func (o OptOuts) Holds(name string) bool {
	for name = plainName(name); name != ""; _, name, _ = strings.Cut(name, ".") {
		if o.domains[name] {
			return true
		}
	}
	return false
}
