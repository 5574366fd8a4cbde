package dynamo

import (
	"cmp"
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// NewClient makes a client from the variables that Lambda sets for every function, and AWS_ENDPOINT_URL_DYNAMODB for
// DynamoDB Local. The SDK's own config package, which reads profiles and asks metadata services, would double the cold
// start; on an operator's machine `aws configure export-credentials --format env` sets the same variables.
func NewClient(environment map[string]string) (*dynamodb.Client, error) {
	id, secret := environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]
	region := environment["AWS_REGION"]
	if region == "" {
		region = environment["AWS_DEFAULT_REGION"]
	}
	if id == "" || secret == "" || region == "" {
		return nil, errors.New("AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION must be set")
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
	return dynamodb.New(options), nil
}

// newRetryer tries again what the SDK does, and a single write that met a transaction on the same item: a login meets one
// where an administrator changes its user in that moment.
func newRetryer() aws.Retryer {
	return retry.AddWithErrorCodes(retry.NewStandard(), "TransactionConflictException")
}

// The variables that name the tables, and the names of `make tables` where they are not set.
const (
	usersVariable    = "USERS_TABLE"
	attemptsVariable = "ATTEMPTS_TABLE"
	sessionsVariable = "SESSIONS_TABLE"
)

// TablesOf reads the tables' names from the environment, each with a default that suits DynamoDB Local.
func TablesOf(environment map[string]string) Tables {
	return Tables{
		Users:    cmp.Or(environment[usersVariable], "gatehouse-users"),
		Attempts: cmp.Or(environment[attemptsVariable], "gatehouse-attempts"),
		Sessions: cmp.Or(environment[sessionsVariable], "gatehouse-sessions"),
	}
}

// FromEnvironment is the store that the environment describes: [NewClient] and [TablesOf].
func FromEnvironment(environment map[string]string) (*Store, error) {
	client, err := NewClient(environment)
	if err != nil {
		return nil, err
	}
	return New(client, TablesOf(environment)), nil
}
