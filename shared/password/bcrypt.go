package password

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

const (
	// bcryptLength is the number of bytes that bcrypt reads: the 18 words of Blowfish's key schedule.
	bcryptLength = 72

	// bcryptTail is the length of salt and digest, 22 and 31 characters of bcrypt's own base64.
	bcryptTail     = 22 + 31
	bcryptAlphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
)

// parseBcrypt reads what follows "$2": "b$12$", salt and digest. It is exact because x/crypto/bcrypt accepts any version
// ("$2x$" marks hashes of a broken implementation) and a 61st byte, and because its refusals take only microseconds.
func parseBcrypt(rest string) (parsed, error) {
	if len(rest) != len("b$12$")+bcryptTail {
		return parsed{}, fmt.Errorf("%w: bcrypt has 60 characters", ErrFormat)
	}
	if !strings.ContainsRune("aby", rune(rest[0])) || rest[1] != '$' || rest[4] != '$' {
		return parsed{}, fmt.Errorf("%w: not bcrypt of version 2a, 2b or 2y", ErrFormat)
	}
	tens, ones := rest[2]-'0', rest[3]-'0' // a byte below '0' wraps to above 9
	cost := int(tens)*10 + int(ones)
	if tens > 9 || ones > 9 || cost < bcrypt.MinCost || cost > bcrypt.MaxCost {
		return parsed{}, fmt.Errorf("%w: the cost is not 04 to 31", ErrFormat)
	}
	if strings.Trim(rest[len("b$12$"):], bcryptAlphabet) != "" {
		return parsed{}, fmt.Errorf("%w: a character outside bcrypt's alphabet", ErrFormat)
	}
	return bcryptHash("$2"+rest, cost), nil
}

// bcryptHash returns a checked bcrypt string as a hash. Its verify reads the first 72 bytes, as every bcrypt does. A password
// with a NUL never matches: bcrypt repeats its key with a NUL in between, so "ab\x00ab" would match the hash of "ab".
func bcryptHash(encoded string, cost int) parsed {
	verify := func(password string) bool {
		key := password[:min(len(password), bcryptLength)]
		match := bcrypt.CompareHashAndPassword([]byte(encoded), []byte(key)) == nil
		return match && !strings.Contains(password, "\x00")
	}
	return parsed{verify: verify, units: 1 << cost, renew: (*Hasher).hashPlain}
}

// dummy returns a hash that no password matches and that takes as long to verify as any hash of its cost, because
// x/crypto/bcrypt computes before it compares. Its salt and digest are zeros, so making it costs nothing.
func dummy(cost int) string {
	return fmt.Sprintf("$2b$%02d$%s", cost, strings.Repeat(".", bcryptTail))
}

// parseBcryptSHA256 reads Django's bcrypt_sha256: bcrypt of a digest of the password, so every byte counts.
func parseBcryptSHA256(rest string) (parsed, error) {
	hash, err := parseBcrypt(rest)
	return parsed{
		verify: func(password string) bool { return hash.verify(prehash(password)) },
		units:  hash.units,
		renew:  (*Hasher).hashDigest,
	}, err
}

// prehash is the lower-case hex of SHA-256: 64 bytes fit bcrypt and, unlike those of the bare digest, are never NUL.
func prehash(password string) string {
	sum := sha256.Sum256([]byte(password))
	return hex.EncodeToString(sum[:])
}
