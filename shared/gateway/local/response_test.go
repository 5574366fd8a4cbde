package local

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
)

func TestWrite(t *testing.T) {
	t.Parallel()
	const broken = `{"message": "Internal server error"}`
	json := []string{"application/json"}
	fault := http.Header{"Content-Type": json, "X-Amzn-Errortype": {"InternalServerErrorException"}}
	tests := []struct {
		name     string
		response events.APIGatewayProxyResponse
		status   int
		header   http.Header
		body     string
	}{
		{
			"base64", events.APIGatewayProxyResponse{StatusCode: 200, Body: "AP8=", IsBase64Encoded: true},
			200, http.Header{"Content-Type": json}, "\x00\xff",
		},
		{
			"two cookies",
			events.APIGatewayProxyResponse{StatusCode: 200, MultiValueHeaders: map[string][]string{"Set-Cookie": {"a=1", "b=2"}}},
			200, http.Header{"Content-Type": json, "Set-Cookie": {"a=1", "b=2"}}, "",
		},
		{
			"both forms of a header",
			events.APIGatewayProxyResponse{
				StatusCode:        200,
				Headers:           map[string]string{"set-cookie": "c=3", "content-type": "text/plain", "Vary": "Origin"},
				MultiValueHeaders: map[string][]string{"Set-Cookie": {"a=1", "b=2"}, "Vary": {"Origin"}},
			},
			200, http.Header{"Content-Type": {"text/plain"}, "Set-Cookie": {"a=1", "b=2", "c=3"}, "Vary": {"Origin"}}, "",
		},
		{
			"renamed and reserved headers",
			events.APIGatewayProxyResponse{StatusCode: 401, MultiValueHeaders: map[string][]string{
				"WWW-Authenticate": {`Basic realm="Login"`}, "Connection": {"close"}, "Content-Length": {"7"}, "date": {"today"},
				"Server": {"Apache"}, "Transfer-Encoding": {"gzip"}, "Content-Type": {"text/plain"},
			}},
			401, http.Header{"Content-Type": {"text/plain"}, "X-Amzn-Remapped-Www-Authenticate": {`Basic realm="Login"`}}, "",
		},
		{"no status", events.APIGatewayProxyResponse{Body: "secret"}, 502, fault, broken},
		{"status above all", events.APIGatewayProxyResponse{StatusCode: 600}, 502, fault, broken},
		{"broken base64", events.APIGatewayProxyResponse{StatusCode: 200, Body: "secret!", IsBase64Encoded: true}, 502, fault, broken},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			recorder := httptest.NewRecorder()
			Write(recorder, test.response)
			if recorder.Code != test.status {
				t.Errorf("status %d, want %d", recorder.Code, test.status)
			}
			if diff := cmp.Diff(test.header, recorder.Header()); diff != "" {
				t.Errorf("headers differ (-want +got):\n%s", diff)
			}
			if got := recorder.Body.String(); got != test.body {
				t.Errorf("body %q, want %q", got, test.body)
			}
		})
	}
}
