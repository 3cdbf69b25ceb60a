package sales

import "headwater/lake"

// The records of the selling process belong to an account, most of them to a deal.
// Their scope is the account's; the owner is the deal's when they are made.

// partOf declares a record of the process: the fields that are its own, then what it
// belongs to.
func partOf(e lake.Entity, fields ...field) declared {
	e.Owner, e.Inherits = "owner", "account"
	d := declared{Entity: e, fields: fields, titleFrom: []lake.FieldName{"external_id"}}
	d.fields = append(d.fields, link("account", "客户", "Account", "accounts", lake.Cascade), link("deal", "商机", "Deal", "deals", lake.Cascade), owner(""), externalID(""))
	return d
}

// ofAccount is a record about an account, whatever is sold to it.
func ofAccount(e lake.Entity, fields ...field) declared {
	e.Owner, e.Inherits = "owner", "account"
	d := declared{Entity: e, fields: fields, titleFrom: []lake.FieldName{"external_id"}}
	d.fields = append(d.fields, link("account", "客户", "Account", "accounts", lake.Cascade), owner(""), externalID(""))
	return d
}

func plain(name lake.FieldName, kind lake.Kind, zh, en string) field {
	return field{Field: lake.Field{Name: name, Kind: kind, Label: label(zh, en), Section: basics}}
}

func title(name lake.FieldName, zh, en string) field {
	f := plain(name, lake.Text, zh, en)
	f.Required = true
	return f
}

// long is a text of several lines.
func long(name lake.FieldName, zh, en string) field {
	f := plain(name, lake.Text, zh, en)
	f.Long, f.Section = true, notes
	return f
}

func link(name lake.FieldName, zh, en string, target lake.EntityName, how lake.OnDelete) field {
	f := plain(name, lake.Reference, zh, en)
	f.Target, f.OnDelete = target, how
	return f
}

// choice is an enum; the first option is that of new records.
func choice(name lake.FieldName, zh, en string, options ...option) field {
	f := plain(name, lake.Enum, zh, en)
	f.options, f.Default = options, lake.Cell(options[0].name)
	return f
}

// mayChoose is an enum that may be left empty.
func mayChoose(name lake.FieldName, zh, en string, options ...option) field {
	f := choice(name, zh, en, options...)
	f.Default = ""
	return f
}
