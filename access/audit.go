package access

import (
	"context"
	"slices"
	"time"

	"headwater/lake"
)

// Entry is one line of the audit: who did what to whom, when and from where.
type Entry struct {
	ID        string            `json:"id"`
	At        time.Time         `json:"at"`
	Actor     lake.Key          `json:"actor,omitempty"`
	ActorName string            `json:"actor_name,omitempty"`
	Action    string            `json:"action"` // signed_in, sign_in_failed, person_added …
	Target    string            `json:"target,omitempty"`
	Address   string            `json:"address,omitempty"`
	RequestID string            `json:"request_id,omitempty"`
	Detail    map[string]string `json:"detail,omitempty"`
}

// audit writes an entry; the caller gives up when that fails, so nothing happens unseen.
func (a *Access) audit(ctx context.Context, actor lake.Principal, action string, e Entry) error {
	e.ID, e.At = string(lake.NewKey()), a.now().UTC()
	e.Actor, e.ActorName, e.Action = actor.User, actor.Name, action
	e.RequestID = lake.RequestID(ctx)
	return a.registry.Save(ctx, kindAudit, e.ID, e)
}

func (a *Access) auditFailure(ctx context.Context, action, email string, from Origin) error {
	e := Entry{Address: from.Address}
	if email != "" {
		e.Detail = map[string]string{"email": clip(email, 254)}
	}
	return a.audit(ctx, lake.Principal{}, action, e)
}

// Audit lists the newest entries, newest first.
func (a *Access) Audit(ctx context.Context, actor lake.Principal, limit int) ([]Entry, error) {
	if err := a.requireAdmin(actor); err != nil {
		return nil, err
	}
	var out []Entry
	err := each(ctx, a.registry, kindAudit, func(_ string, e Entry) error {
		out = append(out, e)
		if len(out) >= 2*limit {
			out = slices.Delete(out, 0, len(out)-limit)
		}
		return nil
	})
	if len(out) > limit {
		out = out[len(out)-limit:]
	}
	slices.Reverse(out)
	return out, err
}

func clip(s string, bytes int) string {
	if len(s) > bytes {
		return s[:bytes]
	}
	return s
}
