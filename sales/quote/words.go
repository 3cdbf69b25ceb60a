package quote

import (
	"strings"

	"headwater/lake"
	"headwater/pack"
)

// What a line is of, before a colon and the id: an edition of the list, or the rule of its
// discounts. Extras have no item; they stay as they were typed.
const (
	ofEdition  = "edition"
	ofDiscount = "discount"
)

// units by how an edition is priced.
var units = map[string]pack.Text{"year": {ZH: "年", EN: "year"}, "month": {ZH: "月", EN: "month"}, "once": {ZH: "次", EN: "one-off"},
	"seat_year": {ZH: "席位·年", EN: "seat-year"}, "seat_month": {ZH: "席位·月", EN: "seat-month"}}

// reasons are how a unit price came about, by their codes.
var reasons = map[string]pack.Text{
	"chosen":     {ZH: "由销售在价目区间内选定", EN: "chosen by the seller within the list's span"},
	"lowest":     {ZH: "价目的起价，没有上限", EN: "the list's lowest price; it has no upper end"},
	"upper":      {ZH: "价目区间的上端", EN: "the upper end of the list's span"},
	"lower":      {ZH: "价目区间的下端：没有给出规模", EN: "the lower end of the list's span: no size was given"},
	"more-seats": {ZH: "按席位数在价目区间内递减", EN: "within the list's span by the number of seats; more seats, lower price"},
	"by-seats":   {ZH: "按席位在价目区间内插值", EN: "within the list's span by seats"},
	"by-sources": {ZH: "按数据源在价目区间内插值", EN: "within the list's span by sources"},
	"by-volume":  {ZH: "按数据量在价目区间内插值", EN: "within the list's span by volume"},
}

// reason is a code with the rate that it was converted by: by-seats|1 USD = 7.1 CNY|bank.
func reason(code, rate, from string) string {
	if rate == "" {
		return code
	}
	return code + "|" + rate + "|" + from
}

// why words a reason in both languages; false for a code of another version.
func why(reason string) (pack.Text, bool) {
	code, converted, _ := strings.Cut(reason, "|")
	out, ok := reasons[code]
	if rate, from, _ := strings.Cut(converted, "|"); ok && rate != "" {
		out.ZH += "，按 " + rate + " 折算" + bracketed("（", from, "）")
		out.EN += ", at " + rate + bracketed(" (", from, ")")
	}
	return out, ok
}

// Words names a kept line anew in both languages: what it is of, its unit, and how its
// amount came about. Item and reason are those of the Line that was kept, discount the
// quote's. False: the list doesn't know the item any more, so the kept words stand.
func (b Book) Words(item, reason string, discount lake.Cell) (name, unit, note pack.Text, ok bool) {
	kind, id, _ := strings.Cut(item, ":")
	switch kind {
	case ofEdition:
		e, found := find(b.List.Editions, id, func(e pack.Edition) string { return e.ID })
		note, ok = why(reason)
		return e.Name, units[e.Per], note, ok && found
	case ofDiscount:
		rule, found := find(b.List.Discounts, id, func(d pack.Discount) string { return d.ID })
		name, note = discounted(discount, rule.Gives)
		return name, units["once"], note, found
	}
	return name, unit, note, false
}

// discounted are the words of a discount's line.
func discounted(percent lake.Cell, gives pack.Text) (name, note pack.Text) {
	d := string(percent)
	return pack.Text{ZH: "折扣 " + d + "%", EN: "Discount " + d + "%"}, pack.Text{ZH: "客户的对价：" + gives.ZH, EN: "In return: " + gives.EN}
}
