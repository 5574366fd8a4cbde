// Package gateway puts a product behind Amazon API Gateway: [Endpoint.Handler] decodes a REST API's proxy event into a
// [Request], refuses pages of other sites, and encodes the product's [Response].
//
// The template declares every media type binary, so bodies arrive base64-encoded and no byte is lost; both forms are
// decoded. API Gateway does the routing: a handler looks at the resource, because the path may still have a trailing
// slash. The client's address is the one that API Gateway saw, never one from a header. Header names are case-insensitive.
package gateway

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/netip"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// MaxBody is the largest body that products read, in bytes: the 100 KiB of Express's body-parser.
const MaxBody = 102_400

// Handler responds to one proxy event. Its error is always nil: every failure has a response in the product's own form.
type Handler func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error)

// Request is what a client sent, as API Gateway passes it on.
type Request struct {
	Method string
	Header http.Header
	Query  map[string]string // the last value of each name
	Path   map[string]string // the path's parameters by the names that the resource has for them
	Body   []byte
	Source string // the client's address, IPv6 by its /64 network; never from a header
	ID     string // API Gateway's id of this request

	event events.APIGatewayProxyRequest
}

// decode reads an event. It fails only if the body of an event that declares base64 is not base64.
func decode(event events.APIGatewayProxyRequest) (*Request, error) {
	r := &Request{
		Method: event.HTTPMethod,
		Header: header(event.Headers, event.MultiValueHeaders),
		Query:  map[string]string{},
		Path:   event.PathParameters,
		Body:   []byte(event.Body),
		Source: source(event.RequestContext.Identity.SourceIP),
		ID:     event.RequestContext.RequestID,
		event:  event,
	}
	for name, values := range merged(event.QueryStringParameters, event.MultiValueQueryStringParameters) {
		for _, value := range values {
			r.Query[name] = value
		}
	}
	if event.IsBase64Encoded {
		body, err := base64.StdEncoding.DecodeString(event.Body)
		if err != nil {
			return r, fmt.Errorf("decoding the event's body: %w", err)
		}
		r.Body = body
	}
	return r, nil
}

// merged returns the multi-value form if the event has it, else the single values.
func merged(single map[string]string, multi map[string][]string) map[string][]string {
	if len(multi) > 0 {
		return multi
	}
	values := make(map[string][]string, len(single))
	for name, value := range single {
		values[name] = []string{value}
	}
	return values
}

// source returns the key that a client's requests are counted under. An IPv6 client can choose among the addresses of at
// least a /64, so the network is counted. Text that is not an address (the console's test events) stays as it is.
func source(sourceIP string) string {
	address, err := netip.ParseAddr(sourceIP)
	if err != nil {
		return sourceIP
	}
	address = address.Unmap().WithZone("")
	if address.Is4() {
		return address.String()
	}
	return netip.PrefixFrom(address, 64).Masked().String()
}

// BaseURL returns the part of this API's URLs that precedes the resource: public if it is set, else the scheme, domain and
// stage of this request.
func (r *Request) BaseURL(public string) string {
	if public != "" {
		return strings.TrimRight(public, "/")
	}
	scheme := r.Header.Get("X-Forwarded-Proto")
	if scheme != "http" {
		scheme = "https"
	}
	return scheme + "://" + r.event.RequestContext.DomainName + r.BasePath()
}

// BasePath returns the part of the request's path that precedes the resource: the stage, or the base path of a custom domain.
func (r *Request) BasePath() string {
	path := strings.Split(strings.TrimRight(r.event.RequestContext.Path, "/"), "/")
	resource := strings.Count(strings.TrimRight(r.event.Resource, "/"), "/")
	return strings.Join(path[:max(0, len(path)-resource)], "/")
}

// Cookies returns the values of all cookies with this name, in the order in which they were sent (RFC 6265, 4.2).
func (r *Request) Cookies(name string) []string {
	var values []string
	for _, header := range r.Header.Values("Cookie") {
		for pair := range strings.SplitSeq(header, ";") {
			if key, value, found := strings.Cut(strings.TrimSpace(pair), "="); found && key == name {
				values = append(values, value)
			}
		}
	}
	return values
}
