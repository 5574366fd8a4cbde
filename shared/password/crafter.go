package password

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
)

const (
	// crafterPrefix starts the wrapped form, a format of our own: the salt in padded base64, then a bcrypt string.
	crafterPrefix = "crafter_bcrypt$"

	// crafterRounds is the number of times that Crafter hashes the first digest again. Beside bcrypt they are negligible.
	crafterRounds = 1000

	// crafterSalt is the length of Crafter's salt in bytes.
	crafterSalt = 16
)

// parseCrafter reads Crafter's digest wrapped in bcrypt.
func parseCrafter(rest string) (parsed, error) {
	text, tail, _ := strings.Cut(rest, "$2")
	salt, errSalt := decodeExactly(crafterSalt, "salt", text)
	hash, errHash := parseBcrypt(tail)
	verify := func(password string) bool { return hash.verify(crafterDigest(salt, password)) }
	return parsed{verify: verify, units: hash.units}, cmp.Or(errSalt, errHash)
}

// crafterDigest returns the digest that Crafter stores of a password, in padded base64: 44 bytes fit bcrypt and are never NUL.
func crafterDigest(salt []byte, password string) string {
	sum := sha256.Sum256(slices.Concat(salt, []byte(password)))
	for range crafterRounds {
		sum = sha256.Sum256(sum[:])
	}
	return base64.StdEncoding.EncodeToString(sum[:])
}

// cutCrafter splits Crafter's own form, digest|salt. Neither has a "$", which all other formats have.
func cutCrafter(stored string) (digest, salt string, found bool) {
	digest, salt, found = strings.Cut(stored, "|")
	return digest, salt, found && !strings.Contains(stored, "$")
}

// wrapCrafter returns the wrapped form of a digest. It keeps the salt, which a login needs to compute the digest.
func (h *Hasher) wrapCrafter(digest, salt string) (string, error) {
	_, errDigest := decodeExactly(sha256.Size, "digest", digest)
	_, errSalt := decodeExactly(crafterSalt, "salt", salt)
	if err := cmp.Or(errDigest, errSalt); err != nil {
		return "", fmt.Errorf("reading digest|salt: %w", err)
	}
	return h.bcrypt(crafterPrefix+salt, digest)
}

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
