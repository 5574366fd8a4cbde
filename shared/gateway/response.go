package gateway

import (
	"encoding/base64"
	"net/http"
	"strconv"
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

// Raw is JSON text that [ObjectOf] and [ArrayOf] take as it is.
type Raw []byte

// ObjectOf writes a compact JSON object from names and values in turn, in that order. A value is a string, int, int64,
// bool, nil or Raw. Nothing is escaped that JSON does not demand (see [AppendQuoted]).
func ObjectOf(namesAndValues ...any) Raw {
	out := Raw{'{'}
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		if i > 0 {
			out = append(out, ',')
		}
		name, _ := namesAndValues[i].(string)
		out = append(AppendQuoted(out, name), ':')
		out = appendValue(out, namesAndValues[i+1])
	}
	return append(out, '}')
}

// ArrayOf writes a compact JSON array of values as [ObjectOf] takes them.
func ArrayOf(values ...any) Raw {
	out := Raw{'['}
	for i, value := range values {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendValue(out, value)
	}
	return append(out, ']')
}

func appendValue(out Raw, value any) Raw {
	switch v := value.(type) {
	case string:
		return AppendQuoted(out, v)
	case int:
		return strconv.AppendInt(out, int64(v), 10)
	case int64:
		return strconv.AppendInt(out, v, 10)
	case bool:
		return strconv.AppendBool(out, v)
	case Raw:
		return append(out, v...)
	default:
		return append(out, "null"...)
	}
}
