package dynamo_test

import (
	"context"
	"crypto/rand"
	"maps"
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"gatehouse/shared/store/dynamo"
	"gatehouse/shared/store/storetest"
	"gatehouse/shared/test/dynamolocal"
)

// What the tests run on, made once: DynamoDB Local with the template's tables.
var (
	client      *dynamodb.Client
	tables      dynamo.Tables
	environment map[string]string
)

// environmentAt is the tests' environment with another endpoint.
func environmentAt(endpoint string) map[string]string {
	at := maps.Clone(environment)
	at["AWS_ENDPOINT_URL_DYNAMODB"] = endpoint
	return at
}

// throughProxy is a store on the tests' tables that reaches them through a proxy, until the test ends.
func throughProxy(t *testing.T) (*dynamo.Store, *dynamolocal.Proxy) {
	t.Helper()
	proxy := dynamolocal.NewProxy(environment["AWS_ENDPOINT_URL_DYNAMODB"])
	t.Cleanup(proxy.Close)
	through, err := dynamo.NewClient(environmentAt(proxy.Endpoint))
	if err != nil {
		t.Fatal(err)
	}
	return dynamo.New(through, tables), proxy
}

func TestMain(m *testing.M) {
	os.Exit(dynamolocal.Main("the store's contract on DynamoDB", func(ctx context.Context, endpoint string) (int, error) {
		return run(ctx, m, endpoint)
	}))
}

// run has the tests use tables of their own.
func run(ctx context.Context, m *testing.M, endpoint string) (int, error) {
	tag := "-" + rand.Text() // others may use the same DynamoDB Local
	environment = map[string]string{
		"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_REGION": "eu-west-1",
		"AWS_ENDPOINT_URL_DYNAMODB": endpoint,
		"USERS_TABLE":               "users" + tag, "ATTEMPTS_TABLE": "attempts" + tag, "SESSIONS_TABLE": "sessions" + tag,
	}
	var err error
	if client, err = dynamo.NewClient(environment); err != nil {
		return 0, err
	}
	tables = dynamo.TablesOf(environment)
	if err := dynamo.CreateTables(ctx, client, tables); err != nil {
		return 0, err
	}
	defer drop(tables)
	return m.Run(), nil
}

// drop removes tables from a DynamoDB Local that outlives the tests.
func drop(names dynamo.Tables) {
	for _, name := range []string{names.Users, names.Attempts, names.Sessions} {
		_, _ = client.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &name})
	}
}

func TestContract(t *testing.T) {
	storetest.Run(t, func(*testing.T) storetest.Store { return dynamo.New(client, tables) })
}
