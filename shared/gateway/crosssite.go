package gateway

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// Endpoint is a product's endpoint: what it answers, and what it needs the gateway to answer for it.
type Endpoint struct {
	Origins   []string                                 // origins whose pages may log in across sites
	Methods   string                                   // for preflights, e.g. "POST"
	Answer    func(context.Context, *Request) Response // the product
	CrossSite func() Response                          // the product's 403 for a page of another site
	Malformed func() Response                          // the product's 400 for an event that cannot be decoded
}

// exposed are the headers that pages of listed origins may read.
const exposed = "Location, Retry-After, RateLimit-Policy, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset"

// Handler is the endpoint behind the gateway. Before the product sees a request, a page of another site is refused, or
// anyone's page could log its visitors in to the attacker's account (OWASP: login CSRF). Browsers say so in
// Sec-Fetch-Site; clients that do not send it are no browsers of this decade. Every answer says no-store.
func (e Endpoint) Handler() Handler {
	return func(ctx context.Context, event events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		request, err := decode(event)
		response := e.respond(ctx, request, err)
		response.Header.Set("Cache-Control", "no-store")
		e.share(request, response.Header)
		if request.Method == http.MethodHead {
			response.Body = nil
		}
		return response.encode(), nil
	}
}

func (e Endpoint) respond(ctx context.Context, r *Request, malformed error) Response {
	switch {
	case r.Header.Get("Sec-Fetch-Site") == "cross-site" && !e.listed(r):
		return e.CrossSite()
	case r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" && e.listed(r):
		return e.preflight(r)
	case malformed != nil:
		return e.Malformed()
	}
	return e.Answer(ctx, r)
}

func (e Endpoint) listed(r *Request) bool {
	return slices.Contains(e.Origins, r.Header.Get("Origin"))
}

// preflight answers a listed origin's question whether its page may send a request (Fetch standard, 3.2.2).
func (e Endpoint) preflight(r *Request) Response {
	header := http.Header{
		"Access-Control-Allow-Methods": {e.Methods},
		"Access-Control-Max-Age":       {"600"}, // ten minutes: the longest that all browsers keep it
	}
	if asked := r.Header.Get("Access-Control-Request-Headers"); asked != "" {
		header.Set("Access-Control-Allow-Headers", asked)
	}
	return Response{Status: http.StatusNoContent, Header: header}
}

// share lets a listed origin's page read the answer, and tells caches that the answer depends on the origin.
func (e Endpoint) share(r *Request, header http.Header) {
	if len(e.Origins) == 0 {
		return
	}
	header.Set("Vary", strings.TrimPrefix(header.Get("Vary")+", Origin", ", "))
	if e.listed(r) {
		header.Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
		header.Set("Access-Control-Allow-Credentials", "true")
		header.Set("Access-Control-Expose-Headers", exposed)
	}
}
