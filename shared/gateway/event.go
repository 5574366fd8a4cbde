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
	"net/url"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// MaxBody is the largest body that products read, in bytes: body-parser's 100 KiB, which Unleash's clients know.
const MaxBody = 102_400

// Handler responds to one proxy event. Its error is always nil: every failure has a response in the product's own form.
type Handler func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error)

// Request is what a client sent, as API Gateway passes it on.
type Request struct {
	Method string
	Header http.Header
	Query  url.Values
	Body   []byte
	Source string // the client's address, IPv6 by its /64 network; never from a header
	ID     string // API Gateway's id of this request

	event events.APIGatewayProxyRequest
}

// decode reads an event. It fails only if the body of an event that declares base64 is not base64.
func decode(event events.APIGatewayProxyRequest) (*Request, error) {
	r := &Request{
		Method: event.HTTPMethod,
		Header: http.Header(canonical(event.Headers, event.MultiValueHeaders)),
		Query:  url.Values(merged(event.QueryStringParameters, event.MultiValueQueryStringParameters)),
		Body:   []byte(event.Body),
		Source: source(event.RequestContext.Identity.SourceIP),
		ID:     event.RequestContext.RequestID,
		event:  event,
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

func canonical(single map[string]string, multi map[string][]string) map[string][]string {
	header := make(http.Header)
	for name, values := range merged(single, multi) {
		for _, value := range values {
			header.Add(name, value)
		}
	}
	return header
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
	network, err := address.Prefix(64)
	if err != nil {
		return address.String()
	}
	return network.String()
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
	path := strings.TrimRight(r.event.RequestContext.Path, "/")
	stage := strings.TrimSuffix(path, strings.TrimRight(r.event.Resource, "/"))
	return scheme + "://" + r.event.RequestContext.DomainName + stage
}
