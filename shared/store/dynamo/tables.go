package dynamo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// TableDefinition is a table as package template reads it from template.yaml, and the same type as its Table. The two
// packages do not know each other, or every function would carry a YAML reader.
type TableDefinition = struct {
	Name     string // its logical id in the template
	Variable string // the environment variable that tells the functions its name
	Key      string // the partition key
	KeyType  string // S, N or B
	TTL      string // the attribute by which items expire; empty for none
}

// Definitions is what defines the tables: package template's Template.
type Definitions interface {
	Tables() ([]TableDefinition, error)
}

// tableWait is how long a new table may take until it can be used: seconds on AWS, nothing on DynamoDB Local.
const tableWait = 2 * time.Minute

// CreateTables makes the tables that the template defines, under the given names, and waits until they can be used. What is
// there already stays as it is. It is for DynamoDB Local: on AWS the deployment makes the tables, with their backups and
// their protection.
func CreateTables(ctx context.Context, client *dynamodb.Client, names Tables, template Definitions) error {
	definitions, err := template.Tables()
	if err != nil {
		return err
	}
	named := map[string]string{usersVariable: names.Users, attemptsVariable: names.Attempts, sessionsVariable: names.Sessions}
	for _, definition := range definitions {
		name, ok := named[definition.Variable]
		if !ok {
			return fmt.Errorf("the template's table %s is none of the three that are known", definition.Name)
		}
		if err := createTable(ctx, client, name, definition); err != nil {
			return fmt.Errorf("creating the table %s: %w", name, err)
		}
	}
	return nil
}

func createTable(ctx context.Context, client *dynamodb.Client, name string, definition TableDefinition) error {
	_, err := client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName:   &name,
		BillingMode: types.BillingModePayPerRequest,
		KeySchema:   []types.KeySchemaElement{{AttributeName: &definition.Key, KeyType: types.KeyTypeHash}},
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: &definition.Key, AttributeType: types.ScalarAttributeType(definition.KeyType)},
		},
	})
	var exists *types.ResourceInUseException
	if err != nil && !errors.As(err, &exists) {
		return err
	}
	wait := dynamodb.NewTableExistsWaiter(client)
	if err := wait.Wait(ctx, &dynamodb.DescribeTableInput{TableName: &name}, tableWait); err != nil {
		return err
	}
	return setTTL(ctx, client, name, definition.TTL)
}

// setTTL looks before it writes, for DynamoDB refuses to switch on what is on.
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
