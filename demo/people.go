package demo

// Person is a colleague of the demo company. Roles are owner, admin, manager, seller
// and viewer.
type Person struct {
	Name, Email, Team, Role string
}

// The demo company sells a logical data lake from two teams.
const (
	Company = "澄湖数据"
	North   = "北区团队"
	South   = "南区团队"
	domain  = "chenghu.example"
)

// People are the demo company's colleagues: two teams of four sellers and a manager
// each, the owner, an admin for sales operations, and a viewer from finance.
func People() []Person {
	return []Person{
		{"林若川", "lin.ruochuan@" + domain, "", "owner"},
		{"周予安", "zhou.yuan@" + domain, "", "admin"},
		{"贺东篱", "he.dongli@" + domain, North, "manager"},
		{"郑启明", "zheng.qiming@" + domain, North, "seller"},
		{"秦晓阳", "qin.xiaoyang@" + domain, North, "seller"},
		{"孟一凡", "meng.yifan@" + domain, North, "seller"},
		{"薛佳宁", "xue.jianing@" + domain, North, "seller"},
		{"欧阳岚", "ouyang.lan@" + domain, South, "manager"},
		{"梁思齐", "liang.siqi@" + domain, South, "seller"},
		{"黄嘉树", "huang.jiashu@" + domain, South, "seller"},
		{"叶知秋", "ye.zhiqiu@" + domain, South, "seller"},
		{"卢俊泽", "lu.junze@" + domain, South, "seller"},
		{"范文心", "fan.wenxin@" + domain, "", "viewer"},
	}
}

// seller is a person with what makes one better than another.
type seller struct {
	Person
	manager string
	skill   float64 // adds to the log-odds of winning
	share   float64 // of the accounts
	pace    float64 // multiplies the length of a deal
}

func sellers() []*seller {
	skill := map[string][3]float64{
		"郑启明": {0.55, 1.2, 0.9}, "秦晓阳": {0.15, 1.1, 1.0}, "孟一凡": {-0.25, 1.0, 1.15}, "薛佳宁": {-0.55, 0.7, 1.2},
		"梁思齐": {0.65, 1.3, 0.85}, "黄嘉树": {0.05, 1.1, 1.0}, "叶知秋": {0.25, 0.9, 1.05}, "卢俊泽": {-0.6, 0.7, 1.25},
	}
	var out []*seller
	manager := map[string]string{}
	for _, p := range People() {
		if p.Role == "manager" {
			manager[p.Team] = p.Name
		}
		if s, ok := skill[p.Name]; ok {
			out = append(out, &seller{p, manager[p.Team], s[0], s[1], s[2]})
		}
	}
	return out
}
