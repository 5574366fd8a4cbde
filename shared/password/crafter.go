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
	// crafterPrefix starts the wrapped form, a spelling of our own: the salt in padded base64, then a bcrypt string.
	crafterPrefix = "crafter_bcrypt$"

	// crafterRounds is how often Crafter hashes the first digest again.
	crafterRounds = 1000

	// crafterSalt is the length of Crafter's salt in bytes.
	crafterSalt = 16
)

// crafterHash is Crafter's digest wrapped in bcrypt. Its work is bcrypt's: next to that, 1001 times SHA-256 is nothing.
type crafterHash struct {
	parsed
	salt []byte
}

func parseCrafter(rest string) (parsed, error) {
	text, tail, _ := strings.Cut(rest, "$2")
	salt, errSalt := decodeExactly(crafterSalt, "salt", text)
	hash, errHash := parseBcrypt(tail)
	return crafterHash{hash, salt}, cmp.Or(errSalt, errHash)
}

func (h crafterHash) verify(password string) bool {
	return h.parsed.verify(crafterDigest(h.salt, password))
}

// crafterDigest is what Crafter stores of a password, in padded base64: 44 bytes fit bcrypt and are never NUL.
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

// wrapCrafter makes the wrapped form of a digest and its salt. The salt must stay, to compute the digest at a login.
func (h *Hasher) wrapCrafter(digest, salt string) (string, error) {
	_, errDigest := decodeExactly(sha256.Size, "digest", digest)
	_, errSalt := decodeExactly(crafterSalt, "salt", salt)
	if err := cmp.Or(errDigest, errSalt); err != nil {
		return "", fmt.Errorf("reading digest|salt: %w", err)
	}
	return h.bcrypt(crafterPrefix+salt, digest)
}
