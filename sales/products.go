package sales

import "headwater/lake"

func products() declared {
	return declared{
		Entity: lake.Entity{Name: "products", Label: label("产品", "Product"), Plural: label("产品", "Products"), Title: "name"},
		fields: []field{
			{Field: lake.Field{Name: "name", Kind: lake.Text, Label: label("产品名称", "Name"), Required: true, Unique: true, Section: basics},
				also: "Product Name|Product|Item Name|ItemName|Item|Product - Name|Title|Plan|Plan Name|Product Title|Service|名称|产品|商品名称|商品|品名|物料名称|套餐名称|服务名称|版本名称"},
			{Field: lake.Field{Name: "code", Kind: lake.Text, Label: label("产品编码", "Code"), Section: basics},
				also: "SKU|Product Code|ProductCode|Item No|Item No.|ItemNo|Item Number|Item Code|Part Number|Part No|Product Number|Product - Product code|Model|Stock Code|产品编号|商品编码|物料编码|货号|型号|规格型号|产品代码|编码"},
			{Field: lake.Field{Name: "series", Kind: lake.Text, Label: label("产品系列", "Series"), Section: basics},
				also: "Product Family|Family|Category|Product Category|Product Line|Product Group|Group|Product Type|Type|Line|Product - Category|系列|产品线|产品分类|产品类别|类别|分类|产品族|商品分类|所属系列"},
			{Field: lake.Field{Name: "segment", Kind: lake.Enum, Label: label("面向客户", "For segment"), Section: basics}, options: segments(),
				also: "Customer Segment|Target Segment|Target Market|Market|Audience|适用客户|目标客户|适用规模|适用企业"},
			{Field: lake.Field{Name: "price", Kind: lake.Money, Label: label("起价", "Price"), Section: money},
				also: "Sales Price|Unit Price|UnitPrice|List Price|Standard Price|Base Price|Price From|Min Price|Retail Price|MSRP|Rate|Product - Unit prices|Selling Price|价格|单价|标准价格|售价|销售价格|标准售价|目录价|标价|定价|最低价|建议零售价|零售价"},
			{Field: lake.Field{Name: "price_max", Kind: lake.Money, Label: label("最高价", "Price up to"), Section: money},
				also: "Max Price|Price To|Maximum Price|Highest Price|Ceiling Price|价格上限|封顶价|最高售价"},
			{Field: lake.Field{Name: "billing", Kind: lake.Enum, Label: label("计费方式", "Billing"), Section: money},
				also: "Billing Frequency|Billing Period|Billing Cycle|Recurring Billing Frequency|Term|Charge Type|Payment Frequency|Product - Billing frequency|计费周期|付费方式|收费方式|付款周期|计价方式",
				options: []option{
					{"yearly", "按年", "Yearly", "blue", "Annual|Annually|Year|Per Year|12 months|年付|年费|每年|包年|年"},
					{"monthly", "按月", "Monthly", "cyan", "Month|Per Month|月付|月费|每月|包月|月"},
					{"one_off", "一次性", "One-off", "grey", "One Time|One-time|Once|Perpetual|Single|买断|一次|永久|永久授权"},
				}},
			{Field: lake.Field{Name: "min_sources", Kind: lake.Integer, Label: label("数据源下限", "Sources from"), Section: basics}, also: "Min Sources|Minimum Sources|最少数据源"},
			{Field: lake.Field{Name: "max_sources", Kind: lake.Integer, Label: label("数据源上限", "Sources up to"), Section: basics}, also: "Max Sources|Maximum Sources|Data Sources|数据源数|数据源数量|最多数据源"},
			{Field: lake.Field{Name: "data_volume", Kind: lake.Text, Label: label("数据量", "Data volume"), Section: basics}, also: "Volume|Data Size|Storage|Capacity|数据规模|容量|存储容量"},
			{Field: lake.Field{Name: "support", Kind: lake.Text, Label: label("技术支持", "Support"), Section: basics}, also: "Support Level|SLA|Service Level|Support Plan|支持级别|服务级别|服务等级|售后支持"},
			{Field: lake.Field{Name: "customisation", Kind: lake.Text, Label: label("定制化", "Customisation"), Section: basics}, also: "Customization|Custom|定制|定制程度|定制服务"},
			{Field: lake.Field{Name: "active", Kind: lake.Boolean, Label: label("在售", "Active"), Section: basics, Default: "true"},
				also: "Is Active|IsActive|Product Active|Enabled|Available|Status|Product Status|Product - Active|On Sale|状态|上架|是否上架|上下架|是否在售|启用|是否启用|产品状态|销售状态"},
			{Field: lake.Field{Name: "description", Kind: lake.Text, Long: true, Label: label("说明", "Description"), Section: notes},
				also: "Notes|Product Description|Details|Comments|Remark|Remarks|Spec|Specification|描述|备注|产品描述|产品介绍|产品说明|规格|简介"},
			{Field: lake.Field{Name: "pack", Kind: lake.Text, Label: label("知识包", "Knowledge pack"), Section: basics}}, // how it is sold: the id of a pack
			externalID("Product ID|ProductId|Product - ID|Item ID|ItemId|产品ID|商品ID"),
		},
		titleFrom: []lake.FieldName{"code", "external_id"},
	}
}
