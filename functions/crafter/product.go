package crafter

import (
	"errors"
	"net/http"
	"time"

	"gatehouse/shared/config"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/product"
	"gatehouse/shared/session"
)

// The resources of the documents.
const (
	securityPath = "/api/1/services/api/1/security/"
	userPath     = "/api/1/services/api/1/user/"
)

// names are what the product is called. Only these reach a function's binary, none of the examples of Describe.
var names = product.Product{Name: productName, Prefix: "Crafter", Title: "CrafterCMS Studio"}

// Describe returns what the rest of the project knows of CrafterCMS Studio.
func Describe() product.Product {
	endpoint := product.Endpoint{Function: "CrafterLogin", Path: securityPath + "login.json", Access: product.LogsIn, New: NewLogin}
	return product.Product{
		Name: names.Name, Prefix: names.Prefix, Title: names.Title,
		Settings: config.SettingsOf[Settings](),
		Realm:    "CRAFTER_REALM",
		Endpoints: []product.Endpoint{
			endpoint,
			{
				Function: "CrafterValidateSession", Path: securityPath + "validate-session.json", Access: product.Checks,
				New: NewValidateSession,
			},
			{Function: "CrafterLogout", Path: securityPath + "logout.json", Access: product.Ends, New: NewLogout},
			{Function: "CrafterUser", Path: userPath + "get.json", Access: product.Checks, New: NewUser},
			{
				Function: "CrafterChangePassword", Path: userPath + "change-password.json",
				Access: product.Checks | product.SetsPassword, New: NewChangePassword,
			},
		},
		Session: Session(),
		Login: product.Login{
			Endpoint: endpoint,
			// The document names no user.
			User:     directory.Entry{ID: 1, Username: "admin", Email: "admin@example.com", Name: "Admin", Password: "admin_secret"},
			Name:     "admin",
			Body:     product.JSON("username", "password"),
			Accepted: http.StatusOK, Refused: http.StatusUnauthorized,
			Check:  product.Next{Method: http.MethodGet, Path: securityPath + "validate-session.json"},
			Logout: product.Next{Method: http.MethodPost, Path: securityPath + "logout.json"},
		},
		Columns: map[string]string{ // of the table user of Studio 3.1
			"id": "id", "username": "username", "password": "password_hash", "first_name": "first_name",
			"last_name": "last_name", "email": "email", "enabled": "active", "deleted": "deleted",
		},
	}
}

// Session describes how CrafterCMS Studio's session tokens travel.
func Session() product.Session {
	return product.Session{
		Product: productName,
		Realm:   product.RealmOf(func(s Settings) string { return s.Realm }),
		Cookie:  cookieName,
	}
}

// Settings are Crafter's own, beside those of package config.
type Settings struct {
	Realm          string `env:"CRAFTER_REALM"           envDefault:"main"`
	AllowGet       bool   `env:"CRAFTER_ALLOW_GET"       envDefault:"true"` // credentials in a query, which logs keep; a logout by GET
	SessionMinutes int    `env:"CRAFTER_SESSION_MINUTES" envDefault:"60"`   // without use: Crafter's studio.security.sessionTimeout
	SessionHours   int    `env:"CRAFTER_SESSION_HOURS"   envDefault:"24"`   // in all
	SessionCap     int    `env:"CRAFTER_SESSION_CAP"     envDefault:"0"`    // sessions that a user may have; 0: no limit
}

// Validate names every variable that is out of bounds.
func (s Settings) Validate() error {
	return errors.Join(
		config.Within("CRAFTER_SESSION_MINUTES", s.SessionMinutes, time.Minute),
		config.Within("CRAFTER_SESSION_HOURS", s.SessionHours, time.Hour),
		config.Between("CRAFTER_SESSION_CAP", s.SessionCap, 0, 1000),
	)
}

func (s Settings) grant() login.Grant {
	return login.Grant{
		Kind: session.Browser, Idle: time.Duration(s.SessionMinutes) * time.Minute, Lifetime: time.Duration(s.SessionHours) * time.Hour,
	}
}

// methods returns the methods of an endpoint whose document names GET for what should be a POST.
func (s Settings) methods() string {
	if s.AllowGet {
		return "GET, POST"
	}
	return http.MethodPost
}

func (s Settings) allows(method string) bool {
	return method == http.MethodPost || s.AllowGet && method == http.MethodGet
}
