package session

import (
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"gatehouse/shared/directory"
)

// Lengths of a token in hex: the user's id in 8 bytes, then 24 random bytes, half more than ASVS 7.2.3 asks for.
const (
	userLength   = 16
	randomBytes  = 24
	tokenLength  = userLength + 2*randomBytes
	opaqueLength = 32
)

// Minter mints tokens and sign-in ids from a source of random bytes, crypto/rand.Reader except in tests.
type Minter struct{ Random io.Reader }

// Token returns a new token of a user for the client and its digest for the store. It returns no token if the source fails.
func (m Minter) Token(user int64) (token, digest string, err error) {
	raw, err := m.read(randomBytes)
	if err != nil {
		return "", "", fmt.Errorf("minting a token: %w", err)
	}
	token = fmt.Sprintf("%0*x%s", userLength, user, hex.EncodeToString(raw))
	return token, directory.Digest(token), nil
}

// Opaque returns 64 random hex characters that are stored nowhere, for clients that expect a token beside their session.
func (m Minter) Opaque() (string, error) {
	raw, err := m.read(opaqueLength)
	return hex.EncodeToString(raw), err
}

// signInEpoch is the zero of sign-in ids: 2025-01-01T00:00:00Z.
var signInEpoch = time.Date(2025, time.January, 1, 0, 0, 0, 0, time.UTC)

// signInRandomBits and 41 bits of milliseconds, which last until 2094, are the 53 bits that a JSON number holds exactly. A
// counter would be one hot key for the whole system.
const signInRandomBits = 12

// SignInID returns the id of a new sign-in: milliseconds since 2025 and 12 random bits. Two ids of one millisecond can
// collide, so stores accept an id only if it is new.
func (m Minter) SignInID(now time.Time) (int64, error) {
	raw, err := m.read(2)
	if err != nil {
		return 0, fmt.Errorf("minting a sign-in id: %w", err)
	}
	random := (int64(raw[0])<<8 | int64(raw[1])) & (1<<signInRandomBits - 1)
	return now.Sub(signInEpoch).Milliseconds()<<signInRandomBits | random, nil
}

func (m Minter) read(n int) ([]byte, error) {
	raw := make([]byte, n)
	if _, err := io.ReadFull(m.Random, raw); err != nil {
		return nil, err
	}
	return raw, nil
}
