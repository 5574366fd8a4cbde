package deploy_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// samconfig returns the options of samconfig.toml by their sections, such as "dev.deploy". Each option is on one line.
func samconfig(t *testing.T) map[string]map[string]string {
	t.Helper()
	text, err := os.ReadFile(root + "/samconfig.toml")
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]map[string]string{}
	for _, section := range strings.Split(string(text), "\n[")[1:] {
		name, rest, _ := strings.Cut(section, ".parameters]\n")
		sections[name] = map[string]string{}
		for _, option := range regexp.MustCompile(`(?m)^(\w+) = "?([^"\n]*)`).FindAllStringSubmatch(rest, -1) {
			sections[name][option[1]] = option[2]
		}
	}
	return sections
}

// TestOverridesAreParameters: SAM ignores an override of an unknown parameter.
func TestOverridesAreParameters(t *testing.T) {
	t.Parallel()
	parameters := loadTemplate(t).Root().At("Parameters")
	for section, options := range samconfig(t) {
		for override := range strings.FieldsSeq(options["parameter_overrides"]) {
			name, value, _ := strings.Cut(override, "=")
			parameter := parameters.At(name)
			allowed := parameter.At("AllowedValues").Texts()
			if !parameter.Exists() || len(allowed) > 0 && !slices.Contains(allowed, value) ||
				!regexp.MustCompile(parameter.At("AllowedPattern").Text()).MatchString(value) {
				t.Errorf("%s: the template does not take %s", section, override)
			}
			if name == "DynamoDBEndpoint" && !strings.Contains(section, ".local_") {
				t.Errorf("%s deploys DynamoDB Local's address", section)
			}
		}
	}
}

// TestDeployedIsWhatWasBuilt: a deployment without a build would package the checkout with the local database. A binary of
// another architecture does not start, and nobody notices before the first login. Two stages must not share a stack.
func TestDeployedIsWhatWasBuilt(t *testing.T) {
	t.Parallel()
	sections := samconfig(t)
	for _, stage := range loadTemplate(t).Root().At("Parameters", "Stage", "AllowedValues").Texts() {
		build, deploy := sections[stage+".build"], sections[stage+".deploy"]
		folder := build["build_dir"]
		if folder == "" {
			folder = ".aws-sam/build"
		}
		if deploy["template_file"] != folder+"/template.yaml" || !strings.HasPrefix(deploy["parameter_overrides"], build["parameter_overrides"]) {
			t.Errorf("%s builds %q to %q, and deploys %q", stage, build["parameter_overrides"], folder, deploy)
		}
		if !strings.HasPrefix(build["parameter_overrides"], "Stage="+stage+" Architecture=") || sections[stage+".global"]["stack_name"] != "gatehouse-"+stage {
			t.Errorf("%s has not its own Stage and stack, or names no Architecture", stage)
		}
	}
	if stack := sections["default.deploy"]["stack_name"] + sections["default.global"]["stack_name"]; stack != "" {
		t.Errorf("sam deploy without an environment would deploy %s", stack)
	}
}
