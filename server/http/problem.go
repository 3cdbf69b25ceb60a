package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headwater/access"
	"headwater/lake"
	"headwater/pack"
)

// Problem is an error as RFC 9457 wants it. Code never changes its meaning; the page
// has one sentence per code and language, in which Params fill the gaps.
type Problem struct {
	Type       string              `json:"type" doc:"Always about:blank; code tells the kind of problem."`
	Title      string              `json:"title"`
	Status     int                 `json:"status"`
	Detail     string              `json:"detail" doc:"One English sentence."`
	Code       string              `json:"code" example:"field_required"`
	Params     map[string]string   `json:"params" doc:"Facts for the sentence: entity, field, key, value, count."`
	Violations []lake.Violation    `json:"violations,omitempty" doc:"Which records break which rules."`
	Errors     []*huma.ErrorDetail `json:"errors,omitempty" doc:"Which parts of the request are malformed."`
	Result     *MergeOutcome       `json:"result,omitempty" doc:"With code merge_conflicts: what is still open."`
	Steps      []SourceStep        `json:"steps,omitempty" doc:"With code source_unreachable: how far the way goes."`
	Problems   []pack.Problem      `json:"problems,omitempty" doc:"With code pack_invalid: everything that is wrong with the pack."`
	retryAfter string
}

func (p *Problem) Error() string { return p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders implements huma.HeadersError.
func (p *Problem) GetHeaders() http.Header {
	if p.retryAfter == "" {
		return nil
	}
	return http.Header{"Retry-After": {p.retryAfter}}
}

func newProblem(status int, code, detail string, params map[string]string) *Problem {
	if params == nil {
		params = map[string]string{}
	}
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: detail, Params: params}
}

// statuses says how each family of errors looks over HTTP; the first that fits counts.
var statuses = []struct {
	family error
	status int
}{
	{access.ErrSignedOut, http.StatusUnauthorized},
	{access.ErrThrottled, http.StatusTooManyRequests},
	{lake.ErrForbidden, http.StatusForbidden},
	{lake.ErrNotFound, http.StatusNotFound},
	{lake.ErrConflict, http.StatusConflict},
	{lake.ErrStale, http.StatusPreconditionFailed},
	{lake.ErrLimit, http.StatusRequestEntityTooLarge},
	{lake.ErrInvalid, http.StatusUnprocessableEntity},
	{lake.ErrBusy, http.StatusLocked},
	{lake.ErrFull, http.StatusInsufficientStorage},
	{lake.ErrNewer, http.StatusServiceUnavailable},
}

// statusClosed is for clients that went away before the answer (as nginx has it).
const statusClosed = 499

// problemOf translates an error. What no family claims is a fault of ours: it is
// logged in full and told in general.
func problemOf(ctx context.Context, err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var violations *lake.ViolationsError
	if errors.As(err, &violations) {
		return violated(violations)
	}
	for _, s := range statuses {
		if errors.Is(err, s.family) {
			return known(s.status, s.family, err)
		}
	}
	switch {
	case errors.Is(err, context.Canceled):
		return newProblem(statusClosed, "cancelled", "The request was cancelled.", nil)
	case errors.Is(err, context.DeadlineExceeded):
		return newProblem(http.StatusGatewayTimeout, "timeout", "The answer took too long.", nil)
	}
	id := lake.RequestID(ctx)
	logger(ctx).LogAttrs(ctx, slog.LevelError, "request failed", slog.String("request", id), slog.Any("error", err))
	return newProblem(http.StatusInternalServerError, "internal", "Something went wrong here; the log has it under the request id.", map[string]string{"request": id})
}

func known(status int, family, err error) *Problem {
	var e *lake.Error
	if !errors.As(err, &e) {
		return newProblem(status, family.Error(), err.Error(), nil)
	}
	p := newProblem(status, e.Code, e.Detail, e.Params)
	if status == http.StatusTooManyRequests {
		p.retryAfter = e.Params["seconds"]
	}
	return p
}

// violated names the first rule; a record that others refer to has its own code.
func violated(v *lake.ViolationsError) *Problem {
	code := "rules_broken"
	params := map[string]string{"count": fmt.Sprint(len(v.Violations))}
	if len(v.Violations) > 0 {
		first := v.Violations[0]
		params["entity"], params["field"], params["rule"] = string(first.Entity), string(first.Field), first.Code
		params["value"], params["key"] = first.Value, string(first.Key)
		if first.Code == "referenced" {
			code = "referenced"
		}
	}
	p := newProblem(http.StatusConflict, code, v.Error(), params)
	p.Violations = v.Violations
	return p
}

// writeProblem answers an operation with a problem.
func writeProblem(ctx huma.Context, p *Problem) {
	for name, values := range p.GetHeaders() {
		for _, v := range values {
			ctx.AppendHeader(name, v)
		}
	}
	ctx.SetHeader("Content-Type", p.ContentType(""))
	ctx.SetStatus(p.Status)
	_ = json.NewEncoder(ctx.BodyWriter()).Encode(p) // the client may be gone
}

// The library asks for its own errors (a body that is no JSON, a parameter out of
// range) through two variables; they are the same for every server of a process.
func init() {
	huma.DefaultArrayNullable = false
	huma.NewError = func(status int, detail string, errs ...error) huma.StatusError {
		p := newProblem(status, requestCode(status), detail, nil)
		for _, err := range errs {
			var d huma.ErrorDetailer
			if errors.As(err, &d) {
				p.Errors = append(p.Errors, d.ErrorDetail())
			} else if err != nil && status < 500 {
				p.Errors = append(p.Errors, &huma.ErrorDetail{Message: err.Error()})
			}
		}
		if p.Code == "request_invalid" {
			p.malformed()
		}
		return p
	}
}

func requestCode(status int) string {
	switch {
	case status == http.StatusRequestEntityTooLarge:
		return "body_too_large"
	case status == http.StatusUnsupportedMediaType || status == http.StatusNotAcceptable:
		return "media_type_unknown"
	case status >= 500:
		return "internal"
	}
	return "request_invalid"
}
