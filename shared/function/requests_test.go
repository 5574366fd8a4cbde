package function_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/functions/functionstest"
	"gatehouse/shared/demo"
	"gatehouse/shared/store/dynamo/dynamolocal"
)

// login is a login of each product, right or wrong, as the gateway would send it.
type login struct {
	function  string
	resource  string
	body      string // with %s for the password
	password  string
	accepted  int // status
	refused   int
	onRight   []string // the requests to DynamoDB
	onRefusal []string
}

const (
	batch, update, put, get, transact = "BatchGetItem", "UpdateItem", "PutItem", "GetItem", "TransactWriteItems"
)

// logins are the four products'. A login makes 5 requests (its source, the identifiers, user and record, the record, the
// session), a refusal 4; Social ID 6 and 5 (failed authentications of the source, its application, then as above).
var logins = map[string]login{
	"aisquare": {
		"AISquareLogin", "/api/v1/iam/accounts/login", `{"login":"jane.doe","password":%q}`, demo.Jane.Password, 200, 400,
		[]string{update, batch, batch, update, put}, []string{update, batch, batch, update},
	},
	"crafter": {
		"CrafterLogin", "/api/1/services/api/1/security/login.json", `{"username":"admin","password":%q}`, demo.Admin.Password, 200, 401,
		[]string{update, batch, batch, update, put}, []string{update, batch, batch, update},
	},
	"unleash": {
		"UnleashLogin", "/auth/simple/login", `{"username":"hunter","password":%q}`, demo.Hunter.Password, 200, 401,
		[]string{update, batch, batch, update, put}, []string{update, batch, batch, update},
	},
	"socialid": {
		"SocialIDLogin", "/v1/marketing/login/users/login", `{"username":"john_doe","password":%q}`, demo.John.Password, 201, 403,
		[]string{get, get, batch, batch, update, transact}, []string{get, get, batch, batch, update},
	},
}

// with is the login's event with a password.
func (l login) with(password string) events.APIGatewayProxyRequest {
	basic := fmt.Sprintf("%d:%s", demo.ApplicationID, demo.ApplicationSecret)
	event := events.APIGatewayProxyRequest{
		Resource: l.resource, Path: l.resource, HTTPMethod: "POST", Body: fmt.Sprintf(l.body, password),
		MultiValueHeaders: map[string][]string{
			"Content-Type":  {"application/json"},
			"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(basic))},
		},
	}
	event.RequestContext.Identity.SourceIP = "192.0.2.1"
	return event
}

func (l login) right() events.APIGatewayProxyRequest { return l.with(l.password) }
func (l login) wrong() events.APIGatewayProxyRequest { return l.with("a wrong guess") }

// TestRequestsOnTheWire counts what a login asks of DynamoDB, from the first request of a fresh process on, with a few users
// in the table and with very many. There is never a Scan or a Query.
func TestRequestsOnTheWire(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.check(demo.Fill(t.Context(), c.store, c.hasher))
	proxy := dynamolocal.NewProxy(endpoint)
	defer proxy.Close()
	compare := func(users string) {
		for product, login := range logins {
			deployed := c.start(login.function, map[string]string{"AWS_ENDPOINT_URL_DYNAMODB": proxy.Endpoint})
			for _, step := range []struct {
				name   string
				event  events.APIGatewayProxyRequest
				status int
				want   []string
			}{
				{"accepted", login.right(), login.accepted, login.onRight},
				{"refused", login.wrong(), login.refused, login.onRefusal},
				{"accepted again", login.right(), login.accepted, login.onRight},
			} {
				proxy.Choose(nil)
				if got := deployed.must(step.event); got.StatusCode != step.status {
					t.Errorf("%s, %s, %s: status %d, want %d", users, product, step.name, got.StatusCode, step.status)
				}
				if got := proxy.Seen(); !slices.Equal(got, step.want) {
					t.Errorf("%s, %s, %s: requests %v, want %v", users, product, step.name, got, step.want)
				}
			}
		}
	}
	compare("4 users")
	c.crowd(manyUsers)
	compare(fmt.Sprintf("%d users", manyUsers))
}

// manyUsers is how many there are in the large directory.
const manyUsers = 100_000

// crowd fills the directory with users and their identifiers, as many at a time as a batch takes.
func (c *cloud) crowd(users int) {
	c.t.Helper()
	const writers, perBatch = 8, 25
	work := make(chan []types.WriteRequest, writers)
	failed := make(chan error, writers)
	for range writers {
		go func() {
			var err error
			for requests := range work {
				for len(requests) > 0 && err == nil {
					var out *dynamodb.BatchWriteItemOutput
					out, err = c.client.BatchWriteItem(c.t.Context(), &dynamodb.BatchWriteItemInput{
						RequestItems: map[string][]types.WriteRequest{c.tables.Users: requests},
					})
					if err == nil {
						requests = out.UnprocessedItems[c.tables.Users]
					}
				}
			}
			failed <- err
		}()
	}
	var requests []types.WriteRequest
	for i := range users {
		pk := fmt.Sprintf("user#%s#%d", functionstest.Realm, 1_000_000+i)
		requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{Item: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: pk}, "id": &types.AttributeValueMemberN{Value: strconv.Itoa(1_000_000 + i)},
			"username": &types.AttributeValueMemberS{Value: fmt.Sprintf("user%d", i)},
		}}})
		if len(requests) == perBatch || i == users-1 {
			work <- requests
			requests = nil
		}
	}
	close(work)
	for range writers {
		c.check(<-failed)
	}
}

// TestSecurity22FaultsOnTheWire does the worst to each request of a login in turn: the answer is the product's own 500 and
// never a login, and the next login works.
func TestSecurity22FaultsOnTheWire(t *testing.T) {
	t.Parallel()
	faults := map[string]dynamolocal.Fault{
		"fails": dynamolocal.Fail, "throttles": dynamolocal.Throttle, "cuts the connection": dynamolocal.Cut,
		"cuts it after the write": dynamolocal.CutAfter,
	}
	for product, login := range logins {
		for name, fault := range faults {
			t.Run(product+" "+name, func(t *testing.T) {
				t.Parallel()
				worst(t, login, fault)
			})
		}
	}
}

func worst(t *testing.T, login login, fault dynamolocal.Fault) {
	t.Helper()
	c := newCloud(t)
	c.check(demo.Fill(t.Context(), c.store, c.hasher))
	proxy := dynamolocal.NewProxy(endpoint)
	defer proxy.Close()
	deployed := c.start(login.function, map[string]string{
		"AWS_ENDPOINT_URL_DYNAMODB": proxy.Endpoint, "ATTEMPT_LIMIT": "0", "FAILURE_CAP": "0", "SOURCE_LIMIT": "1000",
	})
	for _, attempt := range []struct {
		event    events.APIGatewayProxyRequest
		requests int
		fault    int
	}{{login.right(), len(login.onRight), 500}, {login.wrong(), len(login.onRefusal), 500}} {
		for step := range attempt.requests {
			// From this request on, everything fails: tries of the SDK too.
			proxy.Choose(func(n int, _ string) dynamolocal.Fault {
				if n >= step {
					return fault
				}
				return dynamolocal.None
			})
			if got := deployed.must(attempt.event); got.StatusCode != attempt.fault {
				t.Errorf("request %d fails: status %d and %s, want %d", step, got.StatusCode, got.Body, attempt.fault)
			}
			// Once only: the SDK tries again, and nobody notices.
			proxy.Choose(func(n int, _ string) dynamolocal.Fault {
				if n == step {
					return fault
				}
				return dynamolocal.None
			})
			if got := deployed.must(attempt.event); got.StatusCode >= 500 {
				t.Errorf("request %d fails once: status %d and %s, want it tried again", step, got.StatusCode, got.Body)
			}
			proxy.Choose(nil)
			if got := deployed.must(login.right()); got.StatusCode != login.accepted {
				t.Errorf("after recovery: status %d and %s, want %d", got.StatusCode, got.Body, login.accepted)
			}
		}
	}
}

// TestSecurity22AHangingStoreOnTheWire: every product gives its 500 before its clients give up, and works again after that.
func TestSecurity22AHangingStoreOnTheWire(t *testing.T) {
	t.Parallel()
	for product, login := range logins {
		t.Run(product, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t)
			c.check(demo.Fill(t.Context(), c.store, c.hasher))
			proxy := dynamolocal.NewProxy(endpoint)
			defer proxy.Close()
			deployed := c.start(login.function, map[string]string{"AWS_ENDPOINT_URL_DYNAMODB": proxy.Endpoint})
			for _, step := range []int{0, len(login.onRight) - 1} {
				proxy.Choose(func(n int, _ string) dynamolocal.Fault {
					if n >= step {
						return dynamolocal.Hang
					}
					return dynamolocal.None
				})
				began := time.Now()
				got := deployed.must(login.right())
				t.Logf("request %d hangs: answered after %s", step, time.Since(began).Round(time.Millisecond))
				if got.StatusCode != 500 {
					t.Errorf("request %d hangs: status %d and %s, want 500", step, got.StatusCode, got.Body)
				}
				proxy.Choose(nil)
				if got := deployed.must(login.right()); got.StatusCode != login.accepted {
					t.Errorf("after recovery: status %d and %s, want %d", got.StatusCode, got.Body, login.accepted)
				}
			}
		})
	}
}
