package sessions_test

import (
	"errors"
	"strconv"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"gatehouse/functions"
	"gatehouse/shared/directory"
	"gatehouse/shared/test/endpointtest"
)

// TestAuthorizer: the context names the user, sessions of two users and no session are denied, and a fault is an error.
func TestAuthorizer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	authorize, err := functions.Sessions().NewAuthorizer(h.Config, h.Service)
	check(t, err)
	ask := func(headers map[string][]string) (events.APIGatewayCustomAuthorizerResponse, error) {
		return authorize(t.Context(), events.APIGatewayCustomAuthorizerRequestTypeRequest{
			MethodArn: "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/", MultiValueHeaders: headers,
		})
	}
	for _, w := range ways() {
		token := h.begin(h.jane, w.kind, w.product, nil)
		got, err := ask(w.header(token))
		id := strconv.FormatInt(h.jane.ID, 10)
		want := map[string]any{
			"user_id": id, "username": "jane", "email": "jane@example.com", "realm": endpointtest.Realm, "product": w.product,
			"session_id": directory.Digest(token)[:16],
		}
		if diff := cmp.Diff(want, got.Context); diff != "" || err != nil || got.PrincipalID != id || effect(got) != "Allow" {
			t.Errorf("%s %s: %v, %+v (-want +got):\n%s", w.product, w.kind, err, got, diff)
		}
	}
	if got, err := ask(nil); err != nil || effect(got) != "Deny" || got.Context != nil {
		t.Errorf("without a session: %+v, %v", got, err)
	}
	if all := ways(); len(all) > 1 {
		one, other := all[0], all[1]
		headers := one.header(h.begin(h.jane, one.kind, one.product, nil))
		for name, values := range other.header(h.begin(h.john, other.kind, other.product, nil)) {
			headers[name] = append(headers[name], values...)
		}
		if got, err := ask(headers); err != nil || effect(got) != "Deny" {
			t.Errorf("sessions of two users: %+v, %v", got, err)
		}
	}
	w := ways()[0]
	token := h.begin(h.jane, w.kind, w.product, nil)
	h.Spy.Before = func(string) error { return errors.New("no store") }
	if got, err := ask(w.header(token)); err == nil || len(got.PolicyDocument.Statement) > 0 {
		t.Errorf("a fault: %+v, %v", got, err)
	}
}

func effect(response events.APIGatewayCustomAuthorizerResponse) string {
	return response.PolicyDocument.Statement[0].Effect
}
