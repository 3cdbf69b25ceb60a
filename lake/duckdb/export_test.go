package duckdb

// WithFewKeys runs fn as if overlays of more than n rows were large.
func WithFewKeys(n int64, fn func() string) string {
	old := fewKeys
	fewKeys = n
	defer func() { fewKeys = old }()
	return fn()
}
