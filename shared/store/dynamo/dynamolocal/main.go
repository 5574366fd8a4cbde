package dynamolocal

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Main runs a package's tests on the DynamoDB Local that DYNAMODB_ENDPOINT names, else on one of its own, and gives the exit
// status. Where there can be none it says in one line what is left out; with CI set that is a failure.
func Main(what string, run func(ctx context.Context, endpoint string) (int, error)) int {
	ctx := context.Background()
	endpoint := os.Getenv("DYNAMODB_ENDPOINT")
	if endpoint == "" {
		server, err := Start(ctx)
		if LeftOut(err) {
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
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return status
}

// LeftOut says whether tests on DynamoDB Local may be left out for an error of [Start]: it can't be had on this machine, and CI
// is not set.
func LeftOut(err error) bool { return errors.Is(err, ErrUnavailable) && os.Getenv("CI") == "" }
