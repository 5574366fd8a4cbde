package password

import (
	"errors"
	"strings"
	"testing"
)

// Hashes that no password has, with the given parameters.

func pbkdf2SHA256(iterations string) string {
	return "pbkdf2_sha256$" + iterations + "$seasalt$" + strings.Repeat("A", 43) + "="
}

func pbkdf2SHA1(iterations string) string {
	return "pbkdf2_sha1$" + iterations + "$seasalt$" + strings.Repeat("A", 27) + "="
}

func scryptOf(n, r, p string) string {
	return "scrypt$" + n + "$seasalt$" + r + "$" + p + "$" + strings.Repeat("A", 86) + "=="
}

func argon2Of(parameters string) string {
	return "argon2$argon2id$v=19$" + parameters + "$" + strings.Repeat("A", 22) + "$" + strings.Repeat("A", 43)
}

// crafterOf is the wrapped form with the given salt, in base64, and bcrypt string.
func crafterOf(salt, hash string) string { return "crafter_bcrypt$" + salt + hash }

// refused asserts that stored is refused with the given error, at once and without a word of the hash.
func refused(t *testing.T, stored string, want error) {
	t.Helper()
	hasher, work := newHasher(t, 4)
	match, err := hasher.Verify(stored, right)
	if match || !errors.Is(err, want) {
		t.Fatalf("Verify: got %v, error %v, want error %v", match, err, want)
	}
	if got := work.total(); got != 16 {
		t.Errorf("got %d units of work, want the dummy's 16", got)
	}
	if check := Check(stored); !errors.Is(check, want) {
		t.Errorf("Check: got error %v, want %v", check, want)
	}
	reveals(t, err, stored)
}

// reveals fails the test if an error shows what may be a salt or a digest.
func reveals(t *testing.T, err error, stored string) {
	t.Helper()
	for _, field := range strings.FieldsFunc(stored, func(r rune) bool { return r == '$' || r == '|' }) {
		if len(field) >= 16 && strings.Contains(err.Error(), field) {
			t.Errorf("the error %q shows %q of the hash", err, field)
		}
	}
}

func TestSecurity11OversizeParametersAreRefused(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, stored string }{
		{"bcrypt cost 17", dummy(17)},
		{"bcrypt cost 31", dummy(31)},
		{"Django's bcrypt cost 31", "bcrypt$" + dummy(31)},
		{"bcrypt_sha256 cost 31", "bcrypt_sha256$" + dummy(31)},
		{"wrapped Crafter cost 17", crafterOf(someSalt, dummy(17))},
		{"wrapped Crafter cost 31", crafterOf(someSalt, dummy(31))},
		{"pbkdf2_sha256 just above", pbkdf2SHA256("5570560")},
		{"pbkdf2_sha256 10^9", pbkdf2SHA256("1000000000")},
		{"pbkdf2_sha256 2^64", pbkdf2SHA256("18446744073709551616")},
		{"pbkdf2_sha256 10^100", pbkdf2SHA256("1" + strings.Repeat("0", 100))},
		{"pbkdf2_sha1 10^9", pbkdf2SHA1("1000000000")},
		{"scrypt N 2^19", scryptOf("524288", "8", "1")},
		{"scrypt N 2^30", scryptOf("1073741824", "8", "1")},
		{"scrypt N 2^31", scryptOf("2147483648", "1", "1")},
		{"scrypt r 33", scryptOf("2", "33", "1")},
		{"scrypt r 2^30", scryptOf("2", "1073741824", "1")},
		{"scrypt p 17", scryptOf("2", "8", "17")},
		{"scrypt p 255", scryptOf("2", "8", "255")},
		{"scrypt work", scryptOf("262144", "8", "2")},
		{"argon2 m above 256 MiB", argon2Of("m=262145,t=1,p=1")},
		{"argon2 m 2^32", argon2Of("m=4294967296,t=1,p=1")},
		{"argon2 t 65", argon2Of("m=8,t=65,p=1")},
		{"argon2 t 10^6", argon2Of("m=8,t=1000000,p=1")},
		{"argon2 p 17", argon2Of("m=1024,t=1,p=17")},
		{"argon2 p 255", argon2Of("m=102400,t=2,p=255")},
		{"argon2 p 256", argon2Of("m=102400,t=2,p=256")},
		{"argon2 work", argon2Of("m=262144,t=5,p=1")},
		{"argon2 less than 8 KiB a lane", argon2Of("m=15,t=1,p=2")},
		{"argon2 short tag", strings.TrimSuffix(argon2Of("m=8,t=1,p=1"), strings.Repeat("A", 39))},
		{"argon2 long tag", argon2Of("m=8,t=1,p=1") + strings.Repeat("A", 44)},
		{"argon2 short salt", "argon2$argon2id$v=19$m=8,t=1,p=1$c2FsdA$" + strings.Repeat("A", 43)},
		{"longer than any", "pbkdf2_sha256$1$" + strings.Repeat("s", 300) + "$" + strings.Repeat("A", 43) + "="},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			refused(t, row.stored, ErrBounds)
		})
	}
}

func TestSecurity11LargestParametersAreAccepted(t *testing.T) {
	t.Parallel()
	for _, stored := range []string{
		dummy(16),
		"bcrypt_sha256$" + dummy(16),
		crafterOf(someSalt, dummy(16)),
		pbkdf2SHA256("5570559"),
		pbkdf2SHA1("5488639"),
		scryptOf("131072", "8", "3"),
		scryptOf("2", "32", "16"),
		argon2Of("m=262144,t=4,p=16"),
		argon2Of("m=128,t=64,p=16"),
	} {
		if err := Check(stored); err != nil {
			t.Errorf("%s: %v", stored, err)
		}
	}
}

func TestSecurity11MalformedHashesAreRefused(t *testing.T) {
	t.Parallel()
	argon2Valid := argon2Of("m=8,t=1,p=1")
	for _, row := range []struct{ name, stored string }{
		{"plain text", "plaintext"},
		{"only a name", "pbkdf2_sha256"},
		{"only a prefix", "pbkdf2_sha256$"},
		{"other case", "PBKDF2_SHA256" + pbkdf2SHA256("1")[13:]},
		{"leading space", " " + pbkdf2SHA256("1")},
		{"no iterations", pbkdf2SHA256("")},
		{"zero iterations", pbkdf2SHA256("0")},
		{"leading zero", pbkdf2SHA256("01000")},
		{"signed", pbkdf2SHA256("+1000")},
		{"negative", pbkdf2SHA256("-1000")},
		{"underscore", pbkdf2SHA256("1_000")},
		{"hexadecimal", pbkdf2SHA256("0x10")},
		{"exponent", pbkdf2SHA256("1e3")},
		{"other digits", pbkdf2SHA256("١٠٠٠")},
		{"no salt", strings.Replace(pbkdf2SHA256("1"), "seasalt", "", 1)},
		{"a fifth part", pbkdf2SHA256("1") + "$"},
		{"trailing byte", pbkdf2SHA256("1") + "x"},
		{"trailing line break", pbkdf2SHA256("1") + "\n"},
		{"line break in the digest", strings.Replace(pbkdf2SHA256("1"), "AAAA", "AAAA\n", 1)},
		{"digest without padding", strings.TrimSuffix(pbkdf2SHA256("1"), "=")},
		{"digest with loose bits", strings.Replace(pbkdf2SHA256("1"), "A=", "B=", 1)},
		{"URL alphabet", strings.Replace(pbkdf2SHA256("1"), "AAAA", "AA-_", 1)},
		{"SHA-1 digest under SHA-256", strings.Replace(pbkdf2SHA1("1"), "sha1", "sha256", 1)},
		{"SHA-256 digest under SHA-1", strings.Replace(pbkdf2SHA256("1"), "sha256", "sha1", 1)},
		{"no digest", "pbkdf2_sha256$1$seasalt$"},
		{"scrypt N 1", scryptOf("1", "8", "1")},
		{"scrypt N 1000", scryptOf("1000", "8", "1")},
		{"scrypt r 0", scryptOf("2", "0", "1")},
		{"scrypt p 0", scryptOf("2", "8", "0")},
		{"scrypt short digest", "scrypt$2$seasalt$8$1$" + strings.Repeat("A", 43) + "="},
		{"scrypt without p", "scrypt$2$seasalt$8$" + strings.Repeat("A", 86) + "=="},
		{"argon2d", strings.Replace(argon2Valid, "argon2id", "argon2d", 1)},
		{"argon2 version 16", strings.Replace(argon2Valid, "v=19", "v=16", 1)},
		{"argon2 without version", strings.Replace(argon2Valid, "v=19$", "", 1)},
		{"argon2 other order", argon2Of("t=1,m=8,p=1")},
		{"argon2 key id", argon2Of("m=8,t=1,p=1,keyid=AAAA")},
		{"argon2 t 0", argon2Of("m=8,t=0,p=1")},
		{"argon2 p 0", argon2Of("m=8,t=1,p=0")},
		{"argon2 leading zero", argon2Of("m=08,t=1,p=1")},
		{"argon2 padding", argon2Valid + "="},
		{"argon2 trailing line break", argon2Valid + "\n"},
		{"argon2 without tag", argon2Valid[:strings.LastIndex(argon2Valid, "$")+1]},
		{"bare PHC", strings.TrimPrefix(argon2Valid, "argon2")},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			refused(t, row.stored, ErrFormat)
		})
	}
}
