package bootstrap_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"gatehouse/shared/test/dynamolocal"
	"gatehouse/shared/test/target"
)

const (
	batch, update, put, get, transact = "BatchGetItem", "UpdateItem", "PutItem", "GetItem", "TransactWriteItems"
)

// refusal returns the requests of a refused login: its source, the identifiers, user and record, the record. Where an
// application calls they are the failed authentications of the source, the application, then the same.
func refusal(product target.Product) []string {
	if product.Applies() {
		return []string{get, get, batch, batch, update}
	}
	return []string{update, batch, batch, update}
}

func right(product target.Product) events.APIGatewayProxyRequest {
	return product.Event(product.User.Username, product.User.Password)
}

func wrong(product target.Product) events.APIGatewayProxyRequest {
	return product.Event(product.User.Username, "a wrong guess")
}

// TestRequestsOnTheWire counts what a login asks of DynamoDB, from the first request of a fresh process on, with a few users
// in the table and with very many. There is never a Scan or a Query.
func TestRequestsOnTheWire(t *testing.T) {
	t.Parallel()
	cloud := filled(t)
	proxy := dynamolocal.NewProxy(dynamolocal.Endpoint(t))
	defer proxy.Close()
	compare := func(users string) {
		for _, product := range target.Products {
			deployed := cloud.Via(proxy.Endpoint).Function(product.Function, nil)
			for _, password := range []string{product.User.Password, "a wrong guess", product.User.Password} {
				proxy.Choose(nil)
				got := deployed.Must(product.Event(product.User.Username, password))
				told := product.Read(got.StatusCode, got.Body)
				accepted := password == product.User.Password
				if (told == target.Accepted) != accepted || told.Refusal() == accepted {
					t.Errorf("%s, %s: %q (%d %s), want it accepted: %t", users, product.Name, told, got.StatusCode, got.Body, accepted)
				}
				requests, want := proxy.Seen(), refusal(product)
				if accepted && slices.Contains([]string{put, transact}, requests[len(requests)-1]) { // the session
					want = append(want, requests[len(requests)-1])
				}
				if !slices.Equal(requests, want) {
					t.Errorf("%s, %s, accepted %t: requests %v, want %v", users, product.Name, accepted, requests, want)
				}
			}
		}
	}
	compare("few users")
	manyUsers := amount(5_000, 100_000)
	cloud.Crowd(manyUsers)
	compare(fmt.Sprintf("%d users", manyUsers))
}
