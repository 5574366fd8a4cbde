// Package directory is the model of who may log in: users, the identifiers that name them, and the applications that
// Social ID's clients log in through.
//
// Ids and identifiers are unique within a realm. One realm can serve all four products, or each can have its own. A
// user name matches exactly as stored. An e-mail address is lower-cased by [Email], when it is stored and when it is
// looked up, and by nothing else.
//
// The package also states what an administration needs of a store ([UserStore], [ApplicationStore], [AttemptStore]), and the
// import format.
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

// What the ports of this package answer, wrapped with what was being done.
var (
	ErrNotFound = errors.New("not found")
	ErrChanged  = errors.New("changed meanwhile")
	// ErrThrottled: the store has more to do than it takes on. It has done nothing of what was asked, not even in a try whose
	// answer was lost, so the same can be asked again later.
	ErrThrottled = errors.New("the store is throttled")
)

// TakenError says which of a user's or application's names already belongs to another one. Nothing was stored.
type TakenError struct {
	Kind  string // "id", "username" or "email"
	Value string
}

func (e *TakenError) Error() string { return fmt.Sprintf("the %s %q is taken", e.Kind, e.Value) }

// ServiceAccount is the account type that cannot log in with a password. Every other value can.
const ServiceAccount = "Service Account"

// User is one account of a realm. Empty strings, nil pointers and the zero time mean that there is no value.
type User struct {
	Realm        string
	ID           int64 // positive
	Username     string
	Email        string // as [Email] gives it
	Name         string
	PasswordHash string // in a format of shared/password; empty: cannot log in
	Active       bool   // false: deactivated
	Confirmed    bool   // false: the e-mail address is not confirmed, so no login yet
	Version      int64  // rises with every stored change; see [UserStore]
	CreatedAt    time.Time
	Profile
}

// Profile is what products show of a user and no login decision hangs on.
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

// Password is the stored hash that a login is verified against: none for a service account.
func (u User) Password() string {
	if u.AccountType == ServiceAccount {
		return ""
	}
	return u.PasswordHash
}

// Words returns what a user is known by, some of it empty. Its password must be none of it.
func (u User) Words() []string {
	username, _, _ := strings.Cut(u.Username, "@")
	local, _, _ := strings.Cut(u.Email, "@")
	return append(strings.Fields(u.Name), u.Name, u.Username, username, u.Email, local, u.Realm)
}

// Revokes says whether a change of a user must end logins that are under way and sessions that were begun: the user is
// deactivated, or what its password is verified against changes.
func Revokes(before, after User) bool {
	return before.Active && !after.Active || before.Password() != after.Password()
}

// Application is a Social ID login app: a server that logs its users in with HTTP Basic authentication.
type Application struct {
	ID             int64  // the Basic user name, in decimal
	Realm          string // where its users are
	SecretDigest   string // SHA-256 of its secret, lower-case hex
	AttemptLimit   int    // its own limit of failures; 0: the realm's policy holds, and counts are shared
	LockoutMinutes int    // its own window and lock, in minutes; meaningful with AttemptLimit
	CreatedAt      time.Time
}

// Digest returns the SHA-256 of a secret in lower-case hex, the form in which applications' secrets and session tokens are
// stored. Both are long and random, so nothing slower is needed (OWASP ASVS 5.0, 6.5.2).
func Digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// HasSecret says whether the secret is the application's, in a time that depends on neither. The zero Application,
// which stands for one that does not exist, has none.
func (a Application) HasSecret(secret string) bool {
	return subtle.ConstantTimeCompare([]byte(Digest(secret)), []byte(a.SecretDigest)) == 1
}

// Kind is what an identifier names a user by.
type Kind string

// The kinds of identifier.
const (
	ByUsername Kind = "username"
	ByEmail    Kind = "email"
)

// Identifier is a name that a client gives for a user.
type Identifier struct {
	Kind  Kind
	Value string
}

// Username names a user by user name, exactly as stored.
func Username(name string) Identifier { return Identifier{ByUsername, name} }

// EmailAddress names a user by e-mail address, in any letter case.
func EmailAddress(address string) Identifier { return Identifier{ByEmail, Email(address)} }

// Email returns the one form in which an e-mail address is stored and looked up: lower case. A letter beyond ASCII whose
// lower case is ASCII, as that of the Kelvin sign is, stays as it is: else one address would name another one's user.
func Email(address string) string {
	return strings.Map(func(r rune) rune {
		lower := unicode.ToLower(r)
		if r > unicode.MaxASCII && lower <= unicode.MaxASCII {
			return r
		}
		return lower
	}, address)
}

// Account is what attempts are counted on: a user, or a decoy that stands in for a user that does not exist. Both go
// through exactly the same steps of a login.
type Account struct {
	Realm string
	Key   string // the user's id in decimal, or a decoy's key, which no id can equal
	Known bool   // false: a decoy
	Scope string // whose count it is: "" for the realm's, "app#<id>" for that of an application with limits of its own
}

// AccountOf is the account of a user.
func AccountOf(realm string, id int64) Account {
	return Account{Realm: realm, Key: strconv.FormatInt(id, 10), Known: true}
}

// Decoy is the account of an identifier that names nobody. It is derived from the identifier, so that attempts on the
// same unknown name are counted together, as they are on a known one.
func Decoy(realm string, of Identifier) Account {
	return Account{Realm: realm, Key: "decoy-" + Digest(string(of.Kind)+"#"+of.Value)}
}

// Scoped is the same account, counted apart for an application that has limits of its own.
func (a Account) Scoped(application int64) Account {
	a.Scope = "app#" + strconv.FormatInt(application, 10)
	return a
}

// UserID is the id of the account's user; false for a decoy.
func (a Account) UserID() (int64, bool) {
	if !a.Known {
		return 0, false
	}
	id, err := strconv.ParseInt(a.Key, 10, 64)
	return id, err == nil
}
