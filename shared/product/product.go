// Package product defines how a product describes itself. Each folder below functions exports one function,
// Describe, that returns a [Product]; functions.Products lists them. `gatehouse serve`, its banner, the settings table,
// the event replay, the template's tests and the harnesses read that list. None of them names a product.
package product

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gatehouse/shared/config"
	"gatehouse/shared/directory"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/password"
	"gatehouse/shared/wire"
)

// Constructor builds the handler of one function from the settings and the login service. An error names the setting that
// is out of bounds.
type Constructor func(config.Config, *login.Service) (gateway.Handler, error)

// Product is one product, as everything outside its folder sees it.
type Product struct {
	Name      string           // of its folders below functions and events: "unleash"
	Prefix    string           // of its functions and parameters in template.yaml: "Unleash"
	Title     string           // as its makers write it: "CrafterCMS Studio"
	Settings  []config.Setting // its own, besides the common ones
	Realm     string           // the variable that names its users' realm; empty where its applications name theirs
	Endpoints []Endpoint
	Session   Session // how its session tokens travel, for the backends behind it
	Login     Login   // how a client logs in, for the banner and the harnesses

	// Columns maps the columns of the product's own table of users to fields of the import format: the preset of that name
	// of `gatehouse users import`. Nil where its users come in another form.
	Columns map[string]string
}

// Endpoint is one function: a route of the API and the constructor of its handler.
type Endpoint struct {
	Function string // its name in template.yaml: the product's prefix, then the endpoint's name
	Path     string // its resource in API Gateway, without a slash at the end; {name} stands for one segment
	Access   Access
	New      Constructor
}

// Session describes how a product's session tokens travel. It is apart from the rest of a [Product] because functions hold
// it, which must not hold the public passwords of the example users.
type Session struct {
	Product string // its Name
	// Realm returns the realm of the product's users from its settings. Nil where its applications name theirs, and show the
	// tokens themselves.
	Realm func(config.Config) (string, error)

	Cookie        string // the name of the cookie that carries a token; empty for none
	LastOfSeveral bool   // whether the last of several cookies of that name counts; otherwise the first does
	Scheme        string // of the Authorization header that carries a token, in any letter case; empty for none
}

// RealmOf returns a [Session.Realm] that reads a product's settings.
func RealmOf[T interface{ Validate() error }](realm func(T) string) func(config.Config) (string, error) {
	return func(c config.Config) (string, error) {
		settings, err := config.For[T](c)
		return realm(settings), err
	}
}

// Access is what a function does with the tables. It decides which of the template's policies the function attaches.
type Access int

// The kinds of access, which can be joined.
const (
	LogsIn       Access = 1 << iota // LoginPolicy: decides logins, begins sessions
	Checks                          // SessionPolicy: reads sessions with their users, and slides them
	Ends                            // LogoutPolicy: ends sessions
	SetsPassword                    // PasswordPolicy: verifies a user's password and sets another
	Calls                           // ApplicationPolicy: applications call it
)

// Login shows how a client of the product logs in.
type Login struct {
	Endpoint Endpoint
	User     directory.Entry // the documents' example user; its password is public
	Name     string          // what the example types as the name
	Slash    bool            // whether the documented path ends with a slash

	// Body returns the JSON body of a login request; see [JSON].
	Body func(name, password string) string
	// Application is the example application that calls, by HTTP Basic authentication; nil where clients send none.
	Application *Application

	// Accepted is the status of an accepted login, Refused that of one with a wrong password.
	Accepted, Refused int
	// Check asks who is logged in and is answered 200, Logout ends that session.
	Check, Logout Next
	// Told maps a text in the body of a refusal to the outcome that it tells its client; nil where all refusals are alike.
	Told map[string]login.Outcome
}

// Next is a request of a client that has logged in. It sends the cookies of the login's response, and the example application
// calls where there is one.
type Next struct {
	Method, Path string            // {name} in the path stands for that text of the login's JSON
	Repeats      map[string]string // the cookies whose value a header repeats, by the header's name
}

// JSON returns a function that writes a login's body: one object with the name and the password under these keys.
func JSON(nameKey, passwordKey string) func(name, password string) string {
	quoted := func(text string) []byte { return wire.AppendQuoted(nil, text) }
	return func(name, password string) string {
		return fmt.Sprintf("{%s:%s,%s:%s}", quoted(nameKey), quoted(name), quoted(passwordKey), quoted(password))
	}
}

// Application is an application that calls in its users' name. Its secret is public.
type Application struct {
	ID     int64
	Secret string
}

// Curl returns a command line that logs in at a base URL. For users other than the example's, pass the words that stand in
// their place.
func (l Login) Curl(base, name, password, application string) string {
	path := l.Endpoint.Path
	if l.Slash {
		path += "/"
	}
	command := fmt.Sprintf("curl -iX POST '%s%s' \\\n  -H 'Content-Type: application/json' -d '%s'", base, path, l.Body(name, password))
	if l.Application != nil {
		command += " \\\n  --user " + application
	}
	return command
}

// Request returns a login at a base URL, sent by the example application where the product has one.
func (l Login) Request(ctx context.Context, base, name, password string) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, base+l.Endpoint.Path, strings.NewReader(l.Body(name, password)))
	if err != nil {
		return nil, fmt.Errorf("building a login request: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	if app := l.Application; app != nil {
		r.SetBasicAuth(strconv.FormatInt(app.ID, 10), app.Secret)
	}
	return r, nil
}

// RuleError is the error of [CheckPassword]. Products put its rule into words of their own.
type RuleError = password.RuleError

// The rules of a RuleError.
const (
	NotText  = password.NotText
	TooShort = password.TooShort
	TooLong  = password.TooLong
	Common   = password.Common
	Named    = password.Named
)

// CheckPassword returns the reason why the user may not have this new password, in a sentence for the person who chose it;
// nil if it may. The names of the services that it may be for are refused (OWASP ASVS 5.0, 6.2.11).
func CheckPassword(c config.Config, products []Product, user directory.User, plain string) error {
	refused := append(user.Words(), "Gatehouse")
	for _, p := range products {
		refused = append(refused, p.Name, p.Prefix)
		words := strings.Fields(p.Title)
		for i := range words {
			refused = append(refused, strings.Join(words[:i+1], " "))
		}
	}
	return password.CheckNew(plain, c.PasswordMin, refused)
}
