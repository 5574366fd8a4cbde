package deploy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse/shared/store/dynamo"
)

// table is what package dynamo creates of a table.
type table struct{ Variable, Key, TTL string }

// TestTablesAreTheStores holds the template to the tables that package dynamo creates. `sam local` passes logical ids as the
// tables' names, so these are dynamo's default names.
func TestTablesAreTheStores(t *testing.T) {
	t.Parallel()
	names := dynamo.TablesOf(nil)
	want := map[string]table{}
	for i, name := range []string{names.Users, names.Attempts, names.Sessions} {
		schema := dynamo.Schemas()[i]
		keys, types := schema.Key+" HASH", schema.Key+" S"
		if schema.Sort != "" {
			keys, types = keys+" "+schema.Sort+" RANGE", types+" "+schema.Sort+" S"
		}
		want[name] = table{schema.Variable, keys + " " + types, schema.TTL}
	}
	loaded := loadTemplate(t)
	got := map[string]table{}
	for name, resource := range loaded.Resources("AWS::DynamoDB::Table") {
		var made table
		for variable, value := range loaded.Root().At("Globals", "Function", "Environment", "Variables").Pairs() {
			if value.Ref() == name {
				made.Variable = variable
			}
		}
		properties := resource.At("Properties")
		for _, part := range []string{"KeySchema", "AttributeDefinitions"} {
			for _, scalar := range properties.At(part).Scalars() {
				made.Key += scalar.Text() + " "
			}
		}
		made.Key = made.Key[:max(len(made.Key)-1, 0)]
		if ttl := properties.At("TimeToLiveSpecification"); ttl.At("Enabled").Text() == "true" {
			made.TTL = ttl.At("AttributeName").Text()
		}
		got[name] = made
		for _, other := range []string{"TableName", "GlobalSecondaryIndexes", "LocalSecondaryIndexes", "StreamSpecification"} {
			if properties.At(other).Exists() {
				t.Errorf("%s has %s, which package dynamo does not create", name, other)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("template.yaml and package dynamo differ (-dynamo +template):\n%s", diff)
	}
}

// TestWhatIsStoredOutlivesTheStack: every table has backups to the second, and neither tables nor logs go with the stack. A
// policy that deletes a table whose creation failed would be stopped by the deletion protection, and the rollback would fail.
func TestWhatIsStoredOutlivesTheStack(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	for kind, policy := range map[string]string{"AWS::DynamoDB::Table": "Retain", "AWS::Logs::LogGroup": "RetainExceptOnCreate"} {
		for name, resource := range loaded.Resources(kind) {
			if resource.At("DeletionPolicy").Text() != policy || resource.At("UpdateReplacePolicy").Text() != "Retain" {
				t.Errorf("%s has not the DeletionPolicy %s and the UpdateReplacePolicy Retain", name, policy)
			}
		}
	}
	for name, table := range loaded.Resources("AWS::DynamoDB::Table") {
		properties := table.At("Properties")
		protected := properties.At("DeletionProtectionEnabled").Texts()
		if len(protected) != 3 || protected[0] != "IsProd" || protected[1] != "true" {
			t.Errorf("%s is not protected against deletion in production", name)
		}
		if properties.At("PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled").Text() != "true" {
			t.Errorf("%s has no point-in-time recovery", name)
		}
	}
}
