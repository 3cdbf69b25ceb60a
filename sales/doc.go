// Package sales declares the shared words of selling as entities of the lake.
//
// Account: a company or a part of a group (Parent). Contact: a person there, with a
// role in decisions and a stance. Lead: a person or company that isn't yet known to
// be worth selling to; it converts into account, contact and deal. Deal: a chance to
// sell a product to an account, moving through stages. Activity: what happened or is
// to be done. Product: one edition on the price list. User: a colleague.
//
// Each entity is declared in one file: fields, types, labels, relations, and beside
// each field the headings and values that other systems use for it, which imports
// match against. Reading, writing and history come from the lake.
package sales
