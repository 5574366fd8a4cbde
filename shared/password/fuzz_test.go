package password

import (
	"errors"
	"strings"
	"testing"
)

// FuzzVerify mutates stored hashes: none may panic, match a password that is not right, show itself in the error, or
// work more than its parameters ask for. Slow hashes are passed over, so that each try is quick.
func FuzzVerify(f *testing.F) {
	const cost, bound = MinCost, 1 << (MinCost + 2)
	for _, stored := range []string{
		"", "!", "plaintext", mustHash(f, cost, right), mustHash(f, cost, strings.Repeat("a", 73)),
		"bcrypt$" + dummy(4), dummy(31), pbkdf2SHA256("1000"), pbkdf2SHA1("1000"),
		scryptOf("16", "8", "1"), argon2Of("m=8,t=1,p=1"), "argon2$argon2i" + argon2Of("m=64,t=2,p=2")[len("argon2$argon2id"):],
		crafterRight, mustImport(f, cost, crafterRight), crafterOf(someSalt, dummy(31)),
	} {
		f.Add(stored)
	}
	f.Fuzz(func(t *testing.T, stored string) {
		if hash, err := parse(stored); err == nil && hash.units > bound {
			return
		}
		hasher, work := newHasher(t, cost)
		match, err := hasher.Verify(stored, wrong)
		if match {
			t.Errorf("%q matches a wrong password", stored)
		}
		if err != nil {
			reveals(t, err, stored)
		}
		if got := work.total(); got < 1 || got > bound {
			t.Errorf("%q: got %d units of work, want 1 to %d", stored, got, bound)
		}
		if check := Check(stored); err == nil && check != nil {
			t.Errorf("%q: verified, but Check: %v", stored, check)
		}
	})
}

// FuzzImport mutates imported hashes: what comes out can be stored, is never Crafter's bare digest, and is itself
// imported as it is.
func FuzzImport(f *testing.F) {
	for _, stored := range []string{
		"", "!", "plaintext", "|", crafterRight, "!" + crafterRight, crafterRight + "|", mustHash(f, 4, right),
		strings.Replace(pbkdf2SHA256("1000"), "seasalt", "sea|salt", 1), mustImport(f, 4, crafterRight),
	} {
		f.Add(stored)
	}
	f.Fuzz(func(t *testing.T, stored string) {
		hasher, work := newHasher(t, 4)
		kept, err := hasher.Import(stored)
		if err != nil {
			if kept != "" || !errors.Is(err, ErrFormat) && !errors.Is(err, ErrBounds) {
				t.Errorf("%q: got %q, error %v", stored, kept, err)
			}
			reveals(t, err, stored)
			return
		}
		if check := Check(kept); check != nil {
			t.Errorf("%q: Check of what is kept: %v", stored, check)
		}
		if got := work.total(); got != 0 && (got != 16 || !strings.HasPrefix(kept, "crafter_bcrypt$")) {
			t.Errorf("%q: got %d units of work for %q", stored, got, kept)
		}
		if again, err := hasher.Import(kept); again != kept || err != nil {
			t.Errorf("%q: importing %q again: got %q, error %v", stored, kept, again, err)
		}
	})
}
