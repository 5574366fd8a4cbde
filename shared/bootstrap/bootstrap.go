// Package bootstrap is the composition root of every Lambda function: settings and client from the environment, the store,
// the one login service, and the product's handler on it. All of that is built once, before the first event; a function that
// cannot be built ends at once, with the reason in its log, and Lambda reports it as a failed initialisation.
package bootstrap

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"

	"gatehouse/shared/config"
	"gatehouse/shared/gateway"
	"gatehouse/shared/password"
	"gatehouse/shared/product"
	"gatehouse/shared/store/dynamo"
)

// Main runs the endpoint that the constructor builds, until Lambda ends the process.
func Main(newHandler product.Constructor) {
	handler, err := build(config.Environment(os.Environ()), os.Stdout, newHandler)
	if err != nil {
		fmt.Fprintln(os.Stderr, "gatehouse:", strings.ReplaceAll(err.Error(), "\n", "; "))
		os.Exit(1)
	}
	debug.SetGCPercent(gcPercent)
	lambda.Start(handler)
}

// gcPercent has the garbage collector begin at 2 MB of heap instead of 4. A login leaves a few hundred KB behind, so it
// still runs only once in several logins, each of which is a hundred times more work; and the process stays small.
const gcPercent = 50

// build puts the parts together. The log goes to stdout, where Lambda takes it from.
func build(
	environment map[string]string, stdout io.Writer, newHandler product.Constructor,
) (gateway.Handler, error) {
	settings, err := config.Load(environment)
	if err != nil {
		return nil, fmt.Errorf("reading the settings: %w", err)
	}
	store, err := dynamo.FromEnvironment(environment)
	if err != nil {
		return nil, err
	}
	hasher, err := password.New(settings.BcryptCost)
	if err != nil {
		return nil, err
	}
	log := settings.Logger(stdout)
	handler, err := newHandler(settings, settings.Service(store, hasher, log))
	if err != nil {
		return nil, fmt.Errorf("reading the product's settings: %w", err)
	}
	settings.Report(context.Background(), log)
	return handler, nil
}
