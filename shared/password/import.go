package password

import "strings"

// Import gives what to store for a hash from another product's database: the hash as it is, if Check accepts it; for
// Crafter's digest|salt, which is fast to guess, the digest wrapped in bcrypt at the configured cost, with another salt
// at every call; for "" and "!..." (Django's unusable password) "". An error wraps ErrFormat or ErrBounds and shows
// nothing of the hash; it may also be that of the random source.
func (h *Hasher) Import(stored string) (string, error) {
	if none(stored) {
		return "", nil
	}
	if digest, salt, found := cutCrafter(stored); found {
		return h.wrapCrafter(digest, salt)
	}
	if _, err := parse(stored); err != nil {
		return "", err
	}
	return stored, nil
}

// Wraps says whether stored is what Import made of Crafter's digest|salt. Import draws a new salt each time, so that the two
// cannot be compared as text. It costs what verifying a password costs.
func (h *Hasher) Wraps(stored, imported string) bool {
	digest, salt, found := cutCrafter(imported)
	wrapped, sameSalt := strings.CutPrefix(stored, crafterPrefix+salt)
	if !found || !sameSalt {
		return false
	}
	same, err := h.Verify(wrapped, digest)
	return same && err == nil
}
