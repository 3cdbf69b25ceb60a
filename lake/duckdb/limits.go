package duckdb

import (
	"encoding/json"
	"slices"
	"strings"

	"headwater/lake"
)

// A source may also order, limit and count, where the plan shows that nothing else
// happens to its rows: between the scan and the result there are only projections, and
// the scan's conditions are all that the question asks.

// chain follows a plan down to its scan, as long as every node has one child and one of
// the names; nil when there is more to it.
func (h *homes) chain(p *planned, names ...string) (*scan, *planned) {
	var last *planned
	for {
		switch {
		case p.Name == "SEQ_SCAN":
			s := h.scanOf(p)
			if s == nil || !s.whole || s.copied != "" || s.nearest != nil {
				return nil, nil
			}
			return s, last
		case len(p.Children) != 1 || p.Name != "ROOT" && p.Name != "PROJECTION" && !slices.Contains(names, p.Name):
			return nil, nil
		case p.Name != "ROOT" && p.Name != "PROJECTION":
			if last != nil {
				return nil, nil // one of them only
			}
			last = p
		}
		p = &p.Children[0]
	}
}

// orderable are the kinds that a source and the engine order alike.
var orderable = []lake.Kind{lake.Integer, lake.Decimal, lake.Date, lake.Timestamp}

func (s *scan) orderBy(i int, desc bool) (lake.ScanOrder, bool) {
	f := &s.ent.Fields[i]
	return lake.ScanOrder{Column: column0(f), Type: s.types[i], Desc: desc}, exact(s.types[i]) && slices.Contains(orderable, f.Kind)
}

// pages lets the source choose the rows of a page and count.
func (a *askingHomes) pages(plans []planned) {
	var page *scan
	for i, p := range plans {
		switch a.parts[i] {
		case partPage:
			s, _ := a.homes.chain(&p, "TOP_N", "LIMIT", "STREAMING_LIMIT")
			if s == nil || len(a.q.After) > 0 || s.ent.Name != a.ent.Name {
				continue
			}
			if order, ok := a.scanOrder(s); ok {
				page, s.order, s.limit = s, order, int64(a.q.Limit+1)
			}
		case partCount:
			s, _ := a.homes.chain(&p, "UNGROUPED_AGGREGATE")
			if s == nil || s.ent.Name != a.ent.Name || page == nil && a.q.Limit > 0 {
				continue // the rows of the page are all rows: they are counted
			}
			s.count, s.alike, a.counting = true, page, s
		}
	}
}

// scanOrder is the order of the page for the source: by columns that both order alike,
// the key among them, so that no two rows are equal.
func (a *askingHomes) scanOrder(s *scan) ([]lake.ScanOrder, bool) {
	var out []lake.ScanOrder
	names := []lake.Order{}
	for _, o := range a.q.Order {
		if len(o.Path) != 1 {
			return nil, false
		}
		names = append(names, o)
	}
	keys := keyFields(a.ent)
	for _, k := range keys {
		names = append(names, lake.Order{Path: lake.Path{k.Name}})
	}
	for _, o := range names {
		i := slices.IndexFunc(s.ent.Fields, func(f lake.Field) bool { return f.Name == o.Path[0] })
		if i < 0 || a.view.Rights.MaskedField(a.ent.Name, o.Path[0]) {
			return nil, false
		}
		by, ok := s.orderBy(i, o.Desc)
		if !ok {
			return nil, false
		}
		out = append(out, by)
	}
	return out, len(keys) > 0
}

// plainSelect is what a person's SELECT over one entity may leave to its source.
type plainSelect struct {
	limit int64 // rows that are needed, those that OFFSET skips included; 0: all
	order []plainOrder
	count bool // it is SELECT count(*)
}

type plainOrder struct {
	field lake.FieldName
	desc  bool
}

// simplest reads that from the text's tree; ok is false when there is more to it.
func simplest(tree map[string]any) (out plainSelect, ok bool) {
	statements := list(tree["statements"])
	if len(statements) != 1 {
		return out, false
	}
	node := object(object(statements[0])["node"])
	from := object(node["from_table"])
	if str(node["type"]) != "SELECT_NODE" || str(from["type"]) != "BASE_TABLE" || from["sample"] != nil || len(list(from["column_name_alias"])) > 0 ||
		len(commonTables(node)) > 0 || len(list(node["group_expressions"])) > 0 || node["having"] != nil || node["qualify"] != nil || node["sample"] != nil {
		return out, false
	}
	selected := list(node["select_list"])
	if len(selected) == 1 && str(object(selected[0])["function_name"]) == "count_star" && str(object(selected[0])["class"]) == "FUNCTION" &&
		object(selected[0])["filter"] == nil && len(list(node["modifiers"])) == 0 {
		return plainSelect{count: true}, true
	}
	for _, m := range list(node["modifiers"]) {
		x := object(m)
		switch str(x["type"]) {
		case "ORDER_MODIFIER":
			if out.order, ok = plainOrders(x, selected, strings.ToLower(str(from["alias"]))); !ok {
				return out, false
			}
		case "LIMIT_MODIFIER":
			n, ok := whole(x["limit"])
			skip, skips := whole(x["offset"])
			if !ok || x["offset"] != nil && !skips || n <= 0 || skip < 0 || n > 1<<40 || skip > 1<<40 {
				return out, false
			}
			out.limit = n + skip
		default:
			return out, false
		}
	}
	return out, out.limit > 0
}

// plainOrders are orders by columns, where no name of the SELECT can mean another thing.
func plainOrders(x map[string]any, selected []any, alias string) (out []plainOrder, ok bool) {
	for _, s := range selected {
		e := object(s)
		if str(e["alias"]) != "" || str(e["class"]) != "COLUMN_REF" && (str(e["class"]) != "STAR" || len(list(e["replace_list"])) > 0 || len(list(e["rename_list"])) > 0) {
			return nil, false
		}
	}
	for _, o := range list(x["orders"]) {
		e := object(o)
		by := object(e["expression"])
		names := list(by["column_names"])
		if nulls := str(e["null_order"]); str(by["class"]) != "COLUMN_REF" || nulls != "ORDER_DEFAULT" && nulls != "NULLS LAST" && nulls != "NULLS_LAST" {
			return nil, false
		}
		if len(names) == 2 && strings.ToLower(str(names[0])) == alias {
			names = names[1:]
		}
		if len(names) != 1 {
			return nil, false
		}
		out = append(out, plainOrder{lake.FieldName(strings.ToLower(str(names[0]))), str(e["type"]) == "DESCENDING" || str(e["type"]) == "DESC"})
	}
	return out, true
}

// whole is a literal whole number.
func whole(x any) (int64, bool) {
	v := object(object(x)["value"])
	n, ok := v["value"].(json.Number)
	if !ok || str(object(v["type"])["id"]) == "DECIMAL" {
		return 0, false
	}
	i, err := n.Int64()
	return i, err == nil
}

// limited lets the source do what a plain SELECT asks of its one scan.
func (h *homes) limited(v lake.View, p *planned, q plainSelect) *scan {
	if q.count {
		s, _ := h.chain(p, "UNGROUPED_AGGREGATE")
		if s != nil {
			s.count = true
		}
		return s
	}
	s, by := h.chain(p, "TOP_N", "LIMIT", "STREAMING_LIMIT")
	if s == nil || by == nil || (by.Name == "TOP_N") != (len(q.order) > 0) || len(h.named) != 1 || h.named[0].entity != s.ent.Name {
		return nil
	}
	var order []lake.ScanOrder
	for _, o := range q.order {
		i := slices.IndexFunc(s.ent.Fields, func(f lake.Field) bool { return f.Name == o.field })
		if i < 0 || h.hidden(v, s.ent, o.field) {
			return nil
		}
		by, ok := s.orderBy(i, o.desc)
		if !ok {
			return nil
		}
		order = append(order, by)
	}
	s.order, s.limit = order, q.limit
	return s
}
