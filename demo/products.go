package demo

import (
	"headwater/lake"
)

// edition is one of the seven on the price list. Prices are yuan a year.
type edition struct {
	code, name, segment              string
	low, high                        float64 // high 0: no limit
	fromSources, sources             int     // sources 0: no limit
	volume, support, custom, dollars string
}

func editions() []edition {
	return []edition{
		{"LDL-L-BASIC", "逻辑数据湖 大型企业基础版", "large", 350_000, 700_000, 5, 10, "10TB–100TB", "7×24", "定制化服务", "$50K–100K"},
		{"LDL-L-PRO", "逻辑数据湖 大型企业专业版", "large", 700_000, 2_100_000, 10, 20, "100TB–1PB", "7×24 + 专属支持", "深度定制化", "$100K–300K"},
		{"LDL-L-ENT", "逻辑数据湖 大型企业企业版", "large", 2_100_000, 0, 20, 0, "1PB+", "7×24 + 专属支持 + 现场支持", "完全定制化", "$300K+"},
		{"LDL-M-STD", "逻辑数据湖 中型企业标准版", "medium", 140_000, 350_000, 3, 5, "1TB–10TB", "工作时间", "标准产品 + 轻度定制", "$20K–50K"},
		{"LDL-M-PRO", "逻辑数据湖 中型企业专业版", "medium", 350_000, 700_000, 5, 10, "10TB–100TB", "7×24", "标准产品 + 中度定制", "$50K–100K"},
		{"LDL-G-BASIC", "逻辑数据湖 成长型企业基础版", "growth", 35_000, 70_000, 1, 3, "100GB–1TB", "社区支持", "标准化产品", "$5K–10K"},
		{"LDL-G-PRO", "逻辑数据湖 成长型企业专业版", "growth", 70_000, 140_000, 3, 5, "1TB–10TB", "工作时间", "标准化产品", "$10K–20K"},
	}
}

func (w *world) makeProducts() {
	d := newDice(w.seed, "products")
	w.editions = map[string]lake.Key{}
	at := d.office(w.start.AddDate(-3, 0, 0))
	for _, e := range editions() {
		key := d.keyAt(at)
		w.editions[e.code] = key
		cells := lake.Cells{"name": lake.Cell(e.name), "code": lake.Cell(e.code), "series": "逻辑数据湖", "segment": lake.Cell(e.segment),
			"price": yuan(e.low), "billing": "yearly", "min_sources": intCell(e.fromSources), "data_volume": lake.Cell(e.volume),
			"support": lake.Cell(e.support), "customisation": lake.Cell(e.custom), "active": "true", "external_id": lake.Cell(e.code),
			"description": lake.Cell("目录价每年 " + e.dollars + "，人民币按 1 美元合 7 元取整。")}
		if e.high > 0 {
			cells["price_max"] = yuan(e.high)
		}
		if e.sources > 0 {
			cells["max_sources"] = intCell(e.sources)
		}
		w.put("products", key, at, cells)
	}
}
