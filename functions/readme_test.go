package functions_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestParametersAreDocumented: the README has a line for every parameter of the template, with its default and meaning.
func TestParametersAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../README.md")
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
