// Package session is what a login hands out: tokens, and what a token is worth later.
//
//	token, digest, err := minter.Token(user.ID)        // at login: the client gets the token, the store its digest
//	live, err := keeper.Use(ctx, session.Claim{...})   // later: a request carries the token; ErrNone if it is worth nothing
//	err := keeper.End(ctx, live.Ref())                 // at logout
//
// A token is 64 lower-case hex characters. The first 16 are the id of its user, the other 48 are 24 bytes from a
// cryptographic source (OWASP ASVS 5.0, 7.2.3). The store keeps only the SHA-256 of the whole token, so a copy of the table
// opens no session (6.5.2). A login always mints new tokens, whatever the request carried, so an attacker cannot plant one
// (7.2.4).
//
// Because a token names its user, one request reads the session together with the user, however many there are. A session is
// good if it is stored, not expired, of the claimed kind, product and application, and if its epoch is the one on the
// user's item now. The epoch rises when a user is deactivated, removed or given a new password, so all sessions of the user
// end at that moment, on every instance, and nobody has to list them (7.4.1 to 7.4.3).
//
// Expiry is checked in code on every read; stores delete expired sessions only to save room. A session has an absolute end,
// and may end earlier after a time without use (7.3.1, 7.3.2). A use moves that time, but writes only once in a tenth of it,
// so clients that poll cost no writes. No write brings an ended session back.
package session

import (
	"errors"
	"strconv"
	"time"

	"gatehouse/shared/directory"
)

// Errors, wrapped.
var (
	// ErrTaken means that a new sign-in id belongs to another sign-in. Nothing was stored; mint again.
	ErrTaken = errors.New("sign-in id is taken")
	// ErrNone means that there is no such session, or no longer. Clients learn no more than that.
	ErrNone = errors.New("no session")
)

// Kind is the use of a token. A token of one kind is worth nothing as another.
type Kind string

// The kinds of session.
const (
	Browser    Kind = "session"    // a cookie
	Bearer     Kind = "token"      // a token in the Authorization header
	Connection Kind = "connection" // Social ID: connection_id
	LoginToken Kind = "login"      // Social ID: login_token
	SignIn     Kind = "signin"     // Social ID: the record of one sign-in, by its id
)

// Session is one stored session. Times have the precision of a millisecond.
type Session struct {
	Kind        Kind
	Digest      string // SHA-256 of the token in lower-case hex; empty for a sign-in
	ID          int64  // a sign-in's id; 0 for the others
	Product     string // whose login began it
	Realm       string
	UserID      int64
	Epoch       int64 // the user's epoch at login
	Application int64 // the Social ID application; 0 for the other products
	Created     time.Time
	Used        time.Time     // the last use that was written
	Idle        time.Duration // ends the session after this time without use; 0: never
	Ends        time.Time     // the absolute end
	Displaced   int           // older sessions that this login ended because of the cap
	Data        []byte        // what the product keeps of the login; may be empty
}

// Expires returns the moment from which the session is no longer good, unless it is used before.
func (s Session) Expires() time.Time {
	if idle := s.Used.Add(s.Idle); s.Idle > 0 && idle.Before(s.Ends) {
		return idle
	}
	return s.Ends
}

// Ref returns the name of the session in the store.
func (s Session) Ref() Ref { return Ref{s.Product, s.Realm, s.UserID, s.Digest} }

// Ref names a stored session. It grants nothing: a client must know the token, not its digest.
type Ref struct {
	Product, Realm string
	UserID         int64
	Digest         string
}

// Refs returns the names of sessions.
func Refs(sessions []Session) []Ref {
	var refs []Ref
	for _, s := range sessions {
		refs = append(refs, s.Ref())
	}
	return refs
}

// Claim is a token that a request carries, with what it must be to count. Application is 0 for products without.
type Claim struct {
	Kind           Kind
	Product, Realm string
	Token          string
	Application    int64
}

// ref returns the name of the claimed session; ok is false if the text is not a token.
func (c Claim) ref() (ref Ref, ok bool) {
	if len(c.Token) != tokenLength {
		return Ref{}, false
	}
	for _, char := range []byte(c.Token) {
		if (char < '0' || char > '9') && (char < 'a' || char > 'f') {
			return Ref{}, false
		}
	}
	id, err := strconv.ParseInt(c.Token[:userLength], 16, 64)
	if err != nil || id == 0 {
		return Ref{}, false
	}
	return Ref{c.Product, c.Realm, id, directory.Digest(c.Token)}, true
}

// Live is a session and its user, both as they are stored now. Each is current by itself; they are no snapshot.
type Live struct {
	Session
	User      directory.User // without its password hash
	UserEpoch int64
}

// Good reports whether the session of an existing user is worth something at this moment.
func (l Live) Good(now time.Time) bool {
	return l.User.ID != 0 && l.User.Active && l.Epoch == l.UserEpoch && now.Before(l.Expires())
}

// claimed reports whether the session has the kind and the application of the claim.
func (l Live) claimed(c Claim) bool {
	return l.Kind == c.Kind && l.Application == c.Application
}
