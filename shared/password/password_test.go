package password

import (
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/bcrypt"
)

const (
	right = "SecurePass123!"
	wrong = "wrong"
)

// ledger notes the work of each hash computation, in units.
type ledger struct {
	mu    sync.Mutex
	units []int64
}

func (l *ledger) note(units int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.units = append(l.units, units)
}

func (l *ledger) total() (sum int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, units := range l.units {
		sum += units
	}
	return sum
}

func newHasher(t testing.TB, cost int) (*Hasher, *ledger) {
	t.Helper()
	work := &ledger{}
	hasher, err := New(cost)
	if err != nil {
		t.Fatalf("New(%d): %v", cost, err)
	}
	hasher.OnWork = work.note
	return hasher, work
}

// mustHash is a fresh hash of the given cost.
func mustHash(t testing.TB, cost int, password string) string {
	t.Helper()
	hasher, _ := newHasher(t, cost)
	hash, err := hasher.Hash(password)
	if err != nil {
		t.Fatalf("Hash(%q): %v", password, err)
	}
	return hash
}

func TestNewBoundsTheCost(t *testing.T) {
	t.Parallel()
	for cost, valid := range map[int]bool{-1: false, 0: false, 3: false, 4: true, 12: true, 16: true, 17: false, 31: false} {
		if _, err := New(cost); (err == nil) != valid {
			t.Errorf("New(%d): got error %v, want valid %v", cost, err, valid)
		}
	}
}

func TestHashForms(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, password, prefix string }{
		{"short", right, "$2a$04$"},
		{"72 bytes", strings.Repeat("a", 72), "$2a$04$"},
		{"73 bytes", strings.Repeat("a", 73), "bcrypt_sha256$$2a$04$"},
		{"NUL", "ab\x00ab", "bcrypt_sha256$$2a$04$"},
		{"only NUL", "\x00", "bcrypt_sha256$$2a$04$"},
		{"lone surrogate in WTF-8", "\xed\xa0\x80", "$2a$04$"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			hasher, work := newHasher(t, 4)
			hash, err := hasher.Hash(row.password)
			if err != nil || !strings.HasPrefix(hash, row.prefix) {
				t.Fatalf("got %q, error %v, want prefix %q", hash, err, row.prefix)
			}
			if got := work.total(); got != 16 {
				t.Errorf("got %d units of work, want 16", got)
			}
			if err := Check(hash); err != nil {
				t.Errorf("Check: %v", err)
			}
			if match, err := hasher.Verify(hash, row.password); !match || err != nil {
				t.Errorf("Verify: got %v, error %v, want a match", match, err)
			}
			shorter := row.password[:len(row.password)-1]
			for _, other := range []string{"", "\ufffd", shorter, "x" + shorter, row.password + "\x00" + row.password} {
				if match, err := hasher.Verify(hash, other); match || err != nil {
					t.Errorf("Verify(%q): got %v, error %v, want no match", other, match, err)
				}
			}
		})
	}
}

func TestSecurity10FreshHashHasTheCostAndItsOwnSalt(t *testing.T) {
	t.Parallel()
	for _, cost := range []int{4, 5, 8} {
		first, second := mustHash(t, cost, right), mustHash(t, cost, right)
		if got, err := bcrypt.Cost([]byte(first)); got != cost || err != nil {
			t.Errorf("got cost %d, error %v, want %d", got, err, cost)
		}
		if hash, err := parse(first); err != nil || hash.units != 1<<cost {
			t.Errorf("got %d, error %v, want %d units", hash.units, err, 1<<cost)
		}
		if salt := len("$2a$04$") + 22; first[:salt] == second[:salt] {
			t.Errorf("two hashes share the salt %q", first[:salt])
		}
	}
}

// TestSecurity12ALoweredCostLocksNobodyOut: a Hasher verifies what one of a higher cost made, and the login replaces it.
func TestSecurity12ALoweredCostLocksNobodyOut(t *testing.T) {
	t.Parallel()
	hasher, _ := newHasher(t, MinCost)
	for _, prefix := range []string{"", "bcrypt_sha256$"} {
		if got := hasher.Slowness(prefix + dummy(MaxCost)); got != 1<<(MaxCost-MinCost) { // 1 if it cannot be verified
			t.Errorf("%q of cost %d is %v times as slow as cost %d", prefix, MaxCost, got, MinCost)
		}
	}
	for _, password := range []string{right, strings.Repeat("a", 73)} {
		stored := mustHash(t, 7, password)
		if match, err := hasher.Verify(stored, password); !match || err != nil {
			t.Fatalf("%d bytes: got %v, error %v, want a match", len(password), match, err)
		}
		replacement, outdated, err := hasher.Upgrade(stored, password)
		if err != nil || !outdated {
			t.Fatalf("%d bytes: got outdated %v, error %v, want true", len(password), outdated, err)
		}
		if match, err := hasher.Verify(replacement, password); !match || err != nil || hasher.Slowness(replacement) != 1 {
			t.Errorf("%d bytes: the replacement: got %v, error %v, slowness %v", len(password), match, err, hasher.Slowness(replacement))
		}
	}
}
