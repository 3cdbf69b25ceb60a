package sales

import "headwater/lake"

// users is the directory of colleagues. It is read-only: people are kept workspace-wide,
// not on branches.
func users() declared {
	return declared{
		Entity: lake.Entity{Name: lake.Users, Label: label("成员", "User"), Plural: label("成员", "Users"), Title: "name", Directory: true},
		fields: []field{
			{Field: lake.Field{Name: "name", Kind: lake.Text, Label: label("姓名", "Name"), Required: true, Section: basics},
				also: "User Name|Full Name|Sales Agent|Sales Rep|Salesperson|Seller|Employee|Employee Name|Agent|Alias|员工|员工姓名|成员姓名|用户名|销售|销售姓名|业务员"},
			{Field: lake.Field{Name: "email", Kind: lake.Email, Label: label("邮箱", "E-mail"), Unique: true, Section: reach},
				also: "Email|Mail|Email Address|User Email|Work Email|Login|邮件|电子邮箱|电子邮件|工作邮箱|企业邮箱|登录名"},
			{Field: lake.Field{Name: "team", Kind: lake.Text, Label: label("团队", "Team"), Section: basics},
				also: "Regional Office|Office|Team Name|Sales Team|Department|Group|Territory|Region|Business Unit|部门|小组|销售团队|所属团队|所属部门|区域|大区|办事处"},
		},
		titleFrom: []lake.FieldName{"email"},
	}
}
