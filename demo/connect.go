package demo

import (
	"context"
	"net/url"
	"path/filepath"

	"headwater/catalog"
	"headwater/lake"
	"headwater/source"
)

// The demo's sources.
const (
	Billing = "billing"
	Usage   = "usage"
)

const sourceNote = "演示数据 Demo data"

func address(scheme, path string) string {
	return (&url.URL{Scheme: scheme, Path: filepath.ToSlash(path)}).String()
}

// sourcesIn gives the demo's sources over a folder.
func sourcesIn(folder string) []source.Spec {
	return []source.Spec{
		{Name: Billing, URL: address("sqlite", filepath.Join(folder, billingFile)), Note: sourceNote},
		{Name: Usage, URL: address("file", filepath.Join(folder, usageFolder)), Note: sourceNote},
	}
}

// Follow tells the demo's sources where the folder is, after the data directory was moved.
func Follow(ctx context.Context, s *source.Sources, dir string) error {
	folder, err := filepath.Abs(filepath.Join(dir, Folder))
	if err != nil {
		return err
	}
	known, err := s.List(ctx)
	if err != nil {
		return err
	}
	for _, spec := range sourcesIn(folder) {
		for _, i := range known {
			if i.Name != spec.Name || i.Note != sourceNote || i.URL == spec.URL {
				continue
			}
			if _, err := s.Update(ctx, spec); err != nil {
				return err
			}
		}
	}
	return nil
}

// connect registers the sources and declares what is made of them.
func (w Workspace) connect(ctx context.Context, folder string) error {
	for _, spec := range sourcesIn(folder) {
		if _, err := w.Sources.Add(ctx, spec); err != nil {
			return err
		}
	}
	if _, _, err := w.Catalog.Declare(ctx, lake.System, lake.MainName, wishes()); err != nil {
		return err
	}
	risk := catalog.DeriveOrder{Name: "renewal_risk", Label: label("续约风险", "Renewal risk"), Title: "name", SQL: renewalRisk, Key: []lake.FieldName{"contract"}}
	if err := w.Catalog.Derive(ctx, lake.System, lake.MainName, risk); err != nil {
		return err
	}
	for _, e := range []lake.EntityName{"contracts", "invoices", "renewal_risk"} {
		if err := w.Lake.UpdateEntity(ctx, lake.System, lake.MainName, e, polish); err != nil {
			return err
		}
	}
	return nil
}

func label(zh, en string) *lake.Label { return &lake.Label{ZH: zh, EN: en} }

func wishes() []catalog.Wish {
	key := func(n ...lake.FieldName) *[]lake.FieldName { return &n }
	account := catalog.WishedField{Column: "account_id", Name: "account", Label: label("客户", "Account"), Target: "accounts"}
	field := func(column, zh, en string) catalog.WishedField {
		return catalog.WishedField{Column: column, Label: label(zh, en)}
	}
	named := func(column string, name lake.FieldName, zh, en string) catalog.WishedField {
		return catalog.WishedField{Column: column, Name: name, Label: label(zh, en)}
	}
	return []catalog.Wish{
		{Source: Billing, Table: "contracts", Name: "contracts", Label: label("合同", "Contracts"), Title: "number", Key: key("number"), Open: true, Fields: []catalog.WishedField{
			field("number", "合同编号", "Number"), account, field("edition", "版本", "Edition"), field("seats", "席位数", "Seats"),
			field("price_per_year", "年费", "Price per year"), field("currency", "币种", "Currency"), field("starts_on", "开始日期", "Starts on"),
			field("renews_on", "续约日期", "Renews on"), field("auto_renewal", "自动续约", "Renews automatically"),
			field("payment_days", "账期（天）", "Days to pay"), field("status", "状态", "Status")}},
		{Source: Billing, Table: "invoices", Name: "invoices", Label: label("发票", "Invoices"), Title: "number", Key: key("number"), Open: true, Fields: []catalog.WishedField{
			field("number", "发票号", "Number"), field("contract", "合同", "Contract"), account, field("amount", "金额", "Amount"),
			field("currency", "币种", "Currency"), field("period_from", "服务期起", "Period from"), field("period_to", "服务期止", "Period to"),
			field("issued_on", "开票日期", "Issued on"), field("due_on", "到期日", "Due on"), field("paid_on", "付款日期", "Paid on"),
			field("status", "状态", "Status")}},
		{Source: Usage, Table: monthly + "/", Name: "usage_monthly", Label: label("月度用量", "Monthly usage"), Title: "feature", Key: key("account", "month", "feature"), Open: true,
			Fields: []catalog.WishedField{account, field("month", "月份", "Month"), field("feature", "功能", "Feature"), field("calls", "调用次数", "Calls"),
				field("active_users", "活跃用户", "Active users"), field("storage_gb", "存储 (GB)", "Storage (GB)")}},
		{Source: Usage, Table: ticketFile, Name: "tickets", Label: label("工单", "Tickets"), Title: "number", Key: key("number"), Fields: []catalog.WishedField{
			named("工单号", "number", "工单号", "Number"), named("客户名称", "account_name", "客户名称", "Account name"),
			named("严重程度", "severity", "严重程度", "Severity"), named("创建日期", "opened_on", "创建日期", "Opened on"),
			named("关闭日期", "closed_on", "关闭日期", "Closed on")}},
	}
}

// renewalRisk finds customers whose usage has fallen month by month, by more than 15%
// over three, and whose contract renews within 120 days.
const renewalRisk = `WITH monthly AS (
  SELECT account, month, sum(calls)::BIGINT AS calls,
    row_number() OVER (PARTITION BY account ORDER BY month DESC) AS back
  FROM usage_monthly GROUP BY account, month
), falling AS (
  SELECT account, max(calls) FILTER (WHERE back = 3) AS calls_before, max(calls) FILTER (WHERE back = 1) AS calls_now
  FROM monthly WHERE back <= 3 GROUP BY account
  HAVING max(calls) FILTER (WHERE back = 1) < max(calls) FILTER (WHERE back = 2)
    AND max(calls) FILTER (WHERE back = 2) < max(calls) FILTER (WHERE back = 3)
    AND max(calls) FILTER (WHERE back = 1) < 0.85 * max(calls) FILTER (WHERE back = 3)
), chances AS (
  SELECT account, count(*) AS open_deals FROM deals WHERE stage NOT IN ('won', 'lost') GROUP BY account
)
SELECT c.number AS contract, a.name, c.account, a.owner, c.renews_on, c.price_per_year, c.currency, f.calls_before, f.calls_now,
  round(100.0 * f.calls_now / f.calls_before - 100)::INTEGER AS change_percent, coalesce(d.open_deals, 0) AS open_deals
FROM contracts c
JOIN falling f ON f.account = c.account
JOIN accounts a ON a.id = c.account
LEFT JOIN chances d ON d.account = c.account
WHERE c.status = 'active' AND c.renews_on BETWEEN current_date AND current_date + 120`

// maskedContacts are for those who develop and train: nobody in them is to be reached.
func maskedContacts() catalog.CloneOrder {
	return catalog.CloneOrder{Name: "contacts_masked", Label: label("联系人（脱敏）", "Contacts (masked)"),
		Columns: []lake.FieldName{"name", "account", "title", "department", "role", "stance", "email", "phone", "mobile", "city", "country"},
		Masks: map[lake.FieldName]lake.MaskRule{"name": {Rule: lake.MaskName, Lang: "zh"}, "email": {Rule: lake.MaskMail},
			"phone": {Rule: lake.MaskPhone, Lang: "zh"}, "mobile": {Rule: lake.MaskPhone, Lang: "zh"}}}
}

// polish gives an entity what a declaration over a table has no words for: options of
// texts, and labels of computed columns.
func polish(e *lake.Entity) error {
	for i := range e.Fields {
		f := &e.Fields[i]
		if l, ok := computed[f.Name]; ok && e.Home.Kind == lake.Derived {
			f.Label = l
		}
		if list, ok := statuses[e.Name]; ok && f.Name == "status" {
			f.Kind, f.Options = lake.Enum, list
		}
		if e.Name == "renewal_risk" && f.Name == "contract" {
			f.Kind, f.Target = lake.Reference, "contracts"
		}
	}
	return nil
}

var computed = map[lake.FieldName]lake.Label{
	"contract": {ZH: "合同", EN: "Contract"}, "calls_before": {ZH: "三个月前调用", EN: "Calls three months ago"}, "calls_now": {ZH: "上月调用", EN: "Calls last month"},
	"change_percent": {ZH: "变化 (%)", EN: "Change (%)"}, "open_deals": {ZH: "进行中商机", EN: "Open deals"},
}

var statuses = map[lake.EntityName][]lake.Option{
	"contracts": {{Name: "active", Label: lake.Label{ZH: "生效中", EN: "Active"}, Color: "green"}, {Name: "ended", Label: lake.Label{ZH: "已结束", EN: "Ended"}, Color: "grey"}},
	"invoices": {{Name: "paid", Label: lake.Label{ZH: "已付", EN: "Paid"}, Color: "green"}, {Name: "open", Label: lake.Label{ZH: "未到期", EN: "Open"}, Color: "blue"},
		{Name: "overdue", Label: lake.Label{ZH: "逾期", EN: "Overdue"}, Color: "red"}, {Name: "void", Label: lake.Label{ZH: "作废", EN: "Void"}, Color: "grey"}},
}
