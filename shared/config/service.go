package config

import (
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
