package deploy_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"gatehouse/functions"
	"gatehouse/shared/config"
)

// allSettings returns the common settings, then those of the products.
func allSettings() []config.Setting {
	all := config.SettingsOf[config.Config]()
	for _, p := range functions.Products() {
		all = append(all, p.Settings...)
	}
	return all
}

// TestSettingsOfProducts: an error names the variable of a product that is out of bounds.
func TestSettingsOfProducts(t *testing.T) {
	t.Parallel()
	for _, row := range [][3]string{
		{"AISQUARE_RESPONSE", "neither", "AISQUARE_RESPONSE: must be session, token or both"},
		{"CRAFTER_ALLOW_GET", "perhaps", "CRAFTER_ALLOW_GET: not true or false"},
		{"UNLEASH_SESSION_HOURS", "1000000", "UNLEASH_SESSION_HOURS: must be from 1 to 8760"},
		{"SOCIALID_CONNECTION_HOURS", "0", "SOCIALID_CONNECTION_HOURS: must be from 1 to 8760"},
	} {
		if err := load(map[string]string{row[0]: row[1]}); err == nil || !strings.Contains(err.Error(), row[2]) {
			t.Errorf("%s=%s: error %v, want one with %q", row[0], row[1], err, row[2])
		}
	}
}

// TestSecurity01LimitsAreDocumented: the README has a line for every setting, with the default that the code has.
func TestSecurity01LimitsAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := string(text)
	for _, setting := range allSettings() {
		line := fmt.Sprintf("| `%s` | %s |", setting.Name, setting.Default)
		if line = strings.ReplaceAll(line, "|  |", "| |"); strings.Count(readme, line) != 1 {
			t.Errorf("README.md has %d lines that begin with %q, want 1", strings.Count(readme, line), line)
		}
	}
	_, section, _ := strings.Cut(readme, "\n## Settings\n")
	section, _, _ = strings.Cut(section, "\n## ")
	if rows := strings.Count(section, "\n| `"); rows != len(allSettings()) {
		t.Errorf("the README's tables have %d settings, want %d", rows, len(allSettings()))
	}
	for _, word := range []string{"Malicious lockout", "PCI DSS 8.3.4", "NIST SP 800-63B-4"} {
		if !strings.Contains(readme, word) {
			t.Errorf("README.md does not speak of %q", word)
		}
	}
}
