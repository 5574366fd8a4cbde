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

// theAPI is the template's one API.
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

// TestEveryMediaTypeIsBinary: any other setting would lose bytes of bodies that are no UTF-8.
func TestEveryMediaTypeIsBinary(t *testing.T) {
	t.Parallel()
	if types := theAPI(t).At("BinaryMediaTypes").Texts(); !slices.Equal(types, []string{"*~1*"}) {
		t.Errorf("binary media types are %q, want exactly *~1*", types)
	}
}

func TestAPI(t *testing.T) {
	t.Parallel()
	api := theAPI(t)
	texts := []struct{ property, got, want string }{
		{"EndpointConfiguration", api.At("EndpointConfiguration", "Type").Text(), "REGIONAL"},
		{"StageName", api.At("StageName").Ref(), "Stage"},
		{"Name", api.At("Name").Ref(), "AWS::StackName"},
		{"OpenApiVersion", api.At("OpenApiVersion").Text(), "3.0.1"}, // without it SAM makes a second stage
	}
	for _, text := range texts {
		if text.got != text.want {
			t.Errorf("%s is %q, want %q", text.property, text.got, text.want)
		}
	}
	// The functions answer preflights, and a trace would hold the query, which may hold a password.
	for _, absent := range []string{"Cors", "TracingEnabled"} {
		if api.At(absent).Exists() {
			t.Errorf("the API has %s", absent)
		}
	}
}

// TestGatewayResponses: what API Gateway answers by itself is JSON with a message.
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
		wanted.Del("Content-Security-Policy") // a fixed value of API Gateway stands in the quotes that this one needs
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

// logged are the variables that an access log may hold: what API Gateway decides or measures, nothing that a client can
// write what it likes into. Crafter's documented GET has a password in its query.
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
		t.Fatalf("the format is not a JSON object of texts: %v\n%s", err, format)
	}
	for field, value := range fields {
		if name, ok := strings.CutPrefix(value, "$context."); !ok || !slices.Contains(logged, name) {
			t.Errorf("%s logs %s, which is none of %q", field, value, logged)
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
			t.Errorf("%s is made without being asked for", name)
		}
		if resource.At("DeletionPolicy").Text() != "RetainExceptOnCreate" {
			t.Errorf("%s goes with the stack, though the whole account uses it", name)
		}
	}
}

// TestWebACL: rules that may be wrong about a password only count, and nothing shows what was asked.
func TestWebACL(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	acl := loaded.Root().At("Resources", "WebACL")
	for _, name := range []string{"WebACL", "WebACLAssociation"} {
		if loaded.Root().At("Resources", name, "Condition").Text() != "HasWebACL" {
			t.Errorf("%s is not optional", name)
		}
	}
	properties := acl.At("Properties")
	visible := []deploy.Node{properties}
	got := map[string]string{}
	for _, rule := range properties.At("Rules").Items() {
		visible = append(visible, rule)
		name := rule.At("Statement", "ManagedRuleGroupStatement", "Name").Text()
		if rule.At("Statement", "RateBasedStatement", "Limit").Ref() == "WebACLRateLimit" {
			name = "rate"
		}
		for _, kind := range []string{"Action", "OverrideAction"} {
			for action := range rule.At(kind).Pairs() {
				got[name] += kind + " " + action
			}
		}
	}
	want := map[string]string{
		"rate": "Action Block", "AWSManagedRulesAmazonIpReputationList": "OverrideAction None",
		"AWSManagedRulesCommonRuleSet": "OverrideAction Count",
	}
	for name, action := range want {
		if got[name] != action {
			t.Errorf("rule %s has %q, want %q", name, got[name], action)
		}
	}
	if len(got) != len(want) {
		t.Errorf("the rules are %v, want %v", got, want)
	}
	for _, part := range visible {
		if part.At("VisibilityConfig", "SampledRequestsEnabled").Text() != "false" {
			t.Errorf("line %d: sampled requests show queries, and so passwords", part.Line())
		}
	}
	stage := regexp.MustCompile(`/restapis/\$\{Api\}/stages/\$\{Api\.Stage\}$`)
	if arn := loaded.Root().At("Resources", "WebACLAssociation", "Properties", "ResourceArn").Sub(); !stage.MatchString(arn) {
		t.Errorf("the web ACL is for %q, want the API's stage", arn)
	}
}

// TestOutputs: an operator learns every address and every table's name from the deployment.
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
