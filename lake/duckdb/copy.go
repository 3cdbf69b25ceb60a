package duckdb

import (
	"context"
	"os"
	"regexp"
	"strings"

	"headwater/lake"
)

// Copy writes an entity's rows to a new file of the copies' directory. It is written
// under another name first, so that a copy is whole or not there.
func (e *Engine) Copy(ctx context.Context, v lake.View, entity lake.EntityName, c lake.CopyOrder) (done lake.CopyDone, err error) {
	defer func() { err = e.hide("copy", err) }()
	ent, err := v.Schema.Entity(entity)
	if err != nil {
		return done, err
	}
	if e.opt.Copies == "" || c.ID == "" || strings.ContainsAny(c.ID+c.Previous, `/\`) {
		return done, lake.Fail(lake.ErrInvalid, "copies_missing", "This engine was opened without a directory for copies.")
	}
	err = e.reading(ctx, v, v.Schema.Entities(), func(ctx context.Context, h *homes) error {
		h.base = c.BaseOnly
		w := copying{homes: h, view: v, ent: ent, order: c}
		if err := h.changed(w.write()); err != nil {
			return err
		}
		done = w.done
		return nil
	})
	return done, err
}

type copying struct {
	*homes
	view  lake.View
	ent   *lake.Entity
	order lake.CopyOrder
	done  lake.CopyDone
}

func (c *copying) write() error {
	rows, err := c.rows()
	if err != nil {
		return err
	}
	path := c.e.copyPath(c.order.ID)
	tmp := path + ".part"
	defer os.Remove(tmp)
	n, err := c.conn.ExecContext(c.ctx, "COPY ("+rows+") TO '"+sqlText(tmp)+"' (FORMAT parquet, COMPRESSION snappy)")
	if err != nil {
		return err
	}
	if c.done.Rows, err = n.RowsAffected(); err != nil {
		return err
	}
	if c.order.Previous == "" || c.order.High == "" {
		c.done.Read = c.done.Rows
	}
	if err := c.high(tmp); err != nil {
		return err
	}
	info, err := os.Stat(tmp)
	if err != nil {
		return err
	}
	c.done.Bytes = info.Size()
	return os.Rename(tmp, path)
}

// rows is the SELECT that the file holds.
func (c *copying) rows() (string, error) {
	var text string
	var err error
	update := c.order.HighWater != "" && c.order.High != "" && c.order.Previous != ""
	w := want{}
	if update {
		w = want{above: c.order.HighWater, high: lake.Cell(c.order.High)}
	}
	switch {
	case c.order.BaseOnly && c.ent.Overlaid():
		text, err = c.source(c.view, c.ent, w)
	default:
		text, err = c.relation(c.view, c.ent)
	}
	if err != nil {
		return "", err
	}
	text = "SELECT id, created_at, updated_at" + listed(fieldColumns(c.ent)) + " FROM (" + text + ")"
	if !update {
		if text, err = c.ready(text); err != nil {
			return "", err
		}
		return c.kept(text), nil
	}
	return c.updated(text)
}

// updated is the previous copy with what has come since, which takes the place of what
// had the same key.
func (c *copying) updated(text string) (string, error) {
	f, ok := c.ent.Field(c.order.HighWater)
	if !ok {
		return "", fieldUnknown(c.ent, c.order.HighWater)
	}
	compared := c.compiledHigh(f)
	b, err := compared.homeValue(operand{field: f}, lake.Cell(c.order.High))
	if err != nil {
		return "", err
	}
	before, err := c.copied(c.view, c.ent, lake.CopyOf{ID: c.order.Previous})
	if err != nil {
		return "", err
	}
	delta := c.name("delta")
	create, err := c.ready("CREATE TEMP TABLE " + delta + " AS SELECT * FROM (" + text + ") WHERE " + quote(string(f.Name)) + " >= " + b)
	if err != nil {
		return "", err
	}
	if _, err := c.conn.ExecContext(c.ctx, create); err != nil {
		return "", err
	}
	// What equals the highest value was read before, but not all of it need have been
	// there: those with a key are read again.
	if err := c.conn.QueryRowContext(c.ctx, "SELECT count(*) FROM "+delta+" WHERE id <> '' OR "+quote(string(f.Name))+" > "+b).Scan(&c.done.Read); err != nil {
		return "", err
	}
	columns := "id, created_at, updated_at" + listed(fieldColumns(c.ent))
	return c.kept("SELECT " + columns + " FROM (" + c.final(before) + ") AS p ANTI JOIN " + delta + " AS d ON p.id = d.id AND d.id <> '' UNION ALL SELECT " +
		columns + " FROM " + delta + " WHERE id <> '' OR " + quote(string(f.Name)) + " > " + b), nil
}

func (c *copying) compiledHigh(*lake.Field) *compiler {
	out := &compiler{}
	out.args.literal = true
	return out
}

// inexact are types that the file format would hold otherwise; they travel as texts.
var inexactTypes = regexp.MustCompile(`^(U?HUGEINT|BIT|BIGNUM|VARINT)`)

// kept makes the file's columns.
func (c *copying) kept(text string) string {
	columns := []string{"id", "created_at", "updated_at"}
	for i := range c.ent.Fields {
		f := &c.ent.Fields[i]
		for j, name := range fieldColumns(&lake.Entity{Fields: []lake.Field{*f}}) {
			if j == 0 && inexactTypes.MatchString(strings.ToUpper(f.Type)) {
				name += "::VARCHAR AS " + name
			}
			columns = append(columns, name)
		}
	}
	return "SELECT " + strings.Join(columns, ", ") + " FROM (" + text + ")"
}

// high finds the highest value of the high-water field.
func (c *copying) high(file string) error {
	if c.order.HighWater == "" {
		return nil
	}
	f, ok := c.ent.Field(c.order.HighWater)
	if !ok {
		return fieldUnknown(c.ent, c.order.HighWater)
	}
	var text *string
	err := c.conn.QueryRowContext(c.ctx, "SELECT "+shownText(f, "max("+quote(string(f.Name))+")")+" FROM read_parquet('"+sqlText(file)+"')").Scan(&text)
	if err == nil && text != nil {
		c.done.High = string(homeCell(f.Kind, *text))
	}
	return err
}
