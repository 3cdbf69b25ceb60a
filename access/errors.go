package access

import (
	"errors"
	"math"
	"strconv"
	"time"

	"headwater/lake"
)

// Families that only signing in needs; they stand beside those of the lake.
var (
	ErrSignedOut = errors.New("signed out") // nobody is signed in, or the proof is wrong
	ErrThrottled = errors.New("throttled")  // too many attempts
)

func errSignIn() error {
	return lake.Fail(ErrSignedOut, "sign_in_failed", "The e-mail address or the password is wrong.")
}

func errNoSession() error {
	return lake.Fail(ErrSignedOut, "no_session", "Nobody is signed in, or the session has ended.")
}

func errTooMany(wait time.Duration) error {
	seconds := strconv.Itoa(int(math.Ceil(wait.Seconds())))
	return lake.Fail(ErrThrottled, "too_many_attempts",
		"Too many attempts; try again in "+seconds+" seconds.", "seconds", seconds)
}

func errNoPerson(id lake.Key) error {
	return lake.Fail(lake.ErrNotFound, "person_unknown", "There is no such person.", "id", id)
}
