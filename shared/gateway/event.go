// Package gateway is the only one that knows Amazon API Gateway: it turns a REST API's proxy event into a [Request] and
// a [Response] back into what the gateway expects, and reads what clients send exactly as they sent it.
//
// The gateway changes less than one fears and more than one knows. Bodies arrive base64-encoded, so that no byte is lost,
// because the template declares every media type binary; both forms are decoded. Routing is the gateway's: a handler
// sees which resource was hit, and the path may still carry a trailing slash. The client's address is the one the gateway
// saw, never one that a header claims. Headers are read without regard to letter case.
//
// The readers of bodies are here because three of the four products show how the text was written: numbers, surrogates
// and the order of keys. See [ParseJSON], [ParseForm], [ParseMultipart], [DecodeCharset] and [ParseMediaType].
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

// MaxBody is how many bytes of a body every product reads: 100 KiB, the limit of body-parser that Unleash's clients know.
const MaxBody = 102_400

// Handler answers one proxy event. Its error is always nil but for events that no gateway sends: whatever else happens
// has an answer in the product's own shape.
type Handler func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error)

// Request is what a client sent, as far as the gateway tells.
type Request struct {
	Method string
	Header http.Header
	Query  url.Values
	Body   []byte
	Source string // the client's address, IPv6 by its /64 network; never taken from a header
	ID     string // the gateway's id of this request

	event events.APIGatewayProxyRequest
}

// decode reads an event. It fails only if a body said to be base64 is not.
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

// merged gives the multi-value form where the event has it, else the single values.
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

// source is the key that requests of one client are counted under. An IPv6 client has at least a /64 to choose addresses
// from, so the network is counted. What is no address (the console's test events send words) stays as it is.
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

// BaseURL is what stands before the resource in a URL of this API that the client can use: public, if it is set, else
// scheme, domain and stage as this request came in.
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
