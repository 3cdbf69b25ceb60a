// Package pack is what a vendor knows about selling one product, as data.
//
// Pack: a folder of YAML files with an id, a version and the packs that it builds on.
// Section: one concern of a pack and the YAML key that holds it, such as segments or
// objections; a file may hold several, a section may lie in several files. Item: one
// entry of a section, with an id that never changes, so that edits, merges and the
// history of one item can be followed. Reference: an item named by its id, in the same
// pack or in one that it depends on. Condition: filter text (AIP-160) on an entity.
// Formula: an expression (expr-lang) over the variables of a value model. Problem: what
// is wrong in a file, with line, key and what was expected.
//
// The types are the format: the loader, the JSON Schema and the export derive from
// their tags. yaml is the key (omitempty: may be left out), is the rule for the value,
// doc the sentence that the schema and docs/packs.md show.
//
// A pack speaks: it holds no code. Benchmarks are figures with a named source; they may
// be shown beside a customer's own figures, never instead of them.
package pack
