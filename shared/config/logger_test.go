package config_test

import (
	"bytes"
	"log/slog"
	"maps"
	"strings"
	"testing"

	"gatehouse/shared/config"
)

func TestSecurity21LinesInUTC(t *testing.T) {
	t.Parallel()
	tests := []struct{ level, want string }{
		{"debug", "DEBUG INFO WARN ERROR "},
		{"info", "INFO WARN ERROR "},
		{"warn", "WARN ERROR "},
		{"error", "ERROR "},
	}
	for _, test := range tests {
		var log bytes.Buffer
		logger := config.Config{LogLevel: test.level}.Logger(&log)
		for _, level := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
			logger.Log(t.Context(), level, "a\nline", "time", "of day")
		}
		var got strings.Builder
		for line := range strings.Lines(log.String()) {
			_, rest, _ := strings.Cut(line, `Z","level":"`)
			level, _, _ := strings.Cut(rest, `"`)
			got.WriteString(level + " ")
		}
		if got.String() != test.want {
			t.Errorf("level %s logs %q, want %q, each in one line and in UTC", test.level, &got, test.want)
		}
	}
}

func TestEnvironment(t *testing.T) {
	t.Parallel()
	got := config.Environment([]string{"A=1", "B=", "C=x=y", "D"})
	if want := map[string]string{"A": "1", "B": "", "C": "x=y", "D": ""}; !maps.Equal(got, want) {
		t.Errorf("environment is %v, want %v", got, want)
	}
}

// TestReport: one line names the settings that differ from their defaults, so a mistyped variable shows by its absence.
func TestReport(t *testing.T) {
	t.Parallel()
	given := map[string]string{"ATTEMPT_LIMIT": "5", "SOURCE_LIMIT": "0", "CORS_ORIGINS": "https://a.example", "REHASH": "on", "ATEMPT_LIMIT": "1"}
	settings, err := config.Load(given)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	settings.Report(t.Context(), settings.Logger(&log))
	warning, line, _ := strings.Cut(log.String(), "\n")
	if !strings.Contains(warning, `"level":"WARN","msg":"SOURCE_LIMIT is 0`) {
		t.Errorf("the first line is %s, want the warning", warning)
	}
	want := `"msg":"settings that differ from their defaults",` +
		`"settings":{"ATTEMPT_LIMIT":"5","CORS_ORIGINS":"https://a.example","SOURCE_LIMIT":"0"}}` + "\n"
	if !strings.HasSuffix(line, want) {
		t.Errorf("the other lines are %s, want one that ends in %s", line, want)
	}
}
