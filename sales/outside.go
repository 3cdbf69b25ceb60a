package sales

import "headwater/lake"

// systems are what an account runs today.
func systems() declared {
	return ofAccount(lake.Entity{Name: "systems", Label: label("现用系统", "Current system"), Plural: label("现用系统", "Current systems"), Title: "name"},
		title("name", "名称", "Name"),
		mayChoose("kind", "类型", "Kind", option{"mail", "邮件", "Mail", "blue", ""}, option{"database", "数据库", "Database", "cyan", ""}, option{"warehouse", "数据仓库", "Warehouse", "purple", ""},
			option{"lake", "数据湖", "Data lake", "geekblue", ""}, option{"vector", "向量库", "Vector store", "magenta", ""}, option{"files", "文件与表格", "Files", "gold", ""},
			option{"cloud", "云平台", "Cloud", "lime", ""}, option{"antispam", "反垃圾网关", "Anti-spam", "red", ""}, option{"other", "其他", "Other", "grey", ""}),
		plain("vendor", lake.Text, "厂商", "Vendor"),
		plain("since_year", lake.Integer, "启用年份", "Since"),
		plain("renew_on", lake.Date, "续费日期", "Renewal on"),
		plain("yearly_cost", lake.Decimal, "年费用", "Yearly cost"),
		plain("count", lake.Decimal, "数量", "Count"),
		long("note", "说明", "Note"),
	)
}

// findings are what the reconnaissance saw of an account's domain, one per question;
// each run writes the ones that changed.
func findings() declared {
	return ofAccount(lake.Entity{Name: "findings", Label: label("侦察结果", "Finding"), Plural: label("侦察结果", "Findings"), Title: "title"},
		title("title", "结果", "Finding title"),
		plain("domain", lake.Text, "域名", "Domain"),
		mayChoose("what", "项目", "What", option{"mx", "邮件入口", "MX", "blue", ""}, option{"ptr", "反向解析", "PTR", "cyan", ""}, option{"spf", "SPF 记录", "SPF", "green", ""}, option{"dkim", "DKIM 签名", "DKIM", "green", ""},
			option{"dmarc", "DMARC 策略", "DMARC", "green", ""}, option{"dnsbl", "黑名单", "Blacklists", "red", ""}, option{"smtp", "SMTP 应答", "SMTP", "purple", ""}, option{"tls", "传输加密", "TLS", "geekblue", ""},
			option{"webmail", "网页邮箱", "Webmail", "magenta", ""}, option{"certificate", "证书", "Certificate", "gold", ""}, option{"dns", "域名解析", "DNS", "grey", ""}),
		plain("subject", lake.Text, "对象", "Subject"),
		plain("code", lake.Text, "代码", "Code"),
		plain("value", lake.Text, "所见", "Seen"),
		plain("product", lake.Text, "产品", "Product"),
		plain("count", lake.Decimal, "数量", "Count"),
		plain("days_left", lake.Decimal, "剩余天数", "Days left"),
		plain("seen_on", lake.Date, "日期", "Seen on"),
		plain("seen_at", lake.Timestamp, "时间", "Seen at"),
		plain("changed", lake.Boolean, "有变化", "Changed"),
		plain("before", lake.Text, "上次所见", "Seen before"),
		plain("run", lake.Text, "侦察批次", "Run"),
	)
}

// events are what happened at an account and opens a time to sell.
func events() declared {
	return ofAccount(lake.Entity{Name: "events", Label: label("触发事件", "Event"), Plural: label("触发事件", "Events"), Title: "title"},
		title("title", "事件名称", "Name"),
		plain("trigger", lake.Text, "触发器代码", "Trigger code"),
		plain("seen_on", lake.Date, "日期", "Seen on"),
		choice("status", "状态", "Status", option{"open", "待跟进", "Open", "amber", ""}, option{"used", "已用", "Used", "green", ""}, option{"past", "已过", "Past", "grey", ""}),
		long("note", "说明", "Note"),
	)
}

// optOuts are domains that nobody may look at.
func optOuts() declared {
	return declared{
		Entity: lake.Entity{Name: "opt_outs", Label: label("侦察拒绝名单", "Opt-out"), Plural: label("侦察拒绝名单", "Opt-outs"), Title: "domain"},
		fields: []field{
			{Field: lake.Field{Name: "domain", Kind: lake.Text, Label: label("域名", "Domain"), Required: true, Unique: true, Section: basics}},
			plain("asked_on", lake.Date, "要求日期", "Asked on"), long("reason", "原因", "Reason"), externalID(""),
		},
	}
}

// attachments are small files that prove something, at most 2 MiB each; the content is
// base64, 768 KiB of the file in each of three fields, since a cell holds 1 MiB.
func attachments() declared {
	return partOf(lake.Entity{Name: "attachments", Label: label("附件", "Attachment"), Plural: label("附件", "Attachments"), Title: "name"},
		title("name", "文件名", "File name"),
		plain("media_type", lake.Text, "类型", "Media type"),
		plain("size", lake.Integer, "字节数", "Bytes"),
		plain("sha256", lake.Text, "校验和", "SHA-256"),
		long("content", "内容", "Content"),
		long("content_2", "内容（续）", "Content, part 2"),
		long("content_3", "内容（再续）", "Content, part 3"),
	)
}

// packItems are the items of knowledge packs that this workspace changed, added or left
// out; what isn't here is as the pack was shipped.
func packItems() declared {
	return declared{
		Entity: lake.Entity{Name: "pack_items", Label: label("知识条目", "Pack item"), Plural: label("知识条目", "Pack items"), Title: "title"},
		fields: []field{
			title("title", "名称", "Name"),
			plain("pack", lake.Text, "知识包", "Pack"),
			plain("section", lake.Text, "章节", "Section"),
			plain("item", lake.Text, "条目代码", "Item"),
			plain("removed", lake.Boolean, "已移除", "Removed"),
			plain("position", lake.Integer, "次序", "Position"),
			long("body", "正文", "Body"), externalID(""),
		},
	}
}
