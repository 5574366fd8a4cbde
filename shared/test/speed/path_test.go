package speed_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"gatehouse/shared/config"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/store/dynamo"
	"gatehouse/shared/store/sqlite"
	"gatehouse/shared/test/endpointtest"
	"gatehouse/shared/test/target"
)

// BenchmarkPath is a login without its hash: what Gatehouse itself costs, in processor time, memory and allocations. On
// SQLite it is the product's handler, as serve calls it. On DynamoDB it is what a Lambda runtime calls, with the event's and
// the response's JSON and all that the SDK does but for the network: the answers are DynamoDB Local's own, kept from the
// first login. The processor time is also given as a share of raw bcrypt at cost 10, which runs in turns with it; in a
// profile (-cpuprofile), `-ignore bcrypt` leaves it out.
func BenchmarkPath(b *testing.B) {
	stores := []struct {
		name string
		path func(*testing.B, target.Product, events.APIGatewayProxyRequest) call
	}{{"sqlite", onSQLite}, {"dynamodb", onDynamoDB}}
	for _, product := range target.Products {
		for _, store := range stores {
			b.Run(product.Name+"/accepted/"+store.name, func(b *testing.B) {
				event := product.Event(product.User.Username, product.User.Password)
				walk(b, store.path(b, product, event), func(status int) bool { return status < 300 })
			})
			b.Run(product.Name+"/refused/"+store.name, func(b *testing.B) {
				event := product.Event(product.User.Username, "a wrong guess")
				walk(b, store.path(b, product, event), func(status int) bool { return 400 <= status && status <= 403 })
			})
		}
	}
}

// call is one login, from the event to the status of the answer.
type call func(context.Context) (status int, err error)

// walk measures a path.
func walk(b *testing.B, path call, expected func(status int) bool) {
	b.Helper()
	const rounds, logins = 20, 50
	hash := raw(b, 10)
	logIn := func(times int) {
		for range times {
			if status, err := path(b.Context()); err != nil || !expected(status) {
				b.Fatalf("answered %d (%v)", status, err)
			}
		}
	}
	logIn(logins) // fills what is kept, and warms up
	for b.Loop() {
		var used, hashed []float64
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range rounds {
			hashed = append(hashed, own(hash).Seconds())
			used = append(used, own(func() { logIn(logins) }).Seconds()/logins)
		}
		runtime.ReadMemStats(&after)
		b.ReportMetric(median(used)*1e6, "cpu-µs/login")
		b.ReportMetric(median(used)/median(hashed)*100, "%-of-bcrypt-10")
		b.ReportMetric(float64(after.Mallocs-before.Mallocs)/(rounds*logins), "allocs/login")
		b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/(rounds*logins), "B/login")
		b.ReportMetric(0, "ns/op") // of logins and hashes together, and so of neither
	}
}

// unhashed verifies passwords for nothing.
type unhashed struct{ password string }

func (u unhashed) Verify(_, password string) (bool, error) { return password == u.password, nil }

func (unhashed) Upgrade(_, _ string) (string, bool, error) { return "", false, nil }

func (unhashed) Hash(password string) (string, error) { return password, nil }

// handlerOn is the product's handler, with limits that are counted but never reached, and a log that nobody reads.
func handlerOn(b *testing.B, product target.Product, store login.Store) gateway.Handler {
	b.Helper()
	settings, err := config.Load(map[string]string{
		"ATTEMPT_LIMIT": "1000000", "FAILURE_CAP": "1000000", "SOURCE_LIMIT": "1000000",
	})
	check(b, err)
	service := settings.Service(store, unhashed{product.User.Password}, settings.Logger(io.Discard))
	handler, err := endpointtest.Functions()[product.Function].New(settings, service)
	check(b, err)
	return handler
}

func onSQLite(b *testing.B, product target.Product, event events.APIGatewayProxyRequest) call {
	b.Helper()
	store, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "gatehouse.db"))
	check(b, err)
	b.Cleanup(func() { check(b, store.Close()) })
	target.FillDemo(b, store, 4)
	handler := handlerOn(b, product, store)
	return direct(handler, event)
}

// direct is a call as serve makes it.
func direct(handler gateway.Handler, event events.APIGatewayProxyRequest) call {
	return func(ctx context.Context) (int, error) {
		response, err := handler(ctx, event)
		return response.StatusCode, err
	}
}

func onDynamoDB(b *testing.B, product target.Product, event events.APIGatewayProxyRequest) call {
	b.Helper()
	cloud := site.Cloud(b)
	target.FillDemo(b, cloud.Store, 4)
	return invoked(b, handlerOn(b, product, keeping(cloud)), event)
}

// keeping is the cloud's store, which keeps DynamoDB's answers.
func keeping(cloud *target.Cloud) *dynamo.Store {
	options := cloud.Client.Options()
	options.HTTPClient = &kept{answers: map[string]answer{}}
	return dynamo.New(dynamodb.New(options), cloud.Tables)
}

// invoked is a call as a Lambda runtime makes it.
func invoked(b *testing.B, function gateway.Handler, event events.APIGatewayProxyRequest) call {
	b.Helper()
	handler := lambda.NewHandler(function)
	payload, err := json.Marshal(event)
	check(b, err)
	return func(ctx context.Context) (status int, err error) {
		out, err := handler.Invoke(ctx, payload)
		if err == nil {
			_, err = fmt.Sscanf(string(out), `{"statusCode":%d,`, &status)
		}
		return status, err
	}
}

// kept answers each request with what DynamoDB Local answered to the first one like it: the same operation, at the same
// length. Times, tokens and numbers differ from login to login, but not their length; and names come in any order.
type kept struct {
	mutex   sync.Mutex
	answers map[string]answer
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (k *kept) Do(request *http.Request) (*http.Response, error) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	like := fmt.Sprintf("%s %d", request.Header.Get("X-Amz-Target"), request.ContentLength)
	stored, ok := k.answers[like]
	if !ok {
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return nil, err
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			return nil, err
		}
		stored = answer{response.StatusCode, response.Header, string(body)}
		k.answers[like] = stored
	}
	return &http.Response{
		StatusCode: stored.status, Header: stored.header, Body: io.NopCloser(strings.NewReader(stored.body)),
		ContentLength: int64(len(stored.body)), Request: request,
	}, nil
}
