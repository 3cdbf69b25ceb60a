package demo

// city is a real city; companies in it are invented.
type city struct {
	name, province, region, code string
	weight                       float64
}

func cities() []city {
	return []city{
		{"北京", "北京", "华北", "010", 12}, {"天津", "天津", "华北", "022", 4}, {"石家庄", "河北", "华北", "0311", 2}, {"唐山", "河北", "华北", "0315", 1},
		{"太原", "山西", "华北", "0351", 2}, {"呼和浩特", "内蒙古", "华北", "0471", 1}, {"沈阳", "辽宁", "东北", "024", 2}, {"大连", "辽宁", "东北", "0411", 2},
		{"长春", "吉林", "东北", "0431", 1}, {"哈尔滨", "黑龙江", "东北", "0451", 1}, {"上海", "上海", "华东", "021", 12}, {"苏州", "江苏", "华东", "0512", 6},
		{"南京", "江苏", "华东", "025", 5}, {"无锡", "江苏", "华东", "0510", 3}, {"常州", "江苏", "华东", "0519", 2}, {"杭州", "浙江", "华东", "0571", 7},
		{"宁波", "浙江", "华东", "0574", 4}, {"嘉兴", "浙江", "华东", "0573", 2}, {"合肥", "安徽", "华东", "0551", 3}, {"芜湖", "安徽", "华东", "0553", 1},
		{"福州", "福建", "华东", "0591", 2}, {"厦门", "福建", "华东", "0592", 3}, {"南昌", "江西", "华东", "0791", 1}, {"济南", "山东", "华东", "0531", 3},
		{"青岛", "山东", "华东", "0532", 4}, {"烟台", "山东", "华东", "0535", 1}, {"郑州", "河南", "华中", "0371", 4}, {"洛阳", "河南", "华中", "0379", 1},
		{"武汉", "湖北", "华中", "027", 6}, {"宜昌", "湖北", "华中", "0717", 1}, {"长沙", "湖南", "华中", "0731", 4}, {"株洲", "湖南", "华中", "0733", 1},
		{"广州", "广东", "华南", "020", 7}, {"深圳", "广东", "华南", "0755", 10}, {"东莞", "广东", "华南", "0769", 3}, {"佛山", "广东", "华南", "0757", 3},
		{"珠海", "广东", "华南", "0756", 2}, {"南宁", "广西", "华南", "0771", 1}, {"海口", "海南", "华南", "0898", 1}, {"成都", "四川", "西南", "028", 6},
		{"重庆", "重庆", "西南", "023", 4}, {"贵阳", "贵州", "西南", "0851", 2}, {"昆明", "云南", "西南", "0871", 2}, {"西安", "陕西", "西北", "029", 4},
		{"兰州", "甘肃", "西北", "0931", 1}, {"乌鲁木齐", "新疆", "西北", "0991", 1}, {"银川", "宁夏", "西北", "0951", 1},
	}
}

// abroad is a place outside China; names are English.
type abroad struct{ city, country, code string }

func foreignPlaces() []abroad {
	return []abroad{
		{"Singapore", "Singapore", "+65"}, {"Hamburg", "Germany", "+49"}, {"Stuttgart", "Germany", "+49"}, {"Rotterdam", "Netherlands", "+31"},
		{"Osaka", "Japan", "+81"}, {"Nagoya", "Japan", "+81"}, {"Kuala Lumpur", "Malaysia", "+60"}, {"Bangkok", "Thailand", "+66"},
		{"Ho Chi Minh City", "Vietnam", "+84"}, {"Dubai", "United Arab Emirates", "+971"}, {"Chicago", "United States", "+1"},
		{"Austin", "United States", "+1"}, {"Manchester", "United Kingdom", "+44"}, {"Milan", "Italy", "+39"},
	}
}

// northern regions belong to the north team, the others and abroad to the south team.
func teamOf(region string) string {
	switch region {
	case "华北", "东北", "西北", "华中":
		return North
	}
	return South
}

// trade is how common an industry is among accounts and how it buys.
type trade struct {
	name   string
	weight float64
	win    float64 // adds to the log-odds of winning
	pace   float64 // multiplies the length of a deal
}

func trades() []trade {
	return []trade{
		{"manufacturing", 20, 0.1, 1.05}, {"finance", 11, 0.35, 1.25}, {"retail_ecommerce", 10, 0.25, 0.8}, {"logistics", 6, 0.05, 0.9},
		{"healthcare", 8, -0.2, 1.2}, {"government", 7, -0.45, 1.4}, {"education", 5, -0.5, 1.2}, {"energy", 6, 0, 1.3},
		{"gaming_internet", 7, 0.4, 0.7}, {"professional_services", 4, -0.3, 0.8}, {"foreign_trade", 5, -0.35, 0.8}, {"software", 5, 0.15, 0.75},
		{"technology", 2, 0.1, 0.8}, {"telecommunications", 1, 0, 1.2}, {"real_estate", 1, -0.5, 1.1}, {"travel", 0.7, -0.3, 0.9},
		{"entertainment", 0.7, -0.2, 0.8}, {"marketing", 0.6, -0.2, 0.7}, {"employment", 0.5, -0.2, 0.8}, {"services", 0.6, -0.3, 0.8}, {"agriculture", 0.9, -0.2, 1},
	}
}
