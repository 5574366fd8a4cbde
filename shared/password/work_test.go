package password

import (
	"slices"
	"strings"
	"testing"

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
		{"out of bounds", dummy(31).encoded, right, []int64{64}},
		{"right", own, right, []int64{64}},
		{"wrong", own, wrong, []int64{64}},
		{"empty", own, "", []int64{64}},
		{"NUL", own, right + "\x00", []int64{64}},
		{"long", own, strings.Repeat("a", 4096), []int64{64}},
		{"bcrypt_sha256", mustHash(t, cost, strings.Repeat("a", 73)), right, []int64{64}},
		{"wrapped Crafter, right", mustImport(t, cost, crafterRight), right, []int64{64}},
		{"wrapped Crafter", mustImport(t, cost, crafterRight), wrong, []int64{64}},
		{"wrapped Crafter, empty", mustImport(t, cost, crafterRight), "", []int64{64}},
		{"wrapped Crafter, cheaper", mustImport(t, 4, crafterRight), wrong, []int64{16, 32, 16}},
		{"bare Crafter", crafterRight, wrong, []int64{64}},
		{"cheaper, right", cheap, right, []int64{16, 32, 16}},
		{"cheaper, wrong", cheap, wrong, []int64{16, 32, 16}},
		{"cheaper, empty", cheap, "", []int64{16, 32, 16}},
		{"cheaper, NUL", cheap, "\x00", []int64{16, 32, 16}},
		{"slower", mustHash(t, 7, right), wrong, []int64{128}},
		{"pbkdf2_sha256", pbkdf2SHA256("10000"), wrong, []int64{30, 32}},
		{"pbkdf2_sha256 of one iteration", pbkdf2SHA256("1"), wrong, []int64{1, 32, 16}},
		{"pbkdf2_sha1", pbkdf2SHA1("10000"), wrong, []int64{30, 32}},
		{"scrypt", scryptOf("1024", "8", "1"), wrong, []int64{32, 32}},
		{"argon2", argon2Of("m=1024,t=1,p=1"), wrong, []int64{12, 32, 16}},
		{"argon2, slower", argon2Of("m=1024,t=6,p=1"), wrong, []int64{69}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			hasher, work := newHasher(t, cost)
			match, _ := hasher.Verify(row.stored, row.password)
			if want := strings.HasSuffix(row.name, "right"); match != want {
				t.Errorf("got match %v, want %v", match, want)
			}
			if !slices.Equal(work.units, row.want) {
				t.Errorf("got work %d, want %d", work.units, row.want)
			}
			if dropped := units - work.total(); dropped >= 1<<MinCost {
				t.Errorf("got %d units less than %d, want less than %d", dropped, units, 1<<MinCost)
			}
		})
	}
}

func TestSecurity09DummyParsesAtItsCost(t *testing.T) {
	t.Parallel()
	for cost := MinCost; cost <= MaxCost; cost++ {
		hash, err := parse(dummy(cost).encoded, 1<<cost)
		if err != nil || hash.units() != 1<<cost {
			t.Errorf("cost %d: got %v, error %v, want %d units", cost, hash, err, 1<<cost)
		}
		if got, err := bcrypt.Cost([]byte(dummy(cost).encoded)); got != cost || err != nil {
			t.Errorf("x/crypto/bcrypt: got cost %d, error %v, want %d", got, err, cost)
		}
	}
}
