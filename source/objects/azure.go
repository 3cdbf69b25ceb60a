package objects

import (
	"context"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	azblob "github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
	"gocloud.dev/blob"
	"gocloud.dev/blob/azureblob"
	"google.golang.org/api/googleapi"

	"headwater/lake"
	"headwater/source"
)

type azureStore struct{ at *url.URL }

// openAzure opens azblob://[account:key@]container/prefix[?account=…&endpoint=…&sas_token=…&anonymous=true].
func openAzure(ctx context.Context, s source.Settings) (*blob.Bucket, store, error) {
	q := s.URL.Query()
	name, account := s.URL.Hostname(), s.URL.User.Username()
	for _, other := range []string{q.Get("account"), os.Getenv("AZURE_STORAGE_ACCOUNT")} {
		if account == "" {
			account = other
		}
	}
	at := &url.URL{Scheme: "https", Host: account + ".blob.core.windows.net"}
	if e := q.Get("endpoint"); e != "" {
		var err error
		if at, err = endpointOf(e); err != nil {
			return nil, nil, err
		}
	}
	if name == "" || account == "" || s.URL.Port() != "" {
		return nil, nil, invalid("The address isn't of the form azblob://account:key@container/prefix.", "form", "azblob://account:key@container/prefix")
	}
	c, err := azureClient(s, at.JoinPath(name), account)
	if err != nil {
		return nil, nil, err
	}
	b, err := azureblob.OpenBucket(ctx, c, nil)
	if err != nil {
		return nil, nil, invalid("The container's name can't be used.", "reason", "bucket")
	}
	return b, &azureStore{at}, nil
}

func azureClient(s source.Settings, at *url.URL, account string) (*container.Client, error) {
	q := s.URL.Query()
	options := &container.ClientOptions{ClientOptions: policy.ClientOptions{Transport: Client(s.Dial), Retry: policy.RetryOptions{MaxRetries: attempts - 1}}}
	key, ok := s.URL.User.Password()
	sas := q.Get("sas_token")
	if !ok && sas == "" && q.Get("anonymous") != "true" {
		key, sas = os.Getenv("AZURE_STORAGE_KEY"), os.Getenv("AZURE_STORAGE_SAS_TOKEN")
	}
	switch {
	case key != "":
		shared, err := container.NewSharedKeyCredential(account, key)
		if err != nil {
			return nil, invalid("The password isn't an account's key.", "reason", "secret")
		}
		return container.NewClientWithSharedKeyCredential(at.String(), shared, options)
	case sas != "":
		at.RawQuery = strings.TrimPrefix(sas, "?")
		return container.NewClientWithNoCredential(at.String(), options)
	case q.Get("anonymous") == "true":
		return container.NewClientWithNoCredential(at.String(), options)
	}
	own, err := azidentity.NewDefaultAzureCredential(&azidentity.DefaultAzureCredentialOptions{ClientOptions: options.ClientOptions})
	if err != nil {
		return nil, lake.Fail(lake.ErrForbidden, "signin_missing", "There are no credentials for the store, in the address or in the server's environment.")
	}
	return container.NewClient(at.String(), own, options)
}

func (s *azureStore) endpoint() *url.URL { return s.at }

func (s *azureStore) tag(o *blob.ListObject) string {
	if len(o.MD5) > 0 {
		return hex.EncodeToString(o.MD5)
	}
	var raw container.BlobItem
	if o.As(&raw) && raw.Properties != nil && raw.Properties.ETag != nil {
		return string(*raw.Properties.ETag)
	}
	return ""
}

func (s *azureStore) matching(tag string) func(func(any) bool) error {
	return func(as func(any) bool) error {
		var in *azblob.DownloadStreamOptions
		if strings.HasPrefix(tag, `"`) && as(&in) {
			etag := azcore.ETag(tag)
			in.AccessConditions = &azblob.AccessConditions{ModifiedAccessConditions: &azblob.ModifiedAccessConditions{IfMatch: &etag}}
		}
		return nil
	}
}

func (s *azureStore) summed(*blob.Reader) bool { return true }

func (s *azureStore) explain(err error) error {
	if code := status(err); code == http.StatusUnauthorized || code == http.StatusForbidden && strings.Contains(err.Error(), "AuthenticationFailed") {
		return lake.Fail(lake.ErrForbidden, "signin_refused", "The store doesn't accept the account's key.")
	}
	return nil
}

// status is the HTTP status of a store's answer, 0 if there was none.
func status(err error) int {
	var azure *azcore.ResponseError
	var google *googleapi.Error
	switch {
	case errors.As(err, &azure):
		return azure.StatusCode
	case errors.As(err, &google):
		return google.Code
	}
	return 0
}
