package password

import (
	"cmp"
	"crypto/pbkdf2"
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

// parsePBKDF2 returns the parser of PBKDF2 with HMAC (RFC 8018, 5.2) as Django writes it: iterations$salt$digest, the salt
// as it stands.
func parsePBKDF2(function func() hash.Hash, perUnit int64) parser {
	return func(rest string) (parsed, error) {
		fields := strings.Split(rest, "$")
		if len(fields) != 3 || fields[1] == "" {
			return parsed{}, fmt.Errorf("%w: not iterations, salt and digest", ErrFormat)
		}
		iterations, errIterations := number("iterations", fields[0])
		digest, errDigest := decodeExactly(function().Size(), "digest", fields[2])
		verify := func(password string) bool {
			sum, err := pbkdf2.Key(function, password, []byte(fields[1]), int(iterations), len(digest))
			return err == nil && subtle.ConstantTimeCompare(sum, digest) == 1
		}
		return parsed{verify: verify, units: 1 + iterations/perUnit, estimated: true}, cmp.Or(errIterations, errDigest)
	}
}
