package demo

import (
	"os"
	"path/filepath"
)

// Dirt is a kind of trouble in a row of a dirty file.
type Dirt string

// What an import should mend by itself: the value is there, in another form.
const (
	DirtSpaces    Dirt = "spaces"     // spaces, tabs or ideographic spaces around a value
	DirtFullWidth Dirt = "full_width" // １２００ for 1200
	DirtDateForm  Dirt = "date_form"  // any form but 2026-11-21
	DirtAmount    Dirt = "amount"     // 12.5万元, ￥1,200.50, RMB 3000
	DirtPercent   Dirt = "percent"    // 75%
	DirtLineBreak Dirt = "line_break" // a quoted line break
	DirtFormula   Dirt = "formula"    // text that a spreadsheet would run
	DirtShort     Dirt = "short_row"  // cells missing at the end, none of them needed
	DirtSameRow   Dirt = "same_row"   // a row once more, with the same number and values
)

// What a person has to be asked about, or what is near enough to be proposed.
const (
	DirtProductMistyped Dirt = "product_mistyped" // LakePro for Lake Pro
	DirtSectorMistyped  Dirt = "sector_mistyped"  // manufactring
	DirtAccountShort    Dirt = "account_short"    // without 有限公司
	DirtAccountEmpty    Dirt = "account_empty"    // a deal of nobody's
)

// What can't be brought in as it stands.
const (
	DirtAccountUnknown Dirt = "account_unknown" // refers to a company that isn't in accounts.csv
	DirtProductUnknown Dirt = "product_unknown"
	DirtOwnerUnknown   Dirt = "owner_unknown"
	DirtParentUnknown  Dirt = "parent_unknown"
	DirtStageUnknown   Dirt = "stage_unknown"
	DirtDateWrong      Dirt = "date_wrong"    // 2026-02-30, 待定
	DirtNumberWrong    Dirt = "number_wrong"  // 约五百人
	DirtNameEmpty      Dirt = "name_empty"    // an account without a name
	DirtLong           Dirt = "long_row"      // more cells than headings
	DirtDuplicateKey   Dirt = "duplicate_key" // the same number with other values
)

// DirtyFile is one file and what is wrong in it.
type DirtyFile struct {
	Name      string
	Data      []byte
	Encoding  string // utf-8, utf-8 bom, gb18030, utf-16le, utf-16be
	Delimiter rune
	Preamble  int            // lines before the headings, empty ones included
	Rows      int            // records without the headings; empty lines aren't records
	Dirt      map[Dirt][]int // numbers of the records, from 1
}

// Expected says what WriteDirtyFiles wrote. Deals refer to accounts and products by
// name and to the team by name; import them in the order accounts, products, team, deals.
type Expected struct {
	Accounts, Products, Team, Deals DirtyFile
	// Variants hold the rows of Deals, in other encodings and dialects.
	Variants []DirtyFile
}

// Files lists all files.
func (e Expected) Files() []DirtyFile {
	return append([]DirtyFile{e.Accounts, e.Products, e.Team, e.Deals}, e.Variants...)
}

// WriteDirtyFiles writes accounts.csv, products.csv, sales_team.csv and deals.csv, and
// the variants of the last one, into dir. The same seed gives the same bytes.
func WriteDirtyFiles(dir string, seed uint64) (Expected, error) {
	e := DirtyFiles(seed)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return e, err
	}
	for _, f := range e.Files() {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o644); err != nil {
			return e, err
		}
	}
	return e, nil
}

// DirtyFiles makes the files in memory.
func DirtyFiles(seed uint64) Expected {
	m := &mess{dice: newDice(seed, "dirty"), phrases: loadPhrases()}
	accounts, products, team, deals := m.accountRows(), m.productRows(), m.teamRows(), m.dealRows()
	plain := dialect{name: ".csv", encoding: "utf-8", delimiter: ','}
	e := Expected{Accounts: accounts.file("accounts", plain), Products: products.file("products", plain),
		Team: team.file("sales_team", plain), Deals: deals.file("deals", plain)}
	for _, d := range dialects() {
		e.Variants = append(e.Variants, deals.file("deals", d))
	}
	return e
}
