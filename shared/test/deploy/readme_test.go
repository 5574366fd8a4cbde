package deploy_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestParametersAreDocumented: the README has a line for every parameter of the template, with its default and meaning.
func TestParametersAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, parameter := range loadTemplate(t).Root().At("Parameters").Pairs() {
		line := fmt.Sprintf("| `%s` | %s | %s |", name, parameter.At("Default").Text(), parameter.At("Description").Text())
		if line = strings.ReplaceAll(line, "|  |", "| |"); strings.Count(string(text), line+"\n") != 1 {
			t.Errorf("README.md has not exactly one line\n%s", line)
		}
	}
}

// TestGoIsDocumented checks that the README asks for the version of Go that go.mod does: a Go that is older by one patch does
// not build the module.
func TestGoIsDocumented(t *testing.T) {
	t.Parallel()
	module, err := os.ReadFile("../../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`(?m)^go (.+)$`).FindStringSubmatch(string(module))
	if version == nil || !strings.Contains(string(text), "\nGo "+version[1]+" is all that") {
		t.Errorf("README.md does not ask for the version of go.mod, %q", version)
	}
}
