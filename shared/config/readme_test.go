package config_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"gatehouse/shared/config"
)

// TestSecurity01LimitsAreDocumented: the README has a line for every setting, with the default that the code has.
func TestSecurity01LimitsAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := string(text)
	for _, setting := range config.Settings() {
		line := fmt.Sprintf("| `%s` | %s |", setting.Name, setting.Default)
		if line = strings.ReplaceAll(line, "|  |", "| |"); strings.Count(readme, line) != 1 {
			t.Errorf("README.md has %d lines that begin with %q, want 1", strings.Count(readme, line), line)
		}
	}
	_, section, _ := strings.Cut(readme, "\n## Settings\n")
	section, _, _ = strings.Cut(section, "\n## ")
	if rows := strings.Count(section, "\n| `"); rows != len(config.Settings()) {
		t.Errorf("the README's tables have %d settings, want %d", rows, len(config.Settings()))
	}
	for _, word := range []string{"Malicious lockout", "PCI DSS 8.3.4", "NIST SP 800-63B-4"} {
		if !strings.Contains(readme, word) {
			t.Errorf("README.md does not speak of %q", word)
		}
	}
}
