package gateway

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// Authorizer answers one event of a REST API's REQUEST authorizer. An error is a fault: the API's client gets a 500, and
// API Gateway caches nothing.
type Authorizer func(context.Context, events.APIGatewayCustomAuthorizerRequestTypeRequest) (
	events.APIGatewayCustomAuthorizerResponse, error)

// Caller is who sent a request to an API with an authorizer.
type Caller struct {
	ID      string            // never empty
	Context map[string]string // what the API's integrations get in requestContext.authorizer
}

// NewAuthorizer returns an authorizer that allows the requests of a known caller. A request of nobody is denied explicitly,
// because an error would count as a crash.
func NewAuthorizer(identify func(context.Context, *Request) (*Caller, error)) Authorizer {
	return func(ctx context.Context, event events.APIGatewayCustomAuthorizerRequestTypeRequest) (
		response events.APIGatewayCustomAuthorizerResponse, err error,
	) {
		api, stage, found := cutStage(event.MethodArn)
		if !found {
			return response, fmt.Errorf("the method ARN %q names no stage", event.MethodArn)
		}
		caller, err := identify(ctx, &Request{
			Method: event.HTTPMethod,
			Header: header(event.Headers, event.MultiValueHeaders),
			Source: source(event.RequestContext.Identity.SourceIP),
			ID:     event.RequestContext.RequestID,
		})
		if err != nil {
			return response, err
		}
		effect := "Deny"
		response.PrincipalID = "nobody"
		if caller != nil {
			effect, response.PrincipalID, response.Context = "Allow", caller.ID, map[string]any{}
			for name, value := range caller.Context {
				response.Context[name] = value
			}
		}
		// API Gateway may cache the policy for the same token, so it covers every method and path of the stage.
		response.PolicyDocument = events.APIGatewayCustomAuthorizerPolicy{
			Version: "2012-10-17",
			Statement: []events.IAMPolicyStatement{{
				Action: []string{"execute-api:Invoke"}, Effect: effect, Resource: []string{api + "/" + stage + "/*/*"},
			}},
		}
		return response, nil
	}
}

// cutStage returns the API and the stage of a method's ARN: arn:aws:execute-api:<region>:<account>:<api>/<stage>/<method>/<path>.
func cutStage(arn string) (api, stage string, found bool) {
	api, rest, _ := strings.Cut(arn, "/")
	stage, _, found = strings.Cut(rest, "/")
	return api, stage, found && strings.Contains(api, ":execute-api:") && stage != ""
}

// header returns the headers of an event.
func header(single map[string]string, multi map[string][]string) http.Header {
	all := http.Header{}
	for name, values := range merged(single, multi) {
		for _, value := range values {
			all.Add(name, value)
		}
	}
	return all
}
