package function_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"gatehouse/functions/functionstest"
	"gatehouse/shared/function/runtimeapi"
	"gatehouse/shared/password"
	"gatehouse/shared/store/dynamo"
	"gatehouse/shared/store/dynamo/dynamolocal"
	"gatehouse/shared/template"
)

// root is the repository, from this package's folder.
const root = "../.."

var (
	endpoint string // of DynamoDB Local
	binaries string // the folder with <Function>/bootstrap, as `sam build` makes them
)

func TestMain(m *testing.M) {
	os.Exit(dynamolocal.Main("the Lambda binaries on DynamoDB", func(ctx context.Context, at string) (int, error) {
		endpoint = at
		return run(ctx, m)
	}))
}

// run builds the functions by the recipes that SAM uses, and then runs the tests.
func run(ctx context.Context, m *testing.M) (int, error) {
	var err error
	if binaries, err = os.MkdirTemp("", "gatehouse-functions-"); err != nil {
		return 0, err
	}
	defer os.RemoveAll(binaries)
	for _, function := range functionstest.Products {
		folder := filepath.Join(binaries, function)
		if err := os.Mkdir(folder, 0o755); err != nil {
			return 0, err
		}
		build := exec.CommandContext(ctx, "make", "-C", root, "build-"+function, "ARTIFACTS_DIR="+folder, "ARCHITECTURE="+architecture())
		if output, err := build.CombinedOutput(); err != nil {
			return 0, fmt.Errorf("building %s: %w\n%s", function, err, output)
		}
	}
	// Most of these tests wait for another process or for a try to come, so more of them run at once than there are cores.
	flag.Parse()
	if err := flag.Set("test.parallel", "8"); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// architecture is the template's name for this machine's processor.
func architecture() string {
	if runtime.GOARCH == "arm64" {
		return "arm64"
	}
	return "x86_64"
}

// cloud is what a test has of AWS: tables of its own, and what functions need to know of them.
type cloud struct {
	t           testing.TB
	environment map[string]string
	client      *dynamodb.Client
	tables      dynamo.Tables
	store       *dynamo.Store
	hasher      *password.Hasher
}

// newCloud makes fresh tables as the template describes them.
func newCloud(t testing.TB) *cloud {
	t.Helper()
	tag := fmt.Sprintf("%s-%d", filepath.Base(binaries), tables.Add(1))
	c := &cloud{t: t, environment: map[string]string{
		"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_REGION": "eu-west-1",
		"AWS_ENDPOINT_URL_DYNAMODB": endpoint,
		"USERS_TABLE":               "users-" + tag, "ATTEMPTS_TABLE": "attempts-" + tag, "SESSIONS_TABLE": "sessions-" + tag,
		"BCRYPT_COST": "4",
	}}
	var err error
	c.client, err = dynamo.NewClient(c.environment)
	c.check(err)
	c.tables = dynamo.TablesOf(c.environment)
	definitions, err := template.Load(filepath.Join(root, "template.yaml"))
	c.check(err)
	c.check(dynamo.CreateTables(t.Context(), c.client, c.tables, definitions))
	c.store = dynamo.New(c.client, c.tables)
	c.hasher = c.hasherAt(4)
	return c
}

func (c *cloud) hasherAt(cost int) *password.Hasher {
	c.t.Helper()
	hasher, err := password.New(cost)
	c.check(err)
	return hasher
}

func (c *cloud) check(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// deployed is one execution environment of a function.
type deployed struct {
	*runtimeapi.Process
	c *cloud
}

// start runs a function with settings besides the cloud's, until the test ends.
func (c *cloud) start(function string, settings map[string]string) *deployed {
	c.t.Helper()
	binary := filepath.Join(binaries, function, "bootstrap")
	process, err := runtimeapi.Start(c.t.Context(), binary, c.environmentWith(settings))
	c.check(err)
	c.t.Cleanup(func() { process.Stop() })
	return &deployed{process, c}
}

// environmentWith is the cloud's environment with more settings, as a process takes it.
func (c *cloud) environmentWith(settings map[string]string) []string {
	all := maps.Clone(c.environment)
	maps.Copy(all, settings)
	var environment []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		environment = append(environment, name+"="+all[name])
	}
	return environment
}

// invoke sends an event through the function and gives its answer. Errors are returned, for goroutines use it too.
func (d *deployed) invoke(event events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	var response events.APIGatewayProxyResponse
	payload, err := json.Marshal(event)
	if err != nil {
		return response, err
	}
	answer, err := d.Invoke(d.c.t.Context(), payload)
	if err != nil {
		return response, err
	}
	return response, json.Unmarshal(answer, &response)
}

func (d *deployed) must(event events.APIGatewayProxyRequest) events.APIGatewayProxyResponse {
	d.c.t.Helper()
	response, err := d.invoke(event)
	d.c.check(err)
	return response
}
