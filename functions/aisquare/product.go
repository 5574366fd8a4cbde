package aisquare

import (
	"errors"
	"net/http"
	"time"

	"gatehouse/shared/config"
	"gatehouse/shared/directory"
	"gatehouse/shared/product"
)

// Describe returns what the rest of the project knows of AISquare Studio.
func Describe() product.Product {
	endpoint := product.Endpoint{Function: "AISquareLogin", Path: "/api/v1/iam/accounts/login", Access: product.LogsIn, New: NewLogin}
	return product.Product{
		Name: "aisquare", Prefix: "AISquare", Title: "AISquare Studio",
		Settings:  config.SettingsOf[Settings](),
		Realm:     "AISQUARE_REALM",
		Endpoints: []product.Endpoint{endpoint},
		Login: product.Login{
			Endpoint: endpoint,
			User: directory.Entry{
				ID: 2, Username: "jane.doe", Email: "jane.doe@example.com", Name: "Jane Doe", Password: "SecurePass123!",
			},
			Name: "jane.doe@example.com", Slash: true,
			Body:     product.JSON("login", "password"),
			Accepted: http.StatusOK, Refused: http.StatusBadRequest,
		},
	}
}

// Settings are AISquare's own, beside those of package config.
type Settings struct {
	Realm        string `env:"AISQUARE_REALM"         envDefault:"main"`
	Response     string `env:"AISQUARE_RESPONSE"      envDefault:"session"` // session: cookies; token: a token in the body; both
	SessionHours int    `env:"AISQUARE_SESSION_HOURS" envDefault:"336"`     // Django's SESSION_COOKIE_AGE: 14 days
}

// Validate names every variable that is out of bounds.
func (s Settings) Validate() error {
	return errors.Join(
		config.OneOf("AISQUARE_RESPONSE", s.Response, "session", "token", "both"),
		config.Within("AISQUARE_SESSION_HOURS", s.SessionHours, time.Hour),
	)
}

func (s Settings) lifetime() time.Duration { return time.Duration(s.SessionHours) * time.Hour }

func (s Settings) cookies() bool { return s.Response != "token" }

func (s Settings) tokenInBody() bool { return s.Response != "session" }
