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

	// crafterRounds is the number of times that Crafter hashes the first digest again.
	crafterRounds = 1000

	// crafterSalt is the length of Crafter's salt in bytes.
	crafterSalt = 16
)

// crafterHash is Crafter's digest wrapped in bcrypt. Its work is bcrypt's: 1001 rounds of SHA-256 are negligible beside it.
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
