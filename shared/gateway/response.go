package gateway

import (
	"encoding/base64"
	"net/http"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

// Response is an answer in HTTP's terms.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// NewResponse is an answer with a body of the given content type.
func NewResponse(status int, contentType string, body []byte) Response {
	return Response{Status: status, Header: http.Header{"Content-Type": {contentType}}, Body: body}
}

// With sets one header and gives the answer, for chaining.
func (r Response) With(name, value string) Response {
	r.Header.Set(name, value)
	return r
}

// WithCookie adds one Set-Cookie header and gives the answer, for chaining.
func (r Response) WithCookie(cookie http.Cookie) Response {
	r.Header.Add("Set-Cookie", cookie.String())
	return r
}

// encode writes the answer as the gateway expects it: every header in the multi-value form, for two cookies are two
// headers; the body as text, or base64-encoded if it is not valid UTF-8.
func (r Response) encode() events.APIGatewayProxyResponse {
	out := events.APIGatewayProxyResponse{StatusCode: r.Status, MultiValueHeaders: r.Header, Body: string(r.Body)}
	if !utf8.Valid(r.Body) {
		out.Body, out.IsBase64Encoded = base64.StdEncoding.EncodeToString(r.Body), true
	}
	return out
}
