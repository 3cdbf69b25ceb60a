package promise_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/promise"
)

var shipped = sync.OnceValues(func() ([]*pack.Pack, error) { return pack.Shipped(pack.Options{}) })

func backing(t testing.TB, id string) promise.Backing {
	t.Helper()
	packs, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packs {
		if p.Meta.ID == id {
			return promise.Backing{Rules: p.PromiseRules, Capabilities: p.Capabilities}
		}
	}
	t.Fatalf("no pack %s", id)
	return promise.Backing{}
}

func find(t testing.TB, text string, b promise.Backing) []promise.Promise {
	t.Helper()
	out, err := promise.Find(text, b)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFindsWhatIsPromised(t *testing.T) {
	for _, c := range []struct {
		pack, text                             string
		evidence, rule, status, capability, in string // in: a part of why
	}{
		{"logical-data-lake", "切换过程零停机，业务无感。", "零停机", "zero-downtime", promise.Over, "home-move", "窗口"},
		{"logical-data-lake", "The move runs with no downtime at all.", "no downtime", "zero-downtime", promise.Over, "home-move", "cut-over"},
		{"logical-data-lake", "上线后可降低存储成本 60%。", "降低存储成本 60%", "percentage", promise.Open, "", "承诺"},
		{"logical-data-lake", "This will cut storage cost by 60 % in a year.", "cut storage cost by 60 %", "percentage", promise.Open, "", "promise"},
		{"logical-data-lake", "平台支持所有数据源。", "支持所有数据源", "all-sources", promise.Over, "connect-in-place", "清单"},
		{"logical-data-lake", "我们承诺就地接入贵司的 ERP。", "承诺", "general-commitment", promise.Backed, "connect-in-place", ""},
		{"logical-data-lake", "We promise an instant copy of production for every team.", "We promise", "general-commitment", promise.Backed, "instant-copy", ""},
		{"logical-data-lake", "我们保证平滑迁移到新平台。", "保证平", "general-commitment", promise.Open, "home-move", "一部分"},
		{"logical-data-lake", "我们承诺瞬时复制支持 200 个活跃分支。", "承诺", "general-commitment", promise.Over, "instant-copy", "63"},
		{"logical-data-lake", "We guarantee instant copy for 200 branches.", "We guarantee", "general-commitment", promise.Over, "instant-copy", "63"},
		{"logical-data-lake", "We guarantee instant copy for 40 branches.", "We guarantee", "general-commitment", promise.Backed, "instant-copy", ""},
		{"logical-data-lake", "保证 100% 成功。", "100% 成功", "general-absolute", promise.Over, "", "例外"},
		{"logical-data-lake", "It is guaranteed to work, 100% uptime.", "guaranteed to work, 100%", "general-absolute", promise.Over, "", "exception"},
		{"logical-data-lake", "合同期内不限用户使用。", "不限用户使用", "general-unlimited", promise.Over, "", "上限"},
		{"enterprise-mail", "Storage is unlimited in every edition.", "unlimited", "general-unlimited", promise.Over, "", "limits"},
		{"enterprise-mail", "保证每封邮件送达。", "保证每封邮件送达", "always-delivered", promise.Over, "sending-routes", "收信方"},
		{"enterprise-mail", "我们提供免费迁移。", "免费迁移", "free-migration", promise.Open, "", "迁移"},
	} {
		got := find(t, c.text, backing(t, c.pack))
		if len(got) == 0 {
			t.Errorf("%s: nothing found", c.text)
			continue
		}
		p := got[0]
		if p.Evidence != c.evidence || p.Rule != c.rule || p.Status != c.status || p.Capability != c.capability || !strings.Contains(p.Why.ZH+p.Why.EN, c.in) {
			t.Errorf("%s:\n got %q by %s, %s, %q: %v\nwant %q by %s, %s, %q", c.text, p.Evidence, p.Rule, p.Status, p.Capability, p.Why, c.evidence, c.rule, c.status, c.capability)
		}
		if p.Status == promise.Over && p.Instead == nil && p.Limits == nil {
			t.Errorf("%s: nothing to write in its place", c.text)
		}
	}
}

// What is denied, asked, or said of somebody else is no promise of ours.
func TestNoPromise(t *testing.T) {
	b := backing(t, "logical-data-lake")
	for _, text := range []string{
		"我们不承诺零停机。", "无法保证零停机。", "切换能做到零停机吗？", "客户希望零停机。", "客户要求支持所有数据源。", "竞争对手号称支持所有数据源。", "履约保证金按合同支付。", "请不要写零风险。", "让我把服务承诺发一份给他。",
		"We can't promise zero downtime.", "Is there no downtime?", "The customer wants zero downtime.", "We don't guarantee 100% uptime.", "Competitors claim unlimited storage.",
		"下周三见面，看一下报表。", "Lunch on Friday.",
	} {
		if got := find(t, text, b); len(got) > 0 {
			t.Errorf("%s: found %q by %s", text, got[0].Evidence, got[0].Rule)
		}
	}
}

// What the customer asked for and we agreed to is a promise.
func TestAgreedWish(t *testing.T) {
	b := backing(t, "logical-data-lake")
	for _, text := range []string{"客户要求零停机，我们答应了。", "The customer wants zero downtime and we agreed."} {
		if got := find(t, text, b); len(got) != 1 || got[0].Rule != "zero-downtime" {
			t.Errorf("%s: %+v", text, got)
		}
	}
}

// A time of answering is measured by the support level.
func TestResponseTime(t *testing.T) {
	b := backing(t, "enterprise-mail")
	hours := pack.Number(2)
	level := &pack.SupportLevel{ID: "always", Name: pack.Text{ZH: "7×24", EN: "7×24"}, Response: &hours}
	silent := &pack.SupportLevel{ID: "community", Name: pack.Text{ZH: "社区", EN: "Community"}}
	for _, c := range []struct {
		text   string
		level  *pack.SupportLevel
		status string
	}{
		{"故障30分钟内响应。", level, promise.Over}, {"故障2小时内响应。", level, promise.Backed}, {"故障4小时内响应。", silent, promise.Over}, {"故障2小时内响应。", nil, promise.Open},
		{"We respond within 1 hour.", level, promise.Over}, {"We respond within 3 hours.", level, promise.Backed},
	} {
		b.Support = c.level
		got := find(t, c.text, b)
		if len(got) != 1 || got[0].Status != c.status || got[0].Rule != "response-time" {
			t.Errorf("%s: %+v", c.text, got)
		}
	}
}

// What isn't in the product yet can't be promised.
func TestPlannedIsOver(t *testing.T) {
	b := promise.Backing{Capabilities: []pack.Capability{{ID: "phone", Name: pack.Text{ZH: "手机端", EN: "Phone app"}, Status: "planned"}}}
	if got := find(t, "我们承诺手机端年内可用。", b); len(got) != 1 || got[0].Status != promise.Over || got[0].Capability != "phone" {
		t.Errorf("%+v", got)
	}
}

// Several sentences give several promises, each at its place.
func TestEachAtItsPlace(t *testing.T) {
	text := "报价有效三十天。\n切换零停机；数据绝不会丢。First line. We promise 99.9% by contract. Storage is unlimited."
	got := find(t, text, backing(t, "logical-data-lake"))
	if len(got) != 4 {
		t.Fatalf("%d promises: %+v", len(got), got)
	}
	for i, want := range []string{"zero-downtime", "no-loss", "general-commitment", "general-unlimited"} {
		if got[i].Rule != want {
			t.Errorf("place %d: %s", i, got[i].Rule)
		}
	}
	if got[2].Sentence != "We promise 99.9% by contract." {
		t.Errorf("the sentence is %q", got[2].Sentence)
	}
}

func TestPatternThatCannotBeRead(t *testing.T) {
	_, err := promise.Find("x", promise.Backing{Rules: []pack.PromiseRule{{ID: "broken", Patterns: pack.Phrases{EN: []string{"("}}}}})
	var e *lake.Error
	if !errors.As(err, &e) || e.Code != "promise_pattern_invalid" || e.Params["rule"] != "broken" {
		t.Errorf("got %v", err)
	}
}

// The evidence is always a part of the text, at the offsets that are told, in order.
func TestEvidenceIsQuoted(t *testing.T) {
	b := backing(t, "logical-data-lake")
	pieces := []string{"零停机", "保证", "不", "100%", "unlimited", "支持所有数据源", "we promise ", "。", ". ", "？", "客户希望", "降低成本 30%", " 3 ", "\n", "é", "𠀀", "，"}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 20).Draw(t, "text"), "")
		got, err := promise.Find(text, b)
		if err != nil {
			t.Fatal(err)
		}
		last := 0
		for _, p := range got {
			if text[p.From:p.To] != p.Evidence || p.From < last || !strings.Contains(p.Sentence, strings.TrimSpace(p.Evidence)) || p.Status == "" || p.Why.ZH == "" {
				t.Fatalf("%q: %+v", text, p)
			}
			last = p.To
		}
	})
}
