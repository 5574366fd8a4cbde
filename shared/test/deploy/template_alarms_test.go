package deploy_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse/functions"
	"gatehouse/functions/sessions"
	"gatehouse/shared/test/deploy"
)

// metric describes a metric of a service: its exact dimensions, and a pattern of the statistics that make sense for it. An
// alarm on anything else never goes off.
type metric struct {
	dimensions []string
	statistics string
}

// metrics is from the services' documentation. A percentile of a count makes no sense, nor does the sum of a latency.
var metrics = map[string]metric{
	"AWS/ApiGateway 4XXError":          {[]string{"ApiName", "Stage"}, "^(Sum|Average)$"},
	"AWS/ApiGateway 5XXError":          {[]string{"ApiName", "Stage"}, "^(Sum|Average)$"},
	"AWS/ApiGateway Count":             {[]string{"ApiName", "Stage"}, "^SampleCount$"},
	"AWS/ApiGateway Latency":           {[]string{"ApiName", "Stage"}, `^p\d\d$`},
	"AWS/Lambda Errors":                {[]string{"FunctionName"}, "^Sum$"},
	"AWS/Lambda Throttles":             {[]string{"FunctionName"}, "^Sum$"},
	"AWS/DynamoDB ReadThrottleEvents":  {[]string{"TableName"}, "^Sum$"},
	"AWS/DynamoDB WriteThrottleEvents": {[]string{"TableName"}, "^Sum$"},
}

// watched is one metric that an alarm looks at.
type watched struct {
	name       string // namespace and metric
	dimensions map[string]string
	statistic  string
}

// watchedBy returns the metrics of an alarm, also those in an expression.
func watchedBy(alarm deploy.Node) []watched {
	properties := alarm.At("Properties")
	watch := func(metric deploy.Node, statistic string) watched {
		w := watched{metric.At("Namespace").Text() + " " + metric.At("MetricName").Text(), map[string]string{}, statistic}
		for _, dimension := range metric.At("Dimensions").Items() {
			w.dimensions[dimension.At("Name").Text()] = dimension.At("Value").Ref()
		}
		return w
	}
	if properties.At("MetricName").Exists() {
		return []watched{watch(properties, properties.At("Statistic").Text()+properties.At("ExtendedStatistic").Text())}
	}
	var all []watched
	for _, item := range properties.At("Metrics").Items() {
		if stat := item.At("MetricStat"); stat.Exists() {
			all = append(all, watch(stat.At("Metric"), stat.At("Stat").Text()))
		}
	}
	return all
}

// TestAlarmsWatchWhatExists holds every alarm to the table above, and every dimension to what the template deploys.
func TestAlarmsWatchWhatExists(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	kinds := map[string]string{"FunctionName": "AWS::Serverless::Function", "TableName": "AWS::DynamoDB::Table"}
	own := map[string]string{"ApiName": "AWS::StackName", "Stage": "Stage"}
	if api := theAPI(t); api.At("Name").Ref() != own["ApiName"] || api.At("StageName").Ref() != own["Stage"] {
		t.Error("the API's name and stage are not those that the alarms look for")
	}
	for name, alarm := range loaded.Resources("AWS::CloudWatch::Alarm") {
		all := watchedBy(alarm)
		if len(all) == 0 || len(all) > 10 {
			t.Errorf("%s watches %d metrics, want 1 to 10, which is CloudWatch's limit", name, len(all))
		}
		for _, w := range all {
			known := metrics[w.name]
			if dimensions := slices.Sorted(maps.Keys(w.dimensions)); !slices.Equal(dimensions, known.dimensions) {
				t.Errorf("%s watches %s by %v, but the service sends it by %v", name, w.name, dimensions, known.dimensions)
			}
			if !regexp.MustCompile(known.statistics).MatchString(w.statistic) {
				t.Errorf("%s watches the statistic %q of %s, which makes no sense", name, w.statistic, w.name)
			}
			for dimension, value := range w.dimensions {
				if value != own[dimension] && loaded.Root().At("Resources", value, "Type").Text() != kinds[dimension] {
					t.Errorf("%s watches the %s %q, which is not deployed", name, dimension, value)
				}
			}
		}
	}
}

// TestAlarmsReachTheOperator: each alarm sends to the topic, if there is one, when it begins and when it ends. Silence is no
// alarm.
func TestAlarmsReachTheOperator(t *testing.T) {
	t.Parallel()
	for name, alarm := range loadTemplate(t).Resources("AWS::CloudWatch::Alarm") {
		properties := alarm.At("Properties")
		if properties.At("TreatMissingData").Text() != "notBreaching" || properties.At("ComparisonOperator").Text() != "GreaterThanThreshold" {
			t.Errorf("%s goes off, or hangs, when nobody logs in", name)
		}
		for _, action := range []string{"AlarmActions", "OKActions"} {
			var values []string
			for _, scalar := range properties.At(action).Scalars() {
				values = append(values, scalar.Value())
			}
			if !slices.Equal(values, []string{"HasAlarmTopic", "AlarmTopicArn", "AWS::NoValue"}) {
				t.Errorf("%s: the %s are %q, want the topic if there is one", name, action, values)
			}
		}
	}
}

// TestAlarmsOfProducts: a product has one alarm for crashes and one for throttles, over exactly its own functions.
func TestAlarmsOfProducts(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	for _, p := range functions.Rooms() {
		var want []string
		for _, endpoint := range p.Endpoints {
			want = append(want, endpoint.Function)
		}
		if authorizer := sessions.Authorizer().Function; strings.HasPrefix(authorizer, p.Prefix) {
			want = append(want, authorizer)
		}
		for alarm, metric := range map[string]string{"CrashAlarm": "AWS/Lambda Errors", "ThrottleAlarm": "AWS/Lambda Throttles"} {
			var got []string
			for _, w := range watchedBy(loaded.Root().At("Resources", p.Prefix+alarm)) {
				if w.name == metric {
					got = append(got, w.dimensions["FunctionName"])
				}
			}
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s%s watches %s of other functions (-want +got):\n%s", p.Prefix, alarm, metric, diff)
			}
		}
	}
}

// TestTablesAndAPIAreWatched: the rates of faults and refusals and the slowest logins, as clients see them, and throttles of
// every table by what logins do to it.
func TestTablesAndAPIAreWatched(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, alarm := range loadTemplate(t).Resources("AWS::CloudWatch::Alarm") {
		for _, w := range watchedBy(alarm) {
			seen[w.name+" "+w.dimensions["TableName"]] = true
		}
	}
	want := []string{"AWS/ApiGateway 4XXError ", "AWS/ApiGateway 5XXError ", "AWS/ApiGateway Latency "}
	for _, policy := range policies {
		for table, calls := range policy.calls {
			for _, call := range calls {
				kind := "Write"
				if call == "BatchGetItem" || call == "Query" {
					kind = "Read"
				}
				want = append(want, "AWS/DynamoDB "+kind+"ThrottleEvents "+table)
			}
		}
	}
	for _, metric := range want {
		if !seen[metric] {
			t.Errorf("no alarm watches %s", metric)
		}
	}
}

// TestEveryAlarmHasAPlaybook: the manual has a heading for each alarm; one for all products where they have the same alarm.
func TestEveryAlarmHasAPlaybook(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(root + "/shared/bootstrap/README.md")
	if err != nil {
		t.Fatal(err)
	}
	headings := strings.Join(regexp.MustCompile(`(?m)^### .*$`).FindAllString(string(text), -1), " ")
	for name := range loadTemplate(t).Resources("AWS::CloudWatch::Alarm") {
		for _, p := range functions.Rooms() {
			name = strings.TrimPrefix(name, p.Prefix)
		}
		if !regexp.MustCompile(`\b` + name + `\b`).MatchString(headings) {
			t.Errorf("shared/bootstrap/README.md has no playbook for %s", name)
		}
	}
}
