package attack_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"gatehouse/shared/product"
	"gatehouse/shared/test/target"
)

// victim is whose password is guessed, and telling the product that tells "wrong" from "locked", if there is one.
var (
	victim  = target.Products[0].User
	telling = target.First(target.Product.Tells)
)

// burst is so many guesses at once on one account, of which so many may count. In both forms these are one of twenty.
type burst struct{ guesses, limit int }

// TestSecurity04Bursts: guesses at once are worth no more than guesses in a row, through whichever endpoints and from however many
// addresses they come. Where refusals are alike, only the record shows what has counted.
func TestSecurity04Bursts(t *testing.T) {
	t.Parallel()
	b := burst{amount(40, 200), amount(2, limit)}
	settings := target.Settings{"SOURCE_LIMIT": "0", "ATTEMPT_LIMIT": strconv.Itoa(b.limit)}
	onBoth(t, settings, func(t *testing.T, at target.Target) {
		one := client(t, "127.0.2.1")
		many := make([]*target.Client, 50)
		for i := range many {
			many[i] = client(t, fmt.Sprintf("127.0.2.%d", 100+i))
		}
		throughAll := func(i int) guess { return guess{from: one, through: target.Products[i%len(target.Products)]} }
		b.noneRight(t, at, "through one endpoint", func(int) guess { return guess{from: one, through: telling} })
		b.noneRight(t, at, "through all endpoints", throughAll)
		b.noneRight(t, at, "from 50 addresses with forged headers", func(i int) guess {
			return guess{from: many[i%len(many)], through: telling, claim: fmt.Sprintf("203.0.113.%d", i)}
		})
		b.oneRight(t, at, throughAll)
		b.allRight(t, at, throughAll)
	})
}

// wrong are the guesses of a burst, all wrong.
func (b burst) wrong(way func(i int) guess) []guess {
	guesses := make([]guess, b.guesses)
	for i := range guesses {
		guesses[i] = way(i)
		guesses[i].username, guesses[i].password = victim.Username, fmt.Sprintf("guess number %d", i)
	}
	return guesses
}

// noneRight: exactly the limit counts, and then the right password is refused too.
func (b burst) noneRight(t *testing.T, at target.Target, name string, way func(i int) guess) {
	t.Helper()
	unlock(t, at)
	counts := tallyOf(atOnce(t, at, b.wrong(way)))
	counted := record(t, at, account(t, at, victim.Username)).Fails
	t.Logf("%d guesses at once %s: %d counted, %d told wrong, %d told locked, %d refused otherwise, %d accepted",
		b.guesses, name, counted, counts[target.Wrong], counts[target.Locked], counts[target.Refused], counts[target.Accepted])
	if counts.refused() != b.guesses || counted != b.limit || counts[target.Wrong] > b.limit {
		t.Errorf("%s: %v with %d counted; want all refused, %d counted, and no more told wrong", name, counts, counted, b.limit)
	}
	if counts[target.Refused] == 0 && counts[target.Wrong] != b.limit {
		t.Errorf("%s: %d told wrong, want %d", name, counts[target.Wrong], b.limit)
	}
	for _, product := range target.Products {
		late := guess{way(0).from, product, victim.Username, victim.Password, ""}
		if verdict := late.send(t, at); !verdict.Refusal() {
			t.Errorf("%s: the right password after the burst is %s, want refused", product.Name, verdict)
		}
	}
}

// oneRight: bursts with the right guess at a random place let it through about as often as guessing in a row does.
func (b burst) oneRight(t *testing.T, at target.Target, way func(i int) guess) {
	t.Helper()
	bursts := amount(5, 100)
	lucky, most := 0, mostLuck()
	for range bursts {
		unlock(t, at)
		guesses := b.wrong(way)
		guesses[rand.IntN(b.guesses)].password = victim.Password
		counts := tallyOf(atOnce(t, at, guesses))
		// A success resets the count, so as many may be told wrong after it as before it.
		accepted := counts[target.Accepted]
		if accepted > 1 || counts.refused() != b.guesses-accepted || counts[target.Wrong] > b.limit*(1+accepted) {
			t.Errorf("a burst with one right guess: %v; the limit is %d", counts, b.limit)
		}
		lucky += accepted
	}
	t.Logf("%d bursts of %d with one right guess: %d let it through; in a row it is one of 20, and at most %d may",
		bursts, b.guesses, lucky, most)
	if lucky > most {
		t.Errorf("%d of %d bursts let the right guess through, want at most %d", lucky, bursts, most)
	}
}

// allRight: parallel logins with the right password all succeed.
func (b burst) allRight(t *testing.T, at target.Target, way func(i int) guess) {
	t.Helper()
	unlock(t, at)
	guesses := b.wrong(way)
	for i := range guesses {
		guesses[i].password = victim.Password
	}
	if counts := tallyOf(atOnce(t, at, guesses)); counts[target.Accepted] != b.guesses {
		t.Errorf("a burst of right logins: %v, want all %d accepted", counts, b.guesses)
	}
}

// mostLuck returns how many bursts may let the right guess through. Guessing in a row, one burst of twenty does, so the
// number is binomial. Chance exceeds 15 of 100 once in 27,000 runs, and 3 of 5 once in 33,000.
func mostLuck() int { return amount(3, 15) }

// unlock lifts the victim's lock as an operator does.
func unlock(t *testing.T, at target.Target) {
	t.Helper()
	id, _ := account(t, at, victim.Username).UserID()
	if err := at.Store().Unlock(t.Context(), product.DemoRealm, id); err != nil {
		t.Fatal(err)
	}
}
