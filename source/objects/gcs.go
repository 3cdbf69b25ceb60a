package objects

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"cloud.google.com/go/storage"
	"gocloud.dev/blob"
	"gocloud.dev/blob/gcsblob"
	"gocloud.dev/gcp"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/google"
	"google.golang.org/api/option"

	"headwater/lake"
	"headwater/source"
)

type gcsStore struct{ at *url.URL }

// openGCS opens gs://[json:key@]bucket/prefix[?endpoint=…&anonymous=true], where key is
// the JSON of a service account's key in base64 (of URLs), or an access token.
func openGCS(ctx context.Context, s source.Settings) (*blob.Bucket, store, error) {
	q := s.URL.Query()
	name := s.URL.Hostname()
	if name == "" || s.URL.Port() != "" {
		return nil, nil, invalid("The address isn't of the form gs://bucket/prefix.", "form", "gs://bucket/prefix")
	}
	plain := Client(s.Dial)
	at := &url.URL{Scheme: "https", Host: "storage.googleapis.com"}
	var options []option.ClientOption
	if e := q.Get("endpoint"); e != "" {
		var err error
		if at, err = endpointOf(e); err != nil {
			return nil, nil, err
		}
		options = append(options, option.WithEndpoint(strings.TrimSuffix(at.String(), "/")+"/storage/v1/"), storage.WithJSONReads())
	}
	http := &gcp.HTTPClient{Client: *plain}
	if q.Get("anonymous") != "true" {
		tokens, err := gcsTokens(context.WithValue(ctx, oauth2.HTTPClient, plain), s.URL.User)
		if err != nil {
			return nil, nil, err
		}
		if http, err = gcp.NewHTTPClient(plain.Transport, tokens); err != nil {
			return nil, nil, err
		}
	}
	b, err := gcsblob.OpenBucket(ctx, http, name, &gcsblob.Options{ClientOptions: options})
	if err != nil {
		return nil, nil, invalid("The bucket's name can't be used.", "reason", "bucket")
	}
	return b, &gcsStore{at}, nil
}

func gcsTokens(ctx context.Context, user *url.Userinfo) (gcp.TokenSource, error) {
	ctx = context.WithoutCancel(ctx)
	const scope = storage.ScopeReadOnly
	secret, ok := user.Password()
	if !ok {
		found, err := google.FindDefaultCredentials(ctx, scope)
		if err != nil {
			return nil, lake.Fail(lake.ErrForbidden, "signin_missing", "There are no credentials for the store, in the address or in the server's environment.")
		}
		return found.TokenSource, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(secret, "="))
	if err != nil || !strings.HasPrefix(string(text), "{") {
		return oauth2.StaticTokenSource(&oauth2.Token{AccessToken: secret}), nil
	}
	c, err := google.JWTConfigFromJSON(text, scope)
	if err != nil {
		return nil, invalid("The password isn't the key of a service account.", "reason", "secret")
	}
	return c.TokenSource(ctx), nil
}

func (s *gcsStore) endpoint() *url.URL { return s.at }

func (s *gcsStore) tag(o *blob.ListObject) string { return hex.EncodeToString(o.MD5) }

// matching can't ask for the version: sizes and checksums are compared instead.
func (s *gcsStore) matching(string) func(func(any) bool) error { return nil }

func (s *gcsStore) summed(r *blob.Reader) bool {
	var raw *storage.Reader
	return r.As(&raw) && raw.Attrs.ContentEncoding != "gzip"
}

func (s *gcsStore) explain(err error) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		return lake.Fail(lake.ErrForbidden, "signin_refused", "Google doesn't accept the key.")
	}
	if status(err) == http.StatusUnauthorized {
		return lake.Fail(lake.ErrForbidden, "signin_refused", "The store doesn't accept the credentials.")
	}
	return nil
}
