package need_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"headwater/lake"
	"headwater/sales/need"
)

// model answers like an OpenAI-compatible server and remembers what it was asked.
func model(t *testing.T, status int, content string) (need.Assistant, *http.Request, *string) {
	t.Helper()
	var seen http.Request
	var body string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Messages []struct{ Content string } }
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Error(err)
		}
		seen, body = *r, in.Messages[len(in.Messages)-1].Content
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(map[string]any{"choices": []any{map[string]any{"message": map[string]any{"role": "assistant", "content": content}}}})
	}))
	t.Cleanup(s.Close)
	return need.Assistant{URL: s.URL + "/v1/", Key: "k", Model: "m"}, &seen, &body
}

func TestAssistantMustQuote(t *testing.T) {
	text := "机房在地下室。去年水管爆了，三周的账没找回来。"
	a, seen, asked := model(t, 200, "```json\n"+`{"needs":[
		{"code":"L07","kind":"hidden","evidence":"三周的账没找回来"},
		{"code":"L01","kind":"hidden","evidence":"他们有很多系统"},
		{"code":"X99","kind":"hidden","evidence":"机房在地下室"},
		{"code":"L08","kind":"maybe","evidence":"机房在地下室"},
		{"code":"L07","kind":"explicit","evidence":"去年水管爆了"},
		{"code":"L05","kind":"hidden","evidence":"账"}]}`+"\n```")
	got, err := a.Mine(t.Context(), lakeMiner(t), text)
	if err != nil || len(got) != 1 {
		t.Fatalf("%v, %v", got, err)
	}
	f := got[0]
	if f.Code != "L07" || f.Evidence != "三周的账没找回来" || text[f.Start:f.End] != f.Evidence || !f.Assisted || f.Confidence != 0 || f.Question.ZH == "" {
		t.Errorf("%+v", f)
	}
	if seen.URL.Path != "/v1/chat/completions" || seen.Header.Get("Authorization") != "Bearer k" || !strings.Contains(*asked, text) {
		t.Errorf("asked %s with %q: %s", seen.URL.Path, seen.Header.Get("Authorization"), *asked)
	}
}

func TestAssistantThatFails(t *testing.T) {
	for name, c := range map[string]struct {
		status  int
		content string
		code    string
	}{
		"refuses": {429, "", "assistant_unreachable"},
		"chats":   {200, "Sorry, I can't.", "assistant_answer"},
	} {
		a, _, _ := model(t, c.status, c.content)
		_, err := a.Mine(t.Context(), lakeMiner(t), "备份没演练过")
		var told *lake.Error
		if !errors.As(err, &told) || told.Code != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	a := need.Assistant{URL: "http://127.0.0.1:1/v1"}
	if _, err := a.Mine(t.Context(), lakeMiner(t), "备份"); !errors.Is(err, lake.ErrBusy) {
		t.Errorf("nobody listens: %v", err)
	}
}

func TestOwnFindingsComeFirst(t *testing.T) {
	own := []need.Found{{Code: "L01", Confidence: 0.9}}
	both := need.Together(own, []need.Found{{Code: "L01"}, {Code: "L02"}})
	if len(both) != 2 || both[0].Confidence != 0.9 || both[1].Code != "L02" {
		t.Errorf("%+v", both)
	}
}
