package source

import (
	"errors"
	"net/url"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"

	"headwater/lake"
)

// hidden stands for a secret wherever an address is shown.
const hidden = "***"

// Redact writes an address with all secrets replaced by ***: the password, and every
// query parameter whose name sounds like one.
func Redact(u *url.URL) string {
	shown := *u
	_, password := u.User.Password()
	if password {
		shown.User = url.UserPassword(u.User.Username(), "HIDDEN")
	}
	shown.RawQuery = mapQuery(u.RawQuery, func(name, value string) string {
		if secretParameter(name) && value != "" {
			return hidden
		}
		return value
	})
	text := shown.String()
	if password {
		text = strings.Replace(text, ":HIDDEN@", ":"+hidden+"@", 1)
	}
	return text
}

// mapQuery changes the (still escaped) values of a query and leaves the rest as it is.
func mapQuery(raw string, fn func(name, value string) string) string {
	if raw == "" {
		return ""
	}
	parts := strings.Split(raw, "&")
	for i, p := range parts {
		name, value, has := strings.Cut(p, "=")
		if !has {
			continue
		}
		plain, err := url.QueryUnescape(name)
		if err != nil {
			plain = name
		}
		parts[i] = name + "=" + fn(plain, value)
	}
	return strings.Join(parts, "&")
}

var (
	secretWords = []string{"password", "passwd", "passphrase", "pwd", "secret", "token", "accesskey", "accountkey", "apikey",
		"privatekey", "sharedkey", "credential", "signature"}
	secretNames = map[string]bool{"pass": true, "key": true, "sig": true, "sas": true, "auth": true, "authorization": true, "bearer": true}
)

func secretParameter(name string) bool {
	plain := strings.NewReplacer("_", "", "-", "", ".", "").Replace(strings.ToLower(name))
	if secretNames[plain] {
		return true
	}
	for _, w := range secretWords {
		if strings.Contains(plain, w) {
			return true
		}
	}
	return false
}

// restore puts the secrets of the old address where the new one has ***. They are
// handed to nobody else: kind, user and host must be the same.
func restore(u, old *url.URL) error {
	same := old != nil && old.Scheme == u.Scheme && old.Host == u.Host && old.User.Username() == u.User.Username()
	missing := false
	kept := map[string]string{}
	if same {
		mapQuery(old.RawQuery, func(name, value string) string { kept[name] = value; return value })
		// A query can name another host: then nothing of the old address is to be used.
		for _, n := range []string{"host", "hostaddr", "endpoint", "port"} {
			same = same && old.Query().Get(n) == u.Query().Get(n)
		}
	}
	if p, ok := u.User.Password(); ok && p == hidden {
		was, had := "", false
		if same {
			was, had = old.User.Password()
		}
		missing = missing || !had
		u.User = url.UserPassword(u.User.Username(), was)
	}
	u.RawQuery = mapQuery(u.RawQuery, func(name, value string) string {
		if !secretParameter(name) || value != hidden && value != "%2A%2A%2A" {
			return value
		}
		was, had := kept[name]
		missing = missing || !had || !same
		return was
	})
	if missing {
		return lake.Fail(lake.ErrInvalid, "secret_needed", "The password must be entered again when user, host or kind of the address change.")
	}
	return nil
}

// secretsOf lists the secrets of an address in all forms that a message could hold.
func secretsOf(u *url.URL) []string {
	var out []string
	add := func(s string) {
		if len(s) >= 3 { // shorter ones would turn every message into asterisks
			out = append(out, s)
		}
	}
	if p, ok := u.User.Password(); ok {
		add(p)
		add(url.QueryEscape(p))
		add(url.PathEscape(p))
		_, coded, _ := strings.Cut(u.User.String(), ":")
		add(coded)
	}
	mapQuery(u.RawQuery, func(name, value string) string {
		if secretParameter(name) {
			add(value)
			if plain, err := url.QueryUnescape(value); err == nil {
				add(plain)
			}
		}
		return value
	})
	return out
}

// scrubbed is a text without the secrets of an address.
func scrubbed(text string, u *url.URL) string {
	for _, s := range secretsOf(u) {
		text = strings.ReplaceAll(text, s, hidden)
	}
	return text
}

// clean makes a connector's error fit to be shown: no secrets, and a code.
func clean(err error, u *url.URL) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	plain := scrubbed(text, u)
	var known *lake.Error
	if !errors.As(err, &known) {
		if plain == text {
			return err
		}
		return &scrubbedError{text: plain, err: err}
	}
	out := *known
	out.Detail = scrubbed(known.Detail, u)
	out.Params = make(map[string]string, len(known.Params))
	for k, v := range known.Params {
		out.Params[k] = scrubbed(v, u)
	}
	return &out
}

// scrubbedError keeps what errors.Is finds, not what %v would print.
type scrubbedError struct {
	text string
	err  error
}

func (e *scrubbedError) Error() string        { return e.text }
func (e *scrubbedError) Is(target error) bool { return errors.Is(e.err, target) }

// guarded keeps secrets out of a reader's error.
type guarded struct {
	array.RecordReader
	url *url.URL
}

func (g *guarded) Err() error { return clean(g.RecordReader.Err(), g.url) }
