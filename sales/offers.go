package sales

import "headwater/lake"

// valueCases are value models filled for a customer; their figures are those of the
// last computation, the page computes them again.
func valueCases() declared {
	return partOf(lake.Entity{Name: "value_cases", Label: label("价值测算", "Value case"), Plural: label("价值测算", "Value cases"), Title: "title"},
		title("title", "名称", "Name"),
		plain("model", lake.Text, "模型", "Model"),
		plain("pack", lake.Text, "知识包", "Pack"),
		choice("status", "状态", "Status", option{"draft", "草稿", "Draft", "grey", ""}, option{"shared", "已给客户", "Shared", "blue", ""}, option{"confirmed", "客户确认", "Confirmed", "green", ""}),
		link("confirmed_by", "确认人", "Confirmed by", "contacts", lake.Clear),
		plain("confirmed_on", lake.Date, "确认日期", "Confirmed on"),
		plain("currency", lake.Text, "币种", "Currency"),
		plain("npv", lake.Decimal, "净现值", "NPV"),
		plain("roi", lake.Decimal, "投资回报率", "ROI"),
		plain("irr", lake.Decimal, "内部收益率", "IRR"),
		plain("payback_years", lake.Decimal, "回本年数", "Payback (years)"),
		plain("yearly_benefit", lake.Decimal, "年收益", "Yearly benefit"),
	)
}

// valueVariables are the numbers of a value case that somebody answers for.
func valueVariables() declared {
	return partOf(lake.Entity{Name: "value_variables", Label: label("测算变量", "Value variable"), Plural: label("测算变量", "Value variables"), Title: "name"},
		title("name", "变量", "Variable"),
		link("value_case", "价值测算", "Value case", "value_cases", lake.Cascade),
		plain("variable", lake.Text, "变量代码", "Variable code"),
		plain("unit", lake.Text, "单位", "Unit"),
		plain("low", lake.Decimal, "低", "Low"),
		plain("likely", lake.Decimal, "可能", "Likely"),
		plain("high", lake.Decimal, "高", "High"),
		choice("source", "依据", "Stands on", option{"assumption", "假设", "Assumption", "amber", ""}, option{"customer", "客户所述", "Customer said", "green", ""}, option{"measured", "实测", "Measured", "cyan", ""},
			option{"benchmark", "行业参考", "Benchmark", "blue", ""}, option{"price", "报价", "Price", "purple", ""}),
		link("confirmed_by", "确认人", "Confirmed by", "contacts", lake.Clear),
		plain("confirmed_on", lake.Date, "确认日期", "Confirmed on"),
		long("note", "说明", "Note"),
	)
}

// quotes are offers of an edition; amount is what the customer pays over the term.
func quotes() declared {
	return partOf(lake.Entity{Name: "quotes", Label: label("报价", "Quote"), Plural: label("报价", "Quotes"), Title: "title"},
		title("title", "名称", "Name"),
		plain("number", lake.Text, "报价单号", "Number"),
		plain("version", lake.Integer, "版本", "Version"),
		plain("pack", lake.Text, "知识包", "Pack"),
		plain("price_list", lake.Text, "价目表", "Price list"),
		plain("edition", lake.Text, "版本档次", "Edition"),
		plain("term_months", lake.Integer, "期限 (月)", "Term (months)"),
		plain("contract_form", lake.Text, "合同形式", "Contract form"),
		plain("seats", lake.Decimal, "席位", "Seats"),
		plain("sources", lake.Decimal, "数据源数", "Sources"),
		plain("volume_gb", lake.Decimal, "数据量 (GB)", "Volume (GB)"),
		plain("support", lake.Text, "支持级别", "Support level"),
		plain("discount", lake.Decimal, "折扣 (%)", "Discount (%)"),
		long("gives", "客户的对价", "What the customer gives"),
		plain("list_amount", lake.Decimal, "目录总价", "List amount"),
		plain("amount", lake.Decimal, "成交总价", "Amount"),
		plain("yearly", lake.Decimal, "年费用", "Yearly price"),
		plain("currency", lake.Text, "币种", "Currency"),
		choice("status", "状态", "Status", option{"draft", "草稿", "Draft", "grey", ""}, option{"approval", "待审批", "Waiting for approval", "amber", ""}, option{"approved", "已批准", "Approved", "cyan", ""},
			option{"sent", "已发出", "Sent", "blue", ""}, option{"accepted", "已接受", "Accepted", "green", ""}, option{"refused", "被拒", "Refused", "red", ""}),
		mayChoose("approver", "审批级别", "Approver", option{"seller", "销售自定", "Seller", "grey", ""}, option{"manager", "经理", "Manager", "blue", ""}, option{"director", "总监", "Director", "purple", ""}, option{"executive", "高管", "Executive", "red", ""}),
		link("approved_by", "批准人", "Approved by", lake.Users, lake.Clear),
		plain("sent_on", lake.Date, "发出日期", "Sent on"),
		plain("valid_until", lake.Date, "有效期至", "Valid until"),
		link("value_case", "价值测算", "Value case", "value_cases", lake.Clear),
		link("contact", "致", "Sent to", "contacts", lake.Clear),
		long("note", "说明", "Note"),
	)
}

func quoteLines() declared {
	return partOf(lake.Entity{Name: "quote_lines", Label: label("报价明细", "Quote line"), Plural: label("报价明细", "Quote lines"), Title: "name"},
		title("name", "名称", "Name"),
		link("quote", "报价", "Quote", "quotes", lake.Cascade),
		plain("position", lake.Integer, "行次", "Position"),
		plain("quantity", lake.Decimal, "数量", "Quantity"),
		plain("unit", lake.Text, "单位", "Unit"),
		plain("price", lake.Decimal, "单价", "Price"),
		plain("amount", lake.Decimal, "金额", "Amount"),
		plain("item", lake.Text, "价目项", "List item"),
		plain("reason", lake.Text, "计价依据", "Priced by"),
		long("note", "说明", "Note"),
	)
}

// agreements are contracts and subscriptions with customers.
func agreements() declared {
	return partOf(lake.Entity{Name: "agreements", Label: label("合同", "Contract"), Plural: label("合同", "Contracts"), Title: "title"},
		title("title", "合同名称", "Name"),
		plain("number", lake.Text, "合同号", "Number"),
		choice("status", "状态", "Status", option{"draft", "草稿", "Draft", "grey", ""}, option{"review", "审阅中", "In review", "amber", ""}, option{"signed", "已签", "Signed", "green", ""}, option{"ended", "已结束", "Ended", "grey", ""}),
		mayChoose("model", "形式", "Model", option{"licence", "许可", "Licence", "blue", ""}, option{"subscription", "订阅", "Subscription", "green", ""}, option{"mixed", "混合", "Mixed", "purple", ""}),
		plain("edition", lake.Text, "版本档次", "Edition"),
		plain("value", lake.Money, "合同金额", "Value"),
		plain("yearly_value", lake.Money, "年度金额", "Yearly value"),
		plain("signed_on", lake.Date, "签订日期", "Signed on"),
		plain("starts_on", lake.Date, "起始日期", "Starts on"),
		plain("ends_on", lake.Date, "到期日期", "Ends on"),
		plain("renew_on", lake.Date, "续约提醒日", "Renewal from"),
		choice("renews", "续约方式", "Renews", option{"by_signature", "重新签署", "By signature", "blue", ""}, option{"by_itself", "自动续约", "By itself", "green", ""}, option{"never", "不续约", "Never", "grey", ""}),
		link("quote", "报价", "Quote", "quotes", lake.Clear),
		long("note", "说明", "Note"),
	)
}

// documents are versions of deliverables; the content is the filled document as JSON,
// from which every format is made again.
func documents() declared {
	return partOf(lake.Entity{Name: "documents", Label: label("交付物", "Document"), Plural: label("交付物", "Documents"), Title: "title"},
		title("title", "名称", "Name"),
		plain("template", lake.Text, "模板", "Template"),
		plain("pack", lake.Text, "知识包", "Pack"),
		plain("version", lake.Integer, "版本", "Version"),
		choice("language", "语言", "Language", option{"zh", "中文", "Chinese", "red", ""}, option{"en", "英文", "English", "blue", ""}),
		plain("made_at", lake.Timestamp, "生成时间", "Made at"),
		plain("missing", lake.Integer, "缺少的输入项", "Missing inputs"),
		plain("sent_on", lake.Date, "发出日期", "Sent on"),
		plain("approved_on", lake.Date, "认可日期", "Approved on"),
		long("content", "内容", "Content"),
		long("note", "说明", "Note"),
	)
}

// promises are what was promised to a customer, and whether it was kept.
func promises() declared {
	return partOf(lake.Entity{Name: "promises", Label: label("承诺", "Promise"), Plural: label("承诺", "Promises"), Title: "text"},
		title("text", "承诺内容", "What was promised"),
		plain("capability", lake.Text, "依据的能力", "Backed by"),
		choice("status", "状态", "Status", option{"open", "待核", "Open", "amber", ""}, option{"backed", "有依据", "Backed", "blue", ""}, option{"over", "过度承诺", "Over-promise", "red", ""},
			option{"withdrawn", "已撤回", "Withdrawn", "grey", ""}, option{"delivered", "已兑现", "Delivered", "green", ""}, option{"broken", "未兑现", "Broken", "red", ""}),
		long("why", "判断理由", "Why"),
		link("made_to", "承诺对象", "Made to", "contacts", lake.Clear),
		plain("made_on", lake.Date, "承诺日期", "Made on"),
		plain("due_on", lake.Date, "兑现期限", "Due on"),
		plain("settled_on", lake.Date, "了结日期", "Settled on"),
		link("activity", "出自记录", "From note", "activities", lake.Clear),
		link("document", "出自交付物", "From document", "documents", lake.Clear),
		link("quote", "出自报价", "From quote", "quotes", lake.Clear),
	)
}

func milestones() declared {
	return partOf(lake.Entity{Name: "milestones", Label: label("实施里程碑", "Milestone"), Plural: label("实施里程碑", "Milestones"), Title: "name"},
		title("name", "名称", "Name"),
		plain("due_on", lake.Date, "计划日期", "Due on"),
		plain("done_on", lake.Date, "完成日期", "Done on"),
		plain("accepted", lake.Boolean, "已验收", "Accepted"),
		plain("done_by", lake.Text, "由谁完成", "Done by"),
	)
}

func measurements() declared {
	return partOf(lake.Entity{Name: "measurements", Label: label("成效指标", "Measurement"), Plural: label("成效指标", "Measurements"), Title: "name"},
		title("name", "指标", "Metric"),
		plain("metric", lake.Text, "指标代码", "Metric code"),
		plain("unit", lake.Text, "单位", "Unit"),
		plain("baseline", lake.Decimal, "基线", "Baseline"),
		plain("target", lake.Decimal, "目标", "Target"),
		plain("actual", lake.Decimal, "实际", "Actual"),
		plain("measured_on", lake.Date, "测量日期", "Measured on"),
	)
}
