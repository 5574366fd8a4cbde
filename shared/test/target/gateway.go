package target

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"gatehouse/functions"
	"gatehouse/shared/gateway/local"
	"gatehouse/shared/product"
	"gatehouse/shared/store/storetest"
)

// Gateway is the functions behind HTTP, each with some execution environments, as API Gateway and Lambda have them: an
// environment handles one event at a time, and requests beyond wait.
type Gateway struct {
	cloud   *Cloud
	server  *httptest.Server
	longest atomic.Int64 // nanoseconds

	mutex     sync.Mutex
	functions []*Function
}

// environment starts an execution environment, or returns the one that it has started.
type environment func() (*Function, error)

// Gateway starts so many environments of each login's function, and an HTTP server in front of all functions, until the test
// ends. The environments of the other functions start with their first events.
func (c *Cloud) Gateway(settings Settings, environments int) *Gateway {
	c.t.Helper()
	g := &Gateway{cloud: c}
	var routes []local.Route
	for _, endpoint := range functions.Endpoints() {
		free := make(chan environment, environments)
		for range environments {
			started := sync.OnceValues(func() (*Function, error) { return g.start(endpoint.Function, settings) })
			if endpoint.Access&product.LogsIn != 0 {
				c.site.Binary(c.t, endpoint.Function)
				_, err := started()
				check(c.t, err)
			}
			free <- started
		}
		routes = append(routes, local.Route{Method: "ANY", Path: endpoint.Path, Handler: g.pooled(free)})
	}
	handler := local.New(routes, slog.New(slog.DiscardHandler), local.Options{Places: environments * len(routes)})
	g.server = httptest.NewServer(handler)
	c.t.Cleanup(g.server.Close)
	return g
}

func (g *Gateway) start(name string, settings Settings) (*Function, error) {
	function, err := g.cloud.start(name, settings)
	if err == nil {
		g.mutex.Lock()
		defer g.mutex.Unlock()
		g.functions = append(g.functions, function)
	}
	return function, err
}

// started returns the environments that were started.
func (g *Gateway) started() []*Function {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return slices.Clone(g.functions)
}

// pooled hands each event to an environment that is free. Only what happens then is timed: a machine that is busy lets
// requests wait before.
func (g *Gateway) pooled(
	free chan environment,
) func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	return func(ctx context.Context, event events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		started := <-free
		defer func() { free <- started }()
		function, err := started()
		if err != nil {
			return events.APIGatewayProxyResponse{}, err
		}
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
	for _, function := range g.started() {
		all = append(all, function.PID())
	}
	return all
}

// Log implements Target.
func (g *Gateway) Log() string {
	var all strings.Builder
	for _, function := range g.started() {
		all.WriteString(function.Output() + "\n")
	}
	return all.String()
}

// Goroutines ends the processes and returns how many goroutines each had, all of which are then in its log.
func (g *Gateway) Goroutines() ([]int, error) {
	var all []int
	for _, function := range g.started() {
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
