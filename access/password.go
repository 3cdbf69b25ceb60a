package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"headwater/lake"
)

// Cost of a password's hash: OWASP's second choice for argon2id, about 25 ms here.
const (
	hashMemory = 19 * 1024 // KiB
	hashTime   = 2
	hashLanes  = 1
	hashLength = 32
	saltLength = 16
)

// hasher computes argon2id; slots keep parallel sign-ins from eating the memory.
type hasher struct {
	slots chan struct{}
	dummy string // compared with when there is no such account, so that both take as long
}

func newHasher() *hasher {
	h := &hasher{slots: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)))}
	salt := make([]byte, saltLength)
	h.dummy = encodePHC(salt, make([]byte, hashLength))
	return h
}

func (h *hasher) key(ctx context.Context, password string, salt []byte, memory, time uint32, lanes uint8, length uint32) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.slots }()
	return argon2.IDKey([]byte(password), salt, time, memory, lanes, length), nil
}

// hash makes a PHC string for a new password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltLength)
	rand.Read(salt)
	key, err := h.key(ctx, password, salt, hashMemory, hashTime, hashLanes, hashLength)
	if err != nil {
		return "", err
	}
	return encodePHC(salt, key), nil
}

func encodePHC(salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashTime, hashLanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

// matches compares a password with a PHC string of any cost; weak says that it was
// hashed at another cost than today's.
func (h *hasher) matches(ctx context.Context, password, phc string) (ok, weak bool, err error) {
	var version int
	var memory, time uint32
	var lanes uint8
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, false, fmt.Errorf("unknown password hash")
	}
	if _, err = fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &time, &lanes); err != nil {
		return false, false, fmt.Errorf("password hash: %w", err)
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, false, fmt.Errorf("password hash: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false, false, fmt.Errorf("password hash: %w", err)
	}
	got, err := h.key(ctx, password, salt, memory, time, lanes, uint32(len(want)))
	if err != nil {
		return false, false, err
	}
	weak = memory != hashMemory || time != hashTime || lanes != hashLanes
	return subtle.ConstantTimeCompare(got, want) == 1, weak, nil
}

// newPassword checks a password that somebody chose and hashes it.
func (a *Access) newPassword(ctx context.Context, password, email string) (string, error) {
	distinct := map[rune]bool{}
	for _, r := range password {
		distinct[r] = true
	}
	switch {
	case utf8.RuneCountInString(password) < 8:
		return "", lake.Fail(lake.ErrInvalid, "password_short", "A password has at least 8 characters.", "field", "password")
	case len(password) > 1000:
		return "", lake.Fail(lake.ErrInvalid, "password_long", "A password has at most 1000 bytes.", "field", "password")
	case len(distinct) < 4 || strings.EqualFold(password, email) || strings.HasPrefix("01234567890", password) || strings.HasPrefix("1234567890", password):
		return "", lake.Fail(lake.ErrInvalid, "password_weak", "This password is too easy to guess.", "field", "password")
	}
	return a.hasher.hash(ctx, password)
}
