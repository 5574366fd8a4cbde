package config

import (
	"context"
	"io"
	"log/slog"
	"reflect"
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

// Report logs what an operator should see at start: every warning, and one line with the settings that differ from their
// defaults. A variable whose name is mistyped is missing from that line. No setting holds a secret.
func (c Config) Report(ctx context.Context, log *slog.Logger) {
	for _, warning := range c.Warnings() {
		log.WarnContext(ctx, warning)
	}
	log.InfoContext(ctx, "settings that differ from their defaults", "settings", c.changed())
}

// changed returns the settings that differ from their defaults, by variable.
func (c Config) changed() map[string]any {
	defaults, _ := Load(nil) // cannot fail: a test loads them
	ours, theirs := reflect.ValueOf(c), reflect.ValueOf(defaults)
	changed := map[string]any{}
	for i := range ours.NumField() {
		if value := ours.Field(i).Interface(); !reflect.DeepEqual(value, theirs.Field(i).Interface()) {
			changed[ours.Type().Field(i).Tag.Get("env")] = value
		}
	}
	return changed
}
