package httpapi

import (
	"context"
	"errors"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"headwater/lake"
)

// watchedOps are the operations that read records, and by which way people do that.
var watchedOps = map[string]string{"listRecords": "page", "groupRecords": "page", "getRecord": "page", "recordHistory": "page", "search": "page",
	"profileField": "page", "exportRecords": "export", "query": "sql", "explainQuery": "sql", "exportQuery": "export"}

// watch is what a request has read.
type watch struct {
	entities []lake.EntityName
	reader   *lake.Reader
	text     string
	suspect  lake.EntityName // whose home may have changed
	source   string          // instead: where that home is
	table    string
}

type watchKey struct{}

// watched is the one place where it is noted who reads what.
func (s *Server) watched(ctx huma.Context, next func(huma.Context)) {
	via, ok := watchedOps[ctx.Operation().OperationID]
	if s.config.Catalog == nil {
		next(ctx)
		return
	}
	w := &watch{}
	ctx = huma.WithValue(ctx, watchKey{}, w)
	next(ctx)
	switch {
	case w.suspect != "":
		s.config.Catalog.Suspect(w.suspect)
	case w.source != "":
		s.config.Catalog.SuspectTable(ctx.Context(), w.source, w.table)
	}
	id, known := who(ctx.Context())
	if !ok || !known || ctx.Status() >= 400 {
		return
	}
	if r, _ := humago.Unwrap(ctx); via == "page" && r.Header.Get("Authorization") != "" {
		via = "api"
	}
	if e := ctx.Param("entity"); e != "" {
		w.entities = append(w.entities, lake.EntityName(e))
	}
	if len(w.entities) > 0 {
		s.config.Catalog.Read(id.Person.ID, via, w.entities...)
	}
	if w.reader != nil {
		s.config.Catalog.ReadText(w.reader, id.Person.ID, via, w.text)
	}
}

// watchedText notes the SELECT of a request.
func watchedText(ctx context.Context, r *lake.Reader, text string) {
	if w, ok := ctx.Value(watchKey{}).(*watch); ok {
		w.reader, w.text = r, text
	}
}

// watchedHits notes what a search has shown.
func watchedHits(ctx context.Context, hits []lake.Hit) {
	w, ok := ctx.Value(watchKey{}).(*watch)
	if !ok {
		return
	}
	seen := map[lake.EntityName]bool{}
	for _, h := range hits {
		if !seen[h.Entity] {
			seen[h.Entity] = true
			w.entities = append(w.entities, h.Entity)
		}
	}
}

// watchedError notes that a home wasn't what its entity was declared with.
func watchedError(ctx context.Context, err error) {
	var known *lake.Error
	w, ok := ctx.Value(watchKey{}).(*watch)
	if ok && errors.As(err, &known) && known.Code == "source_changed" {
		w.suspect, w.source, w.table = lake.EntityName(known.Params["entity"]), known.Params["source"], known.Params["table"]
	}
}
