package httpapi

import (
	"slices"

	"headwater/intake"
	"headwater/lake"
	"headwater/pack"
)

// reserved refuses changes that only an operation of their own may make, because it
// tests what a plain change of cells would not: prices and approvals of quotes, and items
// of packs.
func reserved(entity lake.EntityName, cells Values) error {
	if entity == pack.Items {
		return lake.Fail(lake.ErrConflict, "pack_on_its_page", "Items of packs are changed on the page of packs, where they are tested.", "entity", entity)
	}
	for field := range cells {
		if entity == "documents" && slices.Contains(documentReserved, field) {
			return lake.Fail(lake.ErrConflict, "document_on_its_tab", "Documents are made, changed and sent on the deal's tab, where their promises and numbers are looked through.", "entity", entity, "field", field)
		}
		if entity == "quote_lines" || entity == "quotes" && slices.Contains(quoteReserved, field) {
			return lake.Fail(lake.ErrConflict, "quote_priced", "Prices, discounts and approvals of quotes come from the price list; make a new version of the quote.", "entity", entity, "field", field)
		}
	}
	return nil
}

// importable refuses plans that would write what plain changes of cells may not.
func importable(plan intake.Plan) error {
	cells := Values{}
	for _, c := range plan.Columns {
		if c.Field != "" {
			cells[c.Field] = nil
		}
	}
	return reserved(plan.Entity, cells)
}
