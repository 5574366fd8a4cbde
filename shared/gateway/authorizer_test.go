package gateway_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"gatehouse/shared/gateway"
)

const methodARN = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/orders/7"

// TestAuthorizer: the policy covers the stage, and a fault is an error, never a policy.
func TestAuthorizer(t *testing.T) {
	t.Parallel()
	broken := errors.New("no store")
	for name, row := range map[string]struct {
		caller *gateway.Caller
		fault  error
		arn    string
		effect string
		want   map[string]any
	}{
		"somebody":     {&gateway.Caller{ID: "7", Context: map[string]string{"username": "jane"}}, nil, methodARN, "Allow", map[string]any{"username": "jane"}},
		"nobody":       {nil, nil, methodARN, "Deny", nil},
		"fault":        {nil, broken, methodARN, "", nil},
		"no stage":     {&gateway.Caller{ID: "7"}, nil, "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5", "", nil},
		"other ARN":    {&gateway.Caller{ID: "7"}, nil, "arn:aws:s3:::bucket/prod/GET", "", nil},
		"root of path": {nil, nil, "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/", "Deny", nil},
	} {
		authorizer := gateway.NewAuthorizer(func(_ context.Context, r *gateway.Request) (*gateway.Caller, error) {
			if cookies := r.Cookies("a"); len(cookies) != 1 || r.Source != "192.0.2.1" || r.ID != "r-1" {
				t.Errorf("%s: the request is %+v", name, r)
			}
			return row.caller, row.fault
		})
		event := events.APIGatewayCustomAuthorizerRequestTypeRequest{
			MethodArn: row.arn, MultiValueHeaders: map[string][]string{"cookie": {"a=1"}},
		}
		event.RequestContext.Identity.SourceIP, event.RequestContext.RequestID = "192.0.2.1", "r-1"
		got, err := authorizer(t.Context(), event)
		if row.effect == "" {
			if err == nil || len(got.PolicyDocument.Statement) > 0 {
				t.Errorf("%s: %+v, %v, want an error", name, got, err)
			}
			continue
		}
		want := []events.IAMPolicyStatement{{
			Action: []string{"execute-api:Invoke"}, Effect: row.effect,
			Resource: []string{"arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/*/*"},
		}}
		if diff := cmp.Diff(want, got.PolicyDocument.Statement); diff != "" || err != nil || got.PrincipalID == "" {
			t.Errorf("%s: %v, principal %q (-want +got):\n%s", name, err, got.PrincipalID, diff)
		}
		if diff := cmp.Diff(row.want, got.Context); diff != "" {
			t.Errorf("%s: context (-want +got):\n%s", name, diff)
		}
	}
}
