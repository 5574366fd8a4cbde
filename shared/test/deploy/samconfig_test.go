package deploy_test

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gatehouse/shared/test/deploy"
)

const samconfigFile = root + "/samconfig.toml"

// samconfig is the content of samconfig.toml by environment, command and option.
type samconfig map[string]map[string]map[string]string

var (
	samSection = regexp.MustCompile(`^\[([a-z]+)\.([a-z_]+)\.parameters\]$`)
	samOption  = regexp.MustCompile(`^([a-z0-9_]+) = (".*"|true|false|\[.*\]|[0-9.]+)$`)
)

// readSamconfig reads the subset of TOML that the file uses: sections, and options on one line.
func readSamconfig(text string) (samconfig, error) {
	read := samconfig{}
	var options map[string]string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") || line == "version = 0.1" {
			continue
		}
		if section := samSection.FindStringSubmatch(line); section != nil {
			if read[section[1]] == nil {
				read[section[1]] = map[string]map[string]string{}
			}
			if read[section[1]][section[2]] != nil {
				return nil, fmt.Errorf("duplicate section %s", line)
			}
			options = map[string]string{}
			read[section[1]][section[2]] = options
			continue
		}
		option := samOption.FindStringSubmatch(line)
		if option == nil || options == nil {
			return nil, fmt.Errorf("neither a section nor an option: %s", line)
		}
		if _, twice := options[option[1]]; twice {
			return nil, fmt.Errorf("duplicate option: %s", line)
		}
		options[option[1]] = strings.Trim(option[2], `"`)
	}
	if len(read) == 0 {
		return nil, errors.New("no sections")
	}
	return read, nil
}

func loadSamconfig(t *testing.T) samconfig {
	t.Helper()
	text, err := os.ReadFile(samconfigFile)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "\nversion = 0.1\n") {
		t.Error("samconfig.toml has no version")
	}
	read, err := readSamconfig(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// overrides returns the parameters that a command passes.
func overrides(t *testing.T, options map[string]string) map[string]string {
	t.Helper()
	given := map[string]string{}
	for override := range strings.FieldsSeq(options["parameter_overrides"]) {
		name, value, ok := strings.Cut(override, "=")
		if !ok {
			t.Errorf("%q does not override a parameter", override)
		}
		given[name] = value
	}
	return given
}

// TestEveryStageIsItsOwn: SAM inherits nothing between environments, and two stages must not share a stack.
func TestEveryStageIsItsOwn(t *testing.T) {
	t.Parallel()
	for name, environment := range loadSamconfig(t) {
		if name == "default" { // deploys nowhere
			if environment["deploy"]["stack_name"]+environment["global"]["stack_name"] != "" {
				t.Error("sam deploy without an environment would deploy")
			}
			continue
		}
		options := environment["deploy"]
		if environment["global"]["stack_name"] != "gatehouse-"+name || options["s3_prefix"] != "gatehouse-"+name {
			t.Errorf("%s has not a stack and a prefix of its own", name)
		}
		if stage := overrides(t, options)["Stage"]; stage != name {
			t.Errorf("%s deploys the stage %q", name, stage)
		}
	}
}

// TestDeployedIsWhatWasBuilt: a deployment without a build would package the checkout with the local database. A binary of
// another architecture does not start, and nobody notices before the first login.
func TestDeployedIsWhatWasBuilt(t *testing.T) {
	t.Parallel()
	for name, environment := range loadSamconfig(t) {
		folder := cmp.Or(environment["build"]["build_dir"], ".aws-sam/build")
		if file := environment["deploy"]["template_file"]; file != folder+"/template.yaml" {
			t.Errorf("%s builds to %q and deploys %q: it could deploy what it did not build", name, folder, file)
		}
		if name == "default" {
			continue
		}
		built, deployed := overrides(t, environment["build"])["Architecture"], overrides(t, environment["deploy"])["Architecture"]
		if built == "" || built != deployed {
			t.Errorf("%s builds for %q and deploys to %q", name, built, deployed)
		}
		if built == "arm64" && folder != ".aws-sam/"+name {
			t.Errorf("%s builds to %q, where another environment's build may lie", name, folder)
		}
	}
}

// TestReservedConcurrency: prod reserves enough for what API Gateway lets through, and no more than an account has by default.
func TestReservedConcurrency(t *testing.T) {
	t.Parallel()
	reserved, err := strconv.Atoi(overrides(t, loadSamconfig(t)["prod"]["deploy"])["ReservedConcurrency"])
	if err != nil {
		t.Fatal(err)
	}
	loaded := loadTemplate(t)
	rate, err := strconv.Atoi(loaded.Root().At("Parameters", "ThrottleRate", "Default").Text())
	if err != nil {
		t.Fatal(err)
	}
	const loginSeconds, reservable = 0.26, 900 // at BcryptCost 12; of 1,000 Lambda leaves 100 to all other functions
	if all := reserved * len(loaded.Functions()); float64(reserved) < float64(rate)*loginSeconds || all > reservable {
		t.Errorf("each function has %d executions and all have %d, want at least %v each and at most %d together",
			reserved, all, float64(rate)*loginSeconds, reservable)
	}
}

// TestOverridesAreParameters: SAM ignores an override of an unknown parameter.
func TestOverridesAreParameters(t *testing.T) {
	t.Parallel()
	parameters := map[string]deploy.Parameter{}
	for _, parameter := range loadTemplate(t).Parameters() {
		parameters[parameter.Name] = parameter
	}
	for name, environment := range loadSamconfig(t) {
		for command, options := range environment {
			for override, value := range overrides(t, options) {
				parameter, ok := parameters[override]
				if !ok {
					t.Errorf("%s.%s overrides %s, which is not a parameter", name, command, override)
				}
				if len(parameter.AllowedValues) > 0 && !slices.Contains(parameter.AllowedValues, value) {
					t.Errorf("%s.%s sets %s to %q, which is not in %q", name, command, override, value, parameter.AllowedValues)
				}
				if !regexp.MustCompile(parameter.AllowedPattern).MatchString(value) {
					t.Errorf("%s.%s sets %s to %q, which does not match %s", name, command, override, value, parameter.AllowedPattern)
				}
			}
			if strings.HasPrefix(command, "local_") != (overrides(t, options)["DynamoDBEndpoint"] != "") {
				t.Errorf("%s.%s: DynamoDB Local is for sam local only", name, command)
			}
		}
	}
}
