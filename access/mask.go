package access

import (
	"context"
	"slices"

	"headwater/lake"
)

// Mask hides a field from roles: they see only that there is something. An owner
// sees everything.
type Mask struct {
	Entity lake.EntityName `json:"entity"`
	Field  lake.FieldName  `json:"field"`
	Roles  []Role          `json:"roles"`
}

type maskDoc struct {
	Masks []Mask `json:"masks"`
}

func (a *Access) loadMasks(ctx context.Context) error {
	var doc maskDoc
	err := ignoreMissing(a.registry.Load(ctx, kindMask, "fields", &doc))
	a.masks = doc.Masks
	return err
}

// Masks lists the hidden fields.
func (a *Access) Masks() []Mask {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return slices.Clone(a.masks)
}

// SetMasks replaces the hidden fields.
func (a *Access) SetMasks(ctx context.Context, actor lake.Principal, masks []Mask) error {
	for _, m := range masks {
		for _, r := range m.Roles {
			if err := checkRole(r); err != nil {
				return err
			}
			if r == Owner {
				return lake.Fail(lake.ErrInvalid, "mask_owner", "Nothing can be hidden from an owner.", "field", m.Field)
			}
		}
	}
	a.change.Lock()
	defer a.change.Unlock()
	if err := a.requireAdmin(actor); err != nil {
		return err
	}
	if err := a.audit(ctx, actor, "masks_changed", Entry{}); err != nil {
		return err
	}
	if err := a.registry.Save(ctx, kindMask, "fields", maskDoc{masks}); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.masks = slices.Clone(masks)
	a.changed()
	return nil
}

// masked gives the fields hidden from a role; a.mu is held.
func (a *Access) masked(r Role) map[lake.EntityName]map[lake.FieldName]bool {
	var out map[lake.EntityName]map[lake.FieldName]bool
	for _, m := range a.masks {
		if !slices.Contains(m.Roles, r) {
			continue
		}
		if out == nil {
			out = map[lake.EntityName]map[lake.FieldName]bool{}
		}
		if out[m.Entity] == nil {
			out[m.Entity] = map[lake.FieldName]bool{}
		}
		out[m.Entity][m.Field] = true
	}
	return out
}
