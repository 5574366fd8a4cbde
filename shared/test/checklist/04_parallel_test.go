package checklist_test

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"gatehouse/shared/login"
)

const (
	burst  = 200 // logins that one burst has
	atOnce = 8   // of them under way at any moment, as serve has them on two cores: more would only wait for a core
)

// shoot sends a burst of logins of the right user, and counts the outcomes.
func (d *door) shoot(password func(i int) string) map[login.Outcome]int {
	d.t.Helper()
	var wait sync.WaitGroup
	var next atomic.Int64
	for range atOnce {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < burst; i = int(next.Add(1)) - 1 {
				d.send(d.right.Username, password(i))
			}
		})
	}
	wait.Wait()
	outcomes := map[login.Outcome]int{}
	for _, each := range d.outcomes() {
		outcomes[each]++
	}
	return outcomes
}

// The bursts go through one product: what they meet is the same behind all.

// TestSecurity04WrongGuesses: of 200 at once exactly the limit is told that it is wrong.
func TestSecurity04WrongGuesses(t *testing.T) {
	everywhere(t, map[string]string{"SOURCE_LIMIT": "0"}, func(t *testing.T, d *door) {
		got := d.shoot(func(int) string { return "guess" })
		if got[login.WrongPassword] != limit || got[login.Locked] != burst-limit {
			t.Errorf("outcomes %v, want %d wrong and the others locked", got, limit)
		}
		if record := d.counted(d.right.Username); record.Fails != limit || record.Run != limit {
			t.Errorf("%d failures are counted, %d in a row, want %d", record.Fails, record.Run, limit)
		}
	}, first)
}

// TestSecurity04OneRightGuess: before a success, and after it, no more wrong guesses are told than in a row.
func TestSecurity04OneRightGuess(t *testing.T) {
	everywhere(t, map[string]string{"SOURCE_LIMIT": "0"}, func(t *testing.T, d *door) {
		right := rand.IntN(burst)
		got := d.shoot(func(i int) string {
			if i == right {
				return d.right.Password
			}
			return "guess"
		})
		after := d.counted(d.right.Username).Fails
		before := got[login.WrongPassword] - after
		switch {
		case got[login.Accepted] == 1 && (before < 0 || before >= limit || after > limit):
			t.Errorf("%d guesses were told wrong before the success and %d after it: %v", before, after, got)
		case got[login.Accepted] == 0 && got[login.WrongPassword] != limit:
			t.Errorf("outcomes %v without a success, want %d wrong", got, limit)
		}
		if sum := got[login.Accepted] + got[login.WrongPassword] + got[login.Locked]; sum != burst {
			t.Errorf("outcomes %v, want nothing but accepted, wrong and locked", got)
		}
	}, first)
}

// TestSecurity04RightLogins: nobody is locked out by logging in often.
func TestSecurity04RightLogins(t *testing.T) {
	everywhere(t, map[string]string{"SOURCE_LIMIT": "0"}, func(t *testing.T, d *door) {
		if got := d.shoot(func(int) string { return d.right.Password }); got[login.Accepted] != burst {
			t.Errorf("outcomes %v, want all %d accepted", got, burst)
		}
	}, first)
}
