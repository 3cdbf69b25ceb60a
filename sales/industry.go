package sales

// industries are shared by accounts and leads. Broad sectors that other systems know
// (services, technology, employment …) stay beside ours, so that a file isn't bent.
func industries() []option {
	return []option{
		{"finance", "金融", "Finance", "blue", "Financial Services|Financials|Banking|Bank|Banks|Insurance|Investment Banking|Investment Management|Capital Markets|Venture Capital & Private Equity|Securities|Fund|FinTech|Accounting & Finance|Credit|金融业|金融服务|银行|银行业|保险|保险业|证券|基金|信托|期货|互联网金融|投资"},
		{"manufacturing", "制造", "Manufacturing", "cyan", "Industrial|Industrials|Machinery|Automotive|Automobile|Auto Parts|Electronics|Electrical/Electronic Manufacturing|Chemicals|Chemical|Mechanical or Industrial Engineering|Industrial Automation|Semiconductors|Building Materials|Plastics|Textiles|Apparel|Apparel & Fashion|Food & Beverage|Food Production|Food & Beverages|Consumer Goods|Packaging & Containers|Aviation & Aerospace|Steel|制造业|工业|工业制造|机械|机械设备|装备制造|汽车|汽车制造|汽车零部件|电子|电子制造|半导体|化工|材料|建材|纺织|服装|食品|食品饮料|家电|快消|消费品|生产制造"},
		{"retail_ecommerce", "零售电商", "Retail and e-commerce", "magenta", "Retail|Retailing|E-commerce|Ecommerce|E-Business|Internet Retail|Wholesale|Wholesale & Retail|Consumer|Supermarkets|Luxury Goods & Jewelry|Cosmetics|零售|零售业|电商|电子商务|新零售|批发零售|批发和零售业|商超|连锁|美妆"},
		{"logistics", "物流运输", "Logistics", "gold", "Logistics and Supply Chain|Supply Chain|Supply Chain Management|Transportation|Transport|Transportation/Trucking/Railroad|Shipping|Maritime|Package/Freight Delivery|Warehousing|Airlines/Aviation|Express|Delivery|物流|物流业|运输|交通运输|交通|快递|仓储|货运|航运|供应链|交通运输、仓储和邮政业"},
		{"healthcare", "医疗健康", "Healthcare", "green", "Health|Health Care|Medical|Medicine|Hospital|Hospital & Health Care|Pharmaceuticals|Pharma|Biotechnology|Biotech|Medical Devices|Life Sciences|Health, Wellness and Fitness|Healthcare Management|医疗|医药|医院|制药|生物医药|生物科技|医疗器械|大健康|卫生|医疗卫生|卫生和社会工作"},
		{"government", "政府与公共事业", "Government and public sector", "red", "Government|Public Sector|Public|Government Administration|Government/Military|Public Administration|Municipal|Military|Public Safety|政府|政务|政府机关|政府机构|公共事业|事业单位|公共管理|军工|公安|国企"},
		{"education", "教育科研", "Education", "purple", "Education Management|Higher Education|E-Learning|Schools|University|Academic|Research|Primary/Secondary Education|Training|教育|教育培训|培训|高校|学校|科研|科研院所|院校"},
		{"energy", "能源电力", "Energy", "volcano", "Energy & Utilities|Utilities|Oil & Gas|Oil & Energy|Power|Electricity|Renewables & Environment|Renewable Energy|Mining|Mining & Metals|Environmental|Environment|能源|电力|石油|石化|石油石化|新能源|燃气|水务|矿业|采矿|采矿业|环保|公用事业"},
		{"gaming_internet", "游戏与互联网", "Gaming and internet", "geekblue", "Gaming|Games|Computer Games|Internet|Online Media|Mobile Games|Social Network|Internet Services|互联网|游戏|手游|网络游戏|移动互联网|社交|短视频|直播|互联网+"},
		{"professional_services", "专业服务", "Professional services", "lime", "Consulting|Legal|Law|Legal Services|Law Practice|Law Firm|Accounting|Audit|Management Consulting|Engineering|Architecture & Planning|Research Services|咨询|法律|律所|律师事务所|会计|审计|事务所|设计|工程咨询|商务服务|租赁和商务服务业|科学研究和技术服务业"},
		{"foreign_trade", "外贸", "Foreign trade", "orange", "International Trade|International Trade and Development|Import and Export|Import/Export|Trade|Trading|Export|Cross-border|Cross-border E-commerce|外贸|进出口|国际贸易|贸易|跨境|跨境电商|商贸"},
		{"software", "软件与信息服务", "Software", "blue", "Computer Software|Software & IT Services|SaaS|IT Services|Information Technology and Services|Software Development|ISV|System Integrator|软件|软件业|软件服务|软件外包|软件和信息技术服务业|信息技术服务|系统集成|企业服务"},
		{"technology", "科技", "Technology", "geekblue", "Tech|High Tech|Hi-Tech|Information Technology|IT|Computer Hardware|Computer Networking|Computer & Network Security|Hardware|AI|Artificial Intelligence|Nanotechnology|科技|高科技|信息技术|IT/互联网|人工智能|硬件|计算机|高新技术"},
		{"telecommunications", "通信", "Telecommunications", "cyan", "Telecom|Telecoms|Telecommunication|Communications|Wireless|Carrier|通信|电信|运营商|通讯"},
		{"real_estate", "房地产与建筑", "Real estate and construction", "gold", "Real Estate|Construction|Property|Commercial Real Estate|Civil Engineering|Facilities Services|Building|房地产|地产|房产|建筑|建筑业|物业|工程建设|基建"},
		{"travel", "文旅酒店", "Travel and hospitality", "lime", "Travel|Tourism|Leisure, Travel & Tourism|Travel and Tourism|Hospitality|Hotel|Hotels|Restaurants|Recreation|Recreational Facilities and Services|Catering|旅游|酒店|文旅|餐饮|住宿和餐饮业|会展"},
		{"entertainment", "文娱传媒", "Media and entertainment", "magenta", "Entertainment|Media|Broadcast Media|Media Production|Music|Motion Pictures and Film|Sports|Publishing|Newspapers|Arts|Gambling & Casinos|传媒|文化传媒|文化|媒体|娱乐|影视|出版|体育|文化、体育和娱乐业|广电"},
		{"marketing", "营销广告", "Marketing", "orange", "Marketing and Advertising|Advertising|Media and Advertising|Market Research|Public Relations and Communications|Events Services|广告|营销|市场营销|广告营销|公关|市场研究"},
		{"employment", "人力资源", "Employment", "purple", "Human Resources|HR|Staffing|Staffing and Recruiting|Recruiting|Recruitment|Outsourcing/Offshoring|人力资源|招聘|人力资源服务|劳务|猎头"},
		{"services", "其他服务", "Services", "grey", "Service|Business Services|Consumer Services|Individual & Family Services|Customer Service|Security and Investigations|Environmental Services|服务业|服务|生活服务|居民服务|居民服务、修理和其他服务业|本地生活"},
		{"agriculture", "农林牧渔", "Agriculture", "green", "Agri|Agribusiness|Farming|Rural and Agribusiness|Fishery|Ranching|Dairy|Forestry|农业|农林牧渔业|农牧|林业|畜牧|渔业"},
		{"nonprofit", "公益组织", "Non-profit", "grey", "Nonprofit|Not For Profit|Non-Profit Organization Management|NGO|Charity|Philanthropy|Religious Institutions|Civic & Social Organization|公益|非营利|协会|社会组织|基金会"},
		{"other", "其他", "Other", "grey", "Others|Misc|Miscellaneous|Unknown|其它|其他行业|未知|不详"},
	}
}

// sources say where a lead or deal came from.
func sources() []option {
	return []option{
		{"website", "官网", "Website", "blue", "Web|Web Site|Web Form|Website Form|Landing Page|Landing Page Submission|Form|Web Download|Inbound|Online Store|Portal|Contact Form|Sign Up|网站|网站注册|官网注册|官网表单|在线表单|注册"},
		{"search", "搜索", "Search", "cyan", "Organic Search|Google|Bing|Baidu|SEO|Search Engine|Online Search|Yahoo|搜索引擎|百度|自然搜索"},
		{"direct_traffic", "直接访问", "Direct traffic", "cyan", "Direct|Direct Visit|Type-in|直接流量|直访"},
		{"advertising", "广告投放", "Advertising", "orange", "Advertisement|Advertisements|Ads|Ad|Paid Search|Paid Social|PPC|Pay per Click Ads|SEM|Google Ads|Google AdWords|Digital Advertisement|Display|Banner|Print|TV|Radio|广告|付费搜索|竞价|信息流|投放"},
		{"social_media", "社交媒体", "Social media", "magenta", "Social|Organic Social|Facebook|LinkedIn|Twitter|X (Twitter)|Twitter/X|Instagram|YouTube|WeChat|Weibo|Douyin|TikTok|社媒|微信|公众号|微博|抖音|知乎|小红书|视频号|社交平台"},
		{"email_campaign", "邮件营销", "E-mail campaign", "gold", "Email|E-mail|Email Marketing|Email Campaign|Mail|Newsletter|EDM|Mailing|Direct Mail|Campaign|邮件|群发邮件|邮件群发|电子邮件|营销活动"},
		{"event", "活动展会", "Event", "purple", "Events|Trade Show|Tradeshow|Conference|Seminar|Webinar|Seminar Partner|Seminar - Internal|Workshop|Exhibition|Fair|Public Relations|PR|展会|市场活动|活动|会议|大会|论坛|研讨会|沙龙|直播|线下活动|峰会"},
		{"content", "内容下载", "Content", "lime", "Content Marketing|Download|White Paper|Whitepaper|Blog|E-book|Case Study|白皮书|资料下载|内容营销|博客|案例下载"},
		{"referral", "转介绍", "Referral", "green", "Referrals|Reference|Referral Sites|External Referral|Employee Referral|Customer Referral|Word of mouth|Word Of Mouth|Recommendation|Existing Customer|Customer|Friend|Internal Referral|老客户推荐|客户介绍|转介绍客户|推荐|客户推荐|朋友介绍|老客户|内部推荐|员工推荐|口碑"},
		{"partner", "渠道伙伴", "Partner", "green", "Channel|Channel Partner|Reseller|Distributor|Alliance|Partner Referral|Agency|SI|Cloud Marketplace|渠道|合作伙伴|伙伴|代理商|经销商|集成商|渠道推荐|云市场"},
		{"cold_call", "主动开发", "Outbound", "geekblue", "Cold Call|Cold Calling|Outbound Sales|Prospecting|Telemarketing|Phone Inquiry|Phone|Call|Self Generated|Self-generated|Sales|SDR|Click2call|Cold Email|Offline|陌拜|陌生拜访|电话营销|电话销售|电销|主动拜访|自主开发|自开拓|自拓|外呼|电话"},
		{"chat", "在线咨询", "Live chat", "blue", "Chat|Olark Chat|Web Chat|Chatbot|Messaging|在线客服|在线聊天|客服|400电话|热线|来电咨询|咨询"},
		{"trial", "免费试用", "Free trial", "lime", "Trial|Free Trial|Product Signup|Freemium|Demo Request|Product|试用|产品试用|试用申请|演示申请"},
		{"tender", "招投标", "Tender", "red", "Bidding|RFP|Public Tender|Procurement|招标|投标|招标网|标讯|公开招标"},
		{"purchased_list", "名单采购", "Purchased list", "grey", "Purchased List|List|Import|Lead Import|CRM Import|API|Data Vendor|ZoomInfo|名单|外购名单|数据采购|导入|企查查|天眼查"},
		{"other", "其他", "Other", "grey", "Others|Unknown|Misc|None|其它|未知|其他来源"},
	}
}
