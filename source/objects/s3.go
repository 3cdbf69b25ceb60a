package objects

import (
	"context"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	"gocloud.dev/blob"
	"gocloud.dev/blob/s3blob"

	"headwater/lake"
	"headwater/source"
)

type s3Store struct{ at *url.URL }

// openS3 opens s3://[access key:secret@]bucket/prefix[?region=…&endpoint=…&path_style=true&anonymous=true].
func openS3(ctx context.Context, s source.Settings) (*blob.Bucket, store, error) {
	q := s.URL.Query()
	name := s.URL.Hostname()
	if name == "" || s.URL.Port() != "" {
		return nil, nil, invalid("The address isn't of the form s3://bucket/prefix.", "form", "s3://bucket/prefix")
	}
	region := q.Get("region")
	// A client of the kit's own kind: it takes the environment's certificates.
	http := awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) { guard(t, s.Dial) })
	options := []func(*config.LoadOptions) error{config.WithHTTPClient(http), config.WithRetryMaxAttempts(attempts)}
	if region != "" {
		options = append(options, config.WithRegion(region))
	}
	if secret, ok := s.URL.User.Password(); ok {
		options = append(options, config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(s.URL.User.Username(), secret, q.Get("session_token"))))
	} else if q.Get("anonymous") == "true" {
		options = append(options, config.WithCredentialsProvider(aws.AnonymousCredentials{}))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, nil, lake.Fail(lake.ErrInvalid, "signin_refused", "The server's environment holds no usable settings for S3.")
	}
	if cfg.Region == "" {
		cfg.Region = "us-east-1"
	}
	at := &url.URL{Scheme: "https", Host: name + ".s3." + cfg.Region + ".amazonaws.com"}
	if e := q.Get("endpoint"); e != "" {
		if at, err = endpointOf(e); err != nil {
			return nil, nil, err
		}
	}
	c := s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.UsePathStyle = q.Get("path_style") == "true" || q.Get("endpoint") != "" && q.Get("path_style") != "false"
		o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
		o.DisableLogOutputChecksumValidationSkipped = true
		if q.Get("endpoint") != "" {
			o.BaseEndpoint = aws.String(at.String())
		}
	})
	b, err := s3blob.OpenBucket(ctx, c, name, nil)
	if err != nil {
		return nil, nil, invalid("The bucket's name can't be used.", "reason", "bucket")
	}
	return b, &s3Store{at: at}, nil
}

// endpointOf reads where a store is that isn't the provider's own.
func endpointOf(text string) (*url.URL, error) {
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return nil, invalid("The endpoint isn't of the form https://host:port.", "form", "https://host:port")
	}
	return u, nil
}

func (s *s3Store) endpoint() *url.URL { return s.at }

// tag is the ETag: the MD5 of what was uploaded in one piece and not encrypted by a key.
func (s *s3Store) tag(o *blob.ListObject) string {
	var raw types.Object
	if o.As(&raw) && raw.ETag != nil {
		return strings.Trim(*raw.ETag, `"`)
	}
	return hex.EncodeToString(o.MD5)
}

func (s *s3Store) matching(tag string) func(func(any) bool) error {
	return func(as func(any) bool) error {
		var in *s3.GetObjectInput
		if tag != "" && as(&in) {
			in.IfMatch = aws.String(`"` + tag + `"`)
		}
		return nil
	}
}

func (s *s3Store) summed(r *blob.Reader) bool {
	var out s3.GetObjectOutput
	if !r.As(&out) {
		return false
	}
	encrypted := out.ServerSideEncryption != "" && out.ServerSideEncryption != types.ServerSideEncryptionAes256
	return !encrypted && out.SSECustomerAlgorithm == nil
}

func (s *s3Store) explain(err error) error {
	var answer *awshttp.ResponseError
	if errors.As(err, &answer) && answer.HTTPStatusCode() == http.StatusPreconditionFailed {
		return nil
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		switch api.ErrorCode() {
		case "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "AuthorizationHeaderMalformed", "RequestTimeTooSkewed":
			return lake.Fail(lake.ErrForbidden, "signin_refused", "The store doesn't accept the access key: "+api.ErrorCode()+".")
		case "AccessDenied", "Forbidden", "AllAccessDisabled":
			return lake.Fail(lake.ErrForbidden, "permission_missing", "The store doesn't allow this account to read here.")
		case "NoSuchBucket":
			return lake.Fail(lake.ErrNotFound, "bucket_unknown", "There is no such bucket.")
		case "PermanentRedirect":
			return lake.Fail(lake.ErrInvalid, "region_wrong", "The bucket lies in another region; add region= to the address.")
		}
	}
	if strings.Contains(err.Error(), "get credentials") || strings.Contains(err.Error(), "refresh cached credentials") {
		return lake.Fail(lake.ErrForbidden, "signin_missing", "There are no credentials for the store, in the address or in the server's environment.")
	}
	return nil
}
