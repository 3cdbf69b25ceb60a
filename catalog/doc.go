// Package catalog knows what data there is, where it comes from, how old it is, who
// reads it, and what breaks when it changes.
//
// Draft: what an entity over a table of a source would be. Wish: what a person wants of
// it; what a wish leaves out is proposed. Job: work in the background, such as the
// refresh of a kept copy. Schema drift: the differences between a table of a source and
// the entity declared over it. Lineage: the way of values from a source's column to what
// people see. Write-back: bringing what main holds over a source into the source.
//
// Whatever has effects outside of the lake runs for main only.
package catalog
