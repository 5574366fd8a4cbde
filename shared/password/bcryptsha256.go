package password

import (
	"crypto/sha256"
	"encoding/hex"
)

// bcryptSHA256Hash is Django's bcrypt_sha256: bcrypt of a digest of the password, so every byte counts.
type bcryptSHA256Hash struct{ parsed }

func parseBcryptSHA256(rest string) (parsed, error) {
	hash, err := parseBcrypt(rest)
	return bcryptSHA256Hash{hash}, err
}

func (h bcryptSHA256Hash) verify(password string) bool {
	return h.parsed.verify(prehash(password))
}

// prehash is the lower-case hex of SHA-256: 64 bytes fit bcrypt and, unlike those of the bare digest, are never NUL.
func prehash(password string) string {
	sum := sha256.Sum256([]byte(password))
	return hex.EncodeToString(sum[:])
}
