package demo

import (
	"fmt"
	"strings"
	"time"

	"headwater/lake"
)

// profilePack is the knowledge pack that the demo company sells by.
const profilePack = "logical-data-lake"

// makeProfile is what sales operations made of the shipped profile: a second version
// after the first year, which narrowed it to firms of some size in three industries.
func (w *world) makeProfile() {
	at := w.start.AddDate(0, 14, 3).Add(10 * time.Hour)
	if at.After(w.now) {
		return
	}
	w.put("pack_items", lake.KeyOf(profilePack, "profiles", "v2"), at, lake.Cells{
		"title": "中大型、数据密集的三个行业 · Mid-size and large firms in three data-heavy industries",
		"pack":  profilePack, "section": "profiles", "item": "v2", "position": "1001", "body": lake.Cell(secondProfile())})
}

// secondProfile is YAML as the product's editor writes it.
func secondProfile() string {
	conditions := []struct {
		id, of, text  string
		weight        int
		must          bool
		whyZH, whyENG string
	}{
		{"size", "", "employees >= 200", 30, true, "两百人以下多半一个数据库就够用", "Below two hundred people one database usually does"},
		{"core", "", "industry = (finance OR retail_ecommerce OR manufacturing)", 30, false, "第一年赢下的单子多在这三个行业", "Most deals of the first year were won in these three"},
		{"large", "", "segment = large", 15, false, "大客户续得稳，值得直销投入", "Large customers renew and are worth direct selling"},
		{"warm", "", "source = (referral OR partner OR event)", 15, false, "有人引荐或见过面，省掉冷启动", "An introduction or a meeting spares the cold start"},
		{"known", "contacts", "role = (decides OR budget)", 10, false, "已经知道谁拍板、谁管钱", "Who decides and who pays is known"},
	}
	var b strings.Builder
	b.WriteString("id: v2\nversion: \"2.0\"\nname:\n  zh: 中大型、数据密集的三个行业\n  en: Mid-size and large firms in three data-heavy industries\nprevious: v1\n" +
		"reason:\n  zh: 第一年的回顾显示小客户投入大、赢得少，于是抬高人数门槛，收到三个行业。\n  en: A year on, small accounts had cost much and brought little, so the bar went up and the range down to three industries.\nconditions:\n")
	for _, c := range conditions {
		fmt.Fprintf(&b, "  - id: %s\n", c.id)
		if c.of != "" {
			fmt.Fprintf(&b, "    of: %s\n", c.of)
		}
		fmt.Fprintf(&b, "    if: %s\n    weight: %d\n", c.text, c.weight)
		if c.must {
			b.WriteString("    must: true\n")
		}
		fmt.Fprintf(&b, "    why:\n      zh: %s\n      en: %s\n", c.whyZH, c.whyENG)
	}
	b.WriteString("threshold: 60\nreach:\n  zh: 大型直销，中型走伙伴；先请老客户引荐。\n  en: Large directly, medium by partners; ask customers for introductions first.\n" +
		"lesson:\n  zh: 每季度回测一次，再决定要不要放宽行业。\n  en: Back-test each quarter, then decide whether to widen the industries.\nmotion: direct\n")
	return b.String()
}
