package deploy

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStatements(t *testing.T) {
	t.Parallel()
	parsed := mustParse(t, `
Globals:
  Function:
    Policies:
      - Statement:
          - {Effect: Allow, Action: a:Read, Resource: !GetAtt Users.Arn}
Resources:
  Login:
    Type: AWS::Serverless::Function
    Properties:
      Policies:
        - Version: "2012-10-17"
          Statement:
            - {Effect: Deny, Action: [a:Write, a:Drop], Resource: [!GetAtt Users.Arn, "*"]}
        - !Ref Readers
  Readers:
    Type: AWS::IAM::ManagedPolicy
    Properties: {PolicyDocument: {Statement: [{Effect: Allow, Action: a:List, Resource: !GetAtt Apps.Arn}]}}
`)
	got, err := parsed.Statements("Login")
	if err != nil {
		t.Fatal(err)
	}
	type flat struct {
		Line               int
		Effect             string
		Actions, Resources []string
	}
	var flattened []flat
	for _, statement := range got {
		f := flat{Line: statement.Line, Effect: statement.Effect, Actions: statement.Actions}
		for _, resource := range statement.Resources {
			f.Resources = append(f.Resources, resource.Arn()+resource.Text())
		}
		flattened = append(flattened, f)
	}
	want := []flat{
		{6, "Allow", []string{"a:Read"}, []string{"Users"}},
		{14, "Deny", []string{"a:Write", "a:Drop"}, []string{"Users", "*"}},
		{18, "Allow", []string{"a:List"}, []string{"Apps"}},
	}
	if diff := cmp.Diff(want, flattened); diff != "" {
		t.Errorf("statements differ (-want +got):\n%s", diff)
	}
}

// TestStatementsRefuses: permissions that the template does not show cannot be vouched for.
func TestStatementsRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, properties, want string }{
		{"named policy", "Policies: [AmazonDynamoDBFullAccess]", "line 4: a policy of function Login has no Statement"},
		{"policy template", "Policies: [{DynamoDBCrudPolicy: {TableName: !Ref Users}}]", "has no Statement"},
		{"reference to a resource that is no policy", "Policies: [!Ref Login]", "has no Statement"},
		{"role", "Role: arn:aws:iam::123456789012:role/admin", "has a Role instead of Policies"},
	}
	for _, test := range tests {
		parsed := mustParse(t, "Resources:\n  Login:\n    Type: AWS::Serverless::Function\n    Properties: {"+test.properties+"}\n")
		if _, err := parsed.Statements("Login"); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error is %v, want one that says %q", test.name, err, test.want)
		}
	}
}

func TestEnvironment(t *testing.T) {
	t.Parallel()
	parsed := mustParse(t, `
Globals: {Function: {Environment: {Variables: {TABLE: !Ref Users, LEVEL: info}}}}
Resources:
  Login:
    Type: AWS::Serverless::Function
    Properties: {Environment: {Variables: {LEVEL: debug, OWN: 1}}}
  Logout: {Type: AWS::Serverless::Function}
`)
	got := parsed.Environment("Login")
	if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, []string{"LEVEL", "OWN", "TABLE"}) {
		t.Errorf("Login has the variables %v", names)
	}
	if got["TABLE"].Ref() != "Users" || got["LEVEL"].Text() != "debug" {
		t.Errorf("TABLE is %q and LEVEL %q, want those of Globals and of the function", got["TABLE"].Value(), got["LEVEL"].Value())
	}
	if other := parsed.Environment("Logout"); len(other) != 2 || other["LEVEL"].Text() != "info" {
		t.Errorf("Logout has %d variables, want the two of Globals", len(other))
	}
}
