package config

import (
	"context"
	"io"
	"log/slog"

	"gatehouse/shared/login"
)

// Service is the login service on a store, set up as the settings say.
func (c Config) Service(store login.Store, passwords login.Passwords, log *slog.Logger) *login.Service {
	service := login.New(store, passwords, log)
	service.SourceLimit, service.AppLimit = c.SourceLimit, c.AppLimit
	service.Rehash = c.Rehash == "on"
	return service
}

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
// defaults. Call it after the handlers are built, so that it knows their products' settings too. A variable whose name is
// mistyped is missing from that line. No setting holds a secret.
func (c Config) Report(ctx context.Context, log *slog.Logger) {
	for _, warning := range c.Warnings() {
		log.WarnContext(ctx, warning)
	}
	log.InfoContext(ctx, "settings that differ from their defaults", "settings", c.origin().changed())
}
