package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"gatehouse/shared/directory"
)

// applicationView is an application as --json shows it. Only the command that minted a secret shows it, once.
type applicationView struct {
	ID             int64     `json:"id"`
	Realm          string    `json:"realm"`
	AttemptLimit   int       `json:"attempt_limit"`
	LockoutMinutes int       `json:"lockout_minutes"`
	CreatedAt      time.Time `json:"created_at"`
	Secret         string    `json:"secret,omitempty"`
}

func applicationViewOf(application directory.Application) applicationView {
	return applicationView{
		ID: application.ID, Realm: application.Realm, AttemptLimit: application.AttemptLimit,
		LockoutMinutes: application.LockoutMinutes, CreatedAt: application.CreatedAt.UTC(),
	}
}

// limits describes the policy for failed logins through the application.
func limits(application directory.Application) string {
	if application.AttemptLimit == 0 {
		return "those of its realm"
	}
	return fmt.Sprintf("%d failures, %d minutes", application.AttemptLimit, application.LockoutMinutes)
}

// The bounds of an application's own limits are those of the settings.
const (
	maxAttemptLimit   = 1_000_000     // more is no limit
	maxLockoutMinutes = 365 * 24 * 60 // more is a mistake in the unit
	newLockoutMinutes = 30            // with a first --limit alone (PCI DSS 8.3.4: at least 30)
)

// ownLimits are the flags for an application's limits.
type ownLimits struct {
	changed        func(flag string) bool
	limit, minutes int
}

func (o *ownLimits) addTo(command *cobra.Command) {
	flags := command.Flags()
	o.changed = flags.Changed
	flags.IntVar(&o.limit, "limit", 0, "`failures` that lock an account for logins through it; 0: as the realm has it")
	flags.IntVar(&o.minutes, "lockout-minutes", 0,
		fmt.Sprintf("`minutes` of its window and lock (%d with a first --limit)", newLockoutMinutes))
}

// apply sets the limits whose flags were given, and keeps the others.
func (o *ownLimits) apply(application *directory.Application) error {
	hasMinutes := o.changed("lockout-minutes")
	if o.changed("limit") {
		application.AttemptLimit = o.limit
	}
	if hasMinutes {
		application.LockoutMinutes = o.minutes
	}
	switch {
	case o.limit < 0 || o.limit > maxAttemptLimit:
		return usageError{fmt.Errorf("--limit must be from 0, the realm's policy, to %d, above which nothing is limited",
			maxAttemptLimit)}
	case hasMinutes && (o.minutes < 1 || o.minutes > maxLockoutMinutes):
		return usageError{fmt.Errorf("--lockout-minutes must be from 1 to %d, which is a year", maxLockoutMinutes)}
	case hasMinutes && application.AttemptLimit == 0:
		return usageError{errors.New("--lockout-minutes needs a --limit above 0: without one the realm's policy holds")}
	case application.AttemptLimit == 0:
		application.LockoutMinutes = 0
	case application.LockoutMinutes == 0:
		application.LockoutMinutes = newLockoutMinutes
	}
	return nil
}

// newSecret mints an application's secret: 32 bytes of crypto/rand in 64 lower-case hex characters.
func newSecret() string {
	var raw [32]byte
	rand.Read(raw[:]) // never fails: it ends the program if the system has no randomness
	return hex.EncodeToString(raw[:])
}

// safeSecret is the length at which a secret is safe as a plain SHA-256 digest: 112 bits in hex (OWASP ASVS 5.0, 6.5.2).
const safeSecret = 112 / 4

// givenSecret reads a secret that clients have already. A short one is taken, for their sake, with a warning.
func (p *applications) givenSecret(ctx context.Context) (string, error) {
	secret, err := p.secret(ctx, "secret")
	if err != nil {
		return "", err
	}
	// HTTP Basic authentication cannot carry control characters (RFC 7617, section 2).
	if !utf8.ValidString(secret) || strings.ContainsFunc(secret, unicode.IsControl) {
		return "", errors.New("the secret holds a control character or invalid UTF-8: no client could send it")
	}
	if len(secret) < safeSecret {
		_, _ = fmt.Fprintf(p.stderr, "warning: a secret of less than %d characters can be guessed; give a new one with "+
			"rotate-secret\n", safeSecret)
	}
	return secret, nil
}
