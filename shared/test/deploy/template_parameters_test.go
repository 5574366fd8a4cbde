package deploy_test

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse/functions"
	"gatehouse/shared/config"
)

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
	for _, endpoint := range functions.Endpoints() {
		_, newErr := endpoint.New(common, nil)
		err = errors.Join(err, newErr)
	}
	return err
}

// TestEnvironmentIsComplete: every function gets every setting from a parameter with the same default, and besides only the
// tables, the endpoint and Go's number of threads. So no setting, and no secret, is in plain text.
func TestEnvironmentIsComplete(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	want := map[string]string{
		"USERS_TABLE": "UsersTable", "ATTEMPTS_TABLE": "AttemptsTable", "SESSIONS_TABLE": "SessionsTable",
		"AWS_ENDPOINT_URL_DYNAMODB": "DynamoDBEndpoint", "GOMAXPROCS": "1",
	}
	for name, setting := range settings() {
		want[setting.Name] = name
		byDefault := loaded.Root().At("Parameters", name, "Default")
		if !byDefault.Exists() || byDefault.Text() != setting.Default {
			t.Errorf("the parameter %s has the default %q, the setting %q", name, byDefault.Text(), setting.Default)
		}
	}
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
	parameters := loadTemplate(t).Root().At("Parameters")
	for name, setting := range settings() {
		check := func(value string, allowed bool) {
			t.Helper()
			err := load(map[string]string{setting.Name: value})
			if (err == nil) != allowed || err != nil && !strings.Contains(err.Error(), setting.Name+": ") {
				t.Errorf("%s=%q: the template allows it: %t, but the setting returns %v", setting.Name, value, allowed, err)
			}
		}
		parameter := parameters.At(name)
		if parameter.At("Type").Text() == "Number" {
			least, err1 := strconv.Atoi(parameter.At("MinValue").Text())
			most, err2 := strconv.Atoi(parameter.At("MaxValue").Text())
			if err1 != nil || err2 != nil {
				t.Errorf("%s has no bounds", name)
				continue
			}
			check(strconv.Itoa(least), true)
			check(strconv.Itoa(least-1), false)
			check(strconv.Itoa(most), true)
			check(strconv.Itoa(most+1), false)
		}
		values := parameter.At("AllowedValues").Texts()
		for _, value := range values {
			check(value, true)
		}
		if len(values) > 0 {
			check("nonsense", false)
		}
	}
}

// TestPatternsAreTheSettings compares the patterns of addresses with what package config accepts.
func TestPatternsAreTheSettings(t *testing.T) {
	t.Parallel()
	for name, samples := range map[string][]string{
		"CORSOrigins": {
			"", "https://app.example.com", "http://localhost:8080", "https://a.example,https://b.example",
			"https://a.example, https://b.example", "http://[::1]:3000", "https://App.example.com", "https://a.example/",
			"app.example.com", "*", "https://a.example?x=1", "ftp://a.example", "https://",
		},
		"PublicURL": {
			"", "https://login.example.com", "https://login.example.com/base", "http://127.0.0.1:3000",
			"https://login.example.com?x=1", "https://login.example.com#x", "login.example.com", "ftp://login.example.com", "https://",
		},
	} {
		pattern := regexp.MustCompile(loadTemplate(t).Root().At("Parameters", name, "AllowedPattern").Text())
		for _, sample := range samples {
			err := load(map[string]string{settings()[name].Name: sample})
			if matches := pattern.MatchString(sample); matches != (err == nil) {
				t.Errorf("%s: the pattern matches %q: %t, but the setting returns %v", name, sample, matches, err)
			}
		}
	}
}
