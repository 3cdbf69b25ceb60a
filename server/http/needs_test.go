package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"headwater/sales/need"
	httpapi "headwater/server/http"
)

// said is a note with two needs: one complained of, one that a fact implies.
const said = "客户抱怨每个分析师都要把订单大表拷一份到自己库里，存储年年扩容，同一份数据存了七八遍。\n开发测试没有独立环境，改脚本都在生产库上跑，上个月误删过一张表。"

// mined is what mining answers about a note.
type mined struct {
	Activity string
	Text     string
	Kept     bool
	Findings []struct {
		Code, Kind, Evidence string
		Start, End           int
		Confidence           float64
		Question             struct{ ZH, EN string }
		Decided, Have        *struct{ ID, Code, Status string }
	}
	Model struct {
		State                string
		Corrections, Pending int
	}
}

func (o *office) mine(as, body string) mined {
	o.t.Helper()
	r := o.ask(as, "POST", "/api/needs/mine", body)
	if r.StatusCode != 200 {
		o.t.Fatalf("%d %s", r.StatusCode, r.text)
	}
	var out mined
	must(o.t, json.Unmarshal([]byte(r.text), &out))
	return out
}

// kept is a need as decisions and boards tell it.
type kept struct {
	ID, Title, Code, Kind, Status, Evidence, Pain, Question, Activity, Account, Deal, Supports string
	FoundCode                                                                                  string `json:"found_code"`
	FoundBy                                                                                    string `json:"found_by"`
	ConfirmedBy                                                                                string `json:"confirmed_by"`
	ConfirmedOn                                                                                string `json:"confirmed_on"`
	Capability                                                                                 string
}

func (o *office) decide(as string, decisions map[string]any) []kept {
	o.t.Helper()
	body, err := json.Marshal(decisions)
	must(o.t, err)
	r := o.ask(as, "POST", "/api/needs/decide", string(body), "Accept-Language", "zh-CN")
	if r.StatusCode != 200 {
		o.t.Fatalf("%d %s", r.StatusCode, r.text)
	}
	var out struct{ Needs []kept }
	must(o.t, json.Unmarshal([]byte(r.text), &out))
	return out.Needs
}

func (o *office) board(as, query string) (out struct {
	Pack, Industry string
	Needs          []kept
	Known          []struct {
		Code     string
		Expected bool
	}
	Notes []struct {
		ID             string
		Needs, Decided int
	}
	Model struct{ Corrections, Pending int }
}) {
	o.t.Helper()
	r := o.ask(as, "GET", "/api/needs?"+query, "")
	if r.StatusCode != 200 {
		o.t.Fatalf("%d %s", r.StatusCode, r.text)
	}
	must(o.t, json.Unmarshal([]byte(r.text), &out))
	return out
}

// selling is an office with an account, a person there, and a deal.
func selling(t *testing.T) (o *office, account, contact, deal string) {
	o = newOffice(t)
	account = o.make("seller", "accounts", `{"name":"青山证券","industry":"finance","segment":"large","owner":"`+string(o.people["seller"].ID)+`"}`)
	contact = o.make("seller", "contacts", `{"name":"韩立","account":"`+account+`"}`)
	deal = o.make("seller", "deals", `{"name":"青山 数据湖","account":"`+account+`","owner":"`+string(o.people["seller"].ID)+`"}`)
	return o, account, contact, deal
}

func TestANoteIsMinedAndDecidedOn(t *testing.T) {
	o, account, contact, deal := selling(t)
	text, err := json.Marshal(said)
	must(t, err)
	body := fmt.Sprintf(`{"text":%s,"deal":%q,"contact":%q,"happened_at":"2026-11-03T02:00:00Z"}`, text, deal, contact)
	m := o.mine("seller", body)
	if !m.Kept || m.Text != said || len(m.Findings) < 2 {
		t.Fatalf("%+v", m)
	}
	runes := []rune(said)
	for _, f := range m.Findings {
		if string(runes[f.Start:f.End]) != f.Evidence || f.Question.ZH == "" || f.Question.EN == "" || f.Confidence <= 0 || f.Confidence > 1 || f.Decided != nil {
			t.Errorf("%+v", f)
		}
	}
	o.tell(story{name: "the note is an activity of the deal", as: "seller", ask: "GET /api/records/activities/" + m.Activity, status: 200,
		want: []string{`"kind":"note"`, `"deal":"` + deal, `"account":"` + account, `"contact":"` + contact, `"owner":"` + string(o.people["seller"].ID), "2026-11-03"}})
	if again := o.mine("seller", body); again.Kept || again.Activity != m.Activity {
		t.Error("the same text was kept twice")
	}
	f := m.Findings[0]
	decision := func(verb string, more map[string]any) map[string]any {
		d := map[string]any{"decision": verb, "activity": m.Activity, "code": f.Code, "kind": "explicit", "evidence": f.Evidence, "confidence": f.Confidence}
		for k, v := range more {
			d[k] = v
		}
		return map[string]any{"deal": deal, "decisions": []any{d}}
	}
	n := o.decide("seller", decision("accept", nil))
	if len(n) != 1 || n[0].Status != "confirmed" || n[0].ConfirmedBy != contact || n[0].ConfirmedOn != "2026-11-03" || n[0].Account != account || n[0].Deal != deal ||
		n[0].FoundBy != "miner" || n[0].FoundCode != f.Code || n[0].Title == "" || n[0].Pain == "" || n[0].Question == "" || n[0].Capability == "" {
		t.Fatalf("what the customer said is confirmed by that: %+v", n)
	}
	o.decide("seller", decision("accept", nil))
	if b := o.board("seller", "deal="+deal); len(b.Needs) != 1 || b.Pack != "logical-data-lake" || b.Industry != "finance" || len(b.Known) != 14 || b.Notes[0].Needs != 1 {
		t.Fatalf("said twice, it is there once: %+v", b)
	}
	if again := o.mine("seller", `{"activity":"`+m.Activity+`"}`); again.Findings[0].Decided == nil || again.Findings[0].Decided.ID != n[0].ID {
		t.Errorf("the decision isn't shown beside the finding: %+v", again.Findings[0])
	}
	c := o.decide("seller", decision("correct", map[string]any{"to": map[string]any{"code": "L07", "kind": "hidden", "evidence": string(runes[f.Start : f.End-1])}}))
	if c[0].ID != n[0].ID || c[0].Code != "L07" || c[0].FoundCode != f.Code || c[0].Kind != "hidden" || c[0].Status != "found" || c[0].Title == n[0].Title || c[0].ConfirmedOn != "" {
		t.Errorf("corrected: %+v", c)
	}
	r := o.decide("seller", decision("reject", nil))
	if r[0].ID != n[0].ID || r[0].Status != "rejected" {
		t.Errorf("rejected: %+v", r)
	}
	o.decide("seller", decision("reopen", nil))
	if b := o.board("seller", "deal="+deal); len(b.Needs) != 0 {
		t.Errorf("reopened: %+v", b.Needs)
	}
}

func TestAFileIsMined(t *testing.T) {
	o, _, _, deal := selling(t)
	mail := "From: a@example.com\r\nSubject: =?utf-8?b?6ZyA5rGC?=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n每个分析师都把订单大表拷一份到自己库里，同一份数据存了七八遍。\r\n"
	for name, content := range map[string]string{"访谈.md": "# 访谈\r\n\r\n每个分析师都把订单大表拷一份到自己库里，同一份数据存了七八遍。", "需求.eml": mail} {
		body, kind := form(t, name, content)
		r := o.ask("seller", "POST", "/api/needs/mine/file?deal="+deal, body, "Content-Type", kind)
		var m mined
		must(t, json.Unmarshal([]byte(r.text), &m))
		if r.StatusCode != 200 || !m.Kept || len(m.Findings) == 0 || !strings.Contains(m.Text, "七八遍") || strings.Contains(m.Text, "\r") {
			t.Errorf("%s: %d %s", name, r.StatusCode, clip(r.text))
		}
	}
	body, kind := form(t, "image.png", "\x89PNG")
	o.tell(story{name: "a picture", as: "seller", ask: "POST /api/needs/mine/file?deal=" + deal, body: body, header: []string{"Content-Type", kind}, status: 422, want: []string{`"code":"document_type"`}})
	body, kind = form(t, "long.txt", strings.Repeat("x", 5<<20+1))
	o.tell(story{name: "too large", as: "seller", ask: "POST /api/needs/mine/file?deal=" + deal, body: body, header: []string{"Content-Type", kind}, status: 413, want: []string{`"code":"note_file_too_large"`}})
}

func TestALanguageModelMustQuote(t *testing.T) {
	asked := 0
	model := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		if r.Header.Get("Authorization") != "Bearer k" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		answer := `{"needs":[{"code":"L12","kind":"hidden","evidence":"食堂周五换菜谱"},{"code":"L06","kind":"explicit","evidence":"他们想换掉现在的厂商"}]}`
		must(t, json.NewEncoder(w).Encode(map[string]any{"choices": []any{map[string]any{"message": map[string]string{"role": "assistant", "content": answer}}}}))
	}))
	defer model.Close()
	helper := &need.Assistant{URL: model.URL, Key: "k", Model: "m1"}
	o := newOffice(t, func(c *httpapi.Config) { c.Assistant = helper })
	deal := o.make("owner", "deals", `{"name":"D","account":"`+o.make("owner", "accounts", `{"name":"A"}`)+`"}`)
	body := `{"text":"两朵云的账单都归财务付。食堂周五换菜谱。","deal":"` + deal + `"`
	o.tell(
		story{name: "off unless somebody wishes it", as: "owner", ask: "POST /api/needs/mine", body: body + `}`, status: 200, absent: []string{`"assistant"`, `"assisted"`}},
		story{name: "asked: what quotes the note stays", as: "owner", ask: "POST /api/needs/mine", body: body + `,"assist":true}`, status: 200,
			want: []string{`"assisted":{"model":"m1","found":1}`, `"found_by":"assistant"`, `"code":"L12"`}, absent: []string{`"code":"L06"`}},
	)
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
	helper.Key = "wrong"
	o.tell(story{name: "it doesn't answer", as: "owner", ask: "POST /api/needs/mine", body: body + `,"assist":true}`, status: 200, want: []string{`"error":"assistant_unreachable"`}})
}

func TestAHiddenNeedIsConfirmedLater(t *testing.T) {
	o, _, contact, deal := selling(t)
	note := o.make("seller", "activities", `{"subject":"访谈","body":"每天早上要从三个系统各导一份表再拼。分支机构各报各的口径。","deal":"`+deal+`"}`)
	found := map[string]any{"decision": "accept", "activity": note, "code": "L01", "kind": "hidden", "evidence": "每天早上要从三个系统各导一份表再拼", "confidence": 0.8}
	n := o.decide("seller", map[string]any{"decisions": []any{found}})
	if n[0].Status != "found" || n[0].Deal != deal || n[0].ConfirmedOn != "" {
		t.Fatalf("%+v", n)
	}
	// a second sentence of the same need supports it
	found["evidence"] = "分支机构各报各的口径"
	s := o.decide("seller", map[string]any{"deal": deal, "decisions": []any{found}})
	if len(s) != 1 || s[0].Status != "supporting" || s[0].Supports != n[0].ID {
		t.Fatalf("%+v", s)
	}
	yes := o.decide("seller", map[string]any{"deal": deal, "decisions": []any{map[string]any{"decision": "confirm", "need": n[0].ID, "confirmed_by": contact, "confirmed_on": "2026-11-09"}}})
	if yes[0].Status != "confirmed" || yes[0].Kind != "hidden" || yes[0].ConfirmedBy != contact || yes[0].ConfirmedOn != "2026-11-09" {
		t.Fatalf("%+v", yes)
	}
	o.tell(story{name: "a criterion counts it once", as: "seller", ask: `GET /api/records/needs?total=true&filter=deal%20%3D%20%22` + deal + `%22%20AND%20status%20%3D%20confirmed%20AND%20kind%20%3D%20hidden`, status: 200, want: []string{`"total":1`}})
	// without the first sentence, the second one stands for the need
	o.decide("seller", map[string]any{"deal": deal, "decisions": []any{map[string]any{"decision": "reject", "need": n[0].ID}}})
	b := o.board("seller", "deal="+deal)
	if b.Needs[0].Status != "rejected" || b.Needs[1].Status != "confirmed" || b.Needs[1].Supports != "" {
		t.Errorf("%+v", b.Needs)
	}
}

func TestDecisionsTrainTheNextRun(t *testing.T) {
	o, _, _, deal := selling(t)
	sentence := "食堂的菜谱每周五更新一次"
	note := o.make("seller", "activities", `{"subject":"访谈","body":"`+sentence+`。","deal":"`+deal+`"}`)
	if m := o.mine("seller", `{"activity":"`+note+`"}`); len(m.Findings) != 0 || m.Model.Corrections != 0 {
		t.Fatalf("%+v", m)
	}
	d := map[string]any{"decision": "accept", "activity": note, "code": "L12", "kind": "explicit", "evidence": sentence, "found_by": "person"}
	if n := o.decide("seller", map[string]any{"deal": deal, "decisions": []any{d}}); n[0].FoundBy != "person" || n[0].FoundCode != "" {
		t.Fatalf("%+v", n)
	}
	for range 600 { // trained in the background
		if b := o.board("seller", "deal="+deal); b.Model.Corrections == 1 && b.Model.Pending == 0 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	other := o.make("seller", "activities", `{"subject":"又一次","body":"他又提到：`+sentence+`。","deal":"`+deal+`"}`)
	m := o.mine("seller", `{"activity":"`+other+`"}`)
	if m.Model.Corrections != 1 || len(m.Findings) != 1 || m.Findings[0].Code != "L12" || m.Findings[0].Have == nil {
		t.Errorf("%+v", m)
	}
}

func TestNeedsRefuse(t *testing.T) {
	o, account, _, deal := selling(t)
	note := o.make("seller", "activities", `{"subject":"访谈","body":"只有一句话","deal":"`+deal+`"}`)
	about := `"deal":"` + deal + `","decisions":[{"decision":"accept","activity":"` + note + `",`
	o.tell(
		story{name: "nothing to mine", as: "seller", ask: "POST /api/needs/mine", body: `{"text":" \n ","deal":"` + deal + `"}`, status: 422, want: []string{`"code":"note_empty"`}},
		story{name: "about nobody", as: "seller", ask: "POST /api/needs/mine", body: `{"text":"x"}`, status: 422, want: []string{`"code":"need_about_nothing"`}},
		story{name: "too long", as: "seller", ask: "POST /api/needs/mine", body: `{"text":"` + strings.Repeat("长", 100_001) + `","deal":"` + deal + `"}`, status: 413, want: []string{`"code":"note_too_long"`}},
		story{name: "a deal that isn't there", as: "seller", ask: "POST /api/needs/mine", body: `{"text":"x","deal":"no"}`, status: 404},
		story{name: "words that nobody wrote", as: "seller", ask: "POST /api/needs/decide", body: `{` + about + `"code":"L01","evidence":"两句话"}]}`, status: 422, want: []string{`"code":"need_not_quoted"`, `"record":"1"`}},
		story{name: "a need of another product", as: "seller", ask: "POST /api/needs/decide", body: `{` + about + `"code":"E01","evidence":"一句话"}]}`, status: 422, want: []string{`"code":"need_code_unknown"`}},
		story{name: "no sentence", as: "seller", ask: "POST /api/needs/decide", body: `{` + about + `"code":"L01"}]}`, status: 422, want: []string{`"code":"need_unnamed"`}},
		story{name: "a correction to nothing", as: "seller", ask: "POST /api/needs/decide", body: `{` + strings.Replace(about, "accept", "correct", 1) + `"code":"L01","evidence":"一句话"}]}`, status: 422, want: []string{`"code":"need_correction_missing"`}},
		story{name: "nothing was written", as: "owner", ask: "GET /api/records/needs?total=true", status: 200, want: []string{`"total":0`}},
		story{name: "of the account", as: "viewer", ask: "GET /api/needs?account=" + account, status: 200, want: []string{`"industry":"finance"`, `"expected":true`}},
	)
}

func TestNeedsOnABranchStayThere(t *testing.T) {
	o, _, _, deal := selling(t)
	o.tell(story{name: "a branch", as: "seller", ask: "POST /api/branches", body: `{"name":"trial"}`, status: 201})
	r := o.ask("seller", "POST", "/api/needs/mine?branch=trial", `{"text":"同一份数据拷了八份","deal":"`+deal+`"}`)
	note := r.at(t, "activity").(string)
	o.tell(
		story{name: "decided there", as: "seller", ask: "POST /api/needs/decide?branch=trial", status: 200,
			body: `{"deal":"` + deal + `","decisions":[{"decision":"accept","activity":"` + note + `","code":"L02","kind":"explicit","evidence":"同一份数据拷了八份"}]}`},
		story{name: "seen there", as: "seller", ask: "GET /api/needs?branch=trial&deal=" + deal, status: 200, want: []string{`"status":"confirmed"`}},
		story{name: "not on main", as: "seller", ask: "GET /api/needs?deal=" + deal, status: 200, want: []string{`"needs":[]`, `"notes":[]`}},
	)
}

func TestWhatCustomersNeed(t *testing.T) {
	o, account, _, deal := selling(t)
	second := o.make("seller", "accounts", `{"name":"白云制造","industry":"manufacturing","segment":"large"}`)
	for _, n := range []string{
		`{"title":"a","code":"L01","kind":"hidden","status":"confirmed","evidence":"一","account":"` + account + `","deal":"` + deal + `","pack":"logical-data-lake"}`,
		`{"title":"a","code":"L01","kind":"explicit","status":"supporting","evidence":"二","account":"` + account + `","deal":"` + deal + `","pack":"logical-data-lake"}`,
		`{"title":"b","code":"L02","kind":"explicit","status":"rejected","evidence":"三","account":"` + account + `","pack":"logical-data-lake"}`,
		`{"title":"a","code":"L01","kind":"explicit","status":"found","evidence":"四","account":"` + second + `","pack":"logical-data-lake"}`,
		`{"title":"e","code":"E01","kind":"explicit","status":"found","evidence":"五","account":"` + second + `","pack":"enterprise-mail"}`,
	} {
		o.make("owner", "needs", n)
	}
	o.tell(
		story{name: "by industry", as: "owner", ask: "GET /api/needs/map", status: 200, absent: []string{`"code":"L02","value"`, `"code":"E01","value"`}, want: []string{
			`"product":"logical-data-lake"`, `{"code":"L01","value":"finance","accounts":1,"deals":1,"sentences":2,"confirmed":1,"hidden":1}`,
			`{"code":"L01","value":"manufacturing","accounts":1,"deals":0,"sentences":1,"confirmed":0,"hidden":0}`, `{"value":"finance","label":{"zh":"金融","en":"Finance"},"accounts":1}`}},
		story{name: "by segment", as: "owner", ask: "GET /api/needs/map?by=segment", status: 200, want: []string{`{"code":"L01","value":"large","accounts":2,"deals":1,"sentences":3,"confirmed":1,"hidden":1}`}},
		story{name: "of mail", as: "owner", ask: "GET /api/needs/map?product=enterprise-mail", status: 200, want: []string{`"code":"E01","value":"manufacturing"`}},
		story{name: "of nothing", as: "owner", ask: "GET /api/needs/map?product=hats", status: 404, want: []string{`"code":"pack_unknown"`}},
		story{name: "what is known of an industry", as: "viewer", ask: "GET /api/needs/graph?industry=finance", status: 200, want: []string{`"industry":"finance"`, `"signals":[{`, `"because":{`, `"capabilities":[{`, `"heard":[{"code":"L01","value":"finance","accounts":1`}},
	)
}
