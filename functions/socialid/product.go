package socialid

import (
	"errors"
	"net/http"
	"time"

	"gatehouse/shared/config"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/product"
)

const (
	productName = "socialid"

	// rootPath is the root of the documents' login resources.
	rootPath = "/v1/marketing/login"
)

// Describe returns what the rest of the project knows of Social ID Now.
func Describe() product.Product {
	endpoint := product.Endpoint{Function: "SocialIDLogin", Path: rootPath + "/users/login", Access: product.LogsIn, New: NewLogin}
	return product.Product{
		Name: productName, Prefix: "SocialID", Title: "Social ID Now",
		Settings: config.SettingsOf[Settings](),
		Endpoints: []product.Endpoint{
			endpoint,
			{
				Function: "SocialIDConnection", Path: rootPath + "/connections/{connection_id}",
				Access: product.Calls | product.Checks | product.Ends, New: NewConnection,
			},
			{Function: "SocialIDSignIn", Path: rootPath + "/sign_ins/{id}", Access: product.Calls | product.Checks, New: NewSignIn},
			{Function: "SocialIDInfo", Path: rootPath + "/info", Access: product.Calls | product.Checks, New: NewInfo},
		},
		Session: Session(),
		Login: product.Login{
			Endpoint: endpoint,
			User: directory.Entry{
				ID: 341, Username: "john_doe", Email: "john_doe@domain.com", Name: "John Doe", Password: "john_doe_secret",
			},
			Name: "john_doe",
			Application: &product.Application{
				ID: 138, Secret: "e8b9ca24f1b590af67e6271297d6e1f7226625d61c5b5daa1b2f215464e292cf",
			},
			Body:     product.JSON("username", "password"),
			Accepted: http.StatusCreated, Refused: http.StatusForbidden,
			Check:  product.Next{Method: http.MethodGet, Path: rootPath + "/connections/{connection_id}"},
			Logout: product.Next{Method: http.MethodDelete, Path: rootPath + "/connections/{connection_id}"},
			Told: map[string]login.Outcome{
				`"not_found"`: login.UnknownUser, `"active"`: login.Inactive, `"confirmed"`: login.Unconfirmed,
				`"locked"`: login.Locked, `"invalid_password"`: login.WrongPassword,
			},
		},
	}
}

// Session describes how the tokens travel: applications send them, browsers do not.
func Session() product.Session { return product.Session{Product: productName} }

// Settings are Social ID's own, beside those of package config. The realm is its application's.
type Settings struct {
	ConnectionHours   int `env:"SOCIALID_CONNECTION_HOURS"    envDefault:"168"` // the documents' week
	LoginTokenMinutes int `env:"SOCIALID_LOGIN_TOKEN_MINUTES" envDefault:"60"`  // the documents' hour
}

// Validate names every variable that is out of bounds.
func (s Settings) Validate() error {
	return errors.Join(
		config.Within("SOCIALID_CONNECTION_HOURS", s.ConnectionHours, time.Hour),
		config.Within("SOCIALID_LOGIN_TOKEN_MINUTES", s.LoginTokenMinutes, time.Minute),
	)
}

func (s Settings) connectionLifetime() time.Duration {
	return time.Duration(s.ConnectionHours) * time.Hour
}

func (s Settings) loginTokenLifetime() time.Duration {
	return time.Duration(s.LoginTokenMinutes) * time.Minute
}
