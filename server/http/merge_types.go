package httpapi

// MergeOutcome is TODO.
type MergeOutcome struct{}
