// Package config turns the environment into a typed [Config]: the same variables for the Lambda functions, whose template
// has a parameter for each, and for the local server. Every variable has a default that is fit for production, and a
// bound that [Load] holds it to; what is wrong is said by the variable's name, all at once.
package config

import (
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"gatehouse/shared/attempts"
	"gatehouse/shared/password"
)

// Config is every setting. The tags give the variable and its default; the comments give the unit, the meaning of 0, and
// the source of the default.
type Config struct {
	// Attempts. PCI DSS 8.3.4: at most 10 failures, at least 30 minutes. NIST SP 800-63B-4, 3.2.2: at most 100 in a row.
	AttemptLimit   int `env:"ATTEMPT_LIMIT"   envDefault:"10"`  // failures that lock an account; 0: off
	LockoutMinutes int `env:"LOCKOUT_MINUTES" envDefault:"30"`  // minutes of the window and of the lock
	FailureCap     int `env:"FAILURE_CAP"     envDefault:"100"` // consecutive failures that disable the password; 0: off
	SourceLimit    int `env:"SOURCE_LIMIT"    envDefault:"60"`  // requests a minute from one address; 0: off
	AppLimit       int `env:"APP_LIMIT"       envDefault:"0"`   // requests a minute of one Social ID application; 0: off

	// Passwords. OWASP Password Storage: a cost of at least 10; 12 is what Django's own bcrypt hashers take.
	BcryptCost int    `env:"BCRYPT_COST" envDefault:"12"`
	Rehash     string `env:"REHASH"      envDefault:"on"` // on: a login replaces an outdated hash; off: it stays, for a way back
	// OWASP ASVS 5.0, 6.2.1: at least 8. NIST SP 800-63B-4, 3.1.1.2: 15 where the password is the only factor.
	PasswordMin int `env:"PASSWORD_MIN" envDefault:"8"` // characters that a new password must have

	// What stands in front.
	CORSOrigins  []string `env:"CORS_ORIGINS"`                    // origins whose pages may log in, e.g. https://app.example.com
	PublicURL    string   `env:"PUBLIC_URL"`                      // base of URLs in answers; empty: as the request came in
	CookieSecure bool     `env:"COOKIE_SECURE" envDefault:"true"` // cookies only over https
	LogLevel     string   `env:"LOG_LEVEL"     envDefault:"info"` // debug, info, warn, error; login lines are always written

	// AISquare Studio. Django's SESSION_COOKIE_AGE is 14 days.
	AISquareRealm        string `env:"AISQUARE_REALM"         envDefault:"main"`
	AISquareResponse     string `env:"AISQUARE_RESPONSE"      envDefault:"session"` // session: cookies; token: a token in the body; both
	AISquareSessionHours int    `env:"AISQUARE_SESSION_HOURS" envDefault:"336"`

	// CrafterCMS Studio. Its studio.security.sessionTimeout is 60 minutes.
	CrafterRealm          string `env:"CRAFTER_REALM"           envDefault:"main"`
	CrafterAllowGet       bool   `env:"CRAFTER_ALLOW_GET"       envDefault:"true"` // credentials in a query, which ends up in logs
	CrafterSessionMinutes int    `env:"CRAFTER_SESSION_MINUTES" envDefault:"60"`

	// Unleash. Its SESSION_TTL_HOURS is 48.
	UnleashRealm         string `env:"UNLEASH_REALM"          envDefault:"main"`
	UnleashPasswordLogin bool   `env:"UNLEASH_PASSWORD_LOGIN" envDefault:"true"` // false: every login is answered 422
	UnleashSessionHours  int    `env:"UNLEASH_SESSION_HOURS"  envDefault:"48"`

	// Social ID Now. Its documents say one week and one hour.
	SocialIDConnectionHours   int `env:"SOCIALID_CONNECTION_HOURS"    envDefault:"168"`
	SocialIDLoginTokenMinutes int `env:"SOCIALID_LOGIN_TOKEN_MINUTES" envDefault:"60"`
}

// Setting is one variable and its default.
type Setting struct{ Name, Default string }

// Settings lists every variable, in the order of [Config].
func Settings() []Setting {
	var settings []Setting
	for field := range reflect.TypeFor[Config]().Fields() {
		settings = append(settings, Setting{Name: field.Tag.Get("env"), Default: field.Tag.Get("envDefault")})
	}
	return settings
}

// Load reads the settings from an environment, given as a map, and validates them.
func Load(environment map[string]string) (Config, error) {
	config, err := env.ParseAsWithOptions[Config](env.Options{Environment: withoutEmpty(environment)})
	if err != nil {
		return Config{}, readable(err)
	}
	for i, origin := range config.CORSOrigins {
		config.CORSOrigins[i] = strings.TrimSpace(origin)
	}
	return config, config.Validate()
}

// Environment is a list of NAME=value, as os.Environ gives it, as a map.
func Environment(list []string) map[string]string {
	variables := make(map[string]string, len(list))
	for _, each := range list {
		name, value, _ := strings.Cut(each, "=")
		variables[name] = value
	}
	return variables
}

// withoutEmpty leaves out empty variables, so that they take their default: a template passes every parameter.
func withoutEmpty(environment map[string]string) map[string]string {
	given := make(map[string]string, len(environment))
	for name, value := range environment {
		if value != "" {
			given[name] = value
		}
	}
	return given
}

// readable says which variable cannot be read, where the library names the struct's field.
func readable(err error) error {
	var aggregate env.AggregateError
	if !errors.As(err, &aggregate) {
		return err
	}
	var problems []error
	for _, each := range aggregate.Errors {
		var parse env.ParseError
		if !errors.As(each, &parse) {
			problems = append(problems, each)
			continue
		}
		field, _ := reflect.TypeFor[Config]().FieldByName(parse.Name)
		problems = append(problems, fmt.Errorf("%s: not %s", field.Tag.Get("env"), kindName(field.Type)))
	}
	return errors.Join(problems...)
}

func kindName(t reflect.Type) string {
	if t.Kind() == reflect.Bool {
		return "true or false"
	}
	return "a whole number"
}

// year bounds what is given in minutes or hours: longer is a mistake in the unit.
const year = 365 * 24 * time.Hour

// Validate says everything that is out of bounds, by the variable's name.
func (c Config) Validate() error {
	var problems []error
	check := func(ok bool, name, want string) {
		if !ok {
			problems = append(problems, fmt.Errorf("%s: must be %s", name, want))
		}
	}
	between := func(name string, value, low, high int) {
		check(low <= value && value <= high, name, fmt.Sprintf("from %d to %d", low, high))
	}
	// The counts are stored as numbers of any size; a million attempts is no limit any more.
	const anyCount = 1_000_000
	between("ATTEMPT_LIMIT", c.AttemptLimit, 0, anyCount)
	between("FAILURE_CAP", c.FailureCap, 0, anyCount)
	between("SOURCE_LIMIT", c.SourceLimit, 0, anyCount)
	between("APP_LIMIT", c.AppLimit, 0, anyCount)
	between("BCRYPT_COST", c.BcryptCost, password.MinCost, password.MaxCost)
	between("PASSWORD_MIN", c.PasswordMin, password.LeastMin, password.MostMin)
	between("LOCKOUT_MINUTES", c.LockoutMinutes, 1, int(year/time.Minute))
	between("AISQUARE_SESSION_HOURS", c.AISquareSessionHours, 1, int(year/time.Hour))
	between("CRAFTER_SESSION_MINUTES", c.CrafterSessionMinutes, 1, int(year/time.Minute))
	between("UNLEASH_SESSION_HOURS", c.UnleashSessionHours, 1, int(year/time.Hour))
	between("SOCIALID_CONNECTION_HOURS", c.SocialIDConnectionHours, 1, int(year/time.Hour))
	between("SOCIALID_LOGIN_TOKEN_MINUTES", c.SocialIDLoginTokenMinutes, 1, int(year/time.Minute))
	check(oneOf(c.AISquareResponse, "session", "token", "both"), "AISQUARE_RESPONSE", "session, token or both")
	check(oneOf(c.Rehash, "on", "off"), "REHASH", "on or off")
	check(oneOf(c.LogLevel, "debug", "info", "warn", "error"), "LOG_LEVEL", "debug, info, warn or error")
	check(c.PublicURL == "" || isBase(c.PublicURL), "PUBLIC_URL", "an http or https URL without query, e.g. https://login.example.com")
	for _, origin := range c.CORSOrigins {
		check(isOrigin(origin), "CORS_ORIGINS", "origins separated by commas, e.g. https://app.example.com")
	}
	return errors.Join(problems...)
}

// Warnings says what is valid but not fit for production.
func (c Config) Warnings() []string {
	var warnings []string
	if c.BcryptCost < 10 {
		warnings = append(warnings, "BCRYPT_COST is below 10: new hashes are weak (OWASP Password Storage); only tests want that")
	}
	if c.AttemptLimit == 0 && c.FailureCap == 0 {
		warnings = append(warnings, "ATTEMPT_LIMIT and FAILURE_CAP are 0: passwords can be guessed without limit")
	}
	if c.SourceLimit == 0 {
		warnings = append(warnings, "SOURCE_LIMIT is 0: one address can send any number of requests, unless something in front limits it")
	}
	if !c.CookieSecure {
		warnings = append(warnings, "COOKIE_SECURE is false: browsers send session cookies over plain http, where others can read them")
	}
	return warnings
}

// Policy is the set of limits that accounts are held to.
func (c Config) Policy() attempts.Policy {
	return attempts.Policy{
		Limit: c.AttemptLimit, Lockout: time.Duration(c.LockoutMinutes) * time.Minute, Cap: c.FailureCap,
	}
}

func oneOf(value string, allowed ...string) bool { return slices.Contains(allowed, value) }

func isBase(value string) bool {
	u, err := url.Parse(value)
	return err == nil && oneOf(u.Scheme, "http", "https") && u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == ""
}

// isOrigin says whether the value is an origin as browsers send it (RFC 6454, 6.2): no path, not even a slash.
func isOrigin(value string) bool {
	u, err := url.Parse(value)
	return err == nil && isBase(value) && u.Path == "" && value == strings.ToLower(value)
}
