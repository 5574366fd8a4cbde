package deploy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const head = `
Globals:
  Function:
    Handler: bootstrap
    CodeUri: .
Resources:
`

func TestFunctions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, resources string
		want            []Function
	}{
		{"one route", `
  Login:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Login: {Type: Api, Properties: {RestApiId: !Ref Api, Method: ANY, Path: /login}}
`, []Function{{"Login", ".", "bootstrap", []Route{{"ANY", "/login"}}}}},
		{"properties of its own", `
  Login:
    Type: AWS::Serverless::Function
    Properties: {Handler: main, CodeUri: ./login}
`, []Function{{"Login", "./login", "main", nil}}},
		{"functions of CloudFormation everywhere", `
  Table:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: !Sub "${AWS::StackName}-users"}
  Login:
    Type: AWS::Serverless::Function
    Properties:
      Role: !GetAtt Role.Arn
      CodeUri: !Sub "s3://${Bucket}/login.zip"
      Policies: [Statement: [{Effect: Allow, Resource: !GetAtt Table.Arn}]]
`, []Function{{"Login", "", "bootstrap", nil}}},
		{"several, in their order", `
  B: {Type: AWS::Serverless::Function}
  A:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Second: {Type: Api, Properties: {Method: POST, Path: /b}}
        Timer: {Type: Schedule, Properties: {Schedule: rate(1 minute)}}
        First: {Type: Api, Properties: {Method: GET, Path: /a}}
`, []Function{{"B", ".", "bootstrap", nil}, {"A", ".", "bootstrap", []Route{{"POST", "/b"}, {"GET", "/a"}}}}},
		{"alias", `
  A: &a
    Type: AWS::Serverless::Function
    Properties: {Handler: main}
  B: *a
`, []Function{{"A", ".", "main", nil}, {"B", ".", "main", nil}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			template, err := Parse([]byte(head + test.resources))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, template.Functions()); diff != "" {
				t.Errorf("functions differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	const function = "  Login:\n    Type: AWS::Serverless::Function\n    Properties:\n      Events:\n"
	tests := []struct{ name, text, want string }{
		{"nothing", "", "empty file"},
		{"no YAML", "Resources: [", "line 1"},
		{"no mapping", "- a", "no AWS::Serverless::Function"},
		{"no function", head + "  Table: {Type: AWS::DynamoDB::Table}", "no AWS::Serverless::Function"},
		{"no path", head + function + "        Log: {Type: Api, Properties: {Method: ANY}}", "function Login: line 11: event Log needs"},
		{"no method", head + function + "        Log: {Type: Api, Properties: {Path: /login}}", "function Login: line 11: event Log needs"},
		{
			"path that is not plain",
			head + function + "        Log: {Type: Api, Properties: {Method: ANY, Path: !Sub '/${Stage}/login'}}",
			"function Login: line 11: event Log needs",
		},
		{"resource twice", head + "  A: {Type: X}\n  B: {Type: X}\n  A: {Type: Y}", "line 9: duplicate name A"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse([]byte(test.text))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v, want one that says %q", err, test.want)
			}
		})
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	missing := filepath.Join(folder, "missing.yaml")
	if _, err := Load(missing); err == nil || !strings.Contains(err.Error(), missing) {
		t.Errorf("error is %v, want one that names %s", err, missing)
	}
	broken := filepath.Join(folder, "broken.yaml")
	if err := os.WriteFile(broken, []byte("a:\n- b\nc"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(broken); err == nil || !strings.Contains(err.Error(), broken) || !strings.Contains(err.Error(), "line") {
		t.Errorf("error is %v, want one that names %s and the line", err, broken)
	}
}

func TestNode(t *testing.T) {
	t.Parallel()
	template, err := Parse([]byte(head + `
  Login:
    Type: AWS::Serverless::Function
    Properties:
      Tables: [!Ref Users, plain, 7]
      Name: !Sub "${Stack}-login"
      Quoted: "yes"
`))
	if err != nil {
		t.Fatal(err)
	}
	properties := template.Root().At("Resources", "Login", "Properties")
	tables := properties.At("Tables").Items()
	if len(tables) != 3 {
		t.Fatalf("Tables has %d items, want 3", len(tables))
	}
	rows := []struct {
		name      string
		node      Node
		exists    bool
		text, tag string
		line      int
	}{
		{"reference", tables[0], true, "", "!Ref", 11},
		{"text", tables[1], true, "plain", "", 11},
		{"number", tables[2], true, "7", "", 11},
		{"function", properties.At("Name"), true, "", "!Sub", 12},
		{"quoted text", properties.At("Quoted"), true, "yes", "", 13},
		{"list", properties.At("Tables"), true, "", "", 11},
		{"nothing", properties.At("Missing"), false, "", "", 0},
		{"below nothing", properties.At("Missing", "Deeper"), false, "", "", 0},
		{"below text", properties.At("Quoted", "Deeper"), false, "", "", 0},
	}
	for _, row := range rows {
		got := []any{row.node.Exists(), row.node.Text(), row.node.Tag(), row.node.Line()}
		if diff := cmp.Diff([]any{row.exists, row.text, row.tag, row.line}, got); diff != "" {
			t.Errorf("%s: exists, text, tag and line differ (-want +got):\n%s", row.name, diff)
		}
	}
	if items := properties.At("Name").Items(); items != nil {
		t.Errorf("items of a text are %v, want none", items)
	}
}
