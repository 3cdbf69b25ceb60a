package main

import (
	"headwater/intake"
	"headwater/lake"
	"headwater/sales"
)

// words tells imports what selling calls things in other systems.
func words() intake.Synonyms {
	w := intake.Synonyms{Fields: sales.Synonyms(), Options: sales.OptionSynonyms(), JoinName: sales.JoinName,
		TitleFrom: map[lake.EntityName][]lake.FieldName{}, Names: map[lake.EntityName]intake.NameParts{}}
	for _, e := range sales.Entities() {
		w.TitleFrom[e.Name] = sales.TitleFrom(e.Name)
	}
	for e, p := range sales.NameParts() {
		w.Names[e] = intake.NameParts{Given: p.Given, Family: p.Family}
	}
	for _, a := range sales.AmbiguousHeadings() {
		w.Ambiguous = append(w.Ambiguous, intake.Ambiguous(a))
	}
	return w
}
