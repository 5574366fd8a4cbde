package password

import (
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"
)

func TestSecurity09EveryVerifyDoesTheSameWork(t *testing.T) {
	t.Parallel()
	const cost, units = 6, 64
	own, cheap := mustHash(t, cost, right), mustHash(t, 4, right)
	for _, row := range []struct {
		name, stored, password string
		want                   []int64
	}{
		{"decoy or no password", "", right, []int64{64}},
		{"unusable", "!" + strings.Repeat("A", 40), right, []int64{64}},
		{"unreadable", "plaintext", right, []int64{64}},
		{"right", own, right, []int64{64}},
		{"wrong", own, wrong, []int64{64}},
		{"empty", own, "", []int64{64}},
		{"NUL", own, right + "\x00", []int64{64}},
		{"bcrypt_sha256", mustHash(t, cost, strings.Repeat("a", 73)), right, []int64{64}},
		{"wrapped Crafter, right", mustImport(t, cost, crafterRight), right, []int64{64}},
		{"wrapped Crafter", mustImport(t, cost, crafterRight), wrong, []int64{64}},
		{"wrapped Crafter, cheaper", mustImport(t, 4, crafterRight), wrong, []int64{16, 32, 16}},
		{"cheaper, right", cheap, right, []int64{16, 32, 16}},
		{"cheaper, wrong", cheap, wrong, []int64{16, 32, 16}},
		{"slower", mustHash(t, 7, right), wrong, []int64{128}},
		{"pbkdf2_sha256", pbkdf2SHA256("10000"), wrong, []int64{30, 16, 16}},
		{"pbkdf2_sha256 of one iteration", pbkdf2SHA256("1"), wrong, []int64{1, 16, 32, 16}},
		{"scrypt", scryptOf("1024", "8", "1"), wrong, []int64{32, 16, 16}},
		{"argon2", argon2Of("m=1024,t=1,p=1"), wrong, []int64{12, 16, 32}},
		{"argon2, slower", argon2Of("m=1024,t=6,p=1"), wrong, []int64{69}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			hasher, work := newHasher(t, cost)
			hasher.now = func() time.Time { return time.UnixMicro(work.total()) } // every estimate is right
			match, _ := hasher.Verify(row.stored, row.password)
			if want := strings.HasSuffix(row.name, "right"); match != want {
				t.Errorf("got match %v, want %v", match, want)
			}
			if !slices.Equal(work.units, row.want) {
				t.Errorf("got work %d, want %d", work.units, row.want)
			}
			if dropped := units - work.total(); dropped > 1<<MinCost/2 {
				t.Errorf("got %d units less than %d, want at most %d", dropped, units, 1<<MinCost/2)
			}
		})
	}
}

// TestSecurity09TheWorkIsMeasured: what a format takes on this machine is what counts, within reason.
func TestSecurity09TheWorkIsMeasured(t *testing.T) {
	t.Parallel()
	const cost = 8 // 256 units
	stored := pbkdf2SHA256("16320")
	for _, row := range []struct {
		name  string
		took  time.Duration // by the hash, where a unit takes a microsecond
		probe time.Duration // by the dummy of 32 units
		want  []int64       // the hash's 49 units by estimate, the probe, what is left
	}{
		{"as estimated", 49, 32, []int64{49, 32, 128, 32, 16}},
		{"a slow processor", 490, 320, []int64{49, 32, 128, 32, 16}},
		{"slower than estimated", 128, 32, []int64{49, 32, 64, 32}},
		{"faster", 30, 32, []int64{49, 32, 128, 64}},
		{"interrupted in the hash", 10_000, 32, []int64{49, 32, 32}},
		{"interrupted in the probe", 49, 10_000, []int64{49, 32, 128, 64, 16}},
		{"too quick for the clock", 0, 0, []int64{49, 32, 128, 64, 16}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			hasher, work := newHasher(t, cost)
			hasher.now = ticks(0, row.took, row.took, row.took+row.probe)
			if _, err := hasher.Verify(stored, wrong); err != nil || !slices.Equal(work.units, row.want) {
				t.Errorf("got work %d, want %d (%v)", work.units, row.want, err)
			}
		})
	}
}

// ticks is a clock that shows these microseconds in turn.
func ticks(microseconds ...time.Duration) func() time.Time {
	return func() time.Time {
		now := time.UnixMicro(int64(microseconds[0]))
		microseconds = microseconds[1:]
		return now
	}
}

func TestSecurity09DummyParsesAtItsCost(t *testing.T) {
	t.Parallel()
	for cost := MinCost; cost <= MaxCost; cost++ {
		hash, err := parse(dummy(cost))
		if err != nil || hash.units != 1<<cost {
			t.Errorf("cost %d: got %d, error %v, want %d units", cost, hash.units, err, 1<<cost)
		}
		if got, err := bcrypt.Cost([]byte(dummy(cost))); got != cost || err != nil {
			t.Errorf("x/crypto/bcrypt: got cost %d, error %v, want %d", got, err, cost)
		}
	}
}
