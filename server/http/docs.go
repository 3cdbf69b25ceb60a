package httpapi

import (
	"embed"
	"encoding/json"
	"io/fs"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed docs
var docsFiles embed.FS

// serveDescription serves the OpenAPI document and a page to browse it, both without
// signing in: they tell nothing about the workspace.
func serveDescription(mux *http.ServeMux, a huma.API) error {
	text, err := json.Marshal(a.OpenAPI())
	if err != nil {
		return err
	}
	mux.HandleFunc("GET /api/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/openapi+json")
		_, _ = w.Write(text) // the client may be gone
	})
	files, err := fs.Sub(docsFiles, "docs")
	if err != nil {
		return err
	}
	mux.Handle("GET /api/docs/", http.StripPrefix("/api/docs/", http.FileServerFS(files)))
	mux.Handle("GET /api/docs", http.RedirectHandler("/api/docs/", http.StatusMovedPermanently))
	return nil
}
