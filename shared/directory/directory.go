// Package directory models who may log in: users, the identifiers that name them, and the applications through which Social
// ID's clients log in.
//
// An administration adds users with [Enroll] and changes them through a [Store]. A login looks up an [Identifier] and gets an
// [Account]: a user's, or a decoy that stands in for an unknown one. [Entry] is a line of the import format.
//
// Ids and identifiers are unique within a realm. All products can share one realm, or each can have its own. A user name
// matches exactly as stored. Only [Email] lower-cases an e-mail address, when it is stored and when it is looked up.
package directory

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Errors of this package's ports, wrapped.
var (
	ErrNotFound = errors.New("not found")
	ErrChanged  = errors.New("changed meanwhile")
	// ErrThrottled means that the store refused the request because of its load. Nothing was done, not even by a try whose
	// response was lost, so the caller can retry later.
	ErrThrottled = errors.New("the store is throttled")
)

// TakenError names the id, identifier or secret that already belongs to another user or application. Nothing was stored.
type TakenError struct {
	Kind  string // "id", "username", "email" or "secret"
	Value string // empty for a secret
}

func (e *TakenError) Error() string {
	if e.Kind == "secret" {
		return "the secret is taken"
	}
	return fmt.Sprintf("the %s %q is taken", e.Kind, e.Value)
}

// ServiceAccount is the account type that cannot log in with a password. Every other value can.
const ServiceAccount = "Service Account"

// User is one account of a realm. Empty strings, nil pointers and the zero time stand for no value.
type User struct {
	Realm        string
	ID           int64 // positive
	Username     string
	Email        string // as [Email] gives it
	Name         string
	PasswordHash string // in a format of shared/password; empty: cannot log in
	Active       bool   // false: deactivated
	Confirmed    bool   // false: the e-mail address is not confirmed, so no login yet
	Version      int64  // rises with every stored change, see [UserStore]
	CreatedAt    time.Time
	Profile
}

// Profile is shown by products. Except for AccountType, it decides no login.
type Profile struct {
	AccountType                string   `json:"account_type,omitempty"`
	ImageURL                   string   `json:"image_url,omitempty"`
	InviteLink                 string   `json:"invite_link,omitempty"`
	RootRole                   *int64   `json:"root_role,omitempty"`
	EmailSent                  *bool    `json:"email_sent,omitempty"`
	ScimID                     string   `json:"scim_id,omitempty"`
	SeatType                   string   `json:"seat_type,omitempty"`
	CompanyRole                string   `json:"company_role,omitempty"`
	ProductUpdatesEmailConsent *bool    `json:"product_updates_email_consent,omitempty"`
	Permissions                []string `json:"permissions,omitempty"`
}

// Password returns the hash that a login is verified against: none for a service account.
func (u User) Password() string {
	if u.AccountType == ServiceAccount {
		return ""
	}
	return u.PasswordHash
}

// Words returns the names that a user's password must not be. Some are empty.
func (u User) Words() []string {
	username, _, _ := strings.Cut(u.Username, "@")
	local, _, _ := strings.Cut(u.Email, "@")
	return append(strings.Fields(u.Name), u.Name, u.Username, username, u.Email, local, u.Realm)
}

// Revokes reports whether a change of a user must end its sessions and the logins under way: the user is deactivated, or
// the hash that its password is verified against changes.
func Revokes(before, after User) bool {
	return before.Active && !after.Active || before.Password() != after.Password()
}

// Application is a Social ID login app: a server that logs its users in with HTTP Basic authentication.
type Application struct {
	ID             int64  // the Basic user name, in decimal
	Realm          string // where its users are
	SecretDigest   string // SHA-256 of its secret, lower-case hex
	AttemptLimit   int    // its own limit of failures; 0: the realm's policy and count
	LockoutMinutes int    // its own window and lock, with AttemptLimit
	CreatedAt      time.Time
}

// Digest returns the SHA-256 of a secret in lower-case hex, the form in which applications' secrets and session tokens are
// stored. Both are long and random, so nothing slower is needed (OWASP ASVS 5.0, 6.5.2).
func Digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// HasSecret reports whether the secret is the application's, in constant time. The zero Application, which stands for an
// unknown one, has no secret.
func (a Application) HasSecret(secret string) bool {
	return subtle.ConstantTimeCompare([]byte(Digest(secret)), []byte(a.SecretDigest)) == 1
}

// Kind is the kind of an identifier.
type Kind string

// The kinds of identifier.
const (
	ByUsername Kind = "username"
	ByEmail    Kind = "email"
)

// Identifier is a client's name for a user.
type Identifier struct {
	Kind  Kind
	Value string
}

// Username returns an identifier that matches a user name exactly as stored.
func Username(name string) Identifier { return Identifier{ByUsername, name} }

// EmailAddress returns an identifier that matches an e-mail address in any letter case.
func EmailAddress(address string) Identifier { return Identifier{ByEmail, Email(address)} }

// Email returns an e-mail address in lower case, the form in which it is stored and looked up. A letter beyond ASCII whose
// lower case is ASCII, such as the Kelvin sign, stays unchanged, because otherwise one address would match another user's.
func Email(address string) string {
	return strings.Map(func(r rune) rune {
		lower := unicode.ToLower(r)
		if r > unicode.MaxASCII && lower <= unicode.MaxASCII {
			return r
		}
		return lower
	}, address)
}

// Account is a user, or a decoy that stands in for an unknown one. Attempts are counted on both, and both take the same
// steps of a login.
type Account struct {
	Realm string
	Key   string // the user's id in decimal, or a decoy's key, which equals no id
	Known bool   // false: a decoy
	Scope string // of the count: "" for the realm's, "app#<id>" for an application with limits of its own
}

// AccountOf returns the account of a user.
func AccountOf(realm string, id int64) Account {
	return Account{Realm: realm, Key: strconv.FormatInt(id, 10), Known: true}
}

// Decoy returns the account of an unknown identifier. It is derived from the identifier, so attempts on the same unknown
// name are counted together, as on a known one.
func Decoy(realm string, unknown Identifier) Account {
	return Account{Realm: realm, Key: "decoy-" + Digest(string(unknown.Kind)+"#"+unknown.Value)}
}

// Scoped returns the same account with a count of its own, for an application with limits of its own.
func (a Account) Scoped(application int64) Account {
	a.Scope = "app#" + strconv.FormatInt(application, 10)
	return a
}

// UserID returns the id of the account's user; false for a decoy.
func (a Account) UserID() (int64, bool) {
	if !a.Known {
		return 0, false
	}
	id, err := strconv.ParseInt(a.Key, 10, 64)
	return id, err == nil
}
