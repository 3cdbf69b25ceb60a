package sales

import "headwater/lake"

func deals() declared {
	return declared{
		Entity: lake.Entity{Name: "deals", Label: label("商机", "Deal"), Plural: label("商机", "Deals"), Title: "name", Owner: "owner", Inherits: "account"},
		fields: []field{
			{Field: lake.Field{Name: "name", Kind: lake.Text, Label: label("商机名称", "Name"), Required: true, Section: basics},
				also: "Deal Name|Opportunity Name|Opportunity|Deal|Deal Title|Title|Deal - Title|Topic|Potential Name|Project Name|Project|Subject|商机|名称|机会名称|销售机会|销售机会名称|项目名称|项目|商机标题|商机主题"},
			{Field: lake.Field{Name: "account", Kind: lake.Reference, Target: "accounts", OnDelete: lake.Restrict, Label: label("客户", "Account"), Section: basics},
				also: "Account Name|Company|Company Name|Organization|Organisation|Organization Name|Deal - Organization|Associated Company|Associated Company Name|Primary Associated Company|Associated Company IDs|Potential Customer|Account ID|AccountId|Company ID|Customer|Customer Name|Client|Client Name|客户名称|公司|公司名称|单位|单位名称|所属客户|企业名称|关联客户|最终客户|客户编号"},
			{Field: lake.Field{Name: "contact", Kind: lake.Reference, Target: "contacts", OnDelete: lake.Clear, Label: label("主要联系人", "Primary contact"), Section: basics},
				also: "Contact|Contact Name|Contact Person|Deal - Contact person|Associated Contact|Associated Contacts|Associated Contact IDs|Point of Contact|Contact ID|ContactId|Primary Contact Name|Main Contact|联系人|联系人姓名|客户联系人|关键联系人|主联系人"},
			{Field: lake.Field{Name: "stage", Kind: lake.Enum, Label: label("阶段", "Stage"), Section: basics, Default: "prospecting"}, options: stages(),
				also: "Deal Stage|Opportunity Stage|OpportunityStage|Sales Stage|Stage Name|StageName|Deal - Stage|Pipeline Stage|Pipeline Phase|Phase|Step|Status|Deal Status|Deal - Status|Opportunity Status|State|商机阶段|销售阶段|项目阶段|当前阶段|机会阶段|商机状态|状态|项目状态|进展|进度|销售进度"},
			{Field: lake.Field{Name: "amount", Kind: lake.Money, Label: label("预计金额", "Amount"), Section: money},
				also: "Deal Amount|Deal Value|Value|Deal - Value|Opportunity Amount|Estimated Value|EstimatedValue|Est. Revenue|Estimated Revenue|Expected Revenue|Opportunity Value|Potential Amount|Amount in company currency|Contract Value|TCV|ACV|Price|Total|金额|商机金额|预计成交金额|预计销售金额|预计结单金额|预估金额|预计合同金额|项目金额|合同金额|报价金额|预算金额|销售金额|商机金额(万元)|预计金额(万元)|金额(万元)"},
			{Field: lake.Field{Name: "product", Kind: lake.Reference, Target: "products", OnDelete: lake.Restrict, Label: label("产品", "Product"), Section: money},
				also: "Product Name|Products|Product Interest|Main Product|Solution|Item|SKU|Product ID|Product Code|Line Item|Plan|Edition|产品名称|意向产品|产品线|商品|产品版本|主推产品|需求产品|采购产品|产品编号"},
			owner("Deal Owner|Opportunity Owner|Deal - Owner|Opportunity Owner Alias|Potential Owner|Sales|SalesRep|商机负责人|商机所有人|项目负责人|机会所有人"),
			{Field: lake.Field{Name: "probability", Kind: lake.Integer, Label: label("赢率 (%)", "Probability (%)"), Section: money},
				also: "Probability|Deal Probability|Deal - Probability|Win Probability|Win Rate|Likelihood|Chance|Win Likelihood|Confidence|赢率|赢单率|成功率|成单概率|概率|可能性|把握度|成交概率"},
			{Field: lake.Field{Name: "opened_on", Kind: lake.Date, Label: label("建立日期", "Opened on"), Section: basics},
				also: "Engage Date|Open Date|Opened|Opened Date|Create Date|Created Date|Created|Created On|Date Created|Created Time|CreatedDate|Creation Date|Deal - Deal created|Deal created|Start Date|Engagement Date|First Contact|创建日期|创建时间|立项日期|立项时间|开始日期|商机日期|发现日期|发现时间|录入时间|登记日期|接触日期"},
			{Field: lake.Field{Name: "expected_close", Kind: lake.Date, Label: label("预计成交日期", "Expected close"), Section: basics},
				also: "Expected Close Date|Close Date|CloseDate|Closing Date|Est. Close Date|Estimated Close Date|Expected Closing|Target Close Date|Forecast Close Date|Projected Close Date|Deal - Expected close date|预计成交时间|预计结单日期|结单日期|预计签约日期|预计签单日期|预计成交日|预计完成日期|计划成交日期|预计关闭日期"},
			{Field: lake.Field{Name: "closed_on", Kind: lake.Date, Label: label("实际成交日期", "Closed on"), Section: outcome},
				also: "Closed Date|Actual Close Date|Close Date|Actual Closing Date|Date Closed|Closed|Closed At|Won Date|Won Time|Deal - Won time|Deal - Deal closed on|Deal closed on|Signed On|Signed Date|Contract Date|Lost Date|成交日期|成交时间|签约日期|签单日期|关闭日期|实际结单日期|赢单日期|赢单时间|合同日期|合同签订日期|完成日期|实际成交时间"},
			{Field: lake.Field{Name: "close_value", Kind: lake.Money, Label: label("成交金额", "Closed value"), Section: outcome},
				also: "Close Value|Closed Amount|Closed Won Amount|Actual Revenue|Actual Value|Actual Amount|Won Amount|Won Value|Final Amount|Final Price|Signed Amount|Booking|Bookings|实际金额|成交额|签约金额|签单金额|实际成交金额|赢单金额|中标金额|实际合同金额|成交金额(万元)"},
			{Field: lake.Field{Name: "lost_reason", Kind: lake.Enum, Label: label("输单原因", "Lost reason"), Section: outcome}, options: lostReasons(),
				also: "Closed Lost Reason|Loss Reason|Reason Lost|Reason for Loss|Reason For Loss|Deal - Lost reason|Close Reason|Reason|Lost Because|Status Reason|失败原因|丢单原因|流失原因|输单理由|关闭原因|未成交原因"},
			{Field: lake.Field{Name: "competitor", Kind: lake.Text, Label: label("竞争对手", "Competitor"), Section: basics},
				also: "Competitors|Main Competitor|Main Competitors|Main Competitor(s)|Competition|Lost To|Competitor Name|Primary Competitor|竞品|竞争厂商|友商|主要竞争对手|竞争情况"},
			{Field: lake.Field{Name: "kind", Kind: lake.Enum, Label: label("商机类型", "Type"), Section: basics},
				also: "Deal Type|Opportunity Type|Opportunity Record Type|Business Type|Deal - Label|类型|商机类别|业务类型|机会类型|项目类型",
				options: []option{
					{"new_business", "新签", "New business", "blue", "New|New Customer|New Logo|newbusiness|New Deal|Acquisition|新客户|新购|新业务|首单|首次采购"},
					{"expansion", "增购", "Expansion", "green", "Existing Business|Existing Customer|existingbusiness|Existing Customer - Upgrade|Existing Customer - Replacement|Existing Customer - Downgrade|Upgrade|Upsell|Up-sell|Cross-sell|Add-on|扩容|老客户|升级|追加|老客户增购|交叉销售"},
					{"renewal", "续约", "Renewal", "purple", "Renew|Renewals|Existing Customer - Renewal|Extension|续费|续签|续订"},
				}},
			{Field: lake.Field{Name: "source", Kind: lake.Enum, Label: label("商机来源", "Source"), Section: origin}, options: sources(),
				also: "Lead Source|Deal Source|Opportunity Source|Original Source|Original Source Type|Original Traffic Source|Deal - Source channel|Source Channel|Channel|来源|机会来源|客户来源|线索来源|来源渠道"},
			{Field: lake.Field{Name: "motion", Kind: lake.Enum, Label: label("销售方式", "Motion"), Section: basics},
				also: "Sales Motion|Sales Model|Sales Channel|Channel Type|Go To Market|Route to Market|销售模式|签约方式|渠道类型|销售类型",
				options: []option{
					{"direct", "直销", "Direct", "blue", "Direct Sales|Field|Field Sales|Enterprise Sales|直签|直客"},
					{"channel", "渠道", "Channel", "purple", "Partner|Reseller|Indirect|Channel Sales|Distributor|Through Partner|渠道销售|代理|分销|伙伴|联合销售"},
					{"self_service", "自助", "Self-service", "green", "Self Service|Self-serve|Online|PLG|Web|Inside|自助购买|线上|在线购买"},
				}},
			{Field: lake.Field{Name: "next_step", Kind: lake.Text, Label: label("下一步", "Next step"), Section: basics},
				also: "Next Steps|Next Action|Next Activity|Action Plan|Follow Up|Deal - Next activity|下一步计划|下一步行动|后续计划|跟进计划|待办"},
			{Field: lake.Field{Name: "description", Kind: lake.Text, Long: true, Label: label("备注", "Description"), Section: notes},
				also: "Notes|Note|Comments|Remark|Remarks|Memo|Deal Description|Details|Opportunity Description|Customer Need|Proposed Solution|描述|说明|商机描述|项目描述|项目背景|需求描述|客户需求|需求|备注信息|商机备注"},
			externalID("Opportunity ID|OpportunityId|Deal ID|DealId|Deal - ID|Opportunity Number|Opp ID|Potential Id|Project No|商机编号|商机ID|商机编码|机会编号|项目编号|合同编号"),
		},
		titleFrom: []lake.FieldName{"account", "product", "external_id", "contact"},
	}
}

// stages are the way of a deal: first contact, then the stages of a complex sale up to
// the contract. The fifth one, rollout and support, is the life of a won deal.
func stages() []option {
	return []option{
		{"prospecting", "初步接触", "Prospecting", "grey", "New|Open|Lead|Lead In|Contact Made|Initial Contact|First Contact|Appointment Scheduled|appointmentscheduled|Qualification|Qualify|1-Qualify|Screening|SCREENING|Prospect|Identified|Target|Backlog|Idea|新建|初期沟通|初步沟通|初步洽谈|立项|线索|潜在|验证客户|初访|待跟进|商机确认|10%"},
		{"discover", "需求发现", "Discovery", "blue", "Discover|Engaging|Engaged|Needs Analysis|Need Analysis|Requirements|Qualified|Qualified To Buy|qualifiedtobuy|Develop|2-Develop|Id. Decision Makers|Identify Decision Makers|Perception Analysis|Interest|In Progress|Working|Meeting|MEETING|需求确认|需求调研|需求分析|需求确定|需求沟通|需求挖掘|需求了解|跟进中|进行中|商务接洽|确认需求|30%"},
		{"demonstrate", "价值演示", "Demonstration", "cyan", "Demonstrate|Demo|Demo Scheduled|Demo Completed|Presentation|Presentation Scheduled|presentationscheduled|Value Proposition|Solution|Solution Design|Propose|3-Propose|Proposal|Proposal Sent|Proposal Made|Proposal/Price Quote|Proposal/Quote|Price Quote|Quote|Quoted|Quotation|PROPOSAL|方案报价|方案/报价|报价|方案|方案设计|方案演示|产品演示|演示|方案提交|提交方案|方案制定|50%"},
		{"poc", "概念验证", "Proof of concept", "purple", "POC|Pilot|Trial|Evaluation|Technical Evaluation|Proof of Value|POV|Testing|Decision Maker Bought-In|decisionmakerboughtin|Technical Validation|Value Validation|试用|测试|试点|验证|方案验证|价值验证|产品测试|试用中|选型评估"},
		{"negotiate", "合同谈判", "Negotiation", "amber", "Negotiate|Negotiation/Review|Negotiations Started|Negotiating|Contract|Contract Sent|contractsent|Contracting|Commit|Verbal Commitment|Legal|Close|4-Close|Procurement|Closing|Review|Bidding|谈判|商务谈判|谈判审核|合同|合同签订|合同审批|签约中|招投标|投标|商务|商务谈判阶段|报价谈判|70%|90%"},
		{"won", "赢单", "Won", "green", "Closed Won|Close Won|ClosedWon|Closed - Won|Customer|CUSTOMER|Signed|Success|Successful|Completed|Order|Rollout|Implementation|Deal Won|成交|已成交|签约|已签约|签单|成功|中标|赢单关闭|结单|实施|实施和支持|交付|验收|100%"},
		{"lost", "输单", "Lost", "red", "Closed Lost|Close Lost|ClosedLost|Closed - Lost|Closed Lost to Competition|Closed-Lost to Competition|Deal Lost|Dead|Failed|Cancelled|Canceled|Abandoned|Dropped|Disqualified|Rejected|Deleted|No Decision|失败|丢单|输单关闭|已输单|流失|取消|放弃|无效|已关闭|废弃|终止|0%"},
	}
}

func lostReasons() []option {
	return []option{
		{"price", "价格", "Price", "red", "Too Expensive|Cost|Pricing|Expensive|Price too high|价格高|价格太高|价格因素|报价高|太贵|费用"},
		{"no_budget", "没有预算", "No budget", "volcano", "Budget|Lost to Budget|Lack of Funds|No Money|Funding|Budget Cut|预算不足|无预算|预算取消|预算|资金问题"},
		{"competitor", "竞争对手", "Competitor", "amber", "Lost to Competitor|Competition|Went with competitor|Chose competitor|Lost to competition|Outsold|选择竞品|竞品|输给竞争对手|友商|选择友商|竞争失败"},
		{"slow_decision", "决策拖延", "Slow decision", "gold", "No Decision|No Decision / Non-Responsive|Timing|Bad Timing|Delay|Delayed|Postponed|Lost Momentum|No Response|Unresponsive|Not now|项目暂停|决策缓慢|推迟|时机不对|搁置|暂缓|迟迟不决|无回应"},
		{"no_need", "需求不符或消失", "No need", "grey", "No need|Need disappeared|Requirements changed|Not a fit|Poor Qualification|Cancelled project|Project cancelled|需求变更|需求不匹配|没有需求|项目取消|无需求|需求消失"},
		{"product_gap", "产品缺口", "Product gap", "purple", "Missing Feature|Missing Features|Feature gap|Product|Functionality|Technical|Performance|Security|功能不足|产品功能不满足|功能不满足|产品问题|技术原因|性能不足|产品不匹配"},
		{"in_house", "客户自研", "Built in-house", "blue", "In-house|Build|Built internally|Internal solution|DIY|Open Source|自研|自建|内部开发|开源|使用开源"},
		{"relationship", "关系与人员变动", "Relationship or people", "cyan", "People Issues|Contact left|Champion left|Relationship|Reorganisation|Reorganization|Management change|人员变动|客户关系|对接人离职|关系不到位|组织调整|换领导"},
		{"other", "其他", "Other", "grey", "Others|Unknown|Misc|其它|其他原因|未知"},
	}
}
