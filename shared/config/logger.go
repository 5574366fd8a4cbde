package config

import (
	"io"
	"log/slog"
)

// Logger logs JSON lines in UTC, from LOG_LEVEL up.
func (c Config) Logger(w io.Writer) *slog.Logger {
	var least slog.Level
	if err := least.UnmarshalText([]byte(c.LogLevel)); err != nil {
		least = slog.LevelInfo // Validate lets no other name through
	}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{
		Level: least,
		ReplaceAttr: func(_ []string, attribute slog.Attr) slog.Attr {
			if attribute.Value.Kind() == slog.KindTime {
				attribute.Value = slog.TimeValue(attribute.Value.Time().UTC())
			}
			return attribute
		},
	}))
}
