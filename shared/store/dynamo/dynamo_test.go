package dynamo_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/store/dynamo"
	"gatehouse/shared/store/dynamo/dynamolocal"
	"gatehouse/shared/store/storetest"
)

var (
	client *dynamodb.Client
	tables = dynamo.Tables{Users: "Users", Attempts: "Attempts", Sessions: "Sessions"}
)

func TestMain(m *testing.M) {
	server, err := dynamolocal.Start(context.Background())
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	client, err = dynamo.NewClient(map[string]string{"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y", "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_DYNAMODB": server.Endpoint})
	if err != nil {
		panic(err)
	}
	for _, name := range []string{"Users", "Attempts", "Sessions"} {
		_, err := client.CreateTable(context.Background(), &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest,
			KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash}},
			AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("pk"), AttributeType: types.ScalarAttributeTypeS}}})
		if err != nil {
			panic(err)
		}
	}
	code := m.Run()
	server.Stop()
	os.Exit(code)
}

func TestContract(t *testing.T) {
	storetest.Run(t, func(*testing.T) storetest.Store { return dynamo.New(client, tables) })
}
