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

// requests are those that a login of each product makes, the last one only if it is accepted: 5 (its source, the
// identifiers, user and record, the record, the session), a refusal 4; Social ID 6 and 5 (failed authentications of the
// source, its application, then as above).
var requests = map[target.Product][]string{
	target.AISquare: {update, batch, batch, update, put},
	target.Crafter:  {update, batch, batch, update, put},
	target.Unleash:  {update, batch, batch, update, put},
	target.SocialID: {get, get, batch, batch, update, transact},
}

func onRefusal(product target.Product) []string { return requests[product][:len(requests[product])-1] }

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
			for _, step := range []struct {
				name     string
				event    events.APIGatewayProxyRequest
				accepted bool
				want     []string
			}{
				{"accepted", right(product), true, requests[product]},
				{"refused", wrong(product), false, onRefusal(product)},
				{"accepted again", right(product), true, requests[product]},
			} {
				proxy.Choose(nil)
				got := deployed.Must(step.event)
				told := product.Read(got.StatusCode, got.Body)
				if (told == target.Accepted) != step.accepted || told.Refusal() == step.accepted {
					t.Errorf("%s, %s, %s: %q (%d %s)", users, product.Name, step.name, told, got.StatusCode, got.Body)
				}
				if got := proxy.Seen(); !slices.Equal(got, step.want) {
					t.Errorf("%s, %s, %s: requests %v, want %v", users, product.Name, step.name, got, step.want)
				}
			}
		}
	}
	compare("4 users")
	const manyUsers = 100_000
	cloud.Crowd(manyUsers)
	compare(fmt.Sprintf("%d users", manyUsers))
}
