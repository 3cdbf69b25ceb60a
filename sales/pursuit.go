package sales

import "headwater/lake"

// committee are the people who decide on a deal, with what each has at stake.
func committee() declared {
	people := contacts()
	byName := func(n lake.FieldName) field {
		for _, f := range people.fields {
			if f.Name == n {
				return field{Field: f.Field, options: f.options}
			}
		}
		panic("contacts have no field " + n)
	}
	return partOf(lake.Entity{Name: "committee", Label: label("采购委员会成员", "Committee member"), Plural: label("采购委员会", "Buying committee"), Title: "name"},
		title("name", "姓名", "Name"),
		plain("title", lake.Text, "职务", "Job title"),
		link("contact", "联系人", "Contact", "contacts", lake.Cascade),
		byName("role"), byName("stance"),
		plain("weight", lake.Decimal, "权重 (%)", "Weight (%)"),
		plain("interest", lake.Text, "个人诉求", "Personal interest"),
		plain("met_on", lake.Date, "最近会面", "Last met"),
		link("influences", "影响", "Influences", "committee", lake.Clear),
		plain("x", lake.Decimal, "横坐标", "Across"),
		plain("y", lake.Decimal, "纵坐标", "Down"),
		long("note", "说明", "Note"),
	)
}

// moves are the steps of deals from stage to stage, with what was missing when someone
// moved one in spite of it.
func moves() declared {
	return partOf(lake.Entity{Name: "moves", Label: label("阶段推进", "Stage move"), Plural: label("阶段推进", "Stage moves"), Title: "title"},
		title("title", "推进", "Move"),
		plain("from_stage", lake.Text, "原阶段", "From"),
		plain("to_stage", lake.Text, "新阶段", "To"),
		plain("moved_at", lake.Timestamp, "推进时间", "Moved at"),
		link("moved_by", "推进人", "Moved by", lake.Users, lake.Clear),
		choice("status", "状态", "Status", option{"done", "已推进", "Done", "green", ""}, option{"asked", "待批准", "Waiting for approval", "amber", ""}, option{"refused", "未批准", "Refused", "red", ""}),
		plain("override", lake.Boolean, "破例", "Override"),
		long("missing", "当时缺少", "Missing then"),
		long("reason", "理由", "Reason"),
		link("approved_by", "批准人", "Approved by", lake.Users, lake.Clear),
	)
}

// objectionsMet are objections that a customer raised, and what became of them.
func objectionsMet() declared {
	return partOf(lake.Entity{Name: "objections_met", Label: label("客户异议", "Objection met"), Plural: label("客户异议", "Objections met"), Title: "title"},
		title("title", "异议内容", "What was said"),
		plain("objection", lake.Text, "异议代码", "Objection code"),
		plain("answer", lake.Text, "所用答复代码", "Answer used"),
		long("said", "答复内容", "What we answered"),
		choice("result", "结果", "Result", option{"open", "待回应", "Open", "amber", ""}, option{"settled", "已化解", "Settled", "green", ""}, option{"stands", "仍存在", "Stands", "red", ""}),
		link("contact", "提出人", "Raised by", "contacts", lake.Clear),
		link("activity", "出自记录", "Found in", "activities", lake.Clear),
		plain("met_on", lake.Date, "提出日期", "Raised on"),
	)
}

// pocs are proofs of concept; their criteria are agreed before they start.
func pocs() declared {
	return partOf(lake.Entity{Name: "pocs", Label: label("概念验证", "Proof of concept"), Plural: label("概念验证", "Proofs of concept"), Title: "title"},
		title("title", "名称", "Name"),
		plain("template", lake.Text, "模板", "Template"),
		plain("agreed_on", lake.Date, "标准商定日期", "Criteria agreed on"),
		plain("started_on", lake.Date, "开始日期", "Started on"),
		plain("ended_on", lake.Date, "结束日期", "Ended on"),
		plain("mend_by", lake.Date, "补救期限", "Mend by"),
		choice("verdict", "结论", "Verdict", option{"open", "进行中", "Open", "blue", ""}, option{"passed", "通过", "Passed", "green", ""}, option{"partly", "部分通过", "Partly", "amber", ""}, option{"failed", "未通过", "Failed", "red", ""}),
		long("note", "说明", "Note"),
	)
}

func pocCriteria() declared {
	return partOf(lake.Entity{Name: "poc_criteria", Label: label("验证标准", "POC criterion"), Plural: label("验证标准", "POC criteria"), Title: "name"},
		title("name", "标准", "Criterion"),
		link("poc", "概念验证", "Proof of concept", "pocs", lake.Cascade),
		plain("criterion", lake.Text, "标准代码", "Criterion code"),
		long("method", "测法", "Method"),
		plain("unit", lake.Text, "单位", "Unit"),
		choice("better", "方向", "Better", option{"lower", "越低越好", "Lower", "blue", ""}, option{"higher", "越高越好", "Higher", "cyan", ""}),
		plain("threshold", lake.Decimal, "门槛", "Threshold"),
		plain("result", lake.Decimal, "实测", "Result"),
		plain("agreed_on", lake.Date, "商定日期", "Agreed on"),
		link("agreed_by", "商定人", "Agreed by", "contacts", lake.Clear),
		choice("verdict", "结论", "Verdict", option{"open", "未测", "Open", "grey", ""}, option{"passed", "通过", "Passed", "green", ""}, option{"failed", "未通过", "Failed", "red", ""}),
		link("proof", "证明文件", "Proof file", "attachments", lake.Clear),
		long("note", "说明", "Note"),
	)
}

// trials are free trials of self-service customers.
func trials() declared {
	return partOf(lake.Entity{Name: "trials", Label: label("试用", "Trial"), Plural: label("试用", "Trials"), Title: "title"},
		title("title", "名称", "Name"),
		plain("started_on", lake.Date, "开始日期", "Started on"),
		plain("ends_on", lake.Date, "结束日期", "Ends on"),
		plain("sources", lake.Decimal, "接入数据源数", "Sources connected"),
		plain("active_days", lake.Decimal, "活跃天数", "Active days"),
		plain("activated", lake.Boolean, "已激活", "Activated"),
	)
}

// registrations protect a partner's deal.
func registrations() declared {
	return partOf(lake.Entity{Name: "registrations", Label: label("商机报备", "Deal registration"), Plural: label("商机报备", "Deal registrations"), Title: "title"},
		title("title", "名称", "Name"),
		link("partner", "合作伙伴", "Partner", "accounts", lake.Clear),
		choice("status", "状态", "Status", option{"asked", "已申请", "Asked", "amber", ""}, option{"granted", "已批准", "Granted", "green", ""}, option{"refused", "已拒绝", "Refused", "red", ""}, option{"expired", "已过期", "Expired", "grey", ""}),
		plain("granted_on", lake.Date, "批准日期", "Granted on"),
		plain("ends_on", lake.Date, "到期日期", "Ends on"),
	)
}
