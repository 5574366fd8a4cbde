package target

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"gatehouse/functions"
	"gatehouse/shared/gateway/local"
	"gatehouse/shared/store/storetest"
)

// Gateway is the functions behind HTTP, each with some execution environments, as API Gateway and Lambda have them: an
// environment handles one event at a time, and requests beyond wait.
type Gateway struct {
	cloud     *Cloud
	server    *httptest.Server
	functions []*Function
	longest   atomic.Int64 // nanoseconds
}

// Gateway starts all functions, so many environments of each, and an HTTP server in front of them, until the test ends.
func (c *Cloud) Gateway(settings Settings, environments int) *Gateway {
	c.t.Helper()
	g := &Gateway{cloud: c}
	var routes []local.Route
	for _, endpoint := range functions.Endpoints() {
		free := make(chan *Function, environments)
		for range environments {
			function := c.Function(endpoint.Function, settings)
			g.functions = append(g.functions, function)
			free <- function
		}
		routes = append(routes, local.Route{Method: "ANY", Path: endpoint.Path, Handler: g.pooled(free)})
	}
	handler := local.New(routes, slog.New(slog.DiscardHandler), local.Options{Places: len(g.functions)})
	g.server = httptest.NewServer(handler)
	c.t.Cleanup(g.server.Close)
	return g
}

// pooled hands each event to an environment that is free. Only what happens then is timed: a machine that is busy lets
// requests wait before.
func (g *Gateway) pooled(
	free chan *Function,
) func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	return func(ctx context.Context, event events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		function := <-free
		defer func() { free <- function }()
		<-function.Ready()
		began := time.Now()
		response, err := function.Answer(ctx, event)
		took := int64(time.Since(began))
		for longest := g.longest.Load(); took > longest && !g.longest.CompareAndSwap(longest, took); {
			longest = g.longest.Load()
		}
		return response, err
	}
}

// Longest is how long an environment had an event at most, since this was last asked.
func (g *Gateway) Longest() time.Duration { return time.Duration(g.longest.Swap(0)) }

// URL implements Target.
func (g *Gateway) URL() string { return g.server.URL }

// Store implements Target.
func (g *Gateway) Store() storetest.Store { return g.cloud.Store }

// PIDs implements Target.
func (g *Gateway) PIDs() []int {
	var all []int
	for _, function := range g.functions {
		all = append(all, function.PID())
	}
	return all
}

// Log implements Target.
func (g *Gateway) Log() string {
	var all strings.Builder
	for _, function := range g.functions {
		all.WriteString(function.Output() + "\n")
	}
	return all.String()
}

// Goroutines ends the processes and returns how many goroutines each had, all of which are then in its log.
func (g *Gateway) Goroutines() ([]int, error) {
	var all []int
	for _, function := range g.functions {
		<-function.Ready() // a process that has hardly begun ends without a word
		before := len(function.Output())
		if err := syscall.Kill(function.PID(), syscall.SIGQUIT); err != nil {
			return nil, err
		}
		<-function.Ended()
		all = append(all, goroutinesIn(function.Output()[before:]))
	}
	return all, nil
}
