package dynamo_test

import (
	"context"
	"crypto/rand"
	"maps"
	"os"
	"sync"
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
	connect(t)
	proxy := dynamolocal.NewProxy(environment["AWS_ENDPOINT_URL_DYNAMODB"])
	t.Cleanup(proxy.Close)
	through, err := dynamo.NewClient(environmentAt(proxy.Endpoint))
	if err != nil {
		t.Fatal(err)
	}
	return dynamo.New(through, tables), proxy
}

func TestMain(m *testing.M) {
	os.Exit(dynamolocal.Main(func() int {
		defer func() {
			if client != nil {
				drop(tables)
			}
		}()
		return m.Run()
	}))
}

var connecting sync.Once

// connect connects the tests to DynamoDB Local with tables of their own; others may use the same one.
func connect(t *testing.T) {
	t.Helper()
	endpoint := dynamolocal.Endpoint(t)
	connecting.Do(func() {
		tag := "-" + rand.Text()
		environment = map[string]string{
			"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_REGION": "eu-west-1",
			"AWS_ENDPOINT_URL_DYNAMODB": endpoint,
			"USERS_TABLE":               "users" + tag, "ATTEMPTS_TABLE": "attempts" + tag, "SESSIONS_TABLE": "sessions" + tag,
		}
		var err error
		if client, err = dynamo.NewClient(environment); err != nil {
			t.Fatal(err)
		}
		tables = dynamo.TablesOf(environment)
		if err := dynamo.CreateTables(t.Context(), client, tables); err != nil {
			t.Fatal(err)
		}
	})
}

// drop removes tables from a DynamoDB Local that outlives the tests.
func drop(names dynamo.Tables) {
	for _, name := range []string{names.Users, names.Attempts, names.Sessions} {
		_, _ = client.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &name})
	}
}

func TestContract(t *testing.T) {
	connect(t)
	storetest.Run(t, func(*testing.T) storetest.Store { return dynamo.New(client, tables) })
}
