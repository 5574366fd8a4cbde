package deploy

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParameters(t *testing.T) {
	t.Parallel()
	parsed := mustParse(t, `
Metadata:
  AWS::CloudFormation::Interface:
    ParameterGroups:
      - {Label: {default: Deployment}, Parameters: [Stage]}
      - {Label: {default: Attempts}, Parameters: [Limit]}
Parameters:
  Stage:
    Type: String
    Default: dev
    AllowedValues: [dev, prod]
    Description: Where it runs
  Limit: {Type: Number, MinValue: 0, MaxValue: 9}
  Topic: {Type: String, Default: "", AllowedPattern: ^a$, ConstraintDescription: must be a}
Resources:
  Login: {Type: AWS::Serverless::Function}
`)
	want := []Parameter{
		{
			Name: "Stage", Type: "String", Default: "dev", HasDefault: true, AllowedValues: []string{"dev", "prod"},
			Description: "Where it runs", Group: "Deployment",
		},
		{Name: "Limit", Type: "Number", MinValue: "0", MaxValue: "9", Group: "Attempts"},
		{Name: "Topic", Type: "String", HasDefault: true, AllowedPattern: "^a$", ConstraintDescription: "must be a"},
	}
	if diff := cmp.Diff(want, parsed.Parameters()); diff != "" {
		t.Errorf("parameters differ (-want +got):\n%s", diff)
	}
}

func TestMadeValues(t *testing.T) {
	t.Parallel()
	root := mustParse(t, `
Resources:
  Login: {Type: AWS::Serverless::Function}
Values:
  - !Ref Users
  - !GetAtt Users.Arn
  - !GetAtt Users.StreamArn
  - !GetAtt Stack.Outputs.Arn
  - !Sub ${Stage}-users
  - plain
  - [!Ref A, b]
`).Root()
	type made struct{ Ref, Sub, Arn string }
	want := []made{{Ref: "Users"}, {Arn: "Users"}, {}, {}, {Sub: "${Stage}-users"}, {}, {}}
	var got []made
	for _, item := range root.At("Values").Items() {
		got = append(got, made{item.Ref(), item.Sub(), item.Arn()})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what makes the values differs (-want +got):\n%s", diff)
	}
	var scalars []string
	for scalar := range root.At("Values").Scalars() {
		scalars = append(scalars, scalar.Value())
	}
	all := []string{"Users", "Users.Arn", "Users.StreamArn", "Stack.Outputs.Arn", "${Stage}-users", "plain", "A", "b"}
	if diff := cmp.Diff(all, scalars); diff != "" {
		t.Errorf("scalars differ (-want +got):\n%s", diff)
	}
	for scalar := range root.Scalars() { // a loop may end early, at any depth
		if scalar.Value() == "A" {
			break
		}
	}
	if got := root.At("Values").Items()[6].Texts(); !slices.Equal(got, []string{"", "b"}) {
		t.Errorf("texts of a list are %q, want the one in plain text", got)
	}
	if got := root.At("Nothing").Texts(); got != nil {
		t.Errorf("texts of nothing are %q", got)
	}
}
