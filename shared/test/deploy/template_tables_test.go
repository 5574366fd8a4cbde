package deploy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse/shared/store/dynamo"
	"gatehouse/shared/test/deploy"
)

// TestTablesAreTheStores holds the template to the tables that package dynamo creates. `sam local` passes logical ids as the
// tables' names, so these are dynamo's default names.
func TestTablesAreTheStores(t *testing.T) {
	t.Parallel()
	got, err := loadTemplate(t).Tables()
	if err != nil {
		t.Fatal(err)
	}
	names := dynamo.TablesOf(nil)
	var want []deploy.Table
	for i, name := range []string{names.Users, names.Attempts, names.Sessions} {
		schema := dynamo.Schemas()[i]
		want = append(want, deploy.Table{Name: name, Variable: schema.Variable, Key: schema.Key, KeyType: "S", TTL: schema.TTL})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("template.yaml and package dynamo differ (-dynamo +template):\n%s", diff)
	}
}

// TestTablesAreSafe: every table has backups to the second and encryption, and outlives its stack. A policy that deletes a
// table whose creation failed would be stopped by the deletion protection, and the rollback would fail.
func TestTablesAreSafe(t *testing.T) {
	t.Parallel()
	for name, table := range loadTemplate(t).Resources("AWS::DynamoDB::Table") {
		properties := table.At("Properties")
		texts := []struct{ what, got, want string }{
			{"DeletionPolicy", table.At("DeletionPolicy").Text(), "Retain"},
			{"UpdateReplacePolicy", table.At("UpdateReplacePolicy").Text(), "Retain"},
			{"point-in-time recovery", properties.At("PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled").Text(), "true"},
			{"encryption", properties.At("SSESpecification", "SSEEnabled").Text(), "true"},
		}
		for _, text := range texts {
			if text.got != text.want {
				t.Errorf("%s has %s %q, want %q", name, text.what, text.got, text.want)
			}
		}
		protection := properties.At("DeletionProtectionEnabled")
		if items := protection.Items(); protection.Tag() != "!If" || items[0].Text() != "IsProd" || items[1].Text() != "true" {
			t.Errorf("%s is not protected against deletion in production", name)
		}
	}
}

// TestLogs: each function logs JSON to a group of its own. Every log expires, and none is deleted with its stack. A fixed name
// would keep the next stack from creating its group.
func TestLogs(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	groups := map[string]bool{}
	for name, group := range loaded.Resources("AWS::Logs::LogGroup") {
		groups[name] = true
		if group.At("Properties", "RetentionInDays").Ref() != "LogRetentionDays" {
			t.Errorf("%s is not kept for LogRetentionDays", name)
		}
		if group.At("DeletionPolicy").Text() != "RetainExceptOnCreate" || group.At("UpdateReplacePolicy").Text() != "Retain" {
			t.Errorf("%s is deleted with its stack, or left behind by a failed creation", name)
		}
		if group.At("Properties", "LogGroupName").Exists() {
			t.Errorf("%s has a fixed name, so the stack cannot be created again", name)
		}
	}
	logging := loaded.Root().At("Globals", "Function", "LoggingConfig")
	if logging.At("LogFormat").Text() != "JSON" || logging.At("ApplicationLogLevel").Text() != "DEBUG" {
		t.Error("functions do not log JSON, or Lambda drops lines that LOG_LEVEL lets through")
	}
	for _, function := range loaded.Functions() {
		own := loaded.Root().At("Resources", function.Name, "Properties", "LoggingConfig", "LogGroup").Ref()
		if own != function.Name+"Log" || !groups[own] {
			t.Errorf("%s logs to %q, want its own group %sLog", function.Name, own, function.Name)
		}
	}
}
