package deploy_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"gatehouse/functions"
	"gatehouse/functions/sessions"
	"gatehouse/shared/gateway"
	"gatehouse/shared/test/deploy"
)

// theAPI returns the properties of the template's one API.
func theAPI(t *testing.T) deploy.Node {
	t.Helper()
	var apis []deploy.Node
	for _, api := range loadTemplate(t).Resources("AWS::Serverless::Api") {
		apis = append(apis, api.At("Properties"))
	}
	if len(apis) != 1 {
		t.Fatalf("the template has %d APIs, want 1", len(apis))
	}
	return apis[0]
}

// TestEveryMediaTypeIsBinary: any other setting would lose bytes of bodies that are not UTF-8.
func TestEveryMediaTypeIsBinary(t *testing.T) {
	t.Parallel()
	if types := theAPI(t).At("BinaryMediaTypes").Texts(); !slices.Equal(types, []string{"*~1*"}) {
		t.Errorf("binary media types are %q, want exactly *~1*", types)
	}
}

// TestGatewayResponses: API Gateway's own responses are JSON with a message, and have the headers of every response.
func TestGatewayResponses(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"DEFAULT_4XX", "DEFAULT_5XX"} {
		body := theAPI(t).At("GatewayResponses", kind, "ResponseTemplates", "application/json").Text()
		var answer struct{ Message string }
		filled := strings.ReplaceAll(body, "$context.error.messageString", `"Forbidden"`)
		if err := json.Unmarshal([]byte(filled), &answer); err != nil || answer.Message != "Forbidden" {
			t.Errorf("%s is %s, want an object with the message: %v", kind, body, err)
		}
		wanted := http.Header{}
		gateway.Protect(wanted, true)
		wanted.Del("Content-Security-Policy") // API Gateway quotes fixed values with the quotes that this value needs
		headers := theAPI(t).At("GatewayResponses", kind, "ResponseParameters", "Headers")
		for name := range wanted {
			if got, want := headers.At(name).Text(), "'"+wanted.Get(name)+"'"; got != want {
				t.Errorf("%s: %s is %s, want %s", kind, name, got, want)
			}
		}
	}
}

// logged lists the variables that an access log may hold: API Gateway decides or measures them, and no client can write into
// them.
var logged = []string{
	"requestTimeEpoch", "requestId", "identity.sourceIp", "httpMethod", "resourcePath", "status", "responseLength",
	"responseLatency", "integrationLatency", "integration.status", "error.responseType", "waf.status",
}

// TestNoLogHoldsRequests: a documented GET has a password in its query. Execution logs, traces and samples of the web ACL hold
// whole requests; the access log is one line of JSON without them.
func TestNoLogHoldsRequests(t *testing.T) {
	t.Parallel()
	api := theAPI(t)
	methods := api.At("MethodSettings").Items()
	if len(methods) != 1 || methods[0].At("LoggingLevel").Text() != "OFF" || methods[0].At("DataTraceEnabled").Text() != "false" {
		t.Error("execution logs or data traces are on")
	}
	if api.At("TracingEnabled").Exists() {
		t.Error("the API is traced")
	}
	acl := loadTemplate(t).Root().At("Resources", "WebACL", "Properties")
	for _, part := range append(acl.At("Rules").Items(), acl) {
		if part.At("VisibilityConfig", "SampledRequestsEnabled").Text() != "false" {
			t.Errorf("line %d: sampled requests show queries", part.Line())
		}
		group := part.At("Statement", "ManagedRuleGroupStatement", "Name").Text()
		if strings.HasSuffix(group, "CommonRuleSet") && !part.At("OverrideAction", "Count").Exists() {
			t.Errorf("%s blocks passwords that look like an attack", group)
		}
	}
	format := api.At("AccessLogSetting", "Format").Text()
	var fields map[string]string
	if err := json.Unmarshal([]byte(format), &fields); err != nil || strings.Contains(format, "\n") {
		t.Fatalf("the access log is not one line of a JSON object of strings: %v\n%s", err, format)
	}
	for field, value := range fields {
		if name, ok := strings.CutPrefix(value, "$context."); !ok || !slices.Contains(logged, name) {
			t.Errorf("%s logs %s, which is not in %q", field, value, logged)
		}
	}
}

// TestOutputs: the deployment prints where to log in, and every table's name for `make users`.
func TestOutputs(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	outputs := loaded.Root().At("Outputs")
	base := outputs.At("BaseURL", "Value").Sub()
	if base != "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${Stage}" {
		t.Errorf("BaseURL is %q", base)
	}
	for _, p := range functions.Products() {
		endpoint := p.Login.Endpoint
		got := strings.TrimSuffix(outputs.At(endpoint.Function+"URL", "Value").Sub(), "/")
		if want := base + endpoint.Path; got != want {
			t.Errorf("%sURL is %q, want %q", endpoint.Function, got, want)
		}
	}
	authorizer := outputs.At("AuthorizerArn")
	arn, export := authorizer.At("Value").Ref(), authorizer.At("Export", "Name").Sub()
	if arn != sessions.Authorizer().Function+".Alias" || export != "${AWS::StackName}-AuthorizerArn" {
		t.Errorf("AuthorizerArn is %q, exported as %q", arn, export)
	}
	for table := range loaded.Resources("AWS::DynamoDB::Table") {
		if got := outputs.At(table+"Name", "Value").Ref(); got != table {
			t.Errorf("%sName refers to %q", table, got)
		}
	}
}
