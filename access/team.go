package access

import (
	"context"
	"slices"
	"strings"

	"headwater/lake"
)

// Team is a group of people. Names are unique, in any case.
type Team struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (a *Access) loadTeams(ctx context.Context) error {
	return each(ctx, a.registry, kindTeam, func(id string, t Team) error {
		a.teams[id] = t
		return nil
	})
}

// Teams lists all teams by name.
func (a *Access) Teams() []Team {
	a.mu.RLock()
	defer a.mu.RUnlock()
	out := make([]Team, 0, len(a.teams))
	for _, t := range a.teams {
		out = append(out, t)
	}
	slices.SortFunc(out, func(x, y Team) int { return strings.Compare(x.Name, y.Name) })
	return out
}

// CreateTeam adds a team.
func (a *Access) CreateTeam(ctx context.Context, actor lake.Principal, name string) (Team, error) {
	a.change.Lock()
	defer a.change.Unlock()
	var added Team
	err := a.alone(ctx, func() (err error) {
		if err := a.requireAdmin(actor); err != nil {
			return err
		}
		if _, taken := a.teamNamed(name); taken {
			return lake.Fail(lake.ErrConflict, "team_taken", "There is a team of this name already.", "name", name)
		}
		added, err = a.addTeam(ctx, actor, name)
		return err
	})
	return added, err
}

func (a *Access) addTeam(ctx context.Context, actor lake.Principal, name string) (Team, error) {
	name, err := cleanName(name)
	if err != nil {
		return Team{}, err
	}
	t := Team{ID: string(lake.NewKey()), Name: name}
	if err := a.audit(ctx, actor, "team_added", Entry{Target: t.ID, Detail: map[string]string{"name": name}}); err != nil {
		return Team{}, err
	}
	if err := a.registry.Save(ctx, kindTeam, t.ID, t); err != nil {
		return Team{}, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.teams[t.ID] = t
	a.changed()
	return t, nil
}

func (a *Access) teamNamed(name string) (Team, bool) {
	name = strings.Join(strings.Fields(name), " ")
	a.mu.RLock()
	defer a.mu.RUnlock()
	for _, t := range a.teams {
		if strings.EqualFold(t.Name, name) {
			return t, true
		}
	}
	return Team{}, false
}

// teamID finds a team by id or name; "" is no team.
func (a *Access) teamID(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	a.mu.RLock()
	_, known := a.teams[s]
	a.mu.RUnlock()
	if known {
		return s, nil
	}
	if t, ok := a.teamNamed(s); ok {
		return t.ID, nil
	}
	return "", lake.Fail(lake.ErrNotFound, "team_unknown", "There is no team named "+s+".", "team", s)
}

// ensureTeam finds a team by name or adds it; called within alone.
func (a *Access) ensureTeam(ctx context.Context, actor lake.Principal, name string) (string, error) {
	if strings.TrimSpace(name) == "" {
		return "", nil
	}
	if t, ok := a.teamNamed(name); ok {
		return t.ID, nil
	}
	t, err := a.addTeam(ctx, actor, name)
	return t.ID, err
}
