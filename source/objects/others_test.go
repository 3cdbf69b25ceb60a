package objects_test

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// The servers below speak as much of their providers' protocols as reading needs: they
// show that our side signs in, lists, reads ranges and verifies, not how the real ones
// behave in all else.

var changed = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// gcs serves the bucket "b" by the JSON API, to those who have the token.
func gcs(t *testing.T, objects map[string]string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer letmein" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if key, ok := strings.CutPrefix(r.URL.Path, "/storage/v1/b/b/o/"); ok {
			serveObject(w, r, objects[key])
			return
		}
		if r.URL.Path != "/storage/v1/b/b/o" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		items := []map[string]string{}
		for name, content := range objects {
			if strings.HasPrefix(name, r.URL.Query().Get("prefix")) {
				items = append(items, map[string]string{"name": name, "size": fmt.Sprint(len(content)), "updated": changed.Format(time.RFC3339), "md5Hash": sum64(content), "generation": "7"})
			}
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"items": items})
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// azure serves the container "b" of the account "acc", to those who sign.
func azure(t *testing.T, objects map[string]string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.Header.Get("Authorization"), "SharedKey acc:") {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if key, ok := strings.CutPrefix(r.URL.Path, "/b/"); ok {
			if v := r.Header.Get("x-ms-range"); v != "" {
				r.Header.Set("Range", v)
			}
			serveObject(w, r, objects[key])
			return
		}
		w.Header().Set("Content-Type", "application/xml")
		fmt.Fprint(w, `<?xml version="1.0" encoding="utf-8"?><EnumerationResults><Blobs>`)
		for name, content := range objects {
			if strings.HasPrefix(name, r.URL.Query().Get("prefix")) {
				fmt.Fprintf(w, `<Blob><Name>%s</Name><Properties><Last-Modified>%s</Last-Modified><Etag>"7"</Etag><Content-Length>%d</Content-Length><Content-MD5>%s</Content-MD5><BlobType>BlockBlob</BlobType></Properties></Blob>`,
					name, changed.Format(http.TimeFormat), len(content), sum64(content))
			}
		}
		fmt.Fprint(w, `</Blobs><NextMarker/></EnumerationResults>`)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func sum64(content string) string {
	sum := md5.Sum([]byte(content))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func serveObject(w http.ResponseWriter, r *http.Request, content string) {
	if content == "" {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("X-Goog-Generation", "7")
	w.Header().Set("Etag", `"7"`)
	http.ServeContent(w, r, "x", changed, bytes.NewReader([]byte(content)))
}

func TestOtherProviders(t *testing.T) {
	content := map[string]string{"lake/a.csv": "id,v\n1,2\n2,3\n", "lake/p/1.parquet": parquet(t, "SELECT range AS id FROM range(1000)"), "x.csv": "a,b\n1,2\n"}
	key := base64.StdEncoding.EncodeToString([]byte("key"))
	for name, address := range map[string]string{
		"gcs":   "gs://t:letmein@b/lake?endpoint=" + url.QueryEscape(gcs(t, content)),
		"azure": "azblob://acc:" + url.QueryEscape(key) + "@b/lake?endpoint=" + url.QueryEscape(azure(t, content)),
	} {
		t.Run(name, func(t *testing.T) {
			c := connect(t, address, t.TempDir(), true)
			for _, s := range c.Test(t.Context()) {
				if !s.OK {
					t.Error(s)
				}
			}
			list, err := c.Tables(t.Context())
			if err != nil || len(list) != 2 {
				t.Fatal(list, err)
			}
			for table, want := range map[string]string{"a.csv v": "2 5", "p/1.parquet id": "1000 499500"} {
				name, column, _ := strings.Cut(table, " ")
				got, err := scan(t, c, name)
				if err != nil {
					t.Fatal(err)
				}
				equal(t, sum(t, got, column), want)
			}
			stranger := connect(t, strings.NewReplacer("letmein", "nobody", "acc:", "else:").Replace(address), t.TempDir(), true)
			steps := stranger.Test(t.Context())
			equal(t, steps[len(steps)-1].Code, "signin_refused")
			guarded := connect(t, address, t.TempDir(), false)
			if _, err := guarded.Tables(t.Context()); code(err) != "address_private" {
				t.Errorf("a private address without permission: %v", err)
			}
		})
	}
}
