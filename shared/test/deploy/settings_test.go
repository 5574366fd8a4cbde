package deploy_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"gatehouse/functions"
	"gatehouse/shared/config"
)

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

// TestSecurity01LimitsAreDocumented: every manual has a table of exactly the settings that are its own, with their defaults.
func TestSecurity01LimitsAreDocumented(t *testing.T) {
	t.Parallel()
	common := manual(t, "README.md", config.SettingsOf[config.Config]())
	for _, p := range functions.Products() {
		manual(t, "functions/"+p.Name+"/README.md", p.Settings)
	}
	for _, words := range []string{"Malicious lockout", "PCI DSS 8.3.4", "NIST SP 800-63B-4"} {
		if !strings.Contains(common, words) {
			t.Errorf("the manual of the common settings does not contain %q", words)
		}
	}
}

// manual returns a document after comparing its section "Settings" with the settings.
func manual(t *testing.T, file string, settings []config.Setting) string {
	t.Helper()
	text, err := os.ReadFile("../../../" + file)
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## Settings\n")
	section, _, _ = strings.Cut(section, "\n## ")
	if rows := strings.Count(section, "\n| `"); rows != len(settings) {
		t.Errorf("%s has %d settings, want %d", file, rows, len(settings))
	}
	for _, setting := range settings {
		line := fmt.Sprintf("\n| `%s` | %s |", setting.Name, setting.Default)
		if line = strings.ReplaceAll(line, "|  |", "| |"); strings.Count(section, line) != 1 {
			t.Errorf("%s has %d rows that begin with %q, want 1", file, strings.Count(section, line), strings.TrimSpace(line))
		}
	}
	return string(text)
}
