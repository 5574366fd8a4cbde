package deploy

import (
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

// TestNode: short forms differ from plain text, and a missing part answers every question.
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
