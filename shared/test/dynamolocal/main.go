package dynamolocal

import (
	"context"
	"fmt"
	"os"

	"gatehouse/shared/test/tools"
)

// Main runs a package's tests on the DynamoDB Local that DYNAMODB_ENDPOINT names, else on one of its own, and gives the exit
// status. Where there can be none it says in one line what is left out; with CI set that is a failure.
func Main(what string, run func(ctx context.Context, endpoint string) (int, error)) int {
	ctx := context.Background()
	remove, err := TempFiles()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer remove()
	endpoint := os.Getenv("DYNAMODB_ENDPOINT")
	if endpoint == "" {
		server, err := Start(ctx)
		if tools.LeftOut(err) {
			fmt.Fprintf(os.Stderr, "left out: %s: %v\n", what, err)
			return 0
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer server.Stop()
		endpoint = server.Endpoint
	}
	status, err := run(ctx, endpoint)
	if tools.LeftOut(err) {
		fmt.Fprintf(os.Stderr, "left out: %s: %v\n", what, err)
		return 0
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return status
}
