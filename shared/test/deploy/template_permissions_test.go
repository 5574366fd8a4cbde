package deploy_test

import (
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

// TestSecurity23Permissions: each function may do exactly what it needs, on exactly the tables where it needs it, so there is no
// wildcard. Of a user, it may write the password hash and the version, and read nothing else back.
func TestSecurity23Permissions(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	got := map[string]map[string][]string{}
	for _, function := range loaded.Functions() {
		statements, err := loaded.Statements(function.Name)
		if err != nil {
			t.Fatal(err)
		}
		tables := map[string][]string{}
		for _, statement := range statements {
			if effect := statement.At("Effect").Text(); effect != "Allow" {
				t.Errorf("line %d: the effect is %q, want Allow", statement.Line(), effect)
			}
			actions := statement.At("Action").Texts()
			for _, resource := range statement.At("Resource").Items() {
				if resource.Arn() == "" {
					t.Errorf("line %d: permissions on %q, want the ARN of a table", statement.Line(), resource.Value())
				}
				tables[resource.Arn()] = append(tables[resource.Arn()], actions...)
				checkCondition(t, statement, resource.Arn() == "UsersTable" && slices.Contains(actions, "dynamodb:UpdateItem"))
			}
		}
		for table, actions := range tables {
			slices.Sort(actions)
			tables[table] = slices.Compact(actions)
		}
		got[function.Name] = tables
	}
	if diff := cmp.Diff(needs(), got); diff != "" {
		t.Errorf("permissions differ from what the functions need (-want +got):\n%s", diff)
	}
}

func checkCondition(t *testing.T, statement deploy.Node, writesUsers bool) {
	t.Helper()
	condition := statement.At("Condition")
	if !writesUsers {
		if condition.Exists() {
			t.Errorf("line %d: a condition that no test checks", statement.Line())
		}
		return
	}
	written := condition.At("ForAllValues:StringEquals", "dynamodb:Attributes").Texts()
	returned := condition.At("StringEqualsIfExists", "dynamodb:ReturnValues").Texts()
	if !slices.Equal(written, []string{"pk", "hash", "version"}) || !slices.Equal(returned, []string{"NONE", "UPDATED_OLD", "UPDATED_NEW"}) {
		t.Errorf("line %d: a function may write %v of a user and read %v back", statement.Line(), written, returned)
	}
}

// TestSecurity23RolesHaveNoOtherPolicies: the template's own roles are for API Gateway's logs only, and no managed policy
// attaches itself to anything.
func TestSecurity23RolesHaveNoOtherPolicies(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	for name, policy := range loaded.Resources("AWS::IAM::ManagedPolicy") {
		for property := range policy.At("Properties").Pairs() {
			if property != "Description" && property != "PolicyDocument" {
				t.Errorf("%s has %s, want a policy that functions alone attach", name, property)
			}
		}
	}
	for name, role := range loaded.Resources("AWS::IAM::Role") {
		managed := role.At("Properties", "ManagedPolicyArns").Items()
		if role.At("Properties", "Policies").Exists() || len(managed) != 1 ||
			!strings.HasSuffix(managed[0].Sub(), ":policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs") {
			t.Errorf("%s may do more than write API Gateway's logs", name)
		}
	}
}
