package gateway_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/aws/aws-lambda-go/events"

	"gatehouse/shared/gateway"
)

// An endpoint that greets. Pages of other sites get its 403.
func ExampleEndpoint_Handler() {
	text := func(status int, body string) gateway.Response {
		return gateway.NewResponse(status, "text/plain; charset=utf-8", []byte(body))
	}
	handler := gateway.Endpoint{
		Methods: http.MethodPost,
		Handle: func(_ context.Context, r *gateway.Request) gateway.Response {
			return text(http.StatusOK, "hello, "+r.Source).With("Content-Language", "en")
		},
		CrossSite: func() gateway.Response { return text(http.StatusForbidden, "not from there") },
		Malformed: func() gateway.Response { return text(http.StatusBadRequest, "not base64") },
	}.Handler()

	event := events.APIGatewayProxyRequest{HTTPMethod: http.MethodPost}
	event.RequestContext.Identity.SourceIP = "2001:db8::1"
	response, err := handler(context.Background(), event)
	fmt.Println(response.StatusCode, response.Body, err)

	event.Headers = map[string]string{"Origin": "https://evil.example", "Host": "login.example.com"}
	response, err = handler(context.Background(), event)
	fmt.Println(response.StatusCode, response.Body, err)
	// Output:
	// 200 hello, 2001:db8::/64 <nil>
	// 403 not from there <nil>
}
