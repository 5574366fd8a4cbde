package speed_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"gatehouse/functions"
	"gatehouse/shared/test/dynamolocal"
	"gatehouse/shared/test/runtimeapi"
	"gatehouse/shared/test/target"
)

// verifies is the function that answers a proxy whose session a request carries, and authorizes the one that answers API
// Gateway. Either checks a session of any product.
const verifies, authorizes = "SessionsVerify", "SessionsAuthorizer"

// withCookie is the first product whose session is a cookie, and its example user can be logged in to.
var withCookie = target.First(func(p target.Product) bool { return cookieOf(p) != "" })

func cookieOf(p target.Product) string {
	for _, s := range functions.Sessions() {
		if s.Product == p.Name {
			return s.Cookie
		}
	}
	return ""
}

// BenchmarkCheck is the check of a session by its cookie: the processor time of a warm function, as a share of raw bcrypt at
// cost 10, and its requests to DynamoDB.
func BenchmarkCheck(b *testing.B) {
	cloud := filledCloud(b, 4)
	proxy := dynamolocal.NewProxy(dynamolocal.Endpoint(b))
	defer proxy.Close()
	event := carrying(b, cloud)
	function := cloud.Via(proxy.Endpoint).Function(verifies, nil)
	ask := func() {
		if got := function.Must(event); got.StatusCode != http.StatusOK {
			b.Fatalf("a check was answered %d: %s", got.StatusCode, got.Body)
		}
	}
	ask() // the first one connects
	proxy.Choose(nil)
	ask()
	requests := len(proxy.Seen())
	hash := raw(b, 10)
	for b.Loop() {
		const rounds, checks = 10, 50
		var used, hashed time.Duration
		for range rounds {
			before := processor(b, function.PID())
			for range checks {
				ask()
			}
			used += processor(b, function.PID()) - before
			for range checks {
				hashed += own(hash)
			}
		}
		b.ReportMetric(float64(requests), "requests")
		b.ReportMetric(used.Seconds()*1e6/(rounds*checks), "cpu-µs/check")
		b.ReportMetric(used.Seconds()/hashed.Seconds()*100, "%-of-bcrypt-10")
		b.ReportMetric(0, "ns/op")
	}
}

// carrying logs the example user in and returns the event of a request with its cookie.
func carrying(b *testing.B, cloud *target.Cloud) events.APIGatewayProxyRequest {
	b.Helper()
	user := withCookie.User
	answer := cloud.Function(withCookie.Function, nil).Must(withCookie.Event(user.Username, user.Password))
	header := http.Header(answer.MultiValueHeaders)
	for _, cookie := range (&http.Response{Header: header}).Cookies() {
		if cookie.Name == cookieOf(withCookie) {
			return events.APIGatewayProxyRequest{
				Resource: "/verify", Path: "/verify", HTTPMethod: http.MethodGet,
				Headers: map[string]string{"Cookie": cookie.Name + "=" + cookie.Value},
			}
		}
	}
	b.Fatalf("a login was answered %d without a session: %s", answer.StatusCode, answer.Body)
	return events.APIGatewayProxyRequest{}
}

// BenchmarkAuthorizerStart compares the start of the authorizer with that of the empty function, in turns: the time from exec
// until it asks for its first event.
func BenchmarkAuthorizerStart(b *testing.B) {
	bare, authorizer, cloud := buildBare(b), site.Binary(b, authorizes), site.Cloud(b)
	ready := func(binary string, environment []string) float64 {
		return milliseconds(func() {
			process, err := runtimeapi.Start(b.Context(), binary, environment)
			check(b, err)
			<-process.Ready()
			b.Cleanup(process.Stop)
		})
	}
	for b.Loop() {
		var empty, full []float64
		for range 40 {
			empty = append(empty, ready(bare, cloud.With(target.Settings{"GOMAXPROCS": ""})))
			full = append(full, ready(authorizer, cloud.With(nil)))
		}
		b.ReportMetric(median(empty), "bare-ready-ms")
		b.ReportMetric(median(full), "ready-ms")
		b.ReportMetric(median(full)/median(empty), "ready-ratio")
		b.ReportMetric(0, "ns/op")
	}
}
