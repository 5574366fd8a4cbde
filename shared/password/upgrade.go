package password

import "fmt"

// Upgrade reports whether stored is outdated and returns a new hash of the configured cost to replace it (OWASP ASVS 5.0,
// 11.2.2). Callers call it after a Verify that matched; Upgrade does not verify again.
//
// bcrypt and bcrypt_sha256 are outdated if their cost differs from the configured one, lower or higher. Every other format is
// outdated at any cost. Nothing is hashed if stored is up to date. The replacement matches every password that matched
// before: plain bcrypt is replaced by plain bcrypt, which still reads only 72 bytes.
//
// An error wraps ErrFormat or ErrBounds if stored cannot be read. A password that cannot have matched (empty, or with a NUL
// for plain bcrypt) is an error too. There is no replacement then.
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
