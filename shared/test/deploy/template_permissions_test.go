package deploy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse/shared/product"
	"gatehouse/shared/test/deploy"
)

// policies are the template's policies by the access that needs them, each with the calls that the store makes then, by
// table. Resolve, Load, Find and Authenticate are BatchGetItem, End is DeleteItem, List is Query, Begin is PutItem, also in a
// transaction, and all other writes are UpdateItem.
var policies = map[product.Access]struct {
	name  string
	calls map[string][]string
}{
	product.LogsIn: {"LoginPolicy", map[string][]string{
		"UsersTable": {"BatchGetItem", "UpdateItem"}, "AttemptsTable": {"BatchGetItem", "UpdateItem"},
		"SessionsTable": {"PutItem", "UpdateItem", "Query", "DeleteItem"},
	}},
	product.Checks: {"SessionPolicy", map[string][]string{
		"UsersTable": {"BatchGetItem"}, "SessionsTable": {"BatchGetItem", "UpdateItem"},
	}},
	product.Ends: {"LogoutPolicy", map[string][]string{"SessionsTable": {"Query", "DeleteItem"}}},
	product.SetsPassword: {"PasswordPolicy", map[string][]string{
		"UsersTable": {"BatchGetItem", "UpdateItem"}, "AttemptsTable": {"BatchGetItem", "UpdateItem"}, "SessionsTable": {"UpdateItem"},
	}},
	product.Calls: {"ApplicationPolicy", map[string][]string{
		"UsersTable": {"BatchGetItem"}, "AttemptsTable": {"BatchGetItem", "UpdateItem"}, "SessionsTable": {"BatchGetItem"},
	}},
}

// conditions narrow what a statement allows on the Users table, by its Sid. Nobody reads a hash who does not verify it, and
// of a user nobody writes more than a hash with its version and epoch.
var conditions = map[string]string{
	"Rehash": "ForAllValues:StringEquals dynamodb:Attributes pk hash version " +
		"StringEqualsIfExists dynamodb:ReturnValues NONE UPDATED_OLD UPDATED_NEW",
	"Password": "ForAllValues:StringEquals dynamodb:Attributes pk hash version epoch " +
		"StringEqualsIfExists dynamodb:ReturnValues NONE UPDATED_OLD UPDATED_NEW",
	"Profiles": "ForAllValues:StringEquals dynamodb:Attributes pk id username email name active confirmed created version profile epoch " +
		"StringEqualsIfExists dynamodb:Select SPECIFIC_ATTRIBUTES",
	"Applications": "ForAllValues:StringLike dynamodb:LeadingKeys app#* secret#*",
}

// TestSecurity23Permissions: each policy allows exactly the calls of its access, on exactly the tables, and each function
// attaches exactly the policies of its access. There is no wildcard.
func TestSecurity23Permissions(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	for _, want := range policies {
		got := map[string][]string{}
		for _, statement := range loaded.Root().At("Resources", want.name, "Properties", "PolicyDocument", "Statement").Items() {
			if effect := statement.At("Effect").Text(); effect != "Allow" {
				t.Errorf("line %d: the effect is %q, want Allow", statement.Line(), effect)
			}
			for _, action := range statement.At("Action").Texts() {
				table := statement.At("Resource").Arn()
				got[table] = append(got[table], strings.TrimPrefix(action, "dynamodb:"))
			}
			if got, want := rendered(statement.At("Condition")), conditions[statement.At("Sid").Text()]; got != want {
				t.Errorf("line %d: the condition is %q, want %q", statement.Line(), got, want)
			}
		}
		if diff := cmp.Diff(want.calls, got); diff != "" {
			t.Errorf("%s allows other calls than the store makes (-want +got):\n%s", want.name, diff)
		}
	}
	endpoints := deployed()
	for _, function := range loaded.Functions() {
		var want, got []string
		for access, policy := range policies {
			if endpoints[function.Name].Access&access != 0 {
				want = append(want, policy.name)
			}
		}
		globals, properties := loaded.Root().At("Globals", "Function"), loaded.Root().At("Resources", function.Name, "Properties")
		for _, attached := range properties.At("Policies").Items() {
			got = append(got, attached.Ref())
		}
		if properties.At("Role").Exists() || globals.At("Role").Exists() || globals.At("Policies").Exists() {
			t.Errorf("%s has permissions beside its policies", function.Name)
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s attaches %q, want %q", function.Name, got, want)
		}
	}
}

// rendered returns the keys and values of a condition, in their order.
func rendered(condition deploy.Node) string {
	var words []string
	for operator, keys := range condition.Pairs() {
		words = append(words, operator)
		for key, values := range keys.Pairs() {
			words = append(words, key)
			for _, scalar := range values.Scalars() {
				words = append(words, scalar.Text())
			}
		}
	}
	return strings.Join(words, " ")
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
