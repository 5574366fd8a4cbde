package deploy_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse/functions"
	"gatehouse/shared/test/deploy"
)

// needs returns the requests that a login's function sends to each table, by the function's name. Resolve and Load are
// BatchGetItem; Clear, Refuse, Accept, Count and Rehash are UpdateItem; Begin is PutItem, also in a transaction. Where
// applications call, the function also reads the application and the counter of its address.
func needs() map[string]map[string][]string {
	all := map[string]map[string][]string{}
	for _, p := range functions.Products() {
		for _, endpoint := range p.Endpoints {
			reads := []string{"dynamodb:BatchGetItem", "dynamodb:UpdateItem"}
			if p.Login.Application != nil {
				reads = []string{"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:UpdateItem"}
			}
			all[endpoint.Function] = map[string][]string{
				"UsersTable": reads, "AttemptsTable": reads, "SessionsTable": {"dynamodb:PutItem"},
			}
		}
	}
	return all
}

// permissions returns the statements of every function.
func permissions(t *testing.T) map[string][]deploy.Statement {
	t.Helper()
	loaded := loadTemplate(t)
	all := map[string][]deploy.Statement{}
	for _, function := range loaded.Functions() {
		statements, err := loaded.Statements(function.Name)
		if err != nil {
			t.Fatal(err)
		}
		all[function.Name] = statements
	}
	return all
}

// TestSecurity23Permissions: each function may do exactly what it needs, on exactly the tables where it needs it.
func TestSecurity23Permissions(t *testing.T) {
	t.Parallel()
	got := map[string]map[string][]string{}
	for name, statements := range permissions(t) {
		got[name] = map[string][]string{}
		for _, statement := range statements {
			if statement.Effect != "Allow" {
				t.Errorf("line %d: %s has the effect %q, want Allow", statement.Line, name, statement.Effect)
			}
			for _, resource := range statement.Resources {
				if resource.Arn() == "" {
					t.Errorf("line %d: %s has permissions on %q, want the ARN of a table", statement.Line, name, resource.Value())
				}
				got[name][resource.Arn()] = append(got[name][resource.Arn()], statement.Actions...)
			}
		}
		for _, actions := range got[name] {
			slices.Sort(actions)
		}
		for table, actions := range got[name] {
			got[name][table] = slices.Compact(actions)
		}
	}
	if diff := cmp.Diff(needs(), got); diff != "" {
		t.Errorf("permissions differ from what the functions need (-want +got):\n%s", diff)
	}
}

// TestSecurity23FunctionsWriteOnlyHashes: of a user, a function may write the password hash and the version, nothing else.
func TestSecurity23FunctionsWriteOnlyHashes(t *testing.T) {
	t.Parallel()
	for name, statements := range permissions(t) {
		for _, statement := range statements {
			writes := slices.Contains(statement.Actions, "dynamodb:UpdateItem")
			onUsers := slices.ContainsFunc(statement.Resources, func(r deploy.Node) bool { return r.Arn() == "UsersTable" })
			if !writes || !onUsers {
				if statement.Condition.Exists() {
					t.Errorf("line %d: %s has a condition that no test checks", statement.Line, name)
				}
				continue
			}
			got := statement.Condition.At("ForAllValues:StringEquals", "dynamodb:Attributes").Texts()
			if want := []string{"pk", "hash", "version"}; !slices.Equal(got, want) {
				t.Errorf("line %d: %s may write %v of a user, want %v", statement.Line, name, got, want)
			}
			got = statement.Condition.At("StringEqualsIfExists", "dynamodb:ReturnValues").Texts()
			if want := []string{"NONE", "UPDATED_OLD", "UPDATED_NEW"}; !slices.Equal(got, want) {
				t.Errorf("line %d: %s may read %v of a user back, want %v", statement.Line, name, got, want)
			}
		}
	}
}

// TestSecurity23NoWildcard looks at every permission in the template.
func TestSecurity23NoWildcard(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	attached := map[string]bool{}
	for name, statements := range permissions(t) {
		for _, policy := range loaded.Root().At("Resources", name, "Properties", "Policies").Items() {
			attached[policy.Ref()] = true
		}
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
	for name, policy := range loaded.Resources("AWS::IAM::ManagedPolicy") {
		properties := slices.Sorted(maps.Keys(maps.Collect(policy.At("Properties").Pairs())))
		if !attached[name] || !slices.Equal(properties, []string{"Description", "PolicyDocument"}) {
			t.Errorf("%s has the properties %v, want a policy that functions alone attach", name, properties)
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
