package httpapi_test

import (
	"bytes"
	"mime/multipart"
	"testing"
)

// form is a multipart body with one file.
func form(t testing.TB, name, content string) (body, kind string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", name)
	must(t, err)
	_, err = part.Write([]byte(content))
	must(t, err)
	must(t, w.Close())
	return b.String(), w.FormDataContentType()
}

func TestAFileIsBroughtAndLookedAt(t *testing.T) {
	o := newOffice(t)
	body, kind := form(t, "客户.csv", "name;employees;since\n湖蓝;12;2024-01-02\n青山;7;2023-05-06\n")
	r := o.ask("seller", "POST", "/api/uploads", body, "Content-Type", kind)
	if r.StatusCode != 200 || r.at(t, "delimiter") != ";" || r.at(t, "name") != "客户.csv" || r.at(t, "header") != true {
		t.Fatalf("%d %s", r.StatusCode, r.text)
	}
	id := r.at(t, "upload").(string)
	pdf, pdfKind := form(t, "x.csv", "%PDF-1.4")
	o.tell(
		story{name: "columns and kinds", as: "seller", ask: "POST /api/uploads/" + id + "/sniff", body: `{}`, status: 200,
			want: []string{`{"name":"employees","samples":["12","7"],"kind":"integer"}`, `"kind":"date"`, `["湖蓝","12","2024-01-02"]`}},
		story{name: "read in another way", as: "seller", ask: "POST /api/uploads/" + id + "/sniff", body: `{"delimiter":",","header":false}`, status: 200,
			want: []string{`"header":false`, `"name;employees;since"`}},
		story{name: "not by others", as: "owner", ask: "POST /api/uploads/" + id + "/sniff", body: `{}`, status: 404, want: []string{`"code":"upload_unknown"`}},
		story{name: "not outside of the folder", as: "owner", ask: "POST /api/uploads/..%2f..%2fheadwater.db/sniff", body: `{}`, status: 404},
		story{name: "not a table", as: "seller", ask: "POST /api/uploads", body: pdf, header: []string{"Content-Type", pdfKind}, status: 422, want: []string{`"code":"pdf_not_supported"`}},
		story{name: "no form", as: "seller", ask: "POST /api/uploads", body: `{}`, status: 422, want: []string{`"code":"upload_invalid"`}},
		story{name: "viewers bring nothing", as: "viewer", ask: "POST /api/uploads", body: body, header: []string{"Content-Type", kind}, status: 403},
	)
}
