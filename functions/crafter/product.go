package crafter

import (
	"net/http"
	"time"

	"gatehouse/shared/config"
	"gatehouse/shared/directory"
	"gatehouse/shared/product"
)

// Describe returns what the rest of the project knows of CrafterCMS Studio.
func Describe() product.Product {
	endpoint := product.Endpoint{Function: "CrafterLogin", Path: "/api/1/services/api/1/security/login.json", Access: product.LogsIn, New: NewLogin}
	return product.Product{
		Name: "crafter", Prefix: "Crafter", Title: "CrafterCMS Studio",
		Settings:  config.SettingsOf[Settings](),
		Realm:     "CRAFTER_REALM",
		Endpoints: []product.Endpoint{endpoint},
		Login: product.Login{
			Endpoint: endpoint,
			// The document names no user.
			User:     directory.Entry{ID: 1, Username: "admin", Email: "admin@example.com", Name: "Admin", Password: "admin_secret"},
			Name:     "admin",
			Body:     product.JSON("username", "password"),
			Accepted: http.StatusOK, Refused: http.StatusUnauthorized,
		},
		Columns: map[string]string{ // of the table user of Studio 3.1
			"id": "id", "username": "username", "password": "password_hash", "first_name": "first_name",
			"last_name": "last_name", "email": "email", "enabled": "active", "deleted": "deleted",
		},
	}
}

// Settings are Crafter's own, beside those of package config.
type Settings struct {
	Realm          string `env:"CRAFTER_REALM"           envDefault:"main"`
	AllowGet       bool   `env:"CRAFTER_ALLOW_GET"       envDefault:"true"` // credentials in a query, which ends up in logs
	SessionMinutes int    `env:"CRAFTER_SESSION_MINUTES" envDefault:"60"`   // Crafter's studio.security.sessionTimeout
}

// Validate names every variable that is out of bounds.
func (s Settings) Validate() error {
	return config.Within("CRAFTER_SESSION_MINUTES", s.SessionMinutes, time.Minute)
}

func (s Settings) lifetime() time.Duration { return time.Duration(s.SessionMinutes) * time.Minute }
