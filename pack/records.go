package pack

import (
	"slices"
	"sync"

	"headwater/sales"
)

// Record is an entity of the sale that conditions, checks and templates of packs speak
// of. Those that sales declares come from there; the others are listed here with the
// fields that packs rely on, until they are declared.
type Record struct {
	Name   string
	Label  Text // what people call it
	Fields []RecordField
}

// RecordField is a field that packs may use. Kind is one of the lake's kinds.
type RecordField struct {
	Name    string
	Kind    string
	Options []string // of an enum
	Target  string   // of a reference
}

// EntityNames are the entities that packs may speak of: those of sales, then the others.
func EntityNames() []string { return slices.Clone(entityNames()) }

var entityNames = sync.OnceValue(func() (out []string) {
	for _, e := range sales.Entities() {
		out = append(out, string(e.Name))
	}
	for _, r := range ProcessRecords() {
		if !slices.Contains(out, r.Name) {
			out = append(out, r.Name)
		}
	}
	return out
})

// ProcessRecords are the records of the selling process that packs rely on beside those
// of package sales. All but findings, events and systems point to a deal.
func ProcessRecords() []Record {
	return []Record{
		record("needs", "需求", "Needs", ref("deal", "deals"), ref("account", "accounts"), text("code"), enum("kind", "explicit", "hidden"),
			enum("status", "found", "confirmed", "rejected"), text("evidence"), text("pain"), text("goal"), ref("confirmed_by", "contacts"), text("title")),
		record("answers", "问题答案", "Answers", ref("deal", "deals"), ref("account", "accounts"), text("list"), text("question"), text("answer"), enum("status", "open", "answered", "verified")),
		record("committee", "采购委员会", "Committee", ref("deal", "deals"), ref("contact", "contacts"), enum("role", "decides", "technical", "budget", "business", "insider", "blocker"),
			enum("stance", "champion", "supportive", "neutral", "sceptical", "opposed"), number("weight"), date("met_on"), text("interest"), text("name"), text("title")),
		record("letters", "资格证据", "Qualification evidence", ref("deal", "deals"), ref("account", "accounts"), text("letter"), number("points"), enum("status", "open", "held", "refuted")),
		record("documents", "交付物", "Documents", ref("deal", "deals"), text("template"), number("version"), date("sent_on"), date("approved_on"), text("title")),
		record("pocs", "概念验证", "Proofs of concept", ref("deal", "deals"), date("agreed_on"), date("started_on"), date("ended_on"), enum("verdict", "open", "passed", "partly", "failed")),
		record("poc_criteria", "验证标准", "POC criteria", ref("deal", "deals"), text("name"), text("unit"), number("threshold"), number("result"), date("agreed_on"),
			enum("verdict", "open", "passed", "failed"), text("method"), ref("agreed_by", "contacts")),
		record("value_cases", "价值测算", "Value cases", ref("deal", "deals"), text("model"), enum("status", "draft", "shared", "confirmed"), ref("confirmed_by", "contacts"),
			number("npv"), number("roi"), number("payback_years"), number("yearly_benefit"), date("confirmed_on")),
		record("value_variables", "测算变量", "Value variables", ref("deal", "deals"), text("name"), text("unit"), number("low"), number("likely"), number("high"),
			enum("source", "customer", "measured", "benchmark", "assumption", "price"), ref("confirmed_by", "contacts")),
		record("quotes", "报价", "Quotes", ref("deal", "deals"), text("edition"), number("discount"), number("amount"), enum("status", "draft", "approval", "approved", "sent", "accepted", "refused"), date("sent_on"), date("valid_until")),
		record("quote_lines", "报价明细", "Quote lines", ref("deal", "deals"), text("name"), number("quantity"), number("price"), number("amount"), text("note")),
		record("contracts", "合同", "Contracts", ref("deal", "deals"), ref("account", "accounts"), enum("status", "draft", "review", "signed", "ended"), date("signed_on"), date("starts_on"), date("ends_on"), date("renew_on"), enum("model", "licence", "subscription", "mixed")),
		record("promises", "承诺", "Promises", ref("deal", "deals"), text("text"), text("capability"), enum("status", "open", "backed", "over", "withdrawn", "delivered", "broken"), ref("made_to", "contacts"), date("due_on")),
		record("milestones", "实施里程碑", "Milestones", ref("deal", "deals"), text("name"), date("due_on"), date("done_on"), boolean("accepted"), text("owner_name")),
		record("measurements", "成效指标", "Measurements", ref("deal", "deals"), text("metric"), text("name"), text("unit"), number("baseline"), number("target"), number("actual"), date("measured_on")),
		record("objections_met", "客户异议", "Objections met", ref("deal", "deals"), text("objection"), text("answer"), enum("result", "open", "settled", "stands")),
		record("trials", "试用", "Trials", ref("deal", "deals"), ref("account", "accounts"), date("started_on"), date("ends_on"), number("sources"), number("active_days"), boolean("activated")),
		record("registrations", "商机报备", "Deal registrations", ref("deal", "deals"), ref("partner", "accounts"), enum("status", "asked", "granted", "refused", "expired"), date("granted_on"), date("ends_on")),
		record("systems", "现用系统", "Current systems", ref("account", "accounts"), text("name"), enum("kind", "mail", "database", "warehouse", "lake", "vector", "files", "cloud", "antispam", "other"), text("vendor"), number("since_year"), date("renew_on"), number("yearly_cost")),
		record("findings", "侦察结果", "Findings", ref("account", "accounts"), enum("what", "mx", "ptr", "spf", "dkim", "dmarc", "dnsbl", "smtp", "tls", "webmail", "certificate", "dns"),
			text("code"), text("value"), text("product"), number("count"), number("days_left"), date("seen_on"), boolean("changed")),
		record("events", "触发事件", "Events", ref("account", "accounts"), text("trigger"), date("seen_on"), enum("status", "open", "used", "past"), text("note")),
	}
}

func record(name, zh, en string, fields ...RecordField) Record {
	return Record{Name: name, Label: Text{ZH: zh, EN: en}, Fields: fields}
}

func text(name string) RecordField    { return RecordField{Name: name, Kind: "text"} }
func number(name string) RecordField  { return RecordField{Name: name, Kind: "decimal"} }
func date(name string) RecordField    { return RecordField{Name: name, Kind: "date"} }
func boolean(name string) RecordField { return RecordField{Name: name, Kind: "boolean"} }
func ref(name, target string) RecordField {
	return RecordField{Name: name, Kind: "reference", Target: target}
}
func enum(name string, options ...string) RecordField {
	return RecordField{Name: name, Kind: "enum", Options: options}
}
