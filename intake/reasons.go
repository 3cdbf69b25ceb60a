package intake

import (
	"strings"

	"headwater/lake"
)

// reasons holds one sentence per code of a problem; {value}, {field}, {column} and
// other params are filled in.
var reasons = map[string]lake.Label{
	"value_too_long":       {ZH: "“{column}”的内容超过 1 MiB", EN: "{column} holds more than 1 MiB"},
	"text_invalid":         {ZH: "“{column}”含有无法识别的字符", EN: "{column} holds bytes that are no text"},
	"integer_invalid":      {ZH: "“{column}”应为整数，实际是“{value}”", EN: "{column} must be a whole number, not “{value}”"},
	"number_invalid":       {ZH: "“{column}”应为数字，实际是“{value}”", EN: "{column} must be a number, not “{value}”"},
	"number_too_long":      {ZH: "“{column}”的数字“{value}”位数过多", EN: "the number “{value}” in {column} has too many digits"},
	"money_invalid":        {ZH: "“{column}”的金额“{value}”无法识别", EN: "the amount “{value}” in {column} can't be read"},
	"currency_unknown":     {ZH: "“{column}”的币种“{value}”不是 ISO 4217 代码", EN: "the currency of “{value}” in {column} is no code of ISO 4217"},
	"boolean_invalid":      {ZH: "“{column}”应为是或否，实际是“{value}”", EN: "{column} must be yes or no, not “{value}”"},
	"date_invalid":         {ZH: "“{column}”的日期“{value}”无法识别", EN: "the date “{value}” in {column} can't be read"},
	"timestamp_invalid":    {ZH: "“{column}”的时间“{value}”无法识别", EN: "the time “{value}” in {column} can't be read"},
	CodeOptionUnknown:      {ZH: "“{value}”不是“{column}”的选项", EN: "“{value}” is none of the options of {column}"},
	"email_invalid":        {ZH: "“{column}”的邮箱“{value}”格式不对", EN: "“{value}” in {column} is no e-mail address"},
	"phone_invalid":        {ZH: "“{column}”的电话“{value}”格式不对", EN: "“{value}” in {column} is no telephone number"},
	CodePhoneRounded:       {ZH: "“{column}”的号码“{value}”被表格软件改成了科学计数，末位已丢失", EN: "a spreadsheet has turned the number in {column} into “{value}” and lost its last digits"},
	"url_invalid":          {ZH: "“{column}”的网址“{value}”格式不对", EN: "“{value}” in {column} is no web address"},
	CodeFieldRequired:      {ZH: "必填字段“{field}”为空", EN: "the required field {field} is empty"},
	CodeUnique:             {ZH: "“{field}”的值“{value}”已被另一条记录使用", EN: "another record has the {field} “{value}” already"},
	CodeReferenceUnknown:   {ZH: "“{column}”中的“{value}”在{target}里找不到", EN: "“{value}” in {column} isn't among the {target}"},
	"reference_missing":    {ZH: "“{field}”指向的记录已不存在", EN: "the record that {field} refers to is no longer there"},
	CodeReferenceAmbiguous: {ZH: "“{column}”中的“{value}”在{target}里不止一条", EN: "several {target} are called “{value}” ({column})"},
	CodeReferenceSelf:      {ZH: "“{column}”指向记录自己", EN: "{column} refers to the record itself"},
	CodeMatchAmbiguous:     {ZH: "“{field}”为“{value}”的已有记录不止一条", EN: "several records have the {field} “{value}”"},
	CodeMatchExists:        {ZH: "“{field}”为“{value}”的记录已存在", EN: "there is a record with the {field} “{value}” already"},
	"referenced":           {ZH: "其他记录引用了这条记录", EN: "other records refer to this one"},
	"record_unknown":       {ZH: "记录不存在，或者你看不到它", EN: "the record isn't there, or you may not see it"},
	"field_masked":         {ZH: "你看不到字段“{field}”，因此不能修改", EN: "you may not see the field {field}, so you can't change it"},
	"field_unknown":        {ZH: "没有字段“{field}”", EN: "there is no field {field}"},
	"key_invalid":          {ZH: "编号须为 1 到 200 字节", EN: "an id has 1 to 200 bytes"},
	CodePersonForbidden:    {ZH: "成员“{value}”不存在，只有管理员可以添加", EN: "there is no colleague “{value}”, and only an administrator may add one"},
	"person_ambiguous":     {ZH: "有多位成员叫“{name}”", EN: "several people are called “{name}”"},
	"email_taken":          {ZH: "邮箱“{email}”已被其他人使用", EN: "somebody has the e-mail address “{email}” already"},
	"too_few_fields":       {ZH: "这一行的列数太少（{detail}）", EN: "the row has too few fields ({detail})"},
	"too_many_fields":      {ZH: "这一行的列数太多（{detail}）", EN: "the row has too many fields ({detail})"},
	"unclosed_quote":       {ZH: "引号没有结束（{detail}）", EN: "a quote is never closed ({detail})"},
	"cell_too_large":       {ZH: "有单元格超过大小上限（{detail}）", EN: "a cell is larger than allowed ({detail})"},
	"nul_byte":             {ZH: "这一行含有空字节", EN: "the row holds NUL bytes"},
	"bad_encoding":         {ZH: "这一行有编码错误（{detail}）", EN: "the row isn't in the file's encoding ({detail})"},
	"repeated_header":      {ZH: "这一行重复了表头", EN: "the row repeats the header"},
	"cell_error":           {ZH: "单元格是公式错误（{detail}）", EN: "a cell shows a formula's error ({detail})"},
}

var targets = map[string]lake.Label{
	"accounts": {ZH: "客户", EN: "accounts"}, "contacts": {ZH: "联系人", EN: "contacts"}, "leads": {ZH: "线索", EN: "leads"}, "deals": {ZH: "商机", EN: "deals"},
	"activities": {ZH: "活动", EN: "activities"}, "products": {ZH: "产品", EN: "products"}, "users": {ZH: "成员", EN: "users"},
}

// Reason is what a problem means, in Chinese ("zh") or English.
func Reason(p Problem, language string) string {
	pick := func(l lake.Label) string {
		if language == "zh" {
			return l.ZH
		}
		return l.EN
	}
	text := pick(reasons[p.Code])
	if text == "" {
		text = strings.ReplaceAll(p.Code, "_", " ")
	}
	column := p.Column
	if column == "" {
		column = string(p.Field)
	}
	values := map[string]string{"value": p.Value, "field": string(p.Field), "column": column}
	for k, v := range p.Params {
		if _, taken := values[k]; !taken {
			values[k] = v
		}
	}
	if t, ok := targets[values["target"]]; ok {
		values["target"] = pick(t)
	}
	for k, v := range values {
		if strings.Contains(text, "{"+k+"}") {
			text = strings.ReplaceAll(text, "{"+k+"}", v)
		}
	}
	return text
}
