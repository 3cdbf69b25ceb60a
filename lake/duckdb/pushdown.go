package duckdb

type planner struct{}

func (p *planner) close() {}
