package deploy_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

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
