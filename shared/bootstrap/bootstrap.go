// Package bootstrap runs a Lambda function. The main of every function is one line:
//
//	func main() { bootstrap.Main(unleash.NewLogin) }
//
// Main builds everything once, before the first event: the settings and the DynamoDB client from the environment, the store,
// the login service, and the product's handler on top. If a part cannot be built, the process logs the reason and exits, and
// Lambda reports a failed initialisation. README.md is the manual of the deployment.
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
	"gatehouse/shared/login"
	"gatehouse/shared/password"
	"gatehouse/shared/store/dynamo"
)

// Constructor builds a handler: that of an endpoint, or an authorizer.
type Constructor[Handler any] func(config.Config, *login.Service) (Handler, error)

// Main runs the handler of a constructor until Lambda ends the process.
func Main[Handler any](newHandler Constructor[Handler]) {
	if err := run(newHandler); err != nil {
		fmt.Fprintln(os.Stderr, "gatehouse:", strings.ReplaceAll(err.Error(), "\n", "; "))
		os.Exit(1)
	}
}

func run[Handler any](newHandler Constructor[Handler]) error {
	handler, err := build(config.Environment(os.Environ()), os.Stdout, newHandler)
	if err != nil {
		return err
	}
	debug.SetGCPercent(gcPercent)
	lambda.Start(handler) // returns only by ending the process
	return nil
}

// gcPercent starts the garbage collector at 2 MB of heap instead of 4, so the process stays small. A login leaves a few hundred
// KB behind, so the collector still runs only once in several logins, and costs a hundredth of one.
const gcPercent = 50

// build returns the handler with everything that it needs. Lambda collects the log from stdout.
func build[Handler any](
	environment map[string]string, stdout io.Writer, newHandler Constructor[Handler],
) (handler Handler, err error) {
	settings, err := config.Load(environment)
	if err != nil {
		return handler, fmt.Errorf("reading the settings: %w", err)
	}
	store, err := dynamo.FromEnvironment(environment)
	if err != nil {
		return handler, err
	}
	hasher, err := password.New(settings.BcryptCost)
	if err != nil {
		return handler, err
	}
	log := settings.Logger(stdout)
	handler, err = newHandler(settings, settings.Service(store, hasher, log))
	if err != nil {
		return handler, fmt.Errorf("reading the product's settings: %w", err)
	}
	settings.Report(context.Background(), log)
	return handler, nil
}
