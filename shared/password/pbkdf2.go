package password

import (
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"hash"
	"strings"
)

// Iterations that take as long as one bcrypt unit (estimate, measured on amd64 with SHA extensions by
// BenchmarkFormats). maxUnits is about 5.5 million iterations; Django 6.1 makes 1.5 million.
const (
	pbkdf2SHA256PerUnit = 340
	pbkdf2SHA1PerUnit   = 335
)

// pbkdf2Hash is PBKDF2 with HMAC (RFC 8018, 5.2) as Django writes it: iterations$salt$digest, the salt as it stands.
type pbkdf2Hash struct {
	function   func() hash.Hash
	perUnit    int64
	iterations int64
	salt       []byte
	digest     []byte
}

func parsePBKDF2SHA256(rest string) (parsed, error) {
	return parsePBKDF2(rest, sha256.New, pbkdf2SHA256PerUnit)
}

func parsePBKDF2SHA1(rest string) (parsed, error) {
	return parsePBKDF2(rest, sha1.New, pbkdf2SHA1PerUnit)
}

func parsePBKDF2(rest string, function func() hash.Hash, perUnit int64) (parsed, error) {
	fields := strings.Split(rest, "$")
	if len(fields) != 3 || fields[1] == "" {
		return nil, fmt.Errorf("%w: not iterations, salt and digest", ErrFormat)
	}
	iterations, err := number("iterations", fields[0])
	if err != nil {
		return nil, err
	}
	sum, err := decodeExactly(function().Size(), "digest", fields[2])
	if err != nil {
		return nil, err
	}
	return pbkdf2Hash{function, perUnit, iterations, []byte(fields[1]), sum}, nil
}

func (h pbkdf2Hash) verify(password string) bool {
	sum, err := pbkdf2.Key(h.function, password, h.salt, int(h.iterations), len(h.digest))
	return err == nil && subtle.ConstantTimeCompare(sum, h.digest) == 1
}

func (h pbkdf2Hash) units() int64 { return 1 + h.iterations/h.perUnit }

func (pbkdf2Hash) estimated() bool { return true }

func (pbkdf2Hash) memory() int64 { return 0 }
