package httpapi

import (
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"
)

// The library tells what is wrong with a request in English only. It builds its texts
// from these forms; the reason that belongs to one lets the page say it in its language.
var malformations = []struct{ form, reason string }{
	{validation.MsgExpectedRequiredProperty, "missing"},
	{"required query parameter is missing", "missing"},
	{"required header parameter is missing", "missing"},
	{validation.MsgUnexpectedProperty, "unexpected"},
	{validation.MsgExpectedMaxLength, "long"},
	{validation.MsgExpectedMinLength, "short"},
	{validation.MsgExpectedMaxItems, "many"},
	{validation.MsgExpectedMinItems, "few"},
	{validation.MsgExpectedOneOf, "choice"},
	{validation.MsgExpectedMinimumNumber, "low"},
	{validation.MsgExpectedMaximumNumber, "high"},
	{validation.MsgExpectedBoolean, "type"},
	{validation.MsgExpectedNumber, "type"},
	{validation.MsgExpectedInteger, "type"},
	{validation.MsgExpectedString, "type"},
	{validation.MsgExpectedArray, "type"},
	{validation.MsgExpectedObject, "type"},
	{"invalid integer", "type"},
	{"invalid float", "type"},
	{"invalid boolean", "type"},
	{"json: cannot unmarshal %s", "type"},
	{"unexpected end of JSON input", "json"},
	{"invalid character %s", "json"},
	{"request body is required", "body"},
}

// malformation finds the reason of a text, and what fills its form: a limit, a name.
func malformation(text string) (reason, filling string) {
	for _, m := range malformations {
		before, behind, open := strings.Cut(m.form, "%")
		if !open {
			if text == m.form {
				return m.reason, ""
			}
			continue
		}
		rest, ok := strings.CutPrefix(text, before)
		if end := strings.TrimLeft(behind, "vds"); ok && strings.HasSuffix(rest, end) {
			return m.reason, strings.TrimSuffix(rest, end)
		}
	}
	return "", ""
}

// malformed says what is wrong with a request, by the first of its faults. What was sent
// isn't sent back: it may be long, or hold a password.
func (p *Problem) malformed() {
	for _, e := range p.Errors {
		e.Value = nil
	}
	text, where := p.Detail, ""
	if len(p.Errors) > 0 {
		text, where = p.Errors[0].Message, p.Errors[0].Location
		p.Detail = faultOf(p.Errors[0])
	}
	reason, filling := malformation(text)
	if reason == "" {
		p.Params["field"] = fieldAt(where)
		return
	}
	p.Params["reason"], p.Params["field"] = reason, fieldAt(where)
	switch reason {
	case "missing":
		if filling != "" {
			p.Params["field"] = filling
		}
	case "type":
		if name := unmarshalled(filling); name != "" {
			p.Params["field"] = name
		}
	default:
		p.Params["limit"] = filling
	}
}

func faultOf(e *huma.ErrorDetail) string {
	if e.Location == "" {
		return e.Message
	}
	return e.Location + ": " + e.Message
}

// fieldAt is the last name of a place like body.drafts[0].table.
func fieldAt(where string) string {
	_, name, inside := strings.Cut(where, ".")
	if !inside {
		return where
	}
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	if i := strings.IndexByte(name, '['); i > 0 {
		if _, err := strconv.Atoi(strings.TrimSuffix(name[i+1:], "]")); err == nil {
			name = name[:i]
		}
	}
	return name
}

// unmarshalled is the field that Go's decoder names: "… Go struct field Type.name of type …".
func unmarshalled(text string) string {
	_, rest, ok := strings.Cut(text, "Go struct field ")
	if !ok {
		return ""
	}
	path, _, _ := strings.Cut(rest, " of type ")
	return path[strings.LastIndexByte(path, '.')+1:]
}
