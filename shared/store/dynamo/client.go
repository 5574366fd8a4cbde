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

// NewClient makes a client from the variables that Lambda sets for every function, and AWS_ENDPOINT_URL_DYNAMODB for
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

// tryTime is how long one try of a request may wait for a connection, and for an answer's beginning. DynamoDB answers in
// tens of milliseconds; what takes longer is most likely a connection that has died, as one does while Lambda holds a
// function frozen. Of the 2.5 s that all of a login's store calls share, half is left for another try and the other calls.
const tryTime = 1200 * time.Millisecond

func withinTryTime(options *dynamodb.Options) {
	options.HTTPClient = awshttp.NewBuildableClient().
		WithDialerOptions(func(dialer *net.Dialer) { dialer.Timeout = tryTime }).
		WithTransportOptions(func(transport *http.Transport) {
			transport.TLSHandshakeTimeout, transport.ResponseHeaderTimeout = tryTime, tryTime
		})
}

// maxBackoff bounds the wait between two tries of a request: all of a login's store calls share 2.5 s, so three tries must
// fit in with room for the others.
const maxBackoff = 200 * time.Millisecond

// newRetryer tries again what the SDK does, three times in all, and a single write that met a transaction on the same item:
// a login meets one where an administrator changes its user in that moment.
func newRetryer() aws.Retryer {
	standard := retry.NewStandard(func(options *retry.StandardOptions) { options.MaxBackoff = maxBackoff })
	return retry.AddWithErrorCodes(standard, "TransactionConflictException")
}

// tries notes of one request whether all tries of it were throttled. Where one met something else, such as a lost answer,
// it may have been carried out, and what came after that says nothing of it.
type tries struct {
	aws.Retryer
	unknown bool
}

// watch is an option of one request.
func (t *tries) watch(options *dynamodb.Options) {
	t.Retryer, options.Retryer = options.Retryer, t
}

// IsErrorRetryable is asked after every try that failed.
func (t *tries) IsErrorRetryable(err error) bool {
	t.unknown = t.unknown || !isThrottled(err)
	return t.Retryer.IsErrorRetryable(err)
}

// Why DynamoDB carries out nothing of a request for now, and of one write of a transaction.
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

// throttled says in the directory's words that nothing was carried out. Other errors stay as they are.
func throttled(err error) error {
	if isThrottled(err) {
		return fmt.Errorf("%w: %w", directory.ErrThrottled, err)
	}
	return err
}

// The variables that name the tables.
const (
	usersVariable    = "USERS_TABLE"
	attemptsVariable = "ATTEMPTS_TABLE"
	sessionsVariable = "SESSIONS_TABLE"
)

// TablesOf reads the tables' names from the environment. The defaults are the template's logical ids, which `sam local`
// takes for the names of tables: so the command, `make tables` and the functions' containers mean the same ones on DynamoDB
// Local.
func TablesOf(environment map[string]string) Tables {
	return Tables{
		Users:    cmp.Or(environment[usersVariable], "UsersTable"),
		Attempts: cmp.Or(environment[attemptsVariable], "AttemptsTable"),
		Sessions: cmp.Or(environment[sessionsVariable], "SessionsTable"),
	}
}

// FromEnvironment is the store that the environment describes: [NewClient], which waits for no try longer than a login can, and
// [TablesOf].
func FromEnvironment(environment map[string]string) (*Store, error) {
	client, err := NewClient(environment, withinTryTime)
	if err != nil {
		return nil, err
	}
	return New(client, TablesOf(environment)), nil
}

// Administer returns the same store for administration. Its requests may take as long as the SDK allows: no visitor waits, and an
// import of a million users should not end because one answer took longer than [FromEnvironment] allows a login.
func Administer(environment map[string]string) (*Store, error) {
	client, err := NewClient(environment)
	if err != nil {
		return nil, err
	}
	return New(client, TablesOf(environment)), nil
}
