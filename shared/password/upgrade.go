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
	switch {
	case err != nil:
		return "", false, err
	case hash.renew == nil:
		hash.renew = (*Hasher).Hash
	case hash.units == 1<<h.cost:
		return "", false, nil
	}
	if replacement, err = hash.renew(h, password); err != nil {
		return "", true, fmt.Errorf("replacing an outdated hash: %w", err)
	}
	return replacement, true, nil
}

// Slowness returns the work of verifying stored, as a multiple of that of a new hash. Cheaper hashes are topped up, so it is
// at least 1. It is an estimate for formats other than bcrypt, and 1 for an unreadable hash.
func (h *Hasher) Slowness(stored string) float64 {
	hash, err := parse(stored)
	if err != nil {
		return 1
	}
	return max(1, float64(hash.units)/float64(int64(1)<<h.cost))
}
