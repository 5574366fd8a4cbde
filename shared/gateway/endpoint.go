package gateway

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// Endpoint is a product's endpoint, with its responses to the requests that the product never sees.
type Endpoint struct {
	Origins   []string                                 // origins whose pages may log in across sites
	Methods   string                                   // for preflights, e.g. "POST"
	Handle    func(context.Context, *Request) Response // the product
	CrossSite func() Response                          // the product's 403 for a page of another site; nil serves such pages
	Malformed func() Response                          // the product's 400 for an event that cannot be decoded
}

// exposed are the headers that pages of listed origins may read.
const exposed = "Location, Retry-After, RateLimit-Policy, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset"

// Protect sets the headers of every response. A response is data for one client: nobody may store it (OWASP ASVS 5.0,
// 14.3.2), guess its type, or run or frame it (3.4.3, 3.4.4, 3.4.6). Over https, browsers use no other scheme for a year (3.4.1).
func Protect(header http.Header, https bool) {
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	if https {
		header.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// Handler returns the endpoint's handler. It refuses a browser's request from a page of another origin before the product
// sees it: any page could log its visitors in to the attacker's account (OWASP: login CSRF). A client that sends neither
// Sec-Fetch-Site nor Origin is not a browser. An endpoint that needs a session has no such rule: its cookie is
// SameSite=Lax, so pages of other sites cannot use it.
func (e Endpoint) Handler() Handler {
	return func(ctx context.Context, event events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		request, err := decode(event)
		response := e.respond(ctx, request, err)
		Protect(response.Header, request.Header.Get("X-Forwarded-Proto") == "https")
		e.share(request, response.Header)
		if request.Method == http.MethodHead {
			response.Body = nil
		}
		return response.encode(), nil
	}
}

func (e Endpoint) respond(ctx context.Context, r *Request, malformed error) Response {
	switch {
	case e.CrossSite != nil && !e.listed(r) && foreign(r):
		return e.CrossSite()
	case r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" && e.listed(r):
		return e.preflight(r)
	case malformed != nil:
		return e.Malformed()
	}
	return e.Handle(ctx, r)
}

// foreign reports whether a page of another origin sent the request. Any method can log in, so GET is no exception.
func foreign(r *Request) bool {
	var rule http.CrossOriginProtection
	host := cmp.Or(r.Header.Get("Host"), r.event.RequestContext.DomainName, "?") // ? is no origin's host
	return rule.Check(&http.Request{Method: http.MethodPost, Header: r.Header, Host: host}) != nil
}

func (e Endpoint) listed(r *Request) bool {
	return slices.Contains(e.Origins, r.Header.Get("Origin"))
}

// preflight allows a listed origin's page to send its request (Fetch standard, 3.2.2).
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

// share allows a listed origin's page to read the response, and marks it for caches as dependent on the origin.
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
