package deploy_test

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse/functions"
	"gatehouse/shared/config"
	"gatehouse/shared/test/deploy"
)

// deployment lists the parameters that are not settings of the functions.
var deployment = []string{
	"AlarmLatencyMilliseconds", "AlarmRefusalPercent", "AlarmServerErrorPercent", "AlarmTopicArn", "Architecture", "DynamoDBEndpoint",
	"LogRetentionDays", "ManageApiGatewayAccount", "ReservedConcurrency", "Stage", "ThrottleBurst", "ThrottleRate",
	"WebACLEnabled", "WebACLRateLimit",
}

// settings returns the settings by their parameter: the field's name, after the product's prefix.
func settings() map[string]config.Setting {
	settings := map[string]config.Setting{}
	for _, setting := range config.SettingsOf[config.Config]() {
		settings[setting.Field] = setting
	}
	for _, p := range functions.Products() {
		for _, setting := range p.Settings {
			settings[p.Prefix+setting.Field] = setting
		}
	}
	return settings
}

// load reads all settings as the functions do.
func load(environment map[string]string) error {
	common, err := config.Load(environment)
	for _, p := range functions.Products() {
		for _, endpoint := range p.Endpoints {
			_, newErr := endpoint.New(common, nil)
			err = errors.Join(err, newErr)
		}
	}
	return err
}

// TestParametersAreTheSettings: every setting is a parameter with the same default, and every other parameter is in the list
// above.
func TestParametersAreTheSettings(t *testing.T) {
	t.Parallel()
	want := map[string]string{}
	for name, setting := range settings() {
		want[name] = setting.Default
	}
	got := map[string]string{}
	for _, parameter := range loadTemplate(t).Parameters() {
		if !slices.Contains(deployment, parameter.Name) {
			got[parameter.Name] = parameter.Default
		}
		if !parameter.HasDefault {
			t.Errorf("%s has no default", parameter.Name)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings and parameters differ (-config +template):\n%s", diff)
	}
}

// TestEnvironmentIsComplete: every function gets every setting from its parameter, and besides only the tables, the endpoint and
// Go's number of threads. No setting is in plain text.
func TestEnvironmentIsComplete(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"USERS_TABLE": "UsersTable", "ATTEMPTS_TABLE": "AttemptsTable", "SESSIONS_TABLE": "SessionsTable",
		"AWS_ENDPOINT_URL_DYNAMODB": "DynamoDBEndpoint", "GOMAXPROCS": "1",
	}
	for name, setting := range settings() {
		want[setting.Name] = name
	}
	loaded := loadTemplate(t)
	for _, function := range loaded.Functions() {
		got := map[string]string{}
		for name, value := range loaded.Environment(function.Name) {
			got[name] = value.Ref() + value.Text()
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the variables of %s and their parameters or values differ (-want +got):\n%s", function.Name, diff)
		}
	}
}

// TestParametersAreBoundedAsTheSettings: a function starts with every value that the template allows, and the template refuses
// the values that would stop a function from starting.
func TestParametersAreBoundedAsTheSettings(t *testing.T) {
	t.Parallel()
	settings := settings()
	check := func(parameter deploy.Parameter, value string, fine bool) {
		name := settings[parameter.Name].Name
		err := load(map[string]string{name: value})
		if (err == nil) != fine {
			t.Errorf("%s=%q: the template allows it: %v, but the setting returns %v", name, value, fine, err)
		}
		if err != nil && !strings.Contains(err.Error(), name+": ") {
			t.Errorf("%s=%q: the error does not name the variable: %v", name, value, err)
		}
	}
	for _, parameter := range loadTemplate(t).Parameters() {
		if _, ok := settings[parameter.Name]; !ok {
			continue
		}
		if parameter.Type == "Number" {
			least, err1 := strconv.Atoi(parameter.MinValue)
			most, err2 := strconv.Atoi(parameter.MaxValue)
			if err1 != nil || err2 != nil {
				t.Errorf("%s has no bounds", parameter.Name)
				continue
			}
			check(parameter, strconv.Itoa(least), true)
			check(parameter, strconv.Itoa(least-1), false)
			check(parameter, strconv.Itoa(most), true)
			check(parameter, strconv.Itoa(most+1), false)
		}
		for _, value := range parameter.AllowedValues {
			check(parameter, value, true)
		}
		if len(parameter.AllowedValues) > 0 {
			check(parameter, "nonsense", false)
		}
	}
}

// TestPatternsAreTheSettings compares the patterns of addresses with what package config accepts.
func TestPatternsAreTheSettings(t *testing.T) {
	t.Parallel()
	samples := map[string][]string{
		"CORSOrigins": {
			"", "https://app.example.com", "http://localhost:8080", "https://a.example,https://b.example",
			"https://a.example, https://b.example", "http://[::1]:3000", "https://App.example.com", "https://a.example/",
			"app.example.com", "*", "https://a.example?x=1", "ftp://a.example", "https://",
		},
		"PublicURL": {
			"", "https://login.example.com", "https://login.example.com/base", "http://127.0.0.1:3000",
			"https://login.example.com?x=1", "https://login.example.com#x", "login.example.com", "ftp://login.example.com", "https://",
		},
	}
	settings := settings()
	for _, parameter := range loadTemplate(t).Parameters() {
		pattern := regexp.MustCompile(parameter.AllowedPattern)
		for _, sample := range samples[parameter.Name] {
			err := load(map[string]string{settings[parameter.Name].Name: sample})
			if pattern.MatchString(sample) != (err == nil) {
				t.Errorf("%s: the pattern matches %q: %v, but the setting returns %v",
					parameter.Name, sample, pattern.MatchString(sample), err)
			}
		}
	}
}

// TestParametersAreExplained: the console shows each parameter in its group with one line, and each has an effect.
func TestParametersAreExplained(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	used := map[string]bool{}
	placeholder := regexp.MustCompile(`\$\{([A-Za-z0-9]+)\}`)
	for _, part := range []string{"Conditions", "Globals", "Resources", "Outputs"} {
		for scalar := range loaded.Root().At(part).Scalars() {
			used[scalar.Ref()] = true
			for _, match := range placeholder.FindAllStringSubmatch(scalar.Sub(), -1) {
				used[match[1]] = true
			}
		}
	}
	for _, parameter := range loaded.Parameters() {
		text := parameter.Description
		if text == "" || strings.Contains(text, "\n") || !strings.HasSuffix(text, ".") || len(text) > 125 {
			t.Errorf("the description of %s is not one line that ends with a full stop: %q", parameter.Name, text)
		}
		if parameter.Group == "" {
			t.Errorf("%s is in no group", parameter.Name)
		}
		if !used[parameter.Name] {
			t.Errorf("%s has no effect", parameter.Name)
		}
		if parameter.Type == "String" && parameter.AllowedPattern == "" && len(parameter.AllowedValues) == 0 {
			t.Errorf("%s takes any text", parameter.Name)
		}
		if (parameter.AllowedPattern == "") != (parameter.ConstraintDescription == "") {
			t.Errorf("%s has a pattern without a ConstraintDescription, or the reverse", parameter.Name)
		}
	}
	names := slices.Collect(maps.Keys(settings()))
	for _, group := range loaded.Root().At("Metadata", "AWS::CloudFormation::Interface", "ParameterGroups").Items() {
		for _, name := range group.At("Parameters").Texts() {
			if !slices.Contains(names, name) && !slices.Contains(deployment, name) {
				t.Errorf("the group %s names %s, which is not a parameter", group.At("Label", "default").Text(), name)
			}
		}
	}
}
