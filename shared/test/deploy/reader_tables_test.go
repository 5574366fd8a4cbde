package deploy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const tablesHead = `
Globals:
  Function:
    Handler: bootstrap
    Environment: {Variables: {USERS_TABLE: !Ref Users, SESSIONS_TABLE: !Ref Sessions, OTHER: !GetAtt Other.Arn}}
Resources:
  Login: {Type: AWS::Serverless::Function}
`

const usersTable = `
  Users:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
      KeySchema: [{AttributeName: pk, KeyType: HASH}]
`

func TestTables(t *testing.T) {
	t.Parallel()
	parsed := mustParse(t, tablesHead+usersTable+`
  Sessions:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: N}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      TimeToLiveSpecification: {AttributeName: ttl, Enabled: true}
`)
	got, err := parsed.Tables()
	want := []Table{
		{Name: "Users", Variable: "USERS_TABLE", Key: "pk", KeyType: "S"},
		{Name: "Sessions", Variable: "SESSIONS_TABLE", Key: "id", KeyType: "N", TTL: "ttl"},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("tables differ, %v (-want +got):\n%s", err, diff)
	}
}

// TestTablesRefuses: what a table elsewhere would lack must not go unnoticed.
func TestTablesRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, tables, want string }{
		{"no table", "", "no AWS::DynamoDB::Table"},
		{"two keys", strings.Replace(usersTable, "KeyType: HASH}", "KeyType: HASH}, {AttributeName: sk, KeyType: RANGE}", 1), "the key is not one attribute"},
		{"undefined key", strings.Replace(usersTable, "AttributeName: pk, AttributeType", "AttributeName: id, AttributeType", 1), "the key is not one attribute of type HASH"},
		{"range key only", strings.Replace(usersTable, "KeyType: HASH", "KeyType: RANGE", 1), "the key is not one attribute of type HASH"},
		{"provisioned", strings.Replace(usersTable, "PAY_PER_REQUEST", "PROVISIONED", 1), "BillingMode is not PAY_PER_REQUEST"},
		{"index", usersTable + "      GlobalSecondaryIndexes: []\n", "unexpected GlobalSecondaryIndexes"},
		{"name of its own", usersTable + "      TableName: users\n", "unexpected TableName"},
		{"TTL off", usersTable + "      TimeToLiveSpecification: {AttributeName: ttl, Enabled: false}\n", "TimeToLiveSpecification is not"},
		{"TTL without attribute", usersTable + "      TimeToLiveSpecification: {Enabled: true}\n", "TimeToLiveSpecification is not"},
		{"unknown to the functions", strings.Replace(usersTable, "Users:", "Audit:", 1), "table Audit: no variable of Globals"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := mustParse(t, tablesHead+test.tables).Tables()
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v, want one that says %q", err, test.want)
			}
			if err != nil && test.tables != "" && !strings.HasPrefix(err.Error(), "line 10: table ") {
				t.Errorf("error %q does not name the table and its line", err)
			}
		})
	}
}

func mustParse(t *testing.T, text string) *Template {
	t.Helper()
	parsed, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}
