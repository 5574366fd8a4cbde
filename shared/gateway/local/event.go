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

// The account, the API and the stage of `sam local start-api`, which do not exist.
const (
	accountID  = "123456789012"
	apiID      = "1234567890"
	resourceID = "123456"
	stage      = "Prod"
)

// requestTime is how the gateway writes the time of a request (Common Log Format).
const requestTime = "02/Jan/2006:15:04:05 -0700"

// ownHeaders belong to one connection. API Gateway does not pass them on, so a handler cannot see that a body was chunked.
var ownHeaders = []string{
	"Connection", "Content-Length", "Expect", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade",
}

// NewEvent returns the event that API Gateway makes of a request whose body was read. Text in an event is valid UTF-8. The body
// is base64, because the template declares all media types binary. The source is the address of the connection. It is appended
// to X-Forwarded-For, so what a client claims there is never the source. A proxy in front that ends TLS is believed, because a
// client that only claims to use https gains nothing by it.
func NewEvent(resource string, r *http.Request, body []byte) events.APIGatewayProxyRequest {
	now := time.Now().UTC() //nolint:forbidigo // the gateway has a clock of its own
	source := address(r.RemoteAddr)
	header := headers(r, source)
	query := parseQuery(r.URL.RawQuery)
	return events.APIGatewayProxyRequest{
		Resource:                        resource,
		Path:                            r.URL.EscapedPath(),
		HTTPMethod:                      r.Method,
		PathParameters:                  parameters(resource, r.URL),
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

// parameters returns the value of the parameter at the end of a resource, if there is one.
func parameters(resource string, sent *url.URL) map[string]string {
	_, name, found := strings.Cut(resource, "/{")
	if !found {
		return nil
	}
	path := strings.TrimSuffix(sent.EscapedPath(), "/")
	value := path[strings.LastIndexByte(path, '/')+1:]
	if plain, err := url.PathUnescape(value); err == nil {
		value = plain
	}
	return map[string]string{strings.TrimSuffix(name, "}"): valid(value)}
}

// headers returns the client's headers, with those that API Gateway sets.
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
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
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

// address returns the IP address of a host and port; an IPv4 address on an IPv6 socket is returned as IPv4.
func address(peer string) string {
	parsed, err := netip.ParseAddrPort(peer)
	if err != nil {
		return peer
	}
	return parsed.Addr().Unmap().WithZone("").String()
}

// prefix returns the first label of a domain.
func prefix(host string) string {
	first, _, _ := strings.Cut((&url.URL{Host: host}).Hostname(), ".")
	return first
}

// parseQuery decodes a query as API Gateway does, where a semicolon separates too. A broken escape stays as it was sent.
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

// last returns the last of multiple values, which API Gateway passes as the single one.
func last(values map[string][]string) map[string]string {
	single := make(map[string]string, len(values))
	for name, all := range values {
		single[name] = all[len(all)-1]
	}
	return single
}
