package deal_test

import (
	"testing"

	"headwater/sales/deal"
)

func TestInferredAddresses(t *testing.T) {
	zh := []deal.Known{{"张伟", "zhangwei@yunfan.cn"}, {"李建国", "lijianguo@yunfan.cn"}, {"客服", "service@yunfan.cn"}, {"王芳", "wf@yunfan.cn"}, {"欧阳娜", "ouyangna@yunfan.cn"}, {"Tom Li", "tom@other.com"}}
	en := []deal.Known{{"Ann Lee", "ann.lee@acme.com"}, {"Bob Stone", "bob.stone@acme.com"}, {"Carl May", "cmay@acme.com"}}
	for name, c := range map[string]struct {
		who   string
		known []deal.Known
		want  string
		agree int
		of    int
	}{
		"pinyin":                        {"陈思远", zh, "chensiyuan@yunfan.cn", 3, 5},
		"given and family":              {"Dora Kent", en, "dora.kent@acme.com", 2, 3},
		"one example isn't a pattern":   {"Dora Kent", en[:1], "", 0, 0},
		"half isn't most":               {"Dora Kent", append(en[1:], deal.Known{Name: "Eva Ray", Email: "eray@acme.com"}), "gfamily", 2, 3},
		"a name that can't be spelled":  {"老王同学们", zh, "", 0, 0},
		"an address that is taken":      {"张玮", zh, "", 0, 0},
		"no known addresses at all":     {"陈思远", nil, "", 0, 0},
		"three names are not two words": {"Anna Maria Kent", en, "", 0, 0},
	} {
		got, ok := deal.Infer(c.who, c.known)
		switch {
		case c.want == "gfamily":
			if !ok || got.Pattern != "gfamily" || got.Address != "dkent@acme.com" {
				t.Errorf("%s: %v %v", name, got, ok)
			}
		case ok != (c.want != "") || got.Address != c.want && ok || ok && (got.Agree != c.agree || got.Of != c.of):
			t.Errorf("%s: %+v %v", name, got, ok)
		}
	}
}
