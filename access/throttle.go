package access

import (
	"sync"
	"time"
)

// throttle slows down guessing: after a number of free failures, each further one
// doubles the wait, from one second to five minutes. A key is forgotten an hour
// after its last failure. It lives in memory: a restart forgives, and each of several
// nodes counts for itself, so that n nodes allow n times as many guesses.
type throttle struct {
	now  func() time.Time
	free int

	mu   sync.Mutex
	keys map[string]*failures
}

type failures struct {
	count int
	last  time.Time
	until time.Time
}

const (
	maxWait       = 5 * time.Minute
	forgetAfter   = time.Hour
	throttledKeys = 100_000 // above that, old keys are swept out
)

func newThrottle(now func() time.Time, free int) *throttle {
	return &throttle{now: now, free: free, keys: map[string]*failures{}}
}

// begin counts an attempt as failed before it is tried, so that parallel attempts
// count too, and returns 0; or the time to wait, when there were too many.
func (t *throttle) begin(key string) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	t.sweep(now)
	f := t.keys[key]
	if f == nil || now.Sub(f.last) > forgetAfter {
		f = &failures{}
		t.keys[key] = f
	}
	if wait := f.until.Sub(now); wait > 0 {
		return wait
	}
	f.count++
	f.last = now
	if over := f.count - t.free; over >= 0 {
		f.until = now.Add(min(maxWait, time.Second<<min(over, 20)))
	}
	return 0
}

// forgive takes back what begin counted.
func (t *throttle) forgive(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if f := t.keys[key]; f != nil && f.count > 0 {
		f.count--
		f.until = time.Time{}
	}
}

// forget drops all failures of a key.
func (t *throttle) forget(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.keys, key)
}

func (t *throttle) sweep(now time.Time) {
	if len(t.keys) < throttledKeys {
		return
	}
	for k, f := range t.keys {
		if now.Sub(f.last) > forgetAfter || len(t.keys) >= throttledKeys && !f.until.After(now) {
			delete(t.keys, k)
		}
	}
}
