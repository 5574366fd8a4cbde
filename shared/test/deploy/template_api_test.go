package deploy_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

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

// TestAPI: the alarms find the API by its name and stage. Without OpenApiVersion SAM makes a second stage.
func TestAPI(t *testing.T) {
	t.Parallel()
	api := theAPI(t)
	if api.At("Name").Ref() != "AWS::StackName" || api.At("StageName").Ref() != "Stage" || !api.At("OpenApiVersion").Exists() {
		t.Error("the API has not the name of the stack, the stage of the parameter and an OpenApiVersion")
	}
	// The functions answer preflights, and a trace would hold the query, which may hold a password.
	for _, absent := range []string{"Cors", "TracingEnabled"} {
		if api.At(absent).Exists() {
			t.Errorf("the API has %s", absent)
		}
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

// TestMethodsAreThrottledAndNotTraced: execution logs hold whole requests.
func TestMethodsAreThrottledAndNotTraced(t *testing.T) {
	t.Parallel()
	settings := theAPI(t).At("MethodSettings").Items()
	if len(settings) != 1 {
		t.Fatalf("there are %d method settings, want one for all", len(settings))
	}
	all := settings[0]
	if all.At("ResourcePath").Text() != "/*" || all.At("HttpMethod").Text() != "*" {
		t.Error("the method settings are not those of every method")
	}
	if all.At("ThrottlingRateLimit").Ref() != "ThrottleRate" || all.At("ThrottlingBurstLimit").Ref() != "ThrottleBurst" {
		t.Error("rate and burst are not the parameters")
	}
	if all.At("LoggingLevel").Text() != "OFF" || all.At("DataTraceEnabled").Text() != "false" {
		t.Error("execution logs or data traces are on: they would hold passwords")
	}
}

// logged lists the variables that an access log may hold: API Gateway decides or measures them, and no client can write into
// them. A documented GET has a password in its query.
var logged = []string{
	"requestTimeEpoch", "requestId", "identity.sourceIp", "httpMethod", "resourcePath", "status", "responseLength",
	"responseLatency", "integrationLatency", "integration.status", "error.responseType", "waf.status",
}

func TestAccessLog(t *testing.T) {
	t.Parallel()
	setting := theAPI(t).At("AccessLogSetting")
	if setting.At("DestinationArn").Arn() != "ApiLog" {
		t.Error("access logs do not go to ApiLog")
	}
	format := setting.At("Format").Text()
	if strings.Contains(format, "\n") {
		t.Error("an access log line would break")
	}
	var fields map[string]string
	if err := json.Unmarshal([]byte(format), &fields); err != nil {
		t.Fatalf("the format is not a JSON object of strings: %v\n%s", err, format)
	}
	for field, value := range fields {
		if name, ok := strings.CutPrefix(value, "$context."); !ok || !slices.Contains(logged, name) {
			t.Errorf("%s logs %s, which is not in %q", field, value, logged)
		}
	}
	for _, needed := range []string{"requestId", "sourceIp", "status"} {
		if fields[needed] == "" {
			t.Errorf("the access log has no %s", needed)
		}
	}
}

// TestLogRoleComesFirst: API Gateway refuses a stage with logs while the account has no role for them.
func TestLogRoleComesFirst(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	after := theAPI(t).At("Variables", "ApiGatewayAccount").Items()
	if len(after) != 3 || after[0].Text() != "ManagesApiGatewayAccount" || after[1].Ref() != "ApiGatewayAccount" {
		t.Error("the stage does not refer to the account's settings")
	}
	for _, name := range []string{"ApiGatewayAccount", "ApiGatewayLogRole"} {
		resource := loaded.Root().At("Resources", name)
		if resource.At("Condition").Text() != "ManagesApiGatewayAccount" {
			t.Errorf("%s is not optional", name)
		}
		if resource.At("DeletionPolicy").Text() != "RetainExceptOnCreate" {
			t.Errorf("%s is deleted with the stack, although the whole account uses it", name)
		}
	}
}

// TestWebACL: rules that could block a password only count, and samples do not show requests.
func TestWebACL(t *testing.T) {
	t.Parallel()
	resources := loadTemplate(t).Root().At("Resources")
	properties := resources.At("WebACL", "Properties")
	visible := []deploy.Node{properties}
	for _, rule := range properties.At("Rules").Items() {
		visible = append(visible, rule)
		name := rule.At("Statement", "ManagedRuleGroupStatement", "Name").Text()
		if strings.HasSuffix(name, "CommonRuleSet") && !rule.At("OverrideAction", "Count").Exists() {
			t.Errorf("%s blocks requests", name)
		}
	}
	if len(visible) < 2 {
		t.Error("the web ACL has no rules")
	}
	for _, part := range visible {
		if part.At("VisibilityConfig", "SampledRequestsEnabled").Text() != "false" {
			t.Errorf("line %d: sampled requests show queries, and so passwords", part.Line())
		}
	}
	for _, name := range []string{"WebACL", "WebACLAssociation"} {
		if resources.At(name, "Condition").Text() != "HasWebACL" {
			t.Errorf("%s is not optional", name)
		}
	}
	stage := regexp.MustCompile(`/restapis/\$\{Api\}/stages/\$\{Api\.Stage\}$`)
	if arn := resources.At("WebACLAssociation", "Properties", "ResourceArn").Sub(); !stage.MatchString(arn) {
		t.Errorf("the web ACL is for %q, want the API's stage", arn)
	}
}

// TestOutputs: the deployment prints every address and every table's name.
func TestOutputs(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	outputs := loaded.Root().At("Outputs")
	base := outputs.At("BaseURL", "Value").Sub()
	if base != "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${Stage}" {
		t.Errorf("BaseURL is %q", base)
	}
	for _, function := range loaded.Functions() {
		got := strings.TrimSuffix(outputs.At(function.Name+"URL", "Value").Sub(), "/")
		if want := base + function.Events[0].Path; got != want {
			t.Errorf("%sURL is %q, want %q", function.Name, got, want)
		}
	}
	for table := range loaded.Resources("AWS::DynamoDB::Table") {
		if got := outputs.At(table+"Name", "Value").Ref(); got != table {
			t.Errorf("%sName refers to %q", table, got)
		}
	}
}
