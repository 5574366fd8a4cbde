package password

import "fmt"

// Upgrade tells whether stored is outdated, and gives a fresh hash of the configured cost to put in its place (OWASP
// ASVS 5.0, 11.2.2). It must follow a Verify that found password to match stored, and does not repeat it.
//
// bcrypt and bcrypt_sha256 are outdated if their cost differs from the configured one, lower or higher; every other format
// is, whatever it costs. If stored is not, nothing is hashed. What matched before matches the replacement: plain bcrypt is replaced by plain bcrypt,
// which goes on to read 72 bytes and no more.
//
// An error wraps ErrFormat or ErrBounds if stored cannot be read, and comes without a replacement. A password that
// cannot have matched, because it is empty or has a NUL that plain bcrypt refuses, is an error too.
func (h *Hasher) Upgrade(stored, password string) (replacement string, outdated bool, err error) {
	hash, err := parse(stored)
	if err != nil {
		return "", false, err
	}
	rehash := h.Hash
	switch hash.(type) {
	case bcryptHash:
		rehash, outdated = h.hashPlain, hash.units() != 1<<h.cost
	case bcryptSHA256Hash:
		rehash, outdated = h.hashDigest, hash.units() != 1<<h.cost
	default:
		outdated = true
	}
	if !outdated {
		return "", false, nil
	}
	if replacement, err = rehash(password); err != nil {
		return "", true, fmt.Errorf("replacing an outdated hash: %w", err)
	}
	return replacement, true, nil
}
