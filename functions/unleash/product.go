package unleash

import (
	"errors"
	"net/http"
	"time"

	"gatehouse/shared/config"
	"gatehouse/shared/directory"
	"gatehouse/shared/product"
)

const (
	loginPath          = "/auth/simple/login"
	userPath           = "/api/admin/user"
	logoutPath         = "/logout"
	changePasswordPath = "/api/admin/user/change-password"
)

// names are what the product is called. Only these reach a function's binary, none of the examples of Describe.
var names = product.Product{Name: productName, Prefix: "Unleash", Title: "Unleash"}

// Describe returns what the rest of the project knows of Unleash.
func Describe() product.Product {
	endpoint := product.Endpoint{Function: "UnleashLogin", Path: loginPath, Access: product.LogsIn, New: NewLogin}
	rootRole, emailSent := int64(1), false
	return product.Product{
		Name: names.Name, Prefix: names.Prefix, Title: names.Title,
		Settings: config.SettingsOf[Settings](),
		Realm:    "UNLEASH_REALM",
		Endpoints: []product.Endpoint{
			endpoint,
			{Function: "UnleashUser", Path: userPath, Access: product.Checks, New: NewUser},
			{Function: "UnleashLogout", Path: logoutPath, Access: product.Checks | product.Ends, New: NewLogout},
			{
				Function: "UnleashChangePassword", Path: changePasswordPath, Access: product.Checks | product.SetsPassword,
				New: NewChangePassword,
			},
		},
		Session: Session(),
		Login: product.Login{
			Endpoint: endpoint,
			User: directory.Entry{
				ID: 123, Username: "hunter", Email: "user@example.com", Name: "User", Password: "hunter_secret",
				Profile: directory.Profile{
					AccountType: "User",
					ImageURL:    "https://example.com/242x200.png",
					InviteLink:  "http://localhost:4242/invite-link/some-secret",
					RootRole:    &rootRole,
					EmailSent:   &emailSent,
					ScimID:      "01HTMEXAMPLESCIMID7SWWGHN6",
				},
			},
			Name:     "hunter",
			Body:     product.JSON("username", "password"),
			Accepted: http.StatusOK, Refused: http.StatusUnauthorized,
			Check: product.Next{Method: http.MethodGet, Path: userPath}, Logout: product.Next{Method: http.MethodPost, Path: logoutPath},
		},
		Columns: map[string]string{ // of the table users
			"id": "id", "name": "name", "username": "username", "email": "email", "image_url": "image_url",
			"password_hash": "password_hash", "created_at": "created_at", "is_service": "service", "is_system": "service",
			"scim_id": "scim_id", "seat_type": "seat_type", "company_role": "company_role", "permissions": "permissions",
			"product_updates_email_consent": "product_updates_email_consent", "deleted_at": "deleted_at",
		},
	}
}

// Session describes how Unleash's session tokens travel.
func Session() product.Session {
	return product.Session{
		Product: productName,
		Realm:   product.RealmOf(func(s Settings) string { return s.Realm }),
		Cookie:  cookieName,
	}
}

// Settings are Unleash's own, beside those of package config.
type Settings struct {
	Realm         string `env:"UNLEASH_REALM"          envDefault:"main"`
	PasswordLogin bool   `env:"UNLEASH_PASSWORD_LOGIN" envDefault:"true"` // false: every login gets the 422
	SessionHours  int    `env:"UNLEASH_SESSION_HOURS"  envDefault:"48"`   // without use; Unleash's SESSION_TTL_HOURS
	SessionDays   int    `env:"UNLEASH_SESSION_DAYS"   envDefault:"30"`   // from the login on: NIST SP 800-63B-4, AAL1
	SessionCap    int    `env:"UNLEASH_SESSION_CAP"    envDefault:"5"`    // of a user; Unleash's MAX_PARALLEL_SESSIONS; 0: none
}

// maxCap is the cap of Unleash's enterprise edition. A login may have to end that many sessions within its budget of time.
const maxCap = 100

// Validate names every variable that is out of bounds.
func (s Settings) Validate() error {
	return errors.Join(
		config.Within("UNLEASH_SESSION_HOURS", s.SessionHours, time.Hour),
		config.Within("UNLEASH_SESSION_DAYS", s.SessionDays, 24*time.Hour),
		config.Between("UNLEASH_SESSION_CAP", s.SessionCap, 0, maxCap),
	)
}
