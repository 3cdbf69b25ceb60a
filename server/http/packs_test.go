//go:build duckdb_arrow

package httpapi_test

import (
	"archive/zip"
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

const pain = `{"yaml":"id: mine\ntext: {zh: 报表太慢, en: Slow reports}\ncosts: {zh: 等, en: Waiting}\nneeds: [L01]\n","reason":"heard it twice"}`

func TestPacksAreReadAndEdited(t *testing.T) {
	o := newOffice(t)
	at := "/api/packs/logical-data-lake"
	o.tell(
		story{name: "list", as: "viewer", ask: "GET /api/packs", status: 200, want: []string{`"id":"logical-data-lake"`, `"id":"industry-finance"`, `"state":"shipped"`, `"problems":[]`}},
		story{name: "schema", as: "viewer", ask: "GET /api/packs/schema", status: 200, want: []string{`"$defs"`, `"Segment"`}},
		story{name: "contents", as: "viewer", ask: "GET " + at, status: 200, want: []string{`"section":"segments"`, `大型企业`, `"doc":"Kinds of customers`}},
		story{name: "unknown", as: "viewer", ask: "GET /api/packs/nothing", status: 404, want: []string{`"code":"pack_unknown"`}},
		story{name: "an item", as: "viewer", ask: "GET " + at + "/segments/large", status: 200, want: []string{`"state":"shipped"`, `"yaml":"id: large`, `"threshold":60`}},
		story{name: "no item", as: "viewer", ask: "GET " + at + "/segments/huge", status: 404, want: []string{`"code":"pack_item_unknown"`}},
		story{name: "a seller may not write", as: "seller", ask: "PUT " + at + "/pains/mine", body: pain, status: 403},
		story{name: "add", as: "admin", ask: "PUT " + at + "/pains/mine", body: pain, status: 200, want: []string{`"state":"added"`, `"zh":"报表太慢"`}},
		story{name: "the reason is kept", as: "owner", ask: "GET /api/revisions", status: 200, want: []string{"heard it twice"}},
		story{name: "wrong in three places", as: "admin", ask: "PUT " + at + "/pains/mine", status: 422, body: `{"yaml":"id: mine\ntext: {zh: 慢, en: Slow}\nneeds: [L01, L99]\nprice: 3\n"}`,
			want: []string{`"code":"pack_invalid"`, `"file":"pains/mine"`, `"line":3`, `"key":"pains[mine].price"`, `"expected"`, `L99`, `costs`}},
		story{name: "a condition that can't be", as: "admin", ask: "PUT " + at + "/segments/large", status: 422,
			body: `{"value":{"id":"large","name":{"zh":"大","en":"Large"},"summary":{"zh":"大","en":"Large"},"priority":5,"threshold":10,"conditions":[{"id":"a","if":"staff > 3","weight":10,"why":{"zh":"因","en":"Why"}}]}}`,
			want: []string{`"code":"pack_invalid"`, "staff"}},
		story{name: "as values", as: "admin", ask: "PUT " + at + "/segments/large", status: 200,
			body: `{"value":{"id":"large","name":{"zh":"大","en":"Large"},"summary":{"zh":"大","en":"Large"},"priority":5,"threshold":10,"conditions":[{"id":"a","if":"employees > 3","weight":10,"why":{"zh":"因","en":"Why"}}]}}`,
			want: []string{`"state":"changed"`, `"shipped":"id: large`}},
		story{name: "the list says so", as: "viewer", ask: "GET /api/packs", status: 200, want: []string{`"state":"changed"`, `"changes":2`}},
		story{name: "reset", as: "admin", ask: "POST " + at + "/segments/large/reset", status: 204},
		story{name: "it is as shipped", as: "viewer", ask: "GET " + at + "/segments/large", status: 200, want: []string{`"state":"shipped"`, `"threshold":60`}},
		story{name: "what others need stays", as: "admin", ask: "DELETE " + at + "/pains/silos", status: 422, want: []string{`"code":"pack_invalid"`}},
		story{name: "remove", as: "admin", ask: "DELETE " + at + "/routes/industries", status: 204},
		story{name: "removed", as: "viewer", ask: "GET " + at, status: 200, want: []string{`"state":"removed"`}},
		story{name: "take all back", as: "admin", ask: "DELETE " + at, status: 204},
		story{name: "as shipped", as: "viewer", ask: "GET " + at, status: 200, absent: []string{`"state":"removed"`, `"state":"added"`}},
	)
}

func TestPacksOnABranch(t *testing.T) {
	o := newOffice(t)
	o.tell(
		story{name: "branch", as: "admin", ask: "POST /api/branches", body: `{"name":"try"}`, status: 201},
		story{name: "edit there", as: "admin", ask: "PUT /api/packs/logical-data-lake/pains/mine?branch=try", body: pain, status: 200},
		story{name: "main doesn't see it", as: "viewer", ask: "GET /api/packs/logical-data-lake/pains/mine", status: 404},
		story{name: "the difference names the item", as: "admin", ask: "GET /api/branches/try/diff", status: 200, want: []string{"报表太慢 · Slow reports"}},
		story{name: "merge", as: "admin", ask: "POST /api/branches/try/merge", body: `{}`, status: 200},
		story{name: "main has it", as: "viewer", ask: "GET /api/packs/logical-data-lake/pains/mine", status: 200, want: []string{`"state":"added"`}},
	)
}

// bringPack sends files as a form.
func (o *office) bringPack(as, target string, files map[string][]byte) reply {
	o.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for name, data := range files {
		part, err := form.CreateFormFile("file", name)
		must(o.t, err)
		_, err = part.Write(data)
		must(o.t, err)
	}
	must(o.t, form.Close())
	return o.ask(as, http.MethodPost, target, b.String(), "Content-Type", form.FormDataContentType())
}

func TestPacksTravelAsArchives(t *testing.T) {
	o := newOffice(t)
	o.tell(story{name: "edit", as: "admin", ask: "PUT /api/packs/logical-data-lake/pains/mine", body: pain, status: 200})
	archive := o.ask("viewer", "GET", "/api/packs/logical-data-lake/export", "")
	if archive.StatusCode != 200 {
		t.Fatal(archive.text)
	}
	files := map[string][]byte{}
	z, err := zip.NewReader(strings.NewReader(archive.text), int64(len(archive.text)))
	must(t, err)
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		files[f.Name[strings.Index(f.Name, "/")+1:]], err = io.ReadAll(r)
		must(t, err)
	}
	o.tell(story{name: "drop", as: "admin", ask: "DELETE /api/packs/logical-data-lake", status: 204})
	if r := o.bringPack("admin", "/api/packs/import?check=true", map[string][]byte{"p.zip": []byte(archive.text)}); r.StatusCode != 200 || r.at(t, "written") != 0.0 {
		t.Errorf("check: %s", r.text)
	}
	o.tell(story{name: "a check writes nothing", as: "viewer", ask: "GET /api/packs/logical-data-lake/pains/mine", status: 404})
	if r := o.bringPack("admin", "/api/packs/import?reason=from+elsewhere", files); r.StatusCode != 200 || r.at(t, "written") != 1.0 {
		t.Errorf("files of a folder: %s", r.text)
	}
	o.tell(story{name: "it is back", as: "viewer", ask: "GET /api/packs/logical-data-lake/pains/mine", status: 200})
	files["segments.yaml"] = []byte("segments:\n  - id: a\n    colour: red\n")
	files["pains.yaml"] = []byte("pains: 3\n")
	r := o.bringPack("admin", "/api/packs/import", files)
	if r.StatusCode != 422 || !strings.Contains(r.text, `"file":"segments.yaml","line":3`) || !strings.Contains(r.text, `"file":"pains.yaml"`) {
		t.Errorf("not all is told: %s", clip(r.text))
	}
	if r := o.bringPack("seller", "/api/packs/import", files); r.StatusCode != 403 {
		t.Errorf("a seller took in a pack: %d", r.StatusCode)
	}
	mine := map[string][]byte{"pack.yaml": []byte("pack: {id: own, version: \"1.0.0\", name: {zh: 自有, en: Own}, product: {zh: 物, en: Thing}, summary: {zh: 要, en: Sum}, languages: [zh, en]}\n")}
	if r := o.bringPack("admin", "/api/packs/import", mine); r.StatusCode != 200 {
		t.Fatal(r.text)
	}
	o.tell(
		story{name: "uploaded", as: "viewer", ask: "GET /api/packs", status: 200, want: []string{`"id":"own"`, `"state":"uploaded"`}},
		story{name: "gone", as: "admin", ask: "DELETE /api/packs/own", status: 204},
		story{name: "no longer there", as: "viewer", ask: "GET /api/packs", status: 200, absent: []string{`"id":"own"`}},
	)
}
