package httpapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	httpapi "headwater/server/http"
)

// public are the operations that nobody needs to be signed in for; a new one is a decision.
var public = map[string]bool{"getSession": true, "signIn": true, "signInLink": true, "signOut": true, "setup": true}

type description struct {
	OpenAPI string
	Paths   map[string]map[string]struct {
		OperationID string
		Security    []map[string][]string
		Parameters  []struct{ Name, In string }
		RequestBody any
	}
}

func describe(t *testing.T) description {
	text, err := httpapi.OpenAPI()
	must(t, err)
	var d description
	must(t, json.Unmarshal(text, &d))
	return d
}

func TestEveryOperationDeclaresItsNeed(t *testing.T) {
	needs := httpapi.Needs()
	for path, methods := range describe(t).Paths {
		for method, op := range methods {
			need, ok := needs[op.OperationID]
			if !ok || need == "" {
				t.Errorf("%s %s declares no need", method, path)
			}
			if (need == httpapi.NeedPublic) != public[op.OperationID] {
				t.Errorf("%s is %q", op.OperationID, need)
			}
			if (len(op.Security) == 0) != public[op.OperationID] {
				t.Errorf("%s: the description says otherwise about signing in", op.OperationID)
			}
		}
	}
}

func TestStrangersGetNothing(t *testing.T) {
	o := newOffice(t)
	for path, methods := range describe(t).Paths {
		for method, op := range methods {
			if public[op.OperationID] {
				continue
			}
			body := ""
			if op.RequestBody != nil {
				body = "{}"
			}
			if r := o.ask("", strings.ToUpper(method), path, body); r.StatusCode != 401 {
				t.Errorf("%s %s: status %d for a stranger", method, path, r.StatusCode)
			}
		}
	}
}

func TestViewersChangeNothing(t *testing.T) {
	o := newOffice(t)
	head := o.lake.Store().Head()
	mayAnyway := map[string]bool{"updateMe": true, "createToken": true, "deleteToken": true, "query": true, "exportQuery": true,
		"cancelQuery": true, "shapeQuery": true, "explainQuery": true, "saveView": true, "updateView": true, "deleteView": true,
		// Questions whose answer is worked out and not kept.
		"scoreProfile": true, "backtestProfile": true, "lookAlikes": true, "evaluateValue": true, "priceQuote": true, "findPromises": true}
	for path, methods := range describe(t).Paths {
		for method, op := range methods {
			if method == "get" || public[op.OperationID] || mayAnyway[op.OperationID] {
				continue
			}
			body := ""
			if op.RequestBody != nil {
				body = "{}"
			}
			if r := o.ask("viewer", strings.ToUpper(method), path, body); r.StatusCode != 403 {
				t.Errorf("%s %s: status %d for a viewer", method, path, r.StatusCode)
			}
		}
	}
	if o.lake.Store().Head() != head {
		t.Error("a viewer wrote something")
	}
}

func TestDescription(t *testing.T) {
	if v := describe(t).OpenAPI; v != "3.1.0" {
		t.Error(v)
	}
	o := newOffice(t)
	o.tell(
		story{name: "offline documentation", ask: "GET /api/docs/", status: 200, want: []string{"docs.js"}, absent: []string{"http://", "https://", "<script>", "onclick"}},
		story{name: "its script", ask: "GET /api/docs/docs.js", status: 200, want: []string{"openapi.json"}, absent: []string{"http://", "https://"}},
		story{name: "the document", ask: "GET /api/openapi.json", status: 200, want: []string{`"operationId":"listRecords"`}},
	)
}
