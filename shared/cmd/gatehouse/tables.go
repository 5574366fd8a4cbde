package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"gatehouse/functions"
	"gatehouse/shared/store/dynamo"
)

// tables is `gatehouse tables`.
type tables struct {
	*app
	aws  bool
	demo bool
}

func newTables(a *app) *cobra.Command {
	t := &tables{app: a}
	return group(&cobra.Command{
		Use:     "tables",
		Short:   "Create the DynamoDB tables for development",
		Long:    "Creates the DynamoDB tables for development. On AWS the deployment of template.yaml creates them.",
		Example: `  AWS_ENDPOINT_URL_DYNAMODB=http://localhost:8000 gatehouse tables create --demo`,
	}, t.create())
}

func (t *tables) create() *cobra.Command {
	command := &cobra.Command{
		Use:   "create",
		Short: "Create the tables on DynamoDB Local",
		Long: `Creates the three tables that do not exist yet, as template.yaml defines them, on the DynamoDB Local at
` + endpointVariable + `. USERS_TABLE, ATTEMPTS_TABLE and SESSIONS_TABLE change their names.
Credentials and region are in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION.

Without an address the tables would be created on AWS, without backups, encryption by a key of the
account, or protection: this needs --aws.`,
		Example: `  AWS_ENDPOINT_URL_DYNAMODB=http://localhost:8000 gatehouse tables create
  AWS_ENDPOINT_URL_DYNAMODB=http://localhost:8000 gatehouse serve --store dynamodb`,
		RunE: func(cmd *cobra.Command, _ []string) error { return t.run(cmd.Context()) },
	}
	flags := command.Flags()
	flags.BoolVar(&t.aws, "aws", false, "create them on AWS if there is no other address")
	flags.BoolVar(&t.demo, "demo", false, "fill an empty directory with the documents' users, whose passwords everyone knows")
	return command
}

func (t *tables) run(ctx context.Context) error {
	t.storeFlag = dynamoStore
	if t.onAWS() && !t.aws {
		return usageError{errors.New(endpointVariable + " is not set: the tables would be created on AWS, which takes --aws")}
	}
	if t.onAWS() && t.demo {
		return errDemoOnAWS
	}
	client, err := dynamo.NewClient(t.environment)
	if err != nil {
		return err
	}
	names := dynamo.TablesOf(t.environment)
	if err := dynamo.CreateTables(ctx, client, names); err != nil {
		return err
	}
	if err := t.say("the tables %s, %s and %s are there", names.Users, names.Attempts, names.Sessions); err != nil {
		return err
	}
	if !t.demo {
		return nil
	}
	return t.withStore(ctx, existing, func(s store) error { return t.fill(ctx, s) })
}

// fill adds the demo users to an empty directory.
func (t *tables) fill(ctx context.Context, s store) error {
	settings, hasher, err := t.hasher()
	if err != nil {
		return err
	}
	added, err := fillEmpty(ctx, s, settings, hasher, functions.Products())
	if err != nil {
		return err
	}
	if !added {
		return t.say("the directory is not empty: no demo user was added")
	}
	return t.say("the directory was empty: it now holds the documents' users, whose passwords everyone knows")
}
