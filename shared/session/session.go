// Package session mints the tokens and sign-in ids of accepted logins.
//
//	token, digest, err := minter.Token()     // the client gets the token, the store its digest
//	id, err := minter.SignInID(now)
//
// A token is 32 bytes from a cryptographic source, written as 64 lower-case hex characters. The store keeps only its
// SHA-256 digest, so a copy of the table opens no session (OWASP ASVS 5.0, 7.2.3 and 6.5.2). A login always mints new
// tokens, whatever the request carried, so an attacker cannot plant one (7.2.4).
package session

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"gatehouse/shared/directory"
)

// ErrTaken means that a new sign-in id belongs to another sign-in. Nothing was stored; mint again.
var ErrTaken = errors.New("sign-in id is taken")

// tokenBytes is the entropy of a token: 256 bits, twice what ASVS 7.2.3 asks for.
const tokenBytes = 32

// Kind is the use of a token.
type Kind string

// The kinds of session.
const (
	Browser    Kind = "session"    // a product's session cookie or bearer token
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
	Scope       string // of the account that logged in, see directory.Account
	Epoch       int64  // the user's epoch at login; the session ends when it rises
	Application int64  // the Social ID application; 0 for the other products
	Created     time.Time
	Expires     time.Time
}

// Minter mints tokens and sign-in ids from a source of random bytes, crypto/rand.Reader except in tests.
type Minter struct{ Random io.Reader }

// Token returns a new token for the client and its digest for the store. It returns no token if the source fails.
func (m Minter) Token() (token, digest string, err error) {
	var raw [tokenBytes]byte
	if _, err := io.ReadFull(m.Random, raw[:]); err != nil {
		return "", "", fmt.Errorf("minting a token: %w", err)
	}
	token = hex.EncodeToString(raw[:])
	return token, directory.Digest(token), nil
}

// signInEpoch is the zero of sign-in ids: 2025-01-01T00:00:00Z.
var signInEpoch = time.Date(2025, time.January, 1, 0, 0, 0, 0, time.UTC)

// signInRandomBits and 41 bits of milliseconds, which last until 2094, are the 53 bits that a JSON number holds exactly. A
// counter would be one hot key for the whole system.
const signInRandomBits = 12

// SignInID returns the id of a new sign-in: milliseconds since 2025 and 12 random bits. Two ids of one millisecond can
// collide, so stores accept an id only if it is new.
func (m Minter) SignInID(now time.Time) (int64, error) {
	var raw [2]byte
	if _, err := io.ReadFull(m.Random, raw[:]); err != nil {
		return 0, fmt.Errorf("minting a sign-in id: %w", err)
	}
	random := (int64(raw[0])<<8 | int64(raw[1])) & (1<<signInRandomBits - 1)
	return now.Sub(signInEpoch).Milliseconds()<<signInRandomBits | random, nil
}
