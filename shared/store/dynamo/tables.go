package dynamo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Schema defines a table. A test compares it with template.yaml.
type Schema struct {
	Variable string // the environment variable with the table's name
	Key      string // the partition key, a string
	Sort     string // the sort key, a string; empty for none
	TTL      string // the attribute by which items expire; empty for none
}

// Schemas returns the schemas of the three tables.
func Schemas() []Schema {
	return []Schema{
		{Variable: usersVariable, Key: "pk"},
		{Variable: attemptsVariable, Key: "pk", TTL: "ttl"},
		{Variable: sessionsVariable, Key: "pk", Sort: "sk", TTL: "ttl"},
	}
}

// tableWait bounds the time until a new table is active: seconds on AWS, nothing on DynamoDB Local.
const tableWait = 2 * time.Minute

// CreateTables creates the three tables under the given names and waits until they are active. An existing table stays
// unchanged. It is for DynamoDB Local: on AWS the deployment creates the tables, with backups and deletion protection.
func CreateTables(ctx context.Context, client *dynamodb.Client, names Tables) error {
	named := map[string]string{usersVariable: names.Users, attemptsVariable: names.Attempts, sessionsVariable: names.Sessions}
	for _, schema := range Schemas() {
		name := named[schema.Variable]
		if err := createTable(ctx, client, name, schema); err != nil {
			return fmt.Errorf("creating the table %s: %w", name, err)
		}
	}
	return nil
}

func createTable(ctx context.Context, client *dynamodb.Client, name string, schema Schema) error {
	table := &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest}
	addKey := func(attribute string, kind types.KeyType) {
		table.KeySchema = append(table.KeySchema, types.KeySchemaElement{AttributeName: &attribute, KeyType: kind})
		table.AttributeDefinitions = append(table.AttributeDefinitions,
			types.AttributeDefinition{AttributeName: &attribute, AttributeType: types.ScalarAttributeTypeS})
	}
	addKey(schema.Key, types.KeyTypeHash)
	if schema.Sort != "" {
		addKey(schema.Sort, types.KeyTypeRange)
	}
	_, err := client.CreateTable(ctx, table)
	var exists *types.ResourceInUseException
	if err != nil && !errors.As(err, &exists) {
		return err
	}
	wait := dynamodb.NewTableExistsWaiter(client)
	if err := wait.Wait(ctx, &dynamodb.DescribeTableInput{TableName: &name}, tableWait); err != nil {
		return err
	}
	return setTTL(ctx, client, name, schema.TTL)
}

// setTTL reads the setting first, because DynamoDB refuses to switch on a TTL that is on.
func setTTL(ctx context.Context, client *dynamodb.Client, name, attribute string) error {
	if attribute == "" {
		return nil
	}
	now, err := client.DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{TableName: &name})
	if err != nil {
		return err
	}
	if set := now.TimeToLiveDescription; set != nil && set.TimeToLiveStatus != types.TimeToLiveStatusDisabled {
		return nil
	}
	on := true
	_, err = client.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
		TableName:               &name,
		TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: &attribute, Enabled: &on},
	})
	return err
}
