package deploy_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/functions"
	"gatehouse/shared/config"
)

// TestSecurity01LimitsAreDocumented: every manual has a table of exactly the settings that are its own, with their defaults.
func TestSecurity01LimitsAreDocumented(t *testing.T) {
	t.Parallel()
	common := manual(t, "shared/cmd/gatehouse/README.md", config.SettingsOf[config.Config]())
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
	text, err := os.ReadFile(filepath.Join(root, file))
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
