package sales

import "headwater/lake"

func activities() declared {
	return declared{
		Entity: lake.Entity{Name: "activities", Label: label("活动", "Activity"), Plural: label("活动", "Activities"), Title: "subject", Owner: "owner", Inherits: "account"},
		fields: []field{
			{Field: lake.Field{Name: "subject", Kind: lake.Text, Label: label("主题", "Subject"), Required: true, Section: basics},
				also: "Title|Activity|Activity Name|Activity Subject|Activity - Subject|Task|Task Name|Task Subject|Event|Event Title|Topic|Summary|Name|Call Subject|Meeting Name|标题|活动主题|任务名称|任务主题|跟进主题|名称|事项|日程主题|拜访主题|会议主题"},
			{Field: lake.Field{Name: "kind", Kind: lake.Enum, Label: label("类型", "Type"), Section: basics, Default: "note"},
				also: "Activity Type|ActivityType|Activity - Type|Task Type|Event Type|Type of Activity|Engagement Type|Category|Channel|Interaction Type|活动类型|跟进方式|跟进类型|联系方式|拜访方式|任务类型|沟通方式|记录类型",
				options: []option{
					{"note", "备注", "Note", "grey", "Notes|Comment|Memo|Record|Other|笔记|记录|跟进记录|跟进|快速记录|其他"},
					{"call", "电话", "Call", "blue", "Phone|Phone Call|Outbound Call|Inbound Call|Had a Phone Conversation|Calls|Logged Call|电话沟通|打电话|通话|电话拜访|电话跟进"},
					{"meeting", "会议", "Meeting", "purple", "Meetings|Event|Conference|Web Meeting|Online Meeting|Lunch|Appointment|Webinar|开会|线上会议|视频会议|会谈|腾讯会议|洽谈|技术交流|交流"},
					{"visit", "拜访", "Visit", "green", "Site Visit|On-site|Onsite|Field Visit|In-person|Face to face|上门|上门拜访|实地拜访|客户拜访|现场拜访|走访|陌拜|来访|外勤"},
					{"email", "邮件", "E-mail", "cyan", "Email|Mail|Emails|Email Sent|Email Received|Email Opened|电子邮件|发邮件|邮件往来"},
					{"demo", "演示", "Demo", "geekblue", "Demonstration|Product Demo|Presentation|Demo Call|产品演示|方案演示|宣讲|方案汇报|讲解"},
					{"task", "任务", "Task", "gold", "To-do|To Do|Todo|Follow-up|Follow up|Followup|Deadline|Reminder|Send Letter|Send Quote|Action|待办|待办事项|回访|提醒|跟进任务"},
					{"wechat", "微信与短信", "WeChat or SMS", "lime", "WeChat|SMS|SMS Sent|Text|Text Message|WhatsApp|Chat|Message|Messaging|LinkedIn Message|Olark Chat Conversation|微信|微信沟通|短信|企业微信|QQ|钉钉|聊天"},
				}},
			{Field: lake.Field{Name: "happened_at", Kind: lake.Timestamp, Label: label("发生时间", "Happened at"), Section: basics},
				also: "Date|Activity Date|ActivityDate|Date/Time|Start|Start Date|Start Time|Start Date Time|StartDateTime|Call Start Time|Meeting Start Time|Event Date|Timestamp|Time|When|Logged At|Done Time|Activity - Marked as done time|Created Date|Create Date|Created Time|Created At|From|时间|日期|跟进时间|活动时间|开始时间|拜访时间|跟进日期|创建时间|活动日期|记录时间|沟通时间|实际跟进时间"},
			{Field: lake.Field{Name: "due_on", Kind: lake.Date, Label: label("截止日期", "Due on"), Section: basics},
				also: "Due Date|DueDate|Due|Deadline|Due Date Only|Date Due|Activity - Due date|Task Due Date|End Date|Reminder Date|Scheduled Date|To Be Done By|截止时间|到期日|到期日期|计划日期|计划完成时间|要求完成时间|下次跟进时间|下次跟进日期|提醒时间|结束时间"},
			{Field: lake.Field{Name: "done", Kind: lake.Boolean, Label: label("已完成", "Done"), Section: basics},
				also: "Completed|Is Completed|Complete|Closed|IsClosed|Finished|Activity - Done|Is Done|Task Status|Status|完成|是否完成|完成状态|任务状态|状态|完成情况"},
			{Field: lake.Field{Name: "account", Kind: lake.Reference, Target: "accounts", OnDelete: lake.Cascade, Label: label("客户", "Account"), Section: basics},
				also: "Account Name|Company|Company Name|Organization|Organization Name|Activity - Organization|Related To|Regarding|Account ID|AccountId|Company ID|Customer|Customer Name|Client|Associated Company|Associated Company IDs|Company / Account|Parent Name|客户名称|公司|公司名称|单位名称|所属客户|关联客户|相关客户|拜访客户|客户编号"},
			{Field: lake.Field{Name: "contact", Kind: lake.Reference, Target: "contacts", OnDelete: lake.Clear, Label: label("联系人", "Contact"), Section: basics},
				also: "Contact Name|Contact Person|Activity - Contact person|Contact ID|ContactId|Associated Contact|Associated Contacts|Associated Contact IDs|Person|Attendee|Attendees|Participants|联系人姓名|客户联系人|关联联系人|拜访对象|相关联系人|参会人"},
			{Field: lake.Field{Name: "deal", Kind: lake.Reference, Target: "deals", OnDelete: lake.Clear, Label: label("商机", "Deal"), Section: basics},
				also: "Deal Name|Opportunity|Opportunity Name|Opportunity ID|OpportunityId|Deal ID|Activity - Deal|Associated Deal|Associated Deals|Associated Deal IDs|Project|商机名称|关联商机|销售机会|相关商机|项目|机会名称|商机编号"},
			{Field: lake.Field{Name: "lead", Kind: lake.Reference, Target: "leads", OnDelete: lake.Cascade, Label: label("线索", "Lead"), Section: basics},
				also: "Lead ID|LeadId|Lead Name|Prospect|Prospect ID|Lead Number|Activity - Lead|Associated Lead|线索名称|关联线索|线索编号|相关线索"},
			owner("Activity Owner|Task Owner|Event Owner|Assigned|Activity assigned to|Activity - Assigned to user|Created By|Host|Call Owner|Activity Assigned To|执行人|参与人|拜访人|创建人|任务负责人|记录人"),
			{Field: lake.Field{Name: "body", Kind: lake.Text, Long: true, Label: label("内容", "Body"), Section: notes},
				also: "Notes|Note|Note Body|Description|Comments|Full Comments|Details|Content|Text|Activity Notes|Remark|Remarks|Activity - Note|Call Notes|Meeting Notes|Message|Outcome|Result|Note Content|备注|说明|描述|跟进内容|沟通内容|活动内容|拜访内容|会议纪要|沟通记录|跟进记录|跟进情况|详情|任务描述|活动记录"},
			plain("play", lake.Text, "来自打法", "From play"), // the rule of a pack that asked for a task
			externalID("Activity ID|ActivityId|Task ID|TaskId|Event ID|Note ID|Activity - ID|Engagement ID|Call ID|活动编号|任务编号|跟进编号|记录编号"),
		},
		titleFrom: []lake.FieldName{"body", "kind", "account", "lead", "external_id"},
	}
}
