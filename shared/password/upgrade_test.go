package password

import (
	"errors"
	"strings"
	"testing"
)

func TestSecurity12UpgradeReplacesWhatIsOutdated(t *testing.T) {
	t.Parallel()
	const cost, units, plain, digested = 5, 32, "$2a$05$", "bcrypt_sha256$$2a$05$"
	long := strings.Repeat("a", 73)
	for _, row := range []struct {
		name, stored, password string
		want                   string // the replacement's prefix, "" if stored is not outdated
	}{
		{"bcrypt below", dummy(4), right, plain},
		{"bcrypt at", dummy(5), right, ""},
		{"bcrypt above", dummy(6), right, plain},
		{"bcrypt 2y below", "$2y" + dummy(4)[3:], right, plain},
		{"bcrypt below, 73 bytes", dummy(4), long, plain},
		{"Django's bcrypt below", "bcrypt$" + dummy(4), right, plain},
		{"Django's bcrypt at", "bcrypt$" + dummy(5), right, ""},
		{"bcrypt_sha256 below", "bcrypt_sha256$" + dummy(4), right, digested},
		{"bcrypt_sha256 below, 73 bytes", "bcrypt_sha256$" + dummy(4), long, digested},
		{"bcrypt_sha256 at", "bcrypt_sha256$" + dummy(5), right, ""},
		{"wrapped Crafter below", crafterOf(someSalt, dummy(4)), right, plain},
		{"wrapped Crafter at", crafterOf(someSalt, dummy(5)), right, plain},
		{"wrapped Crafter, 73 bytes", crafterOf(someSalt, dummy(4)), long, digested},
		{"pbkdf2_sha256, cheaper", pbkdf2SHA256("1000"), right, plain},
		{"pbkdf2_sha256, NUL", pbkdf2SHA256("1000"), "\x00", digested},
		{"scrypt", scryptOf("16", "8", "1"), right, plain},
		{"argon2i", strings.Replace(argon2Of("m=8,t=1,p=1"), "argon2id", "argon2i", 1), long, digested},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			hasher, work := newHasher(t, cost)
			replacement, outdated, err := hasher.Upgrade(row.stored, row.password)
			if err != nil {
				t.Fatalf("Upgrade: %v", err)
			}
			if row.want == "" {
				if replacement != "" || outdated || work.total() != 0 {
					t.Errorf("got %q, outdated %v, %d units of work, want none", replacement, outdated, work.total())
				}
				return
			}
			if !strings.HasPrefix(replacement, row.want) || !outdated || work.total() != units {
				t.Errorf("got %q, outdated %v, %d units of work, want prefix %q, true, %d",
					replacement, outdated, work.total(), row.want, units)
			}
			if match, err := hasher.Verify(replacement, row.password); !match || err != nil {
				t.Errorf("Verify of the replacement: got %v, error %v, want a match", match, err)
			}
			if match, err := hasher.Verify(replacement, wrong); match || err != nil {
				t.Errorf("Verify of the replacement, wrong password: got %v, error %v, want no match", match, err)
			}
			if again, outdated, err := hasher.Upgrade(replacement, row.password); again != "" || outdated || err != nil {
				t.Errorf("Upgrade of the replacement: got %q, outdated %v, error %v, want none", again, outdated, err)
			}
		})
	}
}

// Whoever logged in with a password that was cut at 72 bytes must be able to go on with any ending, and with none.
func TestUpgradeOfPlainBcryptKeepsReading72Bytes(t *testing.T) {
	t.Parallel()
	key := strings.Repeat("ä", 36)
	hasher, _ := newHasher(t, 5)
	for _, stored := range []string{mustHash(t, 4, key), "bcrypt$" + mustHash(t, 4, key)} {
		for _, used := range []string{key, key + "tail", key + strings.Repeat("x", 4096)} {
			replacement, _, err := hasher.Upgrade(stored, used)
			if err != nil {
				t.Fatalf("Upgrade after a login with %d bytes: %v", len(used), err)
			}
			for password, want := range map[string]bool{
				key: true, key + "tail": true, key + "other": true, key[:71]: false, key + "\x00": false,
			} {
				before, _ := hasher.Verify(stored, password)
				after, err := hasher.Verify(replacement, password)
				if before != want || after != want || err != nil {
					t.Errorf("%d bytes: got %v before, %v after, error %v, want %v", len(password), before, after, err, want)
				}
			}
		}
	}
}

func TestUpgradeRefuses(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, stored, password string
		want                   error // nil for any
	}{
		{"unreadable", "plaintext", right, ErrFormat},
		{"no password", "", right, ErrFormat},
		{"bare Crafter", crafterRight, right, ErrFormat},
		{"out of bounds", dummy(31), right, ErrBounds},
		{"NUL in plain bcrypt", dummy(4), "ab\x00ab", nil},
		{"empty, bcrypt_sha256", "bcrypt_sha256$" + dummy(4), "", nil},
		{"empty, other format", pbkdf2SHA256("1"), "", nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			hasher, work := newHasher(t, 5)
			replacement, _, err := hasher.Upgrade(row.stored, row.password)
			if replacement != "" || err == nil || row.want != nil && !errors.Is(err, row.want) {
				t.Errorf("got %q, error %v, want error %v", replacement, err, row.want)
			}
			if got := work.total(); got != 0 {
				t.Errorf("got %d units of work, want none", got)
			}
		})
	}
}
