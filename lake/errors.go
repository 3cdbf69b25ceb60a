package lake

import (
	"errors"
	"fmt"
)

// Families of errors: code asks errors.Is, people read the text of an Error.
var (
	ErrNotFound  = errors.New("not found")
	ErrInvalid   = errors.New("invalid")   // what was asked makes no sense as it stands
	ErrConflict  = errors.New("conflict")  // it collides with what is there now
	ErrForbidden = errors.New("forbidden") // this person may not
	ErrStale     = errors.New("stale")     // it was based on a version that has moved on
	ErrBusy      = errors.New("busy")      // somebody else holds it; try again
	ErrLimit     = errors.New("limit")     // larger than what is allowed
	ErrNewer     = errors.New("newer")     // written by a newer Headwater
	ErrFull      = errors.New("full")      // no room left on the disk
)

// Error is a failure with a stable code and the facts needed to tell a person, in
// any language, what happened, where, and what to do. Codes are snake_case and
// never change their meaning; texts/ in the web app and the command line hold one
// sentence per code and language. Detail is English, for logs and fallback.
type Error struct {
	Family error             // one of the families above
	Code   string            // "field_required", "branch_closed" …
	Detail string            // one English sentence
	Params map[string]string // entity, field, key, value, line, count …
}

func (e *Error) Error() string { return e.Detail }

// Unwrap makes errors.Is(err, ErrConflict) work.
func (e *Error) Unwrap() error { return e.Family }

// Fail builds an Error; params are name, value, name, value …
func Fail(family error, code, detail string, params ...any) *Error {
	e := &Error{Family: family, Code: code, Detail: detail, Params: map[string]string{}}
	for i := 0; i+1 < len(params); i += 2 {
		e.Params[fmt.Sprint(params[i])] = fmt.Sprint(params[i+1])
	}
	return e
}

// Violation is one rule that one record breaks.
type Violation struct {
	Entity EntityName `json:"entity"`
	Key    Key        `json:"key"`
	Field  FieldName  `json:"field,omitempty"`
	Code   string     `json:"code"` // required, unique, reference_missing, referenced …
	Value  string     `json:"value,omitempty"`
	Other  Key        `json:"other,omitempty"` // the record that holds the value already, or refers to this one
	Count  int        `json:"count,omitempty"` // how many records refer to it
}

// ViolationsError says which records break which rules; nothing was written.
type ViolationsError struct{ Violations []Violation }

func (e *ViolationsError) Error() string {
	if len(e.Violations) == 0 {
		return "rules are broken"
	}
	v := e.Violations[0]
	return fmt.Sprintf("%d rule(s) broken; first: %s %s, field %s: %s", len(e.Violations), v.Entity, v.Key, v.Field, v.Code)
}

// Unwrap puts violations into the family of conflicts.
func (e *ViolationsError) Unwrap() error { return ErrConflict }
