package attack_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"gatehouse/shared/test/target"
)

// public are the products whose every request counts against its source. An application's server logs many users in from one
// address, so there only failed authentications count.
var public = target.Where(target.Product.Public)

// silent are the products whose refusals are alike.
var silent = target.Where(target.Product.Silent)

// TestSecurity07Stuffing tries a leaked list, each name once. What one source gets through is SOURCE_LIMIT a minute, whatever its
// headers claim, and no other source pays for it.
func TestSecurity07Stuffing(t *testing.T) {
	t.Parallel()
	allowed := amount(10, 60)
	onBoth(t, target.Settings{"SOURCE_LIMIT": strconv.Itoa(allowed)}, func(t *testing.T, at target.Target) {
		fromOneSource(t, at, allowed)
		fromManySources(t, at, allowed)
		for _, product := range target.Where(target.Product.Applies) {
			secretsInARow(t, at, product, allowed)
		}
	})
}

// leaked is a part of the list, tried from one source.
func leaked(from *target.Client, length int) []guess {
	guesses := make([]guess, length)
	for i := range guesses {
		guesses[i] = guess{from, public[i%len(public)], fmt.Sprintf("leaked-%d", i), "a leaked password", ""}
	}
	return guesses
}

// fromOneSource: headers claim a new address each time, or that of somebody else, who must not be made to pay.
func fromOneSource(t *testing.T, at target.Target, allowed int) {
	t.Helper()
	const somebodyElse = "127.0.3.2"
	from := client(t, "127.0.3.1")
	guesses := leaked(from, 3*allowed)
	for _, product := range public { // on a leaked list some are right
		guesses = append(guesses, guess{from, product, product.User.Username, product.User.Password, ""})
	}
	for i := range guesses {
		guesses[i].claim = fmt.Sprintf("203.0.113.%d", i)
		if i%2 == 0 {
			guesses[i].claim = somebodyElse
		}
	}
	began := time.Now()
	counts := tallyOf(atOnce(t, at, guesses))
	through := len(guesses) - counts[target.Limited]
	t.Logf("%d accounts at once from one source with forged headers: %d got through, %d of them accepted; %d a minute may",
		len(guesses), through, counts[target.Accepted], allowed)
	withinLimit(t, "one source", through, allowed, began)
	other := guess{client(t, somebodyElse), public[0], public[0].User.Username, public[0].User.Password, ""}
	if verdict := other.send(t, at); verdict != target.Accepted {
		t.Errorf("a login from the address that the headers claimed is %s, want accepted", verdict)
	}
}

// withinLimit: sources are counted in clock minutes. So what has got through since the attack began is at least the limit,
// and at most the limit once for each clock minute that the attack has touched.
func withinLimit(t *testing.T, who string, through, allowed int, began time.Time) {
	t.Helper()
	minutes := int(time.Now().Unix()/60-began.Unix()/60) + 1
	if through < allowed || through > minutes*allowed {
		t.Errorf("%s: %d got through in %d clock minutes, want %d a minute", who, through, minutes, allowed)
	}
}

// fromManySources: each source has its own quota, and no more.
func fromManySources(t *testing.T, at target.Target, allowed int) {
	t.Helper()
	const sources, over = 4, 5
	var guesses []guess
	for source := range sources {
		guesses = append(guesses, leaked(client(t, fmt.Sprintf("127.0.3.%d", 10+source)), allowed+over)...)
	}
	began := time.Now()
	verdicts := atOnce(t, at, guesses)
	for source := range sources {
		counts := tallyOf(verdicts[source*(allowed+over) : (source+1)*(allowed+over)])
		withinLimit(t, fmt.Sprintf("source %d", source+1), counts.refused(), allowed, began)
	}
	t.Logf("%d accounts at once from %d sources: %d got through; %d a minute and source may",
		len(guesses), sources, tallyOf(verdicts).refused(), allowed)
}

// secretsInARow guesses the secret of a product's application, one after the other. (In parallel, all are checked before the
// first is counted, because only failures count. A secret has 256 bits.)
func secretsInARow(t *testing.T, at target.Target, product target.Product, allowed int) {
	t.Helper()
	from := client(t, "127.0.3.100")
	tries, told := 2*allowed, 0
	began := time.Now()
	for i := range tries {
		request, err := product.Request(at.URL(), victim.Username, victim.Password)
		if err != nil {
			t.Fatal(err)
		}
		request.SetBasicAuth(strconv.FormatInt(product.Application().ID, 10), fmt.Sprintf("secret number %d", i))
		request.Header.Set("X-Forwarded-For", fmt.Sprintf("203.0.113.%d", i))
		answer, err := from.Send(request.WithContext(t.Context()), product)
		if err != nil || answer.Status != http.StatusUnauthorized && answer.Verdict != target.Limited {
			t.Fatalf("a wrong secret: %d %s (%v), want 401 or 429", answer.Status, answer.Body, err)
		}
		if answer.Status == http.StatusUnauthorized {
			told++
		}
	}
	t.Logf("%d secrets of an application in a row from one source: %d were told wrong; %d a minute may", tries, told, allowed)
	withinLimit(t, "secrets", told, allowed, began)
}
