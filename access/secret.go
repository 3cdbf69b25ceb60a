package access

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
)

// digest is the SHA-256 of a secret; only digests are kept.
type digest [sha256.Size]byte

func digestOf(secret string) digest { return sha256.Sum256([]byte(secret)) }

func (d digest) String() string { return hex.EncodeToString(d[:]) }

func parseDigest(s string) (d digest, err error) {
	_, err = hex.Decode(d[:], []byte(s[:min(len(s), 2*len(d))]))
	return d, err
}

// newSecret returns 256 random bits in base 62.
func newSecret() string {
	var b [32]byte
	rand.Read(b[:])
	s := new(big.Int).SetBytes(b[:]).Text(62)
	for len(s) < 43 {
		s = "0" + s
	}
	return s
}

// newSetupCode returns a short code that a person types from the console, without
// characters that look alike.
func newSetupCode() string {
	const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
	var b [12]byte
	rand.Read(b[:])
	out := make([]byte, 0, 14)
	for i, c := range b {
		if i > 0 && i%4 == 0 {
			out = append(out, '-')
		}
		out = append(out, letters[int(c)%len(letters)])
	}
	return string(out)
}
