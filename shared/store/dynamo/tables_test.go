package dynamo_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/store/dynamo"
)

// TestTables reads back what was made.
func TestTables(t *testing.T) {
	t.Parallel()
	connect(t)
	for name, want := range map[string]struct{ ttl, keys string }{
		tables.Users: {"", "pk HASH S"}, tables.Attempts: {"ttl", "pk HASH S"}, tables.Sessions: {"ttl", "pk HASH S sk RANGE S"},
	} {
		described, err := client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &name})
		if err != nil {
			t.Fatal(err)
		}
		table := described.Table
		if mode := table.BillingModeSummary; mode == nil || mode.BillingMode != types.BillingModePayPerRequest {
			t.Errorf("%s is not billed by request", name)
		}
		var all []string
		for i, key := range table.KeySchema {
			all = append(all, fmt.Sprint(*key.AttributeName, " ", key.KeyType, " ", table.AttributeDefinitions[i].AttributeType))
		}
		keys := strings.Join(all, " ")
		if keys != want.keys {
			t.Errorf("%s has the keys %q, want %q", name, keys, want.keys)
		}
		if got := ttlOf(t, name); got != want.ttl {
			t.Errorf("items of %s expire by %q, want %q", name, got, want.ttl)
		}
	}
}

// ttlOf is the attribute by which a table's items expire; empty for none.
func ttlOf(t *testing.T, name string) string {
	t.Helper()
	described, err := client.DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: &name})
	if err != nil {
		t.Fatal(err)
	}
	set := described.TimeToLiveDescription
	if set == nil || set.AttributeName == nil || set.TimeToLiveStatus == types.TimeToLiveStatusDisabled {
		return ""
	}
	return *set.AttributeName
}

// TestCreateTablesTwice: a developer does it again whenever something is missing, and loses nothing by it.
func TestCreateTablesTwice(t *testing.T) {
	t.Parallel()
	connect(t)
	names := dynamo.Tables{Users: tables.Users + "-twice", Attempts: tables.Attempts + "-twice", Sessions: tables.Sessions + "-twice"}
	t.Cleanup(func() { drop(names) })
	if err := dynamo.CreateTables(t.Context(), client, names); err != nil {
		t.Fatal(err)
	}
	if _, err := client.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: &names.Sessions}); err != nil {
		t.Fatal(err)
	}
	item := map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "kept"}}
	if _, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &names.Users, Item: item}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := dynamo.CreateTables(t.Context(), client, names); err != nil {
			t.Fatal(err)
		}
	}
	stored, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &names.Users, Key: item})
	if err != nil || stored.Item == nil {
		t.Errorf("an item that was there is %v, %v, want it unchanged", stored, err)
	}
	if got := ttlOf(t, names.Sessions); got != "ttl" {
		t.Errorf("items of %s expire by %q, want ttl", names.Sessions, got)
	}
}

func TestNewClientNeedsCredentials(t *testing.T) {
	t.Parallel()
	complete := map[string]string{"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y", "AWS_REGION": "eu-west-1"}
	for missing := range complete {
		environment := maps.Clone(complete)
		delete(environment, missing)
		if _, err := dynamo.FromEnvironment(environment); err == nil || !strings.Contains(err.Error(), missing) {
			t.Errorf("without %s the error is %v, want one that names it", missing, err)
		}
	}
	if _, err := dynamo.FromEnvironment(complete); err != nil {
		t.Errorf("with all of them the error is %v", err)
	}
}

// TestNewClientRegion checks that the region is read as the SDK reads it: AWS_REGION first, then AWS_DEFAULT_REGION.
func TestNewClientRegion(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ region, fallback, want string }{
		{"eu-west-1", "", "eu-west-1"}, {"", "eu-west-2", "eu-west-2"}, {"eu-west-1", "eu-west-2", "eu-west-1"},
	} {
		client, err := dynamo.NewClient(map[string]string{
			"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y", "AWS_REGION": test.region, "AWS_DEFAULT_REGION": test.fallback,
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := client.Options().Region; got != test.want {
			t.Errorf("with %q and %q the region is %q, want %q", test.region, test.fallback, got, test.want)
		}
	}
}
