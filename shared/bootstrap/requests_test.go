package bootstrap_test

import (
	"fmt"
	"slices"
	"testing"

	"gatehouse/shared/test/dynamolocal"
	"gatehouse/shared/test/target"
)

const (
	batch, update, put, transact, query = "BatchGetItem", "UpdateItem", "PutItem", "TransactWriteItems", "Query"
)

// refusal returns the requests of a refused login: its source, the identifiers, user and record, the record. Where an
// application calls, the first reads it together with the failed authentications of the source.
func refusal(product target.Product) []string {
	if product.Applies() {
		return []string{batch, batch, batch, update}
	}
	return []string{update, batch, batch, update}
}

// TestRequestsOnTheWire counts what a login asks of DynamoDB, from the first request of a fresh process on, with a few users
// in the table and with very many. There is never a Scan, and a Query only of the user's sessions, where they are limited.
func TestRequestsOnTheWire(t *testing.T) {
	t.Parallel()
	cloud := filled(t)
	proxy := dynamolocal.NewProxy(dynamolocal.Endpoint(t))
	defer proxy.Close()
	for _, users := range []int{0, 5_000} {
		cloud.Crowd(users)
		for _, product := range target.Products {
			deployed := cloud.Via(proxy.Endpoint).Function(product.Function, nil)
			for _, password := range []string{product.User.Password, "a wrong guess", product.User.Password} {
				for try := 1; ; try++ {
					proxy.Choose(nil)
					problem := wrongRequests(product, password, deployed, proxy)
					if problem == "" {
						break
					}
					if try == tries {
						t.Errorf("%d users, %s: %s", users, product.Name, problem)
						break
					}
				}
			}
		}
	}
}

// wrongRequests sends one login and returns what is wrong with its answer or with its requests; "" for nothing.
func wrongRequests(product target.Product, password string, deployed *target.Function, proxy *dynamolocal.Proxy) string {
	got := deployed.Must(product.Event(product.User.Username, password))
	verdict := product.Read(got.StatusCode, got.Body)
	accepted := password == product.User.Password
	if (verdict == target.Accepted) != accepted || verdict.Refusal() == accepted {
		return fmt.Sprintf("%q (%d %s), want it accepted: %t", verdict, got.StatusCode, got.Body, accepted)
	}
	requests, want := proxy.Seen(), refusal(product)
	if stored := slices.IndexFunc(requests, func(r string) bool { return r == put || r == transact }); accepted && stored >= 0 {
		want = append(want, requests[stored]) // the session
		if product.Capped() {
			want = append(want, query)
		}
	}
	if !slices.Equal(requests, want) {
		return fmt.Sprintf("accepted %t: requests %v, want %v", accepted, requests, want)
	}
	return ""
}
