package local

import (
	"encoding/base64"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/uuid"
)

// What `sam local start-api` says of an account, an API and a stage that do not exist.
const (
	accountID  = "123456789012"
	apiID      = "1234567890"
	resourceID = "123456"
	stage      = "Prod"
)

// requestTime is how the gateway writes the time of a request (Common Log Format).
const requestTime = "02/Jan/2006:15:04:05 -0700"

// ownHeaders belong to one connection, and the gateway keeps them to itself: a handler does not learn whether a body came
// in chunks.
var ownHeaders = []string{
	"Connection", "Content-Length", "Expect", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade",
}

// NewEvent is the event that the gateway makes of a request for a resource, whose body was read. Text in an event is valid
// UTF-8, as in every JSON text; the body is base64, since the template declares all media types binary. The client's
// address is that of its connection. What a client claims in X-Forwarded-For stands before it and is never the source.
func NewEvent(resource string, r *http.Request, body []byte) events.APIGatewayProxyRequest {
	now := time.Now().UTC() //nolint:forbidigo // the gateway has a clock of its own
	source := address(r.RemoteAddr)
	header := headers(r, source)
	query := parseQuery(r.URL.RawQuery)
	return events.APIGatewayProxyRequest{
		Resource:                        resource,
		Path:                            r.URL.EscapedPath(),
		HTTPMethod:                      r.Method,
		Headers:                         last(header),
		MultiValueHeaders:               header,
		QueryStringParameters:           last(query),
		MultiValueQueryStringParameters: query,
		Body:                            base64.StdEncoding.EncodeToString(body),
		IsBase64Encoded:                 true,
		RequestContext: events.APIGatewayProxyRequestContext{
			AccountID:        accountID,
			APIID:            apiID,
			ResourceID:       resourceID,
			Stage:            stage,
			ResourcePath:     resource,
			Path:             r.URL.EscapedPath(), // without the stage: here it is in no URL
			HTTPMethod:       r.Method,
			Protocol:         r.Proto,
			DomainName:       r.Host,
			DomainPrefix:     prefix(r.Host),
			RequestID:        uuid.NewString(),
			RequestTime:      now.Format(requestTime),
			RequestTimeEpoch: now.UnixMilli(),
			Identity:         events.APIGatewayRequestIdentity{SourceIP: source, UserAgent: r.UserAgent()},
		},
	}
}

// headers are the client's, with what the gateway itself knows of the connection.
func headers(r *http.Request, source string) map[string][]string {
	header := make(http.Header, len(r.Header)+4)
	for name, values := range r.Header {
		for _, value := range values {
			header.Add(name, valid(value))
		}
	}
	for _, name := range ownHeaders {
		header.Del(name)
	}
	scheme, port := "http", "80"
	if r.TLS != nil {
		scheme, port = "https", "443"
	}
	if local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok {
		if _, listening, err := net.SplitHostPort(local.String()); err == nil {
			port = listening
		}
	}
	header.Set("Host", r.Host)
	header.Set("X-Forwarded-For", strings.Join(append(header.Values("X-Forwarded-For"), source), ", "))
	header.Set("X-Forwarded-Port", port)
	header.Set("X-Forwarded-Proto", scheme)
	return header
}

// address is the IP address of a peer given as host and port, an IPv4 address always in its own form.
func address(peer string) string {
	parsed, err := netip.ParseAddrPort(peer)
	if err != nil {
		return peer
	}
	return parsed.Addr().Unmap().WithZone("").String()
}

// prefix is the first label of a domain.
func prefix(host string) string {
	first, _, _ := strings.Cut((&url.URL{Host: host}).Hostname(), ".")
	return first
}

// parseQuery decodes a query as the gateway does, which takes a semicolon for a separator. What is not percent-encoded as
// it should be stays as it was sent: a request is no fault of ours.
func parseQuery(raw string) map[string][]string {
	query := map[string][]string{}
	for pair := range strings.FieldsFuncSeq(raw, func(r rune) bool { return r == '&' || r == ';' }) {
		name, value, _ := strings.Cut(pair, "=")
		name = unescape(name)
		query[name] = append(query[name], unescape(value))
	}
	return query
}

func unescape(text string) string {
	plain, err := url.QueryUnescape(text)
	if err != nil {
		return valid(text)
	}
	return valid(plain)
}

func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }

// last gives the single values beside multiple ones: the gateway passes the last.
func last(values map[string][]string) map[string]string {
	single := make(map[string]string, len(values))
	for name, all := range values {
		single[name] = all[len(all)-1]
	}
	return single
}
