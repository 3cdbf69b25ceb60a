package sales

import "headwater/lake"

func accounts() declared {
	return declared{
		Entity: lake.Entity{Name: "accounts", Label: label("客户", "Account"), Plural: label("客户", "Accounts"), Title: "name", Owner: "owner"},
		fields: []field{
			{Field: lake.Field{Name: "name", Kind: lake.Text, Label: label("客户名称", "Name"), Required: true, Section: basics},
				also: "Account Name|Account|Company Name|Company|Organization Name|Organisation Name|Organization|Organisation|Organization - Name|Customer Name|Customer|Client|Client Name|Business Name|Legal Name|Firm|Enterprise|名称|公司名称|公司|单位名称|单位|企业名称|企业|客户|客户全称|公司全称|客户公司|客户单位|机构名称|厂商名称|甲方|甲方名称"},
			{Field: lake.Field{Name: "industry", Kind: lake.Enum, Label: label("行业", "Industry"), Section: company}, options: industries(),
				also: "Sector|Industry Type|Vertical|Industry Name|Line of Business|Market Sector|Business Type|Organization - Industry|所属行业|行业类别|行业分类|一级行业|客户行业|行业类型|从事行业"},
			{Field: lake.Field{Name: "segment", Kind: lake.Enum, Label: label("规模分层", "Segment"), Section: company}, options: segments(),
				also: "Company Size|Size|Size Band|Account Segment|Customer Segment|Market Segment|Tier|Customer Tier|客户规模|企业规模|公司规模|规模|分层|客户分层|客户分类"},
			{Field: lake.Field{Name: "status", Kind: lake.Enum, Label: label("客户状态", "Status"), Section: basics, Default: "prospect"},
				also: "Account Status|Account Type|Type|Customer Status|Customer Type|Lifecycle Stage|Relationship Type|Record Type|Contact Type|Category|状态|客户类型|客户类别|成交状态|客户阶段|合作状态|生命周期",
				options: []option{
					{"prospect", "潜在客户", "Prospect", "blue", "Lead|Subscriber|Marketing Qualified Lead|Sales Qualified Lead|Opportunity|Target|Potential|Analyst|Press|Investor|Other|潜客|潜在|意向客户|未成交|目标客户|跟进中|商机客户"},
					{"customer", "成交客户", "Customer", "green", "Client|Active|Customer - Direct|Customer - Channel|Existing Customer|Evangelist|Won|Active Customer|Installation|正式客户|已成交|签约客户|合作中|老客户|现有客户|成交"},
					{"former", "流失客户", "Former customer", "red", "Former|Churned|Inactive|Lost|Cancelled|Past Customer|Ex-customer|Dormant|流失|已流失|历史客户|终止合作|沉默客户|失效"},
					{"partner", "合作伙伴", "Partner", "purple", "Channel Partner|Channel Partner / Reseller|Reseller|Technology Partner|Integrator|Vendor|Supplier|Distributor|Competitor|伙伴|渠道|渠道伙伴|代理商|经销商|集成商|供应商"},
				}},
			owner("Account Owner|Company Owner|Organization - Owner|Company owner|Account Owner Alias|客户负责人|客户所有人|开户人"),
			{Field: lake.Field{Name: "parent", Kind: lake.Reference, Target: "accounts", OnDelete: lake.Clear, Label: label("上级公司", "Parent account"), Section: basics},
				also: "Parent Company|Parent Account Name|Parent|Parent Account ID|Subsidiary Of|Parent Organization|Ultimate Parent|Group|Headquarters|Holding|Parent Name|上级客户|母公司|集团|所属集团|上级单位|总公司|集团公司|父客户|主管单位"},
			{Field: lake.Field{Name: "employees", Kind: lake.Integer, Label: label("员工人数", "Employees"), Section: company},
				also: "Number of Employees|No. of Employees|NumberOfEmployees|Employee Count|Employees Count|No of Employees|Num Employees|Headcount|Staff|Employee|Organization - Number of employees|人数|员工数|员工数量|总人数|公司人数|企业人数|人员规模|在职人数|参保人数"},
			{Field: lake.Field{Name: "annual_revenue", Kind: lake.Money, Label: label("年营收", "Annual revenue"), Section: company},
				also: "Revenue|Annual Revenue (USD)|Turnover|Annual Sales|Sales Revenue|Yearly Revenue|Revenue (USD)|AnnualRevenue|ARR|Organization - Annual revenue|年收入|营业额|营业收入|营收|年营业额|年销售额|销售额|年产值|年营收(万元)|营收(万元)"},
			{Field: lake.Field{Name: "founded_year", Kind: lake.Integer, Label: label("成立年份", "Founded"), Section: company},
				also: "Year Established|Year Founded|Founded|Founding Year|Established|Year Started|Founded On|Since|成立时间|创立年份|成立年|创办年份|建立年份|注册年份"},
			{Field: lake.Field{Name: "website", Kind: lake.URL, Label: label("网址", "Website"), Section: reach},
				also: "Website URL|Web Site|Web|URL|Homepage|Home Page|Company Website|WebAddress|Organization - Website|官网|网站|公司网址|公司网站|主页|公司主页|网站地址"},
			{Field: lake.Field{Name: "domain", Kind: lake.Text, Label: label("域名", "Domain"), Section: reach},
				also: "Domain Name|Company Domain Name|Company Domain|Email Domain|Web Domain|邮箱域名|公司域名|网站域名|邮件域名|企业域名"},
			{Field: lake.Field{Name: "phone", Kind: lake.Phone, Label: label("电话", "Phone"), Section: reach},
				also: "Phone Number|Telephone|Tel|Main Phone|Office Phone|Company Phone|Business Phone|Account Phone|Work Phone|Phone 1|Organization - Phone|公司电话|总机|联系电话|固定电话|座机|电话号码|办公电话|固话"},
			{Field: lake.Field{Name: "email", Kind: lake.Email, Label: label("邮箱", "E-mail"), Section: reach},
				also: "Email|Email Address|Company Email|Mail|E-mail Address|General Email|邮件|电子邮箱|电子邮件|公司邮箱|企业邮箱"},
			{Field: lake.Field{Name: "region", Kind: lake.Text, Label: label("大区", "Region"), Section: place},
				also: "Sales Region|Territory|Sales Territory|Geo|Area|Regional Office|Market|区域|销售区域|所属区域|所属大区|片区|地区|分区"},
			{Field: lake.Field{Name: "province", Kind: lake.Text, Label: label("省份", "State or province"), Section: place},
				also: "State|Province|State/Region|State/Province|Billing State|Billing State/Province|Billing Province|Shipping State|Billing Address State|Address State|Address 1: State/Province|Organization - State|省|州|所在省份|所在省|省/州|省份/自治区|省市"},
			{Field: lake.Field{Name: "city", Kind: lake.Text, Label: label("城市", "City"), Section: place},
				also: "Billing City|Town|Shipping City|Billing Address City|Address City|City/Town|Address 1: City|HQ City|Location|市|所在城市|所在市|地市|城市名称|所在地"},
			{Field: lake.Field{Name: "country", Kind: lake.Text, Label: label("国家/地区", "Country"), Section: place},
				also: "Country/Region|Billing Country|Nation|Office Location|Shipping Country|Billing Address Country|Address Country|Address 1: Country/Region|HQ Country|Organization - Country|国家|国别|地区/国家|国家或地区|所在国家"},
			{Field: lake.Field{Name: "address", Kind: lake.Text, Label: label("地址", "Address"), Section: place},
				also: "Street|Street Address|Billing Street|Billing Address|Address Line 1|Address 1|Shipping Street|Billing Address Street|Address Street|Mailing Address|Full Address|Address 1: Street 1|Organization - Address|详细地址|公司地址|办公地址|通讯地址|注册地址|联系地址|街道|地址1"},
			{Field: lake.Field{Name: "postal_code", Kind: lake.Text, Label: label("邮编", "Postal code"), Section: place},
				also: "Zip|Zip Code|Postcode|Post Code|Zip/Postal Code|Billing Zip|Billing Postal Code|Billing Zip/Postal Code|Billing Address Postal Code|Billing Code|Shipping Zip|邮政编码"},
			{Field: lake.Field{Name: "source", Kind: lake.Enum, Label: label("客户来源", "Source"), Section: origin}, options: sources(),
				also: "Account Source|Lead Source|Original Source|Original Traffic Source|Channel|Origin|来源|来源渠道|获客渠道|客户渠道"},
			{Field: lake.Field{Name: "description", Kind: lake.Text, Long: true, Label: label("备注", "Description"), Section: notes},
				also: "Notes|Note|Comments|Remark|Remarks|About|About Us|Account Description|Company Description|Memo|描述|说明|简介|公司简介|客户描述|备注信息|经营范围|主营业务"},
			{Field: lake.Field{Name: "credit_code", Kind: lake.Text, Label: label("统一社会信用代码", "Registration number"), Section: origin},
				also: "Unified Social Credit Code|Credit Code|Tax ID|Tax Number|VAT Number|VAT|VAT ID|Registration No|Company Number|D-U-N-S Number|EIN|信用代码|社会信用代码|税号|纳税人识别号|注册号|工商注册号|组织机构代码"},
			externalID("Account ID|AccountId|Account Number|Account No|Company ID|CompanyID|Organization ID|Organization - ID|Customer ID|CustomerID|Customer Number|Client ID|客户编号|客户编码|客户ID|客户代码|公司编号|公司ID"),
		},
		titleFrom: []lake.FieldName{"domain", "website", "external_id"},
	}
}

// segments are by employees: large from 1,000, medium 100 to 999, growth below.
func segments() []option {
	return []option{
		{"large", "大型企业", "Large", "purple", "Enterprise|Large Enterprise|Large Business|Strategic|Key Account|Major|Corporate|LE|ENT|1000+|1,000+|1000人以上|大型|大企业|集团客户|战略客户|大客户|KA"},
		{"medium", "中型企业", "Medium", "blue", "Mid-Market|Mid Market|Midmarket|Medium Business|Mid|MM|Commercial|100-1000|100-999|101-1000|100-1000人|中型|中型客户|腰部客户"},
		{"growth", "成长型企业", "Growth", "green", "SMB|Small|Small Business|SME|Startup|Start-up|Small and Medium|50-100|1-50|1-100|<100|50-100人|100人以下|小型|小微|小微企业|中小企业|成长型|初创|初创企业"},
	}
}
