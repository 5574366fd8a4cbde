package gateway

import (
	"encoding/base64"
	"net/http"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

// Response is an HTTP response.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// NewResponse returns a response with a body of the given content type.
func NewResponse(status int, contentType string, body []byte) Response {
	return Response{Status: status, Header: http.Header{"Content-Type": {contentType}}, Body: body}
}

// With sets one header and returns the response, for chaining.
func (r Response) With(name, value string) Response {
	r.Header.Set(name, value)
	return r
}

// WithCookie adds one Set-Cookie header and returns the response, for chaining.
func (r Response) WithCookie(cookie http.Cookie) Response {
	r.Header.Add("Set-Cookie", cookie.String())
	return r
}

// encode returns the response as API Gateway expects it. Headers are in the multi-value form, because two cookies are two
// headers. The body is text, or base64 if it is not valid UTF-8.
func (r Response) encode() events.APIGatewayProxyResponse {
	out := events.APIGatewayProxyResponse{StatusCode: r.Status, MultiValueHeaders: r.Header, Body: string(r.Body)}
	if !utf8.Valid(r.Body) {
		out.Body, out.IsBase64Encoded = base64.StdEncoding.EncodeToString(r.Body), true
	}
	return out
}
