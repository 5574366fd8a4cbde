package aisquare

import (
	"errors"
	"net/http"
	"time"

	"gatehouse/shared/config"
	"gatehouse/shared/directory"
	"gatehouse/shared/product"
)

// names are what the product is called. Only these reach a function's binary, none of the examples of Describe.
var names = product.Product{Name: "aisquare", Prefix: "AISquare", Title: "AISquare Studio"}

// Describe returns what the rest of the project knows of AISquare Studio.
func Describe() product.Product {
	const accounts = "/api/v1/iam/accounts/"
	endpoint := product.Endpoint{Function: "AISquareLogin", Path: accounts + "login", Access: product.LogsIn, New: NewLogin}
	return product.Product{
		Name: names.Name, Prefix: names.Prefix, Title: names.Title,
		Settings: config.SettingsOf[Settings](),
		Realm:    "AISQUARE_REALM",
		Endpoints: []product.Endpoint{
			endpoint,
			{Function: "AISquareProfile", Path: accounts + "profile", Access: product.Checks, New: NewProfile},
			{Function: "AISquareLogout", Path: accounts + "logout", Access: product.Checks | product.Ends, New: NewLogout},
			{
				Function: "AISquareChangePassword", Path: accounts + "change-password",
				Access: product.Checks | product.SetsPassword, New: NewChangePassword,
			},
		},
		Session: Session(),
		Login: product.Login{
			Endpoint: endpoint,
			User: directory.Entry{
				ID: 2, Username: "jane.doe", Email: "jane.doe@example.com", Name: "Jane Doe", Password: "SecurePass123!",
			},
			Name: "jane.doe@example.com", Slash: true,
			Body:     product.JSON("login", "password"),
			Accepted: http.StatusOK, Refused: http.StatusBadRequest,
			Check: product.Next{Method: http.MethodGet, Path: accounts + "profile/"},
			Logout: product.Next{
				Method: http.MethodPost, Path: accounts + "logout/", Repeats: map[string]string{"X-CSRFToken": "csrftoken"},
			},
		},
	}
}

// Session describes how AISquare Studio's session tokens travel.
func Session() product.Session {
	return product.Session{
		Product: names.Name,
		Realm:   product.RealmOf(func(s Settings) string { return s.Realm }),
		Cookie:  "sessionid", LastOfSeveral: true, Scheme: "Token",
	}
}

// Settings are AISquare's own, beside those of package config.
type Settings struct {
	Realm        string `env:"AISQUARE_REALM"         envDefault:"main"`
	Response     string `env:"AISQUARE_RESPONSE"      envDefault:"session"` // session: cookies; token: a token in the body; both
	SessionHours int    `env:"AISQUARE_SESSION_HOURS" envDefault:"336"`     // Django's SESSION_COOKIE_AGE: 14 days
	IdleMinutes  int    `env:"AISQUARE_IDLE_MINUTES"  envDefault:"0"`       // 0: however long it is not used
	SessionCap   int    `env:"AISQUARE_SESSION_CAP"   envDefault:"0"`       // logins of a user that last; 0: all
}

// Validate names every variable that is out of bounds.
func (s Settings) Validate() error {
	return errors.Join(
		config.OneOf("AISQUARE_RESPONSE", s.Response, "session", "token", "both"),
		config.Within("AISQUARE_SESSION_HOURS", s.SessionHours, time.Hour),
		config.Between("AISQUARE_IDLE_MINUTES", s.IdleMinutes, 0, 525_600),
		config.Between("AISQUARE_SESSION_CAP", s.SessionCap, 0, 100),
	)
}

func (s Settings) lifetime() time.Duration { return time.Duration(s.SessionHours) * time.Hour }

func (s Settings) idle() time.Duration { return time.Duration(s.IdleMinutes) * time.Minute }

func (s Settings) cookies() bool { return s.Response != "token" }

func (s Settings) tokenInBody() bool { return s.Response != "session" }
