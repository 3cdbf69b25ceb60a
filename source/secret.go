package source

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"headwater/lake"
)

// keyVariable names the environment variable that holds the key, in base64.
const keyVariable = "HEADWATER_SECRET_KEY"

// keys seals credentials with AES-256-GCM under one key. It is read, or made, when
// it is first needed.
type keys struct {
	file string

	mu  sync.Mutex
	box cipher.AEAD
	raw []byte
}

func newKeys(key []byte, file string) (*keys, error) {
	k := &keys{file: file}
	if key == nil {
		text := os.Getenv(keyVariable)
		if text == "" {
			return k, nil
		}
		var err error
		if key, err = base64.StdEncoding.DecodeString(strings.TrimSpace(text)); err != nil {
			return nil, keyInvalid(keyVariable)
		}
	}
	return k, k.use(key, keyVariable)
}

// use takes a key from a place.
func (k *keys) use(key []byte, place string) error {
	if len(key) != 32 {
		return keyInvalid(place)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return err
	}
	k.box, err = cipher.NewGCM(block)
	k.raw = bytes.Clone(key)
	return err
}

// DerivedKey makes a key of the workspace's own for another purpose. It stays the same as
// long as the key that seals credentials does.
func (s *Sources) DerivedKey(purpose string) (out [32]byte, err error) {
	if err := s.keys.ready(true); err != nil {
		return out, err
	}
	mac := hmac.New(sha256.New, s.keys.raw)
	mac.Write([]byte("headwater " + purpose)) // it never fails
	copy(out[:], mac.Sum(nil))
	return out, nil
}

func keyInvalid(place string) error {
	return lake.Fail(lake.ErrInvalid, "secret_key_invalid", "The key of the credentials must be 32 bytes in base64; what "+place+" holds isn't.", "place", place)
}

// ready reads the key file. It makes one when there is none and make is set.
func (k *keys) ready(make bool) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.box != nil {
		return nil
	}
	text, err := os.ReadFile(k.file)
	if errors.Is(err, fs.ErrNotExist) && make {
		if err = k.create(); err == nil {
			text, err = os.ReadFile(k.file)
		}
	}
	if err != nil {
		return err
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		return keyInvalid(k.file)
	}
	return k.use(key, k.file)
}

// create writes a new key. A file that another process wrote meanwhile stays.
func (k *keys) create() error {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(k.file), ".secret-*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(key) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err = os.Link(f.Name(), k.file); errors.Is(err, fs.ErrExist) {
		err = nil
	}
	return err
}

// seal encrypts a text that belongs to a name.
func (k *keys) seal(name, text string) (string, error) {
	if err := k.ready(true); err != nil {
		return "", err
	}
	nonce := make([]byte, k.box.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(k.box.Seal(nonce, nonce, []byte(text), []byte(name))), nil
}

// unseal decrypts; secret_unreadable when the key is lost or another one.
func (k *keys) unseal(name, sealed string) (string, error) {
	err := k.ready(false)
	var known *lake.Error
	if errors.As(err, &known) {
		return "", err
	}
	raw, derr := base64.StdEncoding.DecodeString(sealed)
	if err != nil || derr != nil || len(raw) < k.box.NonceSize() {
		return "", secretUnreadable(name)
	}
	n := k.box.NonceSize()
	text, err := k.box.Open(nil, raw[:n], raw[n:], []byte(name))
	if err != nil {
		return "", secretUnreadable(name)
	}
	return string(text), nil
}

func secretUnreadable(name string) error {
	return lake.Fail(lake.ErrInvalid, "secret_unreadable",
		"The credentials of the source can't be decrypted: the key they were kept with is missing. Bring back the key, or enter the address again.", "source", name)
}
