// Package session mints what a successful login hands out, and keeps of it only what is needed to recognise it again.
//
// A token is 32 bytes from a cryptographic source, written as 64 lower-case hex characters. The client gets the
// token; the store gets its SHA-256 digest, so that a copy of the table opens no session (OWASP ASVS 5.0, 7.2.3 and
// 6.5.2). A login always mints new tokens, whatever the request carried: nobody can plant one (7.2.4).
package session

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"gatehouse/shared/directory"
)

// ErrTaken says that a sign-in id that was just minted belongs to another sign-in. Nothing was stored; mint again.
var ErrTaken = errors.New("sign-in id is taken")

// tokenBytes is the entropy of a token: 256 bits, twice what ASVS 7.2.3 asks for.
const tokenBytes = 32

// Kind is what a token is good for.
type Kind string

// The kinds of session.
const (
	Browser    Kind = "session"    // a product's session cookie or bearer token
	Connection Kind = "connection" // Social ID: connection_id
	LoginToken Kind = "login"      // Social ID: login_token
	SignIn     Kind = "signin"     // Social ID: the record of one sign-in, named by number
)

// Session is one stored session. Times have the precision of a millisecond.
type Session struct {
	Kind        Kind
	Digest      string // SHA-256 of the token in lower-case hex; empty for a sign-in
	ID          int64  // a sign-in's number; 0 for the others
	Product     string // which product's login began it
	Realm       string
	UserID      int64
	Scope       string // whose count of attempts the login went through, see directory.Account
	Epoch       int64  // the user's epoch at login: once it has risen, the session is over
	Application int64  // the Social ID application; 0 for the other products
	Created     time.Time
	Expires     time.Time
}

// Minter makes tokens and sign-in ids from one source of random bytes: crypto/rand.Reader but for tests.
type Minter struct{ Random io.Reader }

// Token gives a new token, to be sent, and its digest, to be stored. A source that fails means no token.
func (m Minter) Token() (token, digest string, err error) {
	var raw [tokenBytes]byte
	if _, err := io.ReadFull(m.Random, raw[:]); err != nil {
		return "", "", fmt.Errorf("minting a token: %w", err)
	}
	token = hex.EncodeToString(raw[:])
	return token, directory.Digest(token), nil
}

// signInEpoch is where sign-in ids begin to count: 2025-01-01T00:00:00Z.
var signInEpoch = time.Date(2025, time.January, 1, 0, 0, 0, 0, time.UTC)

// signInRandomBits fill what a JSON number can hold exactly (53 bits) above 41 bits of milliseconds, which last until
// 2094. There is no counter: it would be one hot key for the whole system.
const signInRandomBits = 12

// SignInID gives the number of a new sign-in: milliseconds since 2025, and 12 random bits. Two in one millisecond can
// collide, so it is stored on condition that it is new.
func (m Minter) SignInID(now time.Time) (int64, error) {
	var raw [2]byte
	if _, err := io.ReadFull(m.Random, raw[:]); err != nil {
		return 0, fmt.Errorf("minting a sign-in id: %w", err)
	}
	random := (int64(raw[0])<<8 | int64(raw[1])) & (1<<signInRandomBits - 1)
	return now.Sub(signInEpoch).Milliseconds()<<signInRandomBits | random, nil
}
