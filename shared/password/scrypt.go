package password

import (
	"cmp"
	"crypto/subtle"
	"fmt"
	"strings"

	"golang.org/x/crypto/scrypt"
)

const (
	// scryptPerUnit is the product of N, r+1 and p that takes as long as one bcrypt unit (estimate, measured on amd64 by
	// BenchmarkFormats at Django's parameters). Fetching a block of r times 128 bytes costs about one r more, which
	// matters if r is small. maxHardUnits is about N=2^17, r=8, p=3; Django takes 2^14, 8, 5.
	scryptPerUnit = 290

	// scryptMaxR and scryptMaxP bound the buffers of 128*r*p bytes and their PBKDF2, which a small N leaves unbounded. RFC 7914
	// recommends r=8 and p=1, OWASP goes up to p=10.
	scryptMaxR = 32
	scryptMaxP = 16

	// scryptSize is the digest's length in bytes, which Django fixes.
	scryptSize = 64
)

// parseScrypt reads scrypt (RFC 7914) as Django writes it: N$salt$r$p$digest, the salt as it stands.
func parseScrypt(rest string) (parsed, error) {
	fields := strings.Split(rest, "$")
	if len(fields) != 5 || fields[1] == "" {
		return parsed{}, fmt.Errorf("%w: not N, salt, r, p and digest", ErrFormat)
	}
	n, errN := number("N", fields[0])
	r, errR := number("r", fields[2])
	p, errP := number("p", fields[3])
	digest, errDigest := decodeExactly(scryptSize, "digest", fields[4])
	if err := cmp.Or(errN, errR, errP, errDigest); err != nil {
		return parsed{}, err
	}
	if n < 2 || n&(n-1) != 0 {
		return parsed{}, fmt.Errorf("%w: N is not a power of two above 1", ErrFormat)
	}
	if r > scryptMaxR || p > scryptMaxP || 128*n*r > maxMemory {
		return parsed{}, fmt.Errorf("%w: r is above %d, p above %d, or memory above %d bytes",
			ErrBounds, scryptMaxR, scryptMaxP, maxMemory)
	}
	verify := func(password string) bool {
		sum, err := scrypt.Key([]byte(password), []byte(fields[1]), int(n), int(r), int(p), len(digest))
		return err == nil && subtle.ConstantTimeCompare(sum, digest) == 1
	}
	return memoryHard(verify, n*(r+1)*p/scryptPerUnit, 128*r*(n+p)) // the arrays V and B (RFC 7914, 5 and 6)
}
