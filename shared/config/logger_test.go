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
