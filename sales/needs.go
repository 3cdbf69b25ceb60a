package sales

import "headwater/lake"

// needs are what a customer lacks, each with the sentence that shows it.
func needs() declared {
	return partOf(lake.Entity{Name: "needs", Label: label("需求", "Need"), Plural: label("需求", "Needs"), Title: "title"},
		title("title", "需求名称", "Name"),
		plain("code", lake.Text, "代码", "Code"),
		choice("kind", "显隐", "Kind", option{"explicit", "显性", "Explicit", "blue", ""}, option{"hidden", "隐性", "Hidden", "purple", ""}),
		choice("status", "状态", "Status", option{"found", "待确认", "Found", "amber", ""}, option{"confirmed", "已确认", "Confirmed", "green", ""}, option{"rejected", "已否定", "Rejected", "grey", ""},
			option{"supporting", "佐证", "Supporting", "blue", ""}), // a further sentence for a need that the deal has already; it is no need more
		long("evidence", "原话", "Evidence"),
		plain("confidence", lake.Decimal, "把握 (0–1)", "Confidence (0–1)"),
		long("pain", "痛点", "Pain"),
		long("goal", "目标", "Goal"),
		plain("capability", lake.Text, "对应能力", "Capability"),
		long("question", "确认用的问题", "Question to confirm"),
		link("activity", "出自记录", "Found in", "activities", lake.Clear),
		choice("found_by", "来源", "Found by", option{"miner", "需求挖掘", "Mining", "blue", ""}, option{"person", "人工", "A person", "green", ""}, option{"assistant", "语言模型", "Language model", "purple", ""}),
		plain("found_code", lake.Text, "挖掘所得代码", "Code as mined"),
		plain("pack", lake.Text, "知识包", "Pack"),
		link("supports", "所佐证的需求", "Supports", "needs", lake.Cascade),
		link("confirmed_by", "确认人", "Confirmed by", "contacts", lake.Clear),
		plain("confirmed_on", lake.Date, "确认日期", "Confirmed on"),
	)
}

// answers are what is known of the questions of a list, or of a scorecard's criteria.
func answers() declared {
	return partOf(lake.Entity{Name: "answers", Label: label("问题答案", "Answer"), Plural: label("问题答案", "Answers"), Title: "title"},
		title("title", "问题内容", "Question asked"),
		plain("list", lake.Text, "清单", "List"),
		plain("question", lake.Text, "问题代码", "Question code"),
		long("answer", "回答", "Answer given"),
		choice("status", "状态", "Status", option{"open", "未答", "Open", "grey", ""}, option{"answered", "已答", "Answered", "blue", ""}, option{"verified", "已核实", "Verified", "green", ""}),
		mayChoose("verdict", "是否", "Yes or no", option{"yes", "是", "Yes", "green", ""}, option{"no", "否", "No", "red", ""}),
		link("activity", "出自记录", "Found in", "activities", lake.Clear),
		link("contact", "回答人", "Answered by", "contacts", lake.Clear),
		plain("answered_on", lake.Date, "回答日期", "Answered on"),
	)
}

// letters are proofs for the letters of a qualification rule such as MAN.
func letters() declared {
	return partOf(lake.Entity{Name: "letters", Label: label("资格证据", "Qualification evidence"), Plural: label("资格证据", "Qualification evidence (all)"), Title: "title"},
		title("title", "证据内容", "Proof"),
		plain("letter", lake.Text, "资格项", "Letter"),
		plain("evidence", lake.Text, "证据代码", "Evidence code"),
		plain("points", lake.Decimal, "分值", "Points"),
		choice("status", "状态", "Status", option{"held", "成立", "Held", "green", ""}, option{"open", "待核", "Open", "amber", ""}, option{"refuted", "不成立", "Refuted", "red", ""}),
		link("activity", "出自记录", "Found in", "activities", lake.Clear),
		plain("seen_on", lake.Date, "日期", "Seen on"),
		long("note", "说明", "Note"),
	)
}
