package duckdb

import "headwater/lake"

type nearestCall struct{}

func (s *sandbox) nearestTable(x, f map[string]any) (bool, error) { return false, nil }

func (h *homes) nearest(v lake.View, ent *lake.Entity, n *nearestCall) (string, error) {
	return "", nil
}
