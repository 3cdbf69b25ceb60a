package catalog

import (
	"context"
	"slices"
	"strings"
	"time"

	"headwater/lake"
	"headwater/lake/filter"
)

// CloneOrder says what of an entity a clone has.
type CloneOrder struct {
	Name    lake.EntityName                  `json:"name"`
	Label   *lake.Label                      `json:"label,omitempty"`
	Where   string                           `json:"where,omitempty" doc:"A filter (AIP-160) over the original's fields."`
	Columns []lake.FieldName                 `json:"columns,omitempty" doc:"Absent: all."`
	Masks   map[lake.FieldName]lake.MaskRule `json:"masks,omitempty"`
	At      lake.Revision                    `json:"at,omitempty" doc:"Of a native original: the revision that is cloned; absent: the newest."`
	Open    bool                             `json:"open,omitempty"`
}

// Clone declares a writable clone. It copies no rows and reads none.
func (k *Catalog) Clone(ctx context.Context, p lake.Principal, branch string, of lake.EntityName, o CloneOrder) error {
	r, err := k.lake.At(ctx, p, branch, o.At)
	if err != nil {
		return err
	}
	original, err := r.Schema().Entity(of)
	if err != nil {
		return err
	}
	if original.Internal || original.Directory {
		return lake.Fail(lake.ErrInvalid, "clone_directory", "The directory of people can't be cloned.", "entity", of)
	}
	if err := r.May(original); err != nil {
		return err
	}
	e := lake.Entity{Name: o.Name, Label: original.Label, Plural: original.Plural, Title: original.Title, Custom: true,
		Home: lake.Home{Kind: lake.Clone, Of: of, Where: strings.TrimSpace(o.Where), Masks: o.Masks, Key: original.Home.Key, Open: o.Open}}
	if o.Label != nil {
		e.Label, e.Plural = *o.Label, *o.Label
	}
	switch {
	case original.Home.Kind == lake.Native:
		e.Home.Branch, e.Home.At = r.Branch().ID, r.Revision()
	case o.At != 0:
		return lake.Fail(lake.ErrInvalid, "clone_at_foreign", "Only entities that live in the lake can be cloned as of a revision; "+string(of)+" is read from its home.", "entity", of)
	}
	if e.Fields, err = cloneFields(original, o.Columns, o.Masks); err != nil {
		return err
	}
	if !slices.ContainsFunc(e.Fields, func(f lake.Field) bool { return f.Name == e.Title }) {
		e.Title = e.Fields[0].Name
	}
	if err := k.checkWhere(r, original, e.Home); err != nil {
		return err
	}
	return k.lake.DeclareEntity(ctx, p, branch, e)
}

// cloneFields are the chosen fields of the original, and always those of its key.
func cloneFields(original *lake.Entity, columns []lake.FieldName, masks map[lake.FieldName]lake.MaskRule) ([]lake.Field, error) {
	for _, n := range columns {
		if _, ok := original.Field(n); !ok {
			return nil, unknownField(original, n)
		}
	}
	var out []lake.Field
	for i := range original.Fields {
		f := original.Fields[i]
		if len(columns) > 0 && !slices.Contains(columns, f.Name) && !slices.Contains(original.Home.Key, f.Name) {
			continue
		}
		f.Column, f.Custom, f.Own = "", true, false
		f.Unique = false // the original sees to it; here a filter and masks may stand between
		if rule, ok := masks[f.Name]; ok {
			if slices.Contains(original.Home.Key, f.Name) {
				return nil, lake.Fail(lake.ErrInvalid, "mask_key", "The field "+string(f.Name)+" is part of the key; it can be left out of nothing and masked nowhere.", "entity", original.Name, "field", f.Name)
			}
			if err := masked(&f, rule); err != nil {
				return nil, err
			}
		}
		out = append(out, f)
	}
	for n := range masks {
		if !slices.ContainsFunc(out, func(f lake.Field) bool { return f.Name == n }) {
			return nil, unknownField(original, n)
		}
	}
	return out, nil
}

func unknownField(e *lake.Entity, n lake.FieldName) error {
	return lake.Fail(lake.ErrInvalid, "field_unknown", "The entity "+string(e.Name)+" has no field "+string(n)+".", "entity", e.Name, "field", n)
}

var (
	textKinds   = []lake.Kind{lake.Text, lake.Email, lake.Phone, lake.URL, lake.Enum, lake.Reference}
	numberKinds = []lake.Kind{lake.Integer, lake.Decimal, lake.Float}
	timeKinds   = []lake.Kind{lake.Date, lake.Timestamp}
)

// masked makes a field that of a clone's masked column, where the rule fits its kind.
func masked(f *lake.Field, rule lake.MaskRule) error {
	fits := func(kinds ...lake.Kind) bool { return slices.Contains(kinds, f.Kind) }
	kind, becomes := true, lake.Kind("")
	switch rule.Rule {
	case lake.MaskNull:
	case lake.MaskConstant:
		if _, err := f.Canonical(rule.Text); err != nil {
			return err
		}
	case lake.MaskHash:
		kind, becomes = fits(append(append(slices.Clone(textKinds), numberKinds...), timeKinds...)...), lake.Text
	case lake.MaskFirst:
		kind, becomes = fits(textKinds...), lake.Text
		if rule.N < 0 || rule.N > 1000 {
			return maskLimit(f, rule)
		}
	case lake.MaskName, lake.MaskMail, lake.MaskPhone:
		kind = fits(textKinds...)
		becomes = map[string]lake.Kind{lake.MaskName: lake.Text, lake.MaskMail: lake.Email, lake.MaskPhone: lake.Phone}[rule.Rule]
	case lake.MaskShift:
		kind = fits(timeKinds...)
		if rule.N < 1 || rule.N > 36500 {
			return maskLimit(f, rule)
		}
	case lake.MaskRound:
		kind = fits(append(slices.Clone(numberKinds), lake.Money)...)
		if rule.N < 0 || rule.N > 18 {
			return maskLimit(f, rule)
		}
	default:
		return lake.Fail(lake.ErrInvalid, "mask_unknown", "There is no mask named "+rule.Rule+".", "rule", rule.Rule, "field", f.Name)
	}
	if !kind {
		return lake.Fail(lake.ErrInvalid, "mask_kind", "The mask "+rule.Rule+" doesn't fit the field "+string(f.Name)+" of the type "+string(f.Kind)+".", "rule", rule.Rule, "field", f.Name, "kind", f.Kind)
	}
	if rule.Lang != "" && rule.Lang != "zh" && rule.Lang != "en" {
		return lake.Fail(lake.ErrInvalid, "mask_language", "Invented names are Chinese (zh) or English (en).", "value", rule.Lang)
	}
	f.Required, f.Default = false, ""
	if becomes != "" {
		f.Kind, f.Type, f.Target, f.OnDelete, f.Options = becomes, "VARCHAR", "", "", nil
	}
	return nil
}

func maskLimit(f *lake.Field, rule lake.MaskRule) error {
	return lake.Fail(lake.ErrInvalid, "mask_number", "The mask "+rule.Rule+" can't have the number given.", "rule", rule.Rule, "field", f.Name, "value", rule.N)
}

// checkWhere refuses a clone's filter that makes no sense, or that would tell something
// about masked values.
func (k *Catalog) checkWhere(r *lake.Reader, original *lake.Entity, h lake.Home) error {
	if h.Where == "" {
		return nil
	}
	x, err := filter.Parse(h.Where, r.Schema(), original, filter.Env{Now: k.now(), Zone: time.UTC})
	if err != nil {
		return err
	}
	for _, path := range pathsIn(x) {
		if _, hidden := h.Masks[path[0]]; hidden {
			return lake.Fail(lake.ErrInvalid, "filter_masked", "The field "+string(path[0])+" is masked, so it can't be in the filter.", "field", path[0])
		}
		if field, hidden := maskedOnTheWay(r, original, path); hidden {
			return lake.Fail(lake.ErrForbidden, "field_masked", "You may not see the field "+string(field)+", so it can't be in the filter.", "field", field)
		}
	}
	return nil
}

// maskedOnTheWay tells whether the person may not see a field of a path.
func maskedOnTheWay(r *lake.Reader, e *lake.Entity, path lake.Path) (lake.FieldName, bool) {
	for _, n := range path {
		if r.Rights().MaskedField(e.Name, n) {
			return n, true
		}
		f, ok := e.Field(n)
		if !ok || f.Kind != lake.Reference {
			return "", false
		}
		next, err := r.Schema().Entity(f.Target)
		if err != nil {
			return "", false
		}
		e = next
	}
	return "", false
}

// pathsIn lists the fields that a condition looks at.
func pathsIn(x lake.Expr) (out []lake.Path) {
	switch y := x.(type) {
	case lake.And:
		for _, z := range y {
			out = append(out, pathsIn(z)...)
		}
	case lake.Or:
		for _, z := range y {
			out = append(out, pathsIn(z)...)
		}
	case lake.Not:
		out = pathsIn(y.E)
	case lake.Compare:
		out = append(out, y.Path)
	case lake.In:
		out = append(out, y.Path)
	case lake.Present:
		out = append(out, y.Path)
	}
	return out
}
