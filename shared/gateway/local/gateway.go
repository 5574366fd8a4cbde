// Package local answers HTTP as Amazon API Gateway would in front of Lambda functions, with the handlers in this process.
//
// The path of a request must equal a resource, except for one trailing slash; otherwise the client gets API Gateway's 403. The
// request becomes an event ([NewEvent]) and the handler's response becomes HTTP again ([Write]). A handler that panics, fails
// or returns an invalid response gets API Gateway's 502.
//
// Lambda gives each request a machine of its own. Here only a few requests per core are handled at a time, and others wait in
// the order of their arrival. Otherwise the hashing of a burst would starve the store, and all of its logins would end as
// faults. A client may leave while it waits. Nothing stops a request that is handled, because a guess must be counted.
package local

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/uuid"

	"gatehouse/shared/gateway"
)

const (
	// maxBody is API Gateway's quota for a request's payload, in bytes: 10 MB.
	maxBody = 10 << 20

	// integrationTimeout is API Gateway's quota for the time that a handler may take.
	integrationTimeout = 29 * time.Second

	// sendTimeout is how long a client may take to receive a response, of a few hundred bytes.
	sendTimeout = 10 * time.Second

	// placesPerCore keeps every core busy while some requests wait for the store, and leaves the store its share.
	placesPerCore = 4
)

// methods are the methods of ANY in a template. API Gateway refuses all others.
var methods = []string{
	http.MethodDelete, http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPatch, http.MethodPost, http.MethodPut,
}

// Route sends the requests for a resource to a handler.
type Route struct {
	Method  string // "ANY" or one method
	Path    string // the resource, without a slash at its end; its last segment may be a parameter: {name}
	Handler gateway.Handler
}

// Gateway is an http.Handler that answers as API Gateway would. It is safe for concurrent use.
type Gateway struct {
	handlers map[string]gateway.Handler // by method and resource

	// parameters are the resources that end with a parameter, by what stands before it.
	parameters map[string]string

	base   string
	keep   int64
	places chan struct{} // full while all places are taken
	ending chan struct{} // closed when no request may wait any more
	log    *slog.Logger
}

// Options are settings of a Gateway. The zero value of each is its default.
type Options struct {
	// Places is how many requests are handled at once. The default is four for each core.
	Places int

	// KeepBody is how many bytes of a body are kept for its handler. The default is all that the quota allows. The rest is read
	// and dropped, which bounds the memory of a client that sends much and then withholds the end.
	KeepBody int64

	// BasePath is what stands before every resource, such as "/studio", as in the base-path mapping of a custom domain: events
	// keep the whole path, and their resource is without it. Other paths get the 403 of a domain that has no mapping for them.
	BasePath string
}

// New returns a gateway with the given routes, of which the last wins. It logs the faults of handlers, but never the contents of a request.
func New(routes []Route, log *slog.Logger, options Options) *Gateway {
	g := &Gateway{
		handlers: map[string]gateway.Handler{}, parameters: map[string]string{},
		base:   options.BasePath,
		keep:   cmp.Or(options.KeepBody, maxBody),
		places: make(chan struct{}, cmp.Or(options.Places, placesPerCore*runtime.GOMAXPROCS(0))),
		ending: make(chan struct{}),
		log:    log,
	}
	for _, route := range routes {
		served := []string{route.Method}
		if route.Method == "ANY" {
			served = methods
		}
		if before, _, found := strings.Cut(route.Path, "/{"); found {
			g.parameters[before] = route.Path
		}
		for _, method := range served {
			g.handlers[method+" "+route.Path] = route.Handler
		}
	}
	return g
}

// find returns the resource of a request and its handler, or no handler and API Gateway's response. It compares the path as it
// was sent, so a letter that is percent-encoded makes another path.
func (g *Gateway) find(r *http.Request) (resource string, handler gateway.Handler, otherwise refusal) {
	path, mapped := strings.CutPrefix(r.URL.EscapedPath(), g.base)
	if !mapped || g.base != "" && !strings.HasPrefix(path+"/", "/") {
		return "", nil, unmapped
	}
	resource = strings.TrimSuffix(path, "/")
	if handler := g.handlers[r.Method+" "+resource]; handler != nil {
		return resource, handler, unknown
	}
	if last := strings.LastIndexByte(resource, '/'); last >= 0 && last+1 < len(resource) {
		if at := g.parameters[resource[:last]]; at != "" {
			return at, g.handlers[r.Method+" "+at], unknown
		}
	}
	return resource, nil, unknown
}

// ServeHTTP answers one request. It reads the body before it waits for a place, so that a slow client holds none.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	gateway.Protect(w.Header(), r.TLS != nil)
	id := uuid.NewString()
	w.Header().Set("X-Amzn-Requestid", id)
	resource, handler, otherwise := g.find(r)
	if handler == nil {
		otherwise.write(w)
		return
	}
	body, err := g.read(http.MaxBytesReader(w, r.Body, maxBody))
	switch {
	case errors.As(err, new(*http.MaxBytesError)):
		tooLong.write(w)
	case err != nil: // an event of a body that broke off would only take memory
		bad.write(w)
	default:
		event := NewEvent(resource, r, body)
		event.RequestContext.RequestID = id
		g.answer(w, r, handler, event)
	}
}

// read reads a body to its end and returns the part that is kept.
func (g *Gateway) read(body io.Reader) ([]byte, error) {
	kept, err := io.ReadAll(io.LimitReader(body, g.keep))
	if err == nil {
		_, err = io.Copy(io.Discard, body)
	}
	return kept, err
}

// answer handles the request and sends the response. It ends net/http's deadlines, which are for clients that are slow to send.
func (g *Gateway) answer(
	w http.ResponseWriter, r *http.Request, handler gateway.Handler, event events.APIGatewayProxyRequest,
) {
	connection := http.NewResponseController(w)
	_ = connection.SetReadDeadline(time.Time{}) // fails where there is no connection, as in tests
	_ = connection.SetWriteDeadline(time.Time{})
	reply := g.handle(r.Context(), handler, event)
	_ = connection.SetWriteDeadline(time.Now().Add(sendTimeout)) //nolint:forbidigo // the network has the system's clock
	reply(w)
}

// handle waits for a place and then for the handler, unless the client leaves. It returns a function that writes the response.
func (g *Gateway) handle(
	client context.Context, handler gateway.Handler, event events.APIGatewayProxyRequest,
) (reply func(http.ResponseWriter)) {
	select {
	case g.places <- struct{}{}: // Go wakes senders in the order of their arrival
	case <-g.ending:
		return unavailable.write
	case <-client.Done():
		return timedOut.write // nobody reads it
	}
	ctx, cancel := context.WithTimeout(client, integrationTimeout)
	defer cancel()
	done := make(chan events.APIGatewayProxyResponse, 1)
	go func() {
		defer func() { <-g.places }()
		done <- g.invoke(context.WithoutCancel(client), handler, event)
	}()
	select {
	case response := <-done:
		return func(w http.ResponseWriter) { Write(w, response) }
	case <-ctx.Done():
		return timedOut.write
	}
}

// invoke calls the handler. It logs a fault and returns the zero response, which is invalid and so becomes a 502.
func (g *Gateway) invoke(
	ctx context.Context, handler gateway.Handler, event events.APIGatewayProxyRequest,
) (response events.APIGatewayProxyResponse) {
	fault := func(problem string, attributes ...any) {
		response = events.APIGatewayProxyResponse{}
		attributes = append(attributes, "resource", event.Resource, "request_id", event.RequestContext.RequestID)
		g.log.ErrorContext(ctx, problem, attributes...)
	}
	defer func() {
		if cause := recover(); cause != nil {
			fault("handler panicked", "error", describe(cause), "stack", string(debug.Stack()))
		}
	}()
	response, err := handler(ctx, event)
	if err != nil {
		fault("handler failed", "error", err)
		return response
	}
	if _, err := decode(response); err != nil {
		fault("handler returned an invalid response", "error", err)
	}
	return response
}

// describe returns the cause of a panic. The runtime's own messages show nothing of a request. Any other value could contain a
// password, so only its type is returned.
func describe(cause any) string {
	if err, ok := cause.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("a value of type %T", cause)
}

// Drain refuses the requests that wait for a place, and returns when all others have ended, or with the context's error. No
// request is handled after it. It may be called once.
func (g *Gateway) Drain(ctx context.Context) error {
	close(g.ending)
	for range cap(g.places) {
		select {
		case g.places <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
