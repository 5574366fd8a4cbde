package deploy_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gatehouse/shared/test/deploy"
)

// metric is what a service really sends to CloudWatch: a metric with exactly these dimensions, and the statistics that mean
// something. An alarm on anything else never goes off.
type metric struct {
	dimensions []string
	statistics string // a pattern
}

// metrics are from the services' documentation. The percentiles of a count mean nothing, nor does the sum of a latency.
var metrics = map[string]metric{
	"AWS/ApiGateway 4XXError":          {[]string{"ApiName", "Stage"}, "^(Sum|Average)$"},
	"AWS/ApiGateway 5XXError":          {[]string{"ApiName", "Stage"}, "^(Sum|Average)$"},
	"AWS/ApiGateway Count":             {[]string{"ApiName", "Stage"}, "^SampleCount$"},
	"AWS/ApiGateway Latency":           {[]string{"ApiName", "Stage"}, `^p\d\d$`},
	"AWS/Lambda Errors":                {[]string{"FunctionName"}, "^Sum$"},
	"AWS/Lambda Throttles":             {[]string{"FunctionName"}, "^Sum$"},
	"AWS/Lambda Duration":              {[]string{"FunctionName"}, `^p\d\d$`},
	"AWS/DynamoDB ReadThrottleEvents":  {[]string{"TableName"}, "^Sum$"},
	"AWS/DynamoDB WriteThrottleEvents": {[]string{"TableName"}, "^Sum$"},
}

// watched is one metric that an alarm looks at.
type watched struct {
	name       string // namespace and metric
	dimensions map[string]string
	statistic  string
}

// watchedBy are the metrics of an alarm, also those in an expression.
func watchedBy(alarm deploy.Node) []watched {
	properties := alarm.At("Properties")
	one := func(of deploy.Node, statistic string) watched {
		w := watched{of.At("Namespace").Text() + " " + of.At("MetricName").Text(), map[string]string{}, statistic}
		for _, dimension := range of.At("Dimensions").Items() {
			w.dimensions[dimension.At("Name").Text()] = dimension.At("Value").Ref()
		}
		return w
	}
	if properties.At("MetricName").Exists() {
		return []watched{one(properties, properties.At("Statistic").Text()+properties.At("ExtendedStatistic").Text())}
	}
	var all []watched
	for _, item := range properties.At("Metrics").Items() {
		if stat := item.At("MetricStat"); stat.Exists() {
			all = append(all, one(stat.At("Metric"), stat.At("Stat").Text()))
		}
	}
	return all
}

// TestAlarmsWatchWhatExists holds every alarm to the table above, and every dimension to what the template deploys.
func TestAlarmsWatchWhatExists(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	kinds := map[string]string{"FunctionName": "AWS::Serverless::Function", "TableName": "AWS::DynamoDB::Table"}
	own := map[string]string{"ApiName": "AWS::StackName", "Stage": "Stage"} // as the API is called, and its stage
	for name, alarm := range loaded.Resources("AWS::CloudWatch::Alarm") {
		all := watchedBy(alarm)
		if len(all) == 0 {
			t.Errorf("%s watches nothing", name)
		}
		for _, each := range all {
			known, ok := metrics[each.name]
			if !ok {
				t.Errorf("%s watches %s, which no service sends", name, each.name)
				continue
			}
			if dimensions := slices.Sorted(maps.Keys(each.dimensions)); !slices.Equal(dimensions, known.dimensions) {
				t.Errorf("%s watches %s by %v, but it is sent by %v", name, each.name, dimensions, known.dimensions)
			}
			if !regexp.MustCompile(known.statistics).MatchString(each.statistic) {
				t.Errorf("%s watches the statistic %q of %s, which means nothing", name, each.statistic, each.name)
			}
			for dimension, value := range each.dimensions {
				if want := own[dimension]; want != "" && value != want {
					t.Errorf("%s: %s is %q, want %s", name, dimension, value, want)
				}
				if kind := kinds[dimension]; kind != "" && loaded.Root().At("Resources", value, "Type").Text() != kind {
					t.Errorf("%s: %s is %q, want a resource of type %s", name, dimension, value, kind)
				}
			}
		}
	}
}

// TestAlarmsReachTheOperator: each goes to the topic when it begins and when it ends, and silence is none.
func TestAlarmsReachTheOperator(t *testing.T) {
	t.Parallel()
	for name, alarm := range loadTemplate(t).Resources("AWS::CloudWatch::Alarm") {
		properties := alarm.At("Properties")
		if properties.At("TreatMissingData").Text() != "notBreaching" {
			t.Errorf("%s goes off, or hangs, when nobody logs in", name)
		}
		if properties.At("AlarmDescription").Text() == "" || properties.At("ComparisonOperator").Text() != "GreaterThanThreshold" {
			t.Errorf("%s does not say what it means", name)
		}
		for _, action := range []string{"AlarmActions", "OKActions"} {
			items := properties.At(action).Items()
			if len(items) != 3 || items[0].Text() != "HasAlarmTopic" || items[2].Ref() != "AWS::NoValue" {
				t.Errorf("%s: %s is not conditional on the topic", name, action)
				continue
			}
			if topics := items[1].Items(); len(topics) != 1 || topics[0].Ref() != "AlarmTopicArn" {
				t.Errorf("%s: %s does not go to the topic", name, action)
			}
		}
	}
}

// TestEverythingIsWatched: errors and throttles of every function, throttles of every table by what logins do to it, and
// the rates of faults and of refusals and the slowest logins as clients see them.
func TestEverythingIsWatched(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	seen := map[string]bool{}
	for _, alarm := range loaded.Resources("AWS::CloudWatch::Alarm") {
		for _, each := range watchedBy(alarm) {
			seen[each.name+" "+each.dimensions["FunctionName"]+each.dimensions["TableName"]] = true
		}
	}
	want := []string{"AWS/ApiGateway 4XXError ", "AWS/ApiGateway 5XXError ", "AWS/ApiGateway Latency "}
	for _, function := range loaded.Functions() {
		want = append(want, "AWS/Lambda Errors "+function.Name, "AWS/Lambda Throttles "+function.Name)
		for table, actions := range needs[function.Name] {
			for _, action := range actions {
				kind := "Write"
				if strings.HasSuffix(action, "GetItem") {
					kind = "Read"
				}
				want = append(want, "AWS/DynamoDB "+kind+"ThrottleEvents "+table)
			}
		}
	}
	for _, each := range want {
		if !seen[each] {
			t.Errorf("no alarm watches %s", each)
		}
	}
}
