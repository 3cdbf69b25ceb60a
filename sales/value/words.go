package value

import "headwater/pack"

// word is a text of the workbook in both languages.
type word = pack.Text

// in picks the text of a language: "zh" or "en".
func in(lang string, t pack.Text) string {
	if lang == "zh" {
		return t.ZH
	}
	return t.EN
}

var words = struct {
	summary, inputs, years, swings, runs, sources                        word // sheets
	scenario, cautious, likely, hopeful, pick                            word
	variable, unit, low, high, own, chosen, source, confirmed, note, ask word
	wanted, benchmark, benchmarkFrom, origin                             word
	results, benefits, costs, npv, irr, payback, roi, none               word
	perYear, term, flow, discounted, total, sum, sign, reached           word
	steps, formula, kind, benefit, cost, line, currency                  word
	npvLow, npvHigh, effect, rank, base, below, above, explain, ownHelp  word
	customer, model, madeOn, cashFlow, tornado                           word
}{
	summary: word{ZH: "概览", EN: "Summary"}, inputs: word{ZH: "输入", EN: "Inputs"}, years: word{ZH: "逐年测算", EN: "Years"},
	swings: word{ZH: "敏感性", EN: "Sensitivity"}, runs: word{ZH: "敏感性计算", EN: "Sensitivity runs"}, sources: word{ZH: "来源", EN: "Sources"},
	scenario: word{ZH: "情景", EN: "Scenario"}, cautious: word{ZH: "谨慎", EN: "cautious"}, likely: word{ZH: "可能", EN: "likely"}, hopeful: word{ZH: "乐观", EN: "hopeful"},
	pick:     word{ZH: "在此选择：谨慎、可能、乐观", EN: "Choose here: cautious, likely, hopeful"},
	variable: word{ZH: "变量", EN: "Variable"}, unit: word{ZH: "单位", EN: "Unit"}, low: word{ZH: "低", EN: "Low"}, high: word{ZH: "高", EN: "High"},
	own: word{ZH: "自填", EN: "Own number"}, chosen: word{ZH: "采用", EN: "Used"}, source: word{ZH: "依据", EN: "Stands on"}, confirmed: word{ZH: "确认人", EN: "Confirmed by"},
	note: word{ZH: "说明", EN: "Note"}, ask: word{ZH: "如何取得", EN: "How to get it"}, wanted: word{ZH: "应有依据", EN: "Should stand on"},
	benchmark: word{ZH: "参考数据", EN: "Benchmark"}, benchmarkFrom: word{ZH: "参考区间", EN: "Its range"}, origin: word{ZH: "出处", EN: "Where it is from"},
	results: word{ZH: "结果", EN: "Results"}, benefits: word{ZH: "收益", EN: "Benefits"}, costs: word{ZH: "成本", EN: "Costs"}, npv: word{ZH: "净现值", EN: "Net present value"},
	irr: word{ZH: "内部收益率", EN: "Internal rate of return"}, payback: word{ZH: "回收期（年）", EN: "Payback (years)"}, roi: word{ZH: "投资回报率", EN: "Return on investment"},
	none: word{ZH: "无", EN: "none"}, perYear: word{ZH: "年份", EN: "Year"}, term: word{ZH: "期限（年）", EN: "Term (years)"}, flow: word{ZH: "现金流", EN: "Cash flow"},
	discounted: word{ZH: "折现后", EN: "Discounted"}, total: word{ZH: "累计", EN: "Running total"}, sum: word{ZH: "合计", EN: "Total"},
	sign: word{ZH: "最近的正负", EN: "Last sign"}, reached: word{ZH: "回收时点", EN: "Paid back at"},
	steps: word{ZH: "中间结果", EN: "On the way"}, formula: word{ZH: "公式", EN: "Formula"}, kind: word{ZH: "类别", EN: "Kind"}, benefit: word{ZH: "收益", EN: "benefit"}, cost: word{ZH: "成本", EN: "cost"},
	line: word{ZH: "项目", EN: "Line"}, currency: word{ZH: "币种", EN: "Currency"},
	npvLow: word{ZH: "取低值时的净现值", EN: "NPV at low"}, npvHigh: word{ZH: "取高值时的净现值", EN: "NPV at high"}, effect: word{ZH: "影响", EN: "Effect"}, rank: word{ZH: "位次", EN: "Rank"},
	base: word{ZH: "其余变量取可能值时的净现值", EN: "NPV with everything likely"}, below: word{ZH: "取低值", EN: "at low"}, above: word{ZH: "取高值", EN: "at high"},
	explain:  word{ZH: "每次只改一个变量，其余取可能值；按影响从大到小排列。", EN: "One variable moves at a time, the others stay likely; the largest effect comes first."},
	ownHelp:  word{ZH: "“自填”一列填了数，就优先采用；谨慎与乐观按该变量对净现值的影响方向取低值或高值。", EN: "A number in the column “Own number” goes first. Cautious and hopeful take the low or the high end, whichever way the variable moves the NPV."},
	customer: word{ZH: "客户", EN: "Customer"}, model: word{ZH: "模型", EN: "Model"}, madeOn: word{ZH: "生成日期", EN: "Made on"}, cashFlow: word{ZH: "逐年现金流与累计", EN: "Cash flow and running total"},
	tornado: word{ZH: "哪些变量最要紧（净现值的变化）", EN: "What matters most (change of the NPV)"},
}

var sourceWords = map[string]word{
	"customer": {ZH: "客户所述", EN: "customer said"}, "measured": {ZH: "实测", EN: "measured"}, "price": {ZH: "报价", EN: "price"},
	"benchmark": {ZH: "行业参考", EN: "benchmark"}, "assumption": {ZH: "假设", EN: "assumption"},
}
