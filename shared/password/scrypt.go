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

// scryptHash is scrypt (RFC 7914) as Django writes it: N$salt$r$p$digest, the salt as it stands.
type scryptHash struct {
	n, r, p int64
	salt    []byte
	digest  []byte
}

func parseScrypt(rest string) (parsed, error) {
	fields := strings.Split(rest, "$")
	if len(fields) != 5 || fields[1] == "" {
		return nil, fmt.Errorf("%w: not N, salt, r, p and digest", ErrFormat)
	}
	n, errN := number("N", fields[0])
	r, errR := number("r", fields[2])
	p, errP := number("p", fields[3])
	sum, errDigest := decodeExactly(scryptSize, "digest", fields[4])
	if err := cmp.Or(errN, errR, errP, errDigest); err != nil {
		return nil, err
	}
	if n < 2 || n&(n-1) != 0 {
		return nil, fmt.Errorf("%w: N is not a power of two above 1", ErrFormat)
	}
	if r > scryptMaxR || p > scryptMaxP || 128*n*r > maxMemory {
		return nil, fmt.Errorf("%w: r is above %d, p above %d, or memory above %d bytes",
			ErrBounds, scryptMaxR, scryptMaxP, maxMemory)
	}
	hash := scryptHash{n, r, p, []byte(fields[1]), sum}
	return hash, bounded(hash.units(), maxHardUnits)
}

func (h scryptHash) verify(password string) bool {
	sum, err := scrypt.Key([]byte(password), h.salt, int(h.n), int(h.r), int(h.p), len(h.digest))
	return err == nil && subtle.ConstantTimeCompare(sum, h.digest) == 1
}

func (h scryptHash) units() int64 { return 1 + h.n*(h.r+1)*h.p/scryptPerUnit }

func (scryptHash) estimated() bool { return true }

// memory returns the size of the arrays V and B (RFC 7914, 5 and 6).
func (h scryptHash) memory() int64 { return 128 * h.r * (h.n + h.p) }
