package password

import "strings"

// Import returns the hash to store for one from another product's database. A hash that Check accepts stays unchanged.
// Crafter's digest|salt is fast to guess, so its digest is wrapped in bcrypt at the configured cost, with a new salt at every
// call. "" and "!..." (Django's unusable password) become "". An error wraps ErrFormat or ErrBounds and shows nothing of the
// hash, or is the random source's.
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

// Wraps reports whether Import made stored from Crafter's digest|salt. Import draws a new salt at every call, so comparing
// texts is not enough: Wraps does the work of a Verify.
func (h *Hasher) Wraps(stored, imported string) bool {
	digest, salt, found := cutCrafter(imported)
	wrapped, sameSalt := strings.CutPrefix(stored, crafterPrefix+salt)
	if !found || !sameSalt {
		return false
	}
	same, err := h.Verify(wrapped, digest)
	return same && err == nil
}
