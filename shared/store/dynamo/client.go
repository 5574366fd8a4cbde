package dynamo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"gatehouse/shared/directory"
)

// NewClient returns a client configured by the variables that Lambda sets for every function, and AWS_ENDPOINT_URL_DYNAMODB for
// DynamoDB Local. The SDK's own config package, which reads profiles and asks metadata services, would double the cold
// start; on an operator's machine `aws configure export-credentials --format env` sets the same variables.
func NewClient(environment map[string]string, changes ...func(*dynamodb.Options)) (*dynamodb.Client, error) {
	id, secret := environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]
	region := cmp.Or(environment["AWS_REGION"], environment["AWS_DEFAULT_REGION"]) // in the SDK's order
	if id == "" || secret == "" || region == "" {
		return nil, errors.New("AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION (or AWS_DEFAULT_REGION) must be set")
	}
	options := dynamodb.Options{
		Region: region,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: id, SecretAccessKey: secret, SessionToken: environment["AWS_SESSION_TOKEN"]}, nil
		}),
		Retryer: newRetryer(),
	}
	if endpoint := environment["AWS_ENDPOINT_URL_DYNAMODB"]; endpoint != "" {
		options.BaseEndpoint = aws.String(endpoint)
	}
	return dynamodb.New(options, changes...), nil
}

// tryTime bounds the wait of one try for a connection, and for the start of a response. DynamoDB answers in tens of
// milliseconds; a longer wait most likely means a dead connection, as after Lambda has frozen the function. Half of the 2.5 s
// that all store calls of a login share is left for a retry and the other calls.
const tryTime = 1200 * time.Millisecond

func withinTryTime(options *dynamodb.Options) {
	options.HTTPClient = awshttp.NewBuildableClient().
		WithDialerOptions(func(dialer *net.Dialer) { dialer.Timeout = tryTime }).
		WithTransportOptions(func(transport *http.Transport) {
			transport.TLSHandshakeTimeout, transport.ResponseHeaderTimeout = tryTime, tryTime
		})
}

// maxBackoff bounds the wait before a retry. All store calls of a login share 2.5 s, so three tries must leave room for the
// others.
const maxBackoff = 200 * time.Millisecond

// newRetryer retries the SDK's errors, with three tries in all, and a single write that conflicted with a transaction on the
// same item: an administrator may change a user during its login.
func newRetryer() aws.Retryer {
	standard := retry.NewStandard(func(options *retry.StandardOptions) { options.MaxBackoff = maxBackoff })
	return retry.AddWithErrorCodes(standard, "TransactionConflictException")
}

// tries notes whether all tries of one request were throttled. After any other error, such as a lost response, DynamoDB may
// have carried the request out, and a later throttling proves nothing.
type tries struct {
	aws.Retryer
	unknown bool
}

// watch is an option of one request.
func (t *tries) watch(options *dynamodb.Options) {
	t.Retryer, options.Retryer = options.Retryer, t
}

// IsErrorRetryable is called after every failed try.
func (t *tries) IsErrorRetryable(err error) bool {
	t.unknown = t.unknown || !isThrottled(err)
	return t.Retryer.IsErrorRetryable(err)
}

// Error codes of a throttled request, and reasons of a throttled write in a transaction.
var (
	throttlings      = []string{"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"}
	throttlingCauses = []string{"ThrottlingError", "ProvisionedThroughputExceeded"}
)

func isThrottled(err error) bool {
	answer, ok := errors.AsType[interface {
		error
		ErrorCode() string
	}](err)
	return ok && slices.Contains(throttlings, answer.ErrorCode()) || slices.ContainsFunc(causes(err), func(cause string) bool {
		return slices.Contains(throttlingCauses, cause)
	})
}

// throttled wraps a throttling in directory.ErrThrottled and returns any other error unchanged.
func throttled(err error) error {
	if isThrottled(err) {
		return fmt.Errorf("%w: %w", directory.ErrThrottled, err)
	}
	return err
}

// Environment variables with the tables' names.
const (
	usersVariable    = "USERS_TABLE"
	attemptsVariable = "ATTEMPTS_TABLE"
	sessionsVariable = "SESSIONS_TABLE"
)

// TablesOf reads the tables' names from the environment. The defaults are the template's logical ids, which `sam local` uses
// as names, so the command, `make tables` and the functions' containers share their tables on DynamoDB Local.
func TablesOf(environment map[string]string) Tables {
	return Tables{
		Users:    cmp.Or(environment[usersVariable], "UsersTable"),
		Attempts: cmp.Or(environment[attemptsVariable], "AttemptsTable"),
		Sessions: cmp.Or(environment[sessionsVariable], "SessionsTable"),
	}
}

// FromEnvironment returns the store that the environment describes ([NewClient], [TablesOf]), with timeouts for logins.
func FromEnvironment(environment map[string]string) (*Store, error) {
	return open(environment, withinTryTime)
}

// Administer returns the same store with the SDK's timeouts. No client waits for an administration, and an import of a million
// users must not end because one response took longer than a login can wait.
func Administer(environment map[string]string) (*Store, error) { return open(environment) }

func open(environment map[string]string, changes ...func(*dynamodb.Options)) (*Store, error) {
	client, err := NewClient(environment, changes...)
	if err != nil {
		return nil, err
	}
	return New(client, TablesOf(environment)), nil
}
