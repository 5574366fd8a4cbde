package deploy

import (
	"cmp"
	"slices"
	"strings"
	"testing"
)

// TestParseRefuses: what the reader would misread is an error that names its line.
func TestParseRefuses(t *testing.T) {
	t.Parallel()
	const event = "Resources:\n  Login:\n    Type: AWS::Serverless::Function\n    Properties:\n      Events:\n        Log: {Type: Api, Properties: "
	for _, row := range []struct{ text, want string }{
		{"", "no AWS::Serverless::Function"},
		{"Resources: [", "line 1"},
		{event + "{Method: ANY}}", "line 6: event Log of Login needs"},
		{event + "{Method: ANY, Path: !Sub '/${Stage}/login'}}", "line 6: event Log of Login needs"},
		{"Resources:\n  A: {Type: X}\n  A: {Type: Y}", "line 3: duplicate name A"},
		{"A: &a {B: c}\nResources: *a", "line 2: alias"},
	} {
		if _, err := Parse([]byte(row.text)); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%q: error is %v, want %q", row.text, err, row.want)
		}
	}
}

// TestStatements: permissions come from Globals, the function and the managed policies that it attaches. Permissions that the
// template does not show are an error.
func TestStatements(t *testing.T) {
	t.Parallel()
	const template = `
Globals: {Function: {Policies: [{Statement: [{Action: a:Read, Resource: !GetAtt Users.Arn}]}]}}
Resources:
  Readers:
    Type: AWS::IAM::ManagedPolicy
    Properties: {PolicyDocument: {Statement: [{Action: a:List, Resource: [!GetAtt Apps.Arn, !GetAtt Apps.StreamArn]}]}}
  Login:
    Type: AWS::Serverless::Function
    Properties: `
	for properties, want := range map[string]string{
		"{Policies: [{Statement: [{Action: [a:Write], Resource: '*'}]}, !Ref Readers]}": "a:Read Users, a:Write *, a:List Apps Apps.StreamArn",
		"{Policies: [AmazonDynamoDBFullAccess]}":                                        "line 9: a policy of function Login has no Statement",
		"{Policies: [{DynamoDBCrudPolicy: {TableName: !Ref Users}}]}":                   "line 9: a policy of function Login has no Statement",
		"{Policies: [!Ref Login]}":                                                      "line 9: a policy of function Login has no Statement",
		"{Role: arn:aws:iam::123456789012:role/admin}":                                  "function Login has a Role instead of Policies",
	} {
		parsed, err := Parse([]byte(template + properties))
		if err != nil {
			t.Fatal(err)
		}
		statements, err := parsed.Statements("Login")
		var lines []string
		for _, statement := range statements {
			words := statement.At("Action").Texts()
			for _, resource := range statement.At("Resource").Items() {
				words = append(words, cmp.Or(resource.Arn(), resource.Value()))
			}
			lines = append(lines, strings.Join(words, " "))
		}
		got := strings.Join(lines, ", ")
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %s, want %s", properties, got, want)
		}
	}
}

// TestNode: short forms are told from plain text, and a missing part answers every question.
func TestNode(t *testing.T) {
	t.Parallel()
	parsed, err := Parse([]byte(`
Globals: {Function: {Environment: {Variables: {LEVEL: info, TABLE: !Ref Users}}}}
Resources:
  Login:
    Type: AWS::Serverless::Function
    Properties: {Environment: {Variables: {LEVEL: debug}}}
Values: [!Ref Users, !Sub "${Stage}-users", 7, {Deep: [!GetAtt Users.Arn]}]
`))
	if err != nil {
		t.Fatal(err)
	}
	variables := parsed.Environment("Login")
	if len(variables) != 2 || variables["LEVEL"].Text() != "debug" || variables["TABLE"].Ref() != "Users" {
		t.Errorf("the variables of Login are %v", variables)
	}
	var got []string
	for _, scalar := range parsed.Root().At("Values").Scalars() {
		got = append(got, scalar.Ref()+"|"+scalar.Sub()+"|"+scalar.Arn()+"|"+scalar.Text()+"|"+scalar.Value())
	}
	if want := []string{"Users||||Users", "|${Stage}-users|||${Stage}-users", "|||7|7", "||Users||Users.Arn"}; !slices.Equal(got, want) {
		t.Errorf("scalars are %q, want %q", got, want)
	}
	missing := parsed.Root().At("Values", "Deeper")
	if missing.Exists() || missing.Line() != 0 || missing.Tag()+missing.Value() != "" || missing.Items() != nil {
		t.Errorf("a missing part is %+v", missing)
	}
}
