package target

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/store/dynamo"
	"gatehouse/shared/test/deploy"
	"gatehouse/shared/test/dynamolocal"
	"gatehouse/shared/test/runtimeapi"
)

// Cloud is what a test has of AWS: tables of its own, and what functions are told of them.
type Cloud struct {
	Environment map[string]string // of every function, with the template's constants, before its settings
	Client      *dynamodb.Client
	Tables      dynamo.Tables
	Store       *dynamo.Store

	t    testing.TB
	site *Site
}

// Cloud makes fresh tables as the template describes them, until the test ends.
func (s *Site) Cloud(t testing.TB) *Cloud {
	t.Helper()
	tag := fmt.Sprintf("%s-%d", rand.Text(), s.clouds.Add(1))
	c := &Cloud{t: t, site: s, Environment: map[string]string{
		"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_REGION": "eu-west-1",
		"AWS_ENDPOINT_URL_DYNAMODB": dynamolocal.Endpoint(t),
		"USERS_TABLE":               "users-" + tag, "ATTEMPTS_TABLE": "attempts-" + tag, "SESSIONS_TABLE": "sessions-" + tag,
	}}
	var err error
	c.Client, err = dynamo.NewClient(c.Environment)
	check(t, err)
	c.Tables = dynamo.TablesOf(c.Environment)
	check(t, dynamo.CreateTables(t.Context(), c.Client, c.Tables))
	t.Cleanup(c.Drop)
	c.Store = dynamo.New(c.Client, c.Tables)
	constants, err := constants()
	check(t, err)
	maps.Copy(c.Environment, constants)
	return c
}

// constants reads the variables to which the template gives a value; the rest refer to tables and parameters.
var constants = sync.OnceValues(func() (map[string]string, error) {
	definitions, err := deploy.Load(filepath.Join(Root(), "template.yaml"))
	if err != nil {
		return nil, err
	}
	constants := map[string]string{}
	for _, function := range definitions.Functions() {
		for name, value := range definitions.Environment(function.Name) {
			if value.Text() != "" {
				constants[name] = value.Text()
			}
		}
	}
	return constants, nil
})

// Drop deletes the tables. DynamoDB Local becomes slower with every table, until store calls exceed a login's time.
func (c *Cloud) Drop() {
	for _, name := range []string{c.Tables.Users, c.Tables.Attempts, c.Tables.Sessions} {
		_, _ = c.Client.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &name}) // may be gone already
	}
}

// Function is one execution environment of a function: a running process.
type Function struct {
	*runtimeapi.Process
	t testing.TB
}

// Function starts one by the template's name, with settings besides the cloud's, until the test ends.
func (c *Cloud) Function(name string, settings Settings) *Function {
	c.t.Helper()
	c.site.Binary(c.t, name) // skips the test where it cannot be built
	function, err := c.start(name, settings)
	check(c.t, err)
	return function
}

func (c *Cloud) start(name string, settings Settings) (*Function, error) {
	file, err := c.site.binary(name)
	if err != nil {
		return nil, err
	}
	process, err := runtimeapi.Start(c.t.Context(), file, c.With(settings))
	if err != nil {
		return nil, err
	}
	c.t.Cleanup(process.Stop)
	return &Function{process, c.t}, nil
}

// With is the cloud's environment with settings, as a process takes it.
func (c *Cloud) With(settings Settings) []string { return settings.environment(c.Environment) }

// Items reads all items of some of the cloud's tables, past the store's code.
func (c *Cloud) Items(ctx context.Context, tables ...string) ([]map[string]types.AttributeValue, error) {
	var all []map[string]types.AttributeValue
	for _, table := range tables {
		pages := dynamodb.NewScanPaginator(c.Client, &dynamodb.ScanInput{TableName: &table})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			all = append(all, page.Items...)
		}
	}
	return all, nil
}

// Via is the same cloud, whose functions reach DynamoDB at another endpoint, as a proxy's.
func (c *Cloud) Via(endpoint string) *Cloud {
	via := *c
	via.Environment = maps.Clone(c.Environment)
	via.Environment["AWS_ENDPOINT_URL_DYNAMODB"] = endpoint
	return &via
}

// Answer sends an event through the function and returns its response.
func (f *Function) Answer(ctx context.Context, event events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	var response events.APIGatewayProxyResponse
	payload, err := json.Marshal(event)
	if err != nil {
		return response, err
	}
	answer, err := f.Invoke(ctx, payload)
	if err != nil {
		return response, err
	}
	return response, json.Unmarshal(answer, &response)
}

// Must is Answer where anything else would make the test meaningless.
func (f *Function) Must(event events.APIGatewayProxyRequest) events.APIGatewayProxyResponse {
	f.t.Helper()
	response, err := f.Answer(f.t.Context(), event)
	check(f.t, err)
	return response
}
