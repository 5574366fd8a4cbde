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
		{"bcrypt_sha256 cost 31", "bcrypt_sha256$" + dummy(31)},
		{"wrapped Crafter cost 17", crafterOf(someSalt, dummy(17))},
		{"pbkdf2_sha256 just above", pbkdf2SHA256("5570560")},
		{"pbkdf2_sha256 2^64", pbkdf2SHA256("18446744073709551616")},
		{"scrypt N 2^19", scryptOf("524288", "8", "1")},
		{"scrypt N 2^31", scryptOf("2147483648", "1", "1")},
		{"scrypt r 33", scryptOf("2", "33", "1")},
		{"scrypt p 17", scryptOf("2", "8", "17")},
		{"scrypt work", scryptOf("262144", "8", "2")},
		{"argon2 m above 256 MiB", argon2Of("m=262145,t=1,p=1")},
		{"argon2 t 65", argon2Of("m=8,t=65,p=1")},
		{"argon2 p 17", argon2Of("m=1024,t=1,p=17")},
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
		{"no iterations", pbkdf2SHA256("")},
		{"leading zero", pbkdf2SHA256("01000")},
		{"exponent", pbkdf2SHA256("1e3")},
		{"other digits", pbkdf2SHA256("١٠٠٠")},
		{"no salt", strings.Replace(pbkdf2SHA256("1"), "seasalt", "", 1)},
		{"a fifth part", pbkdf2SHA256("1") + "$"},
		{"trailing line break", pbkdf2SHA256("1") + "\n"},
		{"digest without padding", strings.TrimSuffix(pbkdf2SHA256("1"), "=")},
		{"digest with loose bits", strings.Replace(pbkdf2SHA256("1"), "A=", "B=", 1)},
		{"SHA-1 digest under SHA-256", strings.Replace(pbkdf2SHA1("1"), "sha1", "sha256", 1)},
		{"scrypt N 1", scryptOf("1", "8", "1")},
		{"scrypt N 1000", scryptOf("1000", "8", "1")},
		{"scrypt short digest", "scrypt$2$seasalt$8$1$" + strings.Repeat("A", 43) + "="},
		{"argon2d", strings.Replace(argon2Valid, "argon2id", "argon2d", 1)},
		{"argon2 version 16", strings.Replace(argon2Valid, "v=19", "v=16", 1)},
		{"argon2 other order", argon2Of("t=1,m=8,p=1")},
		{"argon2 key id", argon2Of("m=8,t=1,p=1,keyid=AAAA")},
		{"argon2 padding", argon2Valid + "="},
		{"argon2 trailing line break", argon2Valid + "\n"},
		{"bare PHC", strings.TrimPrefix(argon2Valid, "argon2")},
		{"Crafter, bare", crafterRight},
		{"Crafter, no salt", crafterOf("", dummy(4))},
		{"Crafter, salt of 15 bytes", crafterOf("AAECAwQFBgcICQoLDA0O", dummy(4))},
		{"Crafter, no bcrypt", crafterOf(someSalt, "")},
		{"Crafter, bare digest inside", crafterOf(someSalt, "$"+crafterRight[:44])},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			refused(t, row.stored, ErrFormat)
		})
	}
}
