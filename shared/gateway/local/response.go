package local

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"

	"github.com/aws/aws-lambda-go/events"
)

// reserved are the headers that API Gateway sets itself. Here net/http sets Content-Length and Date.
var reserved = []string{"Connection", "Content-Length", "Date", "Server", "Transfer-Encoding"}

// Write sends a function's response as API Gateway does. Single and multiple values of a header become one list, reserved headers
// are dropped or renamed, and the default content type is JSON. An invalid response becomes a 502.
func Write(w http.ResponseWriter, response events.APIGatewayProxyResponse) {
	body, err := decode(response)
	if err != nil {
		failed.write(w)
		return
	}
	header := w.Header()
	for name, values := range merged(response) {
		if !slices.Contains(reserved, name) {
			header[name] = values
		}
	}
	if header.Get("Content-Type") == "" {
		header.Set("Content-Type", "application/json")
	}
	w.WriteHeader(response.StatusCode)
	_, _ = w.Write(body) // fails if the client has left, or the status allows no body
}

// decode returns the body of a valid response. A status of 1xx would announce another response, which never comes.
func decode(response events.APIGatewayProxyResponse) ([]byte, error) {
	if response.StatusCode < 200 || response.StatusCode > 599 {
		return nil, fmt.Errorf("a response cannot have the status %d", response.StatusCode)
	}
	if !response.IsBase64Encoded {
		return []byte(response.Body), nil
	}
	body, err := base64.StdEncoding.DecodeString(response.Body)
	if err != nil {
		return nil, fmt.Errorf("decoding the response's body: %w", err)
	}
	return body, nil
}

// merged returns one list of values for each header, under its delivered name. A value in both forms is delivered once.
func merged(response events.APIGatewayProxyResponse) http.Header {
	header := http.Header{}
	for name, values := range response.MultiValueHeaders {
		name = delivered(name)
		header[name] = append(header[name], values...)
	}
	for name, value := range response.Headers {
		name = delivered(name)
		if !slices.Contains(header[name], value) {
			header[name] = append(header[name], value)
		}
	}
	return header
}

func delivered(name string) string {
	if name = http.CanonicalHeaderKey(name); name == "Www-Authenticate" {
		return "X-Amzn-Remapped-Www-Authenticate"
	}
	return name
}

// refusal is a response of API Gateway itself, byte for byte. Some of the bodies have a space after the colon.
type refusal struct {
	status    int
	errorType string
	body      string
}

var (
	unknown     = refusal{403, "MissingAuthenticationTokenException", `{"message":"Missing Authentication Token"}`}
	unmapped    = refusal{403, "ForbiddenException", `{"message":"Forbidden"}`}
	tooLong     = refusal{413, "RequestTooLargeException", `{"message":"Request Too Long"}`}
	bad         = refusal{400, "BadRequestException", `{"message":"Bad Request"}`}
	failed      = refusal{502, "InternalServerErrorException", `{"message": "Internal server error"}`}
	unavailable = refusal{503, "ServiceUnavailableException", `{"message":"Service Unavailable"}`}
	timedOut    = refusal{504, "InternalServerErrorException", `{"message": "Endpoint request timed out"}`}
)

func (r refusal) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-Errortype", r.errorType)
	w.WriteHeader(r.status)
	_, _ = w.Write([]byte(r.body)) // fails if the client has left
}
