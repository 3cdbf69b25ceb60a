package intake

import (
	"errors"

	"headwater/lake"
)

// Problem is one reason to reject a row. Its text goes by the code; see Reason.
type Problem struct {
	Code   string            `json:"code"`
	Field  lake.FieldName    `json:"field,omitempty"`
	Column string            `json:"column,omitempty"`
	Value  string            `json:"value,omitempty"`
	Params map[string]string `json:"params,omitempty"`
}

// Codes of problems that arise here; others are those of the lake (number_invalid,
// field_required, unique …) and of tabular (too_many_fields, unclosed_quote …).
const (
	CodeReferenceUnknown   = "reference_unknown"
	CodeReferenceAmbiguous = "reference_ambiguous"
	CodeReferenceSelf      = "reference_self"
	CodeMatchAmbiguous     = "match_ambiguous"
	CodeMatchExists        = "match_exists"
	CodePhoneRounded       = "phone_rounded"
	CodeUnique             = "unique"
	CodeFieldRequired      = "field_required"
	CodeOptionUnknown      = "option_unknown"
	CodePersonForbidden    = "person_forbidden"
)

const maxShown = 200 // bytes of a value in a problem

func shown(v string) string {
	if len(v) <= maxShown {
		return v
	}
	cut := maxShown
	for cut > 0 && v[cut]&0xC0 == 0x80 {
		cut--
	}
	return v[:cut] + "…"
}

// problemOf turns an error about one row into a problem; ok is false for errors that
// concern more than the row.
func problemOf(err error) (p Problem, ok bool) {
	var e *lake.Error
	if !errors.As(err, &e) {
		return p, false
	}
	switch e.Family {
	case lake.ErrInvalid, lake.ErrConflict, lake.ErrNotFound, lake.ErrForbidden, lake.ErrStale:
	default:
		return p, false
	}
	return Problem{Code: e.Code, Field: lake.FieldName(e.Params["field"]), Value: shown(e.Params["value"]), Params: e.Params}, true
}
