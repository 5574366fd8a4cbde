package bootstrap_test

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"gatehouse/functions"
	"gatehouse/functions/sessions"
	"gatehouse/shared/directory"
	"gatehouse/shared/product"
	"gatehouse/shared/session"
	"gatehouse/shared/test/dynamolocal"
	"gatehouse/shared/test/runtimeapi"
	"gatehouse/shared/test/target"
)

// TestAuthorizerOnTheRealBinary: no session, a session, one that ended, and a store that is down, as API Gateway sees them. A
// check is one request, from the first on.
func TestAuthorizerOnTheRealBinary(t *testing.T) {
	t.Parallel()
	cloud := filled(t)
	proxy := dynamolocal.NewProxy(dynamolocal.Endpoint(t))
	defer proxy.Close()
	deployed := cloud.Via(proxy.Endpoint).Function(sessions.Authorizer().Function, nil)
	products := functions.Products()
	p := products[slices.IndexFunc(products, func(p product.Product) bool { return p.Session.Cookie != "" })]
	id := p.Login.User.ID
	_, record, err := cloud.Store.Load(t.Context(), directory.AccountOf(product.DemoRealm, id))
	check(t, err)
	token, digest, err := session.Minter{Random: rand.Reader}.Token(id)
	check(t, err)
	now := time.Now().UTC().Truncate(time.Millisecond)
	begun := session.Session{
		Kind: session.Browser, Digest: digest, Product: p.Name, Realm: product.DemoRealm, UserID: id, Epoch: record.Epoch,
		Created: now, Used: now, Ends: now.Add(time.Hour),
	}
	check(t, cloud.Store.Begin(t.Context(), begun))
	cookie := p.Session.Cookie + "=" + token

	if got := authorize(t, deployed, ""); got.PolicyDocument.Statement[0].Effect != "Deny" || len(proxy.Seen()) > 0 {
		t.Errorf("no session: %+v after %v", got, proxy.Seen())
	}
	proxy.Choose(nil)
	got := authorize(t, deployed, cookie)
	want := events.APIGatewayCustomAuthorizerResponse{
		PrincipalID: strconv.FormatInt(id, 10),
		PolicyDocument: events.APIGatewayCustomAuthorizerPolicy{
			Version: "2012-10-17",
			Statement: []events.IAMPolicyStatement{{
				Action: []string{"execute-api:Invoke"}, Effect: "Allow",
				Resource: []string{"arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/*/*"},
			}},
		},
		Context: map[string]any{
			"user_id": strconv.FormatInt(id, 10), "username": p.Login.User.Username, "email": p.Login.User.Email,
			"realm": product.DemoRealm, "product": p.Name, "session_id": digest[:16],
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a session (-want +got):\n%s", diff)
	}
	if requests := proxy.Seen(); !slices.Equal(requests, []string{batch}) {
		t.Errorf("a check makes the requests %v, want one %s", requests, batch)
	}
	_, err = cloud.Store.End(t.Context(), begun.Ref())
	check(t, err)
	if got := authorize(t, deployed, cookie); got.PolicyDocument.Statement[0].Effect != "Deny" || got.Context != nil {
		t.Errorf("an ended session: %+v", got)
	}
	down := cloud.Via("http://127.0.0.1:1").Function(sessions.Authorizer().Function, nil)
	for range 2 { // a fault does not end the process
		if response, err := down.Invoke(t.Context(), authorization(t, cookie)); !errors.Is(err, runtimeapi.ErrFunction) {
			t.Errorf("store down: %s, %v, want an error", response, err)
		}
	}
	if got := authorize(t, down, ""); got.PolicyDocument.Statement[0].Effect != "Deny" {
		t.Errorf("store down, no session: %+v", got)
	}
}

// authorization returns the event of a request to another API.
func authorization(t *testing.T, cookie string) []byte {
	t.Helper()
	event := events.APIGatewayCustomAuthorizerRequestTypeRequest{
		Type: "REQUEST", MethodArn: "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/orders", HTTPMethod: "GET",
		Headers: map[string]string{"Cookie": cookie}, MultiValueHeaders: map[string][]string{"Cookie": {cookie}},
	}
	payload, err := json.Marshal(event)
	check(t, err)
	return payload
}

func authorize(t *testing.T, function *target.Function, cookie string) (response events.APIGatewayCustomAuthorizerResponse) {
	t.Helper()
	answer, err := function.Invoke(t.Context(), authorization(t, cookie))
	check(t, err)
	check(t, json.Unmarshal(answer, &response))
	if len(response.PolicyDocument.Statement) != 1 {
		t.Fatalf("the response is %s, want one statement", answer)
	}
	return response
}
