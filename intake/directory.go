package intake

import (
	"context"
	"errors"
	"io"

	"headwater/lake"
)

// People is the directory of the workspace, as far as imports add to it.
type People interface {
	// EnsurePerson finds the person with this e-mail address or name, or adds them
	// without the right to sign in. ErrForbidden when the actor may not add people.
	EnsurePerson(ctx context.Context, actor lake.Principal, name, email, team string) (key lake.Key, created bool, err error)
}

// directory imports people. They are workspace-wide: no revision is written, and an
// undo of the import doesn't take them back.
func (r *run) directory(ctx context.Context, in *rows) error {
	if r.newcomers == nil {
		return lake.Fail(lake.ErrInvalid, "people_closed", "People can't be imported here.")
	}
	for end := false; !end; {
		if err := r.stopped(ctx); err != nil {
			return err
		}
		b := r.fill(in)
		if b.err != nil && b.err != io.EOF {
			return b.err
		}
		end = b.err == io.EOF
		if err := r.addPeople(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) addPeople(ctx context.Context, b *batch) error {
	next := r.mark
	next.Counts = next.Counts.clone()
	var refused []RejectedRow
	for _, row := range b.rows {
		next.Counts.Read++
		problems := row.problems
		if len(problems) == 0 {
			out, err := r.addPerson(ctx, row)
			p, ok := problemOf(err)
			switch {
			case errors.Is(err, lake.ErrForbidden) || err != nil && !ok:
				return err
			case err != nil:
				problems = []Problem{p}
			default:
				next.Counts.count(out, 1)
			}
		}
		if len(problems) > 0 {
			next.Counts.Rejected++
			refused = append(refused, RejectedRow{row.n, row.line, row.fields, problems})
		}
	}
	next.Rows, next.Bytes = b.upto, b.bytes
	var err error
	if next, err = r.journal.write(next, refused, nil); err != nil {
		return err
	}
	return r.save(ctx, next)
}

func (r *run) addPerson(ctx context.Context, row *row) (lake.Outcome, error) {
	name := string(row.cells[r.entity.Title])
	if name == "" {
		name = string(row.cells["email"])
	}
	if name == "" {
		return "", lake.Fail(lake.ErrInvalid, CodeFieldRequired, "A person needs a name.", "field", r.entity.Title)
	}
	_, created, err := r.newcomers.EnsurePerson(ctx, r.who, name, string(row.cells["email"]), string(row.cells["team"]))
	if created {
		return lake.Inserted, err
	}
	return lake.Unchanged, err
}
