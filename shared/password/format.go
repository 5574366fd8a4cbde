package password

import (
	"cmp"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

var (
	// ErrFormat means that a stored hash is in no known format.
	ErrFormat = errors.New("unreadable password hash")

	// ErrBounds means that a stored hash asks for more work or memory than one login may spend.
	ErrBounds = errors.New("password hash out of bounds")
)

const (
	// maxUnits bounds the work of one verification, in bcrypt units: bcrypt of cost 14, about one second of one core.
	// The stored cost decides how long an attacker's guess keeps the server busy.
	maxUnits = 1 << 14

	// maxBcrypt is the bound for bcrypt, in the same units. It is MaxCost at every configured cost, because Gatehouse itself
	// made such hashes if its cost was that high before. Lowering the cost must not lock their users out.
	maxBcrypt = 1 << MaxCost

	// maxHardUnits is the bound for memory-hard formats, a quarter lower: background load slows them down more than bcrypt,
	// and the largest ones are slower than their estimate.
	maxHardUnits = maxUnits * 3 / 4

	// maxMemory bounds the memory of one verification, in bytes: twice OWASP's minimum for scrypt (128 MiB), above Django's
	// argon2 (100 MiB), and small enough for a small machine.
	maxMemory = 256 << 20

	// maxLength bounds a stored hash, in bytes. Django's column holds 128, the longest argon2 read here has 213.
	maxLength = 256
)

// parsed is a stored hash that was fully checked.
type parsed struct {
	verify    func(password string) bool // cannot fail; compares digests in constant time
	units     int64                      // the work of verify in bcrypt units, at least 1
	estimated bool                       // units comes from a constant; the time of verify depends on the machine
	memory    int64                      // bytes that verify allocates; 0 if negligible

	// renew hashes a password again in the same format; nil for formats that are always outdated.
	renew func(h *Hasher, password string) (string, error)
}

// parser reads what follows the prefix of a format.
type parser func(rest string) (parsed, error)

// formats lists every format. The first row with a matching prefix parses the rest.
var formats = []struct {
	prefix string
	parse  parser
}{
	{"$2", parseBcrypt},
	{"bcrypt$$2", parseBcrypt},
	{"bcrypt_sha256$$2", parseBcryptSHA256},
	{"pbkdf2_sha256$", parsePBKDF2(sha256.New, pbkdf2SHA256PerUnit)},
	{"pbkdf2_sha1$", parsePBKDF2(sha1.New, pbkdf2SHA1PerUnit)},
	{"scrypt$", parseScrypt},
	{"argon2$argon2id$", parseArgon2(argon2.IDKey)},
	{"argon2$argon2i$", parseArgon2(argon2.Key)},
	{crafterPrefix, parseCrafter},
}

// parse reads a stored hash, whatever the configured cost. An error wraps ErrFormat or ErrBounds and shows only the name of
// the format.
func parse(stored string) (parsed, error) {
	if len(stored) > maxLength {
		return parsed{}, fmt.Errorf("%w: %d bytes, at most %d", ErrBounds, len(stored), maxLength)
	}
	for _, format := range formats {
		rest, found := strings.CutPrefix(stored, format.prefix)
		if !found {
			continue
		}
		hash, err := format.parse(rest)
		bound := int64(maxBcrypt)
		if hash.estimated {
			bound = maxUnits
		}
		if err = cmp.Or(err, bounded(hash.units, bound)); err != nil {
			return parsed{}, fmt.Errorf("reading %s...: %w", format.prefix, err)
		}
		return hash, nil
	}
	return parsed{}, fmt.Errorf("%w: unknown format", ErrFormat)
}

// memoryHard returns a memory-hard hash whose work above one unit is estimated.
func memoryHard(verify func(string) bool, units, memory int64) (parsed, error) {
	return parsed{verify: verify, units: 1 + units, estimated: true, memory: memory}, bounded(1+units, maxHardUnits)
}

func bounded(units, bound int64) error {
	if units > bound {
		return fmt.Errorf("%w: as slow as %d rounds of bcrypt, at most %d", ErrBounds, units, bound)
	}
	return nil
}

// number reads a positive decimal number in its canonical spelling. It is below 2^31, so products stay far from overflow.
func number(name, text string) (int64, error) {
	if text == "" || text[0] == '0' || strings.Trim(text, "0123456789") != "" {
		return 0, fmt.Errorf("%w: %s is not a positive decimal number", ErrFormat, name)
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("%w: %s is 2^31 or more", ErrBounds, name)
	}
	return n, nil
}

// decode reads base64 in its canonical spelling. Even the strict decoders skip line breaks, so decode encodes the bytes again
// and compares.
func decode(encoding *base64.Encoding, name, text string) ([]byte, error) {
	b, err := encoding.DecodeString(text)
	if err != nil || encoding.EncodeToString(b) != text {
		return nil, fmt.Errorf("%w: %s is not canonical base64", ErrFormat, name)
	}
	return b, nil
}

// decodeExactly reads padded base64 of exactly size bytes.
func decodeExactly(size int, name, text string) ([]byte, error) {
	b, err := decode(base64.StdEncoding, name, text)
	if err != nil {
		return nil, err
	}
	if len(b) != size {
		return nil, fmt.Errorf("%w: the %s has %d bytes, not %d", ErrFormat, name, len(b), size)
	}
	return b, nil
}
