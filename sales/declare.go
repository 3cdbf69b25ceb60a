package sales

import (
	"strings"

	"headwater/lake"
)

// declared is an entity with what imports need to know about it.
type declared struct {
	lake.Entity
	fields []field
	// titleFrom names the fields that can stand in for a missing title, best first.
	titleFrom []lake.FieldName
}

// field is a field with the headings that other systems use for it.
type field struct {
	lake.Field
	also    string // headings separated by |, best match first
	options []option
}

// option is a value of an enum with the words that other systems use for it.
type option struct {
	name, zh, en, color string
	also                string // words separated by |
}

func declarations() []declared {
	return []declared{accounts(), contacts(), leads(), deals(), activities(), products(), users(),
		needs(), answers(), letters(), committee(), moves(), objectionsMet(), pocs(), pocCriteria(), trials(), registrations(),
		valueCases(), valueVariables(), quotes(), quoteLines(), agreements(), documents(), promises(), milestones(), measurements(),
		systems(), findings(), events(), optOuts(), attachments(), packItems()}
}

// Entities are all entities of selling, in the order of the page's menu.
func Entities() []lake.Entity {
	var out []lake.Entity
	for _, d := range declarations() {
		e := d.Entity
		for i, f := range d.fields {
			f.Field.Position = i
			for _, o := range f.options {
				f.Field.Options = append(f.Field.Options, lake.Option{Name: o.name, Label: lake.Label{ZH: o.zh, EN: o.en}, Color: o.color})
			}
			e.Fields = append(e.Fields, f.Field)
		}
		out = append(out, e)
	}
	return out
}

// Synonyms are the headings under which other systems and people's spreadsheets keep
// a field, best match first; names and labels of the fields aren't repeated. A heading
// belongs to one field of an entity, except those of Ambiguous.
func Synonyms() map[lake.EntityName]map[lake.FieldName][]string {
	out := map[lake.EntityName]map[lake.FieldName][]string{}
	for _, d := range declarations() {
		out[d.Name] = map[lake.FieldName][]string{}
		for _, f := range d.fields {
			out[d.Name][f.Name] = words(f.also)
		}
	}
	return out
}

// OptionSynonyms are other words for the options of enums: entity, field, option.
func OptionSynonyms() map[lake.EntityName]map[lake.FieldName]map[string][]string {
	out := map[lake.EntityName]map[lake.FieldName]map[string][]string{}
	for _, d := range declarations() {
		out[d.Name] = map[lake.FieldName]map[string][]string{}
		for _, f := range d.fields {
			if len(f.options) == 0 {
				continue
			}
			byOption := map[string][]string{}
			for _, o := range f.options {
				byOption[o.name] = words(o.also)
			}
			out[d.Name][f.Name] = byOption
		}
	}
	return out
}

// TitleFrom names the fields that can stand in for the title of a record brought in
// without one, best first; for example a lead that has only a company.
func TitleFrom(e lake.EntityName) []lake.FieldName {
	for _, d := range declarations() {
		if d.Name == e {
			return d.titleFrom
		}
	}
	return nil
}

func words(s string) []string {
	s = strings.TrimSuffix(s, "|")
	if s == "" {
		return nil
	}
	return strings.Split(s, "|")
}

func label(zh, en string) lake.Label { return lake.Label{ZH: zh, EN: en} }

// Section keys group fields on a record page; Sections holds their labels.
const (
	basics  = "basics"
	company = "company"
	reach   = "reach"
	place   = "place"
	money   = "money"
	outcome = "outcome"
	notes   = "notes"
	origin  = "origin"
)

// Sections are the labels of Field.Section.
func Sections() map[string]lake.Label {
	return map[string]lake.Label{
		basics:  label("基本信息", "Basics"),
		company: label("企业情况", "Company"),
		reach:   label("联系方式", "Ways to reach"),
		place:   label("所在地", "Place"),
		money:   label("金额与产品", "Money and product"),
		outcome: label("结果", "Outcome"),
		notes:   label("说明", "Notes"),
		origin:  label("来源与编号", "Origin and numbers"),
	}
}

// externalID is the record's number in the system that it came from. It isn't unique
// by rule: files from two systems may use the same numbers.
func externalID(also string) field {
	return field{Field: lake.Field{Name: "external_id", Kind: lake.Text, Label: label("外部编号", "External ID"), Section: origin},
		also: "External Id|Ext ID|Source ID|Legacy ID|Record ID|Record ID - 18 digits|ID|Id|编号|序号|系统编号|原系统编号|唯一标识|唯一性ID|主键|" + also}
}

// owner is the colleague who is responsible.
func owner(also string) field {
	return field{Field: lake.Field{Name: "owner", Kind: lake.Reference, Target: lake.Users, OnDelete: lake.Restrict,
		Label: label("负责人", "Owner"), Section: basics},
		also: "Owner Name|Record Owner|Assigned To|Assigned User|Assigned User Name|Assigned Username|Assignee|Owner Email|Owner ID|Owner: Full Name|" +
			"Sales Agent|Sales Rep|Sales Representative|Salesperson|Sales Person|Seller|Rep|Rep Name|Account Executive|AE|Account Manager|" +
			"Relationship Manager|Responsible|Responsible Person|Agent|销售|销售员|销售人员|销售代表|销售顾问|业务员|业务负责人|客户经理|销售负责人|" +
			"跟进人|跟进人员|负责人姓名|所有人|所属人|归属人|责任人|专员|" + also}
}
