package duckdb

import "time"

// WithFewKeys runs fn as if overlays of more than n rows were large.
func WithFewKeys(n int64, fn func() string) string {
	old := fewKeys
	fewKeys = n
	defer func() { fewKeys = old }()
	return fn()
}

// Present is of how many overlays over files it is known that every edit has its row.
func Present(e *Engine) (n int) {
	for _, p := range e.presences.now {
		if p == allPresent {
			n++
		}
	}
	return n
}

// Unwanted is of how many statements it is known that they want no cell of an edit.
func Unwanted(e *Engine) (n int) {
	for _, wants := range e.plans.wants.now {
		if len(wants) == 0 {
			n++
		}
	}
	return n
}

// WithRecursiveTime runs fn with another limit for recursive texts.
func WithRecursiveTime(limit time.Duration, fn func()) {
	old := recursiveTime
	recursiveTime = limit
	defer func() { recursiveTime = old }()
	fn()
}

// WithHeld runs fn as if an engine's questions could hold n bytes together.
func WithHeld(e *Engine, n int64, fn func()) {
	old := e.holding.most
	e.holding.most = n
	defer func() { e.holding.most = old }()
	fn()
}

// HeldMost is how many bytes an engine's questions may hold, and Held how many they do.
func HeldMost(e *Engine) int64 { return e.holding.most }
func Held(e *Engine) int64     { return e.holding.bytes.Load() }
