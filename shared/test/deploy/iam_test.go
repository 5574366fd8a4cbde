package deploy_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse/shared/test/deploy"
	"gatehouse/shared/test/endpointtest"
)

// needs are the calls that package dynamo makes for a login: Resolve and Load are BatchGetItem, Clear, Refuse, Accept and
// Count UpdateItem, Begin PutItem, Rehash an UpdateItem of two attributes of a user. Social ID's also reads its application and a counter (GetItem), and its Begin is a
// transaction of Puts, for which DynamoDB asks for PutItem.
var (
	loginNeeds = map[string][]string{
		"UsersTable":    {"dynamodb:BatchGetItem", "dynamodb:UpdateItem"},
		"AttemptsTable": {"dynamodb:BatchGetItem", "dynamodb:UpdateItem"},
		"SessionsTable": {"dynamodb:PutItem"},
	}
	applicationNeeds = map[string][]string{
		"UsersTable":    {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:UpdateItem"},
		"AttemptsTable": {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:UpdateItem"},
		"SessionsTable": {"dynamodb:PutItem"},
	}
	needs = map[string]map[string][]string{
		"AISquareLogin": loginNeeds, "CrafterLogin": loginNeeds, "UnleashLogin": loginNeeds, "SocialIDLogin": applicationNeeds,
	}
)

// permissions are the statements of every function.
func permissions(t *testing.T, loaded *deploy.Template) map[string][]deploy.Statement {
	t.Helper()
	all := map[string][]deploy.Statement{}
	for name := range endpointtest.Functions() {
		statements, err := loaded.Statements(name)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = statements
	}
	return all
}

// TestSecurity23Permissions: each function may do exactly what it needs, on exactly the tables that it needs it on.
func TestSecurity23Permissions(t *testing.T) {
	t.Parallel()
	for name, statements := range permissions(t, loadTemplate(t)) {
		got := map[string][]string{}
		for _, statement := range statements {
			if statement.Effect != "Allow" {
				t.Errorf("line %d: %s has the effect %q, want Allow", statement.Line, name, statement.Effect)
			}
			for _, resource := range statement.Resources {
				if resource.Arn() == "" {
					t.Errorf("line %d: %s may do something to %q, want the ARN of a table", statement.Line, name, resource.Value())
				}
				got[resource.Arn()] = append(got[resource.Arn()], statement.Actions...)
			}
		}
		for _, actions := range got {
			slices.Sort(actions)
		}
		if diff := cmp.Diff(needs[name], got); diff != "" {
			t.Errorf("%s has other permissions than it needs (-want +got):\n%s", name, diff)
		}
	}
}

// TestSecurity23FunctionsWriteOnlyHashes: of a user, a function may write the password hash and the version, and nothing else.
func TestSecurity23FunctionsWriteOnlyHashes(t *testing.T) {
	t.Parallel()
	for name, statements := range permissions(t, loadTemplate(t)) {
		for _, statement := range statements {
			writes := slices.Contains(statement.Actions, "dynamodb:UpdateItem")
			if !writes || statement.Resources[0].Arn() != "UsersTable" {
				if statement.Condition.Exists() {
					t.Errorf("line %d: %s has a condition that nobody checks", statement.Line, name)
				}
				continue
			}
			got := statement.Condition.At("ForAllValues:StringEquals", "dynamodb:Attributes").Texts()
			if want := []string{"pk", "hash", "version"}; !slices.Equal(got, want) {
				t.Errorf("line %d: %s may write %v of a user, want %v", statement.Line, name, got, want)
			}
			got = statement.Condition.At("StringEqualsIfExists", "dynamodb:ReturnValues").Texts()
			if want := []string{"NONE", "UPDATED_OLD", "UPDATED_NEW"}; !slices.Equal(got, want) {
				t.Errorf("line %d: %s may be given back %v of a user, want %v", statement.Line, name, got, want)
			}
		}
	}
}

// TestSecurity23NoWildcard looks at every permission in the template, whoever has it.
func TestSecurity23NoWildcard(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	for name, statements := range permissions(t, loaded) {
		for _, statement := range statements {
			values := slices.Clone(statement.Actions)
			for _, resource := range statement.Resources {
				values = append(values, resource.Value())
			}
			for _, value := range values {
				if strings.ContainsAny(value, "*?") {
					t.Errorf("line %d: %s has the wildcard %q", statement.Line, name, value)
				}
			}
		}
	}
	for role, resource := range loaded.Resources("AWS::IAM::Role") {
		if resource.At("Properties", "Policies").Exists() {
			t.Errorf("%s has policies of its own", role)
		}
		for _, policy := range resource.At("Properties", "ManagedPolicyArns").Items() {
			if want := "service-role/AmazonAPIGatewayPushToCloudWatchLogs"; !strings.HasSuffix(policy.Sub(), want) {
				t.Errorf("%s has the policy %q, want %s", role, policy.Value(), want)
			}
		}
	}
}

// TestSecurity23NoFunctionLinksWhatItDoesNotNeed: SQLite, YAML and the demo users' passwords are the command's.
func TestSecurity23NoFunctionLinksWhatItDoesNotNeed(t *testing.T) {
	t.Parallel()
	module := os.DirFS("../../..")
	for name := range endpointtest.Functions() {
		linked := map[string]bool{}
		link(t, module, filepath.ToSlash(filepath.Join("functions", mainOf(name))), linked)
		for _, foreign := range []string{
			"gatehouse/shared/store/sqlite", "gatehouse/shared/test/deploy", "gatehouse/functions",
			"gatehouse/shared/test/dynamolocal", "go.yaml.in/yaml/v3", "github.com/spf13/cobra",
		} {
			if linked[foreign] {
				t.Errorf("%s links %s", name, foreign)
			}
		}
		if !linked["gatehouse/shared/store/dynamo"] || !linked["github.com/aws/aws-lambda-go/lambda"] {
			t.Errorf("%s links neither the store nor Lambda's library: the test sees nothing", name)
		}
	}
}
