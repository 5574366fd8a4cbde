package attack_test

import (
	"fmt"
	"testing"

	"gatehouse/shared/test/target"
)

// TestSpraying tries passwords on many accounts, so rarely that none is locked, each try from a new source. The defence is the
// count on each account, and it must be right.
func TestSpraying(t *testing.T) {
	t.Parallel()
	onBoth(t, unlimited, func(t *testing.T, at target.Target) {
		s := newSpray(t, at, amount(8, 80))
		s.slowly(t)
		s.usersLogIn(t)
	})
}

// spray is an attack on accounts, one of which has a password of the attacker's list.
type spray struct {
	at       target.Target
	accounts []sprayed
}

// sprayed is an account, its password, and the failures that must be counted on it.
type sprayed struct {
	username, password string
	failures           int
}

// fashion are the passwords that are tried, one a round.
func fashion(round int) string { return fmt.Sprintf("Fashion%d!", 2000+round) }

// Twelve rounds on half of the accounts, a quarter further on each time, try each account six times: below the limit.
// In the seventh the account in the middle of the last quarter is among them.
const rounds, weakRound = 12, 7

func newSpray(t *testing.T, at target.Target, accounts int) *spray {
	t.Helper()
	s := &spray{at, make([]sprayed, accounts)}
	for i := range s.accounts {
		s.accounts[i] = sprayed{username: fmt.Sprintf("employee-%d", i), password: "a password that nobody else has"}
		if i == accounts*7/8 {
			s.accounts[i].password = fashion(weakRound)
		}
		enroll(t, at, s.accounts[i].username, target.Hash(t, s.accounts[i].password, cheap), asItIs)
	}
	return s
}

// slowly: only the account whose password is on the list is found, in its round, and every other try is counted.
func (s *spray) slowly(t *testing.T) {
	t.Helper()
	all, tries, found := len(s.accounts), 0, 0
	for round := 1; round <= rounds; round++ {
		first := round * all / 4 % all
		var guesses []guess
		for i := range all / 2 {
			from := client(t, fmt.Sprintf("127.4.%d.%d", round, i+1))
			product := target.Products[(round+i)%len(target.Products)]
			guesses = append(guesses, guess{from, product, s.accounts[(first+i)%all].username, fashion(round), ""})
		}
		counts := s.try(t, first, guesses)
		tries, found = tries+len(guesses), found+counts[target.Accepted]
		if expected := round == weakRound; expected != (counts[target.Accepted] == 1) {
			t.Errorf("round %d: %v; one is to be accepted in round %d only", round, counts, weakRound)
		}
	}
	t.Logf("%d passwords on %d accounts, %d tries from as many sources: %d accepted, the one that was right",
		rounds, all, tries, found)
	s.check(t)
}

// try guesses on the accounts from the first on, all at once, and keeps what must be counted on them.
func (s *spray) try(t *testing.T, first int, guesses []guess) tally {
	t.Helper()
	verdicts := atOnce(t, s.at, guesses)
	for i, verdict := range verdicts {
		tried := &s.accounts[(first+i)%len(s.accounts)]
		switch {
		case verdict == target.Accepted:
			tried.failures = 0
		case verdict.Refusal():
			tried.failures++
		}
	}
	return tallyOf(verdicts)
}

// check: on each account is counted what was tried, and nobody is locked.
func (s *spray) check(t *testing.T) {
	t.Helper()
	for _, each := range s.accounts {
		counted := record(t, s.at, account(t, s.at, each.username)).Fails
		if counted != each.failures || counted >= limit {
			t.Errorf("%s: %d failures are counted, want %d, below %d", each.username, counted, each.failures, limit)
		}
	}
}

// usersLogIn: the attack has locked nobody out.
func (s *spray) usersLogIn(t *testing.T) {
	t.Helper()
	var guesses []guess
	for i, each := range s.accounts {
		from := client(t, fmt.Sprintf("127.4.100.%d", i+1))
		guesses = append(guesses, guess{from, target.Products[i%len(target.Products)], each.username, each.password, ""})
	}
	if counts := tallyOf(atOnce(t, s.at, guesses)); counts[target.Accepted] != len(guesses) {
		t.Errorf("the users' own logins afterwards: %v, want all %d accepted", counts, len(guesses))
	}
}
