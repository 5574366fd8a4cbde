package password

import (
	"strings"
	"testing"
)

// FuzzVerify mutates stored hashes: none may panic, match a password that is not right, show itself in the error, or
// cost more than the bound, which is low here so that each try is quick.
func FuzzVerify(f *testing.F) {
	const cost, bound = MinCost, 1 << (MinCost + 2)
	for _, stored := range []string{
		"", "!", "plaintext", mustHash(f, cost, right), mustHash(f, cost, strings.Repeat("a", 73)),
		"bcrypt$" + dummy(4).encoded, dummy(31).encoded, pbkdf2SHA256("1000"), pbkdf2SHA1("1000"),
		scryptOf("16", "8", "1"), argon2Of("m=8,t=1,p=1"), "argon2$argon2i" + argon2Of("m=64,t=2,p=2")[len("argon2$argon2id"):],
	} {
		f.Add(stored)
	}
	f.Fuzz(func(t *testing.T, stored string) {
		hasher, work := newHasher(t, cost)
		hasher.bound = bound
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
