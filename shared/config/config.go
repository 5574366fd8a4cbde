// Package config turns the environment into typed settings. The same variables configure the Lambda functions, whose
// template has a parameter for each, and `gatehouse serve`.
//
// [Config] holds the settings that all products share. A product declares its own in a struct with the same kind of tags
// and reads it with [For]. Every variable has a default that is fit for production, and bounds. An error names every
// variable that is out of bounds, all at once.
package config

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/password"
)

// Config is the common settings. The tags hold the variable and its default; the comments state the unit, the meaning of
// 0, and the source of the default.
type Config struct {
	// Attempts. PCI DSS 8.3.4: at most 10 failures, at least 30 minutes. NIST SP 800-63B-4, 3.2.2: at most 100 in a row.
	AttemptLimit   int `env:"ATTEMPT_LIMIT"   envDefault:"10"`  // failures that lock an account; 0: off
	LockoutMinutes int `env:"LOCKOUT_MINUTES" envDefault:"30"`  // minutes of the window and of the lock
	FailureCap     int `env:"FAILURE_CAP"     envDefault:"100"` // consecutive failures that disable the password; 0: off
	SourceLimit    int `env:"SOURCE_LIMIT"    envDefault:"60"`  // requests a minute from one address; 0: off
	AppLimit       int `env:"APP_LIMIT"       envDefault:"0"`   // requests a minute of one application; 0: off

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

	source *source // what [For] reads from
}

// Load reads the common settings from an environment, given as a map, and validates them.
func Load(environment map[string]string) (Config, error) {
	from := &source{environment: environment}
	config, err := read[Config](from)
	if err != nil {
		return Config{}, err
	}
	config.source = from
	for i, origin := range config.CORSOrigins {
		config.CORSOrigins[i] = strings.TrimSpace(origin)
	}
	return config, config.Validate()
}

// anyCount bounds the limits: the counts are stored as numbers of any size, and a million attempts is no limit.
const anyCount = 1_000_000

// Validate names every variable that is out of bounds.
func (c Config) Validate() error {
	problems := []error{
		Between("ATTEMPT_LIMIT", c.AttemptLimit, 0, anyCount),
		Between("FAILURE_CAP", c.FailureCap, 0, anyCount),
		Between("SOURCE_LIMIT", c.SourceLimit, 0, anyCount),
		Between("APP_LIMIT", c.AppLimit, 0, anyCount),
		Between("BCRYPT_COST", c.BcryptCost, password.MinCost, password.MaxCost),
		Between("PASSWORD_MIN", c.PasswordMin, password.LeastMin, password.MostMin),
		Within("LOCKOUT_MINUTES", c.LockoutMinutes, time.Minute),
		OneOf("REHASH", c.Rehash, "on", "off"),
		OneOf("LOG_LEVEL", c.LogLevel, "debug", "info", "warn", "error"),
	}
	if c.PublicURL != "" && !isBase(c.PublicURL) {
		problems = append(problems, mustBe("PUBLIC_URL", "an http or https URL without query, e.g. https://login.example.com"))
	}
	for _, origin := range c.CORSOrigins {
		if !isOrigin(origin) {
			problems = append(problems, mustBe("CORS_ORIGINS", "origins separated by commas, e.g. https://app.example.com"))
		}
	}
	return errors.Join(problems...)
}

// Warnings returns a sentence for each setting that is valid but unfit for production.
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

// Policy returns the limits that accounts are held to.
func (c Config) Policy() attempts.Policy {
	return attempts.Policy{
		Limit: c.AttemptLimit, Lockout: time.Duration(c.LockoutMinutes) * time.Minute, Cap: c.FailureCap,
	}
}

func isBase(value string) bool {
	u, err := url.Parse(value)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") &&
		u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == ""
}

// isOrigin reports whether the value is an origin as browsers send it (RFC 6454, 6.2): no path, not even a slash.
func isOrigin(value string) bool {
	u, err := url.Parse(value)
	return err == nil && isBase(value) && u.Path == "" && value == strings.ToLower(value)
}
