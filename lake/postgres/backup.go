package postgres

import "context"

func (s *Store) Backup(ctx context.Context, path string) error { return nil }
