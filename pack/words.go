package pack

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"headwater/lake"
)

// Said is a part of a problem: its stable code, and its words in both languages.
type Said struct {
	Code   string            `json:"code"`
	ZH     string            `json:"zh"`
	EN     string            `json:"en"`
	Params map[string]string `json:"params,omitempty"` // of a refusal that the page has words for
}

// say finds the words of a code. What they speak of is put in by its place, a Said in the
// language of the words.
func say(code string, args ...any) Said {
	w := words[code]
	in := func(text string, zh bool) string {
		own := make([]any, len(args))
		for i, a := range args {
			if s, ok := a.(Said); ok {
				own[i] = choose(zh, s)
				continue
			}
			own[i] = a
		}
		return fmt.Sprintf(text, own...)
	}
	return Said{Code: code, ZH: in(w.ZH, true), EN: in(w.EN, false)}
}

func choose(zh bool, s Said) string {
	if zh {
		return s.ZH
	}
	return s.EN
}

// as is text that reads the same in every language: an id, a number, a name.
func as(text string) Said { return Said{Code: "value", ZH: text, EN: text} }

func oneOf(list []string) Said { return say("one_of", strings.Join(list, ", "), Said{}) }

// because is what a parser or a test said. A refusal of the lake keeps its own code.
func because(err error) *Said {
	var refused *lake.Error
	if errors.As(err, &refused) {
		return &Said{Code: refused.Code, ZH: strings.TrimSuffix(refused.Detail, "."), EN: strings.TrimSuffix(refused.Detail, "."), Params: refused.Params}
	}
	var told said
	if errors.As(err, &told) {
		return (*Said)(&told)
	}
	text, _, _ := strings.Cut(err.Error(), "\n")
	for _, reader := range []string{"yaml: ", "json: ", "template: "} {
		text = strings.TrimPrefix(text, reader)
	}
	return &Said{Code: "reason", ZH: inChinese(text), EN: strings.TrimSuffix(text, ".")}
}

// said is a Said as an error.
type said Said

func (s said) Error() string { return s.EN }

// parsed are what the readers of YAML, formulas and templates say most often.
var parsed = strings.NewReplacer(
	"mapping values are not allowed in this context", "这里不能再有“键: 值”，多半是缩进不对，或文字里的冒号没有加引号",
	"did not find expected key", "这里应是一个键，多半是缩进不对",
	"could not find expected ':'", "缺少冒号",
	"did not find expected '-' indicator", "这里应是以“-”开头的一项，多半是缩进不对",
	"did not find expected node content", "这里应有内容",
	"did not find expected ',' or ']'", "方括号里缺少逗号，或没有关上",
	"did not find expected ',' or '}'", "花括号里缺少逗号，或没有关上",
	"found character that cannot start any token", "有不能这样开头的字符（缩进请用空格，不用制表符）",
	"found a tab character that violates indentation", "缩进用了制表符，请改用空格",
	"found unexpected end of stream", "引号没有关上",
	"found unknown escape character", "引号里有不认识的转义",
	"control characters are not allowed", "有控制字符",
	"invalid leading UTF-8 octet", "不是 UTF-8 编码",
	"unknown anchor", "没有这个锚",
	"unknown name", "没有这个名称：",
	"unexpected token", "不该在这里的符号：",
	"expected bool, but got", "应得出真或假，却得到",
	"expected float64, but got", "应得出数字，却得到",
	"unexpected end of expression", "公式没有写完",
	"error parsing regexp: ", "",
	"missing closing )", "缺少右括号",
	"missing closing ]", "缺少右方括号",
	"unexpected )", "多了一个右括号",
	"missing argument to repetition operator", "重复符号前面没有内容",
	"unclosed action", "双花括号没有关上",
	"unexpected EOF", "没有写完，缺少 {{end}}",
	"unexpected {{end}}", "多了一个 {{end}}",
	"function", "函数",
	"not defined", "没有定义",
)

var lineAhead = regexp.MustCompile(`^(line \d+|\d+|:\d+): *`)

// inChinese puts what was said into Chinese as far as it is known, without its line.
func inChinese(text string) string {
	return strings.TrimSuffix(parsed.Replace(lineAhead.ReplaceAllString(text, "")), ".")
}

// words are those of each code. What is expected reads after "expected" and after "期望：".
var words = map[string]Text{
	// what stands there
	"nothing":             {ZH: "空的", EN: "nothing"},
	"a_mapping":           {ZH: "一组键和值", EN: "a mapping"},
	"a_list":              {ZH: "列表", EN: "a list"},
	"text":                {ZH: "文字 %s", EN: "the text %s"},
	"number":              {ZH: "数字 %s", EN: "the number %s"},
	"truth":               {ZH: "真假值 %s", EN: "the truth value %s"},
	"anchor":              {ZH: "锚或别名", EN: "an anchor or alias"},
	"key_again":           {ZH: "又一次出现的键", EN: "the key a second time"},
	"key_unknown":         {ZH: "不认识的键", EN: "an unknown key"},
	"again":               {ZH: "%s 第二次出现", EN: "%s a second time"},
	"list_empty":          {ZH: "空列表", EN: "an empty list"},
	"text_empty":          {ZH: "空文字", EN: "an empty text"},
	"text_odd":            {ZH: "不是文字的字符", EN: "a character that isn't text"},
	"id_elsewhere":        {ZH: "%s，另一个文件里也有", EN: "%s, which another file has, too"},
	"id_in_pack":          {ZH: "知识包 %s 也有的编号", EN: "an id that the pack %s has, too"},
	"id_dangling":         {ZH: "%s，%s 里没有", EN: "%s, which isn't in %s"},
	"pack_absent":         {ZH: "知识包 %s，这里没有", EN: "the pack %s, which isn't here"},
	"pack_going":          {ZH: "知识包 %s，它就要没有了", EN: "the pack %s, which would be gone"},
	"pack_itself":         {ZH: "知识包自己", EN: "the pack itself"},
	"pack_circle":         {ZH: "绕回自己的依赖：%s", EN: "a circle: %s"},
	"pack_meta_here":      {ZH: "知识包的说明", EN: "what the pack is"},
	"no_archive":          {ZH: "不是 zip 压缩包", EN: "no zip archive"},
	"no_pack_file":        {ZH: "没有 pack.yaml", EN: "no pack.yaml"},
	"files_many":          {ZH: "%d 个文件", EN: "%d files"},
	"file_large":          {ZH: "更大的文件", EN: "a larger file"},
	"pack_large":          {ZH: "合计超过 %d 字节", EN: "more than %d bytes in all"},
	"file_empty":          {ZH: "空文件", EN: "an empty file"},
	"not_yaml":            {ZH: "不是 YAML 的内容", EN: "text that isn't YAML"},
	"not_fitting":         {ZH: "不符合这一节的内容", EN: "what doesn't fit the section"},
	"document_again":      {ZH: "第二份文档", EN: "a second document"},
	"no_section":          {ZH: "一节也没有", EN: "no section"},
	"section_unknown":     {ZH: "不认识的节", EN: "an unknown section"},
	"figures_unordered":   {ZH: "没有从小到大的数字", EN: "figures that don't ascend"},
	"no_figure":           {ZH: "没有数字", EN: "no figure"},
	"range":               {ZH: "低 %v，可能 %v，高 %v", EN: "low %v, likely %v, high %v"},
	"unanswerable":        {ZH: "没有办法回答的条目", EN: "a criterion that nothing answers"},
	"cell_again":          {ZH: "行 %t、列 %t 第二次出现", EN: "row %t, column %t a second time"},
	"combinations":        {ZH: "%d 种组合", EN: "%d combinations"},
	"none_without_reason": {ZH: "none 没有写原因", EN: "none without a reason"},
	"without_needs":       {ZH: "%s 没有写需求", EN: "%s without needs"},
	"no_sentence":         {ZH: "没有例句", EN: "no sentence"},
	"no_exit":             {ZH: "没有过关标准的阶段", EN: "a stage without exit criteria"},
	"no_instead":          {ZH: "over_promise 没有写该怎么改", EN: "over_promise without what to write instead"},
	"variable_unused":     {ZH: "没有在两种语言里都用到的变量", EN: "a variable that isn't used in both languages"},
	"source_is":           {ZH: "来源 %s", EN: "source %s"},
	"years_outside":       {ZH: "期限以外的年份", EN: "years outside of the term"},
	"no_value":            {ZH: "%s 没有数值", EN: "no value for %s"},
	"value_unknown":       {ZH: "给不认识的变量的数值", EN: "a value for an unknown variable"},
	"rows_missing":        {ZH: "没有行的列表", EN: "a list without rows"},
	"unfilled":            {ZH: "没有来处的输入", EN: "an input that nothing fills"},
	"template_unread":     {ZH: "读不懂的模板", EN: "a template that can't be read"},

	// what is expected
	"value_written_out": {ZH: "直接写出值", EN: "the value written out"},
	"mapping_of":        {ZH: "含有这些键的一组键和值：%s", EN: "a mapping with the keys %s"},
	"mapping_numbers":   {ZH: "名称对数字的一组键和值", EN: "a mapping of names to numbers"},
	"mapping_sections":  {ZH: "由各节组成的一组键和值", EN: "a mapping of sections"},
	"key_once":          {ZH: "每个键只出现一次", EN: "each key once"},
	"key":               {ZH: "写上键 %s%s", EN: "the key %s%s"},
	"key_too":           {ZH: "同时写上键 %s", EN: "the key %s, too"},
	"key_exit":          {ZH: "写上键 exit：只有最后一个阶段可以没有", EN: "the key exit: only the last stage may go without"},
	"key_either":        {ZH: "写上键 %s 或 %s", EN: "the key %s or %s"},
	"key_benchmark":     {ZH: "来源是 benchmark 时才写、也必须写键 benchmark", EN: "the key benchmark with source benchmark, and only then"},
	"one_of":            {ZH: "以下之一：%s%s", EN: "one of %s%s"},
	"did_you_mean":      {ZH: "（是不是 %s？）", EN: " (did you mean %s?)"},
	"condition_on":      {ZH: "%s 的条件，例如 %s", EN: "a condition on %s, such as %s"},
	"field_of":          {ZH: "%s 的字段", EN: "a field of %s"},
	"entry_or_no_key":   {ZH: "至少一项，或者整个键都不写", EN: "at least one entry, or no key at all"},
	"entry_once":        {ZH: "列表里每项只出现一次", EN: "each entry of a list once"},
	"id_once":           {ZH: "一节里每个编号只出现一次", EN: "each id once in a section"},
	"id_other":          {ZH: "换一个编号，或者依赖 %[1]s", EN: "another id, or a dependence on %[1]s"},
	"is_text":           {ZH: "文字", EN: "text"},
	"is_text_quoted":    {ZH: "文字：请加引号", EN: "text: put it in quotes"},
	"is_truth":          {ZH: "true 或 false", EN: "true or false"},
	"is_whole":          {ZH: "整数", EN: "a whole number"},
	"is_number":         {ZH: "数字", EN: "a number"},
	"readable":          {ZH: "能读的内容", EN: "something to read"},
	"letters":           {ZH: "字母、数字和符号", EN: "letters, digits and signs"},
	"path":              {ZH: "路径：account.、deal.、contact.、owner.、quote. 或 value. 加字段，benchmark. 加编号，或 input", EN: "a path: " + pathHelp},
	"id":                {ZH: "由字母和数字组成、用连字符相连的编号，例如 large-firms 或 L01", EN: "an id of letters and digits, joined by hyphens, such as large-firms or L01"},
	"name":              {ZH: "由小写字母、数字和下划线组成的名称，例如 seats_per_site", EN: "a name of small letters, digits and underscores, such as seats_per_site"},
	"column":            {ZH: "字段名", EN: "the name of a field"},
	"version":           {ZH: "加引号的三段数字，例如 \"1.4.0\"", EN: "three numbers in quotes, such as \"1.4.0\""},
	"currency":          {ZH: "货币代码，例如 CNY", EN: "a currency code, such as CNY"},
	"pattern":           {ZH: "符合 %s 的文字", EN: "text that fits %s"},
	"regex":             {ZH: "正则表达式", EN: "a regular expression"},
	"url":               {ZH: "以 https:// 开头的地址", EN: "an address that begins with https://"},
	"one_document":      {ZH: "每个文件一份文档", EN: "one document per file"},
	"meta_in_pack_file": {ZH: "只写在 pack.yaml 里", EN: "it in pack.yaml only"},
	"a_section":         {ZH: "至少一节：%s", EN: "at least one of %s"},
	"folder":            {ZH: "含有 pack.yaml、最多 %d 个 YAML 文件的文件夹", EN: "a folder with pack.yaml and at most %d YAML files"},
	"file_of":           {ZH: "不超过 %d 字节的文件", EN: "a file of at most %d bytes"},
	"zip":               {ZH: "一个知识包文件夹的 zip", EN: "a zip of a pack's folder"},
	"folder_name":       {ZH: "文件夹的名字 %s", EN: "the folder's name, %s"},
	"meta_item":         {ZH: "说明知识包是什么的那一项", EN: "the item that says what the pack is"},
	"by_schema":         {ZH: "这一节规定的键和类型", EN: "the keys and kinds of the section's schema"},
	"packs_loaded":      {ZH: "已加载的知识包", EN: "packs that are loaded"},
	"packs_there":       {ZH: "还在的知识包", EN: "packs that are there"},
	"packs_free":        {ZH: "互不依赖的知识包", EN: "packs that don't depend on each other"},
	"pack_other":        {ZH: "另一个知识包", EN: "another pack"},
	"id_of_one":         {ZH: "%s 里的一个编号%s", EN: "the id of one of %s%s"},
	"there_is_none":     {ZH: "（还没有）", EN: " (there is none)"},
	"these":             {ZH: "：%s%s", EN: ": %s%s"},
	"both_languages":    {ZH: "zh 和 en 都要有", EN: "both zh and en"},
	"ascending":         {ZH: "low ≤ likely ≤ high", EN: "low ≤ likely ≤ high"},
	"a_figure":          {ZH: "low、likely 或 high", EN: "low, likely or high"},
	"from_on":           {ZH: "不小于 %v 的数字", EN: "a number from %v on"},
	"between":           {ZH: "%d 到 %d 的数字", EN: "a number from %d to %d"},
	"most_conditions":   {ZH: "至多 %s，各条件合计只有这么多", EN: "at most %s, what the conditions can add up to"},
	"most_evidence":     {ZH: "至多 %s，全部证据合计只有这么多", EN: "at most %s, what all evidence adds up to"},
	"most_criteria":     {ZH: "至多 %s，各条目合计只有这么多", EN: "at most %s, what the criteria add up to"},
	"if_or_ask":         {ZH: "if、ask 或两者", EN: "if, ask or both"},
	"descending":        {ZH: "小于 %s：结论从高到低排列", EN: "less than %s: verdicts descend"},
	"discounts_ascend":  {ZH: "大于 %s：折扣从小到大排列", EN: "more than %s: discounts ascend"},
	"days_ascend":       {ZH: "从早到晚排列的天数", EN: "days that ascend"},
	"combination_once":  {ZH: "每种组合只出现一次", EN: "each combination once"},
	"four_combinations": {ZH: "行和列的全部四种组合", EN: "all four combinations of row and column"},
	"reason_with_none":  {ZH: "只有 kind 是 none 时才写原因", EN: "a reason only with kind none"},
	"variable_declared": {ZH: "在 variables 里写明的变量", EN: "a variable that is declared under variables"},
	"in_both_texts":     {ZH: "text.zh 和 text.en 里都有 {%s}", EN: "{%s} in text.zh and text.en"},
	"formula_number":    {ZH: "得出数字的公式，可用：%s", EN: "a formula that gives a number over %s"},
	"formula_truth":     {ZH: "得出真或假的公式，可用：%s", EN: "a formula that is true or false over %s"},
	"formula_plain":     {ZH: "只用数字、+ - * / %% **、比较、and、or、not、a ? b : c 和电子表格也有的 %s", EN: "only numbers, + - * / %% **, comparisons, and, or, not, a ? b : c, and %s, which a spreadsheet has, too"},
	"unusable":          {ZH: "不能用 %s", EN: "%s can't be used"},
	"name_free":         {ZH: "模型里别处没有的名称", EN: "a name that nothing else in the model has"},
	"variable_id":       {ZH: "一个变量的编号", EN: "the id of a variable"},
	"years_within":      {ZH: "from_year ≤ to_year ≤ %d", EN: "from_year ≤ to_year ≤ %d"},
	"every_variable":    {ZH: "每个变量一个数字", EN: "a number for every variable"},
	"text_template":     {ZH: "text/template 写法", EN: "text/template"},
	"column_of":         {ZH: "列表里的一列：%s", EN: "a column of the list: %s"},
	"an_item":           {ZH: "一个条目", EN: "an item"},
	"id_same":           {ZH: "%s：编号不能改", EN: "%s: ids never change"},
	"input_id":          {ZH: "一个输入的编号", EN: "the id of an input"},

	// what is wrong with a condition
	"bracket_unopened": {ZH: "有右括号，前面没有左括号", EN: "a bracket closes that was never opened"},
	"quote_open":       {ZH: "引号没有关上", EN: "a quotation mark isn't closed"},
	"bracket_open":     {ZH: "括号没有关上", EN: "a bracket isn't closed"},
	"joins_nothing":    {ZH: "AND、OR、NOT 旁边要有内容", EN: "AND, OR and NOT need something beside them"},
}
